"""The placement of the DROM on the atlas: what goes there comes back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rarecare.settings import Settings
from rarecare.territory.atlas import from_atlas, load_placement, to_atlas, to_mercator
from rarecare.territory.communes import load_communes

COMMUNES = load_communes(Settings().geo_dir)
PLACEMENT = load_placement(Settings().geo_dir)
POSITIONS = st.lists(st.integers(0, len(COMMUNES) - 1), min_size=1, max_size=30)


def near_communes(positions, shift_km):
    """Return points a little away from communes, with their départements."""
    away = shift_km / 111.2
    return (
        COMMUNES.longitudes[positions] + away,
        COMMUNES.latitudes[positions] - away,
        COMMUNES.departements[positions],
    )


@given(POSITIONS, st.floats(-0.2, 0.2))
def test_from_atlas_undoes_to_atlas_everywhere_in_france(positions, shift_km):
    longitudes, latitudes, departements = near_communes(positions, shift_km)
    back = from_atlas(*to_atlas(longitudes, latitudes, departements))
    assert np.allclose(back, (longitudes, latitudes), rtol=0, atol=1e-9)


@given(st.sampled_from(sorted(PLACEMENT.insets)), st.floats(0, 1), st.floats(0, 1))
def test_to_atlas_undoes_from_atlas_within_a_frame(code, across, up):
    west, south, east, north = PLACEMENT.insets[code].frame_m
    from rarecare.territory.atlas import from_mercator

    # A hair inside: on the very edge, rounding may fall on either side.
    x_m = np.array([west + 1 + across * (east - west - 2)])
    y_m = np.array([south + 1 + up * (north - south - 2)])
    drawn = from_mercator(x_m, y_m)
    assert np.allclose(to_atlas(*from_atlas(*drawn), code), drawn, rtol=0, atol=1e-9)


@given(POSITIONS)
def test_points_outside_the_drom_do_not_move_at_all(positions):
    mainland = np.array([p for p in positions if COMMUNES.departements[p] not in PLACEMENT.insets], dtype=int)
    longitudes, latitudes, departements = near_communes(mainland, 0.0)
    moved = to_atlas(longitudes, latitudes, departements)
    assert np.array_equal(moved, (longitudes, latitudes))


@given(st.sampled_from(sorted(PLACEMENT.insets)), POSITIONS)
def test_a_drom_keeps_its_form(code, ranks):
    units = np.flatnonzero(COMMUNES.departements == code)
    chosen = units[np.array([0, *ranks]) % len(units)]
    longitudes, latitudes, departements = near_communes(chosen, 0.0)
    true = np.array(to_mercator(longitudes, latitudes))
    drawn = np.array(to_mercator(*to_atlas(longitudes, latitudes, departements)))
    scale = PLACEMENT.insets[code].scale
    assert np.allclose(drawn - drawn[:, :1], scale * (true - true[:, :1]), atol=1e-3)

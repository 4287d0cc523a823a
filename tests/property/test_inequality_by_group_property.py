"""Gini and Palma of all groups at once are those of each group alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rarecare.access.inequality import FARTHEST_SHARE, NEAREST_SHARE, gini, lorenz_curve, palma_ratio, sharing

commune = st.tuples(
    st.one_of(st.just(np.inf), st.just(0.0), st.integers(1, 6000).map(lambda tenths: tenths / 10)),
    st.one_of(st.just(0.0), st.integers(1, 100_000).map(float)),
    st.integers(0, 3),
)


@given(st.lists(commune, min_size=1, max_size=40))
def test_groups_at_once_are_groups_one_by_one(communes):
    minutes, people, index = (np.array(column) for column in zip(*communes, strict=True))
    minutes = minutes.astype(np.float32)
    found = sharing(minutes, people, index, 4)
    for group in range(4):
        inside = index == group
        wanted = (np.nan, np.nan)
        if inside.any():
            wanted = gini(minutes[inside], people[inside]), palma_ratio(minutes[inside], people[inside])
        np.testing.assert_allclose(found.gini[group], wanted[0], atol=1e-9)
        np.testing.assert_allclose(found.palma[group], wanted[1], rtol=1e-6)


@given(st.lists(commune, min_size=1, max_size=40), st.integers(1, 50))
def test_the_scale_of_minutes_and_of_people_does_not_matter(communes, factor):
    minutes, people, index = (np.array(column) for column in zip(*communes, strict=True))
    first = sharing(minutes, people, index, 4)
    second = sharing(minutes * 2, people * factor, index, 4)
    np.testing.assert_allclose(first.gini, second.gini, atol=1e-9)
    np.testing.assert_allclose(first.palma, second.palma, rtol=1e-6)


@given(st.lists(commune, min_size=1, max_size=40))
def test_indices_are_read_on_the_lorenz_curve_of_the_group(communes):
    minutes, people, index = (np.array(column) for column in zip(*communes, strict=True))
    minutes = minutes.astype(np.float32)
    found = sharing(minutes, people, index, 4)
    for group in range(4):
        inside = index == group
        curve = lorenz_curve(minutes[inside], people[inside]) if inside.any() else None
        if curve is None or curve.people_share.size == 0:
            assert np.isnan(
                [found.gini[group], found.nearest_share[group], found.farthest_share[group]]
            ).all()
            continue
        under = np.trapezoid(curve.minutes_share, curve.people_share)
        nearest, all_but_farthest = np.interp(
            [NEAREST_SHARE, 1 - FARTHEST_SHARE], curve.people_share, curve.minutes_share
        )
        wanted = [1 - 2 * under, nearest, 1 - all_but_farthest]
        shown = [found.gini[group], found.nearest_share[group], found.farthest_share[group]]
        np.testing.assert_allclose(shown, wanted, atol=1e-9)

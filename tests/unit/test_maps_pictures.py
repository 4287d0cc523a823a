"""Classes, colours and legends of the commune pictures."""

from __future__ import annotations

import io
from itertools import combinations, pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from rarecare.access.selection import Selection
from rarecare.maps.colours import to_oklab
from rarecare.maps.pictures import (
    UNCHANGED,
    added_classes,
    added_scale,
    dependence_scale,
    difference_classes,
    difference_scale,
    legend_of,
    mode_query,
    time_classes,
    time_scale,
)
from rarecare.maps.raster import OUTSIDE, CommuneRaster, Pattern, paint
from tests.unit.test_maps_colours import BLINDNESS, seen_by

SCALES = {
    "temps": time_scale(), "dependance": dependence_scale(), "sans": added_scale(), "difference": difference_scale(),
}  # fmt: skip
SIDES = {"nearer": difference_scale().colours[3::-1], "farther": difference_scale().colours[5:9]}


def grid(*rows):
    return CommuneRaster(np.array(rows, dtype=np.uint16), (0.0, 0.0), (1.0, 1.0))


def drawn(content):
    return np.array(Image.open(io.BytesIO(content)).convert("RGBA"))


def test_times_are_classed_like_the_legend_says_and_a_bound_belongs_below():
    minutes = np.array([0, 30, 30.1, 45, 60, 90, 120, 180, 180.1, np.inf], dtype=np.float32)
    assert time_classes(minutes).tolist() == [0, 0, 1, 1, 2, 3, 4, 5, 6, 7]


def test_added_minutes_keep_apart_no_change_no_road_left_and_no_road_before():
    added = np.array([0, 0.1, 15, 15.1, 60, 61, np.inf, np.nan], dtype=np.float32)
    assert added_classes(added).tolist() == [0, 1, 1, 2, 3, 4, 5, 6]


def test_differences_are_symmetric_and_states_are_classes_of_their_own():
    gaps = [-90, -60, -59.9, -30, -15, -5, -4.9, 0, 4.9, 5, 15, 30, 60, 90]
    compared = SimpleNamespace(
        difference_minutes=np.array([*gaps, np.nan, np.nan, np.nan]),
        state=np.array([*["les_deux"] * len(gaps), "route_gagnee", "route_perdue", "aucune_route"]),
    )
    classes = difference_classes(compared).tolist()
    assert classes == [0, 0, 1, 1, 2, 3, 4, 4, 4, 5, 6, 7, 8, 8, 9, 10, 11]


@pytest.mark.parametrize("side", SIDES)
def test_a_difference_darkens_steadily_with_its_size(side):
    lightness = [to_oklab(colour)[0] for colour in (UNCHANGED, *SIDES[side])]
    assert min(before - after for before, after in pairwise(lightness)) > 0.05


@pytest.mark.parametrize("kind", BLINDNESS)
def test_nearer_and_farther_are_told_apart_by_a_colour_blind_reader(kind):
    nearer, farther = ([seen_by(kind, colour) for colour in SIDES[side]] for side in ("nearer", "farther"))
    assert min(float(np.linalg.norm(a - b)) for a in nearer for b in farther) > 0.05


@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_numbers_of_places_are_told_apart_by_a_colour_blind_reader(kind):
    views = [seen_by(kind, colour) for colour in dependence_scale().colours[:3]]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(views, 2)) > 0.15


def test_a_grey_print_tells_nearer_from_farther_by_dots():
    swatches = difference_scale().swatches
    assert all(swatch.pattern and swatch.pattern.kind == "points" for swatch in swatches[:4])
    assert not any(swatch.pattern for swatch in swatches[4:9])


@pytest.mark.parametrize("mode", SCALES)
def test_every_state_without_a_number_has_a_pattern_and_its_words(mode):
    apart = [swatch for swatch in SCALES[mode].swatches if swatch.apart]
    assert apart
    assert all(swatch.pattern and "route" in swatch.label for swatch in apart)


def test_the_legend_of_differences_has_signs():
    html = legend_of("Écart", difference_scale(), np.arange(12, dtype=np.uint8)).classes_html()
    for text in ("−60\u00a0min et plus", "−30", "−5", "+5", "+60\u00a0min et plus", "moins de 5\u00a0min"):
        assert text in html
    assert html.index("−60") < html.index("−5") < html.index("+5") < html.index("+60")


def test_a_legend_only_names_the_states_that_occur():
    without = legend_of("Temps", time_scale(), np.array([0, 3], dtype=np.uint8)).classes_html()
    assert "pas de route" not in without
    assert "plus de 3\u00a0h" in without
    assert "pas de route" in legend_of("Temps", time_scale(), np.array([7], dtype=np.uint8)).classes_html()


def test_a_legend_escapes_its_title():
    assert "<b>" not in legend_of("<b>Dijon</b>", time_scale(), np.array([0], dtype=np.uint8)).html()


def test_a_picture_has_the_colours_of_its_classes_and_nothing_outside():
    picture = drawn(
        paint(grid([0, 1], [OUTSIDE, 1]), np.array([1, 0], dtype=np.uint8), ("#102030", "#a0b0c0"))
    )
    assert picture[0, 0].tolist() == [0xA0, 0xB0, 0xC0, 255]
    assert picture[0, 1].tolist() == [0x10, 0x20, 0x30, 255]
    assert picture[1, 0, 3] == 0


@pytest.mark.parametrize("kind", ["hachures", "contre_hachures", "points"])
def test_a_pattern_covers_a_part_of_its_class_and_of_no_other(kind):
    index = np.zeros((42, 84), dtype=np.uint16)
    index[:, 42:] = 1
    raster = CommuneRaster(index, (0.0, 0.0), (1.0, 1.0))
    content = paint(
        raster,
        np.array([0, 1], dtype=np.uint8),
        ("#102030", "#a0b0c0"),
        patterns={0: Pattern(kind, "#ffffff")},
    )
    white = (drawn(content)[..., :3] == 255).all(axis=2)
    assert 0.03 < white[:, :42].mean() < 0.5
    assert not white[:, 42:].any()


def test_stripes_rise_or_fall_like_those_of_the_legend():
    raster = CommuneRaster(np.zeros((30, 30), dtype=np.uint16), (0.0, 0.0), (1.0, 1.0))
    rising, falling = (
        (
            drawn(paint(raster, np.zeros(1, np.uint8), ("#000000",), patterns={0: Pattern(kind)}))[..., 0]
            == 255
        )
        for kind in ("hachures", "contre_hachures")
    )
    # Row 0 is the top: on a rising stripe, one row down is one column to the left.
    assert (rising[:-1, 1:] == rising[1:, :-1]).all()
    assert (falling[:-1, :-1] == falling[1:, 1:]).all()


def test_a_pattern_that_does_not_exist_is_a_bug():
    raster = CommuneRaster(np.zeros((3, 3), dtype=np.uint16), (0.0, 0.0), (1.0, 1.0))
    with pytest.raises(KeyError):
        paint(raster, np.zeros(1, np.uint8), ("#000000",), patterns={0: Pattern("etoiles")})


def test_an_address_names_only_what_is_not_the_default():
    query = mode_query(
        "difference", Selection(niveau="expertise"), "v1", other=Selection(filiere="OSCAR", public="enfant")
    )
    assert query == {
        "mode": "difference", "niveau": "expertise", "filiere_b": "OSCAR", "public_b": "enfant", "v": "v1",
    }  # fmt: skip
    assert mode_query("sans", Selection(), "v1", sans="21231") == {"mode": "sans", "sans": "21231", "v": "v1"}
    assert mode_query("dependance", Selection(), "v1", seuil_minutes=45)["seuil"] == "45"

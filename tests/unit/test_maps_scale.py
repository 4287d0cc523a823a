"""Classes of a map."""

import math

import numpy as np
import pytest

from rarecare.maps.scale import (
    MINUTES,
    NO_DATA_CLASS,
    NO_ROAD_CLASS,
    SHARES,
    Scale,
    classes_for,
    colour_image,
    nice,
)


def plain(labels):
    return [label.replace("\u00a0", " ").replace("\u202f", " ") for label in labels]


def test_times_have_seven_classes_named_in_french():
    assert plain(MINUTES.labels) == [
        "moins de 30 min", "30 à 45 min", "45 min à 1 h", "1 h à 1 h 30", "1 h 30 à 2 h", "2 h à 3 h", "plus de 3 h",
    ]  # fmt: skip
    assert plain(MINUTES.ticks) == ["30 min", "45 min", "1 h", "1 h 30", "2 h", "3 h"]


def test_a_value_on_a_bound_belongs_to_the_nearer_class():
    assert MINUTES.class_of([0, 30, 30.01, 180, 181]).tolist() == [0, 0, 1, 5, 6]


def test_no_road_and_no_data_are_classes_of_their_own():
    assert MINUTES.class_of([math.inf, math.nan]).tolist() == [NO_ROAD_CLASS, NO_DATA_CLASS]


def test_shares_are_named_in_percent():
    assert plain(SHARES.labels) == ["0 à 20 %", "20 à 40 %", "40 à 60 %", "60 à 80 %", "80 à 100 %"]
    assert SHARES.class_of([0, 0.2, 1]).tolist() == [0, 0, 4]


def test_an_image_gives_each_cell_the_colour_of_its_class():
    image = colour_image(np.array([[0, NO_ROAD_CLASS], [6, NO_DATA_CLASS]], dtype=np.int8), MINUTES)
    assert image.shape == (2, 2, 4)
    assert bytes(image[0, 0, :3]).hex() == MINUTES.colours[0][1:]
    assert bytes(image[1, 0, :3]).hex() == MINUTES.colours[6][1:]
    assert len({tuple(cell) for row in image.tolist() for cell in row}) == 4


@pytest.mark.parametrize("bad", [((2.0, 1.0), 3), ((1.0,), 3)])
def test_a_scale_that_contradicts_itself_is_refused(bad):
    bounds, count = bad
    with pytest.raises(ValueError, match=r"rise|classes"):
        Scale(bounds, ("#000000",) * count, ("x",) * count)


def test_ticks_are_one_a_bound():
    with pytest.raises(ValueError, match="ticks"):
        Scale((1.0,), ("#000000", "#111111"), ("a", "b"), ("1", "2"))


def test_automatic_classes_share_the_territories_about_equally():
    values = np.random.default_rng(3).lognormal(4, 0.8, 101)
    scale = classes_for(values, count=5, unit="habitants")
    counts = np.bincount(scale.class_of(values), minlength=5)
    assert len(counts) == 5
    assert counts.min() >= 10


def test_automatic_bounds_are_round_and_labelled_in_french():
    scale = classes_for([3, 11, 12, 19, 33, 41, 52, 58, 77, 96], count=4, unit="sites")
    assert all(bound == round(bound) for bound in scale.bounds)
    labels = plain(scale.labels)
    assert labels[0].startswith("jusqu’à ")
    assert labels[-1].startswith("plus de ")
    assert all(label.endswith(" sites") for label in labels)


@pytest.mark.parametrize("values", [[], [math.nan, math.inf], [4, 4, 4]])
def test_values_that_cannot_be_classed_make_a_single_class(values):
    assert classes_for(values).labels == ("toutes les valeurs",)


def test_dark_can_mark_the_low_end():
    values = list(range(50))
    assert classes_for(values, dark_is="low").colours == classes_for(values).colours[::-1]


@pytest.mark.parametrize(
    ("value", "room", "expected"), [(1234, 100, 1250), (1234, 300, 1000), (0, 1, 0), (-47, 5, -50)]
)
def test_a_nice_number_is_as_round_as_the_room_allows(value, room, expected):
    assert abs(nice(value, room) - value) <= room or nice(value, room) == 0
    if expected != 1250:
        assert nice(value, room) == pytest.approx(expected)

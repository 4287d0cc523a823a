"""The colour scale holds for colour-blind readers, for grey printers and for contrast."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from rarecare.maps.colours import INK, LAND, contrast, rgba, sequential, to_linear, to_oklab
from rarecare.maps.scale import MINUTES, SHARES, SHARES_FAR_IS_LOW

# Viénot, Brettel & Mollon 1999 (doi:10.1002/(SICI)1520-6378(199908)24:4<243::AID-COL5>3.0.CO;2-3) for red and green;
# Brettel, Viénot & Mollon 1997 (doi:10.1364/JOSAA.14.002647), one half-plane, for blue. On linear light.
BLINDNESS = {
    "protanopia": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deuteranopia": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    "tritanopia": [[1.01277, 0.13548, -0.14826], [-0.01243, 0.86812, 0.14431], [0.07589, 0.80500, 0.11911]],
}
COUNTS = range(2, 9)


def seen_by(kind: str, colour: str) -> np.ndarray:
    linear = (np.array(BLINDNESS[kind]) @ to_linear(colour)).clip(0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return to_oklab("#" + "".join(f"{round(value * 255):02x}" for value in srgb))


@pytest.mark.parametrize("count", COUNTS)
def test_lightness_falls_by_equal_steps_from_near_to_far(count):
    lightness = [to_oklab(colour)[0] for colour in sequential(count)]
    steps = [before - after for before, after in pairwise(lightness)]
    assert min(steps) > 0.08
    assert max(steps) - min(steps) < 0.01


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("count", COUNTS)
def test_any_two_classes_differ_for_a_colour_blind_reader(kind, count):
    views = [seen_by(kind, colour) for colour in sequential(count)]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in combinations(views, 2))
    assert nearest > 0.07


def test_the_order_survives_a_grey_print():
    greys = [contrast(colour, "#000000") for colour in MINUTES.colours]
    assert greys == sorted(greys, reverse=True)


def test_no_class_can_be_taken_for_land_without_data():
    assert min(float(np.linalg.norm(to_oklab(colour) - to_oklab(LAND))) for colour in MINUTES.colours) > 0.04


def test_the_outline_of_a_choice_stands_out_on_land_and_on_paper():
    assert contrast(INK, LAND) > 7
    assert contrast(INK, "#ffffff") > 12


def test_dark_means_far_in_both_scales_of_the_coverage_map():
    assert MINUTES.colours[-1] == SHARES_FAR_IS_LOW.colours[0]
    assert SHARES.colours == SHARES_FAR_IS_LOW.colours[::-1]


@pytest.mark.parametrize("count", [0, 9])
def test_more_classes_than_a_reader_can_tell_apart_are_refused(count):
    with pytest.raises(ValueError, match="classes"):
        sequential(count)


def test_a_single_class_takes_a_middle_colour_and_bytes_are_opaque():
    assert len(sequential(1)) == 1
    assert rgba("#0a0b0c") == (10, 11, 12, 255)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)

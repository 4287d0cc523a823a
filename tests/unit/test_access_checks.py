"""What the measures of access refuse, and in which words."""

import numpy as np
import pytest

from rarecare.access.checks import check_groups, check_minutes, check_quantities, check_thresholds
from rarecare.access.coverage import coverage, sensitivity_curve, summarise
from rarecare.access.nearest import nearest_sites
from rarecare.access.weighted import group_means, weighted_quantiles
from rarecare.errors import UserError

ONE = np.array([1.0])
ZERO = np.array([0])


def test_a_selection_without_site_is_told_in_french():
    with pytest.raises(UserError, match="Aucun centre ne correspond") as caught:
        nearest_sites(np.empty((0, 3)))
    assert "filière" in caught.value.remedy


@pytest.mark.parametrize(
    "minutes",
    [
        np.array([1.0, 2.0]),
        np.array([[1.0, np.nan]]),
        np.array([[1.0, -2.0]]),
        np.array([[1, 65535]], dtype=np.uint16),
        np.empty((2, 0)),
    ],
    ids=["one dimension", "NaN", "negative", "stored tenths", "no commune"],
)
def test_a_bad_table_of_minutes_is_a_bug(minutes):
    with pytest.raises(ValueError, match="minutes"):
        check_minutes(minutes)


@pytest.mark.parametrize(
    ("thresholds", "words"),
    [
        ([], "Aucun seuil"),
        ([30, -5], "n'est pas une durée"),
        ([float("nan")], "n'est pas une durée"),
        ([float("inf")], "n'est pas une durée"),
        ([60, 30], "pas dans l'ordre"),
        ([30, 30], "pas dans l'ordre"),
    ],
)
def test_bad_thresholds_are_told_in_french(thresholds, words):
    with pytest.raises(UserError, match=words):
        check_thresholds(thresholds)


def test_the_refused_thresholds_are_read_back():
    with pytest.raises(UserError, match=r"lu\N{NO-BREAK SPACE}: 60, 30\.5"):
        check_thresholds([60, 30.5])


def test_every_coverage_entry_checks_its_thresholds_first():
    with pytest.raises(UserError):
        coverage(ONE, ONE, ZERO, 1, [60, 30])
    with pytest.raises(UserError):
        summarise(ONE[None], ONE, ZERO, 1, [-1])


@pytest.mark.parametrize(
    "people", [np.array([np.nan]), np.array([-1.0]), np.array([np.inf]), np.array([1.0, 2.0])]
)
def test_bad_quantities_are_a_bug(people):
    with pytest.raises(ValueError, match="people must"):
        check_quantities("people", people, (1,))


@pytest.mark.parametrize("index", [np.array([-1]), np.array([2]), np.array([0, 1]), np.array([0.0])])
def test_bad_groups_are_a_bug(index):
    with pytest.raises(ValueError, match="territory must"):
        check_groups("territory", index, 2, (1,))


def test_a_curve_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="last_minute"):
        sensitivity_curve(ONE, ONE, ZERO, 1, last_minute=-1)


@pytest.mark.parametrize("share", [0, 1.1, float("nan")])
def test_quantiles_need_a_share_above_zero_up_to_one(share):
    with pytest.raises(ValueError, match="shares"):
        weighted_quantiles(ONE, ONE, ZERO, 1, shares=[share])


def test_quantiles_refuse_nan_values():
    with pytest.raises(ValueError, match="NaN"):
        weighted_quantiles(np.array([np.nan]), ONE, ZERO, 1, shares=[0.5])


def test_means_by_group_are_weighted_and_nan_without_weight():
    means = group_means(np.array([10.0, 40, 5]), np.array([3.0, 1, 0]), np.array([0, 0, 1]), 2)
    assert means[0] == (3 * 10 + 1 * 40) / 4
    assert np.isnan(means[1])


def test_more_territories_than_16_bits_hold_are_still_told_apart():
    n = 40_000
    quantiles = weighted_quantiles(np.arange(n, dtype=float), np.ones(n), np.arange(n)[::-1], n, shares=[0.5])
    assert (quantiles[:, 0] == np.arange(n)[::-1]).all()


def test_a_tiny_territory_beside_a_huge_one_keeps_its_own_quantiles():
    # Beside 10⁹ people the running sum does not even feel a thousand-millionth of one.
    quantiles = weighted_quantiles(
        np.array([10.0, 20]), np.array([1e9, 1e-9]), np.array([0, 1]), 2, shares=[0.5, 1]
    )
    assert quantiles.tolist() == [[10, 10], [20, 20]]

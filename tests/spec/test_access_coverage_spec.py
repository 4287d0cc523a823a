"""Nearest sites and coverage on territories small enough to check by hand.

Tables give minutes from each site (columns) to each commune (rows); « - » = no road.
"""

import numpy as np
import pytest

from rarecare.access.coverage import coverage, sensitivity_curve, summarise
from rarecare.access.nearest import nearest_sites


def table(text):
    """Read a table: one line a commune, its name first, then numbers; « - » reads as no road."""
    rows = [line.split() for line in text.strip().splitlines()][1:]
    return np.array([[np.inf if cell == "-" else float(cell) for cell in row[1:]] for row in rows]).T


LOZERE = """
commune      Mende  Montpellier  Clermont
Mende           10          140       150
Florac          45          110       180
Langogne        50          160       115
Ile              -            -         -
"""


def test_each_commune_gets_its_two_nearest_sites():
    nearest = nearest_sites(table(LOZERE))
    assert nearest.minutes.tolist() == [10, 45, 50, np.inf]
    assert nearest.site.tolist() == [0, 0, 0, -1]
    assert nearest.second_minutes.tolist() == [140, 110, 115, np.inf]
    assert nearest.second_site.tolist() == [1, 1, 2, -1]


def test_two_hospitals_in_one_town_are_nearest_and_second_nearest():
    nearest = nearest_sites(
        table("""
        commune  CHU-A  CHU-B  Loin
        Ville       10     10    90
        Bourg       30     30    20
        """)
    )
    assert nearest.site.tolist() == [0, 2]
    assert nearest.second_site.tolist() == [1, 0]
    assert nearest.second_minutes.tolist() == [10, 30]


def test_three_equal_times_go_to_the_two_smallest_rows():
    nearest = nearest_sites(np.full((3, 1), 25.0))
    assert (nearest.site[0], nearest.second_site[0]) == (0, 1)


# minutes, people and territory of ten communes: territory 0 is complete, 1 has an island, 2 has nobody.
MINUTES = np.array([10, 20, 30, 40, 10, 60, 90, np.inf, 15, 25], dtype=np.float32)
PEOPLE = np.array([100, 300, 400, 200, 500, 300, 50, 150, 0, 0], dtype=np.float64)
TERRITORY = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])


def measures(thresholds=(30, 60)):
    return coverage(MINUTES, PEOPLE, TERRITORY, 3, thresholds)


def test_median_is_the_first_time_that_half_the_people_do_not_exceed():
    # Territory 0: 100 people at 10, 400 within 20, 800 within 30. Territory 1: 500 of 1 000 at 10 is already
    # half.
    assert measures().median_minutes[:2].tolist() == [30, 10]


def test_p90_is_infinite_when_more_than_a_tenth_have_no_road():
    # Territory 0: 800 within 30, 1 000 within 40. Territory 1: 850 of 1 000 have a road, 900 are wanted.
    assert measures().p90_minutes[:2].tolist() == [40, np.inf]


def test_p90_of_a_hundred_people_is_the_time_of_the_ninetieth():
    times = np.arange(1.0, 101)
    result = coverage(times, np.ones(100), np.zeros(100, dtype=int), 1, [30])
    assert (result.median_minutes[0], result.p90_minutes[0]) == (50, 90)


def test_one_person_short_of_half_is_not_half():
    result = coverage(np.array([10.0, 20]), np.array([499_999.0, 500_001]), np.array([0, 0]), 1, [30])
    assert result.median_minutes[0] == 20


def test_mean_covers_people_with_a_road_and_the_others_are_counted_apart():
    result = measures()
    assert result.mean_minutes[0] == (100 * 10 + 300 * 20 + 400 * 30 + 200 * 40) / 1000
    assert result.mean_minutes[1] == (500 * 10 + 300 * 60 + 50 * 90) / 850
    assert result.people_without_road.tolist() == [0, 150, 0]
    assert result.share_without_road[1] == 150 / 1000


def test_people_within_and_beyond_add_up_and_no_road_is_beyond():
    result = measures()
    assert result.people_within.tolist() == [[800, 1000], [500, 800], [0, 0]]
    assert result.people_beyond.tolist() == [[200, 0], [500, 50 + 150], [0, 0]]
    assert result.share_within[1].tolist() == [500 / 1000, 800 / 1000]


def test_a_territory_without_inhabitants_has_zero_people_and_no_measure():
    result = measures()
    assert result.people[2] == 0
    alone = [
        result.median_minutes[2],
        result.p90_minutes[2],
        result.mean_minutes[2],
        result.share_without_road[2],
    ]
    assert np.isnan([*alone, *result.share_within[2]]).all()


def test_a_territory_where_nobody_has_a_road_is_infinitely_far_and_has_no_mean():
    result = coverage(np.array([np.inf, np.inf]), np.array([5.0, 5.0]), np.array([0, 0]), 1, [30])
    assert result.median_minutes[0] == np.inf
    assert np.isnan(result.mean_minutes[0])
    assert result.share_without_road[0] == 1


@pytest.mark.parametrize(
    ("minute", "share"), [(0, 0), (9, 0), (10, 0.1), (19, 0.1), (20, 0.4), (30, 0.8), (40, 1), (300, 1)]
)
def test_the_curve_steps_at_each_commune(minute, share):
    curve = sensitivity_curve(MINUTES, PEOPLE, TERRITORY, 3)
    assert curve.shape == (3, 301)
    assert curve[0, minute] == share


def test_the_curve_never_reaches_people_without_a_road():
    curve = sensitivity_curve(MINUTES, PEOPLE, TERRITORY, 3)
    assert curve[1, 300] == 850 / 1000
    assert np.isnan(curve[2]).all()


def test_a_time_equal_to_the_threshold_is_within_even_in_tenths():
    result = coverage(np.array([30.1], dtype=np.float32), np.array([1.0]), np.array([0]), 1, [30, 30.1])
    assert result.people_within[0].tolist() == [0, 1]


def test_the_summary_holds_nearest_sites_territories_and_the_country():
    summary = summarise(table(LOZERE), np.array([12.0, 2.0, 3.0, 1.0]), np.array([0, 0, 1, 1]), 2, [30, 60])
    assert summary.nearest.site.tolist() == [0, 0, 0, -1]
    assert summary.territories.median_minutes.tolist() == [10, 50]
    assert summary.national.median_minutes.tolist() == [10]
    assert summary.national.people_within.tolist() == [[12, 17]]
    assert summary.national.people_without_road.tolist() == [1]

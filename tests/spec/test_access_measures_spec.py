"""E2SFCA, dependence, expected caseload and inequality on cases small enough to check by hand.

Tables give minutes from each site (columns) to each commune (rows); « - » = no road.
"""

from functools import partial

import numpy as np
import pytest

from rarecare.access.caseload import (
    Estimate,
    age_share,
    attraction_of,
    expected_caseload,
    expected_patients,
    national_prevalence,
    normalised_modifier,
)
from rarecare.access.decay import ExponentialDecay, GaussianDecay, PowerDecay, StepDecay
from rarecare.access.dependence import dependence, loss_of_each_site, minutes_without
from rarecare.access.e2sfca import e2sfca, relative_access
from rarecare.access.inequality import (
    bootstrap_interval,
    decile_ratio,
    gini,
    inequality,
    lorenz_curve,
    palma_ratio,
)
from rarecare.access.nearest import nearest_sites


def table(text):
    """Read a table: one line a commune, its name first, then numbers; « - » reads as no road."""
    rows = [line.split() for line in text.strip().splitlines()][1:]
    return np.array([[np.inf if cell == "-" else float(cell) for cell in row[1:]] for row in rows]).T


# ---- decay


@pytest.mark.parametrize(
    ("minutes", "weight"), [(0, 1), (20, 1), (20.5, 0.68), (40, 0.68), (60, 0.22), (60.1, 0), (np.inf, 0)]
)
def test_a_zone_holds_its_upper_limit(minutes, weight):
    assert StepDecay((20, 40, 60), (1, 0.68, 0.22))(np.array([minutes])).tolist() == [weight]


def test_the_zones_of_luo_and_qi_cut_the_limit_in_three():
    assert StepDecay.luo_qi(60) == StepDecay((20, 40, 60), (1, 0.68, 0.22))


def test_the_gaussian_goes_from_one_to_zero_at_the_limit_and_stays_there():
    weights = GaussianDecay(60)(np.array([0, 30, 60, 90, np.inf], dtype=np.float32))
    # Half way: (e^(-1/8) - e^(-1/2)) / (1 - e^(-1/2)), worked out with a pocket calculator.
    assert weights.tolist() == pytest.approx([1, 0.70137, 0, 0, 0], abs=1e-5)


def test_the_exponential_halves_and_the_power_counts_short_times_as_its_floor():
    assert ExponentialDecay(30)(np.array([0, 30, 60, np.inf])).tolist() == [1, 0.5, 0.25, 0]
    power = PowerDecay(2, floor_minutes=10)(np.array([0, 10, 20, np.inf]))
    assert power.tolist() == pytest.approx([0.01, 0.01, 0.0025, 0], rel=1e-12)
    assert PowerDecay(0)(np.array([5, 500, np.inf])).tolist() == [1, 1, 0]


# ---- E2SFCA

TWO_SITES = """
commune     Nord   Sud
Nordville     10    50
Centre        30    30
Sudville      50    10
Hameau        70     -
Ile            -     -
"""
DEMAND = np.array([100.0, 200, 300, 50, 10])


def test_two_steps_by_hand_with_zones_of_20_and_40_minutes():
    result = e2sfca(table(TWO_SITES), np.array([30.0, 80]), DEMAND, StepDecay((20, 40), (1, 0.5)))
    north, south = 30 / (100 + 0.5 * 200), 80 / (0.5 * 200 + 300)
    assert result.site_ratio.tolist() == [north, south]
    assert result.access.tolist() == [north, 0.5 * north + 0.5 * south, south, 0, 0]
    assert result.in_reach.tolist() == [True, True, True, False, False]
    assert result.site_demand.tolist() == [100 + 0.5 * 200, 0.5 * 200 + 300]


def test_a_site_that_reaches_nobody_serves_nobody():
    result = e2sfca(
        np.array([[10.0, 90.0], [90.0, 10.0]]),
        np.array([5.0, 5]),
        np.array([100.0, 0]),
        StepDecay.uniform(30),
    )
    assert result.access.tolist() == [5 / 100, 0]
    assert result.site_ratio.tolist() == [5 / 100, 0]
    assert result.in_reach.tolist() == [True, True]


def test_relative_access_is_one_for_the_average_person():
    assert relative_access(np.array([2.0, 0]), np.array([100.0, 300])).tolist() == [4, 0]
    assert np.isnan(relative_access(np.array([0.0]), np.array([5.0]))).all()


# ---- dependence

PEOPLE = np.array([100.0, 200, 300, 50, 10])


def test_people_with_one_site_within_40_minutes_and_no_second():
    result = dependence(
        nearest_sites(table(TWO_SITES)), PEOPLE, np.array([0, 0, 0, 0, 1]), 2, threshold_minutes=40
    )
    # Centre has both at 30, Hameau has none within 40, Ile has none at all.
    assert result.only_one.tolist() == [True, False, True, False, False]
    assert result.people.tolist() == [100 + 300, 0]
    assert result.share.tolist() == [400 / 650, 0]


def test_what_the_loss_of_each_site_would_do():
    loss = loss_of_each_site(nearest_sites(table(TWO_SITES)), PEOPLE, threshold_minutes=40)
    # Centre is as near to both and counts for the first one, where it loses nothing.
    assert loss.people.tolist() == [100 + 200 + 50, 300]
    assert loss.people_newly_beyond.tolist() == [100, 300]
    assert loss.people_left_without_road.tolist() == [50, 0]
    assert loss.median_added_minutes.tolist() == [0, 40]
    assert loss.mean_added_minutes.tolist() == [(100 * 40 + 200 * 0) / 300, 40]


def test_a_site_that_is_nobodys_nearest_has_nothing_to_add():
    loss = loss_of_each_site(nearest_sites(np.array([[10.0], [20.0]])), np.array([5.0]), threshold_minutes=60)
    assert loss.people.tolist() == [5, 0]
    assert np.isnan([loss.median_added_minutes[1], loss.mean_added_minutes[1]]).all()


def test_the_only_site_leaves_everybody_without_a_road():
    loss = loss_of_each_site(
        nearest_sites(np.array([[10.0, np.inf]])), np.array([5.0, 7]), threshold_minutes=60
    )
    assert loss.people_left_without_road.tolist() == loss.people_newly_beyond.tolist() == [5]
    assert loss.median_added_minutes.tolist() == [np.inf]
    assert np.isnan(loss.mean_added_minutes[0])


def test_the_map_without_a_site():
    nearest = nearest_sites(table(TWO_SITES))
    assert minutes_without(nearest, 0).tolist() == [50, 30, 10, np.inf, np.inf]
    assert minutes_without(nearest, 1).tolist() == [10, 30, 50, 70, np.inf]


# ---- expected caseload


def test_patients_are_people_times_prevalence_times_age_times_modifier():
    patients = expected_patients(
        np.array([10_000.0, 20_000]), Estimate(1e-4, 2e-4, 4e-4), age_share=0.5, modifier=np.array([1.0, 4])
    )
    assert patients[1].tolist() == pytest.approx([10_000 * 2e-4 * 0.5, 20_000 * 2e-4 * 0.5 * 4])
    assert patients.sum(axis=1).tolist() == pytest.approx([4.5, 9, 18])


def test_a_national_count_is_found_again_after_a_regional_modifier():
    population = np.array([600_000.0, 400_000])
    prevalence = national_prevalence(Estimate(100, 150, 300), population)
    modifier = normalised_modifier(np.array([1.0, 6]), population)
    patients = expected_patients(population, prevalence, modifier=modifier)
    assert patients.sum(axis=1).tolist() == pytest.approx([100, 150, 300])
    # 600 000 at 1 and 400 000 at 6: one fifth and four fifths of the patients.
    assert patients[1].tolist() == pytest.approx([30, 120])


@pytest.mark.parametrize(
    ("public", "expected"),
    [
        # 10 % of 1 000 and 40 % of 500 are children: 100 and 200. Adults: 900 and 300. 60 of 100 patients are
        # children.
        ("enfant", [60 * 100 / 300, 60 * 200 / 300]),
        ("adulte", [40 * 900 / 1200, 40 * 300 / 1200]),
        ("tous", [20 + 30, 40 + 10]),
    ],
)
def test_child_patients_live_where_children_live(public, expected):
    population = np.array([1000.0, 500])
    share = age_share(np.array([0.1, 0.4]), population, patients_children_share=0.6, public=public)
    patients = expected_patients(
        population, national_prevalence(Estimate.exactly(100), population), age_share=share
    )
    assert patients[1].tolist() == pytest.approx(expected)


def test_huff_shares_by_attraction_and_time():
    patients = np.tile([90.0, 80, 7], (3, 1))
    minutes = table("""
    commune    A    B
    Milieu    30   30
    PresDeB   60   30
    Ile        -    -
    """)
    result = expected_caseload(patients, minutes, np.array([2.0, 1]), PowerDecay(1))
    # Milieu: 2 to 1. PresDeB: 2/60 against 1/30, equal shares.
    assert result.sites[1].tolist() == pytest.approx([60 + 40, 30 + 40])
    assert result.without_road.tolist() == [7, 7, 7]
    assert result.out_of_reach.tolist() == [0, 0, 0]
    assert result.followed.tolist() == [177, 177, 177]


def test_low_goes_with_low_and_high_with_high_follow_up():
    patients = np.array([[10.0], [20], [40]])
    result = expected_caseload(
        patients, np.array([[15.0]]), np.array([1.0]), PowerDecay(2), follow_up=Estimate(0.5, 0.75, 1)
    )
    assert result.sites[:, 0].tolist() == [10 * 0.5, 20 * 0.75, 40 * 1]


def test_patients_beyond_the_limit_are_kept_apart():
    result = expected_caseload(
        np.full((3, 3), 10.0), np.array([[20.0, 70, np.inf]]), np.array([1.0]), StepDecay.uniform(60)
    )
    assert (result.sites[1, 0], result.out_of_reach[1], result.without_road[1]) == (10, 10, 10)
    assert result.in_reach.tolist() == [True, False, False]
    assert result.has_road.tolist() == [True, True, False]


def test_attraction_follows_the_type_of_site():
    assert attraction_of(["competence", "coordonnateur"], {"coordonnateur": 4, "competence": 1}).tolist() == [
        1,
        4,
    ]


# ---- inequality


def test_gini_of_four_people_by_hand():
    # Mean absolute difference between all pairs of 10, 20, 30, 40: 12.5; divided by twice the mean, 50.
    times = np.array([40.0, 10, 30, 20])
    assert gini(times, np.ones(4)) == pytest.approx(12.5 / 50)
    assert gini(times, np.ones(4), small_sample=True) == pytest.approx(12.5 / 50 * 4 / 3)


def test_the_lorenz_curve_of_two_communes():
    curve = lorenz_curve(np.array([60.0, 20, np.inf]), np.array([100.0, 300, 50]))
    assert curve.people_share.tolist() == [0, 0.75, 1]
    assert curve.minutes_share.tolist() == [0, 0.5, 1]
    assert gini(np.array([60.0, 20]), np.array([100.0, 300])) == pytest.approx(1 - (0.75 * 0.5 + 0.25 * 1.5))


def test_palma_and_decile_ratio_by_hand():
    # Ten people: the farthest one has 100 minutes, the nearest four 10 + 10 + 20 + 20. P10 is 10, P90 is 50.
    times = np.array([10.0, 10, 20, 20, 30, 30, 40, 40, 50, 100])
    assert palma_ratio(times, np.ones(10)) == pytest.approx(100 / 60)
    assert decile_ratio(times, np.ones(10)) == 50 / 10


def test_equal_times_are_equality_even_at_zero():
    for time in (0.0, 35.0):
        times = np.full(3, time)
        assert gini(times, np.ones(3)) == pytest.approx(0, abs=1e-12)
        assert palma_ratio(times, np.ones(3)) == pytest.approx(0.25)
        assert decile_ratio(times, np.ones(3)) == 1


def test_zero_minutes_for_the_nearest_makes_ratios_infinite():
    times, people = np.array([0.0, 60]), np.array([1.0, 1])
    assert palma_ratio(times, people) == decile_ratio(times, people) == np.inf
    # The nearest 40 % end where the commune at 0 minutes ends, whatever the rounding of decimal weights.
    assert palma_ratio(np.array([5.0, 0]), np.array([3.0, 2]) * 0.01) == np.inf


def test_inequality_by_density_class_leaves_people_without_a_road_apart():
    result = inequality(
        np.array([10.0, 30, np.inf, np.inf, 25]),
        np.array([100.0, 100, 50, 80, 0]),
        np.array([0, 0, 0, 1, 2]),
        3,
    )
    assert result.people.tolist() == [250, 80, 0]
    assert result.share_without_road[:2].tolist() == [50 / 250, 1]
    assert result.gini[0] == pytest.approx(gini(np.array([10.0, 30]), np.ones(2)))
    assert (result.mean_minutes[0], result.median_minutes[0], result.decile_ratio[0]) == (20, 10, 3)
    alone = [result.gini, result.palma, result.decile_ratio, result.mean_minutes, result.median_minutes]
    assert np.isnan(np.array(alone)[:, 1:]).all()
    assert np.isnan(result.share_without_road[2])


def test_the_interval_is_wide_for_ten_people_and_narrow_for_a_million():
    times, shares = np.array([10.0, 30, 60, 120]), np.array([0.4, 0.3, 0.2, 0.1])
    unbiased = partial(gini, small_sample=True)
    few = bootstrap_interval(unbiased, times, 10 * shares, seed=1)
    many = bootstrap_interval(unbiased, times, 1e6 * shares, seed=1)
    truth = gini(times, shares)
    assert few[0] < many[0] < truth < many[1] < few[1]
    assert few[1] - few[0] > 0.2
    assert many[1] - many[0] < 0.002


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    times, people = np.array([10.0, 30, 60, 120]), np.array([4.0, 3, 2, 1])
    assert bootstrap_interval(gini, times, people, seed=5) == bootstrap_interval(gini, times, people, seed=5)
    assert bootstrap_interval(gini, times, people, seed=5) != bootstrap_interval(gini, times, people, seed=6)


def test_there_is_no_interval_without_anybody_nor_for_a_single_person():
    nobody = bootstrap_interval(gini, np.array([np.inf]), np.array([9.0]), seed=1)
    single = bootstrap_interval(partial(gini, small_sample=True), np.array([5.0]), np.array([1.0]), seed=1)
    assert np.isnan([*nobody, *single]).all()


def test_no_measure_without_anybody():
    nobody = np.array([np.inf, 10]), np.array([5.0, 0])
    assert np.isnan([gini(*nobody), palma_ratio(*nobody), decile_ratio(*nobody)]).all()
    assert lorenz_curve(*nobody).people_share.size == 0

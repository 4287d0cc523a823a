"""Nearest sites, quantiles and coverage against plain reimplementations, on any table."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rarecare.access.coverage import coverage, sensitivity_curve
from rarecare.access.nearest import nearest_sites
from rarecare.access.weighted import weighted_quantiles

# Few different values, so that ties are common.
TIMES = st.sampled_from([0.0, 7.5, 10.0, 10.1, 30.0, 60.0, 299.9, 300.5, np.inf])


@st.composite
def tables(draw):
    n_sites, n_communes = draw(st.integers(1, 6)), draw(st.integers(1, 8))
    row = st.lists(TIMES, min_size=n_communes, max_size=n_communes)
    return np.array(draw(st.lists(row, min_size=n_sites, max_size=n_sites)), dtype=np.float32)


@st.composite
def territories(draw):
    """Minutes, whole people and territory of each commune, and the number of territories."""
    n, n_territories = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    minutes = np.array(draw(st.lists(TIMES, min_size=n, max_size=n)), dtype=np.float32)
    people = np.array(draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)), dtype=np.float64)
    index = np.array(draw(st.lists(st.integers(0, n_territories - 1), min_size=n, max_size=n)))
    return minutes, people, index, n_territories


@given(tables())
def test_nearest_and_second_are_the_first_two_of_a_stable_sort(minutes):
    nearest = nearest_sites(minutes)
    for commune in range(minutes.shape[1]):
        column = minutes[:, commune].tolist()
        reachable = [
            row for row in sorted(range(len(column)), key=column.__getitem__) if column[row] < np.inf
        ]
        rows = [*reachable, -1, -1][:2]
        times = [*(column[row] for row in reachable), np.inf, np.inf][:2]
        assert [nearest.site[commune], nearest.second_site[commune]] == rows
        assert [nearest.minutes[commune], nearest.second_minutes[commune]] == times


@given(tables(), st.randoms(use_true_random=False))
def test_times_do_not_depend_on_the_order_of_the_sites(minutes, random):
    order = list(range(len(minutes)))
    random.shuffle(order)
    shuffled, kept = nearest_sites(minutes[order]), nearest_sites(minutes)
    assert (shuffled.minutes == kept.minutes).all()
    assert (shuffled.second_minutes == kept.second_minutes).all()


@given(territories(), st.integers(1, 100))
def test_quantiles_equal_those_of_the_list_of_people(case, percent):
    minutes, people, index, n_territories = case
    quantiles = weighted_quantiles(minutes, people, index, n_territories, shares=[percent / 100])
    for territory in range(n_territories):
        inside = index == territory
        everyone = sorted(np.repeat(minutes[inside], people[inside].astype(int)).tolist())
        if not everyone:
            assert np.isnan(quantiles[territory, 0])
            continue
        rank = -(-percent * len(everyone) // 100)
        assert quantiles[territory, 0] == everyone[rank - 1]


@given(territories(), st.floats(0.001, 1000))
def test_quantiles_do_not_depend_on_the_scale_of_the_weights(case, factor):
    minutes, people, index, n_territories = case
    shares = [0.25, 0.5, 0.9]
    kept = weighted_quantiles(minutes, people, index, n_territories, shares=shares)
    scaled = weighted_quantiles(minutes, people * factor, index, n_territories, shares=shares)
    assert np.array_equal(kept, scaled, equal_nan=True)


@given(territories(), st.lists(st.integers(0, 400), min_size=1, max_size=5, unique=True))
def test_coverage_counts_the_people_at_or_under_each_threshold(case, thresholds):
    minutes, people, index, n_territories = case
    thresholds = sorted(thresholds)
    result = coverage(minutes, people, index, n_territories, thresholds)
    for territory in range(n_territories):
        here = [
            (time, count) for time, count, at in zip(minutes, people, index, strict=True) if at == territory
        ]
        within = [sum(count for time, count in here if time <= threshold) for threshold in thresholds]
        assert result.people_within[territory].tolist() == within
        assert result.people_without_road[territory] == sum(count for time, count in here if time == np.inf)


@given(territories())
def test_coverage_never_falls_nor_passes_everyone_when_the_threshold_rises(case):
    minutes, people, index, n_territories = case
    # Sevenths do not add up exactly in binary: shares must hold all the same.
    curve = sensitivity_curve(minutes, people / 7, index, n_territories)
    inhabited = ~np.isnan(curve[:, 0])
    assert (np.diff(curve[inhabited], axis=1) >= 0).all()
    assert (curve[inhabited] >= 0).all()
    assert (curve[inhabited] <= 1).all()


@given(territories())
def test_the_curve_agrees_with_coverage_at_whole_minutes(case):
    curve = sensitivity_curve(*case)
    shares = coverage(*case, thresholds_minutes=[0, 10, 30, 300]).share_within
    assert np.array_equal(curve[:, [0, 10, 30, 300]], shares, equal_nan=True)


@given(territories(), st.randoms(use_true_random=False))
def test_coverage_does_not_depend_on_the_order_of_the_communes(case, random):
    minutes, people, index, n_territories = case
    order = list(range(minutes.size))
    random.shuffle(order)
    kept = coverage(minutes, people, index, n_territories, [30, 60])
    shuffled = coverage(minutes[order], people[order], index[order], n_territories, [30, 60])
    for name in ("median_minutes", "p90_minutes", "share_within", "people_beyond"):
        assert np.array_equal(getattr(kept, name), getattr(shuffled, name), equal_nan=True)


@given(tables(), st.data())
def test_a_new_site_never_makes_anyone_farther(minutes, data):
    column = st.lists(TIMES, min_size=minutes.shape[1], max_size=minutes.shape[1])
    opened = np.vstack([minutes, np.array(data.draw(column), dtype=np.float32)])
    before, after = nearest_sites(minutes), nearest_sites(opened)
    assert (after.minutes <= before.minutes).all()
    assert (after.second_minutes <= before.second_minutes).all()

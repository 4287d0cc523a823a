"""What must hold for any geography: conservation, monotony, order, scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rarecare.access.caseload import Estimate, expected_caseload, normalised_modifier
from rarecare.access.decay import ExponentialDecay, GaussianDecay, PowerDecay, StepDecay
from rarecare.access.dependence import dependence, loss_of_each_site, minutes_without
from rarecare.access.e2sfca import e2sfca
from rarecare.access.inequality import bootstrap_interval, decile_ratio, gini, lorenz_curve, palma_ratio
from rarecare.access.nearest import nearest_sites

TIMES = st.sampled_from([0.0, 5.0, 10.0, 29.9, 30.0, 45.0, 60.0, 61.0, 240.0, np.inf])
TENTHS = st.integers(0, 6000).map(lambda tenths: tenths / 10)
AMOUNTS = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
DECAYS = st.sampled_from(
    [
        StepDecay.uniform(60),
        StepDecay((30, 60), (1, 0.3)),
        GaussianDecay(60),
        ExponentialDecay(20),
        PowerDecay(2),
    ]
)


def arrays(n, elements):
    return st.lists(elements, min_size=n, max_size=n).map(lambda values: np.array(values, dtype=np.float64))


@st.composite
def geographies(draw, *, max_sites=5, max_communes=7):
    """Minutes (n_sites, n_communes), an amount for each site, people of each commune."""
    n_sites, n_communes = draw(st.integers(1, max_sites)), draw(st.integers(1, max_communes))
    minutes = draw(arrays(n_sites * n_communes, TIMES)).reshape(n_sites, n_communes).astype(np.float32)
    return minutes, draw(arrays(n_sites, AMOUNTS)), draw(arrays(n_communes, AMOUNTS))


# ---- decay


@given(DECAYS, st.lists(st.floats(0, 1e4), min_size=2, max_size=20))
def test_weights_never_rise_with_time_and_end_at_the_limit(decay, times):
    ordered = np.array([*sorted(times), np.inf])
    weights = decay(ordered)
    assert (np.diff(weights) <= 0).all()
    assert (weights >= 0).all()
    assert (weights[ordered > decay.limit_minutes] == 0).all()
    assert weights[-1] == 0


# ---- E2SFCA


def plain_e2sfca(minutes, supply, demand, decay):
    """Compute the two steps with dictionaries and loops."""
    n_sites, n_communes = minutes.shape
    weight = {
        (site, commune): float(decay(minutes[site : site + 1, commune])[0])
        for site in range(n_sites)
        for commune in range(n_communes)
        if minutes[site, commune] <= decay.limit_minutes and minutes[site, commune] < np.inf
    }
    ratios = {}
    for site in range(n_sites):
        people = sum(demand[commune] * w for (at, commune), w in weight.items() if at == site)
        ratios[site] = supply[site] / people if people > 0 else 0
    return [
        sum(ratios[site] * w for (site, at), w in weight.items() if at == commune)
        for commune in range(n_communes)
    ]


@given(geographies(), DECAYS)
def test_e2sfca_equals_the_two_steps_in_plain_python(case, decay):
    assert e2sfca(*case, decay).access.tolist() == pytest.approx(plain_e2sfca(*case, decay), rel=1e-9)


@given(geographies(), DECAYS)
def test_supply_is_conserved_over_the_sites_that_reach_somebody(case, decay):
    minutes, supply, demand = case
    result = e2sfca(minutes, supply, demand, decay)
    assert result.access @ demand == pytest.approx(supply[result.site_demand > 0].sum(), rel=1e-9)


@given(geographies(), DECAYS, st.data())
def test_more_supply_never_lowers_access(case, decay, data):
    minutes, supply, demand = case
    added = data.draw(arrays(len(supply), AMOUNTS))
    more = e2sfca(minutes, supply + added, demand, decay).access
    assert (more >= e2sfca(minutes, supply, demand, decay).access).all()


@given(geographies(), DECAYS, st.randoms(use_true_random=False))
def test_e2sfca_does_not_depend_on_order(case, decay, random):
    minutes, supply, demand = case
    sites, communes = list(range(len(supply))), list(range(len(demand)))
    random.shuffle(sites)
    random.shuffle(communes)
    kept = e2sfca(minutes, supply, demand, decay).access
    shuffled = e2sfca(minutes[sites][:, communes], supply[sites], demand[communes], decay).access
    assert shuffled.tolist() == pytest.approx(kept[communes].tolist(), rel=1e-9)


@given(geographies(), DECAYS)
def test_access_is_zero_exactly_where_nothing_is_in_reach(case, decay):
    minutes, supply, demand = case
    result = e2sfca(minutes, supply, demand, decay)
    reachable = ((minutes <= decay.limit_minutes) & np.isfinite(minutes)).any(axis=0)
    assert (result.in_reach == reachable).all()
    assert (result.access[~reachable] == 0).all()


# ---- dependence


@given(geographies(), st.sampled_from([0, 10, 30, 60]))
def test_losing_a_site_equals_measuring_again_without_it(case, threshold):
    minutes, _, people = case
    nearest = nearest_sites(minutes)
    loss = loss_of_each_site(nearest, people, threshold_minutes=threshold)
    for site in range(len(minutes)):
        others = np.delete(minutes, site, axis=0)
        after = others.min(axis=0) if len(others) else np.full(people.size, np.inf)
        assert (minutes_without(nearest, site) == after).all()
        newly_beyond = people[(nearest.minutes <= threshold) & (after > threshold)].sum()
        stranded = people[np.isfinite(nearest.minutes) & np.isinf(after)].sum()
        assert loss.people_newly_beyond[site] == pytest.approx(newly_beyond)
        assert loss.people_left_without_road[site] == pytest.approx(stranded)


@given(geographies(), st.sampled_from([0, 10, 30, 60]))
def test_those_who_depend_on_one_site_are_those_whom_a_loss_puts_beyond(case, threshold):
    minutes, _, people = case
    nearest = nearest_sites(minutes)
    alone = dependence(nearest, people, np.zeros(people.size, dtype=int), 1, threshold_minutes=threshold)
    exactly_one = (minutes <= threshold).sum(axis=0) == 1
    assert (alone.only_one == exactly_one).all()
    loss = loss_of_each_site(nearest, people, threshold_minutes=threshold)
    assert loss.people_newly_beyond.sum() == pytest.approx(alone.people[0])


# ---- expected caseload


@given(geographies(), DECAYS, st.data())
def test_expected_caseloads_and_those_kept_apart_sum_to_followed_patients(case, decay, data):
    minutes, attraction, people = case
    rates = Estimate(*sorted(data.draw(st.lists(st.floats(0, 1), min_size=3, max_size=3))))
    patients = np.array([[1e-4], [2e-4], [5e-4]]) * people
    result = expected_caseload(patients, minutes, attraction, decay, follow_up=rates)
    followed = patients.sum(axis=1) * [rates.low, rates.central, rates.high]
    shared = result.sites.sum(axis=1) + result.without_road + result.out_of_reach
    assert result.followed.tolist() == pytest.approx(followed.tolist(), rel=1e-12, abs=1e-12)
    assert shared.tolist() == pytest.approx(followed.tolist(), rel=1e-12, abs=1e-12)
    assert (result.sites >= 0).all()
    assert (np.diff(result.sites, axis=0) >= -1e-9).all()


@given(geographies(), DECAYS)
def test_only_ratios_of_attraction_matter(case, decay):
    minutes, attraction, people = case
    patients = np.tile(people, (3, 1))
    kept = expected_caseload(patients, minutes, attraction, decay).sites
    scaled = expected_caseload(patients, minutes, attraction * 8, decay).sites
    assert scaled.ravel().tolist() == pytest.approx(kept.ravel().tolist(), rel=1e-9)


@given(geographies(), DECAYS)
def test_two_halves_of_a_site_follow_what_the_site_followed(case, decay):
    minutes, attraction, people = case
    patients = np.tile(people, (3, 1))
    whole = expected_caseload(patients, minutes, attraction, decay).sites[1]
    halves = np.concatenate([attraction, attraction[:1] / 2])
    halves[0] /= 2
    split = expected_caseload(patients, np.vstack([minutes, minutes[:1]]), halves, decay).sites[1]
    assert split[0] + split[-1] == pytest.approx(whole[0], rel=1e-9)
    assert split[1:-1].tolist() == pytest.approx(whole[1:].tolist(), rel=1e-9)


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.tuples(arrays(n, st.floats(0.1, 20)), arrays(n, st.floats(1, 1e6)))
    )
)
def test_a_normalised_modifier_keeps_the_number_of_people(case):
    modifier, people = case
    assert normalised_modifier(modifier, people) @ people == pytest.approx(people.sum(), rel=1e-9)


# ---- inequality


@st.composite
def populations(draw):
    n = draw(st.integers(1, 10))
    return draw(arrays(n, st.one_of(TIMES, TENTHS))), draw(arrays(n, st.integers(0, 6).map(float)))


def crowd(minutes, people):
    """List every person with a road."""
    return np.repeat(minutes, people.astype(int))[np.isfinite(np.repeat(minutes, people.astype(int)))]


@given(populations())
def test_gini_is_the_mean_difference_between_two_people_over_twice_the_mean(case):
    everyone = crowd(*case)
    index = gini(*case)
    if everyone.size == 0:
        assert np.isnan(index)
    elif everyone.max() == 0:
        assert index == 0
    else:
        difference = np.abs(everyone[:, None] - everyone[None]).mean()
        assert index == pytest.approx(difference / (2 * everyone.mean()), abs=1e-9)
        assert 0 <= index <= 1


@given(populations(), st.sampled_from([1 / 60, 0.5, 3, 1000]), st.sampled_from([0.01, 7, 1e6]))
def test_measures_are_free_of_scale(case, minutes_factor, people_factor):
    minutes, people = case
    for measure in (gini, palma_ratio, decile_ratio):
        kept = measure(minutes, people)
        scaled = measure(minutes * minutes_factor, people * people_factor)
        assert scaled == pytest.approx(kept, rel=1e-9, abs=1e-9, nan_ok=True)


@given(populations())
def test_the_lorenz_curve_rises_under_the_diagonal(case):
    curve = lorenz_curve(*case)
    if curve.people_share.size == 0:
        return
    assert (curve.people_share[0], curve.minutes_share[0]) == (0, 0)
    assert (curve.people_share[-1], curve.minutes_share[-1]) == (1, 1)
    assert (np.diff(curve.people_share) > 0).all()
    assert (np.diff(curve.minutes_share) >= 0).all()
    assert (curve.minutes_share <= curve.people_share + 1e-12).all()


@given(populations())
def test_palma_is_at_least_that_of_equal_times(case):
    ratio = palma_ratio(*case)
    assert np.isnan(ratio) or ratio >= 0.25 - 1e-9


@given(populations(), st.integers(0, 2**32 - 1))
def test_an_interval_is_in_order_and_inside_the_range_of_the_measure(case, seed):
    low, high = bootstrap_interval(gini, *case, seed=seed, replicates=20)
    assert (np.isnan(low) and np.isnan(high)) or 0 <= low <= high <= 1

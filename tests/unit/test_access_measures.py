"""What decay, E2SFCA, dependence, caseload and inequality refuse."""

import numpy as np
import pytest

from rarecare.access.caseload import (
    SUPPOSED_ATTRACTION,
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
from rarecare.access.e2sfca import e2sfca
from rarecare.access.inequality import bootstrap_interval, gini, inequality
from rarecare.access.nearest import nearest_sites
from rarecare.errors import UserError

MINUTES = np.array([[10.0, 20.0]])
ONE_SITE, TWO_COMMUNES = np.array([1.0]), np.array([1.0, 1.0])
PATIENTS = np.ones((3, 2))
NAN = float("nan")


@pytest.mark.parametrize(
    ("limits", "weights", "words"),
    [
        ((), (), "Aucun seuil"),
        ((60, 30), (1, 0.5), "pas dans l'ordre"),
        ((-5, 30), (1, 0.5), "n'est pas une durée"),
        ((30, 60), (1,), "2 zones de temps et 1 poids"),
        ((30, 60), (0.5, 1), "ne jamais augmenter"),
        ((30, 60), (1, -0.1), "positifs"),
        ((30,), (0,), "positifs"),
        ((30,), (NAN,), "positifs"),
    ],
)
def test_bad_zones_are_told_in_french(limits, weights, words):
    with pytest.raises(UserError, match=words):
        StepDecay(limits, weights)


@pytest.mark.parametrize(
    "decay",
    [
        lambda: GaussianDecay(0),
        lambda: GaussianDecay(-1),
        lambda: GaussianDecay(NAN),
        lambda: ExponentialDecay(0.5),
        lambda: PowerDecay(-1),
        lambda: PowerDecay(NAN),
        lambda: PowerDecay(2, floor_minutes=0),
    ],
)
def test_bad_parameters_of_a_decay_are_told_to_the_reader(decay):
    with pytest.raises(UserError):
        decay()


def test_a_decay_can_key_a_cache():
    assert len({StepDecay.luo_qi(90), StepDecay.luo_qi(90), GaussianDecay(90), GaussianDecay(60)}) == 3


def test_e2sfca_of_no_site_is_told_to_the_reader():
    with pytest.raises(UserError, match="Aucun centre"):
        e2sfca(np.empty((0, 2)), np.empty(0), TWO_COMMUNES, GaussianDecay(60))


@pytest.mark.parametrize(
    ("supply", "demand"),
    [
        (TWO_COMMUNES, TWO_COMMUNES),
        (ONE_SITE, ONE_SITE),
        (-ONE_SITE, TWO_COMMUNES),
        (ONE_SITE, TWO_COMMUNES * NAN),
    ],
    ids=["one supply too many", "one demand missing", "negative supply", "NaN demand"],
)
def test_e2sfca_refuses_quantities_that_do_not_fit(supply, demand):
    with pytest.raises(ValueError, match="must"):
        e2sfca(MINUTES, supply, demand, GaussianDecay(60))


def test_dependence_checks_its_threshold_and_its_people():
    nearest = nearest_sites(MINUTES)
    with pytest.raises(UserError, match="n'est pas une durée"):
        dependence(nearest, TWO_COMMUNES, np.array([0, 0]), 1, threshold_minutes=-1)
    with pytest.raises(UserError, match="n'est pas une durée"):
        loss_of_each_site(nearest, TWO_COMMUNES, threshold_minutes=NAN)
    with pytest.raises(ValueError, match="population"):
        loss_of_each_site(nearest, ONE_SITE, threshold_minutes=60)


@pytest.mark.parametrize("site", [-1, 1])
def test_only_a_site_of_the_table_can_close(site):
    with pytest.raises(ValueError, match="site must lie"):
        minutes_without(nearest_sites(MINUTES), site)


@pytest.mark.parametrize("numbers", [(NAN, NAN, NAN), (3, 2, 1), (-1, 0, 1), (1, 2, float("inf"))])
def test_an_unknown_or_disordered_prevalence_is_told_in_french(numbers):
    with pytest.raises(UserError, match="n'est pas connue ou n'est pas dans l'ordre"):
        Estimate(*numbers)


def test_a_follow_up_rate_over_one_is_told_in_french():
    with pytest.raises(UserError, match="taux de suivi"):
        expected_caseload(PATIENTS, MINUTES, ONE_SITE, PowerDecay(2), follow_up=Estimate(0.5, 0.9, 1.1))


def test_a_type_of_site_without_attraction_is_named():
    with pytest.raises(UserError, match="inconnu"):
        attraction_of(["competence", "inconnu"])
    with pytest.raises(UserError, match="competence"):
        attraction_of(["competence"], {"competence": -1})


def test_every_type_of_site_has_a_supposed_attraction():
    assert set(SUPPOSED_ATTRACTION) == {"coordonnateur", "constitutif", "competence", "crc"}


@pytest.mark.parametrize(
    "call",
    [
        lambda: expected_caseload(np.ones((2, 2)), MINUTES, ONE_SITE, PowerDecay(2)),
        lambda: expected_caseload(PATIENTS, MINUTES, TWO_COMMUNES, PowerDecay(2)),
        lambda: expected_patients(TWO_COMMUNES, Estimate.exactly(1e-4), modifier=-1.0),
        lambda: expected_patients(TWO_COMMUNES, Estimate.exactly(1e-4), age_share=np.ones(3)),
        lambda: national_prevalence(Estimate.exactly(10), np.zeros(2)),
        lambda: normalised_modifier(np.zeros(2), TWO_COMMUNES),
        lambda: age_share(np.array([0.2, 1.2]), TWO_COMMUNES, patients_children_share=0.5, public="tous"),
        lambda: age_share(np.zeros(2), TWO_COMMUNES, patients_children_share=0.5, public="tous"),
        lambda: inequality(MINUTES[0], TWO_COMMUNES, np.array([0, 2]), 2),
        lambda: gini(MINUTES[0] * NAN, TWO_COMMUNES),
        lambda: bootstrap_interval(gini, MINUTES[0], TWO_COMMUNES, seed=1, level=1),
        lambda: bootstrap_interval(gini, MINUTES[0], TWO_COMMUNES, seed=1, replicates=1),
    ],
)
def test_what_only_a_caller_can_get_wrong_is_a_bug(call):
    with pytest.raises(ValueError):  # noqa: PT011  # each case has its own words; the type is what counts
        call()

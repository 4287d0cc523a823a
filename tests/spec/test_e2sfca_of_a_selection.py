"""The indicator E2SFCA of a real selection against PySAL ``access`` on the same pairs, to 1e-9."""

from itertools import pairwise

import numpy as np
import pytest

from rarecare.access.decay import GaussianDecay, StepDecay
from rarecare.access.e2sfca import e2sfca
from rarecare.access.selection import Selection
from rarecare.bench_access import E2sfcaCase
from rarecare.dataset.store import open_dataset
from rarecare.indicators.hypotheses import HYPOTHESES
from rarecare.indicators.view import SelectionAccess


@pytest.fixture(scope="module")
def access(built_settings):
    return SelectionAccess(open_dataset(built_settings), Selection(filiere="RESPIFIL"))


@pytest.fixture(scope="module")
def by_pysal(access):
    case = E2sfcaCase.of(access)
    return case.peer(case.pairs())


def test_the_access_of_every_commune_is_that_of_pysal(access, by_pysal):
    ours = access.catchment(HYPOTHESES.zones)
    np.testing.assert_allclose(ours.access, by_pysal, rtol=1e-9, atol=0)
    # Communes with no site in range are there, at 0: PySAL drops them.
    assert 0 < (~ours.in_reach).sum() < len(ours.access)
    assert (ours.access[~ours.in_reach] == 0).all()


def test_the_indicator_is_the_mean_of_pysal_over_the_national_mean(access, by_pysal):
    people = access.people
    national = float(by_pysal @ people / people.sum())
    parts = access.dataset.partition("departement")
    wanted = [
        float(by_pysal[parts.index == rank] @ people[parts.index == rank])
        / people[parts.index == rank].sum()
        / national
        for rank in range(len(parts))
    ]
    np.testing.assert_allclose(access.by("departement").relative_access, wanted, rtol=1e-9, atol=1e-15)
    assert access.by("france").relative_access.tolist() == pytest.approx([1])


def test_supply_is_conserved_among_those_in_reach(access):
    ours = access.catchment(GaussianDecay(90))
    total = HYPOTHESES.weights_of(list(access.sites["type"])).sum()
    assert float(ours.access @ access.people) == pytest.approx(total, rel=1e-9)


def test_the_weights_of_the_zones_are_the_gaussian_at_the_middle_of_each():
    zones = HYPOTHESES.zones
    assert isinstance(zones, StepDecay)
    limits = (0.0, *zones.limits_minutes)
    middles = np.array([(low + high) / 2 for low, high in pairwise(limits)])
    assert np.round(GaussianDecay(zones.limit_minutes)(middles), 2).tolist() == list(zones.weights)


def test_a_doubled_supply_leaves_relative_access_as_it_is(access):
    case = E2sfcaCase.of(access)
    doubled = e2sfca(case.minutes, 2 * case.supply, case.demand, case.decay).access
    np.testing.assert_allclose(doubled, 2 * case.ours(), rtol=1e-12)

"""E2SFCA and 2SFCA against an independent implementation, PySAL ``access``, to 1e-9 on the same pairs.

PySAL drops places with no facility in range: they are put back at 0 before comparing. Sites that reach nobody
are left out of these cases (it divides by zero there); what we do with them is told in the spec of E2SFCA.
"""

import numpy as np
import pandas as pd
import pytest
from access.fca import two_stage_fca

from rarecare.access.decay import GaussianDecay, StepDecay
from rarecare.access.e2sfca import e2sfca
from rarecare.dataset.store import open_dataset
from rarecare.settings import Settings

DECAYS = {
    "2SFCA, 60 minutes": StepDecay.uniform(60),
    "zones of Luo and Qi": StepDecay.luo_qi(90),
    "unequal zones": StepDecay((15, 45, 120), (1, 0.5, 0.1)),
    "Gaussian": GaussianDecay(75),
}


def pysal(minutes, supply, demand, decay):
    """Run PySAL on the pairs within the limit and give every commune a value."""
    site, commune = np.nonzero(minutes <= decay.limit_minutes)
    pairs = pd.DataFrame(
        {"origin": commune, "dest": site, "cost": minutes[site, commune].astype(np.float64)},
    )
    result = two_stage_fca(
        demand_df=pd.DataFrame({"demand": demand}),
        supply_df=pd.DataFrame({"supply": supply}),
        cost_df=pairs,
        max_cost=decay.limit_minutes,
        demand_index=True,
        demand_name="demand",
        supply_name="supply",
        weight_fn=lambda cost: float(decay(np.array([cost]))[0]),
    )
    return result.reindex(range(len(demand)), fill_value=0.0).to_numpy()


def geography(*, n_communes, n_sites, side_km, seed):
    """Draw communes and sites on a square crossed at a plausible speed, an island without any road among them."""
    random = np.random.default_rng(seed)
    communes = random.uniform(0, side_km, (n_communes, 2))
    sites = communes[random.choice(n_communes, n_sites, replace=False)]
    km = np.linalg.norm(sites[:, None] - communes[None], axis=2)
    minutes = np.round(10 + km * random.uniform(0.9, 1.3, n_communes), 1).astype(np.float32)
    minutes[:, : n_communes // 50] = np.inf
    return minutes, random.uniform(1, 200, n_sites), np.round(random.lognormal(6, 1.4, n_communes)) + 1


def village_grid():
    """Lay 400 equal villages on a grid with a site in every fifth row and column: many equal times, many zeros."""
    places = np.array([(column, row) for column in range(20) for row in range(20)], dtype=float)
    sites = places[(places % 5 == 0).all(axis=1)]
    minutes = 12 * np.abs(sites[:, None] - places[None]).sum(axis=2)
    return minutes.astype(np.float32), np.ones(len(sites)), np.full(len(places), 100.0)


@pytest.mark.parametrize("decay", DECAYS.values(), ids=DECAYS.keys())
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equal_to_pysal_on_random_geographies(decay, seed):
    case = geography(n_communes=300, n_sites=12, side_km=300, seed=seed)
    ours = e2sfca(*case, decay)
    np.testing.assert_allclose(ours.access, pysal(*case, decay), rtol=1e-9, atol=0)
    # The case is worth something only if some communes are out of reach of every site.
    assert 0 < ours.in_reach.sum() < len(ours.access)


@pytest.mark.parametrize("decay", DECAYS.values(), ids=DECAYS.keys())
def test_equal_to_pysal_on_a_grid_of_villages(decay):
    case = village_grid()
    np.testing.assert_allclose(e2sfca(*case, decay).access, pysal(*case, decay), rtol=1e-9, atol=0)


@pytest.fixture(scope="module")
def country():
    """The built travel times of the country when there are any, else a drawn country of the same size."""
    settings = Settings()
    if not (settings.build_dir / "CURRENT").is_file():
        return geography(n_communes=34_917, n_sites=100, side_km=950, seed=7)
    dataset = open_dataset(settings)
    minutes = dataset.matrix.minutes(range(len(dataset.matrix.sources)))
    return minutes, np.arange(1.0, len(minutes) + 1), dataset.people("tous")


@pytest.mark.parametrize("decay", [StepDecay.luo_qi(60), GaussianDecay(60)], ids=["zones", "Gaussian"])
def test_equal_to_pysal_at_the_size_of_the_country(country, decay):
    ours = e2sfca(*country, decay)
    np.testing.assert_allclose(ours.access, pysal(*country, decay), rtol=1e-9, atol=0)
    assert (ours.access[~ours.in_reach] == 0).all()
    assert 0 < ours.in_reach.sum() < len(ours.access)

"""Time of the access engine on the real matrix, E2SFCA beside PySAL ``access`` on the same pairs."""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rarecare.access.checks import Floats
from rarecare.access.decay import StepDecay
from rarecare.access.e2sfca import e2sfca
from rarecare.access.weighted import group_sums
from rarecare.indicators.hypotheses import HYPOTHESES
from rarecare.indicators.view import SelectionAccess

PEER = "PySAL access"
_PAIRED_RUNS = 3


@dataclass(frozen=True, eq=False)
class E2sfcaCase:
    """One E2SFCA of a selection: minutes, supply, demand, zones."""

    minutes: Floats
    supply: Floats
    demand: Floats
    decay: StepDecay

    @classmethod
    def of(cls, access: SelectionAccess) -> E2sfcaCase:
        """Return the case of the indicator ``e2sfca`` for a selection."""
        places = np.searchsorted(access.rows, access.sites["matrix_row"].to_numpy(dtype=np.intp))
        weights = HYPOTHESES.weights_of(list(access.sites["type"]))
        decay = HYPOTHESES.zones
        if not isinstance(decay, StepDecay):
            raise TypeError("the peer knows zones only")
        return cls(access.minutes(), group_sums(weights, places, access.rows.size), access.people, decay)

    def ours(self) -> Floats:
        """Return the access of every commune, as the indicator computes it."""
        return e2sfca(self.minutes, self.supply, self.demand, self.decay).access

    def pairs(self) -> pd.DataFrame:
        """Return the pairs within the limit as the table that the peer wants; not counted in its time."""
        site, commune = np.nonzero(self.minutes <= self.minutes.dtype.type(self.decay.limit_minutes))
        # Rounded to the tenths that the matrix holds: the peer compares zones in double precision.
        cost = np.round(self.minutes[site, commune].astype(np.float64), 1)
        return pd.DataFrame({"origin": commune, "dest": site, "cost": cost})

    def peer(self, pairs: pd.DataFrame) -> Floats:
        """Return the access of every commune by PySAL; 0 for those that it drops for having no site in range."""
        fca, weights = (importlib.import_module(f"access.{name}") for name in ("fca", "weights"))
        zones = weights.step_fn(dict(zip(self.decay.limits_minutes, self.decay.weights, strict=True)))
        found = fca.two_stage_fca(
            demand_df=pd.DataFrame({"demand": self.demand}),
            supply_df=pd.DataFrame({"supply": self.supply}),
            cost_df=pairs,
            max_cost=self.decay.limit_minutes,
            demand_index=True,
            demand_name="demand",
            supply_name="supply",
            weight_fn=zones,
        )
        values: Floats = found.reindex(range(len(self.demand)), fill_value=0.0).to_numpy()
        return values


def peer_is_installed() -> bool:
    """Return whether the package ``access`` can be imported."""
    return importlib.util.find_spec("access") is not None


def paired_seconds(case: E2sfcaCase) -> tuple[float, float]:
    """Return the median seconds of ours and of the peer, run in turn on the same pairs.

    Raises :class:`RuntimeError` when the results differ: a wrong answer has no speed.
    """
    pairs = case.pairs()
    ours, peers = [], []
    for _ in range(_PAIRED_RUNS):
        ours.append(_seconds(case.ours))
        peers.append(_seconds(lambda: case.peer(pairs)))
    if not np.allclose(case.ours(), case.peer(pairs), rtol=1e-9, atol=0):
        raise RuntimeError("E2SFCA and its peer do not agree")
    return float(np.median(ours)), float(np.median(peers))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

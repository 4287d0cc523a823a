"""How much a site counts as it gets farther: small frozen functions of time, usable as cache keys.

Every decay takes minutes of any shape and returns float64 weights ≥ 0 that never increase with time; beyond
its ``limit_minutes``, and where there is no road (``np.inf``), the weight is 0. All times are minutes: the
code cannot tell when units are mixed. What a reader may set is refused with a French
:class:`~rarecare.errors.UserError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from rarecare.access.checks import Floats, Integers, check_threshold, check_thresholds
from rarecare.errors import UserError

LUO_QI_WEIGHTS = (1.0, 0.68, 0.22)
"""Weights of the three zones, slow decay, in Luo & Qi 2009."""

SHORTEST_HALF_MINUTES = 1.0


class Decay(Protocol):
    """A weight that falls with time."""

    @property
    def limit_minutes(self) -> float:
        """Time beyond which the weight is 0; ``np.inf`` when there is none."""

    def __call__(self, minutes: Floats) -> Floats:
        """Return the weight (float64, same shape) of each time in minutes."""


@dataclass(frozen=True)
class StepDecay:
    """One weight for each zone of time: E2SFCA of Luo & Qi 2009.

    Source: W. Luo, Y. Qi, "An enhanced two-step floating catchment area (E2SFCA) method…", Health & Place 15,
    2009, https://doi.org/10.1016/j.healthplace.2009.06.002. With a single zone of weight 1, plain 2SFCA: W.
    Luo, F. Wang, Environment and Planning B 30, 2003, https://doi.org/10.1068/b29120.

    Parameters
    ----------
    limits_minutes : tuple of float
        Upper limit of each zone, included in it; strictly increasing, ≥ 0.
    weights : tuple of float
        Weight of each zone, ≥ 0, never increasing; the first is > 0.

    Raises
    ------
    UserError
        Limits out of order or negative, weights that are negative, increase or do not match the zones.
    """

    limits_minutes: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        check_thresholds(self.limits_minutes)
        n_zones, n_weights = len(self.limits_minutes), len(self.weights)
        if n_weights != n_zones:
            raise UserError(
                f"{n_zones} zones de temps et {n_weights} poids ne vont pas ensemble",
                remedy="Donner un poids par zone.",
            )
        falls = all(nearer >= farther for nearer, farther in pairwise(self.weights))
        if not (falls and self.weights[-1] >= 0 and 0 < self.weights[0] < np.inf):
            raise UserError(
                "Les poids des zones de temps doivent être positifs et ne jamais augmenter avec le temps",
                remedy="Donner par exemple 1, puis 0,68, puis 0,22.",
            )

    @classmethod
    def uniform(cls, limit_minutes: float) -> StepDecay:
        """Return the single zone of weight 1 of plain 2SFCA."""
        return cls((limit_minutes,), (1.0,))

    @classmethod
    def luo_qi(cls, limit_minutes: float) -> StepDecay:
        """Return three equal zones up to the limit with the weights of Luo & Qi 2009 (1, 0.68, 0.22)."""
        return cls((limit_minutes / 3, limit_minutes * 2 / 3, limit_minutes), LUO_QI_WEIGHTS)

    @property
    def limit_minutes(self) -> float:
        """Upper limit of the last zone."""
        return self.limits_minutes[-1]

    def __call__(self, minutes: Floats) -> Floats:
        """Return the weight of each time; limits are compared in the precision of ``minutes``."""
        # Counting the limits passed is eight times faster than a binary search among so few of them.
        zone = np.zeros(minutes.shape, dtype=np.intp)
        for limit in self.limits_minutes:
            zone += minutes > minutes.dtype.type(limit)
        weights: Floats = np.array([*self.weights, 0.0])[zone]
        return weights


@dataclass(frozen=True)
class GaussianDecay:
    """A Gaussian brought to 1 at 0 minutes and to 0 at the limit.

    f(t) = (exp(−½ (t/T)²) − exp(−½)) / (1 − exp(−½)) for t ≤ T, else 0. Source: D. Dai, Health & Place 16,
    2010, https://doi.org/10.1016/j.healthplace.2010.06.012.

    Parameters
    ----------
    limit_minutes : float
        T, > 0.

    Raises
    ------
    UserError
        The limit is no duration, or 0.
    """

    limit_minutes: float

    def __post_init__(self) -> None:
        _check_positive(self.limit_minutes)

    def __call__(self, minutes: Floats) -> Floats:
        """Return the weight of each time."""
        floor = np.exp(-0.5)
        scaled = minutes.astype(np.float64) / self.limit_minutes
        weights: Floats = np.maximum((np.exp(-0.5 * scaled * scaled) - floor) / (1 - floor), 0.0)
        return weights


@dataclass(frozen=True)
class ExponentialDecay:
    """A weight halved by every given number of minutes, without a limit: f(t) = 2^(−t/h).

    Parameters
    ----------
    half_minutes : float
        h, at least 1: a shorter one has no meaning against times told to 5 minutes.

    Raises
    ------
    UserError
        h is no duration or under 1 minute.
    """

    half_minutes: float

    def __post_init__(self) -> None:
        if check_threshold(self.half_minutes) < SHORTEST_HALF_MINUTES:
            raise UserError(
                "Le temps qui divise l'attraction par deux est trop court",
                remedy="Donner au moins une minute.",
            )

    @property
    def limit_minutes(self) -> float:
        """No limit."""
        return np.inf

    def __call__(self, minutes: Floats) -> Floats:
        """Return the weight of each time."""
        return np.exp2(-minutes.astype(np.float64) / self.half_minutes)


@dataclass(frozen=True)
class PowerDecay:
    """The decay of Huff's own model: f(t) = max(t, t₀)^(−β), without a limit.

    Source: D. L. Huff, "A probabilistic analysis of shopping center trade areas", Land Economics 39, 1963,
    https://doi.org/10.2307/3144521.

    Parameters
    ----------
    exponent : float
        β, ≥ 0; 0 makes time indifferent.
    floor_minutes : float
        t₀ > 0: shorter times count as this one, since a power of 0 minutes is infinite.

    Raises
    ------
    UserError
        β is negative or no number, or t₀ is no duration or 0.
    """

    exponent: float
    floor_minutes: float = 10.0

    def __post_init__(self) -> None:
        if not 0 <= self.exponent < np.inf:
            raise UserError(
                "L'exposant du modèle de Huff doit être un nombre positif", remedy="Donner par exemple 2."
            )
        _check_positive(self.floor_minutes)

    @property
    def limit_minutes(self) -> float:
        """No limit."""
        return np.inf

    def __call__(self, minutes: Floats) -> Floats:
        """Return the weight of each time."""
        # exp(−β ln t) is three times faster than a power of each time.
        logarithms = np.log(np.maximum(minutes.astype(np.float64), self.floor_minutes))
        weights = np.exp(-self.exponent * np.where(np.isfinite(minutes), logarithms, 0.0))
        return np.where(np.isfinite(minutes), weights, 0.0)


@dataclass(frozen=True)
class Pairs:
    """Sites and communes within reach of each other; one element a pair, site after site.

    Attributes
    ----------
    sites, places : integer arrays, shape (n_pairs,)
        Row of the site and index of the commune.
    weights : float64 array, shape (n_pairs,)
        Weight of the time between them.
    """

    sites: Integers
    places: Integers
    weights: Floats


def pairs_within_reach(minutes: Floats, decay: Decay) -> Pairs:
    """Find the pairs with a road and within the limit of a decay.

    Parameters
    ----------
    minutes : floating array, shape (n_sites, n_communes)
        Minutes from each site to each commune; ``np.inf`` = no road.
    decay : Decay
        Weight by time.

    Returns
    -------
    pairs : Pairs
        Sites, communes and weights. Limits are compared in the precision of ``minutes``.
    """
    farthest = min(decay.limit_minutes, float(np.finfo(minutes.dtype).max))
    found = np.flatnonzero(minutes <= minutes.dtype.type(farthest))
    sites, places = np.divmod(found, minutes.shape[1])
    return Pairs(sites, places, decay(minutes.reshape(-1)[found]))


def _check_positive(duration_minutes: float) -> None:
    if check_threshold(duration_minutes) == 0:
        raise UserError("Une durée de zéro minute ne convient pas ici", remedy="Donner une durée en minutes.")

"""Two selections side by side: expertise and proximity, children and adults, two filières, two labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.checks import Floats
from rarecare.access.coverage import MEDIAN
from rarecare.access.weighted import group_sums, weighted_quantiles
from rarecare.indicators.frames import key_column
from rarecare.indicators.view import SelectionAccess
from rarecare.territory.partition import Maille

TOLERANCE_MINUTES = 5.0
"""A smaller difference is no difference: times are told to 5 minutes."""

STATES = ("les_deux", "route_perdue", "route_gagnee", "aucune_route")
"""A road to both selections, to the first alone, to the second alone, to neither."""


@dataclass(frozen=True, eq=False)
class CommuneComparison:
    """The minutes of two selections, commune by commune.

    Attributes
    ----------
    minutes_a, minutes_b : floating arrays, shape (n_communes,)
        Minutes to the nearest site of each selection; ``np.inf`` = no road.
    difference_minutes : float64 array, shape (n_communes,)
        Second minus first: > 0 is farther with the second. NaN wherever one of them has no road: see ``state``.
    state : str array, shape (n_communes,)
        One of :data:`STATES`.
    """

    minutes_a: Floats
    minutes_b: Floats
    difference_minutes: Floats
    state: NDArray[np.str_]


def compare_communes(first: SelectionAccess, second: SelectionAccess) -> CommuneComparison:
    """Compare two selections commune by commune.

    Raises
    ------
    UserError
        One of the selections has no site.
    ValueError
        The selections come from two versions of the data.
    """
    if first.dataset is not second.dataset:
        raise ValueError("both selections must come from the same dataset")
    minutes_a, minutes_b = first.nearest.minutes, second.nearest.minutes
    road_a, road_b = np.isfinite(minutes_a), np.isfinite(minutes_b)
    both = road_a & road_b
    difference = np.full(minutes_a.shape, np.nan)
    difference[both] = minutes_b[both].astype(np.float64) - minutes_a[both]
    state = np.select([both, road_a, road_b], STATES[:3], default=STATES[3])
    return CommuneComparison(minutes_a, minutes_b, difference, state)


def compare(first: SelectionAccess, second: SelectionAccess, maille: Maille) -> pd.DataFrame:
    """Compare two selections by territory, for the same people on both sides.

    The people are those of the public that both selections are about, and everybody when the publics differ: what is
    compared is where the sites are, not who asks.

    Parameters
    ----------
    first, second : SelectionAccess
        Selections of the same dataset.
    maille : Maille
        Territories.

    Returns
    -------
    frame : DataFrame
        One row a territory, sorted by code: its code, ``nom``, ``population``; ``temps_median_a_minutes`` and
        ``temps_median_b_minutes`` (inf = over half have no road, NaN = nobody lives there),
        ``difference_minutes`` of these medians (second minus first; NaN unless both are finite) and ``etat`` of the
        medians (one of :data:`STATES`; "" when nobody lives there); ``habitants_plus_pres`` and
        ``habitants_plus_loin`` with the second by at least 5 minutes; ``habitants_route_gagnee`` and
        ``habitants_route_perdue`` with the second; ``habitants_inchanges``, all the others.

    Raises
    ------
    UserError, ValueError
        See :func:`compare_communes`.
    """
    communes = compare_communes(first, second)
    dataset, parts = first.dataset, first.dataset.partition(maille)
    same = first.selection.public == second.selection.public
    people = dataset.people(first.selection.public if same else "tous")
    size = len(parts)

    def count(where: NDArray[np.bool_]) -> Floats:
        return group_sums(people * where, parts.index, size)

    def median(minutes: Floats) -> Floats:
        return weighted_quantiles(minutes, people, parts.index, size, shares=[MEDIAN])[:, 0]

    median_a, median_b = median(communes.minutes_a), median(communes.minutes_b)
    closer, farther = (
        communes.difference_minutes <= -TOLERANCE_MINUTES,
        communes.difference_minutes >= TOLERANCE_MINUTES,
    )
    gained, lost = communes.state == "route_gagnee", communes.state == "route_perdue"
    return pd.DataFrame(
        {
            key_column(maille): parts.codes,
            "nom": parts.noms,
            "population": count(np.ones_like(closer)),
            "temps_median_a_minutes": median_a,
            "temps_median_b_minutes": median_b,
            "difference_minutes": _difference(median_a, median_b),
            "etat": _states(median_a, median_b),
            "habitants_plus_pres": count(closer),
            "habitants_plus_loin": count(farther),
            "habitants_route_gagnee": count(gained),
            "habitants_route_perdue": count(lost),
            "habitants_inchanges": count(~(closer | farther | gained | lost)),
        }
    )


def _difference(first: Floats, second: Floats) -> Floats:
    both = np.isfinite(first) & np.isfinite(second)
    difference: Floats = np.subtract(second, first, out=np.full(first.shape, np.nan), where=both)
    return difference


def _states(first: Floats, second: Floats) -> NDArray[np.str_]:
    known = ~np.isnan(first)
    road_a, road_b = np.isfinite(first), np.isfinite(second)
    return np.select([~known, road_a & road_b, road_a, road_b], ["", *STATES[:3]], default=STATES[3])

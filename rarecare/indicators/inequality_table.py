"""How unevenly travel time is shared, by density of the commune, with an interval."""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.caseload import CENTRAL
from rarecare.access.checks import Floats, Integers
from rarecare.access.inequality import LorenzCurve, bootstrap_interval, gini, inequality, lorenz_curve
from rarecare.indicators.view import SelectionAccess
from rarecare.territory.partition import Maille

Weights = Literal["habitants", "patients"]

DENSITY_LIMITS_PER_KM2 = (30.0, 100.0, 300.0, 1500.0)
"""Upper limits of the density classes, excluded: a commune of 300 inhabitants per km² is in the class from 300.

300 and 1,500 are the limits of the European degree of urbanisation (Eurostat), applied here to whole communes and not
to cells of 1 km; 30 and 100 split the countryside, where most of the differences in travel time are.
"""
DENSITY_CLASSES = (
    "Moins de 30 habitants par km²",
    "De 30 à 100 habitants par km²",
    "De 100 à 300 habitants par km²",
    "De 300 à 1 500 habitants par km²",
    "1 500 habitants par km² ou plus",
)
WHOLE = "Ensemble"
"""Row of the whole territory."""

_REPLICATES = 200
_SEED = 20261121


def density_class(densities_per_km2: Floats) -> Integers:
    """Return the rank of the density class of each commune (n_communes,), 0 = least dense."""
    return np.searchsorted(DENSITY_LIMITS_PER_KM2, densities_per_km2, side="right")


def inequality_table(
    access: SelectionAccess,
    *,
    weights: Weights = "habitants",
    interval: bool = True,
    maille: Maille = "france",
    code: str = "FR",
) -> pd.DataFrame:
    """Measure the inequality of travel time within each class of density, and in the whole territory.

    Parameters
    ----------
    access : SelectionAccess
        Sites asked about.
    weights : {"habitants", "patients"}
        Who counts: inhabitants of the chosen public, or the patients expected among them (central estimate), whose
        small numbers make the interval wide.
    interval : bool
        Compute the 95 % bootstrap interval of Gini (the chance of where that many people live; 200 draws, the same at
        each call). The costly part: leave it out where it is not shown.
    maille, code : str
        Territory whose communes are kept; the country by default.

    Returns
    -------
    frame : DataFrame
        One row a class, least dense first, then the territory: ``classe``, ``communes``, ``personnes`` (weights),
        ``part_sans_route_pct``, ``temps_moyen_minutes``, ``temps_median_minutes``, ``temps_des_plus_loin_pct`` and
        ``temps_des_plus_proches_pct`` (part of all minutes held by the farthest 10 % and the nearest 40 % of people),
        ``gini_indice``, ``gini_indice_bas``, ``gini_indice_haut``, ``palma_ratio``, ``rapport_interdecile``. Times
        and indices are those of people with a road; NaN where nobody has one, and bounds NaN without ``interval`` or
        for a single person.

    Raises
    ------
    UserError
        No site; patients that cannot be expected for the selection; a territory that does not exist.
    """
    minutes, people, inside = _within(access, weights, maille, code)
    classes = density_class(np.asarray(access.dataset.communes.densities, dtype=np.float64)[inside])
    everywhere = np.zeros_like(classes)
    parts = [
        _measures(minutes, people, classes, DENSITY_CLASSES, interval=interval),
        _measures(minutes, people, everywhere, (WHOLE,), interval=interval),
    ]
    return pd.concat(parts, ignore_index=True)


def lorenz_of(
    access: SelectionAccess, *, weights: Weights = "habitants", maille: Maille = "france", code: str = "FR"
) -> LorenzCurve:
    """Return the Lorenz curve of travel time in a territory; parameters and errors of :func:`inequality_table`."""
    minutes, people, _ = _within(access, weights, maille, code)
    return lorenz_curve(minutes, people)


def _within(
    access: SelectionAccess, weights: Weights, maille: Maille, code: str
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the minutes and the people of the communes of a territory, and which communes these are."""
    parts = access.dataset.partition(maille)
    inside = parts.index == parts.position(code)
    people = access.people if weights == "habitants" else access.expected[CENTRAL]
    return access.nearest.minutes[inside], people[inside], inside


def _measures(
    minutes: Floats, people: Floats, classes: Integers, names: tuple[str, ...], *, interval: bool
) -> pd.DataFrame:
    found = inequality(minutes, people, classes, len(names))
    bounds = [
        _interval(minutes[classes == rank], people[classes == rank]) if interval else (np.nan, np.nan)
        for rank in range(len(names))
    ]
    return pd.DataFrame(
        {
            "classe": names,
            "communes": np.bincount(classes, minlength=len(names)),
            "personnes": found.people,
            "part_sans_route_pct": 100.0 * found.share_without_road,
            "temps_moyen_minutes": found.mean_minutes,
            "temps_median_minutes": found.median_minutes,
            "temps_des_plus_loin_pct": 100.0 * found.farthest_share,
            "temps_des_plus_proches_pct": 100.0 * found.nearest_share,
            "gini_indice": found.gini,
            "gini_indice_bas": [low for low, _ in bounds],
            "gini_indice_haut": [high for _, high in bounds],
            "palma_ratio": found.palma,
            "rapport_interdecile": found.decile_ratio,
        }
    )


def _interval(minutes: Floats, people: Floats) -> tuple[float, float]:
    if minutes.size == 0:
        return np.nan, np.nan
    # The plain index of few people is biased to 0: its interval would lie below the index that it is shown beside.
    unbiased = partial(gini, small_sample=True)
    return bootstrap_interval(unbiased, minutes, people, seed=_SEED, replicates=_REPLICATES)

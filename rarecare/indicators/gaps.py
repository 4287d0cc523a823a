"""Ranked gaps of access: a score made of four parts, each shown with its value, its rank and its weight.

Points of a part = 100 × how many territories do strictly better ÷ how many do strictly better than the worst: 0 when
nobody does better, 100 when nobody does worse. A rank needs no unit, gives each territory one voice whatever its
population, and puts "no road" last without giving it a number. Score = mean of the four points, weighted by the reader.
This is the normalisation by ranking and the linear aggregation of OECD and JRC 2008,
https://doi.org/10.1787/9789264043466-en.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd

from rarecare.access.checks import Floats
from rarecare.errors import UserError
from rarecare.indicators.frames import key_column, thresholds_with
from rarecare.indicators.view import MEDIAN, AccessView, SelectionAccess
from rarecare.territory.partition import Maille

GAP_MAILLES: tuple[Maille, ...] = ("departement", "region")
"""Territories among which gaps are ranked: a commune has one time, so that three of its four parts say nothing."""

BEST_POINTS, WORST_POINTS = 0.0, 100.0


@dataclass(frozen=True)
class Part:
    """One part of the score.

    Parameters
    ----------
    slug
        Its name in columns: ``rang_<slug>``, ``points_<slug>``, ``contribution_<slug>``, ``poids_<slug>_pct``.
    column
        Column of its value; that of the country is the same with ``_france`` before the unit.
    step
        Values that differ by less are equal: finer is rounding, or beyond what the times are worth.
    worst
        ``"haut"`` when a high value is a gap, ``"bas"`` when a low one is.
    values
        From a view and a threshold in minutes to one value a territory (inf = no road, NaN = nobody lives there).
    """

    slug: str
    column: str
    step: float
    worst: str
    values: Callable[[AccessView, int], Floats]

    @property
    def national_column(self) -> str:
        """Column of the value of the country."""
        stem, _, unit = self.column.rpartition("_")
        return f"{stem}_france_{unit}"


def _beyond_pct(view: AccessView, minutes: int) -> Floats:
    return 100.0 * (1.0 - view.share_within(minutes))


def _single_place_pct(view: AccessView, minutes: int) -> Floats:
    return 100.0 * view.dependence(minutes).share


def _without_second_pct(view: AccessView, minutes: int) -> Floats:
    return _beyond_pct(view, minutes) + _single_place_pct(view, minutes)


PARTS = (
    Part("temps", "temps_median_minutes", 0.1, "haut", lambda view, _: view.quantile_minutes(MEDIAN)),
    Part("au_dela", "part_au_dela_pct", 0.01, "haut", _beyond_pct),
    Part("offre", "e2sfca_ratio", 0.001, "bas", lambda view, _: view.relative_access),
    Part("dependance", "sans_second_lieu_pct", 0.01, "haut", _without_second_pct),
)
"""Median minutes; people beyond the threshold; E2SFCA access relative to the national mean; people without a second
place within the threshold. The last counts people who have one place and people who have none: counting the former
alone, a first site opened within reach would make a gap look worse."""


@dataclass(frozen=True)
class Weights:
    """Weight of each part, in the order of :data:`PARTS`, each 0 to 100; only their ratios matter.

    Raises :class:`UserError` for a weight out of bounds, or when all are 0.
    """

    temps: float = 25
    au_dela: float = 25
    offre: float = 25
    dependance: float = 25

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) and 0 <= value <= 100 for value in astuple(self)):
            raise UserError("Un poids est hors limites", remedy="Donner à chaque partie un poids de 0 à 100.")
        if not any(astuple(self)):
            raise UserError(
                "Les quatre poids sont nuls : aucun classement n'est possible",
                remedy="Donner un poids de 1 à 100 à une partie au moins.",
            )

    @property
    def shares(self) -> dict[str, float]:
        """Share of each part by slug; they sum to 1."""
        total = math.fsum(astuple(self))
        return {field.name: getattr(self, field.name) / total for field in fields(self)}

    @property
    def text(self) -> str:
        """The weights as written in an address and on the command line: ``40,30,20,10``."""
        return ",".join(f"{value:g}" for value in astuple(self))


EQUAL_WEIGHTS = Weights()
"""The default: nothing published says that one part matters more than another."""


def parse_weights(text: str) -> Weights:
    """Return the weights written as ``40,30,20,10``, in the order of :data:`PARTS`.

    Raises :class:`UserError` when there are not four numbers of 0 to 100, or when all are 0.
    """
    parts = [part.strip() for part in text.split(",")]
    readable = len(parts) == len(PARTS) and all(part.isascii() and part.isdecimal() for part in parts)
    if not readable:
        raise UserError(
            f"Poids illisibles : « {text[:40]} »",
            remedy="Donner quatre nombres entiers de 0 à 100 séparés par des virgules (temps médian, au-delà du seuil, "
            "offre, dépendance), par exemple 40,30,20,10.",
        )
    return Weights(*(int(part[:4]) for part in parts))


def gap_table(
    access: SelectionAccess, maille: Maille, *, weights: Weights = EQUAL_WEIGHTS, seuil_minutes: int = 60
) -> pd.DataFrame:
    """Rank the territories of a maille by gap of access, the largest first.

    Parameters
    ----------
    access : SelectionAccess
        Sites asked about.
    maille : Maille
        One of :data:`GAP_MAILLES`.
    weights : Weights
        Weight of each part.
    seuil_minutes : int
        Threshold of the second and fourth parts.

    Returns
    -------
    frame : DataFrame
        One row a territory, by falling score then code: its code, ``nom``, ``population`` (people of the chosen
        public), ``rang`` (1 = largest gap; equals share a rank), ``score_points`` (0 to 100), ``etat`` ("route";
        "sans_route" when most people have no road to a site; "sans_habitant"). For each part: the value and that of
        the country, then ``rang_…`` (1 = worst), ``points_…`` (0 to 100), ``poids_…_pct`` (they sum to 100) and
        ``contribution_…`` (points × weight; they sum to the score). Values: ``temps_median_minutes`` (inf = most
        people have no road: behind every time), ``part_au_dela_pct`` (people without a road included),
        ``e2sfca_ratio`` (1 = national mean, 0 = no site within 180 minutes), ``sans_second_lieu_pct``, of whom
        ``un_seul_lieu_pct`` have one place. A territory without people has NaN everywhere and comes last.

    Raises
    ------
    UserError
        No site, a threshold that is no duration, or another maille.
    """
    _check_maille(maille)
    thresholds = thresholds_with(seuil_minutes)
    view = access.by(maille, thresholds_minutes=thresholds)
    country = access.by("france", thresholds_minutes=thresholds)
    values = {part.slug: part.values(view, seuil_minutes) for part in PARTS}
    columns: dict[str, object] = {
        key_column(maille): view.partition.codes,
        "nom": view.partition.noms,
        "population": view.people_by_territory,
        "etat": _states(values["temps"]),
    }
    for part in PARTS:
        columns[part.column] = values[part.slug]
        columns[part.national_column] = float(part.values(country, seuil_minutes)[0])
    columns["un_seul_lieu_pct"] = _single_place_pct(view, seuil_minutes)
    frame = pd.concat([pd.DataFrame(columns), score(values, weights)], axis=1)
    ranked = frame.sort_values(
        ["score_points", key_column(maille)], ascending=[False, True], na_position="last"
    )
    return ranked.reset_index(drop=True)


def score(values: Mapping[str, Floats], weights: Weights) -> pd.DataFrame:
    """Score territories from the values of their parts.

    Parameters
    ----------
    values : mapping of slug to float array, shape (n_territories,)
        One array for each of :data:`PARTS`; inf = no road; NaN = nobody lives there, then in all the parts.
    weights : Weights
        Weight of each part.

    Returns
    -------
    frame : DataFrame
        In the order given: ``rang``, ``score_points``, and ``rang_…``, ``points_…``, ``poids_…_pct`` and
        ``contribution_…`` of each part, see :func:`gap_table`.
    """
    columns: dict[str, Floats | float] = {}
    contributions = []
    for part in PARTS:
        share = weights.shares[part.slug]
        badness = _badness(values[part.slug], part)
        points = points_of(badness)
        contributions.append(share * points)
        columns |= {
            f"rang_{part.slug}": _ranks(badness),
            f"points_{part.slug}": points,
            f"poids_{part.slug}_pct": 100.0 * share,
            f"contribution_{part.slug}": contributions[-1],
        }
    total: Floats = np.sum(contributions, axis=0)
    # Weights that sum to 1 to one part in 10¹⁶ must not take the worst territory above 100, nor part equal scores.
    total = np.clip(np.round(total, 9), BEST_POINTS, WORST_POINTS)
    return pd.DataFrame({"rang": _ranks(total), "score_points": total, **columns})


def points_of(badness: Floats) -> Floats:
    """Return 100 × how many do strictly better (lower) ÷ how many do strictly better than the worst.

    Infinity is worse than any number; NaN gives NaN and counts for nobody. When all are equal, all have 0.
    """
    known = ~np.isnan(badness)
    ordered = np.sort(badness[known])
    points = np.full(badness.shape, np.nan)
    if ordered.size:
        better = np.searchsorted(ordered, badness[known], side="left")
        points[known] = WORST_POINTS * better / max(int(better.max()), 1)
    return points


def _ranks(badness: Floats) -> Floats:
    """Return 1 for the worst territory; equals share a rank, NaN has none."""
    known = ~np.isnan(badness)
    ordered = np.sort(-badness[known])
    ranks = np.full(badness.shape, np.nan)
    ranks[known] = 1.0 + np.searchsorted(ordered, -badness[known], side="left")
    return ranks


def _badness(values: Floats, part: Part) -> Floats:
    """Return values whose high end is a gap, equal when they differ by less than the step of the part."""
    steps: Floats = np.rint(values / part.step)
    return steps if part.worst == "haut" else -steps


def _states(median_minutes: Floats) -> list[str]:
    return [
        "sans_habitant" if math.isnan(value) else "sans_route" if math.isinf(value) else "route"
        for value in median_minutes
    ]


def _check_maille(maille: Maille) -> None:
    if maille not in GAP_MAILLES:
        raise UserError(
            f"Les lacunes ne se classent pas par {maille}", remedy="Choisir le département ou la région."
        )

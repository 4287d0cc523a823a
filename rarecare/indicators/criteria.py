"""The seven criteria that set how many competence centres there should be, for a disease group and a région.

Every number says what it is: read on a page, counted in the tables of RareCare, or modelled under hypotheses. A
criterion about which nothing is known says what would fill it; nothing is put in its place.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.checks import Floats
from rarecare.access.selection import Selection
from rarecare.access.weighted import group_sums
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.indicators.criteria_measures import MAKERS, Place, caseloads, distances, rows_of_group
from rarecare.indicators.criteria_model import NAN, CriteriaSheet
from rarecare.indicators.expected_sites import RANGE_COLUMNS
from rarecare.indicators.view import SelectionAccess, selection_access


@lru_cache(maxsize=64)
def criteria_sheet(
    dataset: Dataset, selection: Selection, region: str, *, seuil_minutes: int = 60
) -> CriteriaSheet:
    """Gather what is known of the seven criteria.

    Parameters
    ----------
    dataset : Dataset
        Data in force.
    selection : Selection
        Its disease group, public, provenance and label; sites of both levels are counted.
    region : str
        Code of the région.
    seuil_minutes : int
        Threshold of the share of people too far.

    Returns
    -------
    sheet : CriteriaSheet

    Raises
    ------
    UserError
        No disease group, an unknown group or région, or a threshold that is no duration.
    """
    access = _both_levels(dataset, selection)
    groupe = str(access.selection.groupe)
    rows = rows_of_group(dataset, "criteria_group", groupe)
    if rows.empty:
        raise UserError(
            f"Groupe de maladies inconnu : « {groupe} »", remedy="Choisir un groupe dans les critères."
        )
    parts = dataset.partition("region")
    place = Place(access, rows.iloc[0].to_dict(), region, parts.noms[parts.position(region)], seuil_minutes)
    measures = tuple(measure for maker in MAKERS for measure in maker(place))
    return CriteriaSheet(groupe, str(place.group["libelle"]), region, place.nom, measures)


@lru_cache(maxsize=64)
def criteria_by_region(dataset: Dataset, selection: Selection, *, seuil_minutes: int = 60) -> pd.DataFrame:
    """Return what can be compared from one région to another.

    Returns
    -------
    frame : DataFrame
        One row a région, sorted by code: ``region``, ``nom``, ``population``; ``patients_attendus_bas``,
        ``patients_attendus``, ``patients_attendus_haut`` who live there and ``suivis_bas``, ``suivis``, ``suivis_haut``
        expected in a year at its sites (NaN when they cannot be expected); ``sites_expertise``, ``sites_competence``;
        ``temps_median_minutes`` (inf = most people have no road; NaN without any site) and ``part_au_dela_pct``.

    Raises
    ------
    UserError
        See :func:`criteria_sheet`.
    """
    access = _both_levels(dataset, selection)
    parts = dataset.partition("region")
    size = len(parts)
    expected = access.by("region").expected if not access.why_no_expected else np.full((3, size), NAN)
    median, beyond = distances(access, seuil_minutes)
    levels = access.sites["niveau"].eq("expertise").to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "region": parts.codes,
            "nom": parts.noms,
            "population": group_sums(dataset.people(access.selection.public), parts.index, size),
            **dict(zip(_names("patients_attendus"), expected, strict=True)),
            **dict(zip(_names("suivis"), _followed_by_region(access), strict=True)),
            "sites_expertise": _sites_by_region(access, levels),
            "sites_competence": _sites_by_region(access, ~levels),
            "temps_median_minutes": median,
            "part_au_dela_pct": beyond,
        }
    )


def _both_levels(dataset: Dataset, selection: Selection) -> SelectionAccess:
    if not selection.groupe:
        raise UserError(
            "Les sept critères se lisent pour un groupe de maladies", remedy="Choisir un groupe de maladies."
        )
    return selection_access(dataset, selection.with_changes(niveau="proximite"))


def _followed_by_region(access: SelectionAccess) -> Floats:
    """Return the patients expected in a year at the sites of each région (3, n_regions); NaN when not expected."""
    size = len(access.dataset.partition("region"))
    if access.why_no_expected:
        return np.full((3, size), NAN)
    if access.sites.empty:
        return np.zeros((3, size))
    sites, places = caseloads(access).sites, _regions_of_sites(access)
    return np.array([group_sums(sites[name].to_numpy(), places, size) for name in RANGE_COLUMNS])


def _sites_by_region(access: SelectionAccess, kept: NDArray[np.bool_]) -> Floats:
    places = _regions_of_sites(access)
    return group_sums(kept.astype(np.float64), places, len(access.dataset.partition("region")))


def _regions_of_sites(access: SelectionAccess) -> NDArray[np.intp]:
    parts = access.dataset.partition("region")
    return np.array([parts.position(code) for code in access.sites["region"]], dtype=np.intp)


def _names(stem: str) -> tuple[str, str, str]:
    return f"{stem}_bas", stem, f"{stem}_haut"

"""What the loss of each town with sites would do, and what the map becomes without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rarecare.access.checks import Floats
from rarecare.access.dependence import loss_of_each_site, minutes_without
from rarecare.access.weighted import group_sums
from rarecare.errors import UserError
from rarecare.indicators.expected_sites import RANGE_COLUMNS, expected_caseloads
from rarecare.indicators.view import SelectionAccess


def loss_table(access: SelectionAccess, threshold_minutes: float = 60) -> pd.DataFrame:
    """Measure the loss of each town that has sites of the selection, all its hospitals together.

    Travel time is told between communes: when one hospital of several in a town stops, no time changes; only the loss
    of the last one shows here.

    Parameters
    ----------
    access : SelectionAccess
        Sites asked about.
    threshold_minutes : float
        Time T of ``habitants_au_dela_en_plus``.

    Returns
    -------
    frame : DataFrame
        One row a town, the loss that leaves most people beyond T first: ``matrix_row``, ``code_commune``, ``ville``,
        ``departement``, ``hopitaux``, ``sites``; ``habitants`` whose nearest town it is;
        ``habitants_au_dela_en_plus`` within T today and beyond it, or without a road, afterwards;
        ``habitants_sans_route_en_plus``; ``minutes_ajoutees_mediane`` (inf = over half would have no road, NaN =
        nobody's nearest town) and ``minutes_ajoutees_moyenne`` (of those who keep a road); ``patients_suivis_bas``,
        ``patients_suivis``, ``patients_suivis_haut`` expected there in a year (NaN when they cannot be expected, see
        :attr:`SelectionAccess.why_no_expected`).

    Raises
    ------
    UserError
        No site, or a threshold that is no duration.
    """
    loss = loss_of_each_site(access.nearest, access.people, threshold_minutes=threshold_minutes)
    measures = pd.DataFrame(
        {
            "habitants": loss.people,
            "habitants_au_dela_en_plus": loss.people_newly_beyond,
            "habitants_sans_route_en_plus": loss.people_left_without_road,
            "minutes_ajoutees_mediane": loss.median_added_minutes,
            "minutes_ajoutees_moyenne": loss.mean_added_minutes,
        }
    )
    patients = pd.DataFrame(dict(zip(RANGE_COLUMNS, _patients_by_place(access), strict=True)))
    frame = pd.concat([_towns(access), measures, patients], axis=1)
    ranked = frame.sort_values(
        ["habitants_au_dela_en_plus", "habitants", "code_commune"], ascending=[False, False, True]
    )
    return ranked.reset_index(drop=True)


def map_without(access: SelectionAccess, code_commune: str) -> Floats:
    """Return the minutes from each commune to its nearest site once a town has none left.

    Parameters
    ----------
    access : SelectionAccess
        Sites asked about.
    code_commune : str
        Town that loses all its sites, as in :func:`loss_table`.

    Returns
    -------
    minutes : floating array, shape (n_communes,)
        ``np.inf`` = no road to any other town with a site.

    Raises
    ------
    UserError
        The town has no site of the selection, or is the only one that has.
    """
    place = _place_of(access, code_commune)
    if access.rows.size == 1:
        raise UserError(
            "C'est la seule ville de la sélection : sans elle, il ne reste aucun site",
            where=code_commune,
            remedy="Élargir la sélection.",
        )
    return minutes_without(access.nearest, place)


def _place_of(access: SelectionAccess, code_commune: str) -> int:
    sites = access.sites
    rows = sites.loc[sites["code_commune"].eq(code_commune), "matrix_row"]
    if rows.empty:
        towns = sites.drop_duplicates("code_commune").sort_values("ville")
        known = ", ".join(
            f"{ville} ({code})" for ville, code in towns[["ville", "code_commune"]].to_numpy()[:20]
        )
        raise UserError(
            f"Aucun site de la sélection dans la commune « {code_commune} »",
            remedy=f"Villes possibles : {known}." if known else "Élargir la sélection.",
        )
    return int(np.searchsorted(access.rows, rows.iloc[0]))


def _towns(access: SelectionAccess) -> pd.DataFrame:
    """Return the towns of a selection, one row a row of the travel matrix, in their order."""
    towns = access.sites.groupby("matrix_row", sort=True).agg(
        code_commune=("code_commune", "first"), ville=("ville", "first"), departement=("departement", "first"),
        hopitaux=("etablissement_id", "nunique"), sites=("centre_id", "size"),
    )  # fmt: skip
    return towns.reset_index()


def _patients_by_place(access: SelectionAccess) -> Floats:
    """Return the followed patients of each town (3, n_places); NaN when they cannot be expected."""
    if access.why_no_expected:
        return np.full((3, access.rows.size), np.nan)
    sites = expected_caseloads(access).sites
    places = np.searchsorted(access.rows, sites["matrix_row"].to_numpy(dtype=np.intp))
    return np.array([group_sums(sites[name].to_numpy(), places, access.rows.size) for name in RANGE_COLUMNS])

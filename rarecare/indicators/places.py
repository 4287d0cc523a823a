"""The places of a selection: who depends on a single one, and what the loss of each would cost.

A place is a commune, or a municipal arrondissement, where at least one site of the selection stands: two hospitals of
one commune are one place.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.checks import Floats
from rarecare.access.dependence import loss_of_each_site, minutes_without
from rarecare.access.selection import check_threshold
from rarecare.errors import UserError
from rarecare.indicators.view import SelectionAccess

NO_ROAD_TO_ANY = 3
"""Value of :func:`places_within` where no road leads to any place."""


def place_names(access: SelectionAccess) -> dict[str, str]:
    """Return the French name of each place by commune code, in the order of the rows: "Lyon 3e Arrondissement (69)"."""
    communes = access.dataset.communes
    codes = [access.dataset.matrix.sources[row] for row in access.rows]
    ranks = [communes.index_of(code) for code in codes]
    return {
        code: f"{communes.noms[rank]} ({communes.departements[rank]})"
        for code, rank in zip(codes, ranks, strict=True)
    }


def place_position(access: SelectionAccess, code_commune: str) -> int:
    """Return the rank of a place among those of the selection.

    Raises :class:`UserError` when the commune has no site of the selection.
    """
    names = place_names(access)
    if code_commune not in names:
        shown = ", ".join(f"{code} ({name})" for code, name in list(names.items())[:5])
        raise UserError(
            f"La commune « {code_commune[:20]} » n'a aucun site de cette sélection",
            remedy=f"Choisir un des {len(names)} lieux de la sélection : {shown}…",
        )
    return list(names).index(code_commune)


def places_within(access: SelectionAccess, seuil_minutes: int) -> NDArray[np.uint8]:
    """Return how many places each commune has within a time.

    Returns
    -------
    count : uint8 array, shape (n_communes,)
        0, 1, or 2 for two and more; :data:`NO_ROAD_TO_ANY` where no road leads to any place.
    """
    nearest = access.nearest
    limit = nearest.minutes.dtype.type(check_threshold(seuil_minutes))
    count = (nearest.minutes <= limit).astype(np.uint8) + (nearest.second_minutes <= limit)
    return np.where(np.isinf(nearest.minutes), NO_ROAD_TO_ANY, count).astype(np.uint8)


def minutes_added(access: SelectionAccess, place: int) -> Floats:
    """Return the minutes that each commune adds if one place closes (n_communes,).

    0 = unchanged; inf = a road to this place and to no other; NaN = no road to any, before as after.
    """
    before = access.nearest.minutes
    with np.errstate(invalid="ignore"):
        added: Floats = minutes_without(access.nearest, place) - before
    added[np.isinf(before)] = np.nan
    return added


def place_table(access: SelectionAccess, seuil_minutes: int) -> pd.DataFrame:
    """Return what the loss of each place would cost, the costliest first.

    Returns
    -------
    frame : DataFrame
        One row a place: ``code_commune``, ``lieu``, ``hopitaux`` (names), ``sites``, ``habitants`` whose nearest
        place it is, ``nouveaux_au_dela`` (within the threshold today and no more), ``part_nouveaux_pct`` of those whose
        nearest it is, ``minutes_ajoutees`` (median over these people; inf = over half would have no road, NaN = it is
        nobody's nearest) and ``sans_route`` (people left without any road).
    """
    loss = loss_of_each_site(access.nearest, access.people, threshold_minutes=check_threshold(seuil_minutes))
    names = place_names(access)
    by_place = access.sites.groupby("code_commune", sort=False)
    hospitals = by_place["nom_etablissement"].agg(lambda column: ", ".join(dict.fromkeys(column)))
    counts = by_place.size()
    frame = pd.DataFrame(
        {
            "code_commune": list(names),
            "lieu": list(names.values()),
            "hopitaux": [hospitals[code] for code in names],
            "sites": [int(counts[code]) for code in names],
            "habitants": loss.people,
            "nouveaux_au_dela": loss.people_newly_beyond,
            "part_nouveaux_pct": _per_cent(loss.people_newly_beyond, loss.people),
            "minutes_ajoutees": loss.median_added_minutes,
            "sans_route": loss.people_left_without_road,
        }
    )
    ranked = frame.sort_values(
        ["nouveaux_au_dela", "habitants", "code_commune"], ascending=[False, False, True]
    )
    return ranked.reset_index(drop=True)


def _per_cent(part: Floats, whole: Floats) -> Floats:
    share: Floats = np.divide(100.0 * part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return share

"""The places of a selection: how many each commune has within a time, and what the loss of one adds to its time.

A place is a commune, or a municipal arrondissement, where at least one site of the selection stands: two hospitals of
one commune are one place.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.checks import Floats
from rarecare.access.selection import check_threshold
from rarecare.access.weighted import group_sums, ratio
from rarecare.indicators.loss import map_without
from rarecare.indicators.view import SelectionAccess

NO_ROAD_TO_ANY = 3
"""Value of :func:`places_within` where no road leads to any place."""
_WORDS = np.array(["aucun lieu", "un seul lieu", "deux lieux ou plus", "pas de route"])


def place_names(access: SelectionAccess) -> dict[str, str]:
    """Return the French name of each place by commune code, in their order: "Lyon 3e Arrondissement (69)"."""
    communes = access.dataset.communes
    ranks = {code: communes.index_of(code) for code in sorted(set(access.sites["code_commune"]))}
    return {code: f"{communes.noms[rank]} ({communes.departements[rank]})" for code, rank in ranks.items()}


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


def minutes_added(access: SelectionAccess, code_commune: str) -> Floats:
    """Return the minutes that each commune adds if one place has no site left (n_communes,).

    0 = unchanged; inf = a road to this place and to no other; NaN = no road to any, before as after. Raises
    :class:`UserError` when the commune has no site of the selection, or is the only one that has.
    """
    before, after = access.nearest.minutes, map_without(access, code_commune)
    with np.errstate(invalid="ignore"):
        added: Floats = after - before
    return added


def dependence_by_departement(access: SelectionAccess, seuil_minutes: int) -> pd.DataFrame:
    """Return how many people have no place within a time, one, or two and more, the most alone first.

    Returns
    -------
    frame : DataFrame
        One row a département: ``departement``, ``nom``, ``population``; ``habitants_un_lieu`` and
        ``habitants_sans_lieu`` (no road included); ``part_un_lieu``, ``part_sans_lieu`` and ``part_deux_lieux`` of 1
        (NaN = nobody lives there).
    """
    parts, within = access.dataset.partition("departement"), places_within(access, seuil_minutes)
    one, two = (group_sums(access.people * (within == count), parts.index, len(parts)) for count in (1, 2))
    everyone = group_sums(access.people, parts.index, len(parts))
    none = everyone - one - two
    frame = pd.DataFrame(
        {
            "departement": parts.codes,
            "nom": parts.noms,
            "population": everyone,
            "habitants_un_lieu": one,
            "part_un_lieu": ratio(one, everyone),
            "habitants_sans_lieu": none,
            "part_sans_lieu": ratio(none, everyone),
            "part_deux_lieux": ratio(two, everyone),
        }
    )
    return frame.sort_values("part_un_lieu", ascending=False, kind="stable").reset_index(drop=True)


def dependence_by_commune(access: SelectionAccess, seuil_minutes: int, sans: str = "") -> pd.DataFrame:
    """Return each commune with its places within a time and what the loss of one place would add.

    Returns
    -------
    frame : DataFrame
        One row a commune: ``code_commune``, ``nom``, ``departement``, ``population``, ``lieux`` (in words), ``minutes``
        (inf = no road) and ``minutes_ajoutees`` without the place ``sans`` (NaN without it, see
        :func:`minutes_added`).
    """
    communes = access.dataset.communes
    added = minutes_added(access, sans) if sans else np.full(len(communes), np.nan)
    return pd.DataFrame(
        {
            "code_commune": communes.codes,
            "nom": communes.noms,
            "departement": communes.departements,
            "population": access.people,
            "lieux": _WORDS[places_within(access, seuil_minutes)],
            "minutes": access.nearest.minutes.astype(np.float64),
            "minutes_ajoutees": added.astype(np.float64),
        }
    )

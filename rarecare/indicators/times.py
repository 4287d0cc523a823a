"""Times to the nearest site as tables: what the map of the page Distance shows, in numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rarecare.access.selection import THRESHOLDS_MINUTES
from rarecare.indicators.view import SelectionAccess
from rarecare.travel.matrix import BAC, PAS_DE_ROUTE, ROUTE, states

_STATES = {ROUTE: "route", BAC: "route et bac", PAS_DE_ROUTE: "pas de route"}


def times_by_departement(access: SelectionAccess) -> pd.DataFrame:
    """Return the times of each département, the farthest median first.

    Returns
    -------
    frame : DataFrame
        One row a département: ``nom``, ``departement``, ``population``, ``mediane_minutes`` and ``p90_minutes`` (inf =
        too many have no road, NaN = nobody lives there), ``part_30`` to ``part_180`` within each threshold and
        ``part_sans_route``, shares of 1.
    """
    view = access.by("departement")
    measures = view.measures
    shares = {f"part_{minutes}": view.share_within(minutes) for minutes in THRESHOLDS_MINUTES}
    frame = pd.DataFrame(
        {
            "nom": view.partition.noms,
            "departement": view.partition.codes,
            "population": view.people_by_territory,
            "mediane_minutes": measures.median_minutes,
            "p90_minutes": measures.p90_minutes,
            **shares,
            "part_sans_route": view.share_without_road,
        }
    )
    return frame.sort_values("mediane_minutes", ascending=False, kind="stable").reset_index(drop=True)


def times_by_commune(access: SelectionAccess) -> pd.DataFrame:
    """Return the times of each commune to its nearest and second nearest place.

    Returns
    -------
    frame : DataFrame
        One row a commune: ``code_commune``, ``nom``, ``departement``, ``population``, ``minutes`` and
        ``second_minutes`` (inf = no road), ``etat`` of the nearest in words, ``lieu`` (name of the nearest place).
    """
    communes, nearest, matrix = access.dataset.communes, access.nearest, access.dataset.matrix
    everywhere = np.arange(len(communes))
    ferry = matrix.etat(np.maximum(access.nearest_row, 0), everywhere) == BAC
    state = states(access.nearest_row < 0, ferry)
    codes = np.array([*matrix.sources, ""])
    names = {str(code): str(nom) for code, nom in zip(communes.codes, communes.noms, strict=True)} | {"": ""}
    return pd.DataFrame(
        {
            "code_commune": communes.codes,
            "nom": communes.noms,
            "departement": communes.departements,
            "population": access.people,
            "minutes": nearest.minutes.astype(np.float64),
            "etat": [_STATES[str(value)] for value in state],
            "lieu": [names[str(code)] for code in codes[access.nearest_row]],
            "second_minutes": nearest.second_minutes.astype(np.float64),
        }
    )

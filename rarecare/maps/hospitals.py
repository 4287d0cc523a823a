"""Labelled sites as markers: one marker a hospital, at its place in the atlas view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from rarecare.dataset.provenance import PUBLISHED
from rarecare.dataset.store import Dataset
from rarecare.french import NBSP, counted
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.base import Bounds
from rarecare.maps.layers import Site
from rarecare.territory.atlas import to_atlas

_KINDS = {
    "coordonnateur": ("coordonnateur", "coordonnateurs"),
    "ancien": ("ancien coordonnateur", "anciens coordonnateurs"),
    "constitutif": ("constitutif", "constitutifs"),
    "crc": ("CRC", "CRC"),
    "competence": ("centre de compétence", "centres de compétence"),
}
_NEEDED = (
    "etablissement_id", "rang_type", "type", "est_remplace", "nom_etablissement", "provenance", "departement",
)  # fmt: skip

_VIEW_MARGIN_DEGREES = 0.15

Row = Mapping[str, Any]


@lru_cache(maxsize=64)
def markers_of(access: SelectionAccess) -> tuple[Site, ...]:
    """Return :func:`hospital_markers` of the sites of a selection, made once for all pages."""
    return tuple(hospital_markers(access.sites))


@lru_cache(maxsize=64)
def departement_markers(
    access: SelectionAccess, departement: str
) -> tuple[tuple[Site, ...], tuple[Site, ...]]:
    """Return the markers of the hospitals of a département, then those elsewhere; all of them without département."""
    markers = markers_of(access)
    if not departement:
        return markers, ()
    here = frozenset(access.sites.loc[access.sites["departement"].eq(departement), "etablissement_id"])
    return (
        tuple(marker for marker in markers if marker.code in here),
        tuple(marker for marker in markers if marker.code not in here),
    )


@lru_cache(maxsize=128)
def departement_view(dataset: Dataset, departement: str) -> Bounds:
    """Return the corners of a département in the atlas view, with some room around the points of its communes."""
    communes = dataset.communes
    own = np.flatnonzero(np.asarray(communes.departements) == departement)
    longitudes, latitudes = to_atlas(
        communes.longitudes[own], communes.latitudes[own], np.full(len(own), departement)
    )
    room = _VIEW_MARGIN_DEGREES
    return (
        (float(latitudes.min()) - room, float(longitudes.min()) - room),
        (float(latitudes.max()) + room, float(longitudes.max()) + room),
    )


def hospital_markers(sites: pd.DataFrame) -> list[Site]:
    """Return one marker a hospital from its sites.

    ``sites`` has one row a site, as :attr:`SelectionAccess.sites`; the marker takes the highest type held there, and is
    to confirm when none of its sites is published.
    """
    if sites.empty:
        return []
    longitudes, latitudes = to_atlas(
        sites["longitude"].to_numpy(), sites["latitude"].to_numpy(), sites["departement"].to_numpy()
    )
    placed = sites[list(_NEEDED)].assign(longitude=longitudes, latitude=latitudes)
    rows = sorted(placed.to_dict("records"), key=itemgetter("etablissement_id", "rang_type"))
    return [_marker(list(group)) for _, group in groupby(rows, key=itemgetter("etablissement_id"))]


def _marker(rows: Sequence[Row]) -> Site:
    """Return the marker of one hospital from its sites, the highest type first."""
    first = rows[0]
    return Site(
        code=str(first["etablissement_id"]),
        latitude=float(first["latitude"]),
        longitude=float(first["longitude"]),
        niveau=str(first["type"]),
        count=len(rows),
        nom=str(first["nom_etablissement"]),
        text=_in_words(rows),
        to_confirm=all(row["provenance"] not in PUBLISHED for row in rows),
    )


def _in_words(rows: Sequence[Row]) -> str:
    """Return what a hospital holds: "3 sites labellisés : 1 coordonnateur, 2 centres de compétence"."""
    counts = Counter("ancien" if row["est_remplace"] else str(row["type"]) for row in rows)
    parts = [counted(counts[kind], *words) for kind, words in _KINDS.items() if kind in counts]
    if len(rows) == 1:
        return parts[0]
    return f"{counted(len(rows), 'site labellisé', 'sites labellisés')}{NBSP}: {', '.join(parts)}"

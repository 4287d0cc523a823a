"""Labelled sites as markers: one marker a hospital, at its place in the atlas view."""

from __future__ import annotations

import pandas as pd

from rarecare.french import NBSP, counted
from rarecare.maps.layers import Site
from rarecare.territory.atlas import to_atlas

_TYPE_WORDS = {
    "coordonnateur": ("coordonnateur", "coordonnateurs"),
    "ancien": ("ancien coordonnateur", "anciens coordonnateurs"),
    "constitutif": ("constitutif", "constitutifs"),
    "crc": ("CRC", "CRC"),
    "competence": ("centre de compétence", "centres de compétence"),
}


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
    placed = sites.assign(atlas_longitude=longitudes, atlas_latitude=latitudes)
    return [_marker(str(code), group) for code, group in placed.groupby("etablissement_id", sort=True)]


def _marker(code: str, group: pd.DataFrame) -> Site:
    first = group.sort_values("rang_type").iloc[0]
    return Site(
        code=code,
        latitude=float(first["atlas_latitude"]),
        longitude=float(first["atlas_longitude"]),
        niveau=str(first["type"]),
        count=len(group),
        nom=str(first["nom_etablissement"]),
        text=sites_in_words(group),
        to_confirm=not (group["provenance"] == "publie").any(),
    )


def sites_in_words(group: pd.DataFrame) -> str:
    """Return what a hospital holds: "3 sites : 1 coordonnateur, 2 centres de compétence"."""
    kinds = group["type"].where(~group["est_remplace"], "ancien")
    counts = kinds.value_counts()
    parts = [counted(int(counts[kind]), *_TYPE_WORDS[kind]) for kind in _TYPE_WORDS if kind in counts]
    total = counted(len(group), "site labellisé", "sites labellisés")
    return f"{total}{NBSP}: {', '.join(parts)}" if len(group) > 1 else parts[0]

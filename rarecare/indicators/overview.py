"""France at a glance: what the home page counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from rarecare.dataset.provenance import is_published
from rarecare.dataset.store import Dataset
from rarecare.indicators.catalogue import completeness_records
from rarecare.indicators.view import SelectionAccess

KINDS = {
    "coordonnateurs": "Coordonnateurs",
    "constitutifs": "Constitutifs",
    "centres_reference": "Centres de référence",
    "crc": "CRC",
    "competences": "Centres de compétence",
}
"""Kinds of site of :func:`completeness_by_type`, in words."""


@dataclass(frozen=True)
class Overview:
    """Counts of what RareCare knows, each thing once.

    ``sites`` counts réseau × hospital, under the latest label, of which ``reference``, ``competence`` and ``crc``;
    ``on_page`` those read on a published page and ``current_label`` those that carry the label in force.
    """

    sites: int
    reference: int
    competence: int
    crc: int
    on_page: int
    current_label: int
    hospitals: int
    towns: int
    reseaux: int
    filieres: int
    departements: int


def overview(access: SelectionAccess, *, label: str = "2023-2028") -> Overview:
    """Count what a selection keeps; ``label`` is the label in force."""
    sites = access.sites
    return Overview(
        sites=len(sites),
        reference=int(sites["type"].isin(("coordonnateur", "constitutif")).sum()),
        competence=int((sites["type"] == "competence").sum()),
        crc=int((sites["type"] == "crc").sum()),
        on_page=int(is_published(sites["provenance"]).sum()),
        current_label=int((sites["periode_label"] == label).sum()),
        hospitals=sites["etablissement_id"].nunique(),
        towns=sites["code_commune"].nunique(),
        reseaux=sites["reseau_id"].nunique(),
        filieres=sites["filiere"].nunique(),
        departements=sites["departement"].nunique(),
    )


@lru_cache(maxsize=4)
def completeness_table(access: SelectionAccess) -> pd.DataFrame:
    """Return the completeness of each filière.

    One row a filière, the least complete of those with a published count first, then those without: ``filiere``,
    ``connus``, ``dont_publies``, ``dont_label_en_cours``, ``publies`` and ``part`` (missing = nobody published it),
    ``annee`` and ``phrase``.
    """
    frame = access.dataset.query("completeness_by_filiere")
    sites = frame[frame["poste"].eq("proximite") & frame["filiere"].ne("France")]
    told = {record["filiere"]: record["phrase"] for record in completeness_records(access.dataset)}
    sites = sites.assign(phrase=sites["filiere"].map(told))
    return sites.sort_values(["part", "filiere"], na_position="last").reset_index(drop=True)


@lru_cache(maxsize=4)
def completeness_by_type(dataset: Dataset) -> pd.DataFrame:
    """Return what is known and what is published of each kind of site, one row a filière.

    Each kind has three columns: its text ("10 sur 10", "24" when nobody published the count), ``<kind>_connus`` and
    ``<kind>_publies``; see :data:`KINDS`.
    """
    return dataset.query("completeness_by_type")

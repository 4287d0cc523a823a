"""France at a glance: what the home page counts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from rarecare.dataset.provenance import is_published
from rarecare.indicators.view import SelectionAccess


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


def completeness_table(access: SelectionAccess) -> pd.DataFrame:
    """Return the completeness of each filière.

    One row a filière, the least complete of those with a published count first, then those without: ``filiere``,
    ``connus``, ``dont_publies``, ``dont_label_en_cours``, ``publies`` and ``part`` (missing = nobody published it),
    ``annee`` and ``phrase``.
    """
    frame = access.dataset.query("completeness_by_filiere")
    sites = frame[frame["poste"].eq("proximite") & frame["filiere"].ne("France")]
    return sites.sort_values(["part", "filiere"], na_position="last").reset_index(drop=True)

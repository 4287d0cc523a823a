"""The texts that licences require beside the data, as written in ``data/LICENCE.md``: on screen and in every export."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Attribution:
    """One required text, and the tables whose content it is about."""

    tables: frozenset[str]
    text: str


_DISEASES = frozenset({"maladies", "maladies_reseaux"})
_TERRITORIES = frozenset({"communes", "departements", "regions"})

ATTRIBUTIONS = (
    Attribution(
        _DISEASES,
        "Orphanet : base de données en ligne sur les maladies rares et les médicaments orphelins. Copyright, INSERM "
        "1999. Disponible sur https://www.orpha.net",
    ),
    Attribution(
        _DISEASES,
        "Orphadata : © INSERM 1999, données Orphanet gratuites, https://www.orphadata.com, Creative Commons "
        "Attribution 4.0 International ; nomenclature 06/2023, contrôle 06/2025 ; modifiées (sélection, rattachement "
        "aux réseaux).",
    ),
    Attribution(
        frozenset({"population_age_departements"}) | _TERRITORIES,
        "Source : INSEE, estimations de population par âge et département, 2026 ; code officiel géographique.",
    ),
    Attribution(
        _TERRITORIES, "Source : IGN, Etalab, découpage administratif des communes ; Licence Ouverte 2.0."
    ),
)


def attributions_of(tables: Collection[str]) -> list[str]:
    """Return the texts required beside the content of some tables, in their order; none for most tables."""
    asked = frozenset(tables)
    return [attribution.text for attribution in ATTRIBUTIONS if attribution.tables & asked]

"""What a question is about: which sites count, for whom, and under which label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from rarecare.errors import UserError

Niveau = Literal["expertise", "proximite"]
Public = Literal["tous", "enfant", "adulte"]
Provenance = Literal["tous", "publie", "publie_date", "a_confirmer"]
Periode = Literal["en_cours", "2023-2028", "2017-2022", "sans"]

PUBLIC_PROVENANCE: Provenance = "publie_date"
"""What the public sees: sites read on a published page, under a dated label."""

THRESHOLDS_MINUTES = (30, 45, 60, 90, 120, 180)
"""Thresholds offered for planned expert care; none is a French norm for rare diseases, hence several."""

_CLOSED = {"niveau": Niveau, "public": Public, "provenance": Provenance, "periode": Periode}


@dataclass(frozen=True)
class Selection:
    """One question about access, hashable so that it can key a cache.

    At most one of ``filiere``, ``groupe`` (disease group) and ``reseau`` is set; none means all labelled sites.
    ``niveau`` "expertise" keeps coordonnateur, constitutif and crc sites, "proximite" keeps all labelled sites.
    ``periode`` "en_cours" keeps the latest known label of each réseau at each hospital.
    """

    filiere: str | None = None
    groupe: str | None = None
    reseau: str | None = None
    niveau: Niveau = "proximite"
    public: Public = "tous"
    provenance: Provenance = "tous"
    periode: Periode = "en_cours"

    def __post_init__(self) -> None:
        for name, kind in _CLOSED.items():
            value, allowed = getattr(self, name), get_args(kind)
            if value not in allowed:
                raise UserError(
                    f"Valeur inconnue pour « {name} » : « {value} »",
                    remedy=f"Valeurs possibles : {', '.join(allowed)}.",
                )
        scopes = [name for name in ("filiere", "groupe", "reseau") if getattr(self, name)]
        if len(scopes) > 1:
            raise UserError(
                f"Un seul périmètre à la fois : {' et '.join(scopes)} sont donnés ensemble",
                remedy="Garder la filière, le groupe de maladies ou le réseau.",
            )

    def with_changes(self, **changes: str | None) -> Selection:
        """Return a copy in which the named fields differ."""
        return replace(self, **changes)  # type: ignore[arg-type]  # checked in __post_init__

    def parameters(self) -> dict[str, str | None]:
        """Return the named parameters that ``sites_selected.sql`` expects."""
        return {
            "filiere": self.filiere or None,
            "groupe": self.groupe or None,
            "reseau": self.reseau or None,
            "niveau": self.niveau,
            "public": self.public,
            "provenance": self.provenance,
            "periode": self.periode,
        }


def check_threshold(minutes: int) -> int:
    """Return the threshold if it is a usable one, in minutes.

    Raises :class:`UserError` below 1 or above 600 minutes.
    """
    if not 1 <= minutes <= 600:
        raise UserError(
            f"Seuil hors limites : {minutes} minutes", remedy="Donner un seuil de 1 à 600 minutes."
        )
    return minutes

"""What a question is about: which sites count, for whom, and under which label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from rarecare.closed_lists import one_of
from rarecare.errors import UserError

Niveau = Literal["expertise", "proximite"]
Public = Literal["tous", "enfant", "adulte"]
Provenance = Literal["tous", "publie", "publie_date", "a_confirmer"]
Periode = Literal["en_cours", "2023-2028", "2017-2022", "sans"]
NIVEAUX: tuple[Niveau, ...] = get_args(Niveau)
PUBLICS: tuple[Public, ...] = get_args(Public)
PROVENANCES: tuple[Provenance, ...] = get_args(Provenance)
PERIODES: tuple[Periode, ...] = get_args(Periode)

PUBLIC_PROVENANCE: Provenance = "publie_date"
"""What the public sees: sites read on a published page, under a dated label."""

THRESHOLDS_MINUTES = (30, 45, 60, 90, 120, 180)
"""Thresholds offered for planned expert care; none is a French norm for rare diseases, hence several."""


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
        one_of("niveau", self.niveau, NIVEAUX)
        one_of("public", self.public, PUBLICS)
        one_of("provenance", self.provenance, PROVENANCES)
        one_of("periode", self.periode, PERIODES)
        scopes = [name for name in ("filiere", "groupe", "reseau") if getattr(self, name)]
        if len(scopes) > 1:
            raise UserError(
                f"Un seul périmètre à la fois : {' et '.join(scopes)} sont donnés ensemble",
                remedy="Garder la filière, le groupe de maladies ou le réseau.",
            )

    @classmethod
    def of(
        cls,
        *,
        filiere: str | None = None,
        groupe: str | None = None,
        reseau: str | None = None,
        niveau: str | None = None,
        public: str | None = None,
        provenance: str | None = None,
        periode: str | None = None,
    ) -> Selection:
        """Return the selection that texts from outside name; an empty one, or None, stands for the default.

        Raises :class:`UserError` for a value that its list does not hold.
        """
        return cls(
            filiere=filiere or None,
            groupe=groupe or None,
            reseau=reseau or None,
            niveau=one_of("niveau", niveau or cls.niveau, NIVEAUX),
            public=one_of("public", public or cls.public, PUBLICS),
            provenance=one_of("provenance", provenance or cls.provenance, PROVENANCES),
            periode=one_of("periode", periode or cls.periode, PERIODES),
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it is about one filière, disease group or réseau, and not about all labelled sites."""
        return bool(self.filiere or self.groupe or self.reseau)

    def with_changes(self, **changes: str | None) -> Selection:
        """Return a copy in which the named fields differ."""
        return Selection.of(**(self.parameters() | changes))

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

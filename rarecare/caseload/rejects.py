"""Events that are refused: why, how many, where; never what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rarecare.errors import UserError
from rarecare.french import counted, number

MOTIFS = {
    1: ("patient-absent", "identifiant de patient absent"),
    2: ("date-illisible", "date absente ou illisible (attendu : 2024-03-31 ou 31/03/2024)"),
    3: ("date-hors-bornes", "date antérieure à 2000 ou à venir"),
    4: ("centre-inconnu", "centre_id absent ou inconnu de la table « centres »"),
    5: (
        "groupe-inconnu",
        "maladie ou groupe de maladies absent, inconnu, ou de plusieurs groupes dont aucun du centre",
    ),
    6: ("modalite-inconnue", "modalité absente ou autre que « site » et « telemedecine »"),
    7: ("classe-age-inconnue", "classe d'âge autre que « enfant » et « adulte »"),
    8: (
        "naissance-incorrecte",
        "année de naissance illisible, antérieure à 1880 ou postérieure à l'événement",
    ),
    9: ("statut-inconnu", "statut du diagnostic autre que « confirme », « probable » et « indetermine »"),
    10: ("date-diagnostic-illisible", "date du diagnostic ou des premiers signes illisible"),
}
"""Number of a reason in SQL: its slug and what it means. An event has the first one that applies."""

EXAMPLES = 5
"""Places shown for each reason."""


@dataclass(frozen=True)
class Place:
    """Where one refused event is: file and line, the header of a CSV being line 1; no line when the engine has none."""

    file: str
    line: int | None


@dataclass(frozen=True)
class Reject:
    """One reason: how many events it refused, and where the first ones are."""

    motif: int
    events: int
    places: tuple[Place, ...]

    @property
    def slug(self) -> str:
        """The stable name of the reason."""
        return MOTIFS[self.motif][0]

    def record(self) -> dict[str, object]:
        """Return the reason as written in ``bilan.json``."""
        return {
            "motif": self.slug,
            "regle": MOTIFS[self.motif][1],
            "evenements": self.events,
            "exemples": [{"fichier": place.file, "ligne": place.line} for place in self.places],
        }

    def sentence(self) -> str:
        """Return the reason as one French line."""
        places = ", ".join(map(_place, self.places))
        return f"{counted(self.events, 'événement')} : {MOTIFS[self.motif][1]} [{self.slug}] ({places})"


def refusal(rejects: Sequence[Reject], read: int) -> UserError:
    """Return the error of a run that accepts no reject."""
    total = sum(reject.events for reject in rejects)
    lines = "\n  ".join(reject.sentence() for reject in rejects)
    return UserError(
        f"{counted(total, 'événement')} sur {number(read)} ne peuvent être comptés :\n  {lines}\n",
        remedy="Corriger les événements, ou les laisser de côté avec --accept-rejects ; rien n'a été écrit.",
    )


def rejects_of(counts: Mapping[int, int], places: Sequence[Mapping[str, object]]) -> tuple[Reject, ...]:
    """Return the reasons found, in the order of their numbers."""
    return tuple(
        Reject(
            motif,
            events,
            tuple(
                Place(str(row["fichier"]), None if row["ligne"] is None else int(str(row["ligne"])))
                for row in places
                if row["motif"] == motif
            ),
        )
        for motif, events in sorted(counts.items())
    )


def _place(place: Place) -> str:
    return place.file if place.line is None else f"{place.file}, ligne {number(place.line)}"

"""What a sheet of the seven criteria is made of: numbers that say what kind of knowledge they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

CRITERIA: Mapping[str, str] = {
    "prevalence": "Prévalence et type de maladies",
    "file_active": "Taille de la file active",
    "organisation": "Organisation territoriale des soins",
    "charge": "Charge de la prise en charge",
    "epidemiologie": "Épidémiologie régionale",
    "recours": "Fréquence de recours",
    "centres": "Centres de référence du groupe",
}
"""Title of each criterion, in order."""

Nature = Literal["lu", "compte", "estime", "modele", "absent"]
"""Read on a page; counted in the tables or measured on them; a judgement to confirm; modelled under hypotheses; not
known."""
Genre = Literal["personnes", "nombre", "taux", "part", "duree", "rapport"]
"""How a value is written: headcount, count, rate, share in per cent, minutes, ratio."""

NAN = float("nan")


@dataclass(frozen=True)
class Measure:
    """One number of a criterion, or the reason why there is none.

    Parameters
    ----------
    critere
        Key of :data:`CRITERIA`.
    libelle
        What is counted.
    portee
        Where: name of the région, "France", or a hospital.
    nature, genre
        What kind of knowledge it is, and how it is written.
    valeur, bas, haut
        Central, low and high value; NaN when there is none.
    unite
        Unit when ``genre`` does not say it.
    provenance
        "publie", "officiel", "a_confirmer", "fictif", or empty for what RareCare counted or modelled itself.
    source
        Address of the page read, or the tables counted.
    reserve
        What to know before using it; for an absent value, what would fill it.
    contexte
        True for a number that is not about the group: shown beside, never in its place.
    """

    critere: str
    libelle: str
    portee: str
    nature: Nature
    genre: Genre = "nombre"
    valeur: float = NAN
    bas: float = NAN
    haut: float = NAN
    unite: str = ""
    provenance: str = ""
    source: str = ""
    reserve: str = ""
    contexte: bool = False


@dataclass(frozen=True)
class CriteriaSheet:
    """The seven criteria of a group and a région.

    Parameters
    ----------
    groupe, libelle
        Code and name of the disease group.
    region, nom
        Code and name of the région.
    measures
        Numbers of all the criteria, in their order; each criterion has one at least.
    """

    groupe: str
    libelle: str
    region: str
    nom: str
    measures: tuple[Measure, ...]

    def of(self, critere: str) -> tuple[Measure, ...]:
        """Return the numbers of one criterion."""
        return tuple(measure for measure in self.measures if measure.critere == critere)

    def nature_of(self, critere: str) -> Nature:
        """Return what a criterion rests on: a judgement as soon as one is in it, else read, counted or modelled."""
        natures = {measure.nature for measure in self.of(critere) if not measure.contexte}
        known: tuple[Nature, ...] = ("estime", "lu", "compte", "modele")
        return next((nature for nature in known if nature in natures), "absent")

    @property
    def unknown(self) -> tuple[str, ...]:
        """Criteria about which nothing is known for this group and this région."""
        return tuple(critere for critere in CRITERIA if self.nature_of(critere) == "absent")

    def frame(self) -> pd.DataFrame:
        """Return one row a number, with the columns of :class:`Measure` and ``titre``, the name of the criterion."""
        frame = pd.DataFrame([asdict(measure) for measure in self.measures])
        frame.insert(0, "titre", frame["critere"].map(CRITERIA))
        return frame

"""What every file says of itself: sources, licences, version, date, what is hidden and what was made up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from rarecare.dataset.attributions import attributions_of
from rarecare.disclosure.gate import NOTE as SECRECY_NOTE
from rarecare.french import date

FICTITIOUS_NOTE = "Cette version contient des données fictives (provenance « fictif ») : ne rien en conclure."


@dataclass(frozen=True)
class About:
    """Where a file comes from.

    Attributes
    ----------
    version : str
        Version of the dataset.
    built_at : datetime
        When that version was made.
    sources : tuple of mapping
        ``table``, ``titre``, ``source``, ``adresse``, ``licence``, ``version``, one a source.
    secrecy : bool
        Whether some of its columns are counts of patients, which passed the gate.
    fictitious : bool
        Whether the version holds made-up rows.
    selection : str
        What an indicator was asked about, in French; empty for a table.
    """

    version: str
    built_at: dt.datetime
    sources: tuple[Mapping[str, str], ...]
    secrecy: bool = False
    fictitious: bool = False
    selection: str = ""

    SOURCE_COLUMNS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"titre": "Table", "source": "Source", "adresse": "Adresse", "licence": "Licence"}
    )

    @property
    def attributions(self) -> list[str]:
        """Texts that the licences of its sources require."""
        return attributions_of({source["table"] for source in self.sources})

    @property
    def sources_words(self) -> str:
        """The sources as one phrase."""
        return " ; ".join(dict.fromkeys(source["source"] for source in self.sources if source["source"]))

    @property
    def licences_words(self) -> str:
        """The licences as one phrase."""
        return " ; ".join(dict.fromkeys(source["licence"] for source in self.sources if source["licence"]))

    def facts(self) -> list[tuple[str, str]]:
        """Return what there is to say besides sources: pairs of a French label and a text."""
        facts = [("Version des données", self.version), ("Date", date(self.built_at.date()))]
        if self.selection:
            facts.append(("Sélection", self.selection))
        if self.secrecy:
            facts.append(("Secret", SECRECY_NOTE))
        if self.fictitious:
            facts.append(("Avertissement", FICTITIOUS_NOTE))
        if self.attributions:
            facts.append(("Attributions", " ".join(self.attributions)))
        return facts

    def record(self) -> dict[str, Any]:
        """Return everything as plain values, for machines."""
        record: dict[str, Any] = {"version": self.version, "construit_le": self.built_at.isoformat()}
        if self.selection:
            record["selection"] = self.selection
        if self.secrecy:
            record["secret"] = SECRECY_NOTE
        if self.fictitious:
            record["avertissement"] = FICTITIOUS_NOTE
        if self.attributions:
            record["attributions"] = self.attributions
        return record | {"sources": [dict(source) for source in self.sources]}

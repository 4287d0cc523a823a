"""What the notes beside the territory files (``geo/**/*.source.yaml``) say: title, sources, licences, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from rarecare.french import NBSP, date

_SUFFIX = ".source.yaml"


@dataclass(frozen=True)
class TerritoryNote:
    """One territory file as its note describes it, in French.

    ``file`` is its name; ``sources`` and ``licences`` are phrases, each source with its producer and its dates;
    ``obtained`` is the ISO day on which the newest of its sources was obtained.
    """

    file: str
    title: str
    sources: str
    licences: str
    obtained: str


@lru_cache(maxsize=4)
def territory_notes(geo_dir: Path) -> tuple[TerritoryNote, ...]:
    """Return the notes of all the territory files, sorted by title."""
    notes = [_note(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in geo_dir.rglob(f"*{_SUFFIX}")]
    return tuple(sorted(notes, key=lambda note: (note.title, note.file)))


def _note(content: Mapping[str, Any]) -> TerritoryNote:
    sources = content["sources"]
    return TerritoryNote(
        file=content["fichier"],
        title=content["titre"],
        sources=" ; ".join(_source(source) for source in sources),
        licences=" ; ".join(dict.fromkeys(source["licence"] for source in sources)),
        obtained=max((str(source["obtenu_le"]) for source in sources), default=""),
    )


def _source(source: Mapping[str, Any]) -> str:
    return (
        f"{source['titre']} – {source['producteur']} (publié {_when(str(source['publie_le']))}, "
        f"obtenu {_when(str(source['obtenu_le']))})"
    )


def _when(day: str) -> str:
    """Return "le 9 mars 2026" for an ISO day, "en octobre 2026" for a month."""
    if len(day) == len("2026-10"):
        return f"en {date(f'{day}-01').partition(NBSP)[2]}"
    return f"le {date(day)}"

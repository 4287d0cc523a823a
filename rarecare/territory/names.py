"""Names of départements and régions."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from rarecare.errors import UserError


@dataclass(frozen=True)
class Departement:
    """One of the 101 départements. ``chef_lieu`` is the code of the commune of its prefecture."""

    code: str
    nom: str
    region: str
    chef_lieu: str


@dataclass(frozen=True)
class Region:
    """One of the 18 régions."""

    code: str
    nom: str


def load_departements(geo_dir: Path) -> dict[str, Departement]:
    """Return the 101 départements by code, sorted by code; a :class:`UserError` when the file is unreadable."""
    rows = _read(geo_dir / "departements.csv", ("departement", "nom", "region", "chef_lieu"))
    return {code: Departement(code, nom, region, seat) for code, nom, region, seat in rows}


def load_regions(geo_dir: Path) -> dict[str, Region]:
    """Return the 18 régions by code, sorted by code; a :class:`UserError` when the file is unreadable."""
    return {code: Region(code, nom) for code, nom in _read(geo_dir / "regions.csv", ("region", "nom"))}


def load_former_communes(geo_dir: Path) -> dict[str, str]:
    """Return the département of each commune that is no more, by code; a :class:`UserError` when it is unreadable."""
    rows = _read(geo_dir / "communes_anciennes.csv", ("code_commune", "departement"))
    return {row[0]: row[1] for row in rows}


def _read(path: Path, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return [tuple(row[column] for column in columns) for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise UserError(
            "La liste des territoires est illisible",
            where=f"{path} : {error}",
            remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
        ) from None

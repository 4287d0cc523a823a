"""Sheets and references for the tests of imports: small text tables, the real register and the real communes."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pandas as pd

from rarecare.dataset.imports.draft import Draft, References, prepare
from rarecare.dataset.imports.mapping import Mapping, Proposal, propose_mapping
from rarecare.dataset.imports.sources import Sheet, Source
from rarecare.dataset.tables import Package, Table, load_package, read_table
from rarecare.territory.communes import load_communes
from rarecare.territory.names import load_departements

ROOT = Path(__file__).resolve().parent.parent
TODAY = dt.date(2026, 6, 30)
MAIN_TABLES = (
    "etablissements",
    "centres",
    "reseaux",
    "filieres",
    "groupes_maladies",
    "maladies",
    "acteurs",
    "plateformes",
)


@cache
def package() -> Package:
    return load_package(ROOT / "data")


def table(name: str) -> Table:
    return package().table(name)


@cache
def references() -> References:
    tables: dict[str, pd.DataFrame] = {name: read_table(package(), name) for name in MAIN_TABLES}
    names = {code: departement.nom for code, departement in load_departements(ROOT / "geo").items()}
    return References.of(tables, communes=load_communes(ROOT / "geo"), departements=names)


def sheet(text: str, *, name: str = "") -> Sheet:
    """Return a sheet written as lines of cells parted by bars, all lines made as long as the longest."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").split("\n")]
    width = max(len(row) for row in rows)
    return Sheet(name, tuple(tuple(row + [""] * (width - len(row))) for row in rows))


def source(*sheets: Sheet, file: str = "fichier.xlsx") -> Source:
    return Source(file, "xlsx", "0" * 64, 1, sheets)


def propose(name: str, text: str, *, file: str = "fichier.xlsx") -> Proposal:
    return propose_mapping(source(sheet(text), file=file), table(name))


def draft(name: str, text: str, *, mapping: Mapping | None = None, file: str = "fichier.xlsx") -> Draft:
    """Return what a sheet gives, with the mapping proposed unless another is given."""
    origin = source(sheet(text), file=file)
    chosen = mapping or propose_mapping(origin, table(name)).mapping
    return prepare(origin, table(name), chosen, references(), today=TODAY)


def slugs(result: Draft) -> set[str]:
    return {problem.slug for problem in result.problems}

"""Helpers for tests that import: settings of their own, drafts made by hand, the version that an acceptance gives."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from rarecare.dataset import build as building
from rarecare.dataset.imports import accept as accepting
from rarecare.dataset.imports import apply
from rarecare.dataset.imports.accept import Plan, accept, plan
from rarecare.dataset.imports.draft import Draft
from rarecare.dataset.imports.mapping import Mapping as ColumnMapping
from rarecare.dataset.tables import load_package
from rarecare.errors import Problem
from rarecare.settings import Settings
from tests.building import DATABASE, copy_of_build, version_in_force

CENTRE, OTHER = "oscar-cap--chu-de-rouen", "oscar-moc--chu-de-montpellier"
COUNT = {
    "centre_id": CENTRE, "groupe_maladie": "tous", "annee": "2025", "modalite": "total", "classe_age": "tous",
    "departement_residence": "tous", "patients": "120", "provenance": "officiel",
}  # fmt: skip

Row = Mapping[str, str]


def own_settings(built: Settings, directory: Path) -> Settings:
    """Return settings with a build directory and an imports directory of one's own, a version in force."""
    return replace(copy_of_build(built, directory / "build"), imports_dir=directory / "imports")


def without_long_work(built: Settings, patch: Any = setattr) -> None:
    """Let builds be quick: inputs read once, no rule asked, only the files actives written in a finished database."""
    finished = version_in_force(built) / DATABASE
    rows = dict(building.versions.read_manifest(built.build_dir, finished.parent.name)["tables"])

    def write(
        path: Path, _settings: Settings, tables: apply.EffectiveTables, *_inputs: object
    ) -> dict[str, int]:
        shutil.copy(finished, path)
        frame = tables.rows("file_active")
        with duckdb.connect(str(path)) as connection:
            connection.execute("drop table file_active")
            building._create_typed(connection, tables.package.table("file_active"), frame)
        return rows | {"file_active": len(frame)}

    read, shipped = apply.scan_table, built.data_dir
    read_once = cache(lambda name: read(load_package(shipped).table(name), shipped))
    patch(
        apply,
        "scan_table",
        lambda table, directory: read_once(table.name) if directory == shipped else read(table, directory),
    )
    communes = cache(building.load_communes)
    for module in (building, accepting):
        patch(module, "load_communes", communes)
    patch(apply.EffectiveTables, "problems", lambda *_inputs, **_named: [])
    patch(building, "_write_database", write)


def draft_of(
    settings: Settings,
    table: str,
    rows: Iterable[Row],
    *,
    file: str = "fichier.csv",
    sheet: str = "",
    problems: Iterable[Problem] = (),
) -> Draft:
    """Return the draft of a file with a header on line 1 and these rows under it."""
    columns = load_package(settings.data_dir).table(table).columns
    whole = [dict.fromkeys(columns, "") | dict(row) for row in rows]
    frame = pd.DataFrame(whole, columns=columns, dtype="str")
    places = pd.DataFrame({"sheet": sheet, "line": range(2, len(whole) + 2)})
    mapping = ColumnMapping(table, columns={name: name for row in whole for name in row if row[name]})
    return Draft(table, file, frame, places, tuple(problems), (), mapping, ())


def plan_of(
    settings: Settings,
    table: str,
    rows: Iterable[Row],
    *,
    mode: str = "completer",
    scope: str = "",
    file: str = "f.csv",
) -> Plan:
    """Return what importing these rows would change."""
    return plan(settings, draft_of(settings, table, rows, file=file), mode, scope=scope)


def imported(
    settings: Settings,
    table: str,
    rows: Iterable[Row],
    *,
    mode: str = "completer",
    scope: str = "",
    who: str = "Agathe",
    why: str = "Essai",
) -> str:
    """Import these rows for good; return the new version."""
    planned = plan_of(settings, table, rows, mode=mode, scope=scope)
    return accept(settings, planned, source=b"fichier recu", who=who, why=why)

"""The SQL of the caseload: steps, outputs, and their translation for Spark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import sqlglot

from rarecare.dataset.sql_files import sql_text

_SQL_DIR = Path(__file__).parent / "sql"
_PARAMETER = re.compile(r"\$(\w+)")
_COMMENT = re.compile(r"--[^\n]*")

STEPS = (
    "faits",
    "annees_patient",
    "details",
    "passages",
    "cellules_simples",
    "medianes",
    "arrivees",
    "cellules_nouveaux",
    "cellules",
    "cellules_territoire",
    "centres_par_patient",
)
"""Tables made one after the other; each reads those before it."""

DONE_WITH: Mapping[str, tuple[str, ...]] = {
    "details": ("faits",),
    "arrivees": ("annees_patient",),
    "cellules_nouveaux": ("arrivees",),
    "cellules_territoire": ("details",),
    "centres_par_patient": ("passages",),
}
"""Step: the tables that nothing reads after it."""

OUTPUTS = {
    "file_active_centre": ("centre_id", "annee"),
    "file_active": (
        "centre_id",
        "groupe_maladie",
        "annee",
        "modalite",
        "classe_age",
        "departement_residence",
    ),
    "file_active_territoire": (
        "departement_residence",
        "groupe_maladie",
        "filiere",
        "annee",
        "classe_age",
        "modalite",
    ),
    "flux": ("departement_residence", "centre_id", "annee", "groupe_maladie"),
    "nouveaux": ("centre_id", "groupe_maladie", "annee"),
    "multi_centres": ("annee", "centres"),
}
"""Tables that come out, one Parquet file each, and their keys: counts of distinct patients, nothing about one."""


def statement(name: str) -> str:
    """Return one statement of ``sql/`` in the dialect of DuckDB."""
    return sql_text(_SQL_DIR / f"{name}.sql")


def output(name: str) -> str:
    """Return the statement of a table that comes out, sorted by its keys."""
    return f"{statement(name)}\norder by {', '.join(OUTPUTS[name])}"


@cache
def for_spark(sql: str) -> str:
    """Return a statement of DuckDB in the dialect of Spark, its named parameters kept."""
    return sqlglot.transpile(sql, read="duckdb", write="spark", comments=False)[0]


def only_used(sql: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters that a statement names: engines refuse the others.

    Raises :class:`KeyError` when one of them is not given.
    """
    return {name: parameters[name] for name in sorted(set(_PARAMETER.findall(_COMMENT.sub("", sql))))}

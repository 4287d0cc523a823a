"""Rows of files actives as a reader may see them: the only door between the tables and everything that is shown."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd

from rarecare.dataset.provenance import TO_CONFIRM
from rarecare.dataset.sql_files import sql_text
from rarecare.dataset.store import Dataset
from rarecare.disclosure.gate import Reader
from rarecare.disclosure.tables import protect_table

WHOLE = {"modalite": "total", "classe_age": "tous", "departement_residence": "tous"}
"""Values of the row that counts all the patients of a centre and a year."""
ALL_GROUPS = ALL_FILIERES = "tous"
ABROAD = "99"
"""Code of a residence abroad or unknown."""

_FAMILY = ["centre_id", "groupe_maladie", "annee"]


@lru_cache(maxsize=8)
def caseload_rows(dataset: Dataset, reader: Reader) -> pd.DataFrame:
    """Return the rows of ``file_active``, with ``filiere`` and ``etablissement_id``, after the gate.

    A centre that supplied children and adults without their total gets the sum of both as its total: no patient is a
    child and an adult in one year. Counts are ``Int64``, missing unless known; each has its ``<name>_etat``.
    """
    rows = dataset.run(_sql("file_active"))
    return protect_table("file_active", _with_totals(rows), reader=reader)


@lru_cache(maxsize=8)
def residence_rows(dataset: Dataset, reader: Reader) -> pd.DataFrame:
    """Return the rows of ``file_active_territoire`` (distinct patients by residence) after the gate."""
    return protect_table("file_active_territoire", dataset.run(_sql("file_active_territoire")), reader=reader)


def published(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be shown without waiting for a confirmation; the gate comes before, on all of them."""
    return rows[rows["provenance"].ne(TO_CONFIRM)]


def whole_rows(rows: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Return the rows that count everybody, but for the dimensions given: ``whole_rows(rows, classe_age="enfant")``."""
    kept = pd.Series(True, index=rows.index)
    for name, value in {**WHOLE, "groupe_maladie": ALL_GROUPS, **values}.items():
        kept &= rows[name].eq(value)
    return rows[kept]


def _with_totals(rows: pd.DataFrame) -> pd.DataFrame:
    ages = {age: rows[_is(rows, classe_age=age)].set_index(_FAMILY) for age in ("enfant", "adulte")}
    totals = pd.MultiIndex.from_frame(rows.loc[_is(rows), _FAMILY])
    both = ages["enfant"].index.intersection(ages["adulte"].index).difference(totals)
    if both.empty:
        return rows
    summed = ages["adulte"].loc[both].reset_index()
    children = ages["enfant"].loc[both].reset_index()
    names = [name for name in rows if "patients" in name or name.startswith("diagnostics_")]
    for name in names:
        summed[name] = summed[name] + children[name]
    summed = summed.assign(classe_age="tous", delai_diagnostic_median_mois=float("nan"))
    return pd.concat([rows, summed[rows.columns]], ignore_index=True)


def _is(rows: pd.DataFrame, **values: str) -> pd.Series:
    found = pd.Series(True, index=rows.index)
    for name, value in {**WHOLE, **values}.items():
        found &= rows[name].eq(value)
    return found


def _sql(name: str) -> str:
    return sql_text(Path(__file__).with_name(f"{name}.sql"))

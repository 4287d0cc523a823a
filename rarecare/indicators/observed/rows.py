"""Rows of files actives as a reader may see them: the only door between the tables and everything that is shown."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from rarecare.dataset.provenance import TO_CONFIRM
from rarecare.dataset.store import Dataset
from rarecare.disclosure.datasets import protected_rows
from rarecare.disclosure.gate import Reader

WHOLE = {"modalite": "total", "classe_age": "tous", "departement_residence": "tous"}
"""Values of the row that counts all the patients of a centre and a year."""
ALL_GROUPS = ALL_FILIERES = "tous"
ABROAD = "99"
"""Code of a residence abroad or unknown."""


@lru_cache(maxsize=8)
def caseload_rows(dataset: Dataset, reader: Reader) -> pd.DataFrame:
    """Return the rows of ``file_active``, with ``filiere`` and ``etablissement_id``, after the gate.

    A centre that supplied children and adults without their total gets the sum of both as its total. Counts are
    ``Int64``, missing unless known; each has its ``<name>_etat``.
    """
    return _protected(dataset, "file_active", reader)


@lru_cache(maxsize=8)
def residence_rows(dataset: Dataset, reader: Reader) -> pd.DataFrame:
    """Return the rows of ``file_active_territoire`` (distinct patients by residence) after the gate."""
    return _protected(dataset, "file_active_territoire", reader)


@lru_cache(maxsize=8)
def activity_rows(dataset: Dataset, reader: Reader) -> pd.DataFrame:
    """Return the rows of ``moyens``, with ``filiere`` and ``etablissement_id``: staff, and visits after the gate."""
    return _protected(dataset, "moyens", reader)


def published(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be shown without waiting for a confirmation; the gate comes before, on all of them."""
    return rows[rows["provenance"].ne(TO_CONFIRM)]


def whole_rows(rows: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Return the rows that count everybody, but for the dimensions given: ``whole_rows(rows, classe_age="enfant")``."""
    kept = pd.Series(True, index=rows.index)
    for name, value in {**WHOLE, "groupe_maladie": ALL_GROUPS, **values}.items():
        kept &= rows[name].eq(value)
    return rows[kept]


def _protected(dataset: Dataset, name: str, reader: Reader) -> pd.DataFrame:
    return protected_rows(dataset, name, reader).astype({"annee": "int64"})

"""Tables of patient counts whose rows are parts of one another, as a reader may see them: screens and exports alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.disclosure.complement import KNOWN, PROTECTED, Codes, Floats, hide_parts, is_small
from rarecare.disclosure.gate import Reader, count_values, with_states


@dataclass(frozen=True)
class CountTable:
    """How the rows of a table are parts of one another.

    Parameters
    ----------
    key
        Columns that tell families of rows apart.
    dimensions
        Column → its value on the row that sums all the others, as in ``classe_age`` → ``tous``.
    count
        The main count of patients.
    others
        Other counts of patients of the same row, each part of ``count``.
    parts
        Those of ``others`` that sum to at most ``count``.
    medians
        Columns computed on the patients of ``count``, hidden with it.
    owners
        Columns that put a row in the scope of a reader.
    """

    key: tuple[str, ...]
    dimensions: Mapping[str, str]
    count: str = "patients"
    others: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    medians: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


Bools = NDArray[np.bool_]

_DIAGNOSES = ("diagnostics_confirmes", "diagnostics_probables", "diagnostics_indetermines")
_DIMENSIONS = {"modalite": "total", "classe_age": "tous", "departement_residence": "tous"}

COUNT_TABLES: Mapping[str, CountTable] = {
    "file_active": CountTable(
        ("centre_id", "groupe_maladie", "annee"), _DIMENSIONS, others=("nouveaux_patients", *_DIAGNOSES),
        parts=_DIAGNOSES, medians=("delai_diagnostic_median_mois",), owners=("filiere", "etablissement_id"),
    ),
    "file_active_territoire": CountTable(
        ("groupe_maladie", "filiere", "annee"), _DIMENSIONS, owners=("filiere",),
    ),
}  # fmt: skip
"""Tables of ``data/`` that count patients."""

_GROUP, _ALL_GROUPS = "groupe_maladie", "tous"


def protect_table(name: str, frame: pd.DataFrame, *, reader: Reader) -> pd.DataFrame:
    """Return rows of a table of patient counts as a reader may see them.

    Parameters
    ----------
    name
        Key of :data:`COUNT_TABLES`.
    frame
        All the rows of the families that are shown, with the columns of the table and its owners (for ``file_active``:
        ``filiere`` and ``etablissement_id`` of the centre); counts as numbers or text.
    reader
        Who reads.

    Returns
    -------
    protected : DataFrame
        As :func:`rarecare.disclosure.gate.protect_counts`, same rows and order. A row that details two dimensions at
        once is shown only when its family hides nothing.
    """
    table = COUNT_TABLES[name]
    columns = [column for column in (table.count, *table.others) if column in frame]
    counts = {column: count_values(frame[column]) for column in columns}
    authorised = reader.reads_small(frame, [owner for owner in table.owners if owner in frame])
    codes = _Hiding(table, frame.reset_index(drop=True), counts).codes()
    shown = {column: np.where(authorised, KNOWN, found) for column, found in codes.items()}
    protected = with_states(frame, counts, shown)
    for column in (median for median in table.medians if median in frame):
        values = pd.to_numeric(frame[column].replace("", np.nan)).astype("float64")
        protected[column] = values.where(pd.Series(shown[table.count] == KNOWN, index=frame.index))
    return protected


class _Hiding:
    """Decides what is hidden in one table for a reader without right."""

    def __init__(self, table: CountTable, frame: pd.DataFrame, counts: Mapping[str, Floats]) -> None:
        self.table, self.frame, self.counts = table, frame, counts
        self.hidden: dict[str, Codes] = {
            name: is_small(values).astype(int) for name, values in counts.items()
        }
        self.detail = np.column_stack(
            [frame[name].astype(str).ne(whole).to_numpy() for name, whole in table.dimensions.items()]
        )
        self.family = self._number(table.key)

    def codes(self) -> dict[str, Codes]:
        """Return what to do with each count of each row."""
        count = self.table.count
        details = self.detail.sum(axis=1)
        for rank, dimension in enumerate(self.table.dimensions):
            line = (details == 0) | ((details == 1) & self.detail[:, rank])
            whole = self.detail[:, rank]
            for name in self.counts:
                self._hide_line(name, line, whole=~whole, part=dimension, key=self.table.key)
        if _GROUP in self.table.key:
            self._hide_groups(details == 0)
        self._hide_where(details >= 2, self._families_with(self._anything_hidden()))
        self._hide_parts_of_rows(details)
        beside = self.hidden[count] > KNOWN
        for name in self.counts:
            self._hide(name, beside & (self.counts[name] > 0) & (self.hidden[name] == KNOWN))
        return self.hidden

    def _hide_line(self, name: str, line: Bools, *, whole: Bools, part: str, key: tuple[str, ...]) -> None:
        """Hide along one dimension: the row of the total and the rows of its parts."""
        values = self.counts[name]
        totals, parts = np.flatnonzero(line & whole), np.flatnonzero(line & ~whole)
        if not (totals.size and parts.size):
            return
        family = self._number(key)
        rows, families = np.unique(family[parts], return_inverse=True)
        columns, places = np.unique(self.frame[part].astype(str).to_numpy()[parts], return_inverse=True)
        grid = np.full((rows.size, columns.size), np.nan)
        grid[families, places] = values[parts]
        total_of = dict(zip(family[totals].tolist(), totals.tolist(), strict=True))
        where = np.array([total_of.get(row, -1) for row in rows.tolist()])
        total = np.where(where >= 0, values[where], np.nan)
        of_total, of_parts = hide_parts(total, grid)
        self.hidden[name][parts] = np.maximum(self.hidden[name][parts], of_parts[families, places])
        known = where >= 0
        self.hidden[name][where[known]] = np.maximum(self.hidden[name][where[known]], of_total[known])

    def _hide_groups(self, whole_rows: Bools) -> None:
        """Hide among disease groups of one owner, then all that details a group hidden for another's sake."""
        key = tuple(name for name in self.table.key if name != _GROUP)
        all_groups = self.frame[_GROUP].astype(str).eq(_ALL_GROUPS).to_numpy()
        for name in self.counts:
            self._hide_line(name, whole_rows, whole=all_groups, part=_GROUP, key=key)
        protected = whole_rows & ~all_groups & (self.hidden[self.table.count] == PROTECTED)
        self._hide_where(np.ones(len(self.frame), dtype=bool), np.isin(self.family, self.family[protected]))

    def _hide_parts_of_rows(self, details: Codes) -> None:
        """Hide among the counts that sum to another on the same row; in detailed rows, all of them or none."""
        names = [name for name in self.table.parts if name in self.counts]
        if not names:
            return
        small = np.logical_or.reduce([self.hidden[name] > KNOWN for name in names])
        uneasy = self._families_with(small) & (details > 0)
        of_total, of_parts = hide_parts(
            self.counts[self.table.count], np.column_stack([self.counts[name] for name in names])
        )
        self.hidden[self.table.count] = np.maximum(self.hidden[self.table.count], of_total)
        for rank, name in enumerate(names):
            self.hidden[name] = np.maximum(self.hidden[name], of_parts[:, rank])
            self._hide(name, uneasy & np.isfinite(self.counts[name]) & (self.hidden[name] == KNOWN))

    def _anything_hidden(self) -> Bools:
        hidden: Bools = np.logical_or.reduce([codes > KNOWN for codes in self.hidden.values()])
        return hidden

    def _families_with(self, rows: Bools) -> Bools:
        return np.isin(self.family, self.family[rows])

    def _hide_where(self, rows: Bools, families: Bools) -> None:
        for name, values in self.counts.items():
            self._hide(name, rows & families & np.isfinite(values) & (self.hidden[name] == KNOWN))

    def _hide(self, name: str, rows: Bools) -> None:
        self.hidden[name] = np.where(rows, PROTECTED, self.hidden[name])

    def _number(self, key: tuple[str, ...]) -> Codes:
        """Return one number a family of rows."""
        if not len(self.frame):
            return np.zeros(0, dtype=int)
        found: Codes = self.frame.groupby(list(key), dropna=False, sort=False).ngroup().to_numpy()
        return found


__all__ = ["COUNT_TABLES", "CountTable", "protect_table"]

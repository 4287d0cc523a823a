"""Tables of patient counts whose rows are parts of one another, as a reader may see them: screens and exports alike.

What is shown of a family of rows (a centre and a year, say):

- its total and the rows that detail one dimension, along which :mod:`rarecare.disclosure.complement` hides what would
  give few patients back;
- rows that detail two dimensions or more, only when the family holds no few patients anywhere, said or left to
  subtract: then nothing in it needs hiding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from rarecare.disclosure.complement import (
    KNOWN,
    PROTECTED,
    Bools,
    Codes,
    Floats,
    Hidden,
    hide_modalities,
    hide_parts,
    hide_shared,
    is_small,
)
from rarecare.disclosure.gate import Reader, count_values, with_states
from rarecare.disclosure.lines import Cells, Lines, Rule, numbered


@dataclass(frozen=True)
class CountTable:
    """How the counts of a table are parts of one another.

    Parameters
    ----------
    key
        Columns that tell families of rows apart.
    dimensions
        Column → its value on the row that sums all the others, as in ``classe_age`` → ``tous``.
    across
        The same for columns of ``key``: the families of one value are parts of those of the other.
    count
        The main count of patients, empty when the table has only counts that are parts of nothing (``alone``).
    others
        Other counts of patients of the same row, each part of ``count``.
    parts
        Those of ``others`` that sum to at most ``count``.
    alone
        Counts without relation to any other.
    medians
        Columns computed on the patients of ``count``, and on those of ``median_base`` where it is told.
    owners
        Columns that put a row in the scope of a reader.
    """

    key: tuple[str, ...]
    dimensions: Mapping[str, str] = field(default_factory=dict)
    across: Mapping[str, str] = field(default_factory=dict)
    count: str = ""
    others: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    medians: tuple[str, ...] = ()
    median_base: str = ""
    owners: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[str, ...]:
        """Every column of counts."""
        return (*([self.count] if self.count else []), *self.others, *self.alone)


_DIAGNOSES = ("diagnostics_confirmes", "diagnostics_probables", "diagnostics_indetermines")
_GROUP, _AGE, _HOME = "groupe_maladie", "classe_age", "departement_residence"
_DIMENSIONS = {"modalite": "total", _AGE: "tous", _HOME: "tous"}
_RULES: Mapping[str, Rule] = {
    "modalite": hide_modalities, _AGE: hide_parts, _HOME: hide_parts, _GROUP: hide_shared, "filiere": hide_shared,
}  # fmt: skip

COUNT_TABLES: Mapping[str, CountTable] = {
    "file_active": CountTable(
        ("centre_id", "annee"), {_GROUP: "tous", **_DIMENSIONS}, count="patients",
        others=("nouveaux_patients", *_DIAGNOSES), parts=_DIAGNOSES, medians=("delai_diagnostic_median_mois",),
        median_base="diagnostics_confirmes", owners=("filiere", "etablissement_id"),
    ),
    "file_active_territoire": CountTable(
        (_GROUP, "filiere", "annee"), _DIMENSIONS, across={_GROUP: "tous", "filiere": "tous"}, count="patients",
        owners=("filiere",),
    ),
    "moyens": CountTable(
        ("centre_id", "annee"), alone=("consultations", "teleconsultations", "hospitalisations_jour"),
        owners=("filiere", "etablissement_id"),
    ),
}  # fmt: skip
"""Tables of ``data/`` that count patients, or visits of patients."""

SUMMED = "ligne_calculee"
"""Column that tells the rows that nobody supplied: children and adults summed."""

_BOUND = "_borne"
_ROUNDS = 20


def protect_table(name: str, frame: pd.DataFrame, *, reader: Reader, sums: bool = False) -> pd.DataFrame:
    """Return rows of a table of patient counts as a reader may see them.

    Parameters
    ----------
    name
        Key of :data:`COUNT_TABLES`.
    frame
        All the rows of the table, with their owners (for ``file_active`` and ``moyens``: ``filiere`` and
        ``etablissement_id`` of the centre); counts as numbers or text.
    reader
        Who reads.
    sums
        Give also, with a column :data:`SUMMED`, a total to those who supplied children and adults without it: no
        patient is a child and an adult in one year. What is hidden is the same with and without.

    Returns
    -------
    protected : DataFrame
        As :func:`rarecare.disclosure.gate.protect_counts`, same rows and order, then the sums. Medians have their
        ``<name>_etat`` too.
    """
    table = COUNT_TABLES[name]
    whole = _with_totals(table, frame.reset_index(drop=True)) if table.count else frame.assign(**{_BOUND: 0})
    counts = {column: count_values(whole[column]) for column in table.counts if column in whole}
    seen = reader.reads_small(whole, [owner for owner in table.owners if owner in whole])
    codes = (
        _Hiding(table, whole, counts, seen).codes()
        if table.count
        else {
            column: np.where(seen, KNOWN, is_small(values).astype(int)) for column, values in counts.items()
        }
    )
    protected = _with_medians(table, with_states(whole, counts, codes), seen)
    added = protected.pop(_BOUND).to_numpy()
    if sums:
        return protected.assign(**{SUMMED: added == _SUM})[added <= _SUM].reset_index(drop=True)
    return protected[added == _GIVEN].set_axis(frame.index)


_GIVEN, _SUM, _LEAST = range(3)
"""A row that was supplied, one that sums ages, one that nobody sees: the least that a family counts."""


def _with_totals(table: CountTable, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, then the totals that nobody supplied but that others give."""
    told = frame.assign(**{_BOUND: _GIVEN})
    group = [name for name in table.dimensions if name not in _DIMENSIONS]
    totals = _sums_of_ages(table, told, [*table.key, *group])
    whole = pd.concat([told, totals], ignore_index=True) if len(totals) else told
    least = _sums_of_homes(table, whole)
    return pd.concat([whole, least], ignore_index=True) if len(least) else whole


def _sums_of_ages(table: CountTable, frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    ages = [
        frame[_is(frame, **{_AGE: age})].drop_duplicates(key).set_index(key) for age in ("adulte", "enfant")
    ]
    given = pd.MultiIndex.from_frame(frame.loc[_is(frame), key])
    both = ages[0].index.intersection(ages[1].index).difference(given)
    if both.empty:
        return frame.iloc[:0]
    adults, children = (age.loc[both].reset_index() for age in ages)
    names = [name for name in table.counts if name in frame]
    summed = {name: count_values(adults[name]) + count_values(children[name]) for name in names}
    unknown = {name: np.nan for name in table.medians if name in frame}
    return adults.assign(**summed, **unknown, **{_AGE: "tous", _BOUND: _SUM})[frame.columns]


def _sums_of_homes(table: CountTable, frame: pd.DataFrame) -> pd.DataFrame:
    """Return, for families without a total but with something else beside places of residence, the sum of these."""
    key = list(table.key)
    detail = _details(table, frame)
    homes = (detail.sum(axis=1) == 1) & detail[:, list(table.dimensions).index(_HOME)]
    family = numbered(frame, key)
    counted = np.isin(family, family[detail.sum(axis=1) == 0])
    beside = np.isin(family, family[~homes])
    rows = frame[homes & ~counted & beside]
    if rows.empty:
        return rows
    first = rows.drop_duplicates(key).set_index(key)
    values = pd.Series(count_values(rows[table.count]), index=pd.MultiIndex.from_frame(rows[key]))
    sums = values.groupby(level=list(range(len(key)))).sum().reindex(first.index)
    nothing = {name: np.nan for name in (*table.others, *table.medians) if name in frame}
    least = first.assign(
        **{table.count: sums.to_numpy(), **nothing, _HOME: table.dimensions[_HOME], _BOUND: _LEAST}
    )
    return least.reset_index()[frame.columns]


def _is(frame: pd.DataFrame, **values: str) -> pd.Series:
    found = pd.Series(True, index=frame.index)
    for name, value in {**_DIMENSIONS, **values}.items():
        found &= frame[name].astype(str).eq(value)
    return found


def _details(table: CountTable, frame: pd.DataFrame) -> Bools:
    """Return which dimensions each row details (n_rows, n_dimensions)."""
    columns = [frame[name].astype(str).ne(whole).to_numpy() for name, whole in table.dimensions.items()]
    return np.column_stack(columns)


def _with_medians(table: CountTable, frame: pd.DataFrame, seen: Bools) -> pd.DataFrame:
    """Hide the medians of few patients, and those of a count that is hidden."""
    columns: dict[str, pd.Series] = {}
    for name in (median for median in table.medians if median in frame):
        values = pd.to_numeric(frame[name].replace("", np.nan)).astype("float64")
        shown = frame[f"{table.count}_etat"].eq("connu")
        base = f"{table.median_base}_etat"
        if base in frame:
            shown &= frame[base].isin(["connu", "non_fourni"])
        shown |= pd.Series(seen, index=frame.index)
        etat = pd.Series("connu", index=frame.index, dtype=object).mask(~shown, "protege")
        columns |= {name: values.where(shown), f"{name}_etat": etat.mask(values.isna(), "non_fourni")}
    return frame.assign(**columns)


class _Hiding:
    """Decides what is hidden in one table, from the rows that the reader may not see whatever happens."""

    def __init__(
        self, table: CountTable, frame: pd.DataFrame, counts: Mapping[str, Floats], seen: Bools
    ) -> None:
        self.table, self.frame, self.counts, self.seen = table, frame, counts, seen
        self.hidden: dict[str, Codes] = {
            name: np.where(seen, KNOWN, is_small(values).astype(int)) for name, values in counts.items()
        }
        self.cells = Cells.of(frame, table.key, table.dimensions)
        self.family, self.details = self.cells.family, self.cells.details
        own = [name for name in table.key if name not in table.across]
        self.all_cells = Cells.of(frame, own, {**table.across, **table.dimensions})
        self.lines = [*self._lines_within(), *self._lines_across()]
        self.uneasy = self._uneasy()
        outside = self.all_cells.few_outside(np.where(seen, np.nan, counts[table.count]))
        self._hide(table.count, outside & (self.details + self._across() >= 2))

    def codes(self) -> dict[str, Codes]:
        """Return what to do with each count of each row: what one line hides, the others hold."""
        main = self.hidden[self.table.count]
        for _ in range(_ROUNDS):
            before = {name: codes.copy() for name, codes in self.hidden.items()}
            for line in self.lines:
                line.hide(self.counts[self.table.count], main, self.seen)
            self._hide_counts_of_rows()
            self._hide_details()
            for codes in self.hidden.values():
                codes[self.seen] = KNOWN
            if all(np.array_equal(before[name], codes) for name, codes in self.hidden.items()):
                break
        return self.hidden

    def _lines_within(self) -> list[Lines]:
        """Return, for each dimension, the total of each family with the rows that detail that dimension alone."""
        alone = [
            (self.details == 0) | (self.cells.places[:, rank] > 0)
            for rank in range(len(self.table.dimensions))
        ]
        return [
            self.cells.lines(rank, _RULES[name], alone[rank] & (self.details <= 1))
            for rank, name in enumerate(self.table.dimensions)
        ]

    def _lines_across(self) -> list[Lines]:
        """Return, for each column of families that are parts of others, the rows that differ by it alone."""
        everything = np.ones(len(self.frame), dtype=bool)
        return [
            self.all_cells.lines(rank, _RULES[name], everything)
            for rank, name in enumerate(self.table.across)
        ]

    def _across(self) -> Codes:
        """Return in how many ways each row is a part of other families (n_rows,)."""
        found: Codes = (self.all_cells.places[:, : len(self.table.across)] > 0).sum(axis=1)
        return found

    def _uneasy(self) -> Bools:
        """Tell the rows of families with few patients somewhere, in a count or in the difference of two."""
        found = np.zeros(len(self.frame), dtype=bool)
        main = self.counts[self.table.count]
        for values in self.counts.values():
            found |= self.cells.families_with_few(values) | self._families_with(is_small(main - values))
        parts = [self.counts[name] for name in self.table.parts if name in self.counts]
        if parts:
            told = np.where(np.isfinite(parts), parts, 0.0).sum(axis=0)
            found |= self._families_with(is_small(main - told) & np.isfinite(parts).any(axis=0))
        return found

    def _hide_counts_of_rows(self) -> None:
        """Hide among the counts that are parts of another on the same row; in detailed rows, all of them or none."""
        for names in (
            self.table.parts,
            *((name,) for name in self.table.others if name not in self.table.parts),
        ):
            given = [name for name in names if name in self.counts]
            if given:
                self._hide_parts_of_totals(given)
        for name in (name for name in self.table.others if name in self.counts):
            self._hide(name, (self.hidden[self.table.count] > KNOWN) & (self.counts[name] > 0))

    def _hide_parts_of_totals(self, names: list[str]) -> None:
        rows = np.flatnonzero((self.details == 0) & ~self.seen)
        main = self.hidden[self.table.count]
        held = Hidden(
            main[rows] > KNOWN, np.column_stack([self.hidden[name][rows] > KNOWN for name in names])
        )
        values = np.column_stack([self.counts[name][rows] for name in names])
        of_total, of_parts = hide_parts(self.counts[self.table.count][rows], values, held=held)
        main[rows] = np.maximum(main[rows], of_total)
        for rank, name in enumerate(names):
            self.hidden[name][rows] = np.maximum(self.hidden[name][rows], of_parts[:, rank])

    def _hide_details(self) -> None:
        """Hide every row that details two dimensions of a family where something is few, and its other counts."""
        hidden = np.logical_or.reduce([codes > KNOWN for codes in self.hidden.values()])
        wide = self.all_cells.family
        families = np.isin(wide, wide[self.uneasy | hidden])
        for name, values in self.counts.items():
            deep = self.details + (name != self.table.count) >= 2
            self.hidden[name][families & deep & np.isfinite(values)] = PROTECTED

    def _families_with(self, rows: Bools) -> Bools:
        found: Bools = np.isin(self.family, self.family[rows])
        return found

    def _hide(self, name: str, rows: Bools) -> None:
        self.hidden[name][rows & (self.hidden[name] == KNOWN)] = PROTECTED


__all__ = ["COUNT_TABLES", "SUMMED", "CountTable", "protect_table"]

"""What an import takes away, for its reader to see before it does: by part, and with the rows that hang on it.

Rows are counted, never patients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from rarecare.dataset.imports.apply import CENTRE_KEY, EffectiveTables
from rarecare.dataset.imports.journal import ImportedRows
from rarecare.dataset.imports.scopes import REPLACE, SCOPES, Scope, replaced_columns
from rarecare.french import counted, listing


@dataclass(frozen=True, eq=False)
class Removal:
    """What an import takes away or spares.

    Parameters
    ----------
    parts : DataFrame
        Rows removed by part: the columns of the narrowest scope of the table, ``lignes``, and ``nomme``, whether the
        file names that part.
    spared : DataFrame
        Rows that stay and that the widest scope would remove: the same columns.
    wider : Scope or None
        The scope that would remove them, None when nothing is spared.
    set_aside, brought_back : DataFrame
        Rows of other tables that leave or come back with their centre: ``table``, ``centre_id``, ``lignes``.
    """

    parts: pd.DataFrame
    spared: pd.DataFrame
    wider: Scope | None
    set_aside: pd.DataFrame
    brought_back: pd.DataFrame

    @property
    def set_aside_rows(self) -> dict[str, int]:
        """Return how many rows of each table leave with their centre."""
        return _by_table(self.set_aside)

    @property
    def brought_back_rows(self) -> dict[str, int]:
        """Return how many rows of each table come back with their centre."""
        return _by_table(self.brought_back)


NOTHING = Removal(
    pd.DataFrame(columns=["lignes", "nomme"]),
    pd.DataFrame(columns=["lignes", "nomme"]),
    None,
    pd.DataFrame(columns=["table", CENTRE_KEY, "lignes"]),
    pd.DataFrame(columns=["table", CENTRE_KEY, "lignes"]),
)
"""Nothing taken away nor spared."""


def removal_of(
    before: EffectiveTables, after: EffectiveTables, rows: ImportedRows, removed: pd.DataFrame
) -> Removal:
    """Return what the rows of an import take away, *removed* being the rows that its table loses."""
    narrow = replaced_columns(rows.table, SCOPES[rows.table][0].name) if rows.table in SCOPES else []
    named = _keys(rows.frame, narrow)
    nothing = removed.iloc[:0]
    spared, wider = nothing, None
    if rows.mode == REPLACE and rows.scope != SCOPES[rows.table][-1].name:
        wide = SCOPES[rows.table][-1]
        frame = after.rows(rows.table)
        covered = _keys(frame, list(wide.columns)).isin(_keys(rows.frame, list(wide.columns)))
        spared = frame[covered & ~_keys(frame, narrow).isin(named)]
        wider = wide if len(spared) else None
    return Removal(
        _counted_by(removed, narrow, named),
        _counted_by(spared, narrow, named),
        wider,
        _only_in(after.aside_counts, before.aside_counts),
        _only_in(before.aside_counts, after.aside_counts),
    )


def rows_by_table(rows: Mapping[str, int], titles: Mapping[str, str] | None = None) -> str:
    """Return rows by table in words: ``10 lignes de « file_active » et 2 lignes de « moyens »``."""
    known = titles or {}
    return listing(
        [f"{counted(count, 'ligne')} de « {known.get(name, name)} »" for name, count in rows.items()]
    )


def _keys(frame: pd.DataFrame, columns: list[str]) -> pd.MultiIndex:
    if not columns:
        return pd.MultiIndex.from_arrays([[""] * len(frame)])
    return pd.MultiIndex.from_frame(frame[columns])


def _counted_by(rows: pd.DataFrame, columns: list[str], named: pd.MultiIndex) -> pd.DataFrame:
    if not columns or rows.empty:
        return pd.DataFrame(columns=[*columns, "lignes", "nomme"])
    counts = rows.groupby(columns).size().rename("lignes").reset_index()
    return counts.assign(nomme=_keys(counts, columns).isin(named))


def _only_in(these: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    key = ["table", CENTRE_KEY]
    return these[~_keys(these, key).isin(_keys(others, key))].reset_index(drop=True)


def _by_table(rows: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(count) for name, count in rows.groupby("table")["lignes"].sum().items()}

"""What an import is told to change: the same whether or not it repeats counts that its author may not see.

Told otherwise, "nothing changes" would confirm a guess. A row of the file whose counts in force are hidden from the
reader is therefore always told, and kept in the list of versions, as changed.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from rarecare.dataset.imports.accept import Plan
from rarecare.dataset.imports.apply import Changes
from rarecare.dataset.store import Dataset
from rarecare.disclosure.datasets import supplied_rows
from rarecare.disclosure.gate import Reader
from rarecare.disclosure.tables import COUNT_TABLES


def told_plan(plan: Plan, dataset: Dataset, reader: Reader) -> Plan:
    """Return a plan whose changes say nothing of the counts in force that are hidden from the reader."""
    if plan.table not in COUNT_TABLES:
        return plan
    key = [name for name in plan.changes.changed.columns if name not in ("colonne", "avant", "apres")]
    return replace(
        plan, changes=_told(plan.changes, plan.draft.frame, _hidden(plan.table, dataset, reader, key), key)
    )


def _hidden(name: str, dataset: Dataset, reader: Reader, key: list[str]) -> pd.MultiIndex:
    """Return the keys of the rows in force with a count, or a median, that the reader may not see."""
    rows = supplied_rows(dataset, name, reader)
    table = COUNT_TABLES[name]
    states = [f"{column}_etat" for column in (*table.counts, *table.medians)]
    return _keys(rows[rows[states].isin(["masque", "protege"]).any(axis=1)], key)


def _told(changes: Changes, file: pd.DataFrame, hidden: pd.MultiIndex, key: list[str]) -> Changes:
    unseen = file[_keys(file, key).isin(hidden)].drop_duplicates(key)
    if unseen.empty:
        return changes
    table = COUNT_TABLES[changes.table]
    counted = changes.changed["colonne"].isin([*table.counts, *table.medians])
    kept = changes.changed[~(counted & _keys(changes.changed, key).isin(hidden))]
    given = [name for name in (*table.counts, *table.medians) if name in file and file[name].ne("").any()]
    cells = unseen.melt(id_vars=key, value_vars=given, var_name="colonne", value_name="apres").assign(
        avant=""
    )
    seen = changes.changed[~_keys(changes.changed, key).isin(hidden)].drop_duplicates(key)
    told = pd.concat([kept, cells[kept.columns]], ignore_index=True).sort_values(key, kind="stable")
    return replace(changes, changed=told.reset_index(drop=True), changed_rows=len(seen) + len(unseen))


def _keys(frame: pd.DataFrame, key: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[key].astype(str))


__all__ = ["told_plan"]

"""Imports applied one after the other give what a plain dictionary of rows gives, each row knowing where it is from."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rarecare.dataset.imports.apply import (
    SOURCE_COLUMNS,
    EffectiveTables,
    changes,
)
from rarecare.dataset.imports.journal import ImportedRows
from rarecare.dataset.imports.scopes import COMPLETE, REPLACE, SCOPES
from rarecare.dataset.tables import Scan, load_package

PACKAGE = load_package(Path(__file__).resolve().parents[2] / "data")
WORDS = st.sampled_from(["", "a", "b", "c"])


def rows_of(table):
    """Return rows of few distinct keys and scopes, keys never repeated."""
    keys = st.tuples(*(st.sampled_from(["1", "2", "3"]) for _ in table.primary_key))
    others = [name for name in table.columns if name not in table.primary_key]
    row = st.fixed_dictionaries(dict.fromkeys(others, WORDS))
    return st.dictionaries(keys, row, max_size=5).map(
        lambda found: [
            dict(zip(table.primary_key, key, strict=True)) | values for key, values in found.items()
        ]
    )


def imports_of(table):
    optional = [name for name in table.columns if name not in table.primary_key]
    given_columns = st.sets(st.sampled_from(optional)).map(frozenset)
    scopes = st.sampled_from([(COMPLETE, ()), *((REPLACE, scope) for scope in SCOPES[table.name])])
    return st.lists(st.tuples(scopes, rows_of(table), given_columns), max_size=4)


def frame_of(table, rows):
    return pd.DataFrame(rows, columns=table.columns, dtype="str")


def key_of(table, row):
    return tuple(row[name] for name in table.primary_key)


def with_import(state, table, mode, scope, rows, given_columns, number):
    """Apply one import to a dictionary of key → (row, number of the import, position in its file)."""
    scope = scope.columns if scope else ()
    covered = {tuple(row[name] for name in scope) for row in rows}
    after = dict(state)
    if mode == REPLACE:
        after = {
            key: kept for key, kept in state.items() if tuple(kept[0][name] for name in scope) not in covered
        }
    for position, row in enumerate(rows):
        key = key_of(table, row)
        former = state[key][0] if key in state and mode != REPLACE else row
        told = {*given_columns, *table.primary_key, *SOURCE_COLUMNS}
        whole = {name: row[name] if name in told else former[name] for name in table.columns}
        after[key] = (whole, number, position + 2)
    return after


@pytest.mark.parametrize("name", ["moyens", "acteurs", "file_active"])
@settings(max_examples=10)
@given(data=st.data())
def test_a_chain_of_imports_gives_the_rows_of_a_plain_dictionary(name, data):
    table = PACKAGE.table(name)
    first = data.draw(rows_of(table))
    frame = frame_of(table, first)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    tables = EffectiveTables(PACKAGE, {name: Scan(frame, ())}, {})
    state = {key_of(table, row): (row, 0, position + 2) for position, row in enumerate(first)}
    for number, ((mode, scope), rows, given_columns) in enumerate(data.draw(imports_of(table)), start=1):
        # a cell without a column is empty
        rows = [
            {
                cell: text if cell in given_columns or cell in table.primary_key else ""
                for cell, text in row.items()
            }
            for row in rows
        ]
        places = pd.DataFrame({"sheet": "", "line": range(2, len(rows) + 2)})
        incoming = ImportedRows(
            name, mode, "f", given_columns, frame_of(table, rows), places, import_id=str(number),
            scope=scope.name if scope else "",
        )  # fmt: skip
        before, former = tables.rows(name), state
        tables = tables.with_rows(incoming)
        state = with_import(state, table, mode, scope, rows, given_columns, number)
        after = tables.rows(name)
        assert after.to_dict("records") == [state[key][0] for key in sorted(state)]
        told = tables.places[name]
        assert list(zip(told["import_id"], told["line"], strict=True)) == [
            (str(state[key][1]) if state[key][1] else "", state[key][2]) for key in sorted(state)
        ]
        found = changes(before, after, table)
        both = set(former) & set(state)
        assert found.counts() == {
            "ajoutees": len(set(state) - set(former)),
            "changees": sum(former[key][0] != state[key][0] for key in both),
            "retirees": len(set(former) - set(state)),
        }
        assert len(found.changed) == sum(
            former[key][0][cell] != state[key][0][cell] for key in both for cell in table.columns
        )

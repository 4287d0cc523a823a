import json
import math

import click
import numpy as np
import pytest

from rarecare.commands.output import Answer, Column, format_option, render

COLUMNS = (Column("hopital", "Hôpital"), Column("minutes", "Minutes", 1), Column("habitants", "Habitants"))
ROWS = [
    {"hopital": "Necker, Paris", "minutes": 12.345, "habitants": 1_234_567},
    {"hopital": "Mende", "minutes": math.inf, "habitants": None},
]


def test_a_table_is_aligned_and_written_as_french_readers_write():
    assert render(Answer(COLUMNS, ROWS), "table").splitlines() == [
        "Hôpital        Minutes  Habitants",
        "─────────────  ───────  ─────────",
        "Necker, Paris     12,3  1\u202f234\u202f567",
        "Mende                –          –",
    ]


def test_csv_keeps_the_full_numbers_and_leaves_the_missing_empty():
    assert render(Answer(COLUMNS, ROWS), "csv") == (
        'hopital,minutes,habitants\n"Necker, Paris",12.345,1234567\nMende,,\n'
    )


def test_json_gives_the_rows_in_order_with_null_for_what_is_not_a_number():
    text = render(Answer(COLUMNS, ROWS), "json")
    assert json.loads(text) == [ROWS[0], {"hopital": "Mende", "minutes": None, "habitants": None}]
    assert "Necker" in text
    assert text.endswith("]\n")


def test_json_gives_the_document_when_there_is_one():
    answer = Answer(COLUMNS, ROWS, document={"version": "v1", "tables": {"centres": np.int64(751)}})
    assert json.loads(render(answer, "json")) == {"version": "v1", "tables": {"centres": 751}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32("inf"), None),
        (np.array([1.0, np.nan]), [1.0, None]),
        ({"b", "a"}, ["a", "b"]),
        (("x", 1), ["x", 1]),
        (True, True),
        (np.datetime64("2026-11-21"), "2026-11-21"),
    ],
)
def test_json_knows_the_values_of_the_calculations(value, expected):
    assert json.loads(render(Answer((), [], document={"v": value}), "json")) == {"v": expected}


def test_booleans_and_lists_are_readable_in_a_table():
    answer = Answer((Column("a", "Publié"), Column("b", "Filières")), [{"a": True, "b": ["x", "y"]}])
    assert render(answer, "table").splitlines()[-1].split() == ["oui", "x,", "y"]


def test_an_empty_table_says_so():
    assert render(Answer(COLUMNS, []), "table").splitlines()[-1] == "Aucune ligne."
    assert render(Answer(COLUMNS, []), "csv") == "hopital,minutes,habitants\n"
    assert render(Answer(COLUMNS, []), "json") == "[]\n"


def test_notes_are_for_readers_only():
    answer = Answer(COLUMNS, ROWS, notes=("Source : Insee.",))
    assert render(answer, "table").endswith("\n\nSource : Insee.\n")
    assert "Insee" not in render(answer, "csv") + render(answer, "json")


def test_a_missing_key_is_a_missing_value():
    assert render(Answer(COLUMNS, [{"hopital": "Mende"}]), "csv").splitlines()[1] == "Mende,,"


def test_the_format_option_is_a_closed_choice():
    @click.command()
    @format_option
    def show(output_format):
        return output_format

    assert show.main([], standalone_mode=False) == "table"
    assert show.main(["--format", "csv"], standalone_mode=False) == "csv"
    with pytest.raises(click.BadParameter):
        show.main(["--format", "xml"], standalone_mode=False)


def test_a_moment_is_french_in_the_table_and_iso_in_files():
    answer = Answer([Column("quand", "Importé le", moment=True)], [{"quand": "2026-11-22T12:05:31+00:00"}])
    assert "22\u00a0novembre 2026 à " in render(answer, "table")
    assert "2026-11-22T12:05:31+00:00" in render(answer, "csv")

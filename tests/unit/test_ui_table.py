"""The HTML table, the columns and the files."""

import io
import math
import re
import zipfile
from xml.etree import ElementTree

import pandas as pd
import pytest

from rarecare.ui.columns import ColumnMeta
from rarecare.ui.export import csv_bytes, xlsx_bytes
from rarecare.ui.table import MAX_ROWS, SEARCH_FROM, table_html

COLUMNS = {
    "nom": ColumnMeta("Territoire"),
    "minutes": ColumnMeta("Temps médian", "min", "duree"),
    "part": ColumnMeta("Part", kind="part"),
    "source": ColumnMeta("Source"),
}
FRAME = pd.DataFrame(
    {
        "nom": ["Ain <01>", "Corse", "Inconnu"],
        "minutes": [85.0, math.inf, math.nan],
        "part": [0.5, 0.0, math.nan],
        "source": ["https://exemple.fr/page?a=1", "=1+1", None],
    }
)


def read_sheets(content):
    """Return the rows of each sheet of a workbook, read without the library that wrote it."""
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(content)) as package:

        def read(name):
            return ElementTree.fromstring(package.read(name))  # noqa: S314  # our own bytes

        shared = read("xl/sharedStrings.xml").findall("x:si", space)
        texts = ["".join(item.itertext()) for item in shared]
        assert "Données" in package.read("xl/workbook.xml").decode("utf-8")
        sheets = [read(f"xl/worksheets/sheet{rank}.xml") for rank in (1, 2)]

    def value(cell):
        number = cell.find("x:v", space).text
        return texts[int(number)] if cell.get("t") == "s" else float(number)

    return [
        [[value(cell) for cell in row.findall("x:c", space)] for row in sheet.iter(f"{{{space['x']}}}row")]
        for sheet in sheets
    ]


def test_values_are_written_in_french_and_escaped():
    html = table_html(FRAME, COLUMNS, caption="Légende")
    assert "<tr><th>Ain &lt;01&gt;<td>1 h 25<td>50 %" in html
    assert "<td>pas de route<td>0 %" in html
    assert "<caption>Légende</caption>" in html


def test_a_link_shows_its_site_and_nothing_of_a_text_becomes_markup():
    html = table_html(FRAME, COLUMNS, caption="c")
    assert '<a href="https://exemple.fr/page?a=1" rel="noopener" target="_blank">exemple.fr</a>' in html
    assert "<01>" not in html


def test_numbers_are_set_right_by_the_class_of_the_table():
    assert '<table class="n2 n3">' in table_html(FRAME, COLUMNS, caption="c")


def test_a_column_of_short_texts_stays_on_one_line():
    labels = pd.DataFrame({"nom": ["Un nom plutôt long"], "label": ["2023-2028"]})
    columns = {"nom": ColumnMeta("Nom"), "label": ColumnMeta("Label")}
    assert '<table class="c2">' in table_html(labels, columns, caption="c")


def test_the_chosen_row_is_marked_once():
    html = table_html(FRAME, COLUMNS, caption="c", highlight="Corse")
    assert html.count("rc-choisi") == 1
    assert re.search(r"<tr class=rc-choisi><th>Corse", html)


def test_a_long_table_can_be_searched_and_says_what_it_cuts():
    long = pd.DataFrame({"nom": [str(rank) for rank in range(MAX_ROWS + 1)]})
    html = table_html(long, {"nom": ColumnMeta("Commune")}, caption="c")
    assert html.count("<tr>") == MAX_ROWS + 1
    assert "1\u202f000 premières lignes sur 1\u202f001" in html
    assert "rc-filtre" in html
    assert "rc-filtre" not in table_html(long.head(SEARCH_FROM), {"nom": ColumnMeta("Commune")}, caption="c")


def test_an_empty_table_keeps_its_headers():
    html = table_html(FRAME.head(0), COLUMNS, caption="c")
    assert html.count("<th scope") == 4
    assert "<tbody></tbody>" in html


def test_csv_is_plain_utf8_with_numbers_in_per_cent_and_empty_unknowns():
    text = csv_bytes(FRAME, COLUMNS).decode("utf-8")
    assert text.splitlines()[0] == "nom,minutes,part_pct,source"
    assert text.splitlines()[1] == "Ain <01>,85.0,50.0,https://exemple.fr/page?a=1"
    assert text.splitlines()[2] == "Corse,,0.0,'=1+1"


def test_a_workbook_has_french_headers_numbers_and_a_sheet_of_sources():
    data, sources = read_sheets(xlsx_bytes(FRAME, COLUMNS, [("Licence", "Licence Ouverte 2.0")]))
    assert data[0] == ["Territoire", "Temps médian (min)", "Part (%)", "Source"]
    assert data[1][:3] == ["Ain <01>", 85.0, 50.0]
    assert data[2] == ["Corse", "pas de route", 0.0, "=1+1"]
    assert sources == [["Licence", "Licence Ouverte 2.0"]]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("texte", None, ""),
        ("texte", "Ain", "Ain"),
        ("nombre1", 1.25, "1,3"),
        ("nombre2", 2.0, "2,00"),
        ("part1", 0.1234, "12,3\u202f%"),
        ("personnes", 1234, "1\u202f230"),
        ("date", "2026-11-21", "21\u00a0novembre 2026"),
    ],
)
def test_each_kind_of_column_writes_its_way(kind, value, expected):
    assert ColumnMeta("x", kind=kind).text(value) == expected


def test_a_column_may_write_its_own_way():
    assert ColumnMeta("x", write=lambda value: f"({value})").text(3) == "(3)"


def test_equal_values_of_different_types_are_each_written_their_own_way():
    columns = {"nom": ColumnMeta("Nom"), "valeur": ColumnMeta("Valeur", write=repr)}
    html = table_html(
        pd.DataFrame({"nom": ["a", "b", "c"], "valeur": [1, True, 1.0]}, dtype=object), columns, caption="x"
    )
    assert [html.count(f"<td>{text}") for text in ("1.0", "True", "1<")] == [1, 1, 1]

"""From the bytes of a usual file to rows, through the reading of files."""

import io

import pytest
import xlsxwriter

from rarecare.dataset.imports.draft import prepare
from rarecare.dataset.imports.mapping import propose_mapping
from rarecare.dataset.imports.reading import read_content
from tests.import_sheets import TODAY, references, table
from tests.table_files import csv_bytes, ods_bytes, parquet_bytes, xlsx_bytes

GRID = [
    ["Établissement", "CRMR", "Année", "Nb patients"],
    ["CHU Dijon", "CLAD Est", "2024", "1120"],
    ["CHU Besançon", "CLAD Est", "2024", "30"],
]
ROWS = [
    ["anddi-rares-clad-est--chu-dijon-bourgogne", "2024", "1120"],
    ["anddi-rares-clad-est--chu-de-besancon", "2024", "30"],
]


def imported(content, name):
    origin = read_content(content, name=name)
    spec = table("file_active")
    return prepare(origin, spec, propose_mapping(origin, spec).mapping, references(), today=TODAY)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fa.csv", csv_bytes(GRID, delimiter=";", encoding="cp1252")),
        ("fa.csv", csv_bytes(GRID, encoding="utf-8-sig")),
        ("fa.csv", csv_bytes(GRID, delimiter="\t", encoding="utf-16")),
        ("fa.xlsx", xlsx_bytes(GRID)),
        ("fa.ods", ods_bytes(GRID)),
        ("fa.parquet", parquet_bytes(GRID)),
    ],
    ids=["cp1252", "bom", "utf16", "xlsx", "ods", "parquet"],
)
def test_the_same_table_gives_the_same_rows_in_every_format(name, content):
    result = imported(content, name)
    assert result.problems == ()
    assert result.frame[["centre_id", "annee", "patients"]].to_numpy().tolist() == ROWS
    assert result.file == name


def test_csv_with_a_title_and_two_header_lines_gives_one_row_a_year():
    text = "Filière;;;\r\n\r\nHôpital;CRMR;File active;\r\n;;2023;2024\r\nCHU Dijon;CLAD Est;1 120;13\r\n"
    result = imported(text.encode(), "fa.csv")
    assert result.problems == ()
    assert result.frame[["annee", "patients"]].to_numpy().tolist() == [["2023", "1120"], ["2024", "13"]]


def test_workbook_with_a_notice_and_merged_headings_gives_one_row_a_year_and_names_the_cell_at_fault():
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    book.add_worksheet("Notice").write_column(0, 0, ["Bonjour", "Lisez-moi"])
    sheet = book.add_worksheet("FA")
    sheet.merge_range("A1:D1", "Files actives de la filière")
    sheet.merge_range("A3:A4", "Hôpital")
    sheet.merge_range("B3:B4", "CRMR")
    sheet.merge_range("C3:D3", "File active")
    sheet.write_row("C4", [2023, 2024])
    sheet.write_row("A5", ["CHU Dijon", "CLAD Est", 12, 13.5])
    book.close()
    result = imported(content.getvalue(), "fa.xlsx")
    assert result.frame[["annee", "patients"]].to_numpy().tolist() == [["2023", "12"], ["2024", ""]]
    (problem,) = result.problems
    assert (problem.sheet, problem.line, problem.column, problem.slug) == (
        "FA",
        5,
        "File active 2024",
        "nombre-decimal",
    )

"""Templates: what a reader finds in the workbook, and that the import recognises what is filled in."""

import io
import re
import zipfile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from rarecare.dataset.tables import load_package
from rarecare.dataset.templates import (
    DATA_SHEET,
    GUIDE_SHEET,
    LISTS_SHEET,
    REFERENCE_TABLES,
    REQUIRED_MARK,
    dataset_references,
    template_heading,
    template_xlsx,
    value_lists,
)
from rarecare.settings import Settings

PACKAGE = load_package(Settings().data_dir)
TABLES = pytest.mark.parametrize("table", PACKAGE.tables, ids=lambda table: table.name)


def rows_of(content, sheet):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def part_of(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(name).decode()


def toy_references():
    return {
        "etablissements": pd.DataFrame(
            {"etablissement_id": ["b", "a"], "nom": ["CHU B", "CHU A"], "ville": ["Y", "X"]}
        ),
        "reseaux": pd.DataFrame({"reseau_id": ["r"], "libelle": ["Réseau R"]}),
        "centres": pd.DataFrame(
            {"centre_id": ["r--a"], "reseau_id": ["r"], "etablissement_id": ["a"], "type": ["competence"]}
        ),
        "groupes_maladies": pd.DataFrame({"groupe_maladie": ["g"], "libelle": ["Groupe G"]}),
        "departements": pd.DataFrame({"departement": ["01", "2A"], "nom": ["Ain", "Corse-du-Sud"]}),
    }


@TABLES
def test_the_sheet_of_data_holds_the_titles_of_the_fields_and_nothing_else(table):
    rows = rows_of(template_xlsx(table), DATA_SHEET)
    assert [heading.removesuffix(REQUIRED_MARK) for heading in rows[0]] == [
        field.title for field in table.fields
    ]
    assert len(rows) == 1


@TABLES
def test_titles_are_distinct_so_that_headings_tell_columns_apart(table):
    titles = [field.title for field in table.fields]
    assert len(set(titles)) == len(titles)


@TABLES
def test_required_columns_have_a_star_and_only_they(table):
    for field in table.fields:
        assert template_heading(field).endswith("*") == field.required


@TABLES
def test_the_guide_has_one_line_a_column_and_says_how_to_import(table):
    rows = rows_of(template_xlsx(table), GUIDE_SHEET)
    lines = {row[1]: row for row in rows}
    assert rows[0][0] == table.title
    assert any(f"rarecare import {table.name}" in row[0] for row in rows)
    for field in table.fields:
        assert lines[field.name][2] == ("obligatoire" if field.required else "facultatif")
        if field.enum:
            assert lines[field.name][4] == ", ".join(field.enum)


@TABLES
def test_the_same_table_gives_the_same_bytes(table):
    assert template_xlsx(table, references=toy_references()) == template_xlsx(
        table, references=toy_references()
    )


@TABLES
def test_a_template_runs_nothing(table):
    content = template_xlsx(table, references=toy_references())
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not [name for name in book.namelist() if "vba" in name.lower() or "external" in name.lower()]
    assert "<f>" not in part_of(content, "xl/worksheets/sheet1.xml")


def test_closed_lists_refuse_other_values_and_open_ones_do_not():
    table = PACKAGE.table("file_active")
    sheet = part_of(template_xlsx(table, references=toy_references()), "xl/worksheets/sheet1.xml")
    rules = {
        re.search(r'sqref="([A-Z]+)2:', rule)[1]: rule
        for rule in re.findall(r"<dataValidation .*?</dataValidation>|<dataValidation [^>]*/>", sheet)
    }
    columns = {name: chr(ord("A") + rank) for rank, name in enumerate(table.columns)}
    assert 'errorStyle="information"' in rules[columns["centre_id"]]
    assert 'type="list"' in rules[columns["modalite"]]
    assert "errorStyle" not in rules[columns["modalite"]]
    assert 'type="whole"' in rules[columns["patients"]]
    assert "<formula1>0</formula1>" in rules[columns["patients"]]


def test_lists_give_codes_with_their_labels_in_order():
    table = PACKAGE.table("file_active")
    lists = {values.field: values for values in value_lists(table, toy_references())}
    assert (lists["centre_id"].codes, lists["centre_id"].labels) == (
        ("r--a",),
        ("Réseau R – CHU A – compétence",),
    )
    assert lists["groupe_maladie"].codes == ("tous", "g")
    assert lists["departement_residence"].codes == ("tous", "99", "01", "2A")
    assert lists["departement_residence"].labels[-1] == "Corse-du-Sud"
    hospitals = {values.field: values for values in value_lists(PACKAGE.table("centres"), toy_references())}
    assert hospitals["etablissement_id"].codes == ("a", "b")
    assert hospitals["etablissement_id"].labels == ("CHU A, X", "CHU B, Y")


def test_the_sheet_of_lists_holds_what_the_validations_point_to():
    table = PACKAGE.table("file_active")
    content = template_xlsx(table, references=toy_references())
    rows = rows_of(content, LISTS_SHEET)
    sheet = part_of(content, "xl/worksheets/sheet1.xml")
    pointed = re.findall(r"<formula1>'Listes'!\$([A-Z])\$2:\$\1\$(\d+)</formula1>", sheet)
    lists = value_lists(table, toy_references())
    assert len(pointed) == len(lists)
    for (column, last), values in zip(pointed, lists, strict=True):
        rank = ord(column) - ord("A")
        assert [row[rank] for row in rows[1 : int(last)]] == list(values.codes)


def test_columns_of_codes_are_text_so_that_leading_zeros_survive():
    table = PACKAGE.table("etablissements")
    content = template_xlsx(table)
    columns = re.findall(r"<col [^>]*>", part_of(content, "xl/worksheets/sheet1.xml"))
    formats = re.findall(r"<xf [^>]*>", part_of(content, "xl/styles.xml").split("<cellXfs")[1])
    used = {formats[int(re.search(r'style="(\d+)"', column)[1])] for column in columns}
    assert len(used) == 1
    assert 'numFmtId="49"' in used.pop()


def test_the_public_is_offered_published_rows_only(built_settings):
    from rarecare.dataset.store import open_dataset

    dataset = open_dataset(built_settings)
    everything, public = (dataset_references(dataset, public=public) for public in (False, True))
    assert set(everything) == set(REFERENCE_TABLES)
    assert set(public["centres"]["centre_id"]) < set(everything["centres"]["centre_id"])
    assert "a_confirmer" not in set(public["centres"]["provenance"])

"""What the files of a page say: their selection, their territories, their units, and values as French readers know."""

import ast
import csv
import io
import json
import math
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from rarecare import ui
from rarecare.french import duration
from rarecare.indicators.registry import registry
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.export import (
    csv_bytes,
    formats_of,
    geojson_bytes,
    has_places,
    parquet_bytes,
    with_code,
    xlsx_bytes,
)
from rarecare.ui.site_table import FILE_COLUMNS

NOTES = [("Question", "Sites : centre labellisé, « RESPIFIL »"), ("Version des données", "2026-11-21")]


def rows_of(frame, columns, notes=()):
    return list(csv.DictReader(io.StringIO(csv_bytes(frame, columns, notes).decode("utf-8"))))


def written(value, **column):
    return rows_of(pd.DataFrame({"x": [value]}), {"x": ColumnMeta("X", **column)})[0]


def test_each_row_of_a_csv_says_its_question_and_version_in_the_last_columns():
    rows = rows_of(pd.DataFrame({"nom": ["Ain", "Aisne"]}), {"nom": ColumnMeta("Territoire")}, NOTES)
    assert [list(row) for row in rows] == [["nom", "Question", "Version des données"]] * 2
    assert {row["Question"] for row in rows} == {NOTES[0][1]}


def test_a_csv_without_rows_keeps_its_header():
    empty = pd.DataFrame({"nom": []})
    text = csv_bytes(empty, {"nom": ColumnMeta("Territoire")}, NOTES).decode("utf-8")
    assert text == "nom,Question,Version des données\n"


@pytest.mark.parametrize("code", ["departement", "region", "code_commune", "france", "code"])
def test_rows_of_territories_begin_with_their_code(code):
    frame = pd.DataFrame({"nom": ["Ain"], code: ["01"]})
    assert list(rows_of(frame, {"nom": ColumnMeta("Territoire")})[0].items()) == [
        (code, "01"),
        ("nom", "Ain"),
    ]


def test_a_code_already_among_the_columns_is_not_written_twice():
    frame = pd.DataFrame({"nom": ["Ain"], "departement": ["01"]})
    columns = {"nom": ColumnMeta("Territoire"), "departement": ColumnMeta("Département")}
    assert list(with_code(frame, columns)) == ["nom", "departement"]


@pytest.mark.parametrize(
    ("kind", "value", "name", "text"),
    [
        ("duree", 67.123456, "x", "67.1"),
        ("personnes", 1234.4999, "x", "1234"),
        ("nombre", 3.0, "x", "3"),
        ("nombre", math.nan, "x", ""),
        ("personnes", math.inf, "x", ""),
        ("part", 0.98765, "x_pct", "98.8"),
        ("part1", 1.0, "x_pct", "100.0"),
        ("pct1", 100.0, "x_pct", "100.0"),
        ("nombre2", 0.12345, "x", "0.123"),
        ("date", "2026-11-21", "x", "2026-11-21"),
    ],
)
def test_numbers_have_their_unit_and_no_noise(kind, value, name, text):
    assert written(value, kind=kind) == {name: text}


def test_texts_are_written_as_on_screen_and_numbers_stay_numbers():
    assert written("a_confirmer", write=lambda _: "À confirmer") == {"x": "À confirmer"}
    assert written(65.0, kind="duree", write=lambda _: "1 h 5") == {"x": "65.0"}
    assert written(True) == {"x": "oui"}


def test_the_directory_has_identifiers_and_no_code_of_the_database():
    site = dict.fromkeys(FILE_COLUMNS, "x") | {
        "centre_id": "c1", "reseau_id": "r1", "etablissement_id": "e1", "code_commune": "01053", "departement": "01",
        "type": "competence", "audience": "mixte", "provenance": "a_confirmer", "periode_label": None,
    }  # fmt: skip
    row = rows_of(pd.DataFrame([site]), FILE_COLUMNS)[0]
    assert list(row)[:4] == ["centre_id", "reseau_id", "etablissement_id", "code_commune"]
    assert row["code_commune"] == "01053"
    assert (row["type"], row["audience"]) == ("Centre de compétence", "Enfants et adultes")
    assert (row["provenance"], row["periode_label"]) == ("À confirmer", "Non daté")


@pytest.mark.parametrize(
    ("label", "unit", "kind", "header"),
    [
        ("Habitants au-delà (45 min)", "habitants", "personnes", "Habitants au-delà (45 min)"),
        ("Sites", "sites", "nombre", "Sites"),
        ("Part sous le seuil (45 min)", "%", "pct", "Part sous le seuil (45 min, %)"),
        ("Écart médian (%)", "", "pct1", "Écart médian (%)"),
        ("Temps médian", "minutes", "duree", "Temps médian (minutes)"),
        ("Sans route", "", "part", "Sans route (%)"),
    ],
)
def test_a_header_says_its_unit_once(label, unit, kind, header):
    assert ColumnMeta(label, unit=unit, kind=kind).header == header


def test_no_indicator_says_its_unit_twice():
    for entry in registry().values():
        label = f"{entry.meta.court} ({duration(45)})" if entry.meta.seuil else entry.meta.court
        header = ColumnMeta(label, unit=entry.meta.unite).header
        assert ") (" not in header
        assert header.lower().count(entry.meta.unite.lower()) == 1, header


SHARES = {"nom": ColumnMeta("Territoire"), "part": ColumnMeta("Part", kind="part1")}
TERRITORIES = pd.DataFrame({"nom": ["Ain", "Mayotte"], "departement": ["01", "976"], "part": [0.5, math.inf]})


def test_parquet_holds_the_values_of_the_csv_with_its_notes():
    frame = pd.read_parquet(io.BytesIO(parquet_bytes(TERRITORIES, SHARES, NOTES)))
    assert list(frame.columns) == ["departement", "nom", "part_pct"]
    assert frame["departement"].tolist() == ["01", "976"]
    assert frame["part_pct"].tolist()[0] == 50.0
    assert math.isnan(frame["part_pct"].tolist()[1])
    assert frame.attrs == dict(NOTES)


def test_territories_are_outlines_and_their_values_those_of_the_csv(built_settings, monkeypatch):
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(built_settings.build_dir))
    document = json.loads(geojson_bytes(TERRITORIES, SHARES, NOTES))
    assert document["rarecare"] == dict(NOTES)
    assert [feature["properties"] for feature in document["features"]] == [
        {"departement": "01", "nom": "Ain", "part_pct": 50.0},
        {"departement": "976", "nom": "Mayotte", "part_pct": None},
    ]
    assert {feature["geometry"]["type"] for feature in document["features"]} <= {"Polygon", "MultiPolygon"}


def test_communes_and_hospitals_are_points(built_settings, monkeypatch):
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(built_settings.build_dir))
    communes = pd.DataFrame({"nom": ["Brest"], "code_commune": ["29019"]})
    hospitals = pd.DataFrame({"etablissement_id": ["chu-dijon-bourgogne"]})
    for frame, columns in (
        (communes, {"nom": ColumnMeta("Commune")}),
        (hospitals, {"etablissement_id": ColumnMeta("Hôpital")}),
    ):
        (feature,) = json.loads(geojson_bytes(frame, columns))["features"]
        assert feature["geometry"]["type"] == "Point"


def test_only_rows_with_a_place_are_offered_as_a_map():
    names = pd.DataFrame({"nom": ["RESPIFIL"], "sites": [3]})
    columns = {"nom": ColumnMeta("Filière"), "sites": ColumnMeta("Sites", kind="nombre")}
    assert not has_places(names, columns)
    assert [kind.label for kind in formats_of(names, columns)] == ["CSV", "Excel", "Parquet"]
    assert [kind.label for kind in formats_of(TERRITORIES, SHARES)] == ["CSV", "Excel", "Parquet", "GeoJSON"]


def test_no_text_of_a_file_is_run_by_a_spreadsheet():
    frame = pd.DataFrame({"nom": ["=1+1"], "ecart": [-2.0]})
    columns = {"nom": ColumnMeta("Nom"), "ecart": ColumnMeta("Écart", kind="nombre")}
    assert rows_of(frame, columns, [("Note", "@risque")]) == [
        {"nom": "'=1+1", "ecart": "-2", "Note": "'@risque"}
    ]
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(frame, columns, []))) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
        assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()


def test_every_table_of_a_page_gives_notes_to_its_files():
    calls = [
        (path.name, node.lineno, {keyword.arg for keyword in node.keywords})
        for path in Path(ui.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"data_table", "site_table"}
    ]
    assert len(calls) > 10
    assert not [call[:2] for call in calls if "notes" not in call[2]]

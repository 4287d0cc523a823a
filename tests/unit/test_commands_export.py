import csv
import json
import re
import stat
import zipfile

import pandas as pd
import pytest

from tests.commands import is_one_french_message, runner


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_table_is_written_with_its_sources(run, tmp_path):
    tables = run("check", "--format", "json").json["tables"]
    outcome = run("export", "--out", tmp_path / "nouveau" / "dossier")
    assert outcome.code == 0
    written = {path.stem: path for path in (tmp_path / "nouveau" / "dossier").glob("*.csv")}
    assert {name: len(rows_of(path)) for name, path in written.items()} == tables
    note = json.loads((tmp_path / "nouveau" / "dossier" / "sources.json").read_text(encoding="utf-8"))
    assert {record["table"] for record in note["sources"]} == set(tables)
    assert all(record["source"] and record["licence"] for record in note["sources"])
    assert outcome.out == f"{len(tables) + 1}\u00a0fichiers écrits dans {tmp_path / 'nouveau' / 'dossier'}.\n"


def test_a_table_of_the_data_comes_out_as_it_went_in(run, tmp_path, built_settings):
    run(
        "export", "--out", tmp_path, "--table", "filieres", "--table", "comptes_publies", "--table", "centres"
    )
    for name in ("filieres", "comptes_publies", "centres"):
        ours = rows_of(tmp_path / f"{name}.csv")
        given = rows_of(built_settings.data_dir / f"{name}.csv")
        assert sorted(map(str, ours)) == sorted(map(str, given))


def test_only_the_tables_asked_are_written_and_named(run, tmp_path):
    run("export", "--out", tmp_path, "--table", "regions", "--table", "regions")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["regions.csv", "sources.json"]
    note = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))
    assert {record["table"] for record in note["sources"]} == {"regions"}


def test_orphanet_is_cited_with_its_licence(run, tmp_path):
    run("export", "--out", tmp_path, "--table", "maladies")
    note = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))
    assert any("Orphanet" in record["source"] for record in note["sources"])
    assert any("Creative Commons" in record["licence"] for record in note["sources"])


def test_parquet_keeps_types_and_sources(run, tmp_path):
    run("export", "--out", tmp_path, "--table", "filieres", "--format", "parquet")
    frame = pd.read_parquet(tmp_path / "filieres.parquet")
    assert str(frame["coordonnateurs_publies"].dtype) == "Int64"
    assert frame.attrs["sources"][0]["table"] == "filieres"


def test_a_workbook_has_data_and_sources_and_runs_nothing(run, tmp_path):
    run("export", "--out", tmp_path, "--table", "filieres", "--format", "xlsx")
    with zipfile.ZipFile(tmp_path / "filieres.xlsx") as book:
        sheets = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        data, sources = (book.read(f"xl/worksheets/sheet{rank}.xml").decode() for rank in (1, 2))
        texts = book.read("xl/sharedStrings.xml").decode()
    assert sheets == ["Données", "Sources"]
    assert "RESPIFIL" in texts
    assert "Licence" in texts
    assert data.count("<row ") == 24
    assert sources.count("<row ") >= 2
    assert 'topLeftCell="A2"' in data
    assert "<f>" not in data
    assert "<hyperlink" not in data


def test_others_may_read_what_is_exported(run, tmp_path):
    run("export", "--out", tmp_path, "--table", "regions")
    assert stat.S_IMODE((tmp_path / "regions.csv").stat().st_mode) & 0o444 == 0o444


def test_tables_are_named_together_or_one_by_one(run, tmp_path):
    run("export", "--out", tmp_path, "--tables", "regions, departements", "--tables", "filieres")
    assert {path.stem for path in tmp_path.glob("*.csv")} == {"regions", "departements", "filieres"}


def test_a_map_leaves_out_the_tables_without_a_place_and_says_so(run, tmp_path, monkeypatch):
    tables = ("centres", "maladies_reseaux", "matrix_rows", "reseaux")
    monkeypatch.setattr("rarecare.exports.tables.exportable_tables", lambda _dataset: tables)
    outcome = run("export", "--out", tmp_path, "--format", "geojson")
    assert {path.stem for path in tmp_path.glob("*.geojson")} == {"centres", "matrix_rows"}
    assert "Sans lieu, laissées de côté : maladies_reseaux, reseaux.\n" in outcome.out
    note = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))
    assert {record["table"] for record in note["sources"]} == {"centres", "matrix_rows"}


def test_a_table_without_a_place_that_is_named_is_refused_and_nothing_is_written(run, tmp_path):
    words = ("--tables", "centres,maladies", "--format", "geojson")
    outcome = run("export", "--out", tmp_path / "sortie", *words)
    assert is_one_french_message(outcome)
    assert "La table « maladies » n'a pas de lieu" in outcome.err
    assert not (tmp_path / "sortie").exists()


def test_the_indicators_of_a_selection_are_a_view_with_outlines(run, tmp_path):
    words = ("--vue", "departement", "--filiere", "RESPIFIL", "--format", "geojson")
    assert run("export", "--out", tmp_path, *words).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "indicateurs_departement.geojson",
        "sources.json",
    ]
    document = json.loads((tmp_path / "indicateurs_departement.geojson").read_text(encoding="utf-8"))
    assert len(document["features"]) == 101
    first = document["features"][0]
    assert (first["properties"]["departement"], first["properties"]["nom"]) == ("01", "Ain")
    assert first["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert document["rarecare"]["selection"].startswith("filière RESPIFIL, niveau proximite")
    assert document["rarecare"]["sources"]


def test_a_view_beside_tables_has_the_numbers_of_the_command_that_shows_it(run, tmp_path):
    shown = run("indicators", "--filiere", "RESPIFIL", "--by", "region", "--format", "csv").csv
    run("export", "--out", tmp_path, "--vue", "region", "--filiere", "RESPIFIL", "--tables", "regions")
    ours = rows_of(tmp_path / "indicateurs_region.csv")
    assert (tmp_path / "regions.csv").exists()
    assert [row["region"] for row in ours] == [row["region"] for row in shown]
    for column in ("temps_median_minutes", "patients_attendus"):
        assert [row[column] for row in ours] == [row[column] for row in shown]


def test_an_unknown_filiere_is_told_before_anything_is_written(run, tmp_path):
    outcome = run("export", "--out", tmp_path / "sortie", "--vue", "region", "--filiere", "RESPIFILE")
    assert is_one_french_message(outcome)
    assert not (tmp_path / "sortie").exists()


@pytest.mark.parametrize("table", ["inconnue", "../centres", 'centres"; drop table sites; --', ""])
def test_an_unknown_table_is_told_and_nothing_is_written(run, tmp_path, table):
    outcome = run("export", "--out", tmp_path / "sortie", "--table", table)
    assert is_one_french_message(outcome)
    assert "Table inconnue" in outcome.err
    assert "Tables possibles : acteurs, ajustements_routiers, centres" in outcome.err
    assert not (tmp_path / "sortie").exists()


def test_a_place_where_nothing_can_be_written_is_told(run, tmp_path):
    (tmp_path / "fichier").write_text("")
    outcome = run("export", "--out", tmp_path / "fichier", "--table", "regions")
    assert is_one_french_message(outcome)
    assert outcome.err.startswith("Écriture impossible (")


def test_the_public_gets_published_and_dated_rows_only(run, tmp_path, monkeypatch):
    words = [word for name in ("centres", "sites", "plateformes", "regions") for word in ("--table", name)]
    run("export", "--out", tmp_path / "tout", *words)
    monkeypatch.setenv("RARECARE_PUBLIC", "1")
    run("export", "--out", tmp_path / "public", *words)
    for name in ("centres", "sites", "plateformes"):
        everything, public = (rows_of(tmp_path / kind / f"{name}.csv") for kind in ("tout", "public"))
        assert {row["provenance"] for row in everything} == {"publie", "a_confirmer"}
        assert {row["provenance"] for row in public} == {"publie"}
        seen = [
            row for row in everything if row["provenance"] == "publie" and row.get("periode_label", "daté")
        ]
        assert public == seen
    assert len(rows_of(tmp_path / "public" / "regions.csv")) == 18


def test_the_public_gets_no_table_that_tells_of_hidden_rows(run, tmp_path, monkeypatch):
    monkeypatch.setenv("RARECARE_PUBLIC", "oui")
    run("export", "--out", tmp_path)
    assert not {"completude.csv", "exceptions.csv"} & {path.name for path in tmp_path.iterdir()}
    links = {row["maladie_id"] for row in rows_of(tmp_path / "maladies_reseaux.csv")}
    assert links
    assert links <= {row["maladie_id"] for row in rows_of(tmp_path / "maladies.csv")}

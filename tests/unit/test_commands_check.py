import pytest

from tests.building import copy_of_data
from tests.commands import is_one_french_message, runner


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


def test_check_says_version_tables_and_completeness(run, built_settings):
    answer = run("check", "--format", "json").json
    assert answer["version"] == (built_settings.build_dir / "CURRENT").read_text()
    assert answer["tables"]["departements"] == 101
    assert answer["tables"]["centres"] == answer["tables"]["sites"]
    filieres = answer["completeness"]
    assert "France" in filieres
    assert len(filieres) == 1 + answer["tables"]["filieres"]


def test_completeness_has_whole_counts_and_none_where_nobody_published(run):
    filieres = run("check", "--format", "json").json["completeness"]
    france = filieres["France"]["postes"]
    assert (france["reference"]["publies"], france["competence"]["publies"]) == (603, 1708)
    for entry in filieres.values():
        for poste in entry["postes"].values():
            assert type(poste["connus"]) is int
            assert type(poste["publies"]) in {int, type(None)}
            assert (poste["part"] is None) == (not poste["publies"])
            assert poste["dont_publies"] <= poste["connus"]


def test_the_table_for_readers_names_each_filiere_and_the_version(run, built_settings):
    outcome = run("check")
    assert outcome.code == 0
    assert outcome.out.startswith("Filière")
    assert "RESPIFIL" in outcome.out
    assert (built_settings.build_dir / "CURRENT").read_text() in outcome.out
    assert "aucune anomalie" in outcome.out


def test_csv_has_one_row_a_filiere(run):
    rows = run("check", "--format", "csv").csv
    assert rows[0]["filiere"] == "France"
    assert all("connu" in row["phrase"] for row in rows)


def test_anomalies_of_the_data_are_told_even_if_the_version_in_service_is_sound(
    run, built_settings, tmp_path, monkeypatch
):
    own = copy_of_data(built_settings, tmp_path / "data")
    with (own.data_dir / "filieres.csv").open("a", encoding="utf-8") as stream:
        stream.write("UNE,DE,TROP\n")
    monkeypatch.setenv("RARECARE_DATA_DIR", str(own.data_dir))
    outcome = run("check")
    assert is_one_french_message(outcome)
    assert "filieres.csv, ligne" in outcome.err


def test_without_a_version_check_says_what_to_run(run, tmp_path, monkeypatch):
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(tmp_path))
    outcome = run("check")
    assert is_one_french_message(outcome)
    assert "Lancer « rarecare build »" in outcome.err

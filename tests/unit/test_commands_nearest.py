import csv
import re

import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.view import SelectionAccess
from tests.commands import is_one_french_message, runner

MENDE = "48095"


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


@pytest.fixture(scope="module")
def dataset(built_settings):
    return open_dataset(built_settings)


def test_sites_come_with_minutes_nearest_first(run):
    rows = run("nearest", "--commune", MENDE, "--filiere", "RESPIFIL", "--format", "json").json
    minutes = [row["minutes"] for row in rows]
    assert len(rows) == 10
    assert minutes == sorted(minutes)
    assert {
        "centre_id",
        "etablissement_id",
        "reseau_id",
        "filiere",
        "type",
        "niveau",
        "provenance",
        "etat",
    } <= set(rows[0])
    assert {row["filiere"] for row in rows} == {"RESPIFIL"}


def test_minutes_are_written_to_a_tenth(run):
    rows = run("nearest", "--commune", MENDE, "--limit", "50", "--format", "csv").csv
    assert all(len(row["minutes"].partition(".")[2]) == 1 for row in rows)


def test_the_first_site_is_as_near_as_the_indicators_say(run, dataset):
    rows = run(
        "nearest", "--commune", MENDE, "--filiere", "RESPIFIL", "--limit", "1", "--format", "json"
    ).json
    access = SelectionAccess(dataset, Selection(filiere="RESPIFIL"))
    assert rows[0]["minutes"] == pytest.approx(
        access.nearest.minutes[dataset.communes.index_of(MENDE)], abs=0.05
    )


def test_a_place_without_any_road_has_empty_minutes_and_says_why(run):
    rows = run("nearest", "--commune", "97611", "--filiere", "RESPIFIL", "--format", "json").json
    assert {row["etat"] for row in rows} == {"pas_de_route"}
    assert {row["minutes"] for row in rows} == {None}
    table = run("nearest", "--commune", "97611", "--filiere", "RESPIFIL").out
    assert "–" in table
    assert not re.search(r"\b(nan|inf|None)\b", table)


def test_sites_without_a_road_come_last(run):
    rows = run("nearest", "--commune", "97411", "--limit", "1000", "--format", "json").json
    states = [row["etat"] == "pas_de_route" for row in rows]
    assert states == sorted(states)
    assert not states[0]
    assert states[-1]


def test_a_ferry_is_told(run):
    rows = run("nearest", "--commune", "56009", "--limit", "3", "--format", "json").json
    assert {row["etat"] for row in rows} == {"bac"}


@pytest.mark.parametrize(("city", "district"), [("75056", "75104"), ("69123", "69202"), ("13055", "13201")])
def test_a_whole_city_answers_for_the_district_of_its_town_hall(run, dataset, city, district):
    position = dataset.communes.resolve(city)
    assert str(dataset.communes.codes[position])[:2] == district[:2]
    own = run("nearest", "--commune", dataset.communes.codes[position], "--format", "json").json
    assert run("nearest", "--commune", city, "--format", "json").json == own


def test_a_disease_is_found_by_code_name_synonym_and_whatever_its_case(run, built_settings):
    with (built_settings.data_dir / "maladies.csv").open(encoding="utf-8", newline="") as stream:
        disease = next(
            row
            for row in csv.DictReader(stream)
            if row["maladie_id"] == "mucoviscidose" or row["orpha_code"] == "586"
        )
    names = [disease["orpha_code"], f"ORPHA:{disease['orpha_code']}", disease["nom"], disease["nom"].upper()]
    names += [name for name in disease["synonymes"].split("|") if name][:1]
    answers = [
        run("nearest", "--commune", MENDE, "--maladie", name, "--format", "json").json for name in names
    ]
    assert {row["filiere"] for row in answers[0]} == {disease["filiere"]}
    assert all(answer == answers[0] for answer in answers)


def test_an_apostrophe_may_be_typed_either_way(run, dataset):
    name = dataset.run("select min(nom) as nom from maladies where nom like '%''%'")["nom"].iloc[0]
    straight = run("nearest", "--commune", MENDE, "--maladie", name, "--format", "json").json
    assert (
        run("nearest", "--commune", MENDE, "--maladie", name.replace("'", "’"), "--format", "json").json
        == straight
    )


def test_a_disease_is_answered_with_how_complete_its_own_filiere_is(run):
    rows = run("nearest", "--commune", MENDE, "--maladie", "586", "--format", "json").json
    assert rows[0]["completude"].startswith(rows[0]["filiere"])
    last_lines = run("nearest", "--commune", MENDE, "--maladie", "586").out.splitlines()[-2:]
    assert last_lines[0] == rows[0]["completude"]
    assert rows[0]["version"] in last_lines[1]


def test_without_a_scope_the_completeness_is_that_of_the_country(run):
    row = run("nearest", "--commune", MENDE, "--limit", "1", "--format", "json").json[0]
    assert row["completude"].startswith("France")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--commune", "00000"], "Commune inconnue : 00000"),
        (["--commune", "Mende"], "Commune inconnue : Mende"),
        (["--commune", ""], "Commune inconnue"),
        (["--commune", MENDE, "--maladie", "rhume"], "Maladie inconnue : « rhume »"),
        (["--commune", MENDE, "--maladie", "'; drop table sites; --"], "Maladie inconnue"),
        (["--commune", MENDE, "--maladie", ""], "Maladie inconnue"),
        (
            ["--commune", MENDE, "--filiere", "OSCARE"],
            "Filière inconnue : « OSCARE ». Voulez-vous dire OSCAR ",
        ),
        (["--commune", MENDE, "--reseau", "inconnu"], "Réseau inconnu"),
        (["--commune", MENDE, "--maladie", "586", "--filiere", "OSCAR"], "Aucun site labellisé connu"),
        (["--commune", MENDE, "--filiere", "OSCAR", "--reseau", "oscar-moc"], "Un seul périmètre à la fois"),
    ],
)
def test_a_wrong_question_is_told_in_french(run, words, said):
    outcome = run("nearest", *words)
    assert is_one_french_message(outcome)
    assert said in outcome.err


@pytest.mark.parametrize(
    "words", [[], ["--commune", MENDE, "--limit", "0"], ["--commune", MENDE, "--limit", "dix"]]
)
def test_a_wrong_command_line_is_code_2(run, words):
    assert run("nearest", *words).code == 2


def test_the_public_view_lists_published_and_dated_sites_only(run, monkeypatch):
    words = ("nearest", "--commune", MENDE, "--limit", "1000", "--format", "json")
    assert {row["provenance"] for row in run(*words).json} == {"publie", "a_confirmer"}
    monkeypatch.setenv("RARECARE_PUBLIC", "1")
    for more in ([], ["--provenance", "publie_date"], ["--maladie", "586"], ["--filiere", "OSCAR"]):
        rows = run(*words, *more).json
        assert {row["provenance"] for row in rows} == {"publie"}
        assert all(row["periode_label"] for row in rows)


@pytest.mark.parametrize("hidden", ["a_confirmer", "publie"])
def test_the_public_view_refuses_what_it_hides(run, monkeypatch, hidden):
    monkeypatch.setenv("RARECARE_PUBLIC", "1")
    outcome = run("nearest", "--commune", MENDE, "--provenance", hidden)
    assert is_one_french_message(outcome)
    assert f"--provenance {hidden}" in outcome.err


def test_a_disease_whose_network_is_unsure_says_so(run):
    words = ("nearest", "--commune", MENDE, "--maladie")
    assert "reste à confirmer" in run(*words, "48818").out
    assert "reste à confirmer" not in run(*words, "586").out


def test_without_a_road_sites_come_in_the_order_of_the_crow(run):
    rows = run(
        "nearest", "--commune", "2A004", "--filiere", "MUCO-CFTR", "--limit", "50", "--format", "json"
    ).json
    assert {row["etat"] for row in rows} == {"pas_de_route"}
    distances = [row["distance_km"] for row in rows]
    assert distances == sorted(distances)
    assert rows[0]["ville"] == "Nice"

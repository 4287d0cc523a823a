import pytest

from tests.commands import is_one_french_message, runner

MENDE, RODEZ, BREST, AJACCIO, FORT_DE_FRANCE = "48095", "12202", "29019", "2A004", "97209"


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


@pytest.fixture
def pairs(tmp_path):
    def write(text, name="paires.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_one_pair_has_minutes_and_a_state(run):
    rows = run("travel-time", "--from", MENDE, "--to", RODEZ, "--format", "json").json
    assert len(rows) == 1
    assert 70 < rows[0].pop("minutes") < 140
    assert rows == [{"from_commune": MENDE, "to_commune": RODEZ, "etat": "route"}]


def test_the_way_back_takes_as_long(run):
    there = run("travel-time", "--from", MENDE, "--to", BREST, "--format", "json").json[0]["minutes"]
    back = run("travel-time", "--from", BREST, "--to", MENDE, "--format", "json").json[0]["minutes"]
    assert there == back


def test_a_hospital_and_a_site_are_reached_where_they_stand(run):
    site = run("nearest", "--commune", MENDE, "--limit", "1", "--format", "json").json[0]
    for name in (site["etablissement_id"], site["centre_id"]):
        row = run("travel-time", "--from", MENDE, "--to", name, "--format", "json").json[0]
        assert row["minutes"] == site["minutes"]


def test_a_site_that_the_public_may_not_see_is_not_found_for_it(run, monkeypatch):
    words = ("nearest", "--commune", MENDE, "--provenance", "a_confirmer", "--limit", "1", "--format", "json")
    site = run(*words).json[0]["centre_id"]
    assert run("travel-time", "--from", MENDE, "--to", site).code == 0
    monkeypatch.setenv("RARECARE_PUBLIC", "1")
    assert site in run("travel-time", "--from", MENDE, "--to", site).err


def test_no_road_is_a_state_and_no_number(run):
    row = run("travel-time", "--from", MENDE, "--to", FORT_DE_FRANCE, "--format", "json").json[0]
    assert (row["minutes"], row["etat"]) == (None, "pas_de_route")


def test_pairs_keep_their_columns_and_order_and_get_two_more(run, pairs):
    path = pairs(
        f"cle,from_commune,to_commune\nb,{MENDE},{RODEZ}\na,{MENDE},{FORT_DE_FRANCE}\nb,01004,{MENDE}\n"
    )
    rows = run("travel-time", "--pairs", path, "--format", "csv").csv
    assert list(rows[0]) == ["cle", "from_commune", "to_commune", "minutes", "etat"]
    assert [row["cle"] for row in rows] == ["b", "a", "b"]
    assert rows[2]["from_commune"] == "01004"
    assert (rows[1]["minutes"], rows[1]["etat"]) == ("", "pas_de_route")
    assert float(rows[0]["minutes"]) > 0


def test_pairs_may_come_from_a_french_spreadsheet(run, pairs):
    path = pairs(f"\ufefffrom_commune;to_commune\n{MENDE};{RODEZ}\n")
    assert run("travel-time", "--pairs", path, "--format", "json").json[0]["etat"] == "route"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from_commune,to_commune\n48095,00000\n", "ligne 2, colonne « to_commune »"),
        ("from_commune,to_commune\n1004,48095\n", "Le zéro initial est perdu"),
        ("from_commune,to_commune\n48095\n", "ligne 2"),
        ("depart,arrivee\n48095,12202\n", "Colonne absente : from_commune, to_commune"),
        ("", "Colonne absente"),
    ],
)
def test_a_wrong_file_of_pairs_is_told_in_french(run, pairs, text, said):
    outcome = run("travel-time", "--pairs", pairs(text))
    assert is_one_french_message(outcome)
    assert said in outcome.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", MENDE, "--to", "chu-de-nulle-part"], "Ni commune, ni hôpital, ni site de ce nom"),
        (["--from", "00000", "--to", MENDE], "Commune inconnue : 00000"),
        (["--pairs", "/nonexistent/paires.csv"], "Le fichier de trajets n'existe pas"),
    ],
)
def test_a_wrong_question_is_told_in_french(run, words, said):
    outcome = run("travel-time", *words)
    assert is_one_french_message(outcome)
    assert said in outcome.err


@pytest.mark.parametrize(
    "words", [[], ["--from", MENDE], ["--to", MENDE], ["--pairs", "p.csv", "--from", MENDE]]
)
def test_contradictory_or_missing_ends_are_code_2(run, words):
    outcome = run("travel-time", *words)
    assert outcome.code == 2
    assert "travel-time" in outcome.err

import math
import re

import pytest

from rarecare.access.selection import THRESHOLDS_MINUTES, Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.frames import indicator_table
from rarecare.indicators.registry import registry
from rarecare.indicators.view import SelectionAccess
from tests.commands import is_one_french_message, runner


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


@pytest.fixture(scope="module")
def dataset(built_settings):
    return open_dataset(built_settings)


def test_the_rows_are_the_table_of_the_registry(run, dataset):
    rows = run("indicators", "--filiere", "RESPIFIL", "--by", "departement", "--format", "json").json
    table = indicator_table(SelectionAccess(dataset, Selection(filiere="RESPIFIL")), "departement")
    expected = table.to_dict("records")
    assert len(rows) == len(expected) == 101
    for row, values in zip(rows, expected, strict=True):
        for name, value in values.items():
            finite = isinstance(value, str) or math.isfinite(value)
            assert row[name] == (value if finite else None), (row["departement"], name)


def test_names_carry_units_and_codes_stay_text(run):
    row = run("indicators", "--filiere", "RESPIFIL", "--format", "json").json[0]
    assert (row["departement"], row["nom"]) == ("01", "Ain")
    for entry in registry().values():
        for minutes in THRESHOLDS_MINUTES if entry.meta.seuil else (0,):
            assert entry.column(minutes) in row
    assert {"part_sous_seuil_60_minutes_pct", "temps_median_minutes", "sites_per_million"} <= set(row)


def test_every_row_says_its_version_and_how_complete_its_list_is(run, built_settings):
    rows = run("indicators", "--filiere", "RESPIFIL", "--format", "json").json
    assert {row["version"] for row in rows} == {(built_settings.build_dir / "CURRENT").read_text()}
    assert len({row["completude"] for row in rows}) == 1
    assert rows[0]["completude"].startswith("RESPIFIL")


def test_no_road_is_nothing_in_files_and_never_a_number(run):
    words = ("indicators", "--filiere", "RESPIFIL", "--by", "departement", "--format")
    by_json = {row["departement"]: row for row in run(*words, "json").json}
    by_csv = {row["departement"]: row for row in run(*words, "csv").csv}
    assert by_json["976"]["temps_median_minutes"] is None
    assert by_json["976"]["part_sans_route_pct"] == 100
    assert by_csv["976"]["temps_median_minutes"] == ""
    assert by_csv["48"]["temps_median_minutes"] == str(by_json["48"]["temps_median_minutes"])


@pytest.mark.parametrize(
    ("maille", "key", "rows"),
    [("france", "france", 1), ("region", "region", 18), ("departement", "departement", 101)],
)
def test_each_maille_has_its_key(run, maille, key, rows):
    answer = run("indicators", "--filiere", "MCGRE", "--by", maille, "--format", "csv").csv
    assert len(answer) == rows
    assert next(iter(answer[0])) == key


def test_communes_are_all_there(run, dataset):
    answer = run("indicators", "--filiere", "RESPIFIL", "--by", "commune", "--format", "csv").csv
    assert [row["code_commune"] for row in answer] == list(dataset.communes.codes)


def test_thresholds_are_those_asked_each_once_and_in_order(run):
    words = ("indicators", "--filiere", "RESPIFIL", "--seuil", "120", "--seuil", "30", "--seuil", "120")
    row = run(*words, "--by", "france", "--format", "json").json[0]
    columns = [name for name in row if name.startswith("part_sous_seuil")]
    assert columns == ["part_sous_seuil_30_minutes_pct", "part_sous_seuil_120_minutes_pct"]


@pytest.mark.parametrize("seuil", ["0", "-5", "601", "9999"])
def test_a_threshold_out_of_bounds_is_told(run, seuil):
    outcome = run("indicators", "--filiere", "RESPIFIL", "--seuil", seuil)
    assert is_one_french_message(outcome)
    assert f"Seuil hors limites : {seuil} minutes" in outcome.err
    assert "de 1 à 600 minutes" in outcome.err


@pytest.mark.parametrize(
    "option",
    [
        "seuil beaucoup",
        "by canton",
        "public tout",
        "format xml",
        "periode 2030",
        "niveau local",
        "inconnue 1",
    ],
)
def test_a_wrong_command_line_is_code_2(run, option):
    name, value = option.split()
    outcome = run("indicators", f"--{name}", value)
    assert outcome.code == 2
    assert outcome.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--filiere", "RESPIFILE"], "Filière inconnue : « RESPIFILE ». Voulez-vous dire RESPIFIL"),
        (["--filiere", "respifil"], "Voulez-vous dire RESPIFIL ?"),
        (["--filiere", "zzzz"], "Codes connus : ANDDI-RARES"),
        (["--groupe", "huntington"], "Groupe de maladies inconnu : « huntington ». Voulez-vous dire"),
        (["--reseau", "marih-crea"], "Réseau inconnu : « marih-crea ». Voulez-vous dire marih-creak"),
        (["--filiere", "RESPIFIL", "--groupe", "huntington_chorees"], "Un seul périmètre à la fois"),
        (["--reseau", "marih-creak", "--periode", "sans"], "Aucun site labellisé connu"),
    ],
)
def test_a_wrong_question_is_told_in_french(run, words, said):
    outcome = run("indicators", *words)
    assert is_one_french_message(outcome)
    assert said in outcome.err


def test_a_group_without_any_site_left_is_told(run, dataset):
    counts = dataset.run(
        "select groupe_maladie, bool_or(niveau = 'expertise') as expert from sites where groupe_maladie is not null "
        "group by all order by all"
    )
    without_expert = list(counts.loc[~counts["expert"], "groupe_maladie"])
    code = without_expert[0] if without_expert else counts["groupe_maladie"].iloc[0]
    words = (
        ["--niveau", "expertise"] if without_expert else ["--provenance", "a_confirmer", "--periode", "sans"]
    )
    outcome = run("indicators", "--groupe", code, *words)
    assert is_one_french_message(outcome)
    assert "Élargir le niveau" in outcome.err


def test_the_table_for_readers_has_french_numbers_and_notes(run):
    outcome = run("indicators", "--filiere", "RESPIFIL", "--by", "region")
    assert outcome.code == 0
    assert "Île-de-France" in outcome.out
    assert "\nRESPIFIL" in outcome.out
    assert "Temps modélisés, sans trafic" in outcome.out
    assert not re.search(r"\b(nan|inf|None)\b", outcome.out)


def test_the_public_view_counts_published_and_dated_sites_only(run, monkeypatch):
    words = ("indicators", "--filiere", "OSCAR", "--by", "france", "--format", "json")
    open_to_all = run(*words, "--provenance", "publie_date").json[0]
    everything = run(*words).json[0]
    assert open_to_all["sites"] < everything["sites"]
    monkeypatch.setenv("RARECARE_PUBLIC", "1")
    assert run(*words).json[0] == open_to_all
    assert "La vue du public" in run(*words, "--provenance", "a_confirmer").err


@pytest.mark.parametrize("options", [("--seuil", "45"), ("--gaps", "--seuil", "45")])
def test_the_headers_for_readers_are_french_words_with_their_unit(run, options):
    header = run("indicators", "--filiere", "RESPIFIL", "--by", "region", *options).out.splitlines()[0]
    assert header.startswith("Code")
    assert {"Territoire", "Temps médian (min)"} <= set(re.split(r" {2,}", header))
    assert "45 min" in header
    assert not re.search(r"_|\bpct\b|\bmedian\b|\bratio\b|\bindice\b", header)

"""``rarecare indicators --by densite``: the inequalities of the screen, on the command line."""

import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.inequality_table import DENSITY_CLASSES, inequality_table
from rarecare.indicators.view import SelectionAccess
from tests.commands import is_one_french_message, runner

ASKED = ("indicators", "--by", "densite", "--filiere", "RESPIFIL")


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


def test_the_command_gives_the_table_of_the_function(run, built_settings):
    rows = run(*ASKED, "--departement", "48", "--ponderation", "patients", "--format", "json").json
    access = SelectionAccess(open_dataset(built_settings), Selection(filiere="RESPIFIL"))
    table = inequality_table(access, weights="patients", maille="departement", code="48")
    assert [row["classe"] for row in rows] == [*DENSITY_CLASSES, "Ensemble"]
    assert [row["communes"] for row in rows] == table["communes"].tolist()
    for name in ("gini_indice", "gini_indice_bas", "gini_indice_haut", "temps_des_plus_loin_pct"):
        assert rows[-1][name] == table[name].iloc[-1]
    assert {(row["territoire"], row["ponderation"]) for row in rows} == {("Lozère", "patients")}
    # No commune of Lozère is that dense: missing, not zero.
    assert rows[4]["communes"] == 0
    assert rows[4]["gini_indice"] is None


def test_the_table_has_french_headings_and_says_what_the_interval_is(run):
    text = run(*ASKED, "--region", "76").out
    assert text.startswith("Densité de la commune")
    for words in (
        "Habitants",
        "Gini, borne basse",
        "Palma",
        "le hasard du petit nombre",
        "Occitanie.",
        "RESPIFIL",
    ):
        assert words in text
    assert "_" not in text.partition("\n\n")[0]


def test_csv_holds_every_column_and_the_country_by_default(run):
    rows = run(*ASKED, "--format", "csv").csv
    assert {row["territoire"] for row in rows} == {"France entière"}
    assert (
        float(rows[-1]["gini_indice_bas"])
        <= float(rows[-1]["gini_indice"])
        <= float(rows[-1]["gini_indice_haut"])
    )
    assert rows[-1]["version"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--by", "densite", "--departement", "999"), "Territoire inconnu : « 999 »"),
        (("--by", "densite", "--ponderation", "patients"), "Choisir l'un des trois"),
    ],
)
def test_a_question_that_has_no_answer_is_refused_in_one_message(run, arguments, words):
    outcome = run("indicators", *arguments)
    assert is_one_french_message(outcome)
    assert words in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--ponderation", "patients"), "qu’avec --by densite"),
        (("--region", "76"), "qu’avec --by densite"),
        (("--by", "densite", "--seuil", "60"), "pas de --seuil"),
        (("--by", "densite", "--gaps"), "departement ou region"),
        (("--by", "densite", "--region", "76", "--departement", "48"), "pas les deux"),
    ],
)
def test_options_that_do_not_go_together_are_refused(run, arguments, words):
    outcome = run("indicators", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert outcome.out == ""

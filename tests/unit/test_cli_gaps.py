"""``rarecare indicators --gaps``: the ranked gaps of the screen, on the command line."""

import json

import pytest
from click.testing import CliRunner

from rarecare.access.selection import Selection
from rarecare.cli import cli, main
from rarecare.dataset.store import open_dataset
from rarecare.indicators.gaps import PARTS, Weights, gap_table
from rarecare.indicators.view import SelectionAccess


@pytest.fixture
def ask(built_settings, monkeypatch):
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(built_settings.build_dir))

    def run(*arguments):
        result = CliRunner().invoke(cli, ["indicators", "--gaps", *arguments], standalone_mode=False)
        if result.exception:
            raise result.exception
        return result.output

    return run


def test_the_command_gives_the_table_of_the_function(ask, built_settings):
    rows = json.loads(
        ask("--filiere", "RESPIFIL", "--seuil", "90", "--poids", "40,30,20,10", "--format", "json")
    )
    access = SelectionAccess(open_dataset(built_settings), Selection(filiere="RESPIFIL"))
    table = gap_table(access, "departement", weights=Weights(40, 30, 20, 10), seuil_minutes=90)
    assert [row["departement"] for row in rows] == table["departement"].tolist()
    assert [row["score_points"] for row in rows] == table["score_points"].tolist()
    assert len(rows) == 101
    assert rows[0]["temps_median_minutes"] is None
    assert rows[0]["etat"] == "sans_route"
    assert {row["seuil_minutes"] for row in rows} == {90}
    for part in PARTS:
        assert {part.column, part.national_column, f"points_{part.slug}", f"poids_{part.slug}_pct"} <= set(
            rows[0]
        )


def test_the_table_says_the_weights_and_what_points_are(ask):
    text = ask("--filiere", "RESPIFIL", "--by", "region")
    assert "Poids 25,25,25,25" in text
    assert "personne ne fait pire" in text
    assert "Occitanie" in text


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--gaps", "--poids", "0,0,0,0"], 1, "Les quatre poids sont nuls"),
        (["--gaps", "--poids", "un,deux"], 1, "Poids illisibles"),
        (["--gaps", "--seuil", "0"], 1, "Seuil hors limites"),
        (["--gaps", "--by", "commune"], 2, "departement ou region"),
        (["--gaps", "--seuil", "30", "--seuil", "60"], 2, "un seul --seuil"),
        (["--poids", "1,1,1,1"], 2, "qu’avec --gaps"),
    ],
)
def test_what_cannot_be_ranked_is_refused_in_french(
    built_settings, monkeypatch, capsys, arguments, code, words
):
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(built_settings.build_dir))
    assert main(["indicators", "--filiere", "RESPIFIL", *arguments]) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.out == ""

"""``rarecare indicators``: every measure at every level, units in names, null for what is missing."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from rarecare.cli import cli
from rarecare.indicators.registry import registry
from rarecare.territory.partition import MAILLES

KEYS = {"france": "france", "region": "region", "departement": "departement", "commune": "code_commune"}
ROWS = {"france": 1, "region": 18, "departement": 101, "commune": 34_917}


@pytest.fixture
def ask(built_settings, monkeypatch):
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(built_settings.build_dir))

    def run(*arguments):
        result = CliRunner().invoke(cli, ["indicators", *arguments], standalone_mode=False)
        if result.exception:
            raise result.exception
        return result.output

    return run


@pytest.mark.parametrize("maille", MAILLES)
def test_every_measure_is_printed_at_every_level(ask, maille):
    rows = json.loads(
        ask("--groupe", "mucoviscidose_cftr", "--by", maille, "--seuil", "90", "--format", "json")
    )
    assert len(rows) == ROWS[maille]
    assert next(iter(rows[0])) == KEYS[maille]
    assert {entry.column(90) for entry in registry().values()} <= set(rows[0])
    assert {"patients_attendus_bas", "patients_attendus_haut"} <= set(rows[0])


def test_units_are_in_the_names_of_what_has_one(ask):
    row = json.loads(ask("--filiere", "FILFOIE", "--by", "france", "--format", "json"))[0]
    for name, value in row.items():
        if isinstance(value, float) and not name.startswith(("habitants", "patients", "population", "sites")):
            assert name.rpartition("_")[2] in {"minutes", "pct", "ratio", "indice"}, name


def test_what_is_not_available_is_null_in_json_and_empty_in_csv(ask):
    row = json.loads(ask("--by", "france", "--format", "json"))[0]
    assert row["patients_attendus"] is None
    assert row["temps_median_minutes"] > 0
    cells = next(csv.DictReader(io.StringIO(ask("--by", "france", "--format", "csv"))))
    assert cells["patients_attendus"] == ""


def test_the_reason_is_under_the_table(ask):
    text = ask("--by", "france")
    assert "Personnes attendues : Les patients attendus se calculent pour une filière" in text
    assert "Gini" in ask("--by", "commune", "--filiere", "FILFOIE").splitlines()[-2]


def test_the_table_of_a_group_shows_its_expected_people(ask):
    assert "7 500" in ask("--groupe", "mucoviscidose_cftr", "--by", "france").replace("\u202f", " ")

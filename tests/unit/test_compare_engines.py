"""``rarecare compare-engines``: two matrices compared, kept for the page Méthode, and nothing written on failure."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from rarecare.api.comparison_picture import comparison_picture
from rarecare.cli import main
from rarecare.dataset.engine_comparison import DIRECTORY, last_comparison
from rarecare.dataset.store import open_dataset
from rarecare.errors import UserError
from rarecare.travel.matrix import NO_ROAD, TravelMatrix
from tests.asgi import ask
from tests.engine_osrm import osrm_server

SLOWER_TENTHS = 100


@pytest.fixture
def settings(built_settings, tmp_path, monkeypatch):
    """Settings of a build folder of our own, whose version is that of the session."""
    build_dir = tmp_path / "build"
    build_dir.mkdir()
    (build_dir / "versions").symlink_to(built_settings.build_dir / "versions")
    shutil.copy(built_settings.build_dir / "CURRENT", build_dir)
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(build_dir))
    monkeypatch.setenv("RARECARE_ENGINE_RETRIES", "0")
    return replace(built_settings, build_dir=build_dir)


@pytest.fixture
def slower(settings, tmp_path):
    """Return the folder of a matrix ten minutes slower everywhere, which loses the roads of one commune."""
    matrix = open_dataset(settings).matrix
    tenths = np.where(matrix.tenths < NO_ROAD - SLOWER_TENTHS, matrix.tenths + SLOWER_TENTHS, matrix.tenths)
    tenths = tenths.astype(np.uint16)
    tenths[:, matrix.codes.index("48095")] = NO_ROAD
    TravelMatrix(matrix.sources, matrix.codes, tenths, np.asarray(matrix.by_ferry), "essai").save(
        tmp_path / "lente"
    )
    return tmp_path / "lente"


def run(capsys, *arguments):
    code = main(["compare-engines", *arguments])
    return code, capsys.readouterr()


def nothing_written(settings, out):
    return not (settings.build_dir / DIRECTORY).exists() and not out.exists()


def test_a_saved_matrix_is_compared_in_all_by_length_and_by_departement(capsys, settings, slower):
    code, shown = run(capsys, "--with", str(slower), "--format", "json")
    rows = json.loads(shown.out)
    overall = rows[0]
    assert code == 0
    assert overall["coupe"] == "ensemble"
    assert overall["median_minutes"] == pytest.approx(10)
    assert overall["bias_minutes"] == pytest.approx(10)
    assert overall["only_reference"] == len(open_dataset(settings).matrix.sources) - _never(settings)
    assert sum(row["pairs"] for row in rows if row["coupe"] == "durée") == overall["pairs"]
    assert len([row for row in rows if row["coupe"] == "département"]) == 101
    cells = list(csv.DictReader(io.StringIO(run(capsys, "--with", str(slower), "--format", "csv")[1].out)))
    assert len(cells) == len(rows)


def _never(settings):
    matrix = open_dataset(settings).matrix
    return int((matrix.tenths[:, matrix.codes.index("48095")] == NO_ROAD).sum())


def test_the_table_shows_the_worst_departements_and_says_what_is_compared(capsys, slower):
    code, shown = run(capsys, "--avec", str(slower))
    assert code == 0
    assert "ensemble" in shown.out
    assert shown.out.count("département  ") == 10
    assert "34917 communes" in shown.out


def test_the_comparison_is_kept_and_its_tables_are_written(capsys, settings, slower, tmp_path):
    out = tmp_path / "sortie"
    assert run(capsys, "--with", str(slower), "--out", str(out))[0] == 0
    names = {"ensemble", "durees", "departements", "communes", "plus_grands_ecarts"}
    assert {path.stem for path in out.glob("*.csv")} == names
    kept = last_comparison(settings.build_dir)
    assert kept is not None
    assert (kept.reference, kept.other) == ("graphe-communes", "lente")
    assert kept.version == open_dataset(settings).version
    assert len(kept.by_commune) == 34_917
    assert kept.by_commune.set_index("code_commune").loc["48095", "etat"] == "route_reference_seule"
    assert pd.read_csv(out / "departements.csv", dtype={"departement": str})["departement"].iloc[0] == "01"


def test_a_folder_of_a_version_is_understood(capsys, settings):
    version = settings.build_dir / "versions" / open_dataset(settings).version
    code, shown = run(capsys, "--with", str(version), "--format", "json")
    assert code == 0
    assert json.loads(shown.out)[0]["median_minutes"] == 0


def test_a_dead_engine_stops_the_comparison_and_nothing_is_written(capsys, settings, monkeypatch, tmp_path):
    monkeypatch.setenv("RARECARE_OSRM_URL", "http://127.0.0.1:9")
    code, shown = run(capsys, "--with", "osrm", "--out", str(tmp_path / "sortie"))
    assert code == 1
    assert "OSRM" in shown.err
    assert "connexion refusée" in shown.err.lower()
    assert nothing_written(settings, tmp_path / "sortie")


def test_a_half_answering_engine_stops_the_comparison_and_nothing_is_written(
    capsys, settings, monkeypatch, tmp_path
):
    with osrm_server() as double:
        double.faults = [lambda handler: handler.reply(200, b'{"code": "Ok", "waypo')] * 3
        monkeypatch.setenv("RARECARE_OSRM_URL", double.url)
        code, shown = run(capsys, "--with", "osrm", "--out", str(tmp_path / "sortie"))
    assert code == 1
    assert "OSRM" in shown.err
    assert nothing_written(settings, tmp_path / "sortie")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: _empty(folder), "absente"),
        (lambda folder: _cut(folder, "minutes"), "tronquée"),
        (lambda folder: _other_communes(folder), "une autre liste de communes"),
    ],
)
def test_a_matrix_that_cannot_be_compared_is_refused(capsys, settings, slower, tmp_path, damage, words):
    damage(slower)
    code, shown = run(capsys, "--with", str(slower), "--out", str(tmp_path / "sortie"))
    assert code == 1
    assert words in shown.err
    assert nothing_written(settings, tmp_path / "sortie")


def _empty(folder):
    for path in folder.glob("*.json"):
        path.unlink()


def _cut(folder, stem):
    path = next(folder.glob(f"{stem}-*.bin"))
    path.write_bytes(path.read_bytes()[:-10])


def _other_communes(folder):
    shutil.rmtree(folder)
    tenths = np.full((1, 2), 300, dtype=np.uint16)
    TravelMatrix(("01053",), ("01053", "01004"), tenths, np.zeros((1, 1), np.uint8), "essai").save(folder)


def test_an_unknown_engine_or_folder_is_refused(capsys, settings, tmp_path):
    code, shown = run(capsys, "--with", "google", "--out", str(tmp_path / "sortie"))
    assert code == 1
    assert "Ni moteur, ni dossier" in shown.err
    assert "graphe, osrm, valhalla" in shown.err
    assert nothing_written(settings, tmp_path / "sortie")


def test_a_damaged_comparison_says_to_make_it_again(capsys, settings, slower):
    run(capsys, "--with", str(slower))
    sheet = settings.build_dir / DIRECTORY / "comparaison.json"
    sheet.write_text(sheet.read_text(encoding="utf-8")[:40], encoding="utf-8")
    with pytest.raises(UserError, match="illisible") as damaged:
        last_comparison(settings.build_dir)
    assert "rarecare compare-engines" in damaged.value.remedy


def test_the_map_of_the_comparison_is_a_picture(capsys, settings, slower):
    app = Starlette(routes=[Route("/carte/comparaison.png", comparison_picture(settings))])
    missing = ask(app, "/carte/comparaison.png")
    assert missing.status == 404
    assert "Aucune comparaison" in missing.body.decode()
    run(capsys, "--with", str(slower))
    made_at = last_comparison(settings.build_dir).made_at
    fresh = ask(app, "/carte/comparaison.png", query="v=" + made_at.replace("+", "%2B"))
    assert fresh.status == 200
    assert fresh.headers["content-type"] == "image/png"
    assert fresh.headers["cache-control"].startswith("public")
    assert fresh.body.startswith(b"\x89PNG")
    assert len(fresh.body) < 300_000
    assert ask(app, "/carte/comparaison.png", query="v=vieux").headers["cache-control"] == "no-cache"

"""The dataset that readers open: whole or refused in French, the same for all threads, kept while another is built."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest

from rarecare.cli import main
from rarecare.dataset import versions
from rarecare.dataset.build import build, ensure_built
from rarecare.dataset.store import open_dataset, shared_dataset
from rarecare.errors import UserError
from rarecare.settings import Settings
from rarecare.territory.partition import MAILLES
from tests.building import copy_of_build, version_in_force, without_any_computation

building = sys.modules[build.__module__]


@pytest.fixture
def settings(built_settings, tmp_path):
    return copy_of_build(built_settings, tmp_path / "build")


@pytest.fixture(scope="module")
def dataset(built_settings):
    return open_dataset(built_settings)


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def alter(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def one(pattern):
    """Return a function that finds the only file of a version with a name of this pattern."""
    return lambda directory: next(directory.glob(pattern))


def remove(path):
    path.unlink()


FILES = {
    "database": one("rarecare.duckdb"),
    "communes": one("communes.parquet"),
    "accuracy": one("accuracy.json"),
    "manifest": one("manifest.json"),
    "minutes": one("travel/minutes-*.bin"),
    "ferries": one("travel/bacs-*.bin"),
    "columns": one("travel/communes-*.bin"),
    "note of the matrix": one("travel/matrice.json"),
}
DEEDS = {"truncated": cut, "altered": alter, "absent": remove}
DAMAGES = [
    pytest.param(find, deed, id=f"{name} {deed_name}")
    for name, find in FILES.items()
    for deed_name, deed in DEEDS.items()
    # One bit of a note may leave it readable and true enough: only its loss is told.
    if (name, deed_name) not in {("manifest", "altered"), ("note of the matrix", "altered")}
]


@pytest.mark.parametrize(("find", "deed"), DAMAGES)
def test_a_damaged_version_is_refused_in_french_and_built_again(settings, monkeypatch, find, deed):
    deed(find(version_in_force(settings)))
    with pytest.raises(UserError) as caught:
        open_dataset(settings)
    assert caught.value.where
    assert "rarecare build" in caught.value.remedy
    monkeypatch.setattr(building, "build", lambda *_inputs, **_options: "construite de nouveau")
    assert ensure_built(settings) == "construite de nouveau"


@pytest.mark.parametrize(
    "command", [["check"], ["nearest", "--commune", "48095"], ["indicators"]], ids=lambda words: words[0]
)
def test_a_command_on_a_damaged_version_ends_with_one_message_and_code_1(
    settings, monkeypatch, capsys, command
):
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(settings.build_dir))
    cut(version_in_force(settings) / "rarecare.duckdb")
    assert main(command) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Un fichier du jeu de données est tronqué ou a été modifié (")
    assert "rarecare.duckdb" in captured.err
    assert captured.err.count("\n") == 1


def test_without_any_build_readers_are_told_what_to_run(tmp_path):
    with pytest.raises(UserError, match=r"Aucun jeu de données n'est construit.*rarecare build"):
        open_dataset(replace(Settings(), build_dir=tmp_path / "vide"))


def test_a_name_that_leads_to_no_version_is_told(settings):
    (settings.build_dir / "CURRENT").write_text("2020-01-01-disparue")
    with pytest.raises(UserError, match=r"absente ou illisible.*2020-01-01-disparue"):
        open_dataset(settings)


def test_a_matrix_made_for_other_communes_is_refused(settings):
    directory = version_in_force(settings)
    note = json.loads((directory / "manifest.json").read_text())
    frame = pd.read_parquet(directory / "communes.parquet").iloc[::-1]
    frame.to_parquet(directory / "communes.parquet")
    versions.write_manifest(directory, note, files=list(note["files"]))
    with pytest.raises(UserError, match="pour une autre liste de communes"):
        open_dataset(settings)


def test_a_database_of_another_format_is_told(settings):
    directory = version_in_force(settings)
    note = json.loads((directory / "manifest.json").read_text())
    (directory / "rarecare.duckdb").write_bytes(b"not a database" * 1000)
    versions.write_manifest(directory, note, files=list(note["files"]))
    with pytest.raises(UserError, match="ne s'ouvre pas avec cette version de DuckDB"):
        open_dataset(settings)


def test_eight_threads_asking_at_once_get_the_answers_of_one(dataset):
    questions = [
        ("sites_selected", {"filiere": filiere, "groupe": None, "reseau": None, "niveau": niveau, "public": "tous",
                            "provenance": "tous", "periode": "en_cours"})
        for filiere in ("RESPIFIL", "MUCO-CFTR", "OSCAR", None)
        for niveau in ("expertise", "proximite")
    ] + [("completeness_of", {"filiere": None}), ("reseaux_choices", {}), ("headline_figures", {})]  # fmt: skip
    alone = [dataset.query(name, **parameters) for name, parameters in questions]
    rounds = 12
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(dataset.query, name, **parameters)
            for _ in range(rounds)
            for name, parameters in questions
        ]
        for rank, future in enumerate(asked):
            pd.testing.assert_frame_equal(future.result(), alone[rank % len(questions)])


def test_eight_threads_see_one_partition_and_one_population(built_settings):
    fresh = open_dataset(built_settings)
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda _: fresh.partition("departement"), range(8)))
        people = list(pool.map(lambda _: fresh.people("enfant"), range(8)))
    assert {len(part) for part in parts} == {101}
    for other in people[1:]:
        np.testing.assert_array_equal(people[0], other)


def test_an_open_version_goes_on_serving_while_others_are_published(settings, monkeypatch):
    old = open_dataset(settings)
    before = old.query("departements")
    minutes = old.matrix.minutes([0])
    without_any_computation(building, settings, monkeypatch.setattr)
    newer = build(settings)
    assert newer != old.version
    pd.testing.assert_frame_equal(old.query("departements"), before)
    np.testing.assert_array_equal(old.matrix.minutes([0]), minutes)
    assert open_dataset(settings).version == newer


def test_a_server_picks_up_a_newly_published_version(settings, monkeypatch):
    first = shared_dataset(settings)
    assert shared_dataset(settings) is first
    without_any_computation(building, settings, monkeypatch.setattr)
    newer = build(settings)
    assert shared_dataset(settings).version == newer


@pytest.mark.parametrize("statement", ["create table intruse (a int)", "delete from sites", "copy sites to 'sites.csv'",
                                       "select * from read_csv('/etc/passwd')", "set threads = 1"])  # fmt: skip
def test_a_reader_can_neither_write_nor_reach_other_files(dataset, statement):
    with pytest.raises(duckdb.Error):
        dataset.run(statement)


@pytest.mark.parametrize("maille", MAILLES)
def test_every_commune_has_one_territory_of_each_maille(dataset, maille):
    parts = dataset.partition(maille)
    assert parts.index.shape == dataset.communes.codes.shape
    assert set(parts.index.tolist()) == set(range(len(parts)))
    assert list(parts.codes) == sorted(parts.codes)
    assert all(parts.noms)
    assert (
        len(parts)
        == {"france": 1, "region": 18, "departement": 101, "commune": len(dataset.communes)}[maille]
    )


def test_an_unknown_territory_is_told_in_french(dataset):
    with pytest.raises(UserError, match="Territoire inconnu : « 999 »"):
        dataset.partition("departement").position("999")


def test_children_and_adults_make_all_the_people(dataset):
    children, adults, everyone = (dataset.people(public) for public in ("enfant", "adulte", "tous"))
    np.testing.assert_allclose(children + adults, everyone)
    assert 0.15 < children.sum() / everyone.sum() < 0.3


def test_every_site_has_its_row_in_the_matrix(dataset):
    sites = dataset.run("select code_commune, matrix_row from sites")
    assert [dataset.matrix.sources[row] for row in sites["matrix_row"]] == list(sites["code_commune"])
    assert len(sites) == dataset.manifest["tables"]["centres"]

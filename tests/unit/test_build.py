"""The build: what makes it start again, what stops it, and what it leaves behind."""

import csv
import errno
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from rarecare.cli import main
from rarecare.commands.serve import _ensure_built
from rarecare.dataset import versions
from rarecare.dataset.build import build, ensure_built, inputs_digest
from rarecare.dataset.export import table_frame
from rarecare.dataset.store import open_dataset
from rarecare.errors import DataProblems, UserError
from rarecare.settings import Settings
from tests.building import (
    copy_of_build,
    copy_of_data,
    copy_of_geo,
    version_in_force,
    without_any_computation,
    without_travel_times,
)

building = sys.modules[build.__module__]


@pytest.fixture
def settings(built_settings, tmp_path):
    return copy_of_build(built_settings, tmp_path / "build")


@pytest.fixture
def quick(built_settings, monkeypatch):
    without_any_computation(building, built_settings, monkeypatch.setattr)


@pytest.fixture
def with_tables(built_settings, monkeypatch):
    """Check the data and write the database for true; only the travel times are taken as they were."""
    without_travel_times(building, built_settings, monkeypatch.setattr)


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def state(settings):
    """Return all that a build directory holds, the lock apart."""
    return {
        str(path.relative_to(settings.build_dir)): path.read_bytes()
        for path in settings.build_dir.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_a_build_publishes_every_table_of_the_data_and_says_how_many_rows_it_has(built_settings):
    tables = open_dataset(built_settings).manifest["tables"]
    for path in built_settings.data_dir.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            assert tables[path.stem] == sum(1 for _ in csv.DictReader(stream)), path.stem
    assert tables["sites"] == tables["centres"]


def test_the_cells_of_the_database_are_those_of_the_files(built_settings):
    dataset = open_dataset(built_settings)
    with (built_settings.data_dir / "centres.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    stored = dataset.run("select * from centres order by all").astype(object)
    stored = stored.where(stored.notna(), "").to_dict("records")
    assert sorted(stored, key=lambda row: row["centre_id"]) == sorted(rows, key=lambda row: row["centre_id"])


def test_progress_never_goes_back_and_ends_at_one(quick, settings):
    steps = []
    build(settings, progress=lambda name, share: steps.append((name, share)))
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert (shares[0], steps[-1]) == (0.0, ("Terminé", 1.0))


def test_nothing_is_built_again_when_nothing_changed(settings):
    before = state(settings)
    assert ensure_built(settings) == version_in_force(settings).name
    assert state(settings) == before


def test_a_forced_build_makes_a_version_of_another_name(quick, settings):
    first = version_in_force(settings).name
    kept = state(settings)
    second = build(settings)
    assert second != first
    assert version_in_force(settings).name == second
    after = state(settings)
    assert all(after[name] == content for name, content in kept.items() if name.startswith("versions/"))


def test_the_digest_follows_contents_and_not_dates(settings, tmp_path):
    own = copy_of_data(settings, tmp_path / "data")
    before = inputs_digest(own)
    assert before == inputs_digest(settings)
    for path in own.data_dir.iterdir():
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert inputs_digest(own) == before


@pytest.mark.parametrize("name", ["centres.csv", "datapackage.json", "ajustements_routiers.csv"])
def test_the_digest_changes_with_any_file_of_the_data(settings, tmp_path, name):
    own = copy_of_data(settings, tmp_path / "data")
    before = inputs_digest(own)
    with (own.data_dir / name).open("ab") as stream:
        stream.write(b"\n")
    assert inputs_digest(own) != before


@pytest.mark.parametrize("name", ["communes.parquet", "adjacence.parquet", "departements.csv", "regions.csv"])
def test_the_digest_changes_with_any_table_of_the_territory(settings, tmp_path, name):
    own = copy_of_geo(settings, tmp_path / "geo")
    before = inputs_digest(own)
    (own.geo_dir / name).unlink()
    assert inputs_digest(own) != before


def test_changed_data_are_built_into_a_new_version(with_tables, settings, tmp_path):
    own = copy_of_data(settings, tmp_path / "data")
    first = version_in_force(settings).name
    change(own.data_dir / "filieres.csv", ",Dijon,", ",Beaune,")
    second = ensure_built(own)
    assert second != first
    assert "Beaune" in set(open_dataset(own).run("select ville from filieres")["ville"])
    assert ensure_built(own) == second


def test_a_damaged_version_is_replaced_by_a_whole_one(quick, settings):
    (version_in_force(settings) / "communes.parquet").write_bytes(b"")
    ensure_built(settings)
    assert len(open_dataset(settings).communes) > 30_000


# (what to do to a copy of the inputs, what the message names)
BROKEN = {
    "absent data file": (lambda s: (s.data_dir / "centres.csv").unlink(), ["centres.csv", "absent"]),
    "empty data file": (lambda s: (s.data_dir / "reseaux.csv").write_text(""), ["reseaux.csv", "vide"]),
    "unknown code": (lambda s: change(s.data_dir / "centres.csv", ",chu-de-besancon,", ",chu-de-nulle-part,"),
                     ["centres.csv, ligne", "etablissement_id", "chu-de-nulle-part"]),
    "wrong type": (lambda s: change(s.data_dir / "population_age_departements.csv", ",2026,", ",an 2026,"),
                   ["population_age_departements.csv, ligne 2", "« annee »", "an 2026"]),
    "binary data file": (lambda s: (s.data_dir / "filieres.csv").write_bytes(b"PK\x03\x04\x00\xff" * 99),
                         ["filieres.csv"]),
    "no description": (lambda s: (s.data_dir / "datapackage.json").unlink(), ["datapackage.json"]),
    "truncated description": (lambda s: (s.data_dir / "datapackage.json").write_text('{"resources": ['),
                              ["datapackage.json"]),
    "no data at all": (lambda s: shutil.rmtree(s.data_dir), ["datapackage.json"]),
    "no road table": (lambda s: (s.data_dir / "massifs.csv").unlink(), ["massifs.csv"]),
    "no communes": (lambda s: (s.geo_dir / "communes.parquet").unlink(), ["communes.parquet", "make geo"]),
    "truncated communes": (lambda s: (s.geo_dir / "communes.parquet").write_bytes(b"PAR1" * 9), ["communes.parquet"]),
    "no neighbourhood": (lambda s: (s.geo_dir / "adjacence.parquet").unlink(), ["adjacence.parquet", "make geo"]),
    "truncated neighbourhood": (lambda s: (s.geo_dir / "adjacence.parquet").write_bytes(b"PAR1" * 9),
                                ["adjacence.parquet", "illisible"]),
    "other columns": (lambda s: shutil.copy(s.geo_dir / "communes.parquet", s.geo_dir / "adjacence.parquet"),
                      ["adjacence.parquet", "illisible"]),
    "no départements": (lambda s: (s.geo_dir / "departements.csv").unlink(), ["departements.csv"]),
    "no régions": (lambda s: (s.geo_dir / "regions.csv").unlink(), ["regions.csv"]),
}  # fmt: skip
READ_LAST = {"no régions"}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_input_is_told_in_french_and_changes_nothing(
    settings, tmp_path, monkeypatch, capsys, broken
):
    spoil, named = BROKEN[broken]
    own = copy_of_geo(copy_of_data(settings, tmp_path / "data"), tmp_path / "geo")
    spoil(own)
    before = state(own)
    if broken in READ_LAST:
        without_travel_times(building, settings, monkeypatch.setattr)
    else:
        monkeypatch.setattr(building, "_write_database", lambda *_inputs: pytest.fail("the build went on"))
    for name in ("build_dir", "data_dir", "geo_dir"):
        monkeypatch.setenv(f"RARECARE_{name.upper()}", str(getattr(own, name)))
    assert main(["build", "--quiet"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    for words in named:
        assert words in captured.err
    assert "Traceback" not in captured.err
    assert state(own) == before
    assert open_dataset(own).version == version_in_force(settings).name


def test_all_the_anomalies_of_the_data_are_told_together(settings, tmp_path):
    own = copy_of_data(settings, tmp_path / "data")
    change(own.data_dir / "filieres.csv", "https://", "adresse ")
    change(own.data_dir / "population_age_departements.csv", ",2026,", ",an 2026,")
    with pytest.raises(DataProblems) as caught:
        build(own)
    assert {problem.file for problem in caught.value.problems} >= {
        "filieres.csv",
        "population_age_departements.csv",
    }


def test_a_build_beside_another_is_refused_with_code_1(settings, monkeypatch, capsys):
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(settings.build_dir))
    with versions.build_lock(settings.build_dir):
        assert main(["build", "--force", "--quiet"]) == 1
    assert capsys.readouterr().err.startswith("Une autre construction est en cours (")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOENT], ids=errno.errorcode.get)
def test_a_build_directory_that_is_read_only_is_told(settings, monkeypatch, number):
    def refuse(self, *_arguments, **_options):
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(UserError, match="Écriture impossible") as caught:
        build(settings)
    assert caught.value.where == str(settings.build_dir)


def test_a_build_directory_that_is_a_file_is_told(settings, tmp_path, monkeypatch, capsys):
    (tmp_path / "fichier").write_text("")
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(tmp_path / "fichier"))
    assert main(["build", "--quiet"]) == 1
    assert capsys.readouterr().err.startswith("Écriture impossible (")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (duckdb.IOException("Could not write file: No space left on device"), "Espace disque insuffisant"),
        (duckdb.TransactionException("Failed to commit: Disk quota exceeded"), "Espace disque insuffisant"),
        (duckdb.IOException("Could not write file: Input/output error"), "La base de données ne s'écrit pas"),
    ],
    ids=["full", "quota", "broken disk"],
)
def test_what_the_database_says_of_the_disk_is_told_in_french(
    with_tables, settings, monkeypatch, error, said
):
    def fail(*_inputs):
        raise error

    monkeypatch.setattr(building, "_create_typed", fail)
    before = state(settings)
    with pytest.raises(UserError, match=said) as caught:
        build(settings)
    assert caught.value.where == str(settings.build_dir)
    assert state(settings) == before


def test_another_error_of_the_database_is_a_bug(with_tables, settings, monkeypatch):
    def fail(*_inputs):
        raise duckdb.ParserException("syntax error")

    monkeypatch.setattr(building, "_create_typed", fail)
    with pytest.raises(duckdb.ParserException):
        build(settings)


def test_two_builds_of_the_same_inputs_hold_the_same_tables(with_tables, settings, built_settings):
    first, second = open_dataset(built_settings), None
    build(settings)
    second = open_dataset(settings)
    assert first.manifest["inputs_sha256"] == second.manifest["inputs_sha256"]
    for name in first.manifest["tables"]:
        left, right = (table_frame(one, name) for one in (first, second))
        assert left.equals(right), name


def test_the_settings_say_where_to_build(quick, settings, tmp_path, monkeypatch, capsys):
    other = replace(settings, build_dir=tmp_path / "ailleurs" / "plus loin")
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(other.build_dir))
    assert main(["build", "--force"]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"Version en service : {version_in_force(other).name}\n"
    assert captured.err.startswith("Construction du jeu de données")
    assert main(["build"]) == 0
    assert capsys.readouterr().err == ""


def test_the_server_shows_the_same_progress_before_it_starts(quick, settings, tmp_path, capsys):
    _ensure_built(replace(settings, build_dir=tmp_path / "neuf"))
    assert capsys.readouterr().err.startswith("Construction du jeu de données")
    _ensure_built(settings)
    assert capsys.readouterr().err == ""


def test_the_default_build_directory_is_that_of_the_repository(repository):
    assert Settings().build_dir == repository / "build"

import pytest

from rarecare import bench
from tests.commands import is_one_french_message, runner


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


def fixed(_settings):
    yield bench.Measure("ours_ms", 4.0, "ms", 20.0, True, sizes="3 sites")
    yield bench.Measure("against_peer", 0.2, "s", 20.0, True, peer="PySAL", ratio=25.0)


def test_a_measure_has_the_fields_of_the_contract(run, monkeypatch):
    monkeypatch.setitem(bench.BENCHMARKS, "fixed", fixed)
    rows = run("bench", "fixed", "--format", "json").json
    assert [row["name"] for row in rows] == ["ours_ms", "against_peer"]
    assert {"name", "value", "unit", "budget", "ok", "peer", "ratio"} <= set(rows[0])
    assert (rows[0]["peer"], rows[0]["ratio"]) == (None, None)
    assert (rows[1]["peer"], rows[1]["ratio"]) == ("PySAL", 25.0)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_files_name_the_machine_on_each_row(run, monkeypatch, kind):
    monkeypatch.setitem(bench.BENCHMARKS, "fixed", fixed)
    assert run("bench", "fixed", "--format", kind).out.count(bench.machine()) == 2


def test_the_help_names_every_measure(run):
    said = run("bench", "--help").out
    assert [name for name in bench.BENCHMARKS if name not in said] == []


def test_the_quickest_measure_runs(run, monkeypatch):
    monkeypatch.setattr(bench, "_REPEATS", 1)
    monkeypatch.setitem(bench.BENCHMARKS, "selection", bench._selection)
    rows = {row["name"]: row for row in run("bench", "selection", "--format", "json").json}
    nearest = rows["nearest_coverage_ms"]
    assert nearest["unit"] == "ms"
    assert nearest["value"] > 0
    assert nearest["ok"] is (nearest["value"] <= nearest["budget"])


def test_the_table_for_readers_names_the_machine(run, monkeypatch):
    monkeypatch.setitem(bench.BENCHMARKS, "fixed", fixed)
    out = run("bench", "fixed").out
    assert "cœurs" in out
    assert "oui" in out


def test_an_unknown_measure_is_told_with_those_that_exist(run):
    outcome = run("bench", "vitesse")
    assert is_one_french_message(outcome)
    assert "Mesure inconnue : vitesse" in outcome.err
    assert all(name in outcome.err for name in bench.BENCHMARKS)

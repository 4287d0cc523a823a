import duckdb
import pytest

from rarecare import bench, bench_caseload
from rarecare.caseload.fictitious import write_events
from tests.caseload_toys import references
from tests.commands import is_one_french_message, runner


@pytest.fixture
def run(built_settings, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench_caseload.tempfile, "tempdir", str(tmp_path))
    return runner(built_settings, monkeypatch, capsys)


def test_time_cores_and_memory_are_measured_and_the_events_removed(run, tmp_path):
    rows = {row["name"]: row for row in run("bench", "caseload", "--events", "2000", "--format", "json").json}
    assert list(rows) == ["caseload_seconds", "caseload_cpu_seconds", "caseload_memory"]
    assert all(row["value"] > 0 for row in rows.values())
    assert rows["caseload_seconds"]["budget"] is None
    assert rows["caseload_memory"]["ok"] is True
    assert rows["caseload_memory"]["sizes"].startswith("2000 événements, 100 patients")
    assert list(tmp_path.iterdir()) == []


def test_only_the_full_size_is_held_to_the_time_of_the_budget(built_settings, monkeypatch):
    def full(_settings, events):
        yield bench_caseload.Run(events, 5_000_000, 61.0, 120.0, 7.5, 1.2)

    monkeypatch.setattr(bench_caseload, "timed_runs", full)
    seconds, _, memory = bench.run(built_settings, ("caseload",), events=bench_caseload.BUDGET_EVENTS)
    assert (seconds.budget, seconds.ok) == (60.0, False)
    assert (memory.budget, memory.ok) == (8.0, True)


def test_without_room_nothing_is_written(run, monkeypatch):
    monkeypatch.setattr(bench_caseload, "_BYTES_PER_EVENT", 10**15)
    outcome = run("bench", "caseload", "--events", "1000")
    assert is_one_french_message(outcome)
    assert "Go libres" in outcome.err


def test_made_up_events_are_the_same_each_time_and_say_that_they_are(tmp_path):
    for name in ("one", "other"):
        write_events(tmp_path / f"{name}.parquet", references(), ["01004", "75056"], events=500)
    tables = [
        duckdb.sql(f"from '{tmp_path / name}.parquet' order by all").fetchall() for name in ("one", "other")
    ]
    assert tables[0] == tables[1]
    assert len(tables[0]) == 500
    assert {row[0][:7] for row in tables[0]} == {"FICTIF-"}

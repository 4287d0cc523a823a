"""Answers of engines kept on disk: what was had is never asked again, what is broken is."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading

import numpy as np
import pytest

from rarecare.errors import UserError
from rarecare.travel.engines.resume import AnswerStore
from tests.engine_osrm import OsrmDouble, osrm_server
from tests.engine_places import PLACES, ToyCommunes
from tests.unit.test_engine_osrm import answering, engine

SOURCES = ("01001", "01003", "02002")
HERE, THERE = np.array([2.0, 47.0]), np.array([[2.1, 47.0], [2.2, 47.0]])

_RUN = """
import sys
from pathlib import Path
from tests.engine_osrm import OsrmDouble
from tests.unit.test_engine_osrm import engine
double = OsrmDouble()
double.url = sys.argv[1]
engine(double, Path(sys.argv[2]), points=4, ferries=False, timeout_seconds=60).matrix(sys.argv[3:])
"""


def test_an_interrupted_computation_goes_on_where_it_stopped(tmp_path):
    with osrm_server() as whole:
        expected = engine(whole, tmp_path / "whole", points=4, ferries=False).matrix(SOURCES)
    with osrm_server() as double:
        double.faults = []
        failing = engine(double, tmp_path, points=4, ferries=False, retries=0)
        double.on_request = lambda count: double.faults.append(answering(500, b"")) if count == 6 else None
        with pytest.raises(UserError):
            failing.matrix(SOURCES)
        before, double.on_request, double.faults = set(double.tables), lambda _: None, []
        double.paths = []

        matrix = failing.matrix(SOURCES)

        assert len(before) == 5
        assert not before & set(double.tables)
        assert before | set(double.tables) == set(whole.tables)
    np.testing.assert_array_equal(matrix.tenths, expected.tenths)


def test_a_computation_killed_on_the_spot_repeats_no_finished_block(tmp_path, repository):
    reached, free = threading.Event(), threading.Event()

    def hold(count):
        if count == 8:
            reached.set()
            free.wait(60)

    with osrm_server() as double:
        double.on_request = hold
        running = subprocess.Popen(
            [sys.executable, "-c", _RUN, double.url, str(tmp_path), *SOURCES], cwd=repository
        )
        try:
            assert reached.wait(60)
        finally:
            running.kill()
            running.wait()
        before = set(double.tables)
        double.on_request = lambda _: None
        free.set()
        double.paths = []

        engine(double, tmp_path, points=4, ferries=False).matrix(SOURCES)

        assert len(before) == 7
        assert not before & set(double.tables)


def test_a_second_computation_asks_only_whether_the_data_changed(tmp_path):
    with osrm_server() as double:
        running = engine(double, tmp_path)
        first = running.matrix(SOURCES)
        double.paths = []

        second = running.matrix(SOURCES)

        assert len(double.paths) == 1
        assert double.tables == []
    np.testing.assert_array_equal(first.tenths, second.tenths)
    np.testing.assert_array_equal(first.by_ferry, second.by_ferry)


def test_newer_road_data_are_asked_for_again(tmp_path):
    with osrm_server() as double:
        running = engine(double, tmp_path)
        running.matrix(SOURCES)
        asked, double.paths = double.tables, []
        double.data_version = "2026-12-01T00:00:00Z"

        running.matrix(SOURCES)

        assert double.tables == asked


def test_a_new_hospital_asks_for_its_own_row_alone(tmp_path):
    with osrm_server() as double:
        # Requests of 4 points hold 2 origins at most, so columns are cut alike with 2 hospitals or 3.
        running = engine(double, tmp_path, points=4, ferries=False)
        running.matrix(SOURCES[:2])
        double.paths = []

        running.matrix(SOURCES)

        _, longitude, latitude = PLACES[SOURCES[2]]
        new = f"/{longitude:.6f},{latitude:.6f};"
        assert double.tables
        assert all(new in path and "sources=0&" in path for path in double.tables)


def test_a_commune_that_moved_is_asked_for_again(tmp_path):
    moved = {**PLACES, "01002": ("01", 2.3, 47.0)}
    with osrm_server() as double:
        engine(double, tmp_path).matrix(SOURCES)

        matrix = engine(double, tmp_path, communes=ToyCommunes(moved)).matrix(SOURCES)

    assert matrix.minutes([0])[0][1] == pytest.approx(22.5)


def test_an_answer_is_found_under_its_own_key_only(tmp_path):
    with AnswerStore(tmp_path / "x.sqlite", {"engine": "a"}) as store:
        store.keep({store.key(HERE, THERE): b"abc"})

        assert store.known([store.key(HERE, THERE)]) == {store.key(HERE, THERE): b"abc"}
        assert store.known([store.key(HERE, THERE[:1]), store.key(THERE)]) == {}
    with AnswerStore(tmp_path / "x.sqlite", {"engine": "b"}) as other:
        assert other.known([other.key(HERE, THERE)]) == {}


def test_more_keys_than_one_query_holds_are_all_found(tmp_path):
    with AnswerStore(tmp_path / "x.sqlite", {}) as store:
        answers = {f"{number}": bytes([number % 256]) for number in range(1201)}
        store.keep(answers)

        assert store.known(answers) == answers


def test_an_altered_answer_is_asked_for_again(tmp_path):
    path = tmp_path / "x.sqlite"
    with AnswerStore(path, {}) as store:
        store.keep({"k": b"abc"})
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("update answers set content = ?", (b"abd",))
    connection.close()

    with AnswerStore(path, {}) as store:
        assert store.known(["k"]) == {}


def test_a_broken_file_is_emptied(tmp_path):
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"this is no database" * 100)

    with AnswerStore(path, {}) as store:
        store.keep({"k": b"abc"})
        assert store.known(["k"]) == {"k": b"abc"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")

    with (
        pytest.raises(UserError, match="ne peuvent pas être enregistrées") as caught,
        AnswerStore(tmp_path / "file" / "x.sqlite", {}),
    ):
        pass

    assert "x.sqlite" in caught.value.where


def test_a_failing_engine_makes_no_matrix(tmp_path):
    double = OsrmDouble()
    with osrm_server(double):
        double.faults = [answering(500, b"")] * 9
        with pytest.raises(UserError):
            engine(double, tmp_path).matrix(SOURCES)

    assert [path.name for path in tmp_path.iterdir()] in ([], ["osrm.sqlite"])

"""Valhalla itself, on tiles built here from a road file made by hand: in process, and served over HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from rarecare.errors import UserError
from rarecare.travel.engines import valhalla as engine_module
from rarecare.travel.engines.json_service import JsonService
from rarecare.travel.engines.service import UnconnectedError
from rarecare.travel.engines.table_engine import TableEngine
from rarecare.travel.engines.valhalla import HttpValhalla, LocalValhalla, RefusalError, ValhallaService
from tests.engine_osrm import OsrmDouble, osrm_server
from tests.engine_places import STATES_FROM_01001, ToyCommunes
from tests.engine_roads import build_tiles, executable

SOURCES = ("01001", "02002")
MAIN, ISLAND = np.array([[2.0, 47.0]]), np.array([[2.4, 47.6]])


@pytest.fixture(scope="session")
def config(tmp_path_factory):
    return build_tiles(tmp_path_factory.mktemp("valhalla"))


@pytest.fixture(scope="session")
def server(config, tmp_path_factory):
    """Serve the tiles with the limits and refusals of an ordinary server."""
    directory = tmp_path_factory.mktemp("serveur")
    served = json.loads(config.read_text())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served["httpd"]["service"]["listen"] = f"tcp://127.0.0.1:{port}"
    for name in ("loopback", "interrupt"):
        served["httpd"]["service"][name] = f"ipc://{directory}/{name}"
    for part in ("loki", "thor", "odin"):
        served[part]["service"]["proxy"] = f"ipc://{directory}/{part}"
    served["service_limits"]["allow_hard_exclusions"] = True
    path = directory / "valhalla.json"
    path.write_text(json.dumps(served))
    with (directory / "log").open("w") as log:
        running = subprocess.Popen(
            [executable("valhalla_service"), path, "1"], stdout=log, stderr=subprocess.STDOUT
        )
        yield f"http://127.0.0.1:{port}"
        running.kill()
        running.wait()


def local(config, tmp_path, **options):
    return TableEngine(
        ValhallaService(LocalValhalla(config)), ToyCommunes(), tmp_path / "valhalla.sqlite", **options
    )


def remote(url, tmp_path, **options):
    # A server that has just been started takes a moment to listen: these are the retries of a real one.
    http = JsonService("Valhalla", "valhalla_url", url, timeout_seconds=20, retries=6)
    return TableEngine(
        ValhallaService(HttpValhalla(http)), ToyCommunes(), tmp_path / "valhalla.sqlite", **options
    )


def over(double):
    return ValhallaService(HttpValhalla(JsonService("Valhalla", "valhalla_url", double.url, retries=0)))


def answering(answer):
    """Return a service whose backend gives the same answer, or refusal, to every request."""

    def call(*_):
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ValhallaService(SimpleNamespace(where="ici", parameters={}, call=call))


def test_times_follow_the_roads(config, tmp_path):
    minutes = local(config, tmp_path).matrix(SOURCES).minutes([0])[0]

    # 45.6 km of primary road limited to 80 km/h, then an hour of boat and 15.2 km of island.
    assert 45.6 / 80 * 60 <= minutes[3] <= 45.6 / 70 * 60
    assert minutes[3] + 60 < minutes[5] < minutes[3] + 60 + 25
    assert minutes[0] == 10.0


def test_boats_islands_and_places_far_from_roads_have_their_state(config, tmp_path):
    matrix = local(config, tmp_path).matrix(SOURCES)

    assert dict(zip(matrix.codes, matrix.etat(0, range(10)), strict=True)) == STATES_FROM_01001


def test_the_matrix_says_what_made_it(config, tmp_path):
    matrix = local(config, tmp_path).matrix(SOURCES)

    assert matrix.engine == "valhalla"
    assert matrix.parameters["configuration"] == "valhalla.json"
    assert matrix.parameters["data_version"].isdigit()


def test_a_server_gives_the_same_matrix_as_the_process(config, server, tmp_path):
    here = local(config, tmp_path).matrix(SOURCES)

    there = remote(server, tmp_path / "remote").matrix(SOURCES)

    np.testing.assert_array_equal(there.tenths, here.tenths)
    np.testing.assert_array_equal(there.by_ferry, here.by_ferry)
    assert there.parameters["address"] == server


def test_pairs_agree_with_the_matrix(config, tmp_path):
    running = local(config, tmp_path)

    times = running.pairs([0] * 10, range(10))

    matrix = running.matrix(["01001"])
    assert times.etat.tolist() == matrix.etat(0, range(10)).tolist()
    np.testing.assert_allclose(times.minutes[:6], matrix.tenths[0, :6] / 10)


def test_an_ordinary_server_refuses_a_table_across_an_unlinked_island(server, tmp_path):
    # Guards the reason why tables are cut until the island is known: see UnconnectedError.
    remote(server, tmp_path).matrix(SOURCES)
    service = ValhallaService(HttpValhalla(JsonService("Valhalla", "valhalla_url", server)))

    with pytest.raises(UnconnectedError):
        service.seconds(MAIN, ISLAND, ferries=True)


def test_an_unlinked_island_is_null_in_this_process(config):
    assert np.isinf(ValhallaService(LocalValhalla(config)).seconds(MAIN, ISLAND, ferries=True)).all()


def test_a_place_without_any_road_is_infinitely_far(config):
    metres = ValhallaService(LocalValhalla(config)).metres_to_road(np.array([[2.0, 47.0], [9.0, 42.0]]))

    assert metres[0] == pytest.approx(0.0, abs=1.0)
    assert np.isinf(metres[1])


def test_a_missing_package_says_what_to_install(config, tmp_path, monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(engine_module, "import_module", absent)

    with pytest.raises(UserError, match="n'est pas installé") as caught:
        local(config, tmp_path).matrix(SOURCES)

    assert "pyvalhalla" in caught.value.remedy
    assert "valhalla_url" in caught.value.remedy


def test_the_package_is_not_needed_to_import_the_engines(repository):
    # None in sys.modules makes any import of the package fail.
    code = "import sys; sys.modules['valhalla'] = None; import rarecare.travel.engines"

    subprocess.run([sys.executable, "-c", code], cwd=repository, check=True)


def test_a_configuration_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UserError, match="introuvable") as caught:
        local(tmp_path / "absente.json", tmp_path).matrix(SOURCES)

    assert caught.value.where.endswith("absente.json")


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_a_configuration_that_is_not_json_is_named(tmp_path, content):
    (tmp_path / "x.json").write_text(content)

    with pytest.raises(UserError, match="n'est pas du JSON valide"):
        local(tmp_path / "x.json", tmp_path).matrix(SOURCES)


@pytest.mark.parametrize("content", ["{}", '{"mjolnir": {"tile_dir": "/nonexistent", "tile_extract": ""}}'])
def test_tiles_that_are_not_there_are_told(tmp_path, content):
    (tmp_path / "x.json").write_text(content)

    with pytest.raises(UserError, match="ne démarre pas"):
        local(tmp_path / "x.json", tmp_path).matrix(SOURCES)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(154, "max_matrix_distance"), (150, "engine_table_size"), (100, "configuration de Valhalla")],
)
def test_limits_of_a_server_are_named(code, remedy):
    service = answering(RefusalError(code, "English words"))

    with pytest.raises(UserError, match=f"code {code}") as caught:
        service.seconds(MAIN, ISLAND, ferries=True)

    assert remedy in caught.value.remedy
    assert "English" not in caught.value.message


def test_no_path_at_all_is_no_road():
    service = answering(RefusalError(442, "No path could be found for input"))

    assert np.isinf(service.seconds(MAIN, ISLAND, ferries=True)).all()


@pytest.mark.parametrize("code", [170, 171])
def test_unlinked_places_are_asked_apart(code):
    with pytest.raises(UnconnectedError):
        answering(RefusalError(code, "")).seconds(MAIN, ISLAND, ferries=True)


def test_a_server_that_ignores_the_exclusion_of_ferries_says_so():
    answer = {"sources_to_targets": {"durations": [[1]]}, "warnings": [{"code": 208, "text": "ignored"}]}
    service = answering(answer)

    assert service.seconds(MAIN, ISLAND, ferries=True).tolist() == [[1.0]]
    with pytest.raises(UserError, match="exclure les bacs") as caught:
        service.seconds(MAIN, ISLAND, ferries=False)
    assert "engine_ferries = false" in caught.value.remedy


@pytest.mark.parametrize(
    "answer",
    [[], {}, {"sources_to_targets": [[{"time": 1}]]}, {"sources_to_targets": {"durations": []}}, None],
)
def test_a_half_answer_is_refused(answer):
    with pytest.raises(UserError, match="n'a pas la forme attendue"):
        answering(answer).seconds(MAIN, ISLAND, ferries=True)


@pytest.mark.parametrize("answer", [{}, [], [{}], [None], [{"edges": [{"correlated_lon": 1}]}]])
def test_places_that_lack_are_refused(answer):
    with pytest.raises(UserError, match="accroché"):
        answering(answer).metres_to_road(MAIN)


def test_a_state_that_is_none_is_refused():
    with pytest.raises(UserError, match="état du serveur"):
        answering([]).data_version(MAIN[0])


def test_an_error_of_old_bindings_is_known_by_its_words():
    assert engine_module._code(RuntimeError("Locations are in unconnected regions. Go check")) == 170
    assert engine_module._code(RuntimeError("something else")) == 0


def test_an_address_of_something_else_is_told_apart():
    # The double of OSRM knows no POST: Python's server answers 501, a passing error for us.
    with osrm_server(OsrmDouble()) as double, pytest.raises(UserError, match="HTTP 501"):
        over(double).seconds(MAIN, ISLAND, ferries=True)

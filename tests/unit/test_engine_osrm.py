"""OSRM over HTTP, against a server that speaks its documented format and gets it wrong on demand."""

from __future__ import annotations

import json
import socket
import threading

import numpy as np
import pytest

from rarecare.errors import UserError
from rarecare.travel.engines.json_service import JsonService
from rarecare.travel.engines.osrm import OsrmService
from rarecare.travel.engines.table_engine import TableEngine
from rarecare.travel.matrix import NO_ROAD, TravelMatrix
from tests.engine_osrm import DATA_VERSION, FERRY_SECONDS, SECONDS_PER_DEGREE, OsrmDouble, osrm_server
from tests.engine_places import STATES_FROM_01001, ToyCommunes

SOURCES = ("01001", "02002")


@pytest.fixture
def double():
    with osrm_server() as running:
        yield running


def engine(double, tmp_path, *, communes=None, points=100, ferries=True, **http):
    options = {"timeout_seconds": 5.0, "retries": 2, "pause": lambda _: None, **http}
    service = OsrmService(JsonService("OSRM", "osrm_url", double.url, **options), points_per_table=points)
    return TableEngine(service, communes or ToyCommunes(), tmp_path / "osrm.sqlite", mark_ferries=ferries)


def answering(status, content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda handler: handler.reply(status, body)


def table(durations, waypoints=10):
    places = [{"location": [2.0, 47.0]}] * waypoints
    return answering(200, {"code": "Ok", "durations": durations, "sources": places, "destinations": places})


def right(handler):
    status, content = handler.double.answer(handler.path)
    handler.reply(status, json.dumps(content).encode())


def test_times_are_those_of_the_server_in_minutes(double, tmp_path):
    matrix = engine(double, tmp_path).matrix(SOURCES)

    minutes = matrix.minutes([0])[0]
    assert minutes[1] == pytest.approx(0.2 * SECONDS_PER_DEGREE / 60)
    assert minutes[3] == pytest.approx(0.6 * SECONDS_PER_DEGREE / 60)
    assert minutes[5] == pytest.approx((1.2 * SECONDS_PER_DEGREE + FERRY_SECONDS) / 60)


def test_null_far_from_roads_and_overseas_are_no_road(double, tmp_path):
    matrix = engine(double, tmp_path).matrix(SOURCES)

    assert dict(zip(matrix.codes, matrix.etat(0, range(10)), strict=True)) == STATES_FROM_01001
    assert np.isinf(matrix.minutes([0])[0][6:]).all()


def test_no_trip_is_shorter_than_inside_one_commune(double, tmp_path):
    near = {"01001": ("01", 2.0, 47.0), "01002": ("01", 2.01, 47.0)}

    minutes = engine(double, tmp_path, communes=ToyCommunes(near)).matrix(["01001"]).minutes([0])[0]

    assert minutes.tolist() == [10.0, 10.0]


def test_other_territories_are_never_asked_for(double, tmp_path):
    engine(double, tmp_path).matrix(SOURCES)

    assert double.tables
    assert not [path for path in double.tables if "-61.5" in path]


def test_no_request_exceeds_the_size_set(tmp_path):
    with osrm_server(OsrmDouble(max_table_size=4)) as double:
        small = engine(double, tmp_path, points=4).matrix(SOURCES)
        assert all(path.count(",") <= 4 + path.count("generate") for path in double.tables)
    with osrm_server() as double:
        whole = engine(double, tmp_path / "other").matrix(SOURCES)

    np.testing.assert_array_equal(small.tenths, whole.tenths)
    np.testing.assert_array_equal(small.by_ferry, whole.by_ferry)


def test_the_matrix_says_what_made_it(double, tmp_path):
    matrix = engine(double, tmp_path).matrix(SOURCES)

    assert matrix.engine == "osrm"
    assert matrix.parameters["address"] == double.url
    assert matrix.parameters["data_version"] == DATA_VERSION
    assert matrix.parameters["communes_far_from_roads"] == 2


def test_the_matrix_is_saved_and_loaded_as_any_other(double, tmp_path):
    matrix = engine(double, tmp_path).matrix(SOURCES)

    matrix.save(tmp_path / "matrix")
    loaded = TravelMatrix.load(tmp_path / "matrix", ToyCommunes().codes.tolist())

    np.testing.assert_array_equal(loaded.tenths, matrix.tenths)
    assert loaded.parameters == matrix.parameters


def test_progress_ends_at_its_total(double, tmp_path):
    steps = []

    engine(double, tmp_path, points=4).matrix(SOURCES, lambda done, total: steps.append((done, total)))

    assert [done for done, _ in steps] == list(range(1, len(steps) + 1))
    assert steps[-1] == (len(steps), len(steps))


def test_without_ferry_marks_each_table_is_asked_once(double, tmp_path):
    matrix = engine(double, tmp_path, ferries=False).matrix(SOURCES)

    assert not [path for path in double.tables if "exclude" in path]
    assert set(matrix.etat(0, range(10))) == {"route", "pas_de_route"}
    assert matrix.parameters["ferries_marked"] is False


def test_pairs_come_in_the_order_asked(double, tmp_path):
    # 02001 -> 01001, 01001 -> 02003 by ferry, itself, across the ocean, far from roads, the first again.
    origins, destinations = [3, 0, 4, 0, 0, 3], [0, 5, 4, 9, 7, 0]

    times = engine(double, tmp_path).pairs(origins, destinations)

    assert times.etat.tolist() == ["route", "bac", "route", "pas_de_route", "pas_de_route", "route"]
    assert times.minutes[[0, 2, 5]].tolist() == [45.0, 10.0, 45.0]
    assert np.isnan(times.minutes[[3, 4]]).all()


def test_pairs_agree_with_the_matrix(double, tmp_path):
    running = engine(double, tmp_path, points=3)
    matrix = running.matrix(["01001"])

    times = running.pairs([0] * 10, range(10))

    np.testing.assert_array_equal(times.etat, matrix.etat(0, range(10)))
    np.testing.assert_allclose(
        times.minutes, np.where(matrix.tenths[0] == NO_ROAD, np.nan, matrix.tenths[0] / 10)
    )


def test_no_pair_asks_nothing(double, tmp_path):
    times = engine(double, tmp_path).pairs([], [])

    assert len(times.minutes) == len(times.etat) == 0
    assert double.paths == []


def test_a_server_that_fails_then_recovers_is_asked_again(double, tmp_path):
    pauses = []
    double.faults = [answering(500, b"oops"), answering(429, b""), right]

    matrix = engine(double, tmp_path, pause=pauses.append).matrix(SOURCES)

    assert matrix.minutes([0])[0][1] == pytest.approx(15.0)
    assert pauses == [0.5, 1.0]


def test_an_answer_late_once_is_asked_again(double, tmp_path):
    free = threading.Event()
    double.faults = [lambda _: free.wait(30)]
    try:
        matrix = engine(double, tmp_path, timeout_seconds=1.0, retries=5).matrix(SOURCES)
    finally:
        free.set()

    assert matrix.minutes([0])[0][1] == pytest.approx(15.0)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (answering(500, b"oops"), "erreur de serveur (HTTP 500)"),
        (answering(200, b'{"code": "Ok", "durations": [[0, 1'), "réponse incomplète"),
        (answering(200, b"<html>"), "qui n'est pas du JSON"),
        (lambda handler: handler.reply(200, b'{"code"', announced=900), "coupe sa réponse avant la fin"),
        (lambda handler: handler.wfile.write(b"not http\r\n\r\n"), "ce n'est pas du HTTP"),
        (lambda _: None, "connexion coupée"),
    ],
)
def test_a_passing_failure_that_lasts_becomes_a_sentence(double, tmp_path, fault, said):
    double.faults = [fault] * 3

    with pytest.raises(UserError) as caught:
        engine(double, tmp_path).matrix(SOURCES)

    assert said in caught.value.what
    assert "après 3 essais" in caught.value.what
    assert caught.value.where == double.url
    assert "Rien n'a été modifié" in caught.value.remedy
    assert double.faults == []


def test_a_silent_server_times_out(double, tmp_path):
    free = threading.Event()
    double.faults = [lambda _: free.wait(30)] * 2
    try:
        with pytest.raises(UserError, match="n'a pas répondu en 0,2 secondes") as caught:
            engine(double, tmp_path, timeout_seconds=0.2, retries=1).matrix(SOURCES)
    finally:
        free.set()

    assert "engine_timeout_seconds" in caught.value.remedy


def test_an_answer_that_drips_times_out_as_a_whole(double, tmp_path):
    free = threading.Event()

    def drip(handler):
        handler.reply(200, b"{", announced=1000)
        while not free.wait(0.02):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    double.faults = [drip]
    try:
        with pytest.raises(UserError, match="n'a pas répondu"):
            engine(double, tmp_path, timeout_seconds=0.3, retries=0).matrix(SOURCES)
    finally:
        free.set()


def test_a_server_that_is_not_there_is_told_apart(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: the port is ours and refuses
        double = OsrmDouble()
        double.url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UserError, match="connexion refusée") as caught:
            engine(double, tmp_path).matrix(SOURCES)

    assert "osrm_url" in caught.value.remedy
    assert 'travel_engine = "graphe"' in caught.value.remedy


@pytest.mark.parametrize(
    ("content", "said", "remedy"),
    [
        ({"code": "InvalidQuery", "message": "Query string malformed"}, "InvalidQuery", "osrm_profile"),
        ({"code": "TooBig", "message": "Too many table coordinates"}, "TooBig", "engine_table_size"),
        ({"message": "no code here"}, "sans « code » d'OSRM", "Vérifier l'adresse"),
    ],
)
def test_a_refusal_is_not_asked_again(double, tmp_path, content, said, remedy):
    double.faults = [right, right, answering(400, content)]

    with pytest.raises(UserError) as caught:
        engine(double, tmp_path).matrix(SOURCES)

    assert said in caught.value.what
    assert remedy in caught.value.remedy
    assert double.paths == []


def test_the_words_of_the_server_are_not_shown(double, tmp_path):
    double.faults = [answering(400, {"code": "InvalidQuery", "message": "Query string malformed"})]

    with pytest.raises(UserError) as caught:
        engine(double, tmp_path).matrix(SOURCES)

    assert "malformed" not in caught.value.message


def test_an_address_of_something_else_is_told_apart(double, tmp_path):
    double.faults = [answering(404, b"<html>not found</html>")]

    with pytest.raises(UserError, match="HTTP 404"):
        engine(double, tmp_path).matrix(SOURCES)


@pytest.mark.parametrize(
    ("durations", "said"),
    [
        (None, "aucun tableau de durées"),
        ([[0.0] * 7], "1 lignes au lieu de 2"),
        ([[0.0] * 7, [0.0] * 6], "une ligne n'a pas 7 durées"),
        ([[0.0] * 7, None], "une ligne n'a pas 7 durées"),
        ([[0.0] * 7, [0.0] * 6 + ["12"]], "« 12 » n'est pas une durée"),
        ([[0.0] * 7, [0.0] * 6 + [-1.0]], "« -1.0 » n'est pas une durée"),
        ([[0.0] * 7, [0.0] * 6 + [float("nan")]], "« nan » n'est pas une durée"),
        ([[0.0] * 7, [0.0] * 6 + [True]], "« True » n'est pas une durée"),
    ],
)
def test_a_half_answer_is_refused_whole(double, tmp_path, durations, said):
    double.faults = [right, right, table(durations)]

    with pytest.raises(UserError, match="n'a pas la forme attendue") as caught:
        engine(double, tmp_path).matrix(SOURCES)

    assert said in caught.value.what


@pytest.mark.parametrize(
    "waypoints",
    [None, [], [{"location": [2.0]}] * 9, [{"name": "x"}] * 9, [None] * 9, [{"location": [2.0, None]}] * 9],
)
def test_snapped_points_that_lack_are_refused(double, tmp_path, waypoints):
    double.faults = [right, answering(200, {"code": "Ok", "durations": [[0] * 9], "destinations": waypoints})]

    with pytest.raises(UserError, match="accroché"):
        engine(double, tmp_path).matrix(SOURCES)


def test_points_refused_together_are_asked_apart(double, tmp_path):
    expected = engine(double, tmp_path / "first").matrix(SOURCES)
    no_segment = answering(400, {"code": "NoSegment", "message": "Could not find a matching segment"})
    double.faults = [right, no_segment, right, right, no_segment]

    matrix = engine(double, tmp_path / "second").matrix(SOURCES)

    np.testing.assert_array_equal(matrix.tenths, expected.tenths)
    np.testing.assert_array_equal(matrix.by_ferry, expected.by_ferry)


def test_a_server_that_cannot_exclude_ferries_says_so(tmp_path):
    with (
        osrm_server(OsrmDouble(excludable=False)) as double,
        pytest.raises(UserError, match="InvalidValue") as caught,
    ):
        engine(double, tmp_path).matrix(SOURCES)

    assert "engine_ferries = false" in caught.value.remedy


def test_road_data_without_a_hospital_are_refused(double, tmp_path):
    with pytest.raises(UserError, match="1\xa0commune avec un établissement : 02005"):
        engine(double, tmp_path).matrix(["01001", "02005"])


def test_road_data_without_a_whole_departement_are_refused(double, tmp_path):
    places = {**ToyCommunes().places, "03001": ("03", 2.0, 46.0), "03002": ("03", 2.1, 46.0)}

    with pytest.raises(UserError, match="1\xa0département : 03") as caught:
        engine(double, tmp_path, communes=ToyCommunes(places)).matrix(SOURCES)

    assert "données routières" in caught.value.remedy


def test_an_unknown_commune_is_named(double, tmp_path):
    with pytest.raises(UserError, match="« 99999 »"):
        engine(double, tmp_path).matrix(["99999"])


@pytest.mark.parametrize(
    "url", ["", "localhost", "ftp://host", "http://", "http://host:bad", "http://host/?q=1", "http://host:0"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_asked(url):
    with pytest.raises(UserError, match="osrm_url"):
        JsonService("OSRM", "osrm_url", url)


def test_an_address_with_a_password_is_refused_without_showing_it():
    with pytest.raises(UserError, match="mot de passe") as caught:
        JsonService("OSRM", "osrm_url", "http://user:secret@host:5000")

    assert "secret" not in caught.value.message


def test_an_address_with_a_path_keeps_it(double, tmp_path):
    seen = []
    double.faults = [lambda handler: (seen.append(handler.path), handler.reply(404, b""))]
    service = JsonService("OSRM", "osrm_url", f"{double.url}/voiture/", retries=0)

    assert service.get("/nearest").status == 404
    assert seen == ["/voiture/nearest"]


def test_a_profile_that_would_change_the_question_is_refused(double):
    with pytest.raises(UserError, match="osrm_profile"):
        OsrmService(JsonService("OSRM", "osrm_url", double.url), profile="driving/../x?")

import io
import json

import pytest
from prometheus_client import REGISTRY

from rarecare.api.observe import RequestLog, family
from rarecare.logs import configure_logs
from tests.asgi import answering, ask, handshake


@pytest.fixture
def lines():
    stream = io.StringIO()
    configure_logs("DEBUG", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    configure_logs()


def count(kind, method, status):
    labels = {"family": kind, "method": method, "status": status}
    return REGISTRY.get_sample_value("rarecare_requests_total", labels) or 0


def test_a_request_leaves_one_line_without_its_query(lines):
    ask(RequestLog(answering(200)), "/annuaire", query="q=mucoviscidose&commune=48095")
    (line,) = lines()
    assert (line["event"], line["method"], line["path"], line["status"]) == (
        "request",
        "GET",
        "/annuaire",
        200,
    )
    assert line["duration_ms"] >= 0
    assert "mucoviscidose" not in json.dumps(line)
    assert "48095" not in json.dumps(line)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "page"),
        ("/couverture", "page"),
        ("/n-importe-quoi/xyz", "page"),
        ("/carte/regions.geojson", "carte"),
        ("/api/v1/centres", "api"),
        ("/static/js/index.js", "fichiers"),
        ("/app/static/leaflet.js", "fichiers"),
        ("/component/streamlit_folium.st_folium/index.html", "composant"),
        ("/_stcore/health", "streamlit"),
        ("/couverture/_stcore/health", "streamlit"),
        ("/healthz", "sante"),
    ],
)
def test_each_address_belongs_to_one_of_a_few_families(path, expected):
    assert family(path) == expected


def test_requests_are_counted_by_family_method_and_status():
    before = count("carte", "GET", "304")
    ask(RequestLog(answering(304)), "/carte/regions.geojson")
    assert count("carte", "GET", "304") == before + 1


def test_an_invented_method_or_address_makes_no_new_counter():
    before = count("page", "autre", "405")
    ask(RequestLog(answering(405)), "/invented", method="BREW")
    assert count("page", "autre", "405") == before + 1


def test_files_and_health_checks_are_only_logged_in_detail_mode_unless_they_fail():
    stream = io.StringIO()
    configure_logs("INFO", stream=stream)
    for path, status in (
        ("/healthz", 200),
        ("/static/js/a.js", 200),
        ("/_stcore/health", 200),
        ("/couverture/_stcore/health", 404),
        ("/static/x", 404),
    ):
        ask(RequestLog(answering(status)), path)
    configure_logs()
    assert [json.loads(line)["path"] for line in stream.getvalue().splitlines()] == ["/static/x"]


def test_the_names_of_downloads_and_uploads_are_not_logged(lines):
    ask(RequestLog(answering(200)), "/media/a1b2c3/patients-de-mende.csv")
    ask(RequestLog(answering(200)), "/_stcore/upload_file/session/patients.csv")
    assert [line["path"] for line in lines()] == ["/media", "/_stcore/upload_file"]


def test_a_failure_is_answered_with_the_number_found_in_the_log(lines):
    async def failing(_scope, _receive, _send):
        raise ValueError("le patient Zorglub")

    reply = ask(RequestLog(failing), "/api/v1/centres")
    bug, request = lines()
    assert reply.status == request["status"] == 500
    assert bug["id"] in json.loads(reply.body)["message"]
    assert bug["event"] == "request_failed"
    assert request["level"] == "warning"
    assert "Zorglub" not in json.dumps(lines())


def test_a_failure_in_the_middle_of_an_answer_is_left_to_the_server(lines):
    async def failing(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("le patient Zorglub")

    with pytest.raises(ValueError, match="Zorglub"):
        ask(RequestLog(failing), "/api/v1/centres")
    assert [line["event"] for line in lines()] == ["request_failed", "request"]


def test_open_sessions_are_counted_and_their_messages_left_alone():
    during = []

    async def app(_scope, _receive, send):
        during.append(REGISTRY.get_sample_value("rarecare_sessions"))
        await send({"type": "websocket.accept"})

    before = REGISTRY.get_sample_value("rarecare_sessions")
    assert handshake(RequestLog(app), "/_stcore/stream", headers={}) == [{"type": "websocket.accept"}]
    assert during == [before + 1]
    assert REGISTRY.get_sample_value("rarecare_sessions") == before

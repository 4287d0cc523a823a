import json
from dataclasses import replace
from pathlib import Path

import pytest

from rarecare.api.middleware import middleware
from rarecare.api.security import ClosedAddresses, OwnOriginOnly, SecurityHeaders, content_security_policy
from rarecare.settings import Settings
from tests.asgi import answering, ask, handshake, run


def directives(path="/", **options):
    policy = content_security_policy(path, **options)
    return dict(directive.split(" ", 1) for directive in policy.split("; "))


def wrapped(app, settings):
    for layer in reversed(middleware(settings, frontend_dir=Path("absent"))):
        app = layer.cls(app, *layer.args, **layer.kwargs)
    return app


def test_pages_run_only_scripts_served_by_us():
    assert directives()["script-src"] == "'self'"
    assert directives()["default-src"] == "'self'"
    assert directives()["object-src"] == "'none'"


def test_no_page_may_ask_anything_anywhere_else():
    for path in ("/", "/couverture", "/component/streamlit_folium.st_folium/index.html"):
        for sources in directives(path).values():
            assert not any("." in source or "*" in source for source in sources.split())


def test_only_the_frame_of_the_map_may_run_scripts_made_from_text():
    component = directives("/component/streamlit_folium.st_folium/index.html")
    assert "'unsafe-inline'" in component["script-src"]
    for path in ("/", "/couverture", "/carte/regions.geojson", "/composant", "/static/js/index.js"):
        assert "unsafe" not in directives(path)["script-src"]


def test_the_operator_chooses_who_may_frame_the_pages_but_not_the_map_component():
    allowed = "'self' https://intranet.example.fr"
    assert directives(frame_ancestors=allowed)["frame-ancestors"] == allowed
    assert directives("/component/x/index.html", frame_ancestors=allowed)["frame-ancestors"] == "'self'"


def test_tiles_are_allowed_in_the_map_alone_and_only_when_switched_on():
    tiles = "https://data.example.fr"
    assert tiles in directives("/component/x/index.html", tile_origin=tiles)["img-src"]
    assert tiles not in directives("/", tile_origin=tiles)["img-src"]


def test_the_origin_of_the_tiles_comes_from_their_address():
    settings = Settings(tile_url="https://tuiles.example.fr/wmts?couche=PLAN&z={z}")
    reply = ask(wrapped(answering(), settings), "/component/x/index.html")
    assert "img-src 'self' data: blob: https://tuiles.example.fr;" in reply.headers["content-security-policy"]


def test_every_answer_has_the_headers_even_an_error_of_ours():
    async def failing(_scope, _receive, _send):
        raise RuntimeError("le patient Zorglub")

    for app, status in ((answering(404), 404), (failing, 500)):
        reply = ask(wrapped(app, Settings()), "/")
        assert reply.status == status
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "same-origin"
        assert reply.headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in reply.headers["permissions-policy"]
        assert b"Zorglub" not in reply.body


@pytest.mark.parametrize("path", ["/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/metrics"])
def test_the_other_ways_into_the_pages_are_closed(path):
    for method in ("GET", "POST"):
        reply = ask(ClosedAddresses(answering(200)), path, method=method)
        assert reply.status == 404
        assert json.loads(reply.body) == {"message": "Adresse inconnue."}


def test_the_addresses_that_pages_need_stay_open():
    for path in ("/_stcore/health", "/_stcore/host-config", "/"):
        assert ask(ClosedAddresses(answering(200)), path).status == 200


@pytest.mark.parametrize(
    ("changes", "status"), [({}, 200), ({"public": True}, 404), ({"screen_imports": False}, 404)]
)
def test_files_are_taken_only_where_somebody_may_import_them(changes, status):
    app = wrapped(answering(200), replace(Settings(), **changes))
    assert ask(app, "/_stcore/upload_file/session/file", method="PUT").status == status


ACCEPTED = {"type": "websocket.accept"}


async def accepting(_scope, _receive, send):
    await send(ACCEPTED)


@pytest.mark.parametrize("origin", ["https://atlas.example.fr", None])
def test_a_websocket_of_our_own_pages_goes_through_untouched(origin):
    headers = {"Host": "atlas.example.fr"} | ({"Origin": origin} if origin else {})
    app = wrapped(accepting, Settings())
    assert handshake(app, "/_stcore/stream", headers=headers) == [ACCEPTED]


@pytest.mark.parametrize(
    "origin", ["https://autre.example", "null", "https://atlas.example.fr.autre.example"]
)
def test_a_websocket_opened_by_another_site_is_refused(origin):
    messages = handshake(
        OwnOriginOnly(accepting), "/_stcore/stream", headers={"Host": "atlas.example.fr", "Origin": origin}
    )
    assert messages == [{"type": "websocket.close", "code": 1008}]


def test_what_is_neither_http_nor_websocket_is_left_alone():
    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope["type"])

    for layer in (SecurityHeaders, ClosedAddresses, OwnOriginOnly):
        run(layer(app)({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"] * 3

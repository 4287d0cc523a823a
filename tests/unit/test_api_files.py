import gzip
import json

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from rarecare.api.files import CompressedFrontend, send_files
from rarecare.assets import carte_folder
from tests.asgi import answering, ask

CONTENT = json.dumps({"type": "FeatureCollection", "features": [{"id": str(n)} for n in range(200)]}).encode()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "carte").mkdir()
    (tmp_path / "carte" / "regions.geojson").write_bytes(CONTENT)
    return carte_folder(tmp_path)


@pytest.fixture
def app(folder):
    return Starlette(routes=[Route("/carte/{fichier:path}", send_files(folder))])


def test_the_versioned_address_may_be_kept_for_ever(app, folder):
    version = folder.find("regions.geojson").version
    reply = ask(app, "/carte/regions.geojson", query=f"v={version}")
    assert reply.status == 200
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["content-type"] == "application/geo+json"
    assert reply.body == CONTENT


@pytest.mark.parametrize("query", ["", "v=0123456789abcdef"])
def test_any_other_address_must_be_checked_again(app, query):
    assert ask(app, "/carte/regions.geojson", query=query).headers["cache-control"] == "no-cache"


def test_gzip_is_sent_to_those_who_accept_it_and_the_cache_is_told(app):
    reply = ask(app, "/carte/regions.geojson", headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8"})
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["vary"] == "Accept-Encoding"
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert gzip.decompress(reply.body) == CONTENT


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_gzip_is_not_forced_on_others(app, accepted):
    reply = ask(app, "/carte/regions.geojson", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in reply.headers
    assert reply.body == CONTENT


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_browser_that_has_the_file_gets_no_body(app, encoding, form):
    etag = ask(app, "/carte/regions.geojson", headers={"Accept-Encoding": encoding}).headers["etag"]
    headers = {"Accept-Encoding": encoding, "If-None-Match": form.format(etag)}
    reply = ask(app, "/carte/regions.geojson", headers=headers)
    assert (reply.status, reply.body) == (304, b"")
    assert reply.headers["etag"] == etag


def test_the_two_encodings_have_two_tags(app):
    tags = {
        ask(app, "/carte/regions.geojson", headers={"Accept-Encoding": name}).headers["etag"]
        for name in ("gzip", "identity")
    }
    assert len(tags) == 2
    assert all(not tag.startswith("W/") for tag in tags)


def test_head_gives_the_length_without_the_body(app):
    reply = ask(app, "/carte/regions.geojson", method="HEAD")
    assert reply.headers["content-length"] == str(len(CONTENT))


@pytest.mark.parametrize("name", ["absent.geojson", "../secret.geojson", "regions.csv"])
def test_an_unknown_file_is_said_in_french(app, name):
    reply = ask(app, f"/carte/{name}")
    assert reply.status == 404
    assert json.loads(reply.body) == {"message": "Fichier inconnu."}


@pytest.fixture
def frontend(tmp_path):
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "index.AbC123.js").write_bytes(b"const a = 1;" * 500)
    (tmp_path / "index.html").write_bytes(b"<html>")
    return CompressedFrontend(answering(200, {}, b"streamlit"), frontend_dir=tmp_path)


def test_the_interface_is_sent_compressed_and_kept_for_ever(frontend):
    reply = ask(frontend, "/static/js/index.AbC123.js", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(reply.body) == b"const a = 1;" * 500
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/static/js/absent.js", "/static/../index.html", "/static/"])
def test_nothing_but_the_interface_is_sent_under_its_address(frontend, path):
    assert ask(frontend, path).status == 404


@pytest.mark.parametrize("path", ["/", "/couverture", "/app/static/logo.svg", "/statistiques"])
def test_everything_else_is_left_to_the_pages(frontend, path):
    assert ask(frontend, path).body == b"streamlit"

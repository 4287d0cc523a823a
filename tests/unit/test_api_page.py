import gzip
from pathlib import Path

import pytest
import streamlit
import streamlit_folium

from rarecare.api.page import TITLE, FrenchPage, in_french
from tests.asgi import answering, ask

HTML = {"Content-Type": "text/html; charset=utf-8"}
STREAMLIT_PAGE = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
COMPONENT_PAGE = (Path(streamlit_folium.__file__).parent / "frontend" / "build" / "index.html").read_text(
    "utf-8"
)


@pytest.mark.parametrize("page", [STREAMLIT_PAGE, COMPONENT_PAGE])
def test_the_installed_pages_become_french(page):
    french = in_french(page)
    assert '<html lang="fr"' in french
    assert 'lang="en"' not in french
    assert "<noscript><p>RareCare a besoin de JavaScript" in french
    assert "You need to enable" not in french


def test_the_installed_page_of_streamlit_keeps_its_scripts_and_loses_what_we_do_not_offer():
    french = in_french(STREAMLIT_PAGE)
    assert f"<title>{TITLE}</title>" in french
    assert "_stcore/agent" not in french
    assert "favicon.png" not in french
    assert "./app/static/icone.svg" in french
    assert "<script>" not in french
    assert french.count("<script type=") == STREAMLIT_PAGE.count("<script type=") > 0
    assert french.count("modulepreload") == STREAMLIT_PAGE.count("modulepreload") > 0


def test_rewriting_twice_changes_nothing_more():
    assert in_french(in_french(STREAMLIT_PAGE)) == in_french(STREAMLIT_PAGE)


def test_an_answer_in_several_pieces_is_rewritten_whole_with_its_new_length():
    half = len(STREAMLIT_PAGE) // 2
    pieces = STREAMLIT_PAGE[:half].encode(), STREAMLIT_PAGE[half:].encode()
    headers = HTML | {
        "Content-Length": str(len(STREAMLIT_PAGE)),
        "ETag": '"english"',
        "Last-Modified": "yesterday",
    }
    reply = ask(FrenchPage(answering(200, headers, *pieces)), "/couverture")
    assert reply.body.decode() == in_french(STREAMLIT_PAGE)
    assert reply.headers["content-length"] == str(len(reply.body))
    assert not {"etag", "last-modified"} & set(reply.headers)


def test_a_compressed_answer_stays_compressed():
    packed = gzip.compress(STREAMLIT_PAGE.encode())
    reply = ask(FrenchPage(answering(200, HTML | {"Content-Encoding": "gzip"}, packed)), "/couverture")
    assert gzip.decompress(reply.body).decode() == in_french(STREAMLIT_PAGE)


def test_a_head_request_claims_no_length_that_would_be_false():
    reply = ask(FrenchPage(answering(200, HTML | {"Content-Length": "9000"})), "/", method="HEAD")
    assert "content-length" not in reply.headers
    assert reply.body == b""


@pytest.mark.parametrize(
    ("status", "content_type"), [(200, "application/json"), (404, "text/html"), (206, "text/html"), (200, "")]
)
def test_other_answers_go_through_untouched(status, content_type):
    body = b'<html lang="en">'
    headers = {"Content-Type": content_type, "ETag": '"1"'}
    reply = ask(FrenchPage(answering(status, headers, body)), "/")
    assert (reply.status, reply.body, reply.headers["etag"]) == (status, body, '"1"')

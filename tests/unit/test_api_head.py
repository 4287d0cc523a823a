import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette

from rarecare.api.head import page_links
from rarecare.api.middleware import middleware
from rarecare.api.page import PageLinks, in_french, with_links
from rarecare.api.routes import routes
from rarecare.settings import load_settings
from tests.asgi import ask

FRONTEND = Path(streamlit.__file__).parent / "static"
PAGE = (FRONTEND / "index.html").read_text(encoding="utf-8")
FRAME = '<!doctype html><html><head></head><body><div id="root"></div></body></html>'


@pytest.fixture
def links():
    return page_links(load_settings(), frontend_dir=FRONTEND)()


def addresses(html):
    return [address.removeprefix(".") for address in re.findall(r'(?:href|src)="(\./[^"]+)"', html)]


def get(address):
    path, _, query = address.partition("?")
    settings = load_settings()
    app = Starlette(routes=routes(settings), middleware=middleware(settings, frontend_dir=FRONTEND))
    return ask(app, path, query=query)


def test_the_page_runs_our_script_before_its_own_and_has_our_style_after_its_own(links):
    page = with_links(in_french(PAGE), links)
    assert page.index("/rarecare.js") < page.index('<script type="module"')
    assert page.index("</head>") < page.index("/rarecare.css") < page.index('<div id="root">')
    assert page.index('<script type="module"') < page.index("leaflet.js") < page.index("</head>")


def test_everything_that_the_page_asks_for_exists(links):
    asked = addresses(links.script + links.head + links.body)
    assert len(asked) > 20
    assert {address: get(address).status for address in asked} == dict.fromkeys(asked, 200)


def test_files_with_a_version_may_be_kept(links):
    versioned = [address for address in addresses(links.script + links.head + links.body) if "?v=" in address]
    replies = [get(address) for address in versioned]
    assert len(replies) > 6
    assert all("immutable" in reply.headers["cache-control"] for reply in replies)


def test_the_code_of_elements_comes_with_all_that_it_imports_and_nothing_twice(links):
    page = with_links(PAGE, links)
    asked = re.findall(r"\./static/js/([\w.-]+\.js)", page)
    assert len(asked) == len(set(asked))
    for name in asked:
        if f'modulepreload" href="./static/js/{name}" crossorigin' in links.head:
            code = (FRONTEND / "static" / "js" / name).read_text(encoding="utf-8")
            assert set(re.findall(r'from"\./([\w.-]+\.js)"', code)) <= set(asked)


def test_a_frame_gains_nothing(links):
    assert with_links(FRAME, links) == FRAME


def test_a_page_without_links_only_becomes_french():
    assert with_links(in_french(PAGE), PageLinks()) == in_french(PAGE)

"""What holds for every page, whoever wrote it: our script runs first, in French, with nothing asked anywhere else."""

from __future__ import annotations

import json

import pytest

from rarecare.api.page import NO_SCRIPT
from rarecare.api.pages import HOME, page_slugs
from rarecare.ui import texts
from tests.browser.conftest import ROOT, running_server, streamlit_run


def addresses(repository):
    """Return the paths of the pages that exist."""
    return ["/", *(f"/{slug}" for slug in sorted(page_slugs(repository / "pages") - {HOME}))]


def test_a_deep_link_on_a_fresh_server_runs_the_main_script(fresh_server, visitor, repository):
    """Streamlit would run alone, without menu, rights or foot, a page of a folder ``pages/`` beside the main script."""
    visitor.open(f"{fresh_server.url}{addresses(repository)[-1]}")
    assert visitor.page.get_by_test_id("stSidebarNav").count() == 0
    visitor.page.locator("footer.rc-pied").wait_for()
    assert texts.NOT_STARTED not in visitor.text()


def test_a_deep_link_on_a_fresh_server_shows_the_view_that_was_shared(
    server, fresh_server, visitor, new_visitor
):
    shared = (
        "/couverture?filiere=RESPIFIL&niveau=expertise&indicateur=part_sous_seuil&seuil=90&departement=48"
    )
    seen = visitor.open(server.url + shared)
    another = new_visitor(viewport=visitor.page.viewport_size).open(fresh_server.url + shared)
    assert "Lozère" in seen.text()
    assert another.text() == seen.text()
    assert another.page.url.removeprefix(fresh_server.url) == seen.page.url.removeprefix(server.url)


def test_streamlit_starts_the_same_application_by_itself(built_settings, tmp_path):
    with running_server(built_settings, tmp_path, command=streamlit_run, cwd=ROOT) as server:
        status, headers, body = server.get("/couverture")
    assert status == 200
    assert b'<html lang="fr"' in body
    assert "script-src 'self';" in headers["content-security-policy"]


def test_every_page_opens_without_error_or_complaint_and_asks_nothing_outside(
    server, new_visitor, repository
):
    for path in addresses(repository):
        visitor = new_visitor().open(f"{server.url}{path}")
        assert "Erreur interne" not in visitor.text(), path
        assert visitor.outside_requests(server) == [], path
        assert visitor.complaints == [], path


def test_the_home_page_opens_under_its_own_name_with_its_filters(server, visitor):
    visitor.open(f"{server.url}/accueil?filiere=respifil")
    assert visitor.page.url.startswith(f"{server.url}/?")
    visitor.page.locator("footer.rc-pied").wait_for()
    assert visitor.page.get_by_role("dialog").count() == 0


def test_an_unknown_address_is_a_french_page(server, visitor):
    answer = visitor.page.goto(f"{server.url}/cuverture")
    assert answer.status == 404
    assert "Page introuvable" in visitor.text()
    visitor.page.get_by_role("link", name="Accueil").click()
    visitor.wait()
    visitor.page.locator("footer.rc-pied").wait_for()


def test_the_page_is_declared_french_and_has_our_name_before_any_script(server, new_visitor):
    visitor = new_visitor(java_script_enabled=False)
    visitor.page.goto(f"{server.url}/")
    assert visitor.page.locator("html").get_attribute("lang") == "fr"
    assert visitor.page.title().startswith("RareCare")
    assert visitor.page.locator("noscript").inner_text().strip() == NO_SCRIPT


def test_a_script_injected_in_a_page_does_not_run(server, visitor):
    visitor.open(f"{server.url}/")
    visitor.page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.injected = true';
            document.body.append(script);
        }"""
    )
    assert visitor.page.evaluate("window.injected") is None
    assert any("Content Security Policy" in complaint for complaint in visitor.complaints)


def test_a_page_of_another_site_cannot_drive_ours(server, new_visitor):
    visitor = new_visitor()
    visitor.page.route(
        "http://autre.example/", lambda route: route.fulfill(body="<p>autre</p>", content_type="text/html")
    )
    visitor.page.goto("http://autre.example/")
    address = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    outcome = visitor.page.evaluate(
        """address => new Promise(done => {
            const socket = new WebSocket(address);
            socket.onopen = () => done('open');
            socket.onerror = () => done('refused');
        })""",
        address,
    )
    assert outcome == "refused"


@pytest.mark.parametrize(
    "path", ["/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/metrics"]
)
def test_the_other_ways_in_are_closed_on_the_real_server(server, path):
    status, headers, body = server.get(path)
    assert status == 404
    assert json.loads(body) == {"message": "Adresse inconnue."}
    assert "content-security-policy" in headers


@pytest.mark.parametrize("path", ["/", "/healthz", "/_stcore/health", "/app/static/icone.svg", "/inconnu"])
def test_every_kind_of_answer_carries_the_security_headers(server, path):
    _, headers, _ = server.get(path)
    assert headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self';" in headers["content-security-policy"]


def test_health_names_the_dataset_in_force(server, built_settings):
    status, _, body = server.get("/healthz")
    current = (built_settings.build_dir / "CURRENT").read_text().strip()
    assert (status, json.loads(body)["dataset"]) == (200, current)


def test_counters_move_with_the_visits(server, visitor):
    visitor.open(f"{server.url}/")
    text = server.get("/metrics")[2].decode()
    assert 'rarecare_requests_total{family="page",method="GET",status="200"}' in text
    assert "rarecare_sessions 1.0" in text


def test_a_second_visit_asks_the_map_files_from_the_cache(server, repository):
    names = sorted(path.name for path in (repository / "geo" / "carte").glob("*.geojson"))
    assert names
    for name in names:
        _, headers, body = server.get(f"/carte/{name}", **{"Accept-Encoding": "gzip"})
        status, _, again = server.get(
            f"/carte/{name}", **{"Accept-Encoding": "gzip", "If-None-Match": headers["etag"]}
        )
        assert len(body) < 200_000
        assert (status, again) == (304, b"")


def test_the_log_of_the_server_is_json_without_what_readers_typed(server, visitor):
    visitor.open(f"{server.url}/?filiere=respifil&q=motcherche")
    lines = server.log.read_text(encoding="utf-8").splitlines()
    events = [json.loads(line)["event"] for line in lines if line.startswith("{")]
    assert "server_started" in events
    assert "request" in events
    assert not any("motcherche" in line for line in lines)
    # The one sentence for the person who typed the command.
    assert [line for line in lines if not line.startswith("{")] == [
        f"RareCare est servi à l’adresse {server.url} (Ctrl+C pour arrêter)."
    ]

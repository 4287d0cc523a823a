"""Files actives in a real browser, with nothing supplied and with a few files actives."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import running_server
from tests.browser.test_accessibility import faults
from tests.observed_data import NANTES, RENNES, planted

ROWS = [
    (NANTES, "tous", 2025, "total", "tous", "tous", 1100),
    (NANTES, "tous", 2025, "total", "tous", "44", 660),
    (NANTES, "tous", 2025, "total", "tous", "35", 440),
    (RENNES, "tous", 2025, "total", "tous", "tous", 9),
    (RENNES, "tous", 2025, "total", "tous", "35", 9),
]
PAGE = "/files-actives?filiere=RESPIFIL"


@pytest.fixture(scope="module")
def supplied(built_settings, tmp_path_factory):
    directory = tmp_path_factory.mktemp("fournies")
    settings = planted(built_settings, directory, ROWS, provenance="fictif")
    with running_server(settings, directory) as running:
        yield running


def test_a_deep_link_opens_the_flows_of_a_departement_on_a_map(supplied, visitor):
    visitor.open(f"{supplied.url}{PAGE}&departement=35&vue=Flux")
    for index, label in ((0, "Files actives"), (1, "Flux")):
        frame = visitor.map(index)
        frame.wait_for_function("document.querySelector('#map_div').dataset.tracees")
        assert frame.locator("path.leaflet-interactive").count() > 50, label
    expect(visitor.page.get_by_role("tab", name="Flux")).to_have_attribute("aria-selected", "true")
    table = visitor.page.get_by_role("table", name="Sites qui suivent les patients du territoire")
    expect(table.get_by_role("row", name="CHU de Nantes")).to_contain_text("440")
    expect(table.get_by_role("row", name="CHU de Rennes")).to_contain_text("≤10")
    expect(visitor.page.get_by_role("alert")).to_contain_text("Données fictives")
    assert visitor.complaints == []
    assert visitor.outside_requests(supplied) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_has_no_serious_fault_and_no_sideways_scroll(server, supplied, new_visitor, width):
    visitor = new_visitor(viewport={"width": width, "height": 900})
    for address in (server.url + PAGE, supplied.url + PAGE + "&vue=Flux"):
        visitor.open(address).map()
        assert faults(visitor) == {}, address
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width

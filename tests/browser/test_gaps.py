"""Couverture, views « Lacunes » and « Sept critères », in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.gaps import Weights, gap_table
from rarecare.indicators.view import SelectionAccess
from tests.browser.test_accessibility import faults

GAPS = "/couverture?vue=Lacunes&filiere=RESPIFIL"
CRITERIA = "/couverture?vue=Sept%20crit%C3%A8res&groupe=mucoviscidose_cftr&region=53"


def expected(settings, four):
    access = SelectionAccess(open_dataset(settings), Selection(filiere="RESPIFIL"))
    return gap_table(access, "departement", weights=four)["nom"].tolist()


def names(visitor):
    return (
        visitor.page.get_by_role("table", name="Lacunes par territoire").locator("tbody th").all_inner_texts()
    )


def test_weights_move_the_ranking_and_the_address_rebuilds_it_on_a_fresh_server(
    server, fresh_server, visitor, new_visitor, built_settings
):
    visitor.open(server.url + GAPS)
    before = names(visitor)
    assert before == expected(built_settings, Weights())
    for label in ("Au-delà du seuil", "Offre à portée", "Dépendance"):
        visitor.page.get_by_role("slider", name=label).press("Home")
        visitor.wait()
    after = expected(built_settings, Weights(25, 0, 0, 0))
    expect(visitor.page.get_by_role("table", name="Lacunes par territoire").locator("tbody th")).to_have_text(
        after
    )
    assert after != before
    expect(visitor.page).to_have_url(re.compile("poids=25%2C0%2C0%2C0"))

    another = new_visitor(viewport={"width": 1280, "height": 900})
    another.open(visitor.page.url.replace(server.url, fresh_server.url))
    assert names(another) == after
    expect(another.page.get_by_role("slider", name="Dépendance")).to_have_value("0")
    assert another.complaints == []


def test_a_click_on_the_map_of_gaps_shows_where_the_score_comes_from(server, visitor):
    frame = visitor.open(server.url + GAPS).map()
    frame.wait_for_function("document.querySelector('#map_div').dataset.tracees")
    frame.evaluate(
        "(() => { const shape = Object.values(map._layers).find(layer => layer.rcCode === '48');"
        " shape.fire('click', { latlng: shape.getBounds().getCenter() }); })()"
    )
    expect(visitor.page.get_by_text("Lozère : d’où vient le score")).to_be_visible()
    expect(visitor.page).to_have_url(f"{server.url}{GAPS}&departement=48")


def test_going_from_a_view_to_another_keeps_the_question(server, visitor):
    visitor.open(server.url + GAPS + "&poids=40,30,20,10")
    visitor.page.get_by_role("tab", name="Territoire").click()
    visitor.wait()
    expect(visitor.page.get_by_text("les moins favorisés")).to_be_visible()
    visitor.page.get_by_role("tab", name="Lacunes").click()
    visitor.wait()
    expect(visitor.page.get_by_role("slider", name="Temps médian")).to_have_value("40")
    assert visitor.complaints == []


@pytest.mark.parametrize("path", [GAPS, CRITERIA])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_views_have_no_serious_fault_and_no_sideways_scroll(server, new_visitor, path, width):
    visitor = new_visitor(viewport={"width": width, "height": 900}).open(server.url + path)
    assert faults(visitor) == {}
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.outside_requests(server) == []

"""Couverture, view « Inégalités », in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.test_accessibility import faults

VIEW = "/couverture?vue=In%C3%A9galit%C3%A9s&filiere=RESPIFIL&departement=48"


def test_who_counts_is_a_click_away_and_the_address_rebuilds_the_view(server, visitor, new_visitor):
    visitor.open(server.url + VIEW)
    expect(visitor.page.get_by_text("les 10 % d’habitants les plus éloignés")).to_be_visible()
    visitor.page.get_by_role("radio", name="Patients attendus").click()
    visitor.wait()
    expect(visitor.page.get_by_text("les 10 % de patients attendus les plus éloignés")).to_be_visible()
    expect(visitor.page).to_have_url(re.compile("ponderation=patients"))
    another = new_visitor(viewport={"width": 390, "height": 844}).open(visitor.page.url)
    expect(another.page.get_by_text("les 10 % de patients attendus les plus éloignés")).to_be_visible()
    assert another.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visitor.complaints == another.complaints == []


def test_the_view_has_no_serious_fault_and_its_table_sorts(server, visitor):
    visitor.open(server.url + VIEW)
    table = visitor.page.get_by_role("table", name="Inégalités de temps par densité de la commune")
    names = table.locator("tbody th")
    expect(names).to_have_text(["Moins de 30", "De 30 à 100", "De 100 à 300", "De 300 à 1 500", "Ensemble"])
    table.get_by_role("button", name="Communes").click()
    expect(names.first).to_have_text(re.compile("De 100 à 300|Ensemble"))
    assert faults(visitor) == {}

"""Données in a real browser: a file dropped through the served application, deep links, keyboard, phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from rarecare.dataset import versions
from rarecare.settings import Settings
from tests.browser.conftest import Server, Visitor, running_server
from tests.browser.test_accessibility import faults
from tests.building import copy_of_build

IMPORT = "/donnees?vue=Importer&table=file_active"
LONG_NAME = "File active des centres de la filière RESPIFIL – " + "extraction annuelle " * 6 + ".csv"
CONTENT = (
    "Réseau;Hôpital;Ville;Année;File active\n"
    "Maladies pulmonaires rares;AP-HP – Hôpital Tenon;Paris;2024;1 240\n"
    "Maladies pulmonaires rares;Hospices Paris;Paris;2024;312\n"
).encode("cp1252")
ENGLISH = re.compile(
    r"\b(upload|browse|drag|drop|per file|limit|file must|remove|choose|select|clear|apply|the|press)\b", re.I
)


@pytest.fixture
def own_server(built_settings: Settings, tmp_path: Path) -> Iterator[tuple[Server, Settings]]:
    """Return a server nobody has visited, whose build and imports may be changed, with its settings."""
    settings = replace(copy_of_build(built_settings, tmp_path / "build"), imports_dir=tmp_path / "imports")
    environment = {"RARECARE_IMPORTS_DIR": str(settings.imports_dir), "RARECARE_IMPORT_MAX_MB": "1"}
    with running_server(settings, tmp_path, **environment) as running:
        yield running, settings


def drop(visitor: Visitor, content: bytes = CONTENT, *, name: str = "fichier.csv") -> None:
    """Give a file to the page as a reader does."""
    visitor.page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    visitor.page.get_by_text("Fichier déposé").wait_for()
    visitor.wait()


def words_of(visitor: Visitor) -> str:
    """Return all that the reader may read or hear on the page."""
    names = visitor.page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] *')].flatMap(element =>"
        " ['aria-label', 'title', 'alt', 'placeholder'].map(name => element.getAttribute(name)).filter(Boolean))"
    )
    return " ".join([visitor.main().inner_text(), *names])


def test_from_a_deep_link_a_file_is_imported_with_the_keyboard_and_the_way_back_is_open(
    own_server: tuple[Server, Settings], visitor: Visitor
):
    server, settings = own_server
    before = versions.current_version(settings.build_dir)
    visitor.open(server.url + IMPORT)
    expect(visitor.page.get_by_role("combobox", name="Table")).to_have_value("File active des centres")
    visitor.page.locator("input[type=file]").set_input_files(
        {"name": "gros.csv", "mimeType": "text/csv", "buffer": b"a;b\n" * 400_000}
    )
    visitor.page.get_by_text("il dépasse 1 Mo").wait_for()
    assert ENGLISH.findall(words_of(visitor)) == []
    drop(visitor, name=LONG_NAME)
    doubt = visitor.page.get_by_role("combobox", name="Hospices Paris")
    doubt.focus()
    doubt.press_sequentially("Bichat")
    visitor.page.get_by_role("option", name="Bichat").wait_for()
    doubt.press("Enter")
    visitor.page.get_by_text("Voir ce qui va changer").wait_for()
    visitor.page.get_by_label("Qui importe").fill("A. Martin")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type("Rapport d’activité")
    assert versions.current_version(settings.build_dir) == before
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text("Import appliqué").wait_for()
    after = versions.current_version(settings.build_dir)
    assert after != before
    expect(visitor.page.locator(".rc-reponse")).to_contain_text(f"La version {after} est en vigueur")

    visitor.page.get_by_role("tab", name="Versions").press("Enter")
    visitor.page.get_by_role("button", name="Revenir à cette version").press("Enter")
    visitor.page.get_by_label("Qui revient en arrière").fill("B. Durand")
    visitor.page.get_by_label("Pourquoi ce retour").fill("Essai")
    visitor.page.keyboard.press("Tab")
    visitor.page.get_by_role("button", name="Confirmer le retour").press("Enter")
    visitor.page.get_by_text("est de nouveau en vigueur").wait_for()
    assert versions.current_version(settings.build_dir) == before
    assert visitor.complaints == []
    assert visitor.outside_requests(server) == []


def test_a_page_disguised_as_a_table_is_refused_and_nothing_changes(
    server: Server, visitor: Visitor, built_settings: Settings
):
    before = versions.current_version(built_settings.build_dir)
    visitor.open(server.url + IMPORT)
    drop(visitor, b"<!DOCTYPE html><html><body>Connexion</body></html>", name="table.csv")
    expect(visitor.page.get_by_role("alert").first).to_contain_text("Ce fichier ne peut pas être lu")
    expect(visitor.page.get_by_role("table", name="Anomalies du fichier")).to_contain_text("page-html")
    assert visitor.page.get_by_role("button", name="Appliquer cet import").count() == 0
    assert versions.current_version(built_settings.build_dir) == before


def test_what_the_reader_did_survives_a_look_at_another_view(server: Server, visitor: Visitor):
    visitor.open(server.url + IMPORT)
    drop(visitor)
    visitor.page.get_by_role("tab", name="Tables").click()
    visitor.page.get_by_text("Toutes les tables", exact=True).wait_for()
    visitor.page.get_by_role("tab", name="Importer").click()
    expect(visitor.page.get_by_text("Fichier déposé")).to_contain_text("fichier.csv")
    expect(visitor.page.get_by_text("1 nom d’hôpital reste à préciser")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_every_view_and_every_step_is_accessible_french_and_as_wide_as_the_screen(
    server: Server, new_visitor, width: int
):
    visitor = new_visitor(viewport={"width": width, "height": 900})
    for address in ("/donnees", IMPORT, "/donnees?vue=Versions"):
        visitor.open(server.url + address)
        check(visitor, width)
    visitor.open(server.url + IMPORT)
    drop(visitor, name=LONG_NAME)
    check(visitor, width)
    assert visitor.outside_requests(server) == []
    assert visitor.complaints == []


def check(visitor: Visitor, width: int) -> None:
    assert faults(visitor) == {}
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    assert ENGLISH.findall(words_of(visitor)) == []

"""The interface in a real browser: maps redrawn in place, addresses, keyboard, tables, accessibility."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Frame, expect

from rarecare.bench_maps import count_received
from tests.browser.conftest import Server, Visitor

COVERAGE = "/couverture?filiere=RESPIFIL"
WIRE_BUDGET_BYTES = 20_000
"""What one change of filter sends, compressed as the websocket compresses it."""
PHONE = {"viewport": {"width": 390, "height": 844}}


def draws(frame: Frame) -> int:
    return int(frame.locator("#map_div").get_attribute("data-tracees") or 0)


def open_map(visitor: Visitor, url: str) -> Frame:
    visitor.open(url)
    frame = visitor.map()
    frame.wait_for_function("document.querySelector('#map_div').dataset.tracees")
    return frame


def wait_for_redraw(frame: Frame, before: int) -> None:
    frame.wait_for_function(f"Number(document.querySelector('#map_div').dataset.tracees) > {before}")


def territory(frame: Frame, code: str) -> str:
    return f"Object.values(map._layers).find(layer => layer.rcCode === '{code}')"


def click_territory(frame: Frame, code: str) -> None:
    frame.evaluate(f"(() => {{ const shape = {territory(frame, code)};"
                   " shape.fire('click', { latlng: shape.getBounds().getCenter() }); })()")  # fmt: skip


def test_the_websocket_is_compressed(server: Server, visitor: Visitor):
    extensions: list[str] = []
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.on(
        "Network.webSocketHandshakeResponseReceived",
        lambda event: extensions.append(str(event["response"]["headers"]).lower()),
    )
    visitor.open(server.url + "/methode")
    assert extensions
    assert all("permessage-deflate" in headers for headers in extensions)


def test_a_change_of_filter_redraws_the_map_in_the_same_frame_within_the_budget(
    server: Server, visitor: Visitor
):
    frame = open_map(visitor, server.url + COVERAGE)
    visitor.wait()
    outlines = [url for url in visitor.requests if ".geojson" in url]
    received = count_received(visitor.page.context.new_cdp_session(visitor.page))
    before = draws(frame)
    visitor.page.get_by_text("Expertise", exact=True).click()
    wait_for_redraw(frame, before)
    visitor.wait()
    assert frame in visitor.page.frames
    assert len(outlines) > 0
    assert [url for url in visitor.requests if ".geojson" in url] == outlines
    assert 0 < received() <= WIRE_BUDGET_BYTES
    assert visitor.outside_requests(server) == []
    assert visitor.complaints == []


def test_a_click_on_a_territory_goes_to_the_address_and_back_undoes_it(server: Server, visitor: Visitor):
    frame = open_map(visitor, server.url + COVERAGE)
    click_territory(frame, "29")
    expect(visitor.page).to_have_url(re.compile("departement=29"))
    expect(visitor.page.get_by_text("Finistère").first).to_be_visible()
    frame.locator(".rc-bulle-choix", has_text="Finistère").wait_for()
    visitor.page.go_back()
    expect(visitor.page).not_to_have_url(re.compile("departement"))
    frame.locator(".rc-bulle-choix").wait_for(state="detached")


def test_a_map_is_read_and_chosen_with_the_keyboard(server: Server, visitor: Visitor):
    frame = open_map(visitor, server.url + COVERAGE)
    assert frame.locator("path.rc-territoire[tabindex='0']").count() == 1
    frame.locator("path.rc-territoire[tabindex='0']").focus()
    first = frame.evaluate("document.activeElement.getAttribute('aria-label')")
    visitor.page.keyboard.press("ArrowRight")
    second = frame.evaluate("document.activeElement.getAttribute('aria-label')")
    assert first != second
    assert re.match(r".+\u00a0: ", second)
    before = draws(frame)
    visitor.page.keyboard.press("Enter")
    wait_for_redraw(frame, before)
    expect(visitor.page).to_have_url(re.compile("departement="))
    assert frame.evaluate("document.activeElement.getAttribute('aria-label')") == second


def test_the_whole_country_fits_in_the_map_of_a_phone(server: Server, new_visitor: Callable[..., Visitor]):
    visitor = new_visitor(**PHONE)
    frame = open_map(visitor, server.url + COVERAGE)
    frame.wait_for_function("map.getBounds().contains(map._rc.bounds)")


def test_criteria_fold_on_a_phone(server: Server, new_visitor: Callable[..., Visitor]):
    visitor = new_visitor(**PHONE).open(server.url + "/couverture")
    bar = visitor.page.locator(".st-key-rc_barre")
    expect(bar).to_be_hidden()
    visitor.page.get_by_text("Critères de la vue").click()
    expect(bar).to_be_visible()


def test_a_table_sorts_by_what_it_shows_and_filters_its_rows(server: Server, visitor: Visitor):
    visitor.open(server.url + "/couverture?filiere=RESPIFIL")
    visitor.page.get_by_role("tab", name="Tableau").click()
    table = visitor.page.locator(".rc-tableau table").first
    table.wait_for()
    header = table.get_by_role("button", name="Temps médian")
    column = header.evaluate("button => button.closest('th').cellIndex")

    def shown() -> list[str]:
        cells = table.locator(f"tbody tr:not([hidden]) > :nth-child({column + 1})").all_inner_texts()
        return [cell.replace("\u00a0", " ").replace("\u202f", " ") for cell in cells]

    header.click()
    rising = shown()
    header.click()
    assert rising[-1] == shown()[0] == "pas de route"
    assert table.locator("th[aria-sort='descending']").count() == 1
    visitor.page.get_by_role("searchbox").first.fill("cote")
    assert table.locator("tbody tr:not([hidden])").count() == 2


def test_the_link_that_skips_the_menu_leads_to_the_title(server: Server, visitor: Visitor):
    visitor.open(server.url + "/methode")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(".rc-saut")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.tagName") == "H1"


def test_no_english_word_names_anything_on_screen(server: Server, visitor: Visitor):
    visitor.open(server.url + COVERAGE)
    visitor.map()
    names = visitor.page.evaluate(
        "[...document.querySelectorAll('[aria-label],[title],[alt],[placeholder]')].flatMap(element =>"
        " ['aria-label', 'title', 'alt', 'placeholder'].map(name => element.getAttribute(name)).filter(Boolean))"
    )
    english = re.compile(
        r"\b(open|close|menu item|sidebar|navigate|search|download|fullscreen|the|choose|clear)\b", re.I
    )
    assert [name for name in names if english.search(name)] == []


def test_a_filter_followed_to_another_page_is_undone_by_one_step_back(server: Server, visitor: Visitor):
    visitor.open(server.url + COVERAGE)
    visitor.page.get_by_role("link", name="Annuaire").first.click()
    expect(visitor.page).to_have_url(re.compile("/annuaire"))
    visitor.wait()
    visitor.page.go_back()
    expect(visitor.page).to_have_url(re.compile(r"/couverture\?filiere=RESPIFIL"))

"""The page Distance in a real browser: the heat map, a click on a commune, the keyboard, deep links, both sizes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from rarecare.bench_maps import count_received
from tests.browser.test_accessibility import faults
from tests.browser.test_interface import WIRE_BUDGET_BYTES, wait_for_redraw

TIMES = "/distance?filiere=RESPIFIL"
WITHOUT = "/distance?filiere=RESPIFIL&volet=dependance&sans=21231"
COMPARED = "/distance?filiere=RESPIFIL&volet=comparer&comparer=filieres&filiere_b=OSCAR"
SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
DRAWN = """() => {
    const map = document.querySelector('#map_div'), image = document.querySelector('.rc-image');
    return map && map.dataset.tracees && image && image.naturalWidth > 0;
}"""
# Draws the picture where its pixels can be read: colours by the number of cells that have them.
COLOURS = """() => {
    const image = document.querySelector('.rc-image'), canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const found = {}, data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < data.length; i += 4) {
        const key = data[i + 3] ? [data[i], data[i + 1], data[i + 2]].join(',') : 'clear';
        found[key] = (found[key] || 0) + 1;
    }
    return found;
}"""


def open_map(visitor, url, index=0):
    visitor.open(url)
    frame = visitor.map(index)
    frame.wait_for_function(DRAWN)
    return frame


def draws(frame):
    return int(frame.locator("#map_div").get_attribute("data-tracees"))


def click_place(visitor, frame, latitude, longitude):
    """Click with the mouse at a place of the map."""
    frame.frame_element().scroll_into_view_if_needed()
    point = frame.evaluate(
        f"(() => {{ const p = map.latLngToContainerPoint([{latitude}, {longitude}]); return [p.x, p.y]; }})()"
    )
    box = frame.frame_element().bounding_box()
    visitor.page.mouse.click(box["x"] + point[0], box["y"] + point[1])


@pytest.mark.parametrize(("url", "classes"), [(TIMES, 6), (WITHOUT, 4), (COMPARED, 8)])
def test_the_picture_of_the_communes_is_seen_in_several_colours(server, visitor, url, classes):
    frame = open_map(visitor, server.url + url)
    expect(frame.locator(".rc-image")).to_be_visible()
    colours = frame.evaluate(COLOURS)
    assert colours.pop("clear") > 0
    assert sum(1 for cells in colours.values() if cells > 200) >= classes
    assert visitor.outside_requests(server) == []
    assert visitor.complaints == []


def test_borders_frames_and_hospitals_are_above_the_picture(server, visitor):
    frame = open_map(visitor, server.url + TIMES)
    assert frame.locator("path.rc-territoire").count() == 101
    assert frame.locator(".rc-cadre").count() == 5
    assert frame.locator(".rc-site").count() > 30


def test_a_click_on_the_map_fills_the_sheet_of_that_commune(server, visitor):
    frame = open_map(visitor, server.url + TIMES)
    before = draws(frame)
    click_place(visitor, frame, 44.5180, 3.5010)
    visitor.page.locator(".rc-fiche h2", has_text="Mende").wait_for()
    expect(visitor.page).to_have_url(re.compile("commune=48095"))
    expect(visitor.page).to_have_url(re.compile("departement=48"))
    assert visitor.page.locator(".rc-proches li").count() == 3
    wait_for_redraw(frame, before)
    frame.locator(".rc-bulle-choix", has_text="Mende").wait_for()


def test_a_click_in_a_frame_gives_the_overseas_commune(server, visitor, built_settings):
    from rarecare.dataset.store import shared_dataset
    from rarecare.territory.atlas import load_placement

    communes = shared_dataset(built_settings).communes
    rank = communes.index_of("97411")
    # Half-way to the middle of the island: the town hall of a coast is too near the sea to be clicked.
    longitude, latitude = load_placement(built_settings.geo_dir).to_atlas([55.45], [-20.95], ["974"])
    frame = open_map(visitor, server.url + TIMES)
    click_place(visitor, frame, latitude[0], longitude[0])
    visitor.page.locator(".rc-fiche .rc-sous", has_text="La Réunion").wait_for()
    assert communes.departements[rank] == "974"


def test_a_click_on_a_map_half_out_of_sight_does_not_move_the_page(server, new_visitor):
    visitor = new_visitor(viewport={"width": 1280, "height": 760})
    frame = open_map(visitor, server.url + TIMES)
    main = visitor.page.get_by_test_id("stMain")
    before = main.evaluate("element => element.scrollTop")
    box = frame.frame_element().bounding_box()
    visitor.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 120)
    visitor.page.locator(".rc-fiche h2").wait_for()
    assert main.evaluate("element => element.scrollTop") == before


def test_a_click_on_a_hospital_draws_the_map_without_its_town(server, visitor):
    frame = open_map(visitor, server.url + "/distance?filiere=RESPIFIL&volet=dependance")
    before = draws(frame)
    frame.locator(".rc-site[aria-label*='Dijon']").first.click()
    visitor.page.locator(".rc-reponse", has_text="Sans Dijon").wait_for()
    expect(visitor.page).to_have_url(re.compile("sans=21231"))
    wait_for_redraw(frame, before)
    assert "mode=sans" in frame.locator(".rc-image").get_attribute("src")


def test_a_commune_is_reached_and_read_with_the_keyboard_alone(server, visitor):
    open_map(visitor, server.url + TIMES)
    field = visitor.page.get_by_label("Chercher une commune")
    field.focus()
    visitor.page.keyboard.type("mende")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".rc-fiche h2", has_text="Mende").wait_for()
    expect(visitor.page).to_have_url(re.compile("commune=48095"))


def test_a_hospital_is_chosen_with_the_keyboard_alone(server, visitor):
    frame = open_map(visitor, server.url + "/distance?filiere=RESPIFIL&volet=dependance")
    frame.locator(".rc-site[tabindex='0']").focus()
    visitor.page.keyboard.press("ArrowUp")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".rc-reponse", has_text=re.compile("^Sans ")).wait_for()


def test_a_deep_link_on_a_fresh_server_rebuilds_the_view(fresh_server, visitor):
    frame = open_map(visitor, fresh_server.url + WITHOUT + "&commune=21231")
    visitor.page.locator("footer.rc-pied").wait_for()
    assert visitor.page.get_by_test_id("stSidebarNav").count() == 0
    assert visitor.page.locator(".rc-reponse").inner_text().startswith("Sans Dijon")
    assert visitor.page.locator(".rc-fiche h2").inner_text() == "Dijon"
    assert "sans=21231" in frame.locator(".rc-image").get_attribute("src")


def test_going_back_closes_the_sheet(server, visitor):
    frame = open_map(visitor, server.url + TIMES)
    click_place(visitor, frame, 44.5180, 3.5010)
    visitor.page.locator(".rc-fiche").wait_for()
    visitor.page.go_back()
    visitor.page.locator(".rc-fiche").wait_for(state="detached")


def test_a_change_of_filter_changes_the_picture_in_the_same_frame_within_the_budget(server, visitor):
    frame = open_map(visitor, server.url + TIMES)
    visitor.wait()
    received = count_received(visitor.page.context.new_cdp_session(visitor.page))
    before, address = draws(frame), frame.locator(".rc-image").get_attribute("src")
    visitor.page.get_by_text("Expertise", exact=True).click()
    wait_for_redraw(frame, before)
    visitor.wait()
    assert frame in visitor.page.frames
    assert frame.locator(".rc-image").count() == 1
    assert frame.locator(".rc-image").get_attribute("src") != address
    assert 0 < received() <= WIRE_BUDGET_BYTES


def test_three_maps_are_compared_and_keep_their_frames(server, visitor):
    visitor.open(server.url + COMPARED)
    frames = [visitor.map(index) for index in range(3)]
    for frame in frames:
        frame.wait_for_function(DRAWN)
    addresses = [frame.locator(".rc-image").get_attribute("src") for frame in frames]
    assert [re.search(r"mode=(\w+)", address)[1] for address in addresses] == ["difference", "temps", "temps"]
    visitor.page.get_by_text("Expertise et proximité", exact=True).click()
    visitor.page.locator(".rc-reponse", has_text="Du niveau expertise").wait_for()
    assert frames[0] in visitor.page.frames


def test_an_empty_selection_is_a_sentence_and_no_map(server, visitor):
    visitor.open(f"{server.url}/distance?filiere=FILSLAN&public=enfant&provenance=a_confirmer&periode=sans")
    visitor.page.get_by_role("alert").filter(has_text="n’est connu de RareCare").wait_for()
    assert visitor.page.locator("iframe").count() == 0


@pytest.mark.parametrize(
    "url", [TIMES + "&commune=48095", WITHOUT, COMPARED], ids=["times", "without", "compared"]
)
@pytest.mark.parametrize("size", SIZES)
def test_no_view_has_a_serious_fault_nor_scrolls_sideways(server, new_visitor, url, size):
    visitor = new_visitor(viewport=SIZES[size])
    open_map(visitor, server.url + url)
    assert faults(visitor) == {}
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    assert visitor.outside_requests(server) == []
    assert visitor.complaints == []

"""What a screen reader and a small screen need of every page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from rarecare.api.pages import HOME, page_slugs

# Rule of axe: why what it reports in Streamlit's own frame is not ours to mend.
ACCEPTED: dict[str, str] = {}


def addresses(repository):
    """Return the paths of the pages that exist."""
    return ["/", *(f"/{slug}" for slug in sorted(page_slugs(repository / "pages") - {HOME}))]


def faults(visitor):
    """Return the serious faults that axe finds on the page, frames included."""
    found = Axe().run(visitor.page).response["violations"]
    return {
        fault["id"]: [node["html"][:200] for node in fault["nodes"]]
        for fault in found
        if fault["impact"] in {"serious", "critical"} and fault["id"] not in ACCEPTED
    }


def test_no_page_has_a_serious_fault(server, new_visitor, repository):
    for path in addresses(repository):
        assert faults(new_visitor().open(server.url + path)) == {}, path


def test_no_page_scrolls_sideways_on_a_phone(server, new_visitor, repository):
    for path in addresses(repository):
        visitor = new_visitor(viewport={"width": 390, "height": 844}).open(server.url + path)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390, path

"""The Streamlit script: menu, style, the chosen page, foot. Runs from top to bottom at each interaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from rarecare.metrics import script_timed
from rarecare.settings import load_settings
from rarecare.ui import texts
from rarecare.ui.components import fictitious_banner, user_errors
from rarecare.ui.start import STARTED, existing_pages, frame_bottom, frame_top, is_fictitious
from rarecare.ui.theme import PAGE_TITLE

_ROOT = Path(__file__).resolve().parent.parent.parent
_PAGES_DIR = _ROOT / "pages"
_FLAT_MENU = 6


def menu(pages_dir: Path) -> dict[str, list[Any]]:
    """Return the pages whose file exists, by section of the menu; entries without section come first."""
    found = existing_pages(pages_dir)
    sections: dict[str, list[Any]] = {}
    for page, file in found:
        # A few pages read better side by side than behind sections of one entry each.
        section = page.section if len(found) > _FLAT_MENU else ""
        sections.setdefault(section, []).append(
            st.Page(file, title=page.menu, url_path=page.slug, default=not sections)
        )
    return sections


def browser_title(slug: str) -> str:
    """Return the title of the browser tab for the page at ``slug``; the first page has the name of the product."""
    titles = {page.slug: f"{page.title} – {texts.PRODUCT}" for page in texts.PAGES[1:]}
    return titles.get(slug, PAGE_TITLE)


def data_version() -> str:
    """Return the version of the data in force, empty when nothing is built."""
    from rarecare.dataset.versions import current_version

    return current_version(load_settings().build_dir) or ""


def shows_fictitious_data() -> bool:
    """Tell whether the data in force holds made-up rows; an unreadable version is told by the page."""
    version = data_version()
    return bool(version) and is_fictitious(load_settings().build_dir, version)


def run(pages_dir: Path = _PAGES_DIR) -> None:
    """Show the page that the address names."""
    static = load_settings().static_dir
    page = st.navigation(menu(pages_dir), position="top")
    st.set_page_config(
        browser_title(page.url_path),
        page_icon=static / "icone.png",
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.logo(str(static / "logo.png"), size="large")
    st.session_state[STARTED] = True
    frame_top()
    if shows_fictitious_data():
        fictitious_banner()
    with st.container(key="rc_page"), user_errors(), script_timed(page.url_path or texts.PAGES[0].slug):
        page.run()
    frame_bottom(data_version())


if __name__ == "__main__":
    run()

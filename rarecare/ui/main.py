"""The Streamlit script: menu, style, the chosen page, foot. Runs from top to bottom at each interaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from rarecare.settings import load_settings
from rarecare.ui import texts
from rarecare.ui.components import user_errors
from rarecare.ui.start import STARTED, frame_bottom, frame_top
from rarecare.ui.theme import PAGE_TITLE

_ROOT = Path(__file__).resolve().parent.parent.parent
_PAGES_DIR = _ROOT / "pages"


def menu(pages_dir: Path) -> dict[str, list[Any]]:
    """Return the pages whose file exists, by section of the menu; entries without section come first."""
    sections: dict[str, list[Any]] = {}
    for page in texts.PAGES:
        file = pages_dir / f"{page.slug.replace('-', '_')}.py"
        if file.exists():
            first = not sections
            sections.setdefault(page.section, []).append(
                st.Page(file, title=page.menu, url_path=page.slug, default=first)
            )
    return sections


def data_version() -> str:
    """Return the version of the data in force, empty when nothing is built."""
    from rarecare.dataset.versions import current_version

    return current_version(load_settings().build_dir) or ""


def run(pages_dir: Path = _PAGES_DIR) -> None:
    """Show the page that the address names."""
    static = load_settings().static_dir
    st.set_page_config(
        PAGE_TITLE, page_icon=static / "icone.png", layout="wide", initial_sidebar_state="collapsed"
    )
    st.logo(str(static / "logo.png"), size="large")
    st.session_state[STARTED] = True
    page = st.navigation(menu(pages_dir), position="top")
    frame_top()
    with st.container(key="rc_page"), user_errors():
        page.run()
    frame_bottom(data_version())


if __name__ == "__main__":
    run()

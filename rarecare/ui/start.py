"""What every page begins with: its name, its style, its rights, and the data it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rarecare.access.selection import PUBLIC_PROVENANCE
from rarecare.dataset.attributions import ATTRIBUTIONS
from rarecare.errors import UserError
from rarecare.french import typography
from rarecare.settings import Settings, load_settings
from rarecare.ui import texts
from rarecare.ui.components import error_box

if TYPE_CHECKING:
    from rarecare.dataset.store import Dataset

STARTED = "rc_script_principal"
_BY_SLUG = {page.slug: page for page in texts.PAGES}


@dataclass(frozen=True)
class Context:
    """What a page knows before it reads a filter.

    Parameters
    ----------
    slug
        Path of the page.
    settings
        Settings of the server.
    """

    slug: str
    settings: Settings

    @property
    def public(self) -> bool:
        """Whether the page is shown to the public: published data only."""
        return self.settings.public

    @property
    def locked(self) -> dict[str, str]:
        """Filters that the reader may not change."""
        return {"provenance": PUBLIC_PROVENANCE} if self.public else {}

    @cached_property
    def dataset(self) -> Dataset:
        """The data in force, opened once a process."""
        from rarecare.dataset.store import shared_dataset

        return shared_dataset(self.settings)


def start_page(slug: str, *, intro: str = "") -> Context:
    """Open a page: check that it runs inside RareCare, load the style, write the title.

    Parameters
    ----------
    slug
        One of :data:`rarecare.ui.texts.PAGES`.
    intro
        One line under the title.
    """
    page = _BY_SLUG[slug]
    if not st.session_state.get(STARTED):
        error_box(UserError(texts.NOT_STARTED, remedy=texts.NOT_STARTED_REMEDY))
        st.stop()
    line = f'<p class="rc-sous">{escape(intro)}</p>' if intro else ""
    st.html(f'<h1 class="rc-page" id="contenu" tabindex="-1">{page.title}</h1>{line}')
    return Context(slug, load_settings())


def frame_top() -> None:
    """Write the link that skips the menu."""
    st.html(f'<a class="rc-saut" href="#contenu">{texts.SKIP}</a>')


def frame_bottom(version: str) -> None:
    """Write the foot of every page: licences and version of the data."""
    line = f"<p>Données version {escape(version)}.</p>" if version else ""
    baseline = texts.BASELINE[0].lower() + texts.BASELINE[1:]
    st.html(
        f'<footer class="rc-pied"><p><strong>{texts.PRODUCT}</strong>, {baseline}.</p>'
        f"<p>{texts.LICENCES}</p><p>{_required_texts()}</p>{line}</footer>"
    )


# Kept here and not in the main script, which Streamlit makes anew, caches and all, at each run.
@lru_cache(maxsize=8)
def existing_pages(pages_dir: Path) -> tuple[tuple[texts.PageText, Path], ...]:
    """Return the pages whose file exists, in the order of the menu, each with its file."""
    files = ((page, pages_dir / f"{page.slug.replace('-', '_')}.py") for page in texts.PAGES)
    return tuple((page, file) for page, file in files if file.exists())


@lru_cache(maxsize=8)
def is_fictitious(build_dir: Path, version: str) -> bool:
    """Tell whether a version holds made-up rows; an unreadable one is told by the page."""
    from rarecare.dataset.versions import read_manifest

    try:
        return bool(read_manifest(build_dir, version).get("fictitious"))
    except UserError:
        return False


@lru_cache(maxsize=1)
def _required_texts() -> str:
    """Return the texts that the licences of the data require, on every screen, their addresses as links."""
    told = escape(typography(" ".join(attribution.text for attribution in ATTRIBUTIONS)))
    return re.sub(r"https://[\w.]+\w", r'<a href="\g<0>" rel="noopener" target="_blank">\g<0></a>', told)

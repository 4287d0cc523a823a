"""A reader of the pages, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rarecare.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "rarecare" / "ui" / "main.py"


class Reader:
    """One visit of one page."""

    def __init__(self, app: AppTest) -> None:
        self.app = app

    @property
    def html(self) -> list[str]:
        """HTML blocks of the page, in order."""
        return [element.proto.body for element in self.app.get("html")]

    @property
    def words(self) -> str:
        """All the words of the HTML blocks, tags removed and spaces made plain."""
        text = html.unescape(re.sub(r"<[^>]+>", " ", " ".join(self.html)))
        return re.sub(r"[\s\u00a0\u202f]+", " ", text)

    def block(self, css: str) -> str:
        """Return the words of the first block of a class."""
        found = next(block for block in self.html if f'class="{css}"' in block)
        return re.sub(r"[\s\u00a0\u202f]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", found))).strip()

    @property
    def warnings(self) -> list[str]:
        """Sentences shown as warnings, spaces made plain."""
        return [re.sub(r"[\u00a0\u202f]", " ", element.value) for element in self.app.warning]


@pytest.fixture
def visit(built_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Reader]:
    """Return a function that opens a page at an address: ``visit("couverture", filiere="RESPIFIL")``."""

    def open_page(
        slug: str, *, public_view: bool = False, build_dir: Path | None = None, **query: str
    ) -> Reader:
        monkeypatch.setenv("RARECARE_BUILD_DIR", str(build_dir or built_settings.build_dir))
        monkeypatch.setenv("RARECARE_PUBLIC", "oui" if public_view else "non")
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        app.run()
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(str(ROOT / "pages" / f"{slug}.py")).run()
        assert not app.exception, app.exception
        return Reader(app)

    return open_page

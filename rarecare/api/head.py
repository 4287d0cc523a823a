"""What the page that loads the interface asks for at once, instead of when the interface comes to need it.

Streamlit fetches the code of an element when the first element of its kind arrives, and the frame of a map fetches
Leaflet and the outlines once it stands: a first visit would wait for each in turn. The addresses are relative, as
those of Streamlit are, so that they hold behind any prefix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import escape
from pathlib import Path

from rarecare.api.page import PageLinks
from rarecare.assets import FRONTEND_PREFIX, STATIC_PREFIX, carte_folder, static_folder
from rarecare.settings import Settings

STYLE = "rarecare.css"
SCRIPT = "rarecare.js"
_FONT = 'as="font" type="font/woff2" crossorigin'
_FONTS = tuple(f"fonts/fira-sans-latin-{weight}-normal.woff2" for weight in (400, 600, 700))
_MAP_FILES = ("leaflet/leaflet.js", "leaflet/leaflet.css", "rarecare-map.js", "rarecare-map.css")
_MAP_OUTLINES = ("departements_atlas.geojson", "cadres.geojson")
# The elements of the first screen of every page with a map, by the name that Streamlit gives their code.
_ELEMENTS = ("Html", "Selectbox", "ButtonGroup", "ComponentInstance")
_IMPORTS = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


def page_links(settings: Settings, *, frontend_dir: Path) -> Callable[[], PageLinks]:
    """Return what gives the links to add to the page; ``frontend_dir`` holds its ``index.html``.

    The style sheet stands in the body because Streamlit writes its own styles at the end of the head, and the last
    of two equal rules wins. Files are read at each call, so that a changed file changes its address.
    """
    static, carte = static_folder(settings.static_dir), carte_folder(settings.geo_dir)

    def links() -> PageLinks:
        script = f'<script defer src="{_relative(static.url(SCRIPT))}"></script>'
        head = [
            # Without a version: a browser uses what was asked for by the very address that the style sheet has.
            *(_link("preload", STATIC_PREFIX + name, _FONT) for name in _FONTS),
            *(
                _link("modulepreload", f"{FRONTEND_PREFIX}js/{name}", "crossorigin")
                for name in _chunks(frontend_dir)
            ),
            *(_link("prefetch", static.url(name)) for name in _MAP_FILES),
            *(_link("prefetch", carte.url(name)) for name in _MAP_OUTLINES),
        ]
        return PageLinks(script, "\n    ".join(head), _link("stylesheet", static.url(STYLE)))

    return links


@lru_cache(maxsize=4)
def _chunks(frontend_dir: Path) -> tuple[str, ...]:
    """Return the files of the first screen's elements, and those that they import, that the page does not ask for."""
    folder, asked = frontend_dir / "static" / "js", (frontend_dir / "index.html").read_text(encoding="utf-8")
    waiting = [path.name for element in _ELEMENTS for path in sorted(folder.glob(f"{element}.*.js"))]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop()
        if name not in found and (folder / name).is_file():
            found[name] = None
            waiting.extend(_imports(folder / name))
    return tuple(name for name in found if name not in asked)


def _imports(path: Path) -> Iterator[str]:
    return (match[1] for match in _IMPORTS.finditer(path.read_text(encoding="utf-8")))


def _link(relation: str, address: str, attributes: str = "") -> str:
    return f'<link rel="{relation}" href="{_relative(address)}" {attributes}'.rstrip() + ">"


def _relative(address: str) -> str:
    return escape(f".{address}")

"""Which addresses are pages: the home page under its own name, and a French answer for an address that is nothing.

Streamlit answers every unknown address with its interface and status 200, then opens an English dialogue.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rarecare.api.observe import family

HOME = "accueil"
"""Streamlit serves its first page at ``/`` only; this is its name in the links people write."""

TITLES = {
    HOME: "Accueil",
    "couverture": "Couverture du territoire",
    "distance": "Distance à l’expertise",
    "filieres": "Filières de santé maladies rares",
    "etablissements": "Établissements",
    "files-actives": "Files actives",
    "scenarios": "Scénarios",
    "teleexpertise": "Télé-expertise",
    "annuaire": "Trouver un centre",
    "donnees": "Données",
    "methode": "Méthode et limites",
}
"""Titles of the pages by path, those of their first headings; a page not yet made is left out."""

_FILES_OF_STREAMLIT = {"favicon.png", "manifest.json"}
_MISSING = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Page introuvable – RareCare</title><link rel="icon" href="/app/static/icone.svg" type="image/svg+xml">
<style>body{{font:1.1rem/1.6 system-ui,sans-serif;margin:15vh auto;max-width:36rem;padding:0 1.5rem;color:#10262c}}
a{{color:#0b5a66}}</style></head>
<body><main><h1>Page introuvable</h1>
<p>RareCare n’a pas de page à l’adresse «\u00a0{path}\u00a0».</p>
<p>Ses pages sont\u00a0:</p><ul>{pages}</ul></main></body></html>
"""


def page_slugs(pages_dir: Path) -> frozenset[str]:
    """Return the paths of the pages of a folder, without ``/``: ``files_actives.py`` is at ``files-actives``."""
    return frozenset(file.stem.replace("_", "-") for file in pages_dir.glob("*.py"))


def _path(slug: str) -> str:
    return "" if slug == HOME else slug


class KnownPages:
    """Let known pages and service addresses through; send the rest a French page with status 404."""

    def __init__(self, app: ASGIApp, *, pages_dir: Path) -> None:
        self.app = app
        self.slugs = page_slugs(pages_dir)
        known = {slug: title for slug, title in TITLES.items() if slug in self.slugs}
        self.listed = "".join(
            f'<li><a href="/{_path(slug)}">{title}</a></li>' for slug, title in known.items()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP goes through untouched."""
        path = scope["path"].strip("/") if scope["type"] == "http" else ""
        if path == HOME:
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse("/" + (f"?{query}" if query else ""), 307)(scope, receive, send)
        elif not path or path in self.slugs | _FILES_OF_STREAMLIT or family(scope["path"]) != "page":
            await self.app(scope, receive, send)
        else:
            page = _MISSING.format(path=escape("/" + path[:100]), pages=self.listed)
            await HTMLResponse(page, 404)(scope, receive, send)

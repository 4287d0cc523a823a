"""The page that loads the interface, put into French before it leaves.

Streamlit writes its own ``index.html`` in English, with its name as title, a link to an interface that RareCare
closes, and a script in the page that the content security policy would refuse.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TITLE = "RareCare – Atlas de l’expertise maladies rares"
DESCRIPTION = (
    "Où sont les centres experts des maladies rares en France, et qui vit à quelle distance : "
    "couverture, temps d’accès, annuaire des centres labellisés."
)
NO_SCRIPT = (
    "RareCare a besoin de JavaScript pour dessiner ses cartes et ses tableaux. "
    "Activez-le dans votre navigateur, puis rechargez la page."
)

_NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_FIRST_SCRIPT = '<script type="module"'
_HEAD_END = "</head>"
_ROOT = '<div id="root">'
_CHANGES = (
    (re.compile(r'<html lang="en"'), '<html lang="fr"'),
    (re.compile(r"<!--.*?-->\s*", re.DOTALL), ""),
    (re.compile(r'<link rel="service-desc"[^>]*>\s*'), ""),
    (re.compile(r'href="./favicon.png"'), 'href="./app/static/icone.svg" type="image/svg+xml"'),
    (re.compile(r"<script>\s*window\.prerenderReady = false\s*</script>\s*"), ""),
    (
        re.compile(r"<title>Streamlit</title>"),
        f'<title>{TITLE}</title>\n    <meta name="description" content="{DESCRIPTION}" />',
    ),
    (re.compile(r"<title>Streamlit Folium Component</title>"), "<title>Carte</title>"),
    (_NO_SCRIPT, f"<noscript><p>{NO_SCRIPT}</p></noscript>"),
)


def in_french(html: str) -> str:
    """Return a page of Streamlit, or of its map component, with language, title and fallback text in French."""
    for pattern, replacement in _CHANGES:
        html = pattern.sub(replacement, html)
    return html


@dataclass(frozen=True)
class PageLinks:
    """What the page of the interface gains.

    ``script`` runs before its own scripts, ``head`` is fetched after them, ``body`` stands before what they draw.
    """

    script: str = ""
    head: str = ""
    body: str = ""


def with_links(html: str, links: PageLinks) -> str:
    """Return the page of the interface with ``links``; a page of another kind, such as a frame, as it is."""
    if not all(mark in html for mark in (_FIRST_SCRIPT, _HEAD_END, _ROOT)):
        return html
    for mark, added in ((_FIRST_SCRIPT, links.script), (_HEAD_END, links.head), (_ROOT, links.body)):
        html = html.replace(mark, f"{added}\n    {mark}" if added else mark, 1)
    return html


class FrenchPage:
    """Rewrite the complete HTML answers by :func:`in_french` and :func:`with_links`; the others go through untouched.

    ``links`` is asked at each page, for addresses that change with the content of files.
    """

    def __init__(self, app: ASGIApp, *, links: Callable[[], PageLinks] = PageLinks) -> None:
        self.app = app
        self.links = links

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Rewriter(send, self.links))


class _Rewriter:
    """The ``send`` of one answer: holds an HTML answer back until it is complete."""

    def __init__(self, send: Send, links: Callable[[], PageLinks]) -> None:
        self.send = send
        self.links = links
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self.start)

    async def _finish(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        packed = headers.get("content-encoding") == "gzip"
        # An answer to HEAD has no body to rewrite, and a length that would no longer be true.
        if self.body:
            html = (gzip.decompress(self.body) if packed else self.body).decode("utf-8")
            content = with_links(in_french(html), self.links()).encode("utf-8")
            self.body = gzip.compress(content, mtime=0) if packed else content
            headers["content-length"] = str(len(self.body))
        elif "content-length" in headers:
            del headers["content-length"]
        # They describe the English page: a browser would otherwise be told that its old copy is good.
        for name in ("etag", "last-modified", "accept-ranges"):
            if name in headers:
                del headers[name]
        await self.send(start)
        await self.send({"type": "http.response.body", "body": self.body})


def _is_page(start: Message) -> bool:
    headers = MutableHeaders(scope=start)
    return bool(start["status"] == 200 and headers.get("content-type", "").startswith("text/html"))

"""The layers around every answer, outermost first."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from starlette.middleware import Middleware

from rarecare.api.files import CompressedFrontend
from rarecare.api.head import page_links
from rarecare.api.observe import RequestLog
from rarecare.api.page import FrenchPage
from rarecare.api.pages import KnownPages
from rarecare.api.security import ClosedAddresses, OwnOriginOnly, SecurityHeaders
from rarecare.settings import Settings

_PAGES_DIR = Path(__file__).resolve().parents[2] / "pages"


def middleware(settings: Settings, *, frontend_dir: Path) -> list[Middleware]:
    """Return the middleware of the application; ``frontend_dir`` holds the ``index.html`` of Streamlit.

    Headers come first so that an error answer has them too; the log comes before what may refuse a request.
    """
    return [
        Middleware(
            SecurityHeaders,
            frame_ancestors=settings.frame_ancestors,
            tile_origin=_origin(settings.tile_url),
        ),
        Middleware(RequestLog),
        Middleware(OwnOriginOnly),
        Middleware(ClosedAddresses, uploads=settings.screen_imports and not settings.public),
        Middleware(KnownPages, pages_dir=_PAGES_DIR),
        Middleware(CompressedFrontend, frontend_dir=frontend_dir),
        Middleware(FrenchPage, links=page_links(settings, frontend_dir=frontend_dir)),
    ]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

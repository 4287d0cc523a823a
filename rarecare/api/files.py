"""Endpoint that sends the files of one folder, compressed once and kept by browsers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from rarecare.assets import FRONTEND_PREFIX, Asset, AssetFolder, frontend_folder

FOR_EVER = "public, max-age=31536000, immutable"


def send_files(
    folder: AssetFolder, *, named_by_content: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that sends a file of ``folder`` named by the path parameter ``fichier``.

    The answer may be kept for a year when ``?v=`` is the version of the content, or when the files are
    ``named_by_content``, and is checked again otherwise.
    """
    sent: set[str] = set()

    async def answer(request: Request) -> Response:
        name = request.path_params["fichier"]
        # In a thread at first: a large file takes long to compress, and the other visitors must not wait. Not after:
        # a thread costs several times what a file in memory does, and a first visit asks for a hundred of them.
        asset = folder.find(name) if name in sent else await run_in_threadpool(_ready, folder, name)
        if asset is None:
            return JSONResponse({"message": "Fichier inconnu."}, status_code=404)
        sent.add(name)
        fresh = named_by_content or request.query_params.get("v") == asset.version
        return _response(asset, request, fresh=fresh)

    return answer


def _ready(folder: AssetFolder, name: str) -> Asset | None:
    asset = folder.find(name)
    if asset is not None:
        _ = asset.compressed, asset.version
    return asset


def _response(asset: Asset, request: Request, *, fresh: bool) -> Response:
    packed = asset.compressed if _accepts_gzip(request.headers.get("accept-encoding", "")) else None
    etag = f'"{asset.version}-gzip"' if packed is not None else f'"{asset.version}"'
    headers = {
        "ETag": etag,
        "Cache-Control": FOR_EVER if fresh else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = asset.media_type
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.content if packed is None else packed, headers=headers)


class CompressedFrontend:
    """Send the files of Streamlit's interface compressed: two thirds fewer bytes on a first visit.

    Streamlit sends them as they are, to spare the processor; here each is compressed once.
    """

    def __init__(self, app: ASGIApp, *, frontend_dir: Path) -> None:
        self.app = app
        endpoint = send_files(frontend_folder(frontend_dir), named_by_content=True)
        self.files = Router([Route(FRONTEND_PREFIX + "{fichier:path}", endpoint)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but a file of the interface goes through untouched."""
        ours = scope["type"] == "http" and scope["path"].startswith(FRONTEND_PREFIX)
        await (self.files if ours else self.app)(scope, receive, send)


def _matches(if_none_match: str, etag: str) -> bool:
    if if_none_match.strip() == "*":
        return True
    return etag in {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}


def _accepts_gzip(accept_encoding: str) -> bool:
    for choice in accept_encoding.lower().split(","):
        name, _, parameters = choice.partition(";")
        if name.strip() in {"gzip", "*"}:
            return parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False

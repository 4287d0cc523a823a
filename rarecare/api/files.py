"""Endpoint that sends the files of one folder, compressed once and kept by browsers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rarecare.assets import Asset, AssetFolder

FOR_EVER = "public, max-age=31536000, immutable"


def send_files(folder: AssetFolder) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that sends a file of ``folder`` named by the path parameter ``fichier``.

    The answer may be kept for a year when ``?v=`` is the version of the content, and is checked again otherwise.
    """

    async def answer(request: Request) -> Response:
        asset = folder.find(request.path_params["fichier"])
        if asset is None:
            return JSONResponse({"message": "Fichier inconnu."}, status_code=404)
        return _response(asset, request)

    return answer


def _response(asset: Asset, request: Request) -> Response:
    packed = asset.compressed if _accepts_gzip(request.headers.get("accept-encoding", "")) else None
    etag = f'"{asset.version}-gzip"' if packed is not None else f'"{asset.version}"'
    fresh = request.query_params.get("v") == asset.version
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

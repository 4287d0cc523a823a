"""Security headers of every HTTP answer, and the addresses of Streamlit that RareCare closes.

Pure ASGI on purpose: websocket messages go through without being read.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMPONENT_PREFIX = "/component/"
"""Frames of the map component; the only place where scripts may be made from text."""

CLOSED_PREFIXES = ("/_stcore/agent", "/_stcore/metrics", "/_stcore/script-health-check")
"""Addresses of Streamlit that are of no use here: other ways into the pages, duplicates of ours."""

UPLOAD_PREFIX = "/_stcore/upload_file"
"""Address at which Streamlit takes files: closed where nobody may import any."""

# Streamlit itself: its style sheets are made by script in <style> elements, hence 'unsafe-inline' for styles only.
_PAGE_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
# streamlit-folium adds the script of the map as a <script> element, and hands later layers to eval.
_COMPONENT_POLICY = {
    **_PAGE_POLICY,
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
}


def content_security_policy(path: str, *, frame_ancestors: str = "'self'", tile_origin: str = "") -> str:
    """Return the Content-Security-Policy of the answer at ``path``.

    Parameters
    ----------
    path
        Path of the request.
    frame_ancestors
        Sites that may show RareCare in a frame, in the syntax of the directive.
    tile_origin
        Origin of the background tiles that the operator switched on; empty for none.
    """
    component = path.startswith(COMPONENT_PREFIX)
    policy = dict(_COMPONENT_POLICY if component else _PAGE_POLICY)
    if component and tile_origin:
        policy["img-src"] += f" {tile_origin}"
    policy["frame-ancestors"] = "'self'" if component else frame_ancestors
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


class ClosedAddresses:
    """Answer 404 at :data:`CLOSED_PREFIXES`, whatever Streamlit is told to serve there.

    Without ``uploads``, the address that takes files is closed too: files sent there would fill the memory in vain.
    """

    def __init__(self, app: ASGIApp, *, uploads: bool = True) -> None:
        self.app = app
        self.closed = CLOSED_PREFIXES if uploads else (*CLOSED_PREFIXES, UPLOAD_PREFIX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP goes through untouched."""
        closed = scope["type"] == "http" and scope["path"].startswith(self.closed)
        inner = JSONResponse({"message": "Adresse inconnue."}, status_code=404) if closed else self.app
        await inner(scope, receive, send)


class OwnOriginOnly:
    """Refuse websockets opened by the page of another site.

    Streamlit would refuse them too, but only after asking an outside service for its own public address.
    Behind a reverse proxy, the header ``Host`` must be the public one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the handshake through when it comes from our own pages, or from no page at all."""
        if scope["type"] == "websocket":
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and urlsplit(origin).netloc != headers.get("host"):
                await send({"type": "websocket.close", "code": 1008})
                return
        await self.app(scope, receive, send)


class SecurityHeaders:
    """Add the security headers to every answer."""

    def __init__(self, app: ASGIApp, *, frame_ancestors: str = "'self'", tile_origin: str = "") -> None:
        self.app = app
        self.frame_ancestors = frame_ancestors
        self.tile_origin = tile_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP goes through untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = self._headers(scope["path"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _headers(self, path: str) -> dict[str, str]:
        policy = content_security_policy(
            path, frame_ancestors=self.frame_ancestors, tile_origin=self.tile_origin
        )
        return {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

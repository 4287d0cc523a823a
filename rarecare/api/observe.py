"""One log line and one count a request, without what readers typed: the query string is never kept."""

from __future__ import annotations

import logging
import time

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rarecare import metrics
from rarecare.logs import log_bug

_LOGGER = logging.getLogger("rarecare.requests")
# A closed list: an address invented by a visitor must not make a new counter.
_FAMILIES = {
    "healthz": "sante",
    "metrics": "sante",
    "carte": "carte",
    "api": "api",
    "app": "fichiers",
    "static": "fichiers",
    "component": "composant",
    "media": "telechargement",
    "_stcore": "streamlit",
}
_QUIET = {"fichiers", "streamlit", "sante"}
_METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}


def family(path: str) -> str:
    """Return the kind of address that ``path`` is; ``page`` for all that is not a service address."""
    if "/_stcore/" in path:  # also under the name of a page: the interface looks there first on a deep link
        return "streamlit"
    return _FAMILIES.get(path.lstrip("/").partition("/")[0], "page")


class RequestLog:
    """Log and count each HTTP request, count the open browser sessions."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; messages of a websocket are not read."""
        if scope["type"] == "websocket":
            with metrics.SESSIONS.track_inprogress():
                await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._observed(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _observed(self, scope: Scope, receive: Receive, send: Send) -> None:
        start, status = time.perf_counter(), 0

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_observed)
        except Exception as error:
            metrics.BUGS.labels("request").inc()
            number = log_bug(error, event="request_failed", path=_loggable(scope["path"]))
            # Half an answer cannot be taken back: the server closes the connection.
            if status:
                raise
            await JSONResponse({"message": f"Erreur interne n° {number}."}, 500)(
                scope, receive, send_observed
            )
        finally:
            _record(scope["method"], scope["path"], status, time.perf_counter() - start)


def _record(method: str, path: str, status: int, seconds: float) -> None:
    kind = family(path)
    metrics.REQUESTS.labels(kind, method if method in _METHODS else "autre", str(status)).inc()
    metrics.REQUEST_SECONDS.labels(kind).observe(seconds)
    level = logging.WARNING if status >= 500 and kind != "sante" else logging.INFO
    if kind in _QUIET and (status < 400 or (kind, status) == ("streamlit", 404)):
        level = logging.DEBUG
    facts = {
        "method": method,
        "path": _loggable(path),
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
    }
    _LOGGER.log(level, "request", extra=facts)


def _loggable(path: str) -> str:
    """Shorten a path that could hold anything; ids of uploads and media say nothing useful."""
    if family(path) in {"telechargement", "streamlit"}:
        return "/" + "/".join(path.lstrip("/").split("/")[: 2 if path.startswith("/_stcore") else 1])
    return path[:120]

"""Call an ASGI application without a server: one request, one complete answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Reply:
    """One complete answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to its end, in a thread of its own: Playwright leaves a loop running in that of the tests."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def ask(
    app: ASGIApp, path: str, *, method: str = "GET", query: str = "", headers: Mapping[str, str] | None = None
) -> Reply:
    """Return the answer of ``app`` to one request."""
    messages: list[Message] = []
    run(app(_scope("http", path, method, query, headers or {}), _no_body, _collect(messages)))
    start = messages[0]
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Reply(start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body)


def handshake(app: ASGIApp, path: str, *, headers: Mapping[str, str]) -> list[Message]:
    """Return the messages that ``app`` sends when a browser asks for a websocket."""
    messages: list[Message] = []
    run(app(_scope("websocket", path, "GET", "", headers), _no_body, _collect(messages)))
    return messages


def answering(status: int = 200, headers: Mapping[str, str] | None = None, *chunks: bytes) -> ASGIApp:
    """Return an application that always gives the same answer, in as many chunks as given."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        for chunk in chunks or (b"",):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return app


def _scope(kind: str, path: str, method: str, query: str, headers: Mapping[str, str]) -> dict[str, Any]:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {
        "type": kind,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": raw,
        "server": ("localhost", 8501),
        "client": ("127.0.0.1", 50000),
        "scheme": "http",
        "http_version": "1.1",
    }
    return scope | ({"method": method} if kind == "http" else {})


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _collect(messages: list[Message]) -> Any:
    async def send(message: Message) -> None:
        messages.append(message)

    return send

"""The maps as a reader gets them: first drawing, drawing after a filter change, bytes sent, in a real Chromium.

Playwright is a tool of development: without it, or without a Chromium, the measures are said not to have been made.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import pandas as pd

from rarecare.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Frame, Page

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGES = ("couverture", "distance")
"""Pages whose first map is measured."""

_QUESTION = "filiere=RESPIFIL"
_LEVELS = ("Expertise", "Proximité")
_COMMANDS = ("chromium", "chromium-browser", "google-chrome")
_VISITS, _CHANGES = 5, 10
_START_SECONDS = 60
_DRAWINGS = """() => {
    const map = document.querySelector('#map_div'), image = document.querySelector('.rc-image');
    const loaded = !image || (image.complete && image.naturalWidth > 0);
    return map && loaded ? Number(map.dataset.tracees || 0) : 0;
}"""


@dataclass(frozen=True)
class MapTimes:
    """What one page took.

    ``first_seconds``: from the address to the drawn map, for visitors whose browser remembers nothing;
    ``change_seconds``: from a click on the level to the map redrawn; ``change_bytes``: what the websocket received
    meanwhile, compressed as it compresses it.
    """

    first_seconds: tuple[float, ...]
    change_seconds: tuple[float, ...]
    change_bytes: tuple[int, ...]


def find_chromium() -> str | None:
    """Return the path of a Chromium: that of RARECARE_CHROMIUM, the system's, else Playwright's; None without any."""
    named = os.environ.get("RARECARE_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for command in _COMMANDS:
        if found := shutil.which(command):
            return found
    return _chromium_of_playwright()


def why_not() -> str:
    """Return, in French, what is missing to measure maps; empty when nothing is."""
    if importlib.util.find_spec("playwright") is None:
        return "non mesuré, paquet « playwright » absent (make install-dev l'ajoute)"
    return "" if find_chromium() else "non mesuré, aucun Chromium (voir RARECARE_CHROMIUM)"


def map_times(settings: Settings) -> dict[str, MapTimes]:
    """Return what the maps of :data:`PAGES` took, by page.

    A server is started for it, and has answered once before anything is timed.
    """
    from playwright.sync_api import sync_playwright

    with running_server(settings) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*CHROMIUM_ARGUMENTS])
        try:
            return {page: _times_of(browser, f"{url}/{page}?{_QUESTION}") for page in PAGES}
        finally:
            browser.close()


def naive_bytes(settings: Settings) -> int:
    """Return the bytes of folium's own map of the départements, compressed as a websocket would send it.

    What a change of filter costs when the outlines travel with the colours: the peer of our own maps.
    """
    outlines = json.loads(
        (settings.geo_dir / "carte" / "departements_atlas.geojson").read_text(encoding="utf-8")
    )
    codes = [feature["id"] for feature in outlines["features"]]
    drawn = folium.Map(tiles=None)
    folium.Choropleth(outlines, data=pd.Series(range(len(codes)), index=codes), key_on="feature.id").add_to(
        drawn
    )
    return len(zlib.compress(drawn.get_root().render().encode()))


def count_received(session: CDPSession) -> Callable[[], int]:
    """Count what the websockets of a page receive from now on; the answer gives the bytes so far."""
    sent = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    sizes: list[int] = []

    def received(event: dict[str, Any]) -> None:
        frame = event["response"]
        payload = frame["payloadData"]
        content = base64.b64decode(payload) if frame["opcode"] == 2 else payload.encode()
        # One context for the whole connection and a flush a message: what permessage-deflate does (RFC 7692).
        sizes.append(len(sent.compress(content) + sent.flush(zlib.Z_SYNC_FLUSH)) - 4)

    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", received)
    return lambda: sum(sizes)


def _times_of(browser: Browser, url: str) -> MapTimes:
    _first_seconds(browser, url)
    first = tuple(_first_seconds(browser, url) for _ in range(_VISITS))
    page = browser.new_page()
    frame = _drawn(page, url)
    changes = [_change(page, frame, _LEVELS[turn % 2]) for turn in range(_CHANGES + 2)][2:]
    page.close()
    return MapTimes(first, tuple(seconds for seconds, _ in changes), tuple(size for _, size in changes))


def _first_seconds(browser: Browser, url: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    start = time.perf_counter()
    _drawn(page, url)
    seconds = time.perf_counter() - start
    context.close()
    return seconds


def _drawn(page: Page, url: str) -> Frame:
    page.goto(url)
    element = page.locator("iframe").first.element_handle()
    frame = element.content_frame() if element else None
    if frame is None:
        raise RuntimeError(f"no map at {url}")
    frame.wait_for_function(f"({_DRAWINGS})() > 0")
    return frame


def _change(page: Page, frame: Frame, level: str) -> tuple[float, int]:
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    session = page.context.new_cdp_session(page)
    received = count_received(session)
    before = frame.evaluate(_DRAWINGS)
    choice = page.get_by_text(level, exact=True).first
    start = time.perf_counter()
    choice.click()
    frame.wait_for_function(f"({_DRAWINGS})() > {before}")
    seconds = time.perf_counter() - start
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    session.detach()
    return seconds, received()


@contextmanager
def running_server(settings: Settings) -> Iterator[str]:
    """Start the site on a free port and return its address; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as directory:
        process = subprocess.Popen(
            [sys.executable, "-m", "rarecare", "serve", "--port", str(port)],
            cwd=directory,
            env=os.environ | {"RARECARE_BUILD_DIR": str(settings.build_dir)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_healthy(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=_START_SECONDS)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310  # http of our own
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _chromium_of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = str(playwright.chromium.executable_path)
    return path if Path(path).exists() else None

"""A real server and a real browser for each test of this folder."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Frame, Locator, Page, Request, sync_playwright

from rarecare.bench_maps import CHROMIUM_ARGUMENTS, find_chromium
from rarecare.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
PAGE_MILLISECONDS = 30_000

_EXPECTED_CONSOLE = re.compile(
    r"Unrecognized feature|allow-scripts and allow-same-origin|GL Driver|Infinite extent"
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, skip them without a browser unless one is required, and run them last.

    Last, because Playwright leaves an event loop running in the main thread until the end of the session.
    """
    here = [item for item in items if Path(item.path).is_relative_to(Path(__file__).parent)]
    missing = bool(here) and find_chromium() is None
    if missing and os.environ.get("RARECARE_BROWSER_REQUIRED"):
        raise pytest.UsageError(
            "RARECARE_BROWSER_REQUIRED is set and there is no Chromium (see RARECARE_CHROMIUM)."
        )
    for item in here:
        item.add_marker(pytest.mark.browser)
        if missing:
            item.add_marker(pytest.mark.skip(reason="no Chromium"))
    of_a_browser = set(here)
    items.sort(key=lambda item: item in of_a_browser)


@dataclass(frozen=True)
class Server:
    """A running RareCare."""

    url: str
    log: Path

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (names in lower case) and body of one GET, whatever the status."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, _lower(answer.headers.items()), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _lower(error.headers.items()), error.read()


def _lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def _rarecare_serve(port: int) -> list[str]:
    return [sys.executable, "-m", "rarecare", "serve", "--port", str(port)]


def streamlit_run(port: int) -> list[str]:
    """Return the command by which Streamlit starts the application by itself."""
    return [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]


@contextmanager
def running_server(
    settings: Settings,
    directory: Path,
    *,
    command: Callable[[int], list[str]] = _rarecare_serve,
    cwd: Path | None = None,
    **environment: str,
) -> Iterator[Server]:
    """Start RareCare by ``command`` on a free port, wait until it is healthy; stop it at the end."""
    port = _free_port()
    server = Server(f"http://localhost:{port}", directory / f"server-{port}.log")
    variables = {
        **os.environ,
        "RARECARE_BUILD_DIR": str(settings.build_dir),
        "PYTHONPATH": str(ROOT),
        "RARECARE_LOG_LEVEL": "DEBUG",
        **environment,
    }
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            command(port), cwd=cwd or directory, env=variables, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_healthy(server, process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if server.get("/healthz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{server.log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def server(built_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return one server for all the tests that leave it as they found it."""
    with running_server(built_settings, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def fresh_server(built_settings: Settings, tmp_path: Path) -> Iterator[Server]:
    """Return a server that nobody has visited yet."""
    with running_server(built_settings, tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the browser of the session."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=[*CHROMIUM_ARGUMENTS])
        yield running
        running.close()


@dataclass
class Visitor:
    """A reader at a browser: opens pages, and remembers all that the browser asked and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PAGE_MILLISECONDS)
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _EXPECTED_CONSOLE.search(message.text):
            self.complaints.append(message.text)

    def open(self, url: str) -> Visitor:
        """Open an address and wait until the page is complete."""
        self.page.goto(url)
        self.wait()
        return self

    def wait(self) -> None:
        """Wait until the script has run and nothing is a placeholder any more."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        for placeholder in ("stSkeleton", "stSpinner", "stAppSkeleton"):
            for element in self.page.get_by_test_id(placeholder).all():
                element.wait_for(state="hidden")

    def map(self, index: int = 0) -> Frame:
        """Return the frame of a map, once Leaflet has drawn in it."""
        frame = self.page.locator("iframe").nth(index).element_handle().content_frame()
        assert frame is not None
        frame.locator(".leaflet-container").first.wait_for()
        return frame

    def text(self) -> str:
        """Return all the words on the page."""
        return self.page.locator("body").inner_text()

    def main(self) -> Locator:
        """Return the part of the page that the script draws."""
        return self.page.get_by_test_id("stMain")

    def outside_requests(self, server: Server) -> list[str]:
        """Return the addresses asked anywhere but at our server."""
        ours = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        return [url for url in self.requests if not url.startswith(ours)]


@pytest.fixture
def new_visitor(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Return a maker of visitors; options are those of a Playwright context (``viewport``…)."""
    contexts = []

    def make(**options: object) -> Visitor:
        context = browser.new_context(locale="fr-FR", **options)
        contexts.append(context)
        return Visitor(context.new_page())

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(new_visitor: Callable[..., Visitor]) -> Visitor:
    """Return a reader at a desktop screen."""
    return new_visitor(viewport={"width": 1280, "height": 900})

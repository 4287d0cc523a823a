"""Find a Chromium for the browser tests; ``python -m tests.browser.chromium --install`` tries to fetch one.

Looked for in order: RARECARE_CHROMIUM, the system's, Playwright's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_COMMANDS = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Return the path of a Chromium, None without any."""
    named = os.environ.get("RARECARE_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for command in _COMMANDS:
        if found := shutil.which(command):
            return found
    return _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Let Playwright fetch its Chromium when there is none; say it in one line when it cannot."""
    if find() is not None:
        return
    fetched = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"],
        capture_output=True,
        check=False,
        timeout=300,
    )
    if fetched.returncode != 0:
        print("No Chromium, and it could not be fetched: the tests in a browser will not run.")


if __name__ == "__main__" and "--install" in sys.argv:
    install()

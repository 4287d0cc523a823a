"""Find a Chromium for the browser tests; ``python -m tests.browser.chromium --install`` tries to fetch one.

Looked for in order: RARECARE_CHROMIUM, the system's, Playwright's own.
"""

from __future__ import annotations

import subprocess
import sys

from rarecare.bench_maps import find_chromium


def install() -> None:
    """Let Playwright fetch its Chromium when there is none; say it in one line when it cannot."""
    if find_chromium() is not None:
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

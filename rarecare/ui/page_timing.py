"""How long the script of each page takes, for the benchmark."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from rarecare.settings import Settings

_MAIN = Path(__file__).resolve().parent / "main.py"
_PAGES = Path(__file__).resolve().parents[2] / "pages"
_RUNS = 12
_TIMEOUT_SECONDS = 60


def page_seconds(settings: Settings) -> dict[str, tuple[float, float]]:
    """Return, for each page, the seconds of its first run and the 95th percentile of the next ones.

    Raises :class:`RuntimeError` when a page shows an exception: a page that fails has no speed.
    """
    os.environ["RARECARE_BUILD_DIR"] = str(settings.build_dir)
    return {page.stem: _time_page(page) for page in sorted(_PAGES.glob("*.py"))}


def _time_page(page: Path) -> tuple[float, float]:
    app = AppTest.from_file(str(_MAIN), default_timeout=_TIMEOUT_SECONDS).run()
    cold = _run(app, page)
    warm = sorted(_run(app, page) for _ in range(_RUNS))
    return cold, statistics.quantiles(warm, n=20, method="inclusive")[-1]


def _run(app: AppTest, page: Path) -> float:
    app.switch_page(str(page))
    start = time.perf_counter()
    app.run()
    seconds = time.perf_counter() - start
    if app.exception:
        raise RuntimeError(f"{page.name}: {app.exception[0].message}")
    return seconds

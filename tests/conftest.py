"""What all tests share: no network, repeatable examples, one dataset built once."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from rarecare.settings import Settings

hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=2000)
hypothesis_settings.load_profile(os.environ.get("RARECARE_HYPOTHESIS", "ci"))


@pytest.fixture(autouse=True)
def _settings_of_this_test_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Hide the settings and the imports of the machine: a test that needs some says so."""
    for name in [name for name in os.environ if name.startswith("RARECARE_")]:
        if name not in {"RARECARE_CHROMIUM", "RARECARE_BROWSER_REQUIRED"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("RARECARE_CONFIG", os.devnull)
    monkeypatch.setenv("RARECARE_IMPORTS_DIR", str(tmp_path_factory.getbasetemp() / "imports"))


@pytest.fixture(scope="session")
def built_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings whose dataset is built, once a session, from the data of the repository."""
    from rarecare.dataset.build import ensure_built

    settings = replace(
        Settings(),
        build_dir=tmp_path_factory.mktemp("build"),
        imports_dir=tmp_path_factory.getbasetemp() / "imports",
    )
    ensure_built(settings)
    return settings


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the repository."""
    return Path(__file__).resolve().parent.parent


def pytest_sessionfinish() -> None:
    """Close what the session kept open: DuckDB's binding complains at exit of connections that outlive it."""
    from rarecare.dataset import store
    from rarecare.indicators import view

    view.selection_access.cache_clear()
    store._opened.cache_clear()
    gc.collect()


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Name the tests that were not run, and why: a silent skip would read as success."""
    yield
    skipped = terminalreporter.getreports("skipped")
    if skipped:
        terminalreporter.section("not run")
        for report in skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            terminalreporter.line(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}")

"""What the documentation tests read: the tracked files, and nothing that a build leaves behind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

_BINARY = {".parquet", ".npz", ".woff2", ".png", ".mo", ".ico", ".duckdb", ".xlsx"}


@pytest.fixture(scope="session")
def tracked(repository: Path) -> list[Path]:
    """Return the files of the repository, also those not yet committed, without the ignored ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for line in listed.stdout.splitlines() if (path := repository / line).is_file()]


@pytest.fixture(scope="session")
def tracked_texts(tracked: list[Path], repository: Path) -> dict[str, str]:
    """Return the text of each tracked file that is text, by its path in the repository."""
    return {
        str(path.relative_to(repository)): path.read_text(encoding="utf-8")
        for path in tracked
        if path.suffix not in _BINARY
    }

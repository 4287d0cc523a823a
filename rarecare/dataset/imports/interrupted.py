"""What a killed acceptance leaves: told from what was accepted by a mark, and removed by the next one."""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from rarecare.dataset import versions
from rarecare.dataset.imports.journal import CHAIN_FILE, STAGING, chain_from, kept_imports
from rarecare.errors import UserError
from rarecare.settings import Settings

_PENDING = ".en-cours-"


def named_imports(settings: Settings) -> frozenset[str] | None:
    """Return the imports that a version or ``CHAINE.json`` names; None when one of them cannot be read."""
    paths = [*(settings.build_dir / "versions").glob("*/manifest.json"), settings.imports_dir / CHAIN_FILE]
    try:
        return frozenset(
            entry.import_id
            for path in paths
            if path.exists()
            for entry in chain_from(
                json.loads(path.read_text(encoding="utf-8")).get("imports", []), str(path)
            )
        )
    except (OSError, ValueError, AttributeError, UserError):
        return None


@contextlib.contextmanager
def pending(settings: Settings, import_id: str) -> Iterator[None]:
    """Mark an import as not yet accepted while it is; killed in between, the mark stays and its lock is let go.

    To be used under :func:`rarecare.dataset.versions.build_lock`.
    """
    marker = settings.imports_dir / f"{_PENDING}{import_id}"
    with versions.disk_errors(settings.imports_dir):
        settings.imports_dir.mkdir(parents=True, exist_ok=True)
        handle = marker.open("x")
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            marker.unlink(missing_ok=True)


def interrupted_imports(settings: Settings) -> list[str]:
    """Return the imports whose acceptance was killed before its end, the oldest first."""
    return sorted(
        marker.name.removeprefix(_PENDING)
        for marker in settings.imports_dir.glob(f"{_PENDING}*")
        if not _is_held(marker)
    )


def unnamed_imports(settings: Settings) -> tuple[list[str], list[str]]:
    """Return the imports that no version names: those killed before their end, then the others, kept on purpose.

    Both are empty when what the versions name cannot be read.
    """
    named = named_imports(settings)
    if named is None:
        return [], []
    killed = [name for name in interrupted_imports(settings) if name not in named]
    return killed, [name for name in kept_imports(settings) if name not in {*named, *killed}]


def clean_interrupted(settings: Settings) -> None:
    """Remove what killed acceptances have left, save the imports that a version names: those were in force.

    A folder without a mark is never touched: its version may have been removed by hand. Nothing is removed while
    another acceptance is under way, nor when what is named cannot be read.
    To be used under :func:`rarecare.dataset.versions.build_lock`.
    """
    imports_dir = settings.imports_dir
    named = named_imports(settings)
    markers = list(imports_dir.glob(f"{_PENDING}*"))
    if named is None or any(_is_held(marker) for marker in markers):
        return
    for marker in markers:
        import_id = marker.name.removeprefix(_PENDING)
        if import_id not in named:
            shutil.rmtree(imports_dir / import_id, ignore_errors=True)
        marker.unlink(missing_ok=True)
    for left_over in (*imports_dir.glob(f"{STAGING}*"), *imports_dir.glob(f".{CHAIN_FILE}-*")):
        _remove(left_over)


def _is_held(marker: Path) -> bool:
    """Tell whether the acceptance that made a mark is still under way."""
    try:
        with marker.open() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)

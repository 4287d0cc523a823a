"""Several files written as one: all of them, or none."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from rarecare.dataset.versions import disk_errors


def write_set(directory: Path, files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write files into a directory, made if needed, and return their paths.

    Each is written whole in a hidden place of the same disk; they only take their names once all are there. A full
    disk, an error while one is computed or an interruption leaves what was there before.

    Parameters
    ----------
    directory : Path
        Files of the same name are replaced, the others left alone.
    files : iterable of (name, content)
        Computed one after the other: only one content is held at a time.

    Raises
    ------
    UserError
        The disk is full or the directory cannot be written.
    """
    with disk_errors(directory):
        made = _make(directory)
        staged = directory / f".export-{secrets.token_hex(6)}"
        try:
            staged.mkdir()
            names = [_write(staged, name, content) for name, content in files]
            for name in names:
                (staged / name).replace(directory / name)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            with contextlib.suppress(OSError):
                for parent in made:
                    parent.rmdir()
            raise
        staged.rmdir()
    return [directory / name for name in names]


def _make(directory: Path) -> list[Path]:
    """Make a directory with its parents and return those that were not there, the deepest first."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    return missing


def _write(directory: Path, name: str, content: bytes) -> str:
    with (directory / name).open("xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    return name

"""Immutable dataset versions on disk, and which of them is served.

Layout of the build directory::

    versions/<version>/    one finished dataset, never modified
    CURRENT                name of the version in force, replaced atomically
    .staging-*/            a build in progress; ignored by readers, removed by the next build

A reader that has opened a version keeps it; publishing only moves the name in ``CURRENT``.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rarecare.errors import UserError

_REBUILD = "Lancer « rarecare build » (ou « make build »)."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def current_version(build_dir: Path) -> str | None:
    """Return the name of the version in force, None when nothing was ever built."""
    try:
        name = (build_dir / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return name if name and (version_dir(build_dir, name) / "manifest.json").exists() else None


def version_dir(build_dir: Path, version: str) -> Path:
    """Return the directory of one version."""
    return build_dir / "versions" / version


def read_manifest(build_dir: Path, version: str) -> dict[str, Any]:
    """Return the manifest of a version.

    Raises :class:`UserError` when it is absent or unreadable.
    """
    path = version_dir(build_dir, version) / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UserError(
            "La fiche du jeu de données est absente ou illisible", where=path.name, remedy=_REBUILD
        ) from None
    return manifest


@contextlib.contextmanager
def build_lock(build_dir: Path) -> Iterator[None]:
    """Let one build run at a time in a build directory.

    Raises :class:`UserError` when another process is building.
    """
    with disk_errors(build_dir):
        build_dir.mkdir(parents=True, exist_ok=True)
        handle = (build_dir / ".lock").open("w")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                "Une autre construction est en cours",
                where=str(build_dir),
                remedy="Attendre qu'elle finisse, puis relancer.",
            ) from None
        yield


@contextlib.contextmanager
def staging(build_dir: Path) -> Iterator[Path]:
    """Give an empty directory to build in, removed afterwards unless it was published."""
    for left_over in build_dir.glob(".staging-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    with disk_errors(build_dir):
        directory = Path(tempfile.mkdtemp(prefix=".staging-", dir=build_dir))
    try:
        with disk_errors(build_dir):
            yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def publish(build_dir: Path, directory: Path, version: str) -> None:
    """Turn a finished staging directory into ``version`` and put it in force.

    A reader sees the old version or the new one, never a part of either.
    """
    target = version_dir(build_dir, version)
    target.parent.mkdir(exist_ok=True)
    _sync_tree(directory)
    if target.exists():
        target.rename(build_dir / f".staging-replaced-{version}")
    directory.rename(target)
    write_atomically(build_dir / "CURRENT", version.encode())
    shutil.rmtree(build_dir / f".staging-replaced-{version}", ignore_errors=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a whole file or nothing."""
    with disk_errors(path.parent):
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_directory(path.parent)


@contextlib.contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn a full or forbidden disk into a :class:`UserError`; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise UserError(
                "Espace disque insuffisant", where=str(place), remedy="Libérer de la place puis relancer."
            ) from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise UserError(
                "Écriture impossible",
                where=str(place),
                remedy="Vérifier les droits sur ce dossier ou en choisir un autre (RARECARE_BUILD_DIR).",
            ) from None
        raise


def _sync_tree(directory: Path) -> None:
    for path in directory.rglob("*"):
        if path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
    _sync_directory(directory)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

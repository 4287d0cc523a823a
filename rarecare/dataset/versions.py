"""Immutable dataset versions on disk, and which of them is served.

Layout of the build directory::

    versions/<version>/    one finished dataset, never modified
    CURRENT                name of the version in force, replaced atomically; a second line says that it was
                           chosen by going back, and names the record of it
    .staging-*, .CURRENT-* a build in progress; ignored by readers, removed by the next build

A reader that has opened a version keeps it; publishing only moves the name in ``CURRENT``.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import itertools
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rarecare.errors import UserError

_REBUILD = "Lancer « rarecare build » (ou « make build »)."
_REBUILD_ANYWAY = "Relancer « rarecare build --force »."
_STAGING = ".staging-"
_CHOSEN = "choisie"
_MANIFEST = "manifest.json"
_MANIFEST_KEYS = {"version", "built_at", "inputs_sha256", "files", "tables"}
_OWNER_DIRECTORY, _OWNER_FILE = 0o700, 0o600
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOENT,
}  # fmt: skip


def current_version(build_dir: Path) -> str | None:
    """Return the name of the version in force, None when nothing was ever built or when that version is gone."""
    name = named_version(build_dir)
    return name if name and (version_dir(build_dir, name) / _MANIFEST).exists() else None


def named_version(build_dir: Path) -> str | None:
    """Return the name that ``CURRENT`` holds, even if no such version exists; None without a usable name."""
    try:
        name = (build_dir / "CURRENT").read_text(encoding="utf-8").strip().partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name and Path(name).name == name else None


def was_chosen(build_dir: Path) -> bool:
    """Tell whether the version in force was chosen by :func:`put_in_force`, and is not simply the last one built."""
    return _choice(build_dir)[:1] == [_CHOSEN]


def chosen_by(build_dir: Path) -> str:
    """Return the name of the going back that put the version in force, "" when none did."""
    return "".join(_choice(build_dir)[1:2])


def _choice(build_dir: Path) -> list[str]:
    """Return what ``CURRENT`` says after the name of the version."""
    try:
        return (build_dir / "CURRENT").read_text(encoding="utf-8").split()[1:]
    except (OSError, UnicodeDecodeError):
        return []


def version_dir(build_dir: Path, version: str) -> Path:
    """Return the directory of one version."""
    return build_dir / "versions" / version


def free_name(build_dir: Path, wanted: str) -> str:
    """Return a version name that was never used, ``wanted`` or ``wanted-2``, ``wanted-3``…: versions never change."""
    names = (wanted if number == 1 else f"{wanted}-{number}" for number in itertools.count(1))
    return next(name for name in names if not version_dir(build_dir, name).exists())


def read_manifest(build_dir: Path, version: str) -> dict[str, Any]:
    """Return the manifest of a version.

    Raises :class:`UserError` when it is absent, unreadable or lacks a part.
    """
    path = version_dir(build_dir, version) / _MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        whole = set(manifest) >= _MANIFEST_KEYS and isinstance(manifest["files"], dict)
    except (OSError, ValueError, TypeError):
        whole = False
    if not whole:
        raise UserError(
            "La fiche du jeu de données est absente ou illisible", where=str(path), remedy=_REBUILD
        )
    return dict(manifest)


def write_manifest(directory: Path, manifest: dict[str, Any], *, files: Sequence[str]) -> None:
    """Write the manifest of a finished version, with the size and checksum of each of its ``files``."""
    sums = {name: _describe_file(directory / name) for name in files}
    content = json.dumps({**manifest, "files": sums}, ensure_ascii=False, indent=2)
    write_atomically(directory / _MANIFEST, content.encode())


def check_files(directory: Path, manifest: dict[str, Any]) -> None:
    """Raise :class:`UserError` when a file of a version is absent, truncated or altered."""
    for name, expected in manifest["files"].items():
        path = directory / name
        if not path.is_file():
            raise UserError(
                "Un fichier du jeu de données est absent", where=str(path), remedy=_REBUILD_ANYWAY
            )
        if _describe_file(path) != expected:
            raise UserError(
                "Un fichier du jeu de données est tronqué ou a été modifié",
                where=str(path),
                remedy=_REBUILD_ANYWAY,
            )


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _describe_file(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": file_sha256(path)}


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
    """Give an empty directory to build in, removed afterwards unless it was published.

    To be used under :func:`build_lock`: what an interrupted build has left is removed first.
    """
    _remove_leftovers(build_dir)
    directory = build_dir / f"{_STAGING}{secrets.token_hex(6)}"
    try:
        with disk_errors(build_dir):
            private_directory(directory)
            yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def publish(build_dir: Path, directory: Path, version: str) -> None:
    """Turn a finished staging directory into ``version``, a free name, and put it in force.

    A reader sees the old version or the new one, never a part of either; a power cut right after does not undo it.
    """
    target = version_dir(build_dir, version)
    with disk_errors(build_dir):
        make_private(directory)
        private_directory(target.parent)
        rename_durably(directory, target)
    write_atomically(build_dir / "CURRENT", version.encode())


def put_in_force(build_dir: Path, version: str, *, return_id: str = "") -> None:
    """Put a finished version in force again: only ``CURRENT`` moves, which names the going back.

    To be used under :func:`build_lock`, once the files of the version were checked.
    """
    choice = f"{_CHOSEN} {return_id}".strip()
    write_atomically(build_dir / "CURRENT", f"{version}\n{choice}\n".encode())


def private_directory(directory: Path) -> None:
    """Make a directory, if needed, that its owner alone can enter: what it holds counts patients."""
    directory.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):  # another owner, or a disk that knows no rights
        directory.chmod(_OWNER_DIRECTORY)


def make_private(directory: Path) -> None:
    """Leave everything in a directory to its owner alone, itself included."""
    for path in (directory, *directory.rglob("*")):
        with contextlib.suppress(PermissionError):
            path.chmod(_OWNER_DIRECTORY if path.is_dir() else _OWNER_FILE)


def rename_durably(directory: Path, target: Path) -> None:
    """Give a finished directory its name; a power cut right after does not undo it."""
    _sync_tree(directory)
    directory.rename(target)
    _sync_directory(target.parent)


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a whole file or nothing; a ``private`` one is for its owner alone."""
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
    with disk_errors(path.parent):
        try:
            with temporary.open("xb") as handle:
                if private:
                    with contextlib.suppress(PermissionError):
                        temporary.chmod(_OWNER_FILE)
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_directory(path.parent)


@contextlib.contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn a full or forbidden disk into a :class:`UserError`; other errors pass.

    A file outside ``place`` that is refused was being read: it is named.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise full_disk(place) from None
        if error.errno in _REFUSED:
            raise _refused(place, error) from None
        raise


def full_disk(place: Path) -> UserError:
    """Return the error that says that there is no room left."""
    return UserError(
        "Espace disque insuffisant", where=_shown(place), remedy="Libérer de la place puis relancer."
    )


def _refused(place: Path, error: OSError) -> UserError:
    concerned = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else place
    if concerned.is_relative_to(place) or place.is_relative_to(concerned):
        return UserError(
            "Écriture impossible",
            where=_shown(place),
            remedy="Vérifier les droits sur ce dossier ou en choisir un autre.",
        )
    return UserError("Lecture impossible", where=str(concerned), remedy="Vérifier les droits sur ce fichier.")


def _shown(place: Path) -> str:
    """Name a staging directory by its parent: it is gone when the message is read."""
    return str(place.parent if place.name.startswith(_STAGING) else place)


def _remove_leftovers(build_dir: Path) -> None:
    for left_over in (*build_dir.glob(f"{_STAGING}*"), *build_dir.glob(".CURRENT-*")):
        if left_over.is_dir():
            shutil.rmtree(left_over, ignore_errors=True)
        else:
            left_over.unlink(missing_ok=True)


def _sync_tree(directory: Path) -> None:
    for path in directory.rglob("*"):
        if path.is_dir():
            _sync_directory(path)
        else:
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
    _sync_directory(directory)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

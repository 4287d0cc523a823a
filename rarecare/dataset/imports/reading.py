"""Read any file a reader brings: CSV, XLSX, ODS or Parquet, told by its content, never by its name.

Only :class:`rarecare.errors.DataProblems` comes out of a bad content, with every fault that could be found; only
:class:`rarecare.errors.UserError` out of a path that cannot be read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from rarecare.dataset.imports.cells import check_sheets
from rarecare.dataset.imports.csv_files import read_csv
from rarecare.dataset.imports.refusals import Faults
from rarecare.dataset.imports.sources import LIMITS, Kind, Limits, Sheet, Source
from rarecare.errors import UserError

__all__ = ["LIMITS", "Kind", "Limits", "Sheet", "Source", "read_content", "read_source"]


def read_source(path: Path, *, name: str = "", limits: Limits = LIMITS) -> Source:
    """Return the content of the file at *path*.

    *name* is the file name that messages give, that of *path* when empty: an upload sits under a name of its own.
    Raises :class:`rarecare.errors.DataProblems` on a bad content and :class:`rarecare.errors.UserError` when there is
    no such file or no right to read it.
    """
    shown = name or path.name
    try:
        if not path.is_file():
            raise _unreadable(path)
        size = path.stat().st_size
        if size >= limits.file_bytes:
            raise _too_large(shown, size, limits)
        with path.open("rb") as stream:
            content = stream.read(limits.file_bytes)
    except (OSError, ValueError):
        raise _unreadable(path) from None
    return read_content(content, name=shown, limits=limits)


def read_content(content: bytes, *, name: str, limits: Limits = LIMITS) -> Source:
    """Return what the bytes of a file hold; the same as :func:`read_source` for a file already in memory."""
    faults = Faults(name)
    if len(content) >= limits.file_bytes:
        raise _too_large(name, len(content), limits)
    if not content.strip():
        raise faults.stop("fichier-vide")
    sheet, encoding, delimiter, notes = read_csv(content, faults, limits)
    sheets = (sheet,)
    if not faults:
        check_sheets(sheets, faults)
    faults.raise_any()
    digest = hashlib.sha256(content).hexdigest()
    return Source(name, "csv", digest, len(content), sheets, encoding, delimiter, notes)


def _unreadable(path: Path) -> UserError:
    if path.is_dir():
        return UserError("C'est un dossier, pas un fichier", where=str(path), remedy="Donner un fichier.")
    return UserError(
        "Le fichier est absent ou ne peut pas être lu",
        where=str(path),
        remedy="Vérifier le chemin et les droits de lecture.",
    )


def _too_large(name: str, size: int, limits: Limits) -> UserError:
    value = f"{_megabytes(size)}, il en faut moins de {_megabytes(limits.file_bytes)}"
    return Faults(name).stop("fichier-trop-lourd", value=value)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} Mo".replace(".", ",")

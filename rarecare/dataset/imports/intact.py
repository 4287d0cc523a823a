"""Whether all that was kept of the imports is still as it was written."""

from __future__ import annotations

from pathlib import Path

from rarecare.dataset import versions
from rarecare.dataset.imports.journal import RESTORE, ROWS_FILE, Chain, ImportEntry, source_name
from rarecare.errors import UserError
from rarecare.french import counted, listing
from rarecare.settings import Settings


def check_imports(settings: Settings, chain: Chain) -> None:
    """Check that all that was kept of each import is as it was written, the file received first.

    Raises :class:`UserError` which names every file that is absent or was modified, and what to do.
    """
    damaged = {entry: found for entry in chain if (found := _damages(settings, entry))}
    if not damaged:
        return
    told = [f"import {entry.words} : {listing(found)}" for entry, found in damaged.items()]
    folders = [str(settings.imports_dir / entry.import_id) for entry in damaged]
    raise UserError(
        f"Ce qui a été gardé de {counted(len(told), 'import')} n'est plus intact : {' ; '.join(told)}",
        where=", ".join(folders),
        remedy=RESTORE,
    )


def _damages(settings: Settings, entry: ImportEntry) -> list[str]:
    """Return what is wrong with each file kept of an import, in words."""
    folder = settings.imports_dir / entry.import_id
    expected = {source_name(entry.file): entry.sha256, ROWS_FILE: entry.rows_sha256}
    return [
        f"{name} {trouble}"
        for name, sha256 in expected.items()
        if (trouble := _trouble(folder / name, sha256))
    ]


def _trouble(path: Path, sha256: str) -> str:
    try:
        return "" if versions.file_sha256(path) == sha256 else "a été modifié"
    except FileNotFoundError:
        return "est absent"
    except OSError:
        return "ne se lit pas"

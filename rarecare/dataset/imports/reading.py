"""Read any file a reader brings: CSV, XLSX, ODS or Parquet, told by its content, never by its name.

Only :class:`rarecare.errors.DataProblems` comes out of a bad content, with every fault that could be found; only
:class:`rarecare.errors.UserError` out of a path that cannot be read.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from rarecare.dataset.imports.archives import (
    Archive,
    kind_of_archive,
    open_archive,
    refuse_encryption,
    refuse_macros,
)
from rarecare.dataset.imports.cells import Cells, check_sheets
from rarecare.dataset.imports.csv_files import check_headings, read_csv
from rarecare.dataset.imports.ods_files import read_ods
from rarecare.dataset.imports.parquet_files import read_parquet
from rarecare.dataset.imports.refusals import Faults
from rarecare.dataset.imports.signatures import PARQUET, ZIP, refused_kind
from rarecare.dataset.imports.sources import LIMITS, Kind, Limits, Sheet, Source
from rarecare.dataset.imports.xlsx_files import read_xlsx
from rarecare.errors import UserError

__all__ = ["LIMITS", "Kind", "Limits", "Sheet", "Source", "read_content", "read_source"]

_MEGABYTE_SHOWN_FROM = 100_000
_SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "csv": (".csv", ".tsv", ".tab", ".txt"),
    "xlsx": (".xlsx",),
    "ods": (".ods",),
    "parquet": (".parquet", ".pq"),
}


def read_source(path: Path, *, name: str = "", limits: Limits = LIMITS) -> Source:
    """Return the content of the file at *path*.

    *name* is the file name that messages give, that of *path* when empty: an upload sits under a name of its own.
    Raises :class:`rarecare.errors.DataProblems` on a bad content and :class:`rarecare.errors.UserError` when there is
    no such file or no right to read it.
    """
    shown = name or path.name
    try:
        if path.is_dir():
            raise UserError("C'est un dossier, pas un fichier", where=str(path), remedy="Donner un fichier.")
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
    source = _read(content, faults, limits)
    if not faults:
        check_sheets(source.sheets, faults)
    faults.raise_any()
    return source


def _read(content: bytes, faults: Faults, limits: Limits) -> Source:
    slug = refused_kind(content)
    if slug:
        raise faults.stop(slug)
    source = Source(faults.file, "csv", hashlib.sha256(content).hexdigest(), len(content), ())
    if content.startswith(ZIP):
        source = _read_workbook(source, open_archive(content, faults, limits))
    elif content.startswith(PARQUET):
        source = replace(source, kind="parquet", sheets=(read_parquet(content, faults, limits),))
    else:
        sheet, encoding, delimiter, notes = read_csv(content, faults, limits)
        source = replace(source, sheets=(sheet,), encoding=encoding, delimiter=delimiter, notes=notes)
    return replace(source, notes=(*source.notes, *_name_note(source)))


def _read_workbook(source: Source, archive: Archive) -> Source:
    kind = kind_of_archive(archive)
    if kind not in {"xlsx", "ods"}:
        raise archive.faults.stop(kind)
    refuse_encryption(archive)
    refuse_macros(archive)
    cells = Cells(archive.faults, archive.limits)
    workbook = read_xlsx(archive, cells) if kind == "xlsx" else read_ods(archive, cells)
    filled = [sheet for sheet in workbook.sheets if sheet.rows]
    # beside others, a sheet may be no table; merged headings are told apart by the line below
    if len(filled) == 1 and not workbook.merged:
        check_headings(filled[0], archive.faults)
    return replace(
        source,
        kind="xlsx" if kind == "xlsx" else "ods",
        sheets=tuple(workbook.sheets),
        notes=tuple(workbook.notes),
    )


def _name_note(source: Source) -> tuple[str, ...]:
    suffix = Path(source.file).suffix.lower()
    if suffix in _SUFFIXES[source.kind]:
        return ()
    names = {"csv": "texte CSV", "xlsx": "classeur XLSX", "ods": "classeur ODS", "parquet": "Parquet"}
    return (f"Le contenu du fichier a été reconnu malgré son nom : {names[source.kind]}.",)


def _unreadable(path: Path) -> UserError:
    return UserError(
        "Le fichier est absent ou ne peut pas être lu",
        where=str(path),
        remedy="Vérifier le chemin et les droits de lecture.",
    )


def _too_large(name: str, size: int, limits: Limits) -> UserError:
    value = f"{_size_text(size)}, il en faut moins de {_size_text(limits.file_bytes)}"
    return Faults(name).stop("fichier-trop-lourd", value=value)


def _size_text(size: int) -> str:
    value, unit = (size / 1_000_000, "Mo") if size >= _MEGABYTE_SHOWN_FROM else (size / 1_000, "ko")
    return f"{value:.1f} {unit}".replace(".", ",")

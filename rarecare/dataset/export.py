"""Tables of the dataset as files: CSV, Parquet, XLSX, each with its sources and its version."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Package
from rarecare.dataset.versions import disk_errors, write_atomically
from rarecare.errors import UserError

Writer = Callable[[pd.DataFrame, list[dict[str, Any]]], bytes]


def exportable_tables(dataset: Dataset) -> tuple[str, ...]:
    """Return the names of the tables that can be exported, sorted."""
    return tuple(sorted(dataset.manifest["tables"]))


def export_tables(
    dataset: Dataset,
    package: Package,
    directory: Path,
    *,
    tables: tuple[str, ...] = (),
    file_format: str = "csv",
) -> list[Path]:
    """Write tables and a ``sources.json`` into a directory; return the files written.

    Raises :class:`UserError` for an unknown table or format, or a directory that cannot be written.
    """
    writer = _writer(file_format)
    known = exportable_tables(dataset)
    unknown = sorted(set(tables) - set(known))
    if unknown:
        raise UserError(
            f"Table inconnue : {', '.join(unknown)}", remedy=f"Tables possibles : {', '.join(known)}."
        )
    with disk_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
    sources = source_records(dataset, package)
    written = []
    for name in tables or known:
        path = directory / f"{name}.{file_format}"
        described = [record for record in sources if record["table"] in (name, "")]
        write_atomically(path, writer(table_frame(dataset, name), described))
        written.append(path)
    note = {"version": dataset.version, "construit_le": dataset.manifest["built_at"], "sources": sources}
    write_atomically(directory / "sources.json", json.dumps(note, ensure_ascii=False, indent=2).encode())
    return [*written, directory / "sources.json"]


def table_frame(dataset: Dataset, name: str) -> pd.DataFrame:
    """Return a whole table, its rows in a stable order."""
    # The name was checked against the manifest: identifiers cannot be bound.
    return dataset.run(f'select * from "{name}" order by all')  # noqa: S608


def source_records(dataset: Dataset, package: Package) -> list[dict[str, Any]]:
    """Return one record a table and source: ``table``, ``titre``, ``source``, ``adresse``, ``licence``, ``version``."""
    records = [
        {
            "table": table.name,
            "titre": table.title,
            "source": source.get("title", ""),
            "adresse": source.get("path", ""),
            "licence": ", ".join(licence.get("title", licence.get("name", "")) for licence in table.licenses),
            "version": dataset.version,
        }
        for table in package.tables
        for source in table.sources
    ]
    return records


def csv_bytes(frame: pd.DataFrame, _sources: list[dict[str, Any]]) -> bytes:
    """Return the frame as UTF-8 CSV, comma separated."""
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text.encode()


def parquet_bytes(frame: pd.DataFrame, sources: list[dict[str, Any]]) -> bytes:
    """Return the frame as Parquet; the sources travel in the frame's metadata."""
    frame = frame.copy()
    frame.attrs["sources"] = sources
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def xlsx_bytes(frame: pd.DataFrame, sources: list[dict[str, Any]]) -> bytes:
    """Return a workbook: a sheet of data with a frozen header and filters, a sheet of sources."""
    buffer = io.BytesIO()
    # Text that begins like a formula or an address stays text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        _sheet(book, "Données", frame)
        _sheet(book, "Sources", pd.DataFrame(sources))
    return buffer.getvalue()


def _sheet(book: pd.ExcelWriter, name: str, frame: pd.DataFrame) -> None:
    frame.to_excel(book, sheet_name=name, index=False)
    sheet = book.sheets[name]
    sheet.freeze_panes(1, 0)
    if len(frame.columns):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
        sheet.autofit(400)


_WRITERS: dict[str, Writer] = {"csv": csv_bytes, "parquet": parquet_bytes, "xlsx": xlsx_bytes}
FORMATS = tuple(_WRITERS)


def _writer(file_format: str) -> Writer:
    try:
        return _WRITERS[file_format]
    except KeyError:
        raise UserError(
            f"Format inconnu : « {file_format} »", remedy=f"Formats possibles : {', '.join(FORMATS)}."
        ) from None

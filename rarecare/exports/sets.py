"""A set of files in one format: tables of a version, views of it, and a note that says where they come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from rarecare.dataset.store import Dataset
from rarecare.disclosure.gate import Reader
from rarecare.disclosure.tables import COUNT_TABLES
from rarecare.errors import UserError
from rarecare.exports.about import About
from rarecare.exports.cells import APOSTROPHE_NOTE
from rarecare.exports.files import write_set
from rarecare.exports.package import PackedTable, package_bytes, package_name
from rarecare.exports.places import geojson_bytes, is_placed, places_of
from rarecare.exports.tables import about_dataset, about_table, check_names, shown_table
from rarecare.exports.writers import csv_bytes, parquet_bytes, xlsx_bytes

FORMATS = ("csv", "xlsx", "parquet", "geojson", "paquet")
"""Formats of an export; ``paquet`` is one zip with everything."""
NOTE_FILE = "sources.json"


@dataclass(frozen=True, eq=False)
class View:
    """A computed table that an export can hold beside those of the version.

    Attributes
    ----------
    name : str
        Name of its file.
    frame : DataFrame
        Rows; no count of patients that was observed, nothing here protects them.
    selection : str
        What it is about, in French.
    tables : tuple of str
        Tables of the version that it is computed from, whose sources it has.
    """

    name: str
    frame: pd.DataFrame
    selection: str
    tables: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Export:
    """What to export, for whom, from where.

    Attributes
    ----------
    sources : list of dict
        See :func:`rarecare.dataset.export.source_records`.
    public : bool
        Leave out the rows that the public does not see.
    """

    dataset: Dataset
    sources: list[dict[str, Any]]
    reader: Reader
    data_dir: Path
    geo_dir: Path
    public: bool = False
    views: tuple[View, ...] = field(default=())

    def contents(self, names: Sequence[str]) -> Iterator[PackedTable]:
        """Yield the tables of these names, then the views, read one after the other."""
        for name in names:
            frame = shown_table(self.dataset, name, reader=self.reader, public=self.public)
            yield PackedTable(name, frame, about_table(self.dataset, name, self.sources))
        for view in self.views:
            sources = [source for source in self.sources if source["table"] in view.tables]
            about = about_dataset(self.dataset, sources, secrecy=False, selection=view.selection)
            yield PackedTable(view.name, view.frame, about)


@dataclass(frozen=True)
class Written:
    """What an export wrote, and the tables it left out because they have no place on a map."""

    files: tuple[Path, ...]
    unplaced: tuple[str, ...] = ()


def write_export(export: Export, directory: Path, *, tables: Sequence[str], file_format: str) -> Written:
    """Write tables, views and their note into a directory: all of them, or none.

    Parameters
    ----------
    directory : Path
        Made if needed; files of the same name are replaced.
    tables : sequence of str
        Names; all the tables when empty, none when empty and there are views.
    file_format : str
        One of :data:`FORMATS`. In ``geojson``, tables without a place are left out unless they are named.

    Raises
    ------
    UserError
        Unknown table or format, a named table without a place in ``geojson``, too many rows for a sheet, or a
        directory that cannot be written.
    """
    names = check_names(export.dataset, tables, public=export.public) if tables or not export.views else ()
    if file_format == "paquet":
        about = _about_all(export, names)
        content = package_bytes(export.contents(names), about, export.data_dir)
        return Written(tuple(write_set(directory, [(package_name(export.dataset.version), content)])))
    unplaced: list[str] = []
    strict = bool(tables)
    files = _files(export, names, file_format, unplaced, strict=strict)
    return Written(tuple(write_set(directory, files)), tuple(unplaced))


def _files(
    export: Export, names: Sequence[str], file_format: str, unplaced: list[str], *, strict: bool
) -> Iterator[tuple[str, bytes]]:
    write = _writer(export, file_format)
    for table in export.contents(names):
        if file_format == "geojson" and not is_placed(list(table.frame.columns)):
            if strict:
                raise UserError(
                    f"La table « {table.name} » n'a pas de lieu",
                    remedy="Choisir le format csv, xlsx ou parquet pour cette table.",
                )
            unplaced.append(table.name)
            continue
        yield f"{table.name}.{file_format}", write(table)
    kept = [name for name in names if name not in unplaced]
    note = _about_all(export, kept).record() | (
        {"apostrophe": APOSTROPHE_NOTE} if file_format == "csv" else {}
    )
    yield NOTE_FILE, json.dumps(note, ensure_ascii=False, indent=2).encode()


def _writer(export: Export, file_format: str) -> Callable[[PackedTable], bytes]:
    writers: dict[str, Callable[[PackedTable], bytes]] = {
        "csv": lambda table: csv_bytes(table.frame),
        "parquet": lambda table: parquet_bytes(table.frame, table.about),
        "xlsx": lambda table: xlsx_bytes(table.frame, table.about),
        "geojson": lambda table: geojson_bytes(
            table.frame, places_of(export.dataset, table.frame, export.geo_dir), table.about
        ),
    }
    if file_format not in writers:
        raise UserError(
            f"Format inconnu : « {file_format} »", remedy=f"Formats possibles : {', '.join(FORMATS)}."
        )
    return writers[file_format]


def _about_all(export: Export, names: Sequence[str]) -> About:
    """Return what the whole set says of itself: the sources of all its tables."""
    kept = {*names, *(name for view in export.views for name in view.tables)}
    return about_dataset(
        export.dataset,
        [source for source in export.sources if source["table"] in kept],
        secrecy=bool(set(names) & set(COUNT_TABLES)),
        selection=" ; ".join(view.selection for view in export.views),
    )

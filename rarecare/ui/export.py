"""The table of a page as a file: CSV and Parquet for machines, XLSX for office software, GeoJSON for maps.

CSV follows the data standard (UTF-8, comma, decimal point, one header row); a French spreadsheet should open the XLSX.
All hold the same values: see :meth:`rarecare.ui.columns.ColumnMeta.file_values`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rarecare.dataset.store import shared_dataset
from rarecare.exports.cells import is_dangerous
from rarecare.exports.places import features_bytes, is_placed, places_of
from rarecare.exports.writers import SHEET_ROWS, plain_parquet_bytes
from rarecare.exports.writers import csv_bytes as plain_csv_bytes
from rarecare.french import NO_ROAD
from rarecare.settings import load_settings
from rarecare.ui.columns import ColumnMeta

_WIDTH_LIMITS = (10, 48)


_TERRITORY_CODES = {
    "code_commune": ColumnMeta("Code Insee de la commune"),
    "departement": ColumnMeta("Code du département"),
    "region": ColumnMeta("Code de la région"),
    "france": ColumnMeta("Code du territoire"),
    "code": ColumnMeta("Code du territoire"),
}
_TERRITORY_NAMES = frozenset({"nom", "lieu", "ville"})


def with_code(frame: pd.DataFrame, columns: Mapping[str, ColumnMeta]) -> dict[str, ColumnMeta]:
    """Return the columns with the code of the territory first, when rows are territories and the frame has it."""
    if next(iter(columns)) not in _TERRITORY_NAMES:
        return dict(columns)
    codes = [name for name in _TERRITORY_CODES if name in frame and name not in columns][:1]
    return {name: _TERRITORY_CODES[name] for name in codes} | dict(columns)


def csv_bytes(
    frame: pd.DataFrame, columns: Mapping[str, ColumnMeta], notes: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Return the columns as CSV; infinity (no road) and unknown values are empty cells.

    Each note is one more column at the end, with the same text on every row: a CSV file has no other place that says
    which sites it is about, how complete their list is and which version of the data it comes from.
    """
    return plain_csv_bytes(file_frame(frame, columns).assign(**dict(notes)))


def parquet_bytes(
    frame: pd.DataFrame, columns: Mapping[str, ColumnMeta], notes: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Return the columns as Parquet, with the values of the CSV; notes are in its metadata."""
    shown = file_frame(frame, columns)
    shown.attrs = dict(notes)
    return plain_parquet_bytes(shown)


def has_places(frame: pd.DataFrame, columns: Mapping[str, ColumnMeta]) -> bool:
    """Tell whether the rows can be put on a map: territories, hospitals or centres, by their codes."""
    return is_placed([name for name in with_code(frame, columns) if name in frame])


def geojson_bytes(
    frame: pd.DataFrame, columns: Mapping[str, ColumnMeta], notes: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Return the rows as GeoJSON, with the values of the CSV: outlines of territories, points of communes, hospitals.

    Raises :class:`rarecare.errors.UserError` when the rows have no place, see :func:`has_places`.
    """
    settings = load_settings()
    places = places_of(shared_dataset(settings), frame[list(with_code(frame, columns))], settings.geo_dir)
    return features_bytes(file_frame(frame, columns), places, dict(notes))


def file_frame(frame: pd.DataFrame, columns: Mapping[str, ColumnMeta]) -> pd.DataFrame:
    """Return the columns as files hold them; infinity (no road) and unknown values are missing."""
    return pd.DataFrame(
        {
            meta.file_name(name): meta.file_values(frame[name])
            for name, meta in with_code(frame, columns).items()
        }
    ).replace([math.inf, -math.inf], float("nan"))


def xlsx_bytes(
    frame: pd.DataFrame, columns: Mapping[str, ColumnMeta], notes: Sequence[tuple[str, str]]
) -> bytes:
    """Return a workbook of two sheets: "Données" with French headers and units, "Sources" with ``notes``.

    Raises ``ValueError`` when the frame has more rows than a sheet holds.
    """
    if len(frame) > SHEET_ROWS:
        raise ValueError(f"a sheet holds {SHEET_ROWS} rows, not {len(frame)}")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#e6eff0", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        marked = book.add_format({"quote_prefix": True})
        sheet = book.add_worksheet("Données")
        written = with_code(frame, columns)
        for position, (name, meta) in enumerate(written.items()):
            values = meta.file_values(frame[name])
            style = book.add_format({"num_format": meta.excel_format})
            sheet.write_string(0, position, meta.header, head)
            for row, value in enumerate(values.tolist(), start=1):
                _write(sheet, row, position, value, meta, style, marked)
            sheet.set_column(position, position, _width(values, meta))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(frame), max(len(written) - 1, 0))
        about = book.add_worksheet("Sources")
        about.set_column(0, 0, 26)
        about.set_column(1, 1, 110)
        for row, (label, text) in enumerate(notes):
            about.write_string(row, 0, label, head)
            about.write_string(row, 1, text)
    return buffer.getvalue()


def _write(
    sheet: Worksheet, row: int, column: int, value: object, meta: ColumnMeta, style: Format, marked: Format
) -> None:
    if isinstance(value, (int, float)):
        if math.isfinite(value):
            sheet.write_number(row, column, value, style)
        elif math.isinf(value) and meta.kind == "duree":
            sheet.write_string(row, column, NO_ROAD)
    elif value is not None and value is not pd.NA:
        # Never a formula: a text of the data that begins with "=" stays a text, also for whoever edits the cell.
        sheet.write_string(row, column, str(value), *([marked] if is_dangerous(value) else []))


def _width(values: pd.Series, meta: ColumnMeta) -> int:
    longest = max([len(meta.header), *(len(str(value)) for value in values.head(200))])
    low, high = _WIDTH_LIMITS
    return min(max(longest + 2, low), high)


@dataclass(frozen=True)
class FileFormat:
    """A format that a table is offered in. ``make`` takes the rows, the columns and the notes."""

    label: str
    suffix: str
    media_type: str
    make: Callable[[pd.DataFrame, Mapping[str, ColumnMeta], Sequence[tuple[str, str]]], bytes]

    def content(
        self,
        rows: Callable[[], pd.DataFrame],
        columns: Mapping[str, ColumnMeta],
        notes: Sequence[tuple[str, str]],
    ) -> bytes:
        """Return the file, once somebody asks for it."""
        return self.make(rows(), columns, notes)


XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = (
    FileFormat("CSV", "csv", "text/csv", csv_bytes),
    FileFormat("Excel", "xlsx", XLSX_TYPE, xlsx_bytes),
    FileFormat("Parquet", "parquet", "application/vnd.apache.parquet", parquet_bytes),
    FileFormat("GeoJSON", "geojson", "application/geo+json", geojson_bytes),
)


def formats_of(frame: pd.DataFrame, columns: Mapping[str, ColumnMeta]) -> tuple[FileFormat, ...]:
    """Return the formats of a table: all of them, but a map only for rows that have a place."""
    return FORMATS if has_places(frame, columns) else FORMATS[:-1]

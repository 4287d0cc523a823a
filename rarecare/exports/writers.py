"""One table as bytes: CSV, XLSX, Parquet."""

from __future__ import annotations

import datetime as dt
import io
import math

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rarecare.errors import UserError
from rarecare.exports.about import About
from rarecare.exports.cells import csv_frame, is_dangerous
from rarecare.french import number

SHEET_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds under its line of titles."""

_WIDTHS = (10, 60)
_NO_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return the frame as UTF-8 CSV: comma, decimal point, one line of titles, no text that a spreadsheet would run."""
    text: str = csv_frame(frame).to_csv(index=False, lineterminator="\n")
    return text.encode()


def plain_parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return the frame as Parquet, with its ``attrs``."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def parquet_bytes(frame: pd.DataFrame, about: About) -> bytes:
    """Return the frame as Parquet; sources, version, date and what is hidden travel in its metadata."""
    told = frame.copy()
    told.attrs = about.record()
    return plain_parquet_bytes(told)


def plain_xlsx_bytes(frame: pd.DataFrame) -> bytes:
    """Return a workbook of one sheet « Données »; raises :class:`UserError` like :func:`xlsx_bytes`."""
    return _workbook(frame, None)


def xlsx_bytes(frame: pd.DataFrame, about: About) -> bytes:
    """Return a workbook: a sheet « Données » with a frozen header and filters, a sheet « Sources ».

    A text that begins like a formula is written as a text, marked as such for whoever edits the cell.

    Raises
    ------
    UserError
        The table has more rows than a sheet holds.
    """
    return _workbook(frame, about)


def _workbook(frame: pd.DataFrame, about: About | None) -> bytes:
    if len(frame) > SHEET_ROWS:
        raise UserError(
            f"La table compte {number(len(frame))} lignes, plus qu'une feuille n'en tient",
            remedy="Choisir le format csv ou parquet.",
        )
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"created": about.built_at if about else _NO_DATE})
        _write_sheet(book, "Données", frame)
        if about:
            _write_about(book, about)
    return buffer.getvalue()


def _write_sheet(book: xlsxwriter.Workbook, name: str, frame: pd.DataFrame) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#e6eff0"})
    text, day = book.add_format({"quote_prefix": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, title in enumerate(frame.columns):
        sheet.write_string(0, column, str(title), head)
        values = frame[title].tolist()
        for row, value in enumerate(values, start=1):
            _write_cell(sheet, row, column, value, {"text": text, "day": day})
        longest = max([len(str(title)), *(len(str(value)) for value in values[:200])])
        sheet.set_column(column, column, min(max(longest + 2, _WIDTHS[0]), _WIDTHS[1]))
    sheet.freeze_panes(1, 0)
    if len(frame.columns):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _write_cell(sheet: Worksheet, row: int, column: int, value: object, styles: dict[str, Format]) -> None:
    if value is None or value is pd.NA or value is pd.NaT:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "oui" if value else "non")
    elif isinstance(value, int | float):
        if math.isfinite(value):
            sheet.write_number(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, styles["day"])
    else:
        sheet.write_string(row, column, str(value), *([styles["text"]] if is_dangerous(value) else []))


def _write_about(book: xlsxwriter.Workbook, about: About) -> None:
    sheet = book.add_worksheet("Sources")
    bold = book.add_format({"bold": True})
    facts = about.facts()
    for row, (label, text) in enumerate(facts):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text)
    for column, key in enumerate(about.SOURCE_COLUMNS):
        sheet.write_string(len(facts) + 1, column, about.SOURCE_COLUMNS[key], bold)
        for row, source in enumerate(about.sources, start=len(facts) + 2):
            sheet.write_string(row, column, source.get(key, ""))
    sheet.set_column(0, 3, 40)

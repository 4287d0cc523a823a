"""Write a grid of cells as each format that RareCare reads, for tests."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

Grid = Sequence[Sequence[object]]
# a moment at which every generated file says it was made: the same grid always gives the same bytes
_MADE = datetime.datetime(2026, 1, 2, 3, 4, 5)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)


def csv_bytes(
    grid: Grid,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    newline: str = "\r\n",
    quoting: int = csv.QUOTE_MINIMAL,
) -> bytes:
    """Return *grid* as CSV."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(grid)
    return written.getvalue().encode(encoding)


def xlsx_bytes(
    grid: Grid,
    *,
    sheet: str = "Feuille1",
    others: Mapping[str, Grid] | None = None,
    merged: Sequence[str] = (),
) -> bytes:
    """Return *grid* as the first sheet of a workbook; *merged* are ranges such as ``"A1:C1"`` of that sheet.

    Text is written as text: "=1" is no formula here.
    """
    written = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(written, options) as workbook:
        workbook.set_properties({"created": _MADE})
        for name, cells in {sheet: grid, **(others or {})}.items():
            worksheet = workbook.add_worksheet(name)
            for index, row in enumerate(cells):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        worksheet.write_string(index, column, value)
                    else:
                        worksheet.write(index, column, value)
            if name == sheet:
                for area in merged:
                    _merge(worksheet, area, grid)
    return written.getvalue()


def _merge(worksheet: Worksheet, area: str, grid: Grid) -> None:
    row, column = xl_cell_to_rowcol(area.partition(":")[0])
    worksheet.merge_range(area, grid[row][column])


def ods_cell(value: object, *, columns: int = 1, rows: int = 1, repeated: int = 1, formula: str = "") -> str:
    """Return one cell of an ODS sheet, merged over *columns* x *rows* cells."""
    attributes = ""
    if columns > 1 or rows > 1:
        attributes += f' table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'
    if repeated > 1:
        attributes += f' table:number-columns-repeated="{repeated}"'
    if formula:
        attributes += f" table:formula={quoteattr(formula)}"
    if value in {"", None} and not isinstance(value, (bool, int, float)):
        return f"<table:table-cell{attributes}/>"
    match value:
        case bool():
            attributes += f' office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
        case int() | float():
            attributes += f' office:value-type="float" office:value="{value}"'
        case datetime.date():
            attributes += f' office:value-type="date" office:date-value="{value.isoformat()}"'
        case _:
            attributes += ' office:value-type="string"'
    text = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in str(value).split("\n"))
    return f"<table:table-cell{attributes}>{text}</table:table-cell>"


def _ods_text(line: str) -> str:
    # several spaces, or one at an edge, are collapsed by readers unless written as <text:s/>
    return escape(line).replace("\t", "<text:tab/>").replace(" ", "<text:s/>")


def ods_row(cells: Sequence[str], *, repeated: int = 1) -> str:
    """Return one line of an ODS sheet from cells already written."""
    attribute = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{attribute}>{''.join(cells)}</table:table-row>"


def ods_sheet(name: str, rows: Sequence[str]) -> str:
    """Return one sheet of an ODS workbook from lines already written."""
    return f"<table:table table:name={quoteattr(name)}>{''.join(rows)}</table:table>"


def ods_workbook(
    sheets: Sequence[str], *, extra: Mapping[str, bytes] | None = None, manifest: str = ""
) -> bytes:
    """Return an ODS workbook of sheets already written, with *extra* entries in its archive."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODS_NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body></office:document-content>"
    )
    described = manifest or (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    entries = {"content.xml": content.encode(), "META-INF/manifest.xml": described.encode(), **(extra or {})}
    return zip_bytes({"mimetype": _ODS_TYPE.encode(), **entries})


def ods_bytes(grid: Grid, *, sheet: str = "Feuille1", others: Mapping[str, Grid] | None = None) -> bytes:
    """Return *grid* as the first sheet of an ODS workbook."""
    return ods_workbook(
        [
            ods_sheet(name, [ods_row([ods_cell(value) for value in row]) for row in cells])
            for name, cells in {sheet: grid, **(others or {})}.items()
        ]
    )


def parquet_bytes(grid: Grid, *, compression: str = "snappy") -> bytes:
    """Return *grid* as Parquet: its first row gives the names of the columns."""
    header, *rows = grid
    columns = [pa.array([row[index] for row in rows]) for index in range(len(header))]
    written = io.BytesIO()
    pq.write_table(
        pa.Table.from_arrays(columns, [str(name) for name in header]), written, compression=compression
    )
    return written.getvalue()


def zip_bytes(entries: Mapping[str, bytes]) -> bytes:
    """Return an archive of these entries, always the same bytes for the same entries."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name, date_time=_MADE.timetuple()[:6])
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return written.getvalue()


def rezip(content: bytes, *, changes: Mapping[str, bytes | None]) -> bytes:
    """Return the archive with some entries replaced, added, or removed when ``None``."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    merged = entries | dict(changes)
    return zip_bytes({name: data for name, data in merged.items() if data is not None})

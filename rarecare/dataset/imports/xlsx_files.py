"""XLSX workbooks: dangers first, then the values of every sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from rarecare.dataset.imports.archives import Archive
from rarecare.dataset.imports.cells import Cells
from rarecare.dataset.imports.refusals import Faults, column_letters
from rarecare.dataset.imports.sheets import Area, Hidden, Workbook
from rarecare.dataset.imports.texts import NoTextError, text_of
from rarecare.dataset.imports.xlsx_parts import scan_xlsx
from rarecare.errors import RarecareError


def read_xlsx(archive: Archive, cells: Cells) -> Workbook:
    """Return the sheets and the notes; the faults of cells are added to those of the archive.

    Raises :class:`rarecare.errors.DataProblems` when a part is broken or when a sheet goes beyond the limits.
    """
    hidden = scan_xlsx(archive)
    try:
        return _read_values(archive, cells, hidden)
    # the reader of workbooks is foreign and compiled: whatever it raises, a panic included, means a broken file
    except BaseException as error:
        _as_refusal(error, archive.faults)


def _as_refusal(error: BaseException, faults: Faults) -> NoReturn:
    if isinstance(error, RarecareError) or not (
        isinstance(error, Exception) or type(error).__name__ == "PanicException"
    ):
        raise error
    slug = "fichier-protege" if isinstance(error, PasswordError) else "classeur-corrompu"
    raise faults.stop(slug, value=str(error)) from None


def _read_values(archive: Archive, cells: Cells, hidden: Mapping[str, Hidden]) -> Workbook:
    read = Workbook(cells)
    with CalamineWorkbook.from_filelike(io.BytesIO(archive.content)) as workbook:
        for described in workbook.sheets_metadata:
            if described.typ != SheetTypeEnum.WorkSheet:
                continue
            parts = hidden.get(described.name, Hidden())
            parts.sheet = described.visible != SheetVisibleEnum.Visible
            _add_sheet(read, workbook.get_sheet_by_name(described.name), parts)
    return read


def _add_sheet(read: Workbook, sheet: CalamineSheet, hidden: Hidden) -> None:
    # the lines above the first cell are given, empty, but not the columns before it
    _, left = sheet.start or (0, 0)
    rows: list[tuple[str, ...]] = []
    for line, values in enumerate(sheet.iter_rows(), start=1):
        texts = [""] * left
        texts += _texts(values, read.cells.faults, sheet=sheet.name, line=line, left=left)
        rows.append(read.cells.row(texts, line=line, sheet=sheet.name))
    areas = [Area(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    read.add(sheet.name, rows, areas, hidden)


def _texts(values: Sequence[object], faults: Faults, *, sheet: str, line: int, left: int) -> Iterator[str]:
    for index, value in enumerate(values, start=left):
        try:
            yield text_of(value)
        except NoTextError as error:
            faults.add(
                "cellule-en-erreur", sheet=sheet, line=line, column=column_letters(index), value=str(error)
            )
            yield ""

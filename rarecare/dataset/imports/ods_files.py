"""ODS workbooks, read as a stream from their one XML part: values, merged cells, formulas.

The general reader of workbooks loses tabs and knows no merged cell in this format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rarecare.dataset.imports.archives import Archive
from rarecare.dataset.imports.cells import Cells
from rarecare.dataset.imports.refusals import column_letters
from rarecare.dataset.imports.sheets import Area, Hidden, Workbook
from rarecare.dataset.imports.texts import NoTextError, text_of
from rarecare.dataset.imports.xml_parts import Attributes, Handler, read_part, xml_names

_CONTENT = "content.xml"
# what may sit in a cell or a document without being its value
_ASIDE = frozenset({"annotation", "frame", "custom-shape", "g", "tracked-changes", "dde-links", "shapes"})
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_HIDDEN = frozenset({"collapse", "filter"})
_NUMBERS = frozenset({"float", "percentage", "currency"})
# blanks of the XML count for one space; others are elements
_BLANKS = re.compile(r"[ \t\r\n]+")
_TIME = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


@dataclass
class _Cell:
    """The cell being read."""

    attributes: Mapping[str, str]
    covered: bool
    paragraphs: list[str] = field(default_factory=list)


@dataclass
class _Reader(Handler):
    """Builds the sheets; empty lines and columns are only counted until something follows them."""

    archive: Archive
    workbook: Workbook
    sheet: str = ""
    rows: list[tuple[str, ...]] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    empty_rows: int = 0
    empty_columns: int = 0
    row_repeats: int = 1
    row_is_hidden: bool = False
    cell: _Cell | None = None
    aside: int = 0
    style: str = ""
    hidden_styles: set[str] = field(default_factory=set)
    hidden: Hidden = field(default_factory=Hidden)
    columns: int = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if self.aside or name in _ASIDE:
            self.aside += 1
            return
        if name == "event-listener":
            self.archive.faults.add("macro", value=attributes.get("script:event-name", ""))
        elif name == "table":
            self._start_sheet(attributes)
        elif name == "table-row":
            self.row, self.empty_columns = [], 0
            self.row_repeats = _count(attributes, "number-rows-repeated")
            self.row_is_hidden = attributes.get("table:visibility") in _HIDDEN
        elif name in _CELLS:
            self.cell = _Cell(dict(attributes), covered=name != "table-cell")
        elif self.cell is not None:
            self._inside_cell(self.cell, name, attributes)
        else:
            self._note_hidden(name, attributes)

    def end(self, name: str) -> None:
        if self.aside:
            self.aside -= 1
        elif name in _CELLS and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None
        elif name == "table-row":
            self._end_row()
        elif name == "table":
            self._end_sheet()

    def text(self, text: str) -> None:
        if self.cell is not None and self.cell.paragraphs and not self.aside:
            self.cell.paragraphs[-1] += _BLANKS.sub(" ", text)

    def _note_hidden(self, name: str, attributes: Attributes) -> None:
        if name == "table-column":
            start, self.columns = self.columns, self.columns + _count(attributes, "number-columns-repeated")
            if attributes.get("table:visibility") in _HIDDEN:
                self.hidden.columns.append(range(start, self.columns))
        elif name == "style":
            self.style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    def _start_sheet(self, attributes: Attributes) -> None:
        self.sheet, self.empty_rows = attributes.get("table:name", ""), 0
        self.rows, self.areas, self.columns = [], [], 0
        self.hidden = Hidden(sheet=attributes.get("table:style-name", "") in self.hidden_styles)

    def _inside_cell(self, cell: _Cell, name: str, attributes: Attributes) -> None:
        if name in {"p", "h"}:
            cell.paragraphs.append("")
        elif cell.paragraphs:
            spaces = {"tab": "\t", "line-break": "\n", "s": " "}.get(name, "")
            times = _count(attributes, "c", prefix="text") if name == "s" else 1
            if times > self.archive.limits.cell_characters:
                raise self.archive.faults.stop("cellule-trop-longue", sheet=self.sheet, line=self._line)
            cell.paragraphs[-1] += spaces * times

    @property
    def _line(self) -> int:
        return len(self.rows) + self.empty_rows + 1

    def _end_cell(self, cell: _Cell) -> None:
        repeats = _count(cell.attributes, "number-columns-repeated")
        column = len(self.row) + self.empty_columns
        value = "" if cell.covered else self._value(cell, column)
        self._note_area(cell, column)
        if not value:
            self.empty_columns += repeats
            return
        if column + repeats > self.archive.limits.columns:
            raise self.archive.faults.stop(
                "trop-de-colonnes", sheet=self.sheet, line=self._line, value=f"{column + repeats} colonnes"
            )
        self.row += [""] * self.empty_columns + [value] * repeats
        self.empty_columns = 0

    def _note_area(self, cell: _Cell, column: int) -> None:
        spans = [_count(cell.attributes, f"number-{axis}-spanned") for axis in ("rows", "columns")]
        if max(spans) > 1:
            top = self._line - 1
            self.areas.append(Area(top, column, top + spans[0] - 1, column + spans[1] - 1))

    def _value(self, cell: _Cell, column: int) -> str:
        attributes = cell.attributes
        place = f"cellule {column_letters(column)}{self._line}"
        if "table:formula" in attributes:
            self._fault("formule", column, place)
            return ""
        if attributes.get("calcext:value-type") == "error":
            self._fault("cellule-en-erreur", column, place)
            return ""
        try:
            return _value_text(attributes, "\n".join(cell.paragraphs))
        except (KeyError, ValueError):
            self._fault("cellule-en-erreur", column, "\n".join(cell.paragraphs))
            return ""

    def _fault(self, slug: str, column: int, value: str) -> None:
        self.archive.faults.add(
            slug, sheet=self.sheet, line=self._line, column=column_letters(column), value=value
        )

    def _end_row(self) -> None:
        if not self.row:
            self.empty_rows += self.row_repeats
            return
        if self._line - 1 + self.row_repeats > self.archive.limits.rows:
            raise self.archive.faults.stop(
                "trop-de-lignes", sheet=self.sheet, value=f"plus de {self.archive.limits.rows} lignes"
            )
        self.rows += [()] * self.empty_rows
        self.empty_rows = 0
        if self.row_is_hidden:
            self.hidden.lines |= set(range(len(self.rows), len(self.rows) + self.row_repeats))
        for _ in range(self.row_repeats):
            self.rows.append(self.workbook.cells.row(self.row, line=self._line, sheet=self.sheet))

    def _end_sheet(self) -> None:
        self.workbook.add(self.sheet, self.rows, self.areas, self.hidden)


def read_ods(archive: Archive, cells: Cells) -> Workbook:
    """Return the sheets and the notes; the faults of cells are added to those of the archive.

    Raises :class:`rarecare.errors.DataProblems` when a part is broken or when a sheet goes beyond the limits.
    """
    content = archive.find(_CONTENT)
    for part in xml_names(archive):
        if part != content:
            read_part(archive, part)
    workbook = Workbook(cells)
    read_part(archive, content, _Reader(archive, workbook))
    return workbook


def _count(attributes: Mapping[str, str], name: str, *, prefix: str = "table") -> int:
    return max(1, int(attributes.get(f"{prefix}:{name}", "1")))


def _value_text(attributes: Mapping[str, str], shown: str) -> str:
    kind = attributes.get("office:value-type", "string")
    if kind in _NUMBERS:
        return text_of(float(attributes["office:value"]))
    if kind == "boolean":
        return {"true": "oui", "false": "non"}[attributes["office:boolean-value"]]
    if kind == "date":
        return attributes["office:date-value"].removesuffix("T00:00:00").replace("T", " ")
    if kind == "time":
        return _time_text(attributes["office:time-value"])
    return shown or attributes.get("office:string-value", "")


def _time_text(value: str) -> str:
    found = _TIME.fullmatch(value)
    if found is None:
        raise NoTextError(value)
    return f"{found[1]}{int(found[2]):02}:{int(found[3]):02}:{int(found[4]):02}"

"""Sheets of a workbook: their merged cells, of which the workbook holds one value, have it repeated in each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rarecare.dataset.imports.cells import Cells, make_sheet
from rarecare.dataset.imports.refusals import Faults, column_letters
from rarecare.dataset.imports.sources import Sheet
from rarecare.french import counted

_SHOWN = 5


@dataclass(frozen=True)
class Area:
    """Merged cells, from the first line and column to the last, both included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


def repeat_merged(
    rows: list[tuple[str, ...]], areas: Iterable[Area], *, sheet: str, faults: Faults, most_cells: int
) -> int:
    """Write the value of each area into all its cells, within the lines of *rows*, and return how many were filled.

    A cell hidden by an area takes its value too: it is what a reader of the sheet sees. Raises
    :class:`rarecare.errors.DataProblems` when the areas cover more than *most_cells* cells together.
    """
    width = max((len(row) for row in rows), default=0)
    by_line: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
    covered = filled = 0
    for area in areas:
        if area.top >= len(rows) or area.left >= len(rows[area.top]):
            continue
        value, bottom, right = (
            rows[area.top][area.left],
            min(area.bottom, len(rows) - 1),
            min(area.right, width - 1),
        )
        covered += (bottom - area.top + 1) * (right - area.left + 1)
        if covered > most_cells:
            raise faults.stop("trop-de-cellules", sheet=sheet, value="cellules fusionnées")
        filled += bool(value)
        for line in range(area.top, bottom + 1):
            by_line[line].append((area.left, right, value))
    for line, spans in by_line.items():
        rows[line] = _filled(rows[line], spans, width)
    return filled


def _filled(row: tuple[str, ...], spans: list[tuple[int, int, str]], width: int) -> tuple[str, ...]:
    cells = list(row) + [""] * (width - len(row))
    for left, right, value in spans:
        cells[left : right + 1] = [value] * (right - left + 1)
    return tuple(cells)


def _merged_note(sheet: str, count: int) -> str:
    areas = (
        "une zone fusionnée, dont la valeur est répétée"
        if count == 1
        else f"{count} zones fusionnées, dont la valeur est répétée"
    )
    return f"Feuille « {sheet} » : {areas} dans chaque cellule."


@dataclass
class Hidden:
    """What a sheet does not show: lines and columns counted from 0, or the sheet itself."""

    sheet: bool = False
    lines: set[int] = field(default_factory=set)
    columns: list[range] = field(default_factory=list)

    def note(self, sheet: Sheet) -> str:
        """Return what must be said of the sheet, empty when all that it holds is shown."""
        if self.sheet:
            return (
                f"La feuille « {sheet.name} » est masquée dans le classeur : elle n'est lue que si on la choisit."
                if sheet.rows
                else ""
            )
        lines = sorted(line + 1 for line in self.lines if line < len(sheet.rows) and any(sheet.rows[line]))
        width = len(sheet.rows[0]) if sheet.rows else 0
        places = sorted(
            {place for part in self.columns for place in range(part.start, min(part.stop, width))}
        )
        columns = [column_letters(place) for place in places if any(row[place] for row in sheet.rows)]
        told = [
            f"{counted(len(found), one, many)} ({_first(found)})"
            for found, one, many in (
                ([str(line) for line in lines], "ligne masquée", "lignes masquées"),
                (columns, "colonne masquée", "colonnes masquées"),
            )
            if found
        ]
        verb = "est lue" if len(lines) + len(columns) == 1 else "sont lues"
        return f"Feuille « {sheet.name} » : {' et '.join(told)} {verb} aussi." if told else ""


def _first(texts: list[str]) -> str:
    return ", ".join([*texts[:_SHOWN], *(["…"] if len(texts) > _SHOWN else [])])


@dataclass
class Workbook:
    """The sheets read so far; ``merged`` names those that had merged cells."""

    cells: Cells
    sheets: list[Sheet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)

    def add(
        self,
        name: str,
        rows: list[tuple[str, ...]],
        areas: Iterable[Area],
        hidden: Hidden,
    ) -> None:
        """Add one sheet, once the values of its merged areas are repeated, and say what of it is hidden.

        Raises :class:`rarecare.errors.DataProblems` when there are too many sheets or when the areas are too large.
        """
        faults, limits = self.cells.faults, self.cells.limits
        if len(self.sheets) >= limits.sheets:
            raise faults.stop("trop-de-feuilles", value=f"plus de {limits.sheets}")
        count = repeat_merged(rows, areas, sheet=name, faults=faults, most_cells=limits.cells)
        if count:
            self.merged.add(name)
            self.notes.append(_merged_note(name, count))
        sheet = replace(make_sheet(name, rows), hidden=hidden.sheet)
        self.sheets.append(sheet)
        if note := hidden.note(sheet):
            self.notes.append(note)

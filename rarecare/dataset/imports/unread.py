"""The columns of a file that no field takes: all are named, those that look useful must be decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rarecare.dataset.imports.headings import Lexicon, headings_of, lexicon_of
from rarecare.dataset.imports.mapping import Mapping
from rarecare.dataset.imports.rows import find_heading
from rarecare.dataset.imports.sources import Sheet
from rarecare.dataset.imports.values import squeezed
from rarecare.dataset.tables import Table

UNREAD = "colonne-non-lue"
_NO_HEADING = re.compile(r"colonne [A-Z]{1,3}")
_NUMBER = re.compile(r"[<≤]? ?[0-9]{1,3}(?:[  \u202f]?[0-9]{3})*(?:[.,][0-9]+)?")
_MOSTLY = 0.8
_SEEN_CELLS = 5_000


@dataclass(frozen=True)
class UnreadColumn:
    """One column that is not read. ``why`` says in French what it seems to be, empty when nothing is lost with it.

    ``field`` is the field that it might give, empty when none is meant; ``column`` is its place, counted from 0.
    """

    heading: str
    why: str
    field: str
    column: int


def unread_columns(sheet: Sheet, table: Table, mapping: Mapping) -> tuple[UnreadColumn, ...]:
    """Return the columns with a heading or a value that the mapping does not read, in the order of the file."""
    lexicon = lexicon_of(table)
    headings = headings_of(sheet, lexicon, line=mapping.header_line, height=mapping.header_height)
    used = {find_heading(heading, headings) for heading in [*mapping.columns.values(), *mapping.pivot]}
    left_aside = {
        find_heading(heading, headings) for heading in (*mapping.ignored, *lexicon.of_export(headings))
    }
    body = sheet.rows[mapping.header_line - 1 + mapping.header_height :]
    return tuple(
        _described(heading, column, body, table, mapping, decided=column in left_aside)
        for column, heading in enumerate(headings)
        if column not in used and (not _NO_HEADING.fullmatch(heading) or _first_cells(body, column))
    )


def _described(
    heading: str,
    column: int,
    body: Sequence[tuple[str, ...]],
    table: Table,
    mapping: Mapping,
    *,
    decided: bool,
) -> UnreadColumn:
    lexicon = lexicon_of(table)
    cells = _first_cells(body, column)
    if decided or not cells or lexicon.is_ignored(heading):
        return UnreadColumn(heading, "", "", column)
    name = _meaning(heading, lexicon)
    if name:
        titles = {field.name: field.title for field in table.fields}
        taken = mapping.columns.get(name, "")
        besides = f", que donne déjà « {taken} »" if taken else ""
        return UnreadColumn(heading, f"peut se lire « {titles.get(name, name)} »{besides}", name, column)
    numbers = sum(1 for cell in cells if _NUMBER.fullmatch(cell))
    if lexicon.measures and numbers >= _MOSTLY * len(cells):
        return UnreadColumn(heading, "porte des nombres", "", column)
    return UnreadColumn(heading, "", "", column)


def _meaning(heading: str, lexicon: Lexicon) -> str:
    """Return the field that a heading says, more or less clearly."""
    if name := lexicon.hesitation(heading):
        return name
    if fields := lexicon.fields_of(heading):
        return next(iter(fields))
    if measure := lexicon.measure_of(heading):
        return measure[0]
    return lexicon.nearest(heading)


def _first_cells(body: Sequence[tuple[str, ...]], column: int) -> list[str]:
    return list(_cells(body, column))


def _cells(body: Sequence[tuple[str, ...]], column: int) -> Iterator[str]:
    found = 0
    for row in body:
        if column < len(row) and (cell := squeezed(row[column])):
            yield cell
            found += 1
            if found == _SEEN_CELLS:
                return

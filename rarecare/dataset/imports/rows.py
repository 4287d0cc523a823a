"""The rows of a sheet by field, as written: the mapping applied, wide files unfolded, total lines left aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from rarecare.dataset.imports.headings import headings_of, lexicon_of, mappable_fields
from rarecare.dataset.imports.mapping import Mapping, missing_fields
from rarecare.dataset.imports.sources import Sheet, Source
from rarecare.dataset.imports.values import normalised, squeezed
from rarecare.dataset.tables import Table

_TOTAL_FIELDS = ("etablissement_id", "reseau_id", "centre_id", "nom", "libelle")
_TOTAL = re.compile(
    r"(?:sou )?totaux(?: .*)?|(?:sou )?total(?: (?:general|national|france|filiere|region|annuel))?"
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a mapping for a file: the slug, the line and the heading concerned, the value read."""

    slug: str
    line: int = 0
    column: str = ""
    value: str = ""
    detail: str = ""


@dataclass(frozen=True, eq=False)
class RawRows:
    """The rows of a sheet as text, before any cleaning.

    Parameters
    ----------
    frame : DataFrame
        One column a field given by a column or a heading of the file, all text.
    lines : Series
        Line of each row in the sheet, same index.
    headings : dict
        Field to heading, for messages. The fields of a wide file have theirs in *cell_headings*.
    cell_headings : DataFrame
        For the fields of a wide file, the heading that each cell comes from.
    totals, repeated : tuple of int
        Lines left aside: totals, and headings repeated.
    """

    frame: pd.DataFrame
    lines: pd.Series
    headings: dict[str, str]
    cell_headings: pd.DataFrame
    totals: tuple[int, ...] = ()
    repeated: tuple[int, ...] = ()

    def heading(self, field: str, row: int) -> str:
        """Return the heading under which a cell is written."""
        if field in self.cell_headings:
            return str(self.cell_headings.at[row, field])
        return self.headings.get(field, "")


def sheet_of(source: Source, mapping: Mapping) -> Sheet | None:
    """Return the sheet that a mapping names, the only one when it names none."""
    for sheet in source.sheets:
        if sheet.name == mapping.sheet:
            return sheet
    return source.sheets[0] if len(source.sheets) == 1 and not mapping.sheet else None


def mapping_faults(source: Source, table: Table, mapping: Mapping) -> list[Fault]:
    """Return what prevents a mapping from being applied to a file."""
    if mapping.table != table.name:
        return [
            Fault("correspondance-d-une-autre-table", value=mapping.table, detail=f"attendu : {table.name}")
        ]
    sheet = sheet_of(source, mapping)
    if sheet is None:
        names = ", ".join(f"« {each.name} »" for each in source.sheets)
        return [Fault("feuille-introuvable", value=mapping.sheet, detail=f"feuilles : {names}")]
    if mapping.header_line + mapping.header_height - 1 > len(sheet.rows):
        return [Fault("en-tete-introuvable", line=mapping.header_line)]
    lexicon = lexicon_of(table)
    headings = headings_of(sheet, lexicon, line=mapping.header_line, height=mapping.header_height)
    faults = list(_column_faults(headings, table, mapping))
    faults += [
        Fault("donnees-nominatives", line=mapping.header_line, column=heading)
        for heading in headings
        if lexicon.is_personal(heading)
    ]
    titles = {field.name: field.title for field in table.fields}
    faults += [Fault("colonne-manquante", column=titles[name]) for name in missing_fields(mapping, table)]
    body = sheet.rows[mapping.header_line - 1 + mapping.header_height :]
    if not any(cell.strip() for row in body for cell in row):
        faults.append(Fault("aucune-ligne"))
    return faults


def raw_rows(source: Source, table: Table, mapping: Mapping) -> RawRows:
    """Return the rows of the sheet by field; the mapping must be without fault."""
    sheet = sheet_of(source, mapping)
    if sheet is None:
        raise ValueError("mapping_faults tells that the sheet is missing")
    headings = headings_of(sheet, lexicon_of(table), line=mapping.header_line, height=mapping.header_height)
    columns = {name: find_heading(heading, headings) for name, heading in mapping.columns.items()}
    groups = _groups(mapping, headings)
    first = mapping.header_line + mapping.header_height
    records: list[dict[str, str]] = []
    origins: list[dict[str, str]] = []
    lines: list[int] = []
    totals: list[int] = []
    repeated: list[int] = []
    for line, row in enumerate(sheet.rows[first - 1 :], first):
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: row[column] if column < len(row) else "" for name, column in columns.items()}
        if _is_total(cells, row):
            totals.append(line)
        elif _is_header(cells, mapping):
            repeated.append(line)
        else:
            for record, origin in _unfolded(cells, row, groups, headings):
                records.append(record)
                origins.append(origin)
                lines.append(line)
    pivoted = list(dict.fromkeys(name for group in groups for name in group[1]))
    told = list(dict.fromkeys(name for group in groups for name in group[0]))
    names = list(dict.fromkeys([*columns, *pivoted, *told]))
    # where one heading tells an age class and another none, the latter takes the constant: « tous »
    missing = {name: mapping.constants.get(name, "") for name in names}
    return RawRows(
        frame=pd.DataFrame(records, columns=names, dtype="str").fillna(missing),
        lines=pd.Series(lines, dtype="int64"),
        headings=dict(mapping.columns),
        cell_headings=pd.DataFrame(origins, columns=pivoted, dtype="str").fillna(""),
        totals=tuple(totals),
        repeated=tuple(repeated),
    )


def find_heading(heading: str, headings: tuple[str, ...]) -> int:
    """Return the position of a heading, accents, case and spaces set aside when that leaves only one; else -1."""
    if heading in headings:
        return headings.index(heading)
    alike = [rank for rank, own in enumerate(headings) if normalised(own) == normalised(heading)]
    return alike[0] if len(alike) == 1 else -1


Group = tuple[dict[str, str], dict[str, int]]
"""Rows of one kind drawn from a wide row: what the headings tell, and field to column."""


def _column_faults(headings: tuple[str, ...], table: Table, mapping: Mapping) -> Iterator[Fault]:
    known = set(mappable_fields(table))
    told = {name for cells in mapping.pivot.values() for name in (set(cells) - {"champ"}) | {cells["champ"]}}
    for name in sorted({*mapping.columns, *mapping.constants, *told} - known):
        yield Fault("champ-inconnu", value=name)
    for heading in [*mapping.columns.values(), *mapping.pivot]:
        if find_heading(heading, headings) < 0:
            yield Fault("intitule-introuvable", line=mapping.header_line, column=heading)


def _groups(mapping: Mapping, headings: tuple[str, ...]) -> list[Group]:
    groups: dict[tuple[tuple[str, str], ...], Group] = {}
    for heading, cells in mapping.pivot.items():
        told = {name: value for name, value in cells.items() if name != "champ"}
        group = groups.setdefault(tuple(sorted(told.items())), (told, {}))
        group[1][cells["champ"]] = find_heading(heading, headings)
    return [groups[key] for key in sorted(groups)]


def _unfolded(
    cells: dict[str, str], row: tuple[str, ...], groups: list[Group], headings: tuple[str, ...]
) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    if not groups:
        yield cells, {}
    for told, columns in groups:
        drawn = {name: row[column] if column < len(row) else "" for name, column in columns.items()}
        if any(cell.strip() for cell in drawn.values()):
            yield {**cells, **drawn, **told}, {name: headings[column] for name, column in columns.items()}


def _is_total(cells: dict[str, str], row: tuple[str, ...]) -> bool:
    """Tell whether a row is the total of others: the place of a name says so, or its first cell does."""
    first = next((squeezed(cell) for cell in row if cell.strip()), "")
    names = [cells[name] for name in _TOTAL_FIELDS if name in cells]
    if names and not any(squeezed(name) for name in names) and _TOTAL.fullmatch(normalised(first)):
        return True
    return any(_TOTAL.fullmatch(normalised(name)) for name in names)


def _is_header(cells: dict[str, str], mapping: Mapping) -> bool:
    return bool(cells) and all(
        normalised(cell) == normalised(mapping.columns[name]) for name, cell in cells.items()
    )

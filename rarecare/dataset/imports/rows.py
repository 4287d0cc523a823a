"""The rows of a sheet by field, as written: the mapping applied, wide files unfolded, total lines left aside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
    """Return the sheet that a mapping names, or the only one shown: a mapping kept serves another year."""
    for sheet in source.sheets:
        if sheet.name == mapping.sheet:
            return sheet
    shown = [sheet for sheet in source.sheets if not sheet.hidden]
    return shown[0] if len(shown) == 1 else None


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
    last = mapping.header_line + mapping.header_height - 1
    if min(mapping.header_line, mapping.header_height) < 1 or last > len(sheet.rows):
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


def usable_part(source: Source, table: Table, mapping: Mapping) -> Mapping | None:
    """Return the mapping without what the file or the table does not have, None when nothing of it is left.

    The rows are then checked as far as they can be, so that all that is wrong with a file is told at once.
    """
    sheet = sheet_of(source, mapping)
    if sheet is None or mapping.table != table.name or min(mapping.header_line, mapping.header_height) < 1:
        return None
    headings = headings_of(sheet, lexicon_of(table), line=mapping.header_line, height=mapping.header_height)
    known = set(mappable_fields(table))
    columns = {
        name: heading
        for name, heading in mapping.columns.items()
        if name in known and find_heading(heading, headings) >= 0
    }
    pivot = {
        heading: cells
        for heading, cells in mapping.pivot.items()
        if find_heading(heading, headings) >= 0 and {cells["champ"], *cells} - {"champ"} <= known
    }
    constants = {name: value for name, value in mapping.constants.items() if name in known}
    return replace(mapping, columns=columns, pivot=pivot, constants=constants) if columns or pivot else None


def raw_rows(source: Source, table: Table, mapping: Mapping) -> RawRows:
    """Return the rows of the sheet by field; the mapping must be without fault."""
    sheet = sheet_of(source, mapping)
    if sheet is None:
        raise ValueError("mapping_faults tells that the sheet is missing")
    headings = headings_of(sheet, lexicon_of(table), line=mapping.header_line, height=mapping.header_height)
    columns = {name: find_heading(heading, headings) for name, heading in mapping.columns.items()}
    first = mapping.header_line + mapping.header_height
    body = sheet.rows[first - 1 :]
    kept: list[int] = []
    aside: dict[str, list[int]] = {"total": [], "header": []}
    wanted = {name: squeezed(heading).casefold() for name, heading in mapping.columns.items()}
    for position, row in enumerate(body):
        text = "".join(row)
        if not text or text.isspace():
            continue
        why = ""
        if "tota" in text.casefold() and _is_total({name: row[at] for name, at in columns.items()}, row):
            why = "total"
        elif wanted and all(
            squeezed(row[columns[name]]).casefold() == heading for name, heading in wanted.items()
        ):
            why = "header"
        (aside[why] if why else kept).append(position)
    groups = _groups(mapping, headings)
    frame = pd.DataFrame(
        {name: [body[position][column] for position in kept] for name, column in columns.items()},
        index=pd.Index(kept, dtype="int64"),
        dtype="str",
    )
    frame, cell_headings = (
        _unfolded(frame, body, groups, mapping) if groups else (frame, pd.DataFrame(index=frame.index))
    )
    lines = pd.Series(frame.index.to_numpy() + first, dtype="int64")
    return RawRows(
        frame=frame.reset_index(drop=True),
        lines=lines,
        headings=dict(mapping.columns),
        cell_headings=cell_headings.reset_index(drop=True),
        totals=tuple(position + first for position in aside["total"]),
        repeated=tuple(position + first for position in aside["header"]),
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
    frame: pd.DataFrame, body: Sequence[tuple[str, ...]], groups: list[Group], mapping: Mapping
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row for each kind of number of a wide row, in the order of the file, and the headings of its cells."""
    headings = {
        cells["champ"] + str(sorted(cells.items())): heading for heading, cells in mapping.pivot.items()
    }
    parts, origins = [], []
    for told, columns in groups:
        part = frame.copy()
        origin = pd.DataFrame(index=frame.index)
        for name, column in columns.items():
            part[name] = pd.Series([body[row][column] for row in frame.index], index=frame.index, dtype="str")
            origin[name] = headings[name + str(sorted({"champ": name, **told}.items()))]
        filled = part[list(columns)].apply(lambda cells: cells.str.strip().ne("")).any(axis=1)
        parts.append(part[filled].assign(**told))
        origins.append(origin[filled])
    # where one heading tells an age class and another none, the latter takes the constant: « tous »
    whole = pd.concat(parts)
    missing = {name: mapping.constants.get(name, "") for name in whole.columns}
    order = whole.index.argsort(kind="stable")
    return whole.fillna(missing).astype("str").iloc[order], pd.concat(origins).fillna("").iloc[order]


def _is_total(cells: dict[str, str], row: tuple[str, ...]) -> bool:
    """Tell whether a row is the total of others: the place of a name says so, or its first cell does."""
    first = next((squeezed(cell) for cell in row if cell.strip()), "")
    names = [cells[name] for name in _TOTAL_FIELDS if name in cells]
    candidates = names if any(squeezed(name) for name in names) or not names else [first]
    return any("tota" in name.casefold() and _TOTAL.fullmatch(normalised(name)) for name in candidates)

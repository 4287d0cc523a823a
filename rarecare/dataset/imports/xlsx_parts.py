"""What the XML of an XLSX workbook holds that its values do not tell: formulas, errors, extent, weight of the texts.

It is read before the values: a reader of values gives the last result of a formula as if someone had typed it, and
reserves memory for every cell up to the farthest one.
"""

from __future__ import annotations

import posixpath
import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from rarecare.dataset.imports.archives import Archive
from rarecare.dataset.imports.refusals import column_letters
from rarecare.dataset.imports.sheets import Hidden
from rarecare.dataset.imports.xml_parts import Attributes, Handler, StopPartError, read_part, xml_names

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_ALPHABET = 26
_TRUE = frozenset({"1", "true"})


@dataclass
class _Names(Handler):
    """Sheet names and shared texts, wherever the archive keeps them."""

    roots: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    lengths: array[int] = field(default_factory=lambda: array("Q"))
    part: str = ""

    def start(self, name: str, attributes: Attributes) -> None:
        root = self.roots.setdefault(self.part, name)
        if root == "worksheet":
            raise StopPartError
        if root == "sst" and name == "si":
            self.lengths.append(0)
        elif root == "workbook" and name == "sheet":
            key = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets[key] = attributes.get("name", "")
        elif root == "Relationships" and name == "Relationship":
            self.targets[f"{self.part}#{attributes.get('Id', '')}"] = attributes.get("Target", "")

    def text(self, text: str) -> None:
        if self.lengths and self.roots[self.part] == "sst":
            self.lengths[-1] += len(text)


@dataclass
class _SheetScan(Handler):
    """One sheet: its formulas and errors go to the faults, its extent and the length of its texts are counted."""

    archive: Archive
    sheet: str
    lengths: array[int]
    row: int = -1
    column: int = -1
    last_row: int = -1
    last_column: int = -1
    characters: int = 0
    inside_shared: bool = False
    inside_cell: bool = False
    digits: str = ""
    hidden: Hidden = field(default_factory=Hidden)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._place(attributes.get("r", ""))
            self.inside_cell, self.inside_shared = True, attributes.get("t") == "s"
            if attributes.get("t") == "e":
                self._fault("cellule-en-erreur")
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1
            if attributes.get("hidden") in _TRUE:
                self.hidden.lines.add(self.row)
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self.hidden.columns.append(range(int(attributes["min"]) - 1, int(attributes["max"])))
        elif self.inside_cell:
            if name == "f":
                self._fault("formule")
            self._extend()

    def end(self, name: str) -> None:
        if name == "c":
            self.inside_cell = False
        elif name == "v" and self.inside_shared:
            self.characters += self.lengths[int(self.digits)]
            self.digits = ""

    def text(self, text: str) -> None:
        if self.inside_cell and self.inside_shared:
            self.digits += text.strip()

    def _place(self, reference: str) -> None:
        self.column += 1
        if reference:
            found = _REFERENCE.fullmatch(reference)
            if found is None:
                raise ValueError(reference[:20])
            self.row, self.column = int(found[2]) - 1, column_index(found[1])

    def _extend(self) -> None:
        # a cell that only has a style is no cell: whole empty columns often have one
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)

    def _fault(self, slug: str) -> None:
        letters = column_letters(self.column)
        value = f"cellule {letters}{self.row + 1}"
        self.archive.faults.add(slug, sheet=self.sheet, line=self.row + 1, column=letters, value=value)


def column_index(letters: str) -> int:
    """Return the place of a column counted from 0: ``"A"`` is ``0``."""
    index = 0
    for letter in letters:
        index = index * _ALPHABET + ord(letter) - ord("A") + 1
    return index - 1


def scan_xlsx(archive: Archive) -> dict[str, Hidden]:
    """Read the XML of the whole workbook; formulas and cells in error are added to the faults of the archive.

    Returns the lines and columns that each sheet hides, by its name.
    Raises :class:`rarecare.errors.DataProblems` when a part is broken or when a sheet goes beyond the limits.
    """
    names = _Names()
    for part in xml_names(archive):
        names.part = part
        read_part(archive, part, names)
    shown = _sheet_names(names)
    _refuse_unseen(shown, names, archive)
    limits, characters = archive.limits, 0
    hidden = {}
    for part in [part for part, root in names.roots.items() if root == "worksheet"]:
        scan = _SheetScan(archive, shown.get(part.lower(), part), names.lengths)
        read_part(archive, part, scan)
        characters += scan.characters
        hidden[scan.sheet] = scan.hidden
        _check_extent(scan)
        if characters > limits.unpacked_bytes:
            raise archive.faults.stop("archive-demesuree", sheet=scan.sheet, value="textes répétés")
    return hidden


def _check_extent(scan: _SheetScan) -> None:
    faults, limits = scan.archive.faults, scan.archive.limits
    rows, columns = scan.last_row + 1, scan.last_column + 1
    if columns > limits.columns:
        value = f"{columns} colonnes, jusqu'à {column_letters(scan.last_column)}"
        raise faults.stop("trop-de-colonnes", sheet=scan.sheet, value=value)
    if rows > limits.rows:
        raise faults.stop("trop-de-lignes", sheet=scan.sheet, value=f"{rows} lignes")
    if rows * columns > limits.cells:
        raise faults.stop("trop-de-cellules", sheet=scan.sheet, value=f"{rows} lignes × {columns} colonnes")


def _refuse_unseen(shown: Mapping[str, str], names: _Names, archive: Archive) -> None:
    # a sheet in a part that does not say it is XML would be read without having been looked at
    scanned = {part.lower() for part in names.roots}
    for path, sheet in shown.items():
        if path not in scanned:
            raise archive.faults.stop("classeur-corrompu", sheet=sheet, value=path)


def _sheet_names(names: _Names) -> dict[str, str]:
    """Return {part in lower case: name of the sheet}."""
    found = {}
    for key, target in names.targets.items():
        owner, _, identifier = key.partition("#")
        if owner.lower() == "xl/_rels/workbook.xml.rels" and identifier in names.sheets:
            path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            found[path.lower()] = names.sheets[identifier]
    return found

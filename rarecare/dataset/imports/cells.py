"""Cells on their way into a sheet: each distinct text is checked once and held once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rarecare.dataset.imports.refusals import Faults, column_letters
from rarecare.dataset.imports.sources import Limits, Sheet

# beyond it, new texts are still checked but no longer shared
_SHARED_TEXTS = 500_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# UTF-8 once read as cp1252: « Ã© » for « é », « â€™ » for « ’ »; or what replaced a character already lost
_DEFORMED = re.compile(
    "Ã[\u00a0-\u00bf\u0081-\u009f€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ]|â€[™œ“”¦\u009d\u0153]|ï»¿|\N{REPLACEMENT CHARACTER}"
)


class Cells:
    """Checks and shares the texts of the cells of one file, and counts them against the limits."""

    def __init__(self, faults: Faults, limits: Limits) -> None:
        self.faults = faults
        self.limits = limits
        self.count = 0
        self._known: dict[str, str] = {}

    def row(self, texts: Sequence[str], *, line: int, sheet: str = "") -> tuple[str, ...]:
        """Return one line as shared texts; the faults of its cells are kept.

        Raises :class:`rarecare.errors.DataProblems` at once when the file goes beyond a limit.
        """
        self.count += len(texts)
        if self.count > self.limits.cells:
            raise self.faults.stop(
                "trop-de-cellules", sheet=sheet, line=line, value=f"plus de {self.limits.cells}"
            )
        if len(texts) > self.limits.columns:
            raise self.faults.stop("trop-de-colonnes", sheet=sheet, line=line, value=f"{len(texts)} colonnes")
        if line > self.limits.rows:
            raise self.faults.stop("trop-de-lignes", sheet=sheet, value=f"plus de {self.limits.rows} lignes")
        known = self._known
        try:
            return tuple([known[text] for text in texts])
        except KeyError:
            return tuple(
                [
                    self._new(text, line=line, index=index, sheet=sheet) if text not in known else known[text]
                    for index, text in enumerate(texts)
                ]
            )

    def _new(self, text: str, *, line: int, index: int, sheet: str) -> str:
        slug = fault_of_text(text, longest=self.limits.cell_characters)
        if slug:
            self.faults.add(slug, sheet=sheet, line=line, column=column_letters(index), value=text)
        elif len(self._known) < _SHARED_TEXTS:
            self._known[text] = text
        return text


def fault_of_text(text: str, *, longest: int) -> str:
    """Return the slug of what is wrong with the text of one cell, ``""`` when nothing is."""
    if len(text) > longest:
        return "cellule-trop-longue"
    if text.startswith("=") and len(text) > 1:
        return "formule"
    if text.isascii() and text.isprintable():
        return ""
    if "\x00" in text:
        return "octet-nul"
    if _CONTROL.search(text):
        return "caractere-de-controle"
    return "texte-deforme" if _DEFORMED.search(text) else ""


def make_sheet(name: str, rows: list[tuple[str, ...]]) -> Sheet:
    """Return the sheet of these lines, made rectangular, without the empty lines and columns at its end.

    *rows* is emptied, so that two copies never stand side by side.
    """
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((filled_width(row) for row in rows), default=0)
    for index, row in enumerate(rows):
        if len(row) != width:
            rows[index] = row[:width] if len(row) > width else row + ("",) * (width - len(row))
    kept = tuple(rows)
    rows.clear()
    return Sheet(name, kept)


def filled_width(row: Sequence[str]) -> int:
    """Return the number of cells of a line up to the last that is not empty."""
    width = len(row)
    while width and not row[width - 1]:
        width -= 1
    return width


def check_sheets(sheets: Sequence[Sheet], faults: Faults) -> None:
    """Refuse a file in which no sheet has a heading and a line of data."""
    filled = [sum(1 for row in sheet.rows if any(cell.strip() for cell in row)) for sheet in sheets]
    if not any(filled):
        faults.add("feuille-vide")
    elif max(filled) < 2:
        faults.add("sans-donnees")

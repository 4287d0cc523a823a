"""CSV files: encoding, separator, then every line, read as a stream."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

from rarecare.dataset.imports.cells import Cells, filled_width, make_sheet
from rarecare.dataset.imports.encodings import NAMES, find_encoding
from rarecare.dataset.imports.refusals import Faults, column_letters
from rarecare.dataset.imports.sources import Limits, Sheet
from rarecare.errors import DataProblems

# of two that cut as evenly, the first: a comma is also found in sentences and decimals, a tab never
DELIMITERS = ("\t", "|", ";", ",")
DELIMITER_NAMES = {",": "virgule", ";": "point-virgule", "\t": "tabulation", "|": "barre verticale"}
_SAMPLE_CHARACTERS = 200_000
_SAMPLE_ROWS = 200
_SEPARATOR_LINE = re.compile(r'"?sep=(.?)"?[,;\t|]*\r?\n?', re.IGNORECASE)
_EMPTY_TABLE = ' \t\r\n,;|"'
_NUMBER = re.compile(r"[-+]?[\d\s.,]*\d%?")
_FIELD_TOO_LONG = "field larger than field limit"


class _RefusedError(Exception):
    """Carries problems out of the csv module, which reads lines by calling back."""

    def __init__(self, problems: DataProblems) -> None:
        self.problems = problems


def read_csv(content: bytes, faults: Faults, limits: Limits) -> tuple[Sheet, str, str, tuple[str, ...]]:
    """Return the table, its encoding, its separator and the notes on what was understood.

    Raises :class:`rarecare.errors.DataProblems` with every fault that could be found.
    """
    _refuse_nul(content, faults)
    encoding = find_encoding(content, faults)
    sample = _stream(content, encoding).read(_SAMPLE_CHARACTERS)
    if not sample.strip():
        raise faults.stop("fichier-vide")
    if not sample.strip(_EMPTY_TABLE):
        raise faults.stop("feuille-vide")
    announced = _SEPARATOR_LINE.fullmatch(sample.partition("\n")[0])
    delimiter = announced[1] if announced else find_delimiter(sample)
    if delimiter not in DELIMITERS:
        value = announced[0].strip() if announced else sample.partition("\n")[0].strip()
        raise faults.stop("separateur-inconnu", line=1, value=value)
    rows = _rows(content, encoding, delimiter, Cells(faults, limits), announced=announced is not None)
    _check_widths(rows, faults)
    sheet = make_sheet("", rows)
    check_headings(sheet, faults)
    return sheet, encoding, delimiter, _notes(encoding, delimiter)


def find_delimiter(sample: str) -> str:
    """Return the separator that cuts the lines of *sample* most evenly, ``""`` when none cuts them at all.

    The first line that is cut counts most: a decimal comma is found in numbers, never in headings.
    """
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best][0] > 0 else ""


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    widths: list[int] = []
    # a cut or faulty sample still tells its separator; the faults are told when the whole is read
    with suppress(csv.Error):
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                widths.append(len(row))
            if len(widths) > _SAMPLE_ROWS:
                break
    if len(widths) > 1 and len(sample) == _SAMPLE_CHARACTERS:
        widths.pop()
    cut = [width for width in widths if width > 1]
    if not cut:
        return 0.0, 0
    usual, count = max(Counter(cut).items(), key=lambda item: (item[1], item[0]))
    return count / len(widths) + (0.5 if cut[0] == usual and widths[0] > 1 else 0), usual


def _stream(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _refuse_nul(content: bytes, faults: Faults) -> None:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
    if not wide and b"\x00" in content:
        raise faults.stop("octet-nul", line=content.count(b"\n", 0, content.index(b"\x00")) + 1)


def _lines(content: bytes, encoding: str, cells: Cells) -> Iterator[str]:
    stream, longest = _stream(content, encoding), cells.limits.line_characters
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        if len(line) > longest:
            value = f"ligne de plus de {longest} caractères"
            raise _RefusedError(cells.faults.stop("cellule-trop-longue", line=number, value=value))
        yield line


def _rows(
    content: bytes, encoding: str, delimiter: str, cells: Cells, *, announced: bool
) -> list[tuple[str, ...]]:
    lines = _lines(content, encoding, cells)
    rows: list[tuple[str, ...]] = []
    if announced:
        next(lines)
        rows.append(())
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = 0
    try:
        for row in reader:
            before = reader.line_num
            rows.append(cells.row(row, line=len(rows) + 1))
    except _RefusedError as refused:
        raise refused.problems from None
    except csv.Error as error:
        several_lines = reader.line_num > before + 1
        alone = str(error).startswith(_FIELD_TOO_LONG) and not several_lines
        slug = "cellule-trop-longue" if alone else "csv-illisible"
        cells.faults.add(slug, line=len(rows) + 1, value="" if alone else _said(error))
    return rows


def _said(error: csv.Error) -> str:
    if "unexpected end" in str(error) or str(error).startswith(_FIELD_TOO_LONG):
        return "un guillemet ouvert n'est jamais fermé"
    return "texte après un guillemet fermant"


def _check_widths(rows: Sequence[tuple[str, ...]], faults: Faults) -> None:
    widths = Counter(len(row) for row in rows if any(row))
    if not widths:
        return
    usual = max(widths, key=lambda width: (widths[width], width))
    announced = _announced_width(rows)
    started = False
    for line, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        started = started or len(row) >= usual
        # the title above a table has fewer cells; empty cells beyond the last column are harmless
        if filled_width(row) > usual or (started and len(row) < usual):
            faults.add("nombre-de-cellules", line=line, value=f"{len(row)} au lieu de {usual}")
        elif announced and filled_width(row) > announced:
            faults.add("nombre-de-cellules", line=line, value=f"{len(row)} au lieu de {announced}")


def _announced_width(rows: Sequence[tuple[str, ...]]) -> int:
    """Return the cells of the widest line before the first number, 0 when no line of headings can be told.

    A number cut in two by its own comma makes every row wider than the headings: without this, its first half would
    be taken for the whole.
    """
    width = 0
    for row in rows:
        if any(_NUMBER.fullmatch(cell.strip()) for cell in row):
            return width if width > 1 else 0
        width = max(width, len(row))
    return 0


def check_headings(sheet: Sheet, faults: Faults) -> None:
    """Refuse two columns of the same heading, unless a second line of headings may tell them apart."""
    rows = [(line, row) for line, row in enumerate(sheet.rows, start=1) if any(row)]
    header = next(((line, row) for line, row in rows if all(row) and len(row) > 1), None)
    if header is None:
        return
    line, row = header
    below = next((cells for number, cells in rows if number > line), ())
    if not any(_NUMBER.fullmatch(cell.strip()) for cell in below) or any(map(_NUMBER.fullmatch, row)):
        return
    seen: set[str] = set()
    for index, cell in enumerate(row):
        heading = " ".join(cell.casefold().split())
        if heading in seen:
            faults.add(
                "colonne-en-double", sheet=sheet.name, line=line, column=column_letters(index), value=cell
            )
        seen.add(heading)


def _notes(encoding: str, delimiter: str) -> tuple[str, ...]:
    notes = [f"Colonnes séparées par : {DELIMITER_NAMES[delimiter]}."]
    if encoding not in {"utf-8", "utf-8-sig"}:
        notes.append(f"Texte lu dans l'encodage {NAMES[encoding]} : vérifier quelques accents.")
    return tuple(notes)

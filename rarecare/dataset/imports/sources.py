"""What a file that a reader brings holds once read: its sheets, as text, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["csv", "xlsx", "ods", "parquet"]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or the only table of a CSV or Parquet file (then without name).

    Every cell is text, ``""`` when empty. ``rows[i]`` is line ``i + 1`` of the sheet: empty lines between others are
    kept, those at the end are not. All rows have the same number of cells, up to the last column that holds anything.
    A CSV cell that spans several lines of text counts as one line, as a spreadsheet shows it. A ``hidden`` sheet of a
    workbook is only read when it is named.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    hidden: bool = False


@dataclass(frozen=True)
class Source:
    """One file as it was read.

    ``bytes`` is its size, ``encoding`` and ``delimiter`` are those of a CSV file and empty elsewhere. ``notes`` are
    French sentences on what was understood rather than given: encoding, merged cells, hidden sheets.
    """

    file: str
    kind: Kind
    sha256: str
    bytes: int
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    """Beyond which a file is refused, so that no file takes more memory than a small multiple of its size.

    ``file_bytes`` is reached by the first size refused. The unpacked size and the ratio concern what is compressed:
    a ratio is only looked at beyond ``ratio_from_bytes``, as a small repetitive sheet packs very well.
    """

    file_bytes: int = 200_000_000
    unpacked_bytes: int = 600_000_000
    ratio: int = 150
    ratio_from_bytes: int = 20_000_000
    entries: int = 2_000
    sheets: int = 200
    rows: int = 1_048_576
    columns: int = 1_000
    cells: int = 10_000_000
    cell_characters: int = 32_767
    line_characters: int = 4_000_000

    def of_megabytes(self, megabytes: float) -> Limits:
        """Return these limits for files of less than *megabytes* (millions of bytes)."""
        return replace(self, file_bytes=int(megabytes * 1_000_000))


LIMITS = Limits()

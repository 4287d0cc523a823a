"""What a column of a table means: label, unit and the way its values are written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from rarecare.french import date, duration, number, people, percent

Kind = Literal[
    "texte", "nombre", "nombre1", "nombre2", "part", "part1", "pct", "pct1", "duree", "personnes", "date"
]

_WRITERS: dict[str, Callable[..., str]] = {
    "nombre": lambda value: number(value),
    "nombre1": lambda value: number(value, 1),
    "nombre2": lambda value: number(value, 2),
    "part": lambda value: percent(value),
    "part1": lambda value: percent(value, 1),
    "pct": lambda value: percent(value / 100),
    "pct1": lambda value: percent(value / 100, 1),
    "duree": duration,
    "personnes": lambda value: people(value, ""),
    "date": date,
}
_EXCEL_FORMATS = {
    "nombre": "#,##0",
    "nombre1": "#,##0.0",
    "nombre2": "#,##0.00",
    "part": "0.0",
    "part1": "0.0",
    "pct": "0.0",
    "pct1": "0.0",
    "duree": "0.0",
    "personnes": "#,##0",
}
_SHARES = frozenset({"part", "part1"})
_PER_CENT = frozenset({"pct", "pct1"}) | _SHARES
_COUNTS = frozenset({"nombre", "personnes"})
_FILE_DECIMALS = {"nombre2": 3}


@dataclass(frozen=True)
class ColumnMeta:
    """One column of a table.

    Parameters
    ----------
    label
        French header.
    unit
        Unit, shown with the header in files (``min``, ``habitants``) and left out on screen when values carry it.
    kind
        How a value is written: ``part`` takes a share of 1, ``pct`` a number of per cent, ``duree`` minutes;
        ``personnes`` rounds to three figures.
    write
        Another way to write a value, in place of ``kind``.
    """

    label: str
    unit: str = ""
    kind: Kind = "texte"
    write: Callable[..., str] | None = None

    @property
    def header(self) -> str:
        """Header with its unit, for files; a label that says its unit is left as it is."""
        unit = self.unit or ("%" if self.kind in _PER_CENT else "")
        if not unit or re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", self.label, re.IGNORECASE):
            return self.label
        if self.label.endswith(")"):
            return f"{self.label[:-1]}, {unit})"
        return f"{self.label} ({unit})"

    def file_name(self, name: str) -> str:
        """Return the name of the column in a CSV file; a share, written in per cent there, ends with ``_pct``."""
        return f"{name}_pct" if self.kind in _PER_CENT and not name.endswith("_pct") else name

    def file_values(self, values: pd.Series) -> pd.Series:
        """Return the values of files: numbers without noise, shares in per cent, texts in French as on screen.

        People and counts are whole, minutes and per cent have one decimal; infinity (no road) stays in a column of
        minutes and is unknown among counts.
        """
        if self.kind == "texte":
            written = [_yes_no(value) if self.write is None else self.write(value) for value in values]
            return pd.Series(written, index=values.index, dtype=object)
        if not self.is_number:
            return values
        numbers = pd.to_numeric(values).astype("float64") * (100.0 if self.kind in _SHARES else 1.0)
        if self.kind in _COUNTS:
            return numbers.replace([math.inf, -math.inf], math.nan).round().astype("Int64")
        return numbers.round(_FILE_DECIMALS.get(self.kind, 1))

    @property
    def is_number(self) -> bool:
        """Whether values are numbers, set right and sorted by size."""
        return self.kind not in {"texte", "date"}

    @property
    def excel_format(self) -> str:
        """Number format of the column in a workbook."""
        return _EXCEL_FORMATS.get(self.kind, "General")

    def text(self, value: object) -> str:
        """Return one value as written on screen; an unknown text is empty."""
        if self.write is not None:
            return self.write(value)
        if self.kind == "texte":
            return "" if value is None or pd.isna(value) else str(value)
        return _WRITERS[self.kind](value)


def _yes_no(value: object) -> object:
    return ("oui" if value else "non") if isinstance(value, bool) else value


__all__ = ["ColumnMeta", "Kind"]

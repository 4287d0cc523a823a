"""What a column of a table means: label, unit and the way its values are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from rarecare.french import date, duration, number, people, percent

Kind = Literal["texte", "nombre", "nombre1", "nombre2", "part", "part1", "duree", "personnes", "date"]

_WRITERS: dict[str, Callable[..., str]] = {
    "nombre": lambda value: number(value),
    "nombre1": lambda value: number(value, 1),
    "nombre2": lambda value: number(value, 2),
    "part": lambda value: percent(value),
    "part1": lambda value: percent(value, 1),
    "duree": duration,
    "personnes": lambda value: people(value, ""),
    "date": date,
}
_EXCEL_FORMATS = {
    "nombre": "#,##0",
    "nombre1": "#,##0.0",
    "nombre2": "#,##0.00",
    "part": "0%",
    "part1": "0.0%",
    "duree": "0",
    "personnes": "#,##0",
}


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
        How a value is written: ``part`` takes a share of 1, ``duree`` minutes, ``personnes`` rounds to three figures.
    write
        Another way to write a value, in place of ``kind``.
    """

    label: str
    unit: str = ""
    kind: Kind = "texte"
    write: Callable[..., str] | None = None

    @property
    def header(self) -> str:
        """Header with its unit, for files."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @property
    def is_number(self) -> bool:
        """Whether values are numbers, set right and sorted by size."""
        return self.kind not in {"texte", "date"}

    @property
    def excel_format(self) -> str:
        """Number format of the column in a workbook."""
        return _EXCEL_FORMATS.get(self.kind, "General")

    def text(self, value: Any) -> str:  # noqa: ANN401  # one cell of any table
        """Return one value as written on screen; an unknown text is empty."""
        if self.write is not None:
            return self.write(value)
        if self.kind == "texte":
            return "" if value is None or pd.isna(value) else str(value)
        return _WRITERS[self.kind](value)


__all__ = ["ColumnMeta", "Kind"]

"""The text of a value that a workbook or a Parquet file holds as a number, a date or a boolean."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

# a spreadsheet shows 15 figures: 0.1 + 0.2 is « 0.3 » there
_FIGURES = 15
_EXACT_INTEGERS = 10**15
_SECONDS_PER_HOUR = 3_600


class NoTextError(ValueError):
    """A value that no cell can hold: infinite, or of a kind that is no single value."""


def text_of(value: object, *, figures: int = _FIGURES) -> str:
    """Return the text of one value: ``"12"``, ``"12.5"``, ``"2024-01-31"``, ``"oui"``, ``""`` for no value.

    Numbers have a point, no exponent, no useless zero and at most *figures* figures. A moment at midnight is a date.
    Raises :class:`NoTextError` on an infinite number and on anything else than text, number, boolean, date or time.
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "oui" if value else "non"
        case int():
            return str(value)
        case float():
            return _number(value, figures)
        case Decimal():
            return _plain(value)
        case datetime.datetime():
            return _moment(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return _duration(value)
        case _:
            raise NoTextError(type(value).__name__)


def _number(value: float, figures: int) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        raise NoTextError("infini")
    if value.is_integer() and abs(value) < _EXACT_INTEGERS:
        return str(int(value))
    return _plain(Decimal(format(value, f".{figures}g")))


def _plain(value: Decimal) -> str:
    if not value.is_finite():
        if value.is_nan():
            return ""
        raise NoTextError("infini")
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: datetime.datetime) -> str:
    if value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds")


def _duration(value: datetime.timedelta) -> str:
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), _SECONDS_PER_HOUR)
    return f"{sign}{hours:02}:{rest // 60:02}:{rest % 60:02}"

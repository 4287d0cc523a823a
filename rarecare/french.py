"""Numbers, durations and dates as French readers write them, with their no-break spaces.

One home for every layer (screens, charts, reports, command line), so that a value reads the same everywhere.
Grouping and decimal signs are those of the Unicode CLDR for French, by babel; rounding is half up, as taught at
school, and never makes a value look like a bound that it does not reach (99.97 % stays below 100 %).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
NOT_AVAILABLE = "n.\u00a0d."
"""Shown for a value that nobody knows (NaN or None)."""
NO_ROAD = "pas de route"
"""Shown for an infinite travel time: no road leads there, which is not a number."""
MASKED = f"≤{NARROW_NBSP}10"
"""Shown for a count of 1 to 10 patients; never for 0 nor for a value nobody knows."""

Number = float | int | None
_LOCALE = "fr_FR"
_STEP_MINUTES = 5
_MILLION = 1_000_000


def number(value: Number, decimals: int = 0) -> str:
    """Return ``1 234,5`` or ``−3``; trailing zeros are kept so that a column has one look.

    NaN and None give :data:`NOT_AVAILABLE`; infinity is a bug in the caller and raises ``ValueError``.
    """
    if value is None or math.isnan(value):
        return NOT_AVAILABLE
    return _written(_round(value, decimals), decimals)


@lru_cache(maxsize=65_536)
def _written(value: Decimal, decimals: int) -> str:
    """Return a rounded value in French; a table writes the same few values again and again."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=_LOCALE)).replace("-", "−")


def signed(value: Number, decimals: int = 0) -> str:
    """Return ``+1,2`` or ``−3``, with a true minus sign; zero has no sign."""
    text = number(value, decimals)
    plus = value is not None and not math.isnan(value) and _round(value, decimals) > 0
    return f"+{text}" if plus else text


def percent(share: Number, decimals: int = 0) -> str:
    """Return a share of 1 as ``12 %``.

    A share strictly between 0 and 1 is never shown as 0 % nor as 100 %: ``< 1 %`` and ``> 99 %`` say what is known.
    """
    if share is None or math.isnan(share):
        return NOT_AVAILABLE
    rounded = _round(float(share) * 100, decimals)
    step = Decimal(1).scaleb(-decimals)
    if float(share) > 0 and rounded <= 0:
        return f"<{NBSP}{number(float(step), decimals)}{NARROW_NBSP}%"
    if float(share) < 1 and rounded >= 100:
        return f">{NBSP}{number(float(100 - step), decimals)}{NARROW_NBSP}%"
    return f"{number(float(rounded), decimals)}{NARROW_NBSP}%"


def duration(minutes: Number) -> str:
    """Return a travel time rounded to 5 minutes: ``25 min``, ``1 h``, ``1 h 05``, ``< 5 min``.

    Infinity gives :data:`NO_ROAD`, NaN and None give :data:`NOT_AVAILABLE`; a negative time raises ``ValueError``.
    """
    if minutes is None or math.isnan(minutes):
        return NOT_AVAILABLE
    if math.isinf(minutes) and minutes > 0:
        return NO_ROAD
    if minutes < 0:
        raise ValueError(f"a travel time cannot be negative: {minutes}")
    if minutes < _STEP_MINUTES:
        return f"<{NBSP}{_STEP_MINUTES}{NBSP}min"
    return hours(_STEP_MINUTES * int(_round(minutes / _STEP_MINUTES, 0)))


def hours(minutes: int) -> str:
    """Return whole minutes as ``45 min``, ``2 h`` or ``1 h 05``, without rounding."""
    full, rest = divmod(minutes, 60)
    if not full:
        return f"{rest}{NBSP}min"
    return f"{number(full)}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


def people(count: Number, noun: str = "habitant") -> str:
    """Return a headcount of the general population to three figures: ``12 300 habitants``, ``1,2 million d’habitants``.

    With an empty ``noun`` the figure comes alone, for a column or a card that names it: ``12 300``, ``67,4 millions``.
    Never to be used for patients: small counts have their own rule, :data:`MASKED`.
    """
    if count is None or math.isnan(count):
        return NOT_AVAILABLE
    if count <= 0:
        return f"aucun{NBSP}{noun}" if noun else number(0)
    rounded = significant(count)
    if rounded >= _MILLION:
        return _millions(rounded) + (f"{_of(noun)}{_plural_noun(noun)}" if noun else "")
    return counted(rounded, noun) if noun else number(rounded)


def counted(count: Number, singular: str, plural: str = "") -> str:
    """Return a count with its noun; French takes the singular below 2: ``1 centre``, ``0 centre``, ``2 centres``."""
    if count is None or math.isnan(count):
        return NOT_AVAILABLE
    whole = float(count).is_integer()
    word = singular if abs(count) < 2 else (plural or _plural_noun(singular))
    return f"{number(count, 0 if whole else 1)}{NBSP}{word}"


def significant(value: float, figures: int = 3) -> float:
    """Round to ``figures`` significant figures, half up; values below 10 ** figures are rounded to whole numbers."""
    if not value:
        return 0.0
    magnitude = math.floor(math.log10(abs(value)))
    return float(_round(value, min(0, figures - 1 - magnitude)))


def ordinal(rank: int, *, feminine: bool = False) -> str:
    """Return ``1er``, ``1re`` or ``12e``."""
    if rank < 1:
        raise ValueError(f"a rank starts at 1: {rank}")
    if rank == 1:
        return "1re" if feminine else "1er"
    return f"{number(rank)}e"


def date(day: dt.date | str) -> str:
    """Return ``21 novembre 2026``, ``1er mai 2026``, from a date or an ISO text; other texts come back unchanged."""
    if isinstance(day, str):
        try:
            return date(dt.date.fromisoformat(day[:10]))
        except ValueError:
            return day
    text = str(format_date(day, "d MMMM y", locale=_LOCALE))
    if day.day == 1:
        text = "1er" + text[1:]
    return text.replace(" ", NBSP, 1)


def moment(when: str) -> str:
    """Return an ISO date and time as a French day and hour, on the clock of the machine; other texts unchanged."""
    try:
        local = dt.datetime.fromisoformat(when).astimezone()
    except ValueError:
        return when
    return f"{date(local.date())} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def listing(items: Sequence[str], *, last: str = "et") -> str:
    """Return ``a, b et c``."""
    if len(items) <= 1:
        return "".join(items)
    return ", ".join(items[:-1]) + f" {last} {items[-1]}"


@lru_cache(maxsize=4096)
def typography(text: str) -> str:
    """Return the text with French no-break spaces and typographic apostrophes.

    Addresses (``https://…``) and times such as 12:30 are left alone. Applying it twice changes nothing more.
    """
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(rf"[ {NBSP}{NARROW_NBSP}]+([;!?])", rf"{NARROW_NBSP}\1", text)
    text = re.sub(rf"[ {NBSP}{NARROW_NBSP}]+(:)(?=\s|$)", rf"{NBSP}\1", text)
    text = re.sub(rf"«[ {NBSP}{NARROW_NBSP}]*", f"«{NBSP}", text)
    text = re.sub(rf"[ {NBSP}{NARROW_NBSP}]*»", f"{NBSP}»", text)
    text = re.sub(rf"(?<=\d)[ {NBSP}{NARROW_NBSP}]+(?=%)", NARROW_NBSP, text)
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d))", NARROW_NBSP, text)


def is_missing(value: Number) -> bool:
    """Tell whether a value is unknown (None or NaN)."""
    return value is None or math.isnan(value)


def _round(value: float, decimals: int) -> Decimal:
    if not math.isfinite(value):
        raise ValueError(f"not a finite number: {value}")
    # repr gives the shortest decimal text of the float, so that 2.675 rounds as it is read and not as it is stored.
    # Adding zero turns a negative zero into zero.
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


def _millions(value: float) -> str:
    figure = value / _MILLION
    decimals = next(
        places for places in range(3) if places == 2 or math.isclose(figure, round(figure, places))
    )
    return f"{number(figure, decimals)}{NBSP}million{'s' if figure >= 2 else ''}"


def _of(noun: str) -> str:
    return f"{NBSP}d’" if noun[0] in "aeiouhéè" else f"{NBSP}de{NBSP}"


def _plural_noun(noun: str) -> str:
    return noun if noun[-1] in "sxz" else noun + "s"

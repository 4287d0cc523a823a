"""Texts that a spreadsheet would run as formulas, made harmless.

See OWASP, « CSV Injection »: a text that begins with one of these signs is a formula for whoever opens the file.
"""

from __future__ import annotations

import pandas as pd

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
APOSTROPHE_NOTE = (
    "Dans les fichiers CSV, une apostrophe précède les textes qui commencent par = + - ou @, "
    "pour qu'un tableur ne les prenne pas pour des formules."
)


def is_dangerous(value: object) -> bool:
    """Tell whether a spreadsheet would take a value for a formula; only a text can be one."""
    return isinstance(value, str) and value.startswith(DANGEROUS)


def neutral(value: object) -> object:
    """Return a value that no spreadsheet runs: a dangerous text after an apostrophe, anything else unchanged."""
    return f"'{value}" if is_dangerous(value) else value


def csv_text(value: object) -> object:
    """Return a value as a CSV file holds it: harmless, a carriage return being written as a line break.

    Of the two, only a line break is sure to be read back as part of the text.
    """
    plain = value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
    return neutral(plain)


def csv_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with each of its texts as :func:`csv_text`; numbers and dates are left as they are."""
    changed = {name: _changes(frame[name]) for name in frame.columns if _may_hold_text(frame[name])}
    return frame.assign(
        **{
            name: frame[name].map(lambda value, texts=texts: texts.get(value, value), na_action="ignore")
            for name, texts in changed.items()
            if texts
        }
    )


def _may_hold_text(column: pd.Series) -> bool:
    return column.dtype.kind not in "biufM" and not isinstance(column.dtype, pd.Int64Dtype | pd.Float64Dtype)


def _changes(column: pd.Series) -> dict[object, object]:
    """Return the texts of a column that are written otherwise; each distinct one is looked at once."""
    texts = (value for value in column.dropna().unique() if isinstance(value, str))
    return {value: written for value in texts if (written := csv_text(value)) != value}

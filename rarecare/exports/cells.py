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


def neutral_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its dangerous texts made harmless; numbers and dates are left as they are."""
    columns = {
        name: frame[name].map(neutral, na_action="ignore")
        for name in frame.columns
        if not (frame[name].dtype.kind in "biufM" or isinstance(frame[name].dtype, pd.Int64Dtype))
        and frame[name].map(is_dangerous).any()
    }
    return frame.assign(**columns)

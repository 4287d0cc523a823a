"""Where a row comes from, and what that allows: which rows count as published, which are made up.

``publie``
    A page says it, and its address is in the row.
``officiel``
    An official list, or the figures of whoever holds them, imported; counted as published everywhere.
``a_confirmer``
    To be read again before any public display.
``fictif``
    Made up for a test or a training; enters through an import only, and every page then says so.
"""

from __future__ import annotations

import pandas as pd

PUBLISHED = ("publie", "officiel")
"""Values that count as published."""

OFFICIAL = "officiel"
FICTITIOUS = "fictif"
TO_CONFIRM = "a_confirmer"


def is_published(cells: pd.Series) -> pd.Series:
    """Return which cells of a ``provenance`` column count as published, on the same index."""
    return cells.isin(PUBLISHED)

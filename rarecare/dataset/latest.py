"""Which rows of the centres are in force: the latest label of each réseau at each hospital."""

from __future__ import annotations

import pandas as pd


def latest_rows(centres: pd.DataFrame) -> pd.Series:
    """Return true for the latest row of each réseau × hospital, on the index of *centres*.

    ``periode_label`` is "2023-2028", "2017-2022" or "" (older or undated), which sort in that order as text; an undated
    row therefore counts only where no dated one exists.
    """
    newest = centres.groupby(["reseau_id", "etablissement_id"])["periode_label"].transform("max")
    return centres["periode_label"] == newest

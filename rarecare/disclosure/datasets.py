"""The counts of a version as a reader may see them: worked out once, read by every screen, file and command."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from rarecare.dataset.export import table_frame
from rarecare.dataset.store import Dataset
from rarecare.disclosure.gate import Reader
from rarecare.disclosure.tables import COUNT_TABLES, SUMMED, protect_table


@lru_cache(maxsize=24)
def protected_rows(dataset: Dataset, name: str, reader: Reader) -> pd.DataFrame:
    """Return the rows of a table of counts after the gate, with their owners; do not write into them.

    Children and adults supplied without their total have one more row, told by :data:`SUMMED`: what is hidden was
    worked out with it, so that who reads it beside the rows supplied learns nothing more.
    """
    owned = with_owners(dataset, name, table_frame(dataset, name))
    return protect_table(name, owned, reader=reader, sums=True)


def supplied_rows(dataset: Dataset, name: str, reader: Reader) -> pd.DataFrame:
    """Return the rows of :func:`protected_rows` that someone supplied, with the columns of the table and states."""
    rows = protected_rows(dataset, name, reader)
    added = [SUMMED, *missing_owners(name, table_frame(dataset, name))]
    kept = rows if SUMMED not in rows else rows[~rows[SUMMED]]
    return kept.drop(columns=added, errors="ignore").reset_index(drop=True)


def with_owners(dataset: Dataset, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a table of counts with the filière and hospital of their centre, that say whose they are."""
    missing = missing_owners(name, frame)
    if not missing:
        return frame
    centres = table_frame(dataset, "centres").drop_duplicates("centre_id").set_index("centre_id")
    return frame.assign(**{owner: frame["centre_id"].map(centres[owner]) for owner in missing})


def missing_owners(name: str, frame: pd.DataFrame) -> list[str]:
    """Return the columns that say whose rows these are and that the table itself does not have."""
    return [owner for owner in COUNT_TABLES[name].owners if owner not in frame]


__all__ = ["SUMMED", "protected_rows", "supplied_rows", "with_owners"]

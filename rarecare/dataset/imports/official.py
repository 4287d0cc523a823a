"""Official rows: their provenance says so, and nobody doubts them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from rarecare.dataset.imports.mapping import Mapping
from rarecare.dataset.provenance import OFFICIAL
from rarecare.dataset.tables import Table

SURE = "forte"


def official_mapping(mapping: Mapping, table: Table) -> Mapping:
    """Return a mapping whose rows are all official and sure, whatever the columns of the file say of it."""
    said = {"provenance": OFFICIAL, "confiance": SURE}
    own = {name: value for name, value in said.items() if name in table.columns}
    columns = {name: heading for name, heading in mapping.columns.items() if name not in own}
    overruled = tuple(heading for name, heading in mapping.columns.items() if name in own)
    return replace(
        mapping,
        columns=columns,
        constants={**mapping.constants, **own},
        ignored=tuple(dict.fromkeys([*mapping.ignored, *overruled])),
    )


def with_sure_confidence(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows, those whose provenance is official being sure; a table without confidence comes back as it is."""
    if not {"provenance", "confiance"} <= set(frame.columns):
        return frame
    return frame.assign(confiance=frame["confiance"].mask(frame["provenance"] == OFFICIAL, SURE))

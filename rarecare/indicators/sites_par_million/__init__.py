"""Labelled sites per million people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> NDArray[np.float64]:
    """Return the sites per million people of each territory (n_territories,); NaN where nobody lives."""
    people = view.people_by_territory
    return np.divide(
        1e6 * view.sites_by_territory, people, out=np.full_like(people, np.nan), where=people > 0
    )

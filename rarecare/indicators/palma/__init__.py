"""Palma ratio of travel time within the territory."""

from __future__ import annotations

import numpy as np

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the Palma ratio of minutes among people with a road (n_territories,); NaN where it is infinite."""
    # No road is what infinity means on screens; a ratio to 0 minutes is no number at all.
    palma = view.sharing.palma
    return np.where(np.isinf(palma), np.nan, palma)

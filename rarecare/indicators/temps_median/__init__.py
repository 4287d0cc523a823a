"""Median travel time to the nearest site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> NDArray[np.float64]:
    """Return the population-weighted median minutes of each territory (n_territories,)."""
    return view.quantile_minutes(0.5)

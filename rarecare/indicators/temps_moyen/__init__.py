"""Mean travel time to the nearest site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> NDArray[np.float64]:
    """Return the mean minutes of the people who have a road, by territory (n_territories,)."""
    return view.mean_minutes

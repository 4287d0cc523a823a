"""Share of people within a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rarecare.indicators.view import AccessView


def compute(view: AccessView, seuil_minutes: int) -> NDArray[np.float64]:
    """Return the share of people within the threshold, in per cent, by territory (n_territories,)."""
    return 100.0 * view.share_within(seuil_minutes)

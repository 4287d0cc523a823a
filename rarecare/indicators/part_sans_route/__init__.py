"""Share of people whom no road joins to a site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> NDArray[np.float64]:
    """Return the share of people without a road to any site, in per cent, by territory (n_territories,)."""
    return 100.0 * view.share_without_road

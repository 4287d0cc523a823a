"""Number of labelled sites."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> NDArray[np.float64]:
    """Return the number of sites whose hospital stands in each territory (n_territories,)."""
    return view.sites_by_territory

"""Mean travel time to the nearest site."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the mean minutes of the people who have a road, by territory (n_territories,)."""
    return view.mean_minutes

"""People beyond a threshold."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, seuil_minutes: int) -> Floats:
    """Return the people beyond the threshold or without a road, by territory (n_territories,)."""
    return view.people_by_territory - view.people_within(seuil_minutes)

"""Share of people within a threshold."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, seuil_minutes: int) -> Floats:
    """Return the share of people within the threshold, in per cent, by territory (n_territories,)."""
    return 100.0 * view.share_within(seuil_minutes)

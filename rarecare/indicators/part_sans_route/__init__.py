"""Share of people whom no road joins to a site."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the share of people without a road to any site, in per cent, by territory (n_territories,)."""
    return 100.0 * view.share_without_road

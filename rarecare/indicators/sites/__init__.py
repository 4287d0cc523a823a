"""Number of labelled sites."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the number of sites whose hospital stands in each territory (n_territories,)."""
    return view.sites_by_territory

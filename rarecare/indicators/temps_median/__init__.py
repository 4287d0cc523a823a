"""Median travel time to the nearest site."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the population-weighted median minutes of each territory (n_territories,)."""
    return view.quantile_minutes(0.5)

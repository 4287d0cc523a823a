"""Median travel time to the second nearest place."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the population-weighted median minutes to the second nearest place (n_territories,)."""
    return view.second_median_minutes

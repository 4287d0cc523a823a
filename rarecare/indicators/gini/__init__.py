"""Gini index of travel time within the territory."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the Gini index (0..1) of minutes among people with a road, by territory (n_territories,)."""
    return view.sharing.gini

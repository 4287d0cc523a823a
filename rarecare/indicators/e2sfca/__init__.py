"""Relative supply within reach (E2SFCA)."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the mean relative access of the people of each territory (n_territories,); 1 is the national mean."""
    return view.relative_access

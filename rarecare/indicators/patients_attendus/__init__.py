"""People concerned who are expected to live in the territory."""

from __future__ import annotations

from rarecare.access.caseload import CENTRAL, HIGH, LOW
from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the central number of people concerned who live in each territory (n_territories,)."""
    central: Floats = view.expected[CENTRAL]
    return central


def bounds(view: AccessView, _seuil_minutes: int) -> tuple[Floats, Floats]:
    """Return the low and the high number of each territory."""
    return view.expected[LOW], view.expected[HIGH]

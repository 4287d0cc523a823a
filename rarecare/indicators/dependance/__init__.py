"""Share of people who depend on a single place."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.indicators.view import AccessView


def compute(view: AccessView, seuil_minutes: int) -> Floats:
    """Return the share, in per cent, of people with exactly one place within the threshold (n_territories,)."""
    return 100.0 * view.dependence(seuil_minutes).share

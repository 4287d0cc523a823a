"""Labelled sites per million people."""

from __future__ import annotations

from rarecare.access.checks import Floats
from rarecare.access.weighted import ratio
from rarecare.indicators.view import AccessView


def compute(view: AccessView, _seuil_minutes: int) -> Floats:
    """Return the sites per million people of each territory (n_territories,); NaN where nobody lives."""
    return ratio(1e6 * view.sites_by_territory, view.people_by_territory)

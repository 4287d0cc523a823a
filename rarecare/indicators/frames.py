"""Indicators as tables: what the command line, the exports and the screens print."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from rarecare.access.selection import THRESHOLDS_MINUTES, check_threshold
from rarecare.dataset.store import Dataset
from rarecare.indicators.registry import Indicator, indicator, registry
from rarecare.indicators.view import SelectionAccess
from rarecare.territory.partition import Maille

_KEY = {"france": "france", "region": "region", "departement": "departement", "commune": "code_commune"}


def key_column(maille: Maille) -> str:
    """Return the name of the column that holds the code of a territory of this maille."""
    return _KEY[maille]


def thresholds_with(seuil_minutes: int) -> tuple[int, ...]:
    """Return the offered thresholds with this one among them, increasing.

    Raises :class:`UserError` when the threshold is out of bounds.
    """
    return tuple(sorted({*THRESHOLDS_MINUTES, check_threshold(seuil_minutes)}))


def indicator_values(
    access: SelectionAccess, slug: str, maille: Maille, *, seuil_minutes: int = 60
) -> pd.DataFrame:
    """Return one indicator by territory.

    Returns
    -------
    frame : DataFrame
        One row a territory, sorted by code: its code, ``nom``, ``population`` (people of the chosen public) and
        ``valeur`` (unit of the registry; inf = no road, NaN = nobody lives there).
    """
    view = access.by(maille, thresholds_minutes=thresholds_with(seuil_minutes))
    frame = _territories(access, maille, view.people_by_territory)
    return frame.assign(valeur=indicator(slug).values(view, seuil_minutes))


def indicator_table(
    access: SelectionAccess, maille: Maille, *, thresholds_minutes: tuple[int, ...] = THRESHOLDS_MINUTES
) -> pd.DataFrame:
    """Return all indicators by territory, at every threshold.

    Returns
    -------
    frame : DataFrame
        One row a territory: its code, ``nom``, ``population``, then one column an indicator (and a threshold), named by
        :meth:`Indicator.column` (and ``…_bas``, ``…_haut`` for one with bounds); inf = no road, NaN = nobody lives
        there or not available for this selection, see :func:`unavailable_indicators`.
    """
    view = access.by(maille, thresholds_minutes=thresholds_minutes)
    frame = _territories(access, maille, view.people_by_territory)
    columns = {
        name: values
        for entry in registry().values()
        for minutes in _thresholds_of(entry, thresholds_minutes)
        for name, values in entry.columns(view, minutes).items()
    }
    # One frame made at once: adding thirty columns one by one costs more than the measures themselves.
    return pd.concat([frame, pd.DataFrame(columns)], axis=1)


def unavailable_indicators(access: SelectionAccess, maille: Maille) -> dict[str, str]:
    """Return the indicators that say nothing for a selection and a maille, by slug, each with its French reason."""
    reasons = {slug: entry.unavailable(access, maille) for slug, entry in registry().items()}
    return {slug: reason for slug, reason in reasons.items() if reason}


def _thresholds_of(entry: Indicator, thresholds_minutes: tuple[int, ...]) -> tuple[int, ...]:
    return thresholds_minutes if entry.meta.seuil else (0,)


def _territories(access: SelectionAccess, maille: Maille, people: np.ndarray) -> pd.DataFrame:
    return _names(access.dataset, maille).assign(population=people)


# Texts are long to put into a frame, and the same for every selection; a copy shares them.
@lru_cache(maxsize=16)
def _names(dataset: Dataset, maille: Maille) -> pd.DataFrame:
    parts = dataset.partition(maille)
    return pd.DataFrame({key_column(maille): parts.codes, "nom": parts.noms})

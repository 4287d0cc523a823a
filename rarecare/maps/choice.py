"""Which classes and words an indicator gets on a map."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rarecare.access.selection import Selection
from rarecare.french import duration, number, people, percent
from rarecare.indicators.frames import thresholds_with
from rarecare.indicators.registry import Indicator
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.scale import MINUTES, SHARES, SHARES_FAR_IS_LOW, Scale, classes_for
from rarecare.territory.partition import Maille


def scale_for(entry: Indicator, values: ArrayLike) -> Scale:
    """Return the classes of an indicator: fixed for times and shares, cut on the values for the rest.

    ``values`` are those of :func:`map_values`, one a territory. Dark always means the unfavourable end.
    """
    if entry.meta.genre == "duree":
        return MINUTES
    if entry.meta.genre == "part":
        return SHARES_FAR_IS_LOW if entry.meta.sens == "haut" else SHARES
    return classes_for(values, dark_is="low" if entry.meta.sens == "haut" else "high")


def map_values(entry: Indicator, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values in the unit of the classes: shares of 1 instead of per cent, the others unchanged."""
    return values / 100.0 if entry.meta.genre == "part" else values


def value_text(entry: Indicator, value: float) -> str:
    """Return a value of the registry as French readers write it, with its unit."""
    writers: dict[str, Callable[[float], str]] = {
        "duree": duration,
        "part": lambda share: percent(share / 100.0),
        "habitants": people,
        "nombre": number,
        "taux": lambda rate: number(rate, 1),
        "indice": lambda index: number(index, 2),
        "rapport": lambda ratio: number(ratio, 2),
        "patients": _modelled,
    }
    return writers[entry.meta.genre](value)


def range_text(entry: Indicator, value: float, low: float, high: float) -> str:
    """Return a modelled value with its range, as in ``environ 1 400 (700 à 2 900)``."""
    text = value_text(entry, value)
    return text if isnan(value) else f"{text} ({_plain(low)} à {_plain(high)})"


def value_texts(entry: Indicator, access: SelectionAccess, maille: Maille, seuil_minutes: int) -> list[str]:
    """Return the values of an indicator as written, one a territory by code, with the range of a modelled one."""
    view = access.by(maille, thresholds_minutes=thresholds_with(seuil_minutes))
    value, *bounds = entry.columns(view, seuil_minutes).values()
    if not bounds:
        return [value_text(entry, one) for one in value]
    return [range_text(entry, *one) for one in zip(value, *bounds, strict=True)]


def _modelled(patients: float) -> str:
    """Write a modelled number of people: one decimal under 10, rounded to three figures above, never bare."""
    return _plain(patients) if isnan(patients) else f"environ {_plain(patients)}"


def _plain(patients: float) -> str:
    return number(patients, 1) if patients < 10 else people(patients, "")


def picture_query(selection: Selection, slug: str, seuil_minutes: int, version: str) -> dict[str, str]:
    """Return the query of the picture of an indicator: everything that its pixels depend on."""
    asked = {name: value for name, value in selection.parameters().items() if value}
    return asked | {"indicateur": slug, "seuil": str(seuil_minutes), "v": version}

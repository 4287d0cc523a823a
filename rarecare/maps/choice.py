"""Which classes and words an indicator gets on a map."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rarecare.access.selection import Selection
from rarecare.french import duration, number, people, percent
from rarecare.indicators.registry import Indicator
from rarecare.maps.scale import MINUTES, SHARES, SHARES_FAR_IS_LOW, Scale, classes_for


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


def _modelled(patients: float) -> str:
    """Write a modelled number of people: one decimal under 10, rounded to three figures above, never bare."""
    text = number(patients, 1) if patients < 10 else people(patients, "")
    return text if isnan(patients) else f"environ {text}"


def picture_query(selection: Selection, slug: str, seuil_minutes: int, version: str) -> dict[str, str]:
    """Return the query of the picture of an indicator: everything that its pixels depend on."""
    asked = {name: value for name, value in selection.parameters().items() if value}
    return asked | {"indicateur": slug, "seuil": str(seuil_minutes), "v": version}

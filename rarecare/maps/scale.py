"""Classes of values: bounds, colours and French labels of a map, and the class of each value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rarecare.french import NARROW_NBSP, NBSP, hours, number
from rarecare.maps.colours import rgba, sequential

NO_ROAD_CLASS = -1
"""Class of an infinite value: no road leads there."""
NO_DATA_CLASS = -2
"""Class of a value that nobody knows (NaN)."""

_HATCH_GREY = (188, 196, 198, 255)
_NO_DATA_GREY = (232, 235, 235, 255)
_NICE_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Classes of one map or chart.

    Parameters
    ----------
    bounds
        Inner bounds, rising; ``len(bounds) + 1`` classes. A value equal to a bound belongs to the class below it.
    colours
        One ``#rrggbb`` a class, first class first.
    labels
        One French label a class.
    ticks
        One French label an inner bound, shorter, for a legend drawn as a ruler; empty for a legend of labels.
    """

    bounds: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    ticks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.bounds) + 1
        if len(self.colours) != count or len(self.labels) != count:
            raise ValueError(f"{count} classes need {count} colours and labels")
        if self.ticks and len(self.ticks) != len(self.bounds):
            raise ValueError(f"{len(self.bounds)} bounds need as many ticks")
        if any(low >= high for low, high in pairwise(self.bounds)):
            raise ValueError(f"bounds must rise: {self.bounds}")

    def class_of(self, values: ArrayLike) -> NDArray[np.int8]:
        """Return the class of each value, :data:`NO_ROAD_CLASS` for infinity and :data:`NO_DATA_CLASS` for NaN."""
        array = np.asarray(values, dtype=float)
        classes = np.searchsorted(self.bounds, array, side="left").astype(np.int8)
        classes[np.isinf(array)] = NO_ROAD_CLASS
        classes[np.isnan(array)] = NO_DATA_CLASS
        return classes


def colour_image(classes: NDArray[np.int8], scale: Scale) -> NDArray[np.uint8]:
    """Return the RGBA bytes of a grid of classes, shape ``(rows, columns, 4)``; no road and no data are two greys."""
    palette = np.array(
        [_NO_DATA_GREY, _HATCH_GREY, *(rgba(colour) for colour in scale.colours)], dtype=np.uint8
    )
    image: NDArray[np.uint8] = palette[classes.astype(int) - NO_DATA_CLASS]
    return image


def minutes_scale(bounds: tuple[int, ...]) -> Scale:
    """Return the scale of travel times for bounds in minutes."""
    labels = [f"moins de {hours(bounds[0])}"]
    labels += [f"{_low_end(low, high)} à {hours(high)}" for low, high in pairwise(bounds)]
    labels.append(f"plus de {hours(bounds[-1])}")
    return Scale(
        tuple(map(float, bounds)), sequential(len(bounds) + 1), tuple(labels), tuple(map(hours, bounds))
    )


def share_scale(bounds: tuple[float, ...], *, dark_is: str = "high") -> Scale:
    """Return the scale of shares of 1 for rising bounds.

    ``dark_is="low"`` darkens the low shares: in a map of people served, dark then means far from care, as in maps
    of time.
    """
    edges = [0, *(round(bound * 100) for bound in bounds), 100]
    labels = tuple(f"{low} à {high}{NARROW_NBSP}%" for low, high in pairwise(edges))
    colours = sequential(len(bounds) + 1)
    ticks = tuple(f"{edge}{NARROW_NBSP}%" for edge in edges[1:-1])
    return Scale(bounds, colours if dark_is == "high" else colours[::-1], labels, ticks)


def classes_for(
    values: ArrayLike,
    *,
    count: int = 5,
    unit: str = "",
    decimals: int | None = None,
    dark_is: str = "high",
    label: Callable[[float], str] | None = None,
) -> Scale:
    """Return classes of about equal numbers of territories, with bounds that read well in French.

    Parameters
    ----------
    values
        Values to class; NaN and infinities are left out.
    count
        Wanted number of classes; fewer come back when the values do not allow it.
    unit
        Written after the last bound of each label, as in ``12 à 15 ans``.
    decimals
        Decimals of the labels; by default as many as the bounds need.
    dark_is
        ``"high"`` or ``"low"``: which end is dark.
    label
        Writes one bound; by default a French number.
    """
    array = np.asarray(values, dtype=float)
    finite = array[np.isfinite(array)]
    bounds = _nice_bounds(finite, count) if finite.size else ()
    write = label or _writer(bounds, decimals)
    colours = sequential(len(bounds) + 1)
    ordered = colours if dark_is == "high" else colours[::-1]
    return Scale(bounds, ordered, _labels(bounds, write, unit), tuple(write(bound) for bound in bounds))


def nice(value: float, room: float) -> float:
    """Return the roundest number within ``room`` of ``value``: 1, 1.5, 2… times a power of ten, or a multiple."""
    if value == 0:
        return 0.0
    sign, size = (1.0 if value > 0 else -1.0), abs(value)
    power = 10.0 ** np.floor(np.log10(size))
    best = min(_NICE_STEPS, key=lambda step: abs(step * power - size)) * power
    if abs(best - size) <= room:
        return float(sign * round(best, 12))
    step = 10.0 ** np.floor(np.log10(room)) if room > 0 else power / 1000
    return float(sign * round(round(size / step) * step, 12))


def _nice_bounds(values: NDArray[np.float64], count: int) -> tuple[float, ...]:
    quantiles = np.quantile(values, np.linspace(0, 1, count + 1))
    low, high = float(quantiles[0]), float(quantiles[-1])
    bounds: list[float] = []
    for index in range(1, count):
        # Half of the smaller neighbouring class: a rounder bound must not empty a class.
        room = 0.5 * min(quantiles[index] - quantiles[index - 1], quantiles[index + 1] - quantiles[index])
        bound = nice(float(quantiles[index]), float(room))
        if low <= bound < high and (not bounds or bound > bounds[-1]):
            bounds.append(bound)
    return tuple(bounds)


def _writer(bounds: tuple[float, ...], decimals: int | None) -> Callable[[float], str]:
    if decimals is None:
        decimals = next((places for places in range(4) if all(round(b, places) == b for b in bounds)), 4)
    return lambda value: number(value, decimals)


def _labels(bounds: tuple[float, ...], write: Callable[[float], str], unit: str) -> tuple[str, ...]:
    end = f"{NBSP}{unit}" if unit else ""
    if not bounds:
        return ("toutes les valeurs",)
    middle = [f"{write(low)} à {write(high)}{end}" for low, high in pairwise(bounds)]
    return (f"jusqu’à {write(bounds[0])}{end}", *middle, f"plus de {write(bounds[-1])}{end}")


def _low_end(low: int, high: int) -> str:
    """Return the lower end of a class of time: both ends in minutes need the unit once."""
    return str(low) if high < 60 else hours(low)


MINUTES = minutes_scale((30, 45, 60, 90, 120, 180))
SHARES = share_scale((0.2, 0.4, 0.6, 0.8))
SHARES_FAR_IS_LOW = share_scale((0.2, 0.4, 0.6, 0.8), dark_is="low")

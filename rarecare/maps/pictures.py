"""Classes, colours and patterns of the commune pictures of the page Distance, and their legends.

A picture and its legend are made from the same :class:`PictureScale`, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rarecare.access.selection import Selection
from rarecare.french import NBSP, number
from rarecare.indicators.compare import CommuneComparison
from rarecare.maps.legend import Legend
from rarecare.maps.raster import CommuneRaster, Pattern, paint
from rarecare.maps.scale import MINUTES, minutes_scale

Classes = NDArray[np.uint8]
Minutes = NDArray[np.floating]

NO_ROAD_GREY = "#a9b4b6"
UNCHANGED = "#f1f2ee"
MODES = ("temps", "dependance", "sans", "difference")
"""Modes of ``/carte/communes.png`` besides the indicators."""

DIFFERENCE_BOUNDS = (-60, -30, -15, -5, 5, 15, 30, 60)
ADDED_BOUNDS = (15, 30, 60)

# Blue-green and brown stay apart for the three forms of colour blindness; dots tell them apart in a grey print.
_NEARER = ("#0b4a5c", "#2c7d92", "#79b3bf", "#c3dfe3")
_FARTHER = ("#f6ddba", "#e5a962", "#c06a22", "#7c3608")
_ONE_PLACE, _NO_PLACE, _TWO_PLACES = "#d98c3d", "#1c3f5f", "#eceddb"


@dataclass(frozen=True)
class Swatch:
    """One class of a picture.

    Parameters
    ----------
    colour
        ``#rrggbb``.
    label
        What it means, in French.
    pattern
        Stripes or dots over the colour.
    tick
        Bound written at its right edge when the legend is a ruler, empty for the last class; None for a full label.
    apart
        True for a state that is not on the scale, shown only where it occurs.
    """

    colour: str
    label: str
    pattern: Pattern | None = None
    tick: str | None = None
    apart: bool = False


@dataclass(frozen=True)
class PictureScale:
    """The classes of a picture, in the order of their numbers."""

    swatches: tuple[Swatch, ...]

    @property
    def colours(self) -> tuple[str, ...]:
        """Colour of each class."""
        return tuple(swatch.colour for swatch in self.swatches)

    @property
    def labels(self) -> tuple[str, ...]:
        """Label of each class."""
        return tuple(swatch.label for swatch in self.swatches)

    @property
    def patterns(self) -> Mapping[int, Pattern]:
        """Pattern of the classes that have one."""
        return {rank: swatch.pattern for rank, swatch in enumerate(self.swatches) if swatch.pattern}

    def painted(self, raster: CommuneRaster, classes: Classes) -> bytes:
        """Return the picture of a class a commune."""
        return paint(raster, classes, self.colours, patterns=self.patterns)


@dataclass(frozen=True)
class PictureLegend(Legend):
    """Legend of a picture: ``swatches`` in place of a scale of values."""

    swatches: tuple[Swatch, ...] = field(default_factory=tuple)

    def _classes(self) -> str:
        return f'<ul class="rc-classes">{"".join(map(_item, self.swatches))}</ul>'


def legend_of(title: str, scale: PictureScale, classes: Classes) -> PictureLegend:
    """Return the legend of a picture: every class of the scale, and the states apart that occur."""
    present = set(np.unique(classes).tolist())
    shown = tuple(swatch for rank, swatch in enumerate(scale.swatches) if not swatch.apart or rank in present)
    return PictureLegend(title, swatches=shown)


def with_markers(legend: PictureLegend, *, levels: tuple[str, ...], to_confirm: bool) -> PictureLegend:
    """Return the legend with the meaning of the markers of the map."""
    return replace(legend, levels=levels, to_confirm=to_confirm)


def time_scale() -> PictureScale:
    """Return the classes of minutes to the nearest place: 30, 45, 60, 90, 120, 180, and no road."""
    ticks = (*MINUTES.ticks, "")
    rows = zip(MINUTES.colours, MINUTES.labels, ticks, strict=True)
    return PictureScale(
        (*(Swatch(colour, label, tick=tick) for colour, label, tick in rows), _no_road("pas de route"))
    )


def time_classes(minutes: Minutes) -> Classes:
    """Return the class of each commune for :func:`time_scale`; infinity is no road."""
    return _classed(minutes, MINUTES.bounds, last=len(MINUTES.colours))


def dependence_scale() -> PictureScale:
    """Return the classes of the number of places within a time: none, one, two or more, no road to any."""
    return PictureScale(
        (
            Swatch(_NO_PLACE, "aucun lieu"),
            Swatch(_ONE_PLACE, "un seul lieu"),
            Swatch(_TWO_PLACES, "deux lieux ou plus"),
            _no_road("pas de route"),
        )
    )


def added_scale() -> PictureScale:
    """Return the classes of minutes added by the loss of a place: unchanged, four classes, no road left, no road."""
    lost = minutes_scale(ADDED_BOUNDS)
    rows = zip(_FARTHER, lost.labels, (*lost.ticks, ""), strict=True)
    return PictureScale(
        (
            Swatch(UNCHANGED, "aucun"),
            *(Swatch(colour, label, tick=tick) for colour, label, tick in rows),
            Swatch(_FARTHER[3], "plus de route", Pattern("contre_hachures", "#f6ddba"), apart=True),
            _no_road("déjà sans route"),
        )
    )  # fmt: skip


def added_classes(added: Minutes) -> Classes:
    """Return the class of each commune for :func:`added_scale`; +inf = no road left, NaN = no road before either."""
    classes = 1 + np.searchsorted(np.array(ADDED_BOUNDS, dtype=added.dtype), added, side="left")
    classes[added <= 0] = 0
    classes[np.isposinf(added)] = 5
    classes[np.isnan(added)] = 6
    return classes.astype(np.uint8)


def difference_scale() -> PictureScale:
    """Return the classes of a difference of minutes, second less first, with the states of a road on one side only."""
    labels, ticks = _difference_labels(), (*map(_signed, DIFFERENCE_BOUNDS), "")
    colours = (*_NEARER, UNCHANGED, *_FARTHER)
    inks = ("#8fc6d1", "#a9d6de", "#1d6577", "#3d8a9b")
    dots = (*(Pattern("points", ink) for ink in inks), *(None,) * 5)
    rows = zip(colours, labels, dots, ticks, strict=True)
    return PictureScale(
        (
            *(Swatch(colour, label, pattern, tick) for colour, label, pattern, tick in rows),
            Swatch("#c3dfe3", "route seulement dans la seconde", Pattern("hachures", "#0b4a5c"), apart=True),
            Swatch(
                "#f6ddba",
                "route seulement dans la première",
                Pattern("contre_hachures", "#7c3608"),
                apart=True,
            ),
            _no_road("pas de route"),
        )
    )


def difference_classes(compared: CommuneComparison) -> Classes:
    """Return the class of each commune for :func:`difference_scale`."""
    difference = compared.difference_minutes
    # A bound belongs to the class on its outer side: a gain of 30 minutes is "−30 min et plus".
    lower = np.searchsorted(DIFFERENCE_BOUNDS[:4], difference, side="left")
    upper = np.searchsorted(DIFFERENCE_BOUNDS[4:], difference, side="right")
    apart = [compared.state == state for state in ("route_gagnee", "route_perdue", "aucune_route")]
    return np.select(apart, [9, 10, 11], default=lower + upper).astype(np.uint8)


def mode_query(
    mode: str,
    selection: Selection,
    version: str,
    *,
    seuil_minutes: int | None = None,
    sans: str = "",
    other: Selection | None = None,
) -> dict[str, str]:
    """Return the query of a picture: everything that its pixels depend on, fields of ``other`` suffixed ``_b``."""
    query = {"mode": mode, **named_fields(selection)}
    if seuil_minutes is not None:
        query["seuil"] = str(seuil_minutes)
    if sans:
        query["sans"] = sans
    if other is not None:
        query |= named_fields(other, "_b")
    return query | {"v": version}


def named_fields(selection: Selection, suffix: str = "") -> dict[str, str]:
    """Return the fields of a selection that an address must name: those that are not the default."""
    defaults = Selection().parameters()
    return {
        f"{name}{suffix}": value
        for name, value in selection.parameters().items()
        if value and value != defaults[name]
    }


def _no_road(label: str) -> Swatch:
    return Swatch(NO_ROAD_GREY, label, Pattern("hachures"), apart=True)


def _classed(minutes: Minutes, bounds: tuple[float, ...], *, last: int) -> Classes:
    classes = np.searchsorted(np.array(bounds, dtype=minutes.dtype), minutes, side="left")
    classes[np.isinf(minutes)] = last
    return classes.astype(np.uint8)


def _difference_labels() -> tuple[str, ...]:
    nearer = [f"{_signed(low)} à {_signed(high)}{NBSP}min" for low, high in pairwise(DIFFERENCE_BOUNDS[:4])]
    farther = [f"{_signed(low)} à {_signed(high)}{NBSP}min" for low, high in pairwise(DIFFERENCE_BOUNDS[4:])]
    first, last = DIFFERENCE_BOUNDS[0], DIFFERENCE_BOUNDS[-1]
    same = f"moins de {DIFFERENCE_BOUNDS[4]}{NBSP}min d’écart"
    return (
        f"{_signed(first)}{NBSP}min et plus", *nearer, same, *farther, f"{_signed(last)}{NBSP}min et plus",
    )  # fmt: skip


def _signed(minutes: int) -> str:
    return f"+{minutes}" if minutes > 0 else number(minutes)


def _item(swatch: Swatch) -> str:
    """Return one class of a legend: a ruler shows a bound and keeps the full label for who listens."""
    block = _block(swatch)
    if swatch.tick is None:
        return f"<li{' class=rc-apart' if swatch.apart else ''}>{block}{escape(swatch.label)}</li>"
    mark = f"<b aria-hidden=true>{escape(swatch.tick)}</b>" if swatch.tick else ""
    return f"<li class=rc-regle>{block}<span class=rc-lu>{escape(swatch.label)}</span>{mark}</li>"


def _block(swatch: Swatch) -> str:
    """Return the patch of colour; the look of patterns is in ``static/rarecare.css``."""
    if swatch.pattern is None:
        return f"<i style=background:{swatch.colour}></i>"
    kind = swatch.pattern.kind.replace("_", "-")
    return f'<i class=rc-m-{kind} style="--e:{swatch.pattern.ink};background-color:{swatch.colour}"></i>'

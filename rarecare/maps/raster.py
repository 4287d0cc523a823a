"""Commune maps as pictures: the raster index of communes, painted with a palette."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rarecare.errors import UserError

OUTSIDE = 65535
_EARTH_RADIUS_M = 6378137.0
_HATCH_PERIOD, _HATCH_WIDTH = 6, 2
_DOT_PERIOD, _DOT_WIDTH = 7, 2


@dataclass(frozen=True)
class Pattern:
    """Marks laid over the colour of a class.

    ``kind`` is ``hachures`` (rising stripes), ``contre_hachures`` (falling stripes) or ``points``; ``ink`` their
    ``#rrggbb`` colour.
    """

    kind: str
    ink: str = "#ffffff"


@dataclass(frozen=True, eq=False)
class CommuneRaster:
    """Which commune each cell of the atlas view belongs to.

    ``index`` (rows, columns) uint16 holds the rank of the commune in canonical order, 65535 outside; the first row is
    the northernmost. Cells are square in Web Mercator. ``south_west`` and ``north_east`` are (latitude, longitude).
    """

    index: NDArray[np.uint16]
    south_west: tuple[float, float]
    north_east: tuple[float, float]

    def commune_at(self, longitude: float, latitude: float) -> int | None:
        """Return the rank of the commune under a point of the atlas view, None outside the country."""
        if not (abs(longitude) <= 180 and abs(latitude) < 90):
            return None
        rows, columns = self.index.shape
        west, east = self.south_west[1], self.north_east[1]
        south, north = _mercator_y(self.south_west[0]), _mercator_y(self.north_east[0])
        column = math.floor((longitude - west) / (east - west) * columns)
        row = math.floor((north - _mercator_y(latitude)) / (north - south) * rows)
        if not (0 <= row < rows and 0 <= column < columns):
            return None
        rank = int(self.index[row, column])
        return None if rank == OUTSIDE else rank


@lru_cache(maxsize=2)
def load_raster(geo_dir: Path) -> CommuneRaster:
    """Return the raster index of ``geo/carte``.

    Raises :class:`UserError` when the file is absent or unreadable.
    """
    path = geo_dir / "carte" / "communes_atlas.npz"
    try:
        with path.open("rb") as file, np.load(file) as stored:
            west, south, east, north = (float(value) for value in stored["bounds"])
            return CommuneRaster(stored["index"], (south, west), (north, east))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        raise UserError(
            "Le fond de carte des communes est absent ou illisible",
            where=path.name,
            remedy="Lancer « make geo ».",
        ) from None


def paint(
    raster: CommuneRaster,
    classes: NDArray[np.uint8],
    colours: tuple[str, ...],
    *,
    patterns: Mapping[int, Pattern] | None = None,
) -> bytes:
    """Paint every commune in the colour of its class.

    Parameters
    ----------
    raster : CommuneRaster
        Cells of the atlas view.
    classes : uint8 array, shape (n_communes,)
        Class of each commune, an index into ``colours``.
    colours : tuple of str
        ``#rrggbb``, at most 250.
    patterns : mapping of int to Pattern, optional
        Classes drawn with stripes or dots, so that they are told apart without colour.

    Returns
    -------
    picture : bytes
        An indexed PNG, transparent outside the country.
    """
    drawn = patterns or {}
    inks = tuple(dict.fromkeys(pattern.ink for pattern in drawn.values()))
    clear = len(colours) + len(inks)
    lookup = np.full(OUTSIDE + 1, clear, dtype=np.uint8)
    lookup[: classes.size] = classes
    pixels = lookup[raster.index]
    for kind in {pattern.kind for pattern in drawn.values()}:
        inked = np.arange(clear + 1, dtype=np.uint8)
        for rank, pattern in drawn.items():
            if pattern.kind == kind:
                inked[rank] = len(colours) + inks.index(pattern.ink)
        np.copyto(pixels, inked[pixels], where=_marks(kind, *pixels.shape))
    picture = Image.fromarray(pixels, mode="P")
    picture.putpalette([channel for colour in (*colours, *inks, "#000000") for channel in _rgb(colour)])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", transparency=clear, compress_level=6)
    return buffer.getvalue()


@lru_cache(maxsize=8)
def _marks(kind: str, rows: int, columns: int) -> NDArray[np.bool_]:
    """Return which cells of a picture the marks of a pattern cover."""
    down, across = np.ogrid[:rows, :columns]
    if kind == "points":
        return (down % _DOT_PERIOD < _DOT_WIDTH) & (across % _DOT_PERIOD < _DOT_WIDTH)
    slope = {"hachures": 1, "contre_hachures": -1}[kind]
    stripes: NDArray[np.bool_] = (down + slope * across) % _HATCH_PERIOD < _HATCH_WIDTH
    return stripes


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mercator_y(latitude: float) -> float:
    return float(_EARTH_RADIUS_M * np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2)))

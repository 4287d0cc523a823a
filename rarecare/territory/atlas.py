"""Place of the five overseas départements beside the mainland, as French atlases show them.

Each DROM is scaled and shifted in Web Mercator (EPSG:3857), which keeps its form; the mainland and Corsica do not move.
The parameters are in ``geo/drom_cadres.json``, written by ``python -m rarecare.territory.prepare``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rarecare.errors import UserError
from rarecare.settings import load_settings

FloatArray = NDArray[np.float64]

#: Radius of the sphere of Web Mercator (EPSG:3857), metres.
EARTH_RADIUS_M = 6_378_137.0


@dataclass(frozen=True)
class Inset:
    """One overseas département moved near the mainland: ``x' = scale * x + shift_x_m``, same for ``y``.

    ``frame_m`` is the rectangle drawn around it: west, south, east, north in atlas metres (EPSG:3857).
    """

    departement: str
    nom: str
    scale: float
    shift_x_m: float
    shift_y_m: float
    frame_m: tuple[float, float, float, float]

    def contains(self, x_m: FloatArray, y_m: FloatArray) -> NDArray[np.bool_]:
        """Tell which atlas points lie in the frame, edges included."""
        west, south, east, north = self.frame_m
        return (x_m >= west) & (x_m <= east) & (y_m >= south) & (y_m <= north)


@dataclass(frozen=True)
class Placement:
    """The insets of one atlas, by département code."""

    insets: Mapping[str, Inset]

    def to_atlas(
        self, longitude: ArrayLike, latitude: ArrayLike, departement: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Return the atlas position of true positions.

        Parameters
        ----------
        longitude, latitude : array_like, degrees
            True position (WGS84).
        departement : array_like of str
            Code of the département of each point; broadcast against the positions.

        Returns
        -------
        tuple of ndarray, degrees
            Longitude and latitude to draw at; unchanged outside the five DROM.
        """
        lon, lat, codes = np.broadcast_arrays(
            _degrees(longitude), _degrees(latitude), np.asarray(departement)
        )
        moved_lon, moved_lat = lon.copy(), lat.copy()
        for code, inset in self.insets.items():
            here = codes == code
            x_m, y_m = to_mercator(lon[here], lat[here])
            x_m, y_m = inset.scale * x_m + inset.shift_x_m, inset.scale * y_m + inset.shift_y_m
            moved_lon[here], moved_lat[here] = from_mercator(x_m, y_m)
        return moved_lon, moved_lat

    def from_atlas(self, longitude: ArrayLike, latitude: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return the true position of atlas positions: points within a frame go back overseas, others stay."""
        lon, lat = np.broadcast_arrays(_degrees(longitude), _degrees(latitude))
        true_lon, true_lat = lon.copy(), lat.copy()
        x_m, y_m = to_mercator(lon, lat)
        for inset in self.insets.values():
            here = inset.contains(x_m, y_m)
            home_x = (x_m[here] - inset.shift_x_m) / inset.scale
            home_y = (y_m[here] - inset.shift_y_m) / inset.scale
            true_lon[here], true_lat[here] = from_mercator(home_x, home_y)
        return true_lon, true_lat


def load_placement(geo_dir: Path) -> Placement:
    """Read the placement of the DROM from ``drom_cadres.json``.

    Raises
    ------
    UserError
        When the file is absent or unreadable.
    """
    path = geo_dir / "drom_cadres.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["cadres"]
        insets = {entry["departement"]: _inset(entry) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            "Le placement des départements d'outre-mer est illisible",
            where=f"{path} : {error}",
            remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
        ) from None
    return Placement(insets)


def to_atlas(
    longitude: ArrayLike, latitude: ArrayLike, departement: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return atlas positions with the placement of the settings in force; see :meth:`Placement.to_atlas`."""
    return _current_placement().to_atlas(longitude, latitude, departement)


def from_atlas(longitude: ArrayLike, latitude: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return true positions with the placement of the settings in force; see :meth:`Placement.from_atlas`."""
    return _current_placement().from_atlas(longitude, latitude)


def to_mercator(longitude: FloatArray, latitude: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Project degrees to Web Mercator metres (EPSG:3857, spherical)."""
    return EARTH_RADIUS_M * np.radians(longitude), EARTH_RADIUS_M * np.arctanh(np.sin(np.radians(latitude)))


def from_mercator(x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the degrees of Web Mercator metres."""
    return np.degrees(x_m / EARTH_RADIUS_M), np.degrees(np.arcsin(np.tanh(y_m / EARTH_RADIUS_M)))


@cache
def _current_placement() -> Placement:
    return load_placement(load_settings().geo_dir)


def _inset(entry: Mapping[str, object]) -> Inset:
    def metres(key: str) -> float:
        return float(str(entry[key]))

    west, south, east, north = (float(str(value)) for value in _list(entry["cadre_m"]))
    return Inset(
        departement=str(entry["departement"]),
        nom=str(entry["nom"]),
        scale=metres("echelle"),
        shift_x_m=metres("decalage_x_m"),
        shift_y_m=metres("decalage_y_m"),
        frame_m=(west, south, east, north),
    )


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"liste attendue, lu {value!r}")
    return value


def _degrees(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)

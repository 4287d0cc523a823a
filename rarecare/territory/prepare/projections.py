"""Projections: one metric system per territory, plus Web Mercator for what a browser draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]

#: EPSG code of the official metric system of each overseas département; the mainland and Corsica use Lambert 93.
METRIC_EPSG = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}
LAMBERT_93 = 2154


def territory_of(departement: str) -> str:
    """Return the code of an overseas département, or ``"metro"`` for the mainland and Corsica."""
    return departement if departement in METRIC_EPSG else "metro"


def to_metric(geometries: Geometries, territory: str) -> Geometries:
    """Return an array of WGS84 geometries in metres, in the official system of their territory."""
    epsg = METRIC_EPSG.get(territory, LAMBERT_93)
    return np.asarray(shapely.transform(geometries, _projector(4326, epsg)), dtype=object)


def from_metric(geometries: Geometries, territory: str) -> Geometries:
    """Return metric geometries of one territory in WGS84 longitudes and latitudes."""
    epsg = METRIC_EPSG.get(territory, LAMBERT_93)
    return np.asarray(shapely.transform(geometries, _projector(epsg, 4326)), dtype=object)


def _projector(source: int, target: int) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)

    def project(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    return project

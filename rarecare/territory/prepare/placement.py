"""Choose where the five DROM go on the atlas, and draw their frames."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely

from rarecare.territory.atlas import Inset, Placement, from_mercator, to_mercator
from rarecare.territory.prepare.projections import Geometries

#: West, south, east, north of each frame in EPSG:3857 kilometres. Two rows in the sea below Bretagne and under the
#: Pyrenees, where France leaves room: the composed map is hardly larger than the mainland.
FRAMES_KM = {
    "971": (-600, 5275, -410, 5485),
    "972": (-400, 5275, -220, 5485),
    "973": (-600, 5055, -410, 5265),
    "974": (-400, 5055, -220, 5265),
    "976": (-210, 5055, -60, 5265),
}
#: Kept free in each frame: above for the name, and all around.
LABEL_KM = 38.0
MARGIN_KM = 8.0


def place(departements: Geometries, codes: list[str], names: Mapping[str, str]) -> Placement:
    """Return the placement that makes each DROM as large as its frame allows.

    Parameters
    ----------
    departements : ndarray of geometries
        True shapes in EPSG:3857 metres, in the order of ``codes``.
    codes : list of str
        Département codes.
    names : mapping
        Name of each DROM.
    """
    shapes = dict(zip(codes, departements, strict=True))
    return Placement({code: _inset(code, names[code], shapes[code]) for code in FRAMES_KM})


def _inset(code: str, name: str, shape: shapely.Geometry) -> Inset:
    west, south, east, north = (1000.0 * side for side in FRAMES_KM[code])
    margin, label = 1000 * MARGIN_KM, 1000 * LABEL_KM
    left, bottom, right, top = shapely.bounds(shape)
    width, height = east - west - 2 * margin, north - south - margin - label
    scale = round(float(min(width / (right - left), height / (top - bottom))), 3)
    center_x, center_y = (west + east) / 2, south + margin + height / 2
    return Inset(
        departement=code,
        nom=name,
        scale=scale,
        shift_x_m=round(float(center_x - scale * (left + right) / 2), 1),
        shift_y_m=round(float(center_y - scale * (bottom + top) / 2), 1),
        frame_m=(west, south, east, north),
    )


def move(geometries: Geometries, departements: pd.Series, placement: Placement) -> Geometries:
    """Return EPSG:3857 geometries at their atlas place; ``departements`` tells that of each geometry."""
    moved = geometries.copy()
    for code, inset in placement.insets.items():
        here = np.flatnonzero(departements.to_numpy() == code)
        factor = inset.scale
        shift = np.array([inset.shift_x_m, inset.shift_y_m])
        moved[here] = shapely.transform(geometries[here], lambda xy, k=factor, d=shift: k * xy + d)
    return moved


def placement_record(placement: Placement) -> dict[str, object]:
    """Return the content of ``drom_cadres.json``."""
    return {
        "projection": "EPSG:3857",
        "formule": "x' = echelle * x + decalage_x_m ; y' = echelle * y + decalage_y_m (mètres)",
        "cadres": [
            {
                "departement": inset.departement,
                "nom": inset.nom,
                "echelle": inset.scale,
                "decalage_x_m": inset.shift_x_m,
                "decalage_y_m": inset.shift_y_m,
                "cadre_m": list(inset.frame_m),
            }
            for inset in placement.insets.values()
        ],
    }


def frame_features(placement: Placement) -> list[dict[str, object]]:
    """Return the frames as GeoJSON lines.

    ``etiquette_longitude`` and ``etiquette_latitude`` place the top left corner of the name, inside the frame.
    """
    return [_frame_feature(inset) for inset in placement.insets.values()]


def _frame_feature(inset: Inset) -> dict[str, object]:
    west, south, east, north = inset.frame_m
    x_m, y_m = np.array([west, east, east, west, west]), np.array([south, south, north, north, south])
    corners = np.column_stack(from_mercator(x_m, y_m)).round(4).tolist()
    label_m = np.array([west + 1000 * MARGIN_KM]), np.array([north - 1000 * MARGIN_KM])
    (longitude,), (latitude,) = from_mercator(*label_m)
    properties = {
        "code": inset.departement,
        "nom": inset.nom,
        "etiquette_longitude": round(float(longitude), 4),
        "etiquette_latitude": round(float(latitude), 4),
        "etiquette_ancrage": "haut-gauche",
    }
    geometry = {"type": "LineString", "coordinates": corners}
    return {"type": "Feature", "id": inset.departement, "properties": properties, "geometry": geometry}


def project(geometries: Geometries) -> Geometries:
    """Return WGS84 geometries in EPSG:3857 metres."""
    moved = shapely.transform(geometries, lambda xy: np.column_stack(to_mercator(xy[:, 0], xy[:, 1])))
    return np.asarray(moved, dtype=object)


def unproject(geometries: Geometries) -> Geometries:
    """Return EPSG:3857 geometries in WGS84 degrees."""
    moved = shapely.transform(geometries, lambda xy: np.column_stack(from_mercator(xy[:, 0], xy[:, 1])))
    return np.asarray(moved, dtype=object)

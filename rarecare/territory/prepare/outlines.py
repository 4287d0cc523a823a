"""Dissolve communes into départements and régions, simplify them together, and write them as GeoJSON."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import shapely

from rarecare.territory.atlas import Placement
from rarecare.territory.prepare.placement import move, unproject
from rarecare.territory.prepare.projections import Geometries, territory_of

#: Tolerance of ``coverage_simplify`` where the scale is 1, in EPSG:3857 metres (about 0.7 times that on the ground).
TOLERANCE_M = 2200.0
#: Islands that would be smaller than this on the atlas are dropped (EPSG:3857 km², about half that on the ground).
SMALLEST_ISLAND_KM2 = 10.0
#: Decimals of published degrees: 4 are about 10 metres.
DECIMALS = 4


def dissolve(polygons: Geometries, owners: pd.Series) -> pd.Series:
    """Return one geometry per owner (département or région), indexed and sorted by its code."""
    groups = pd.Series(polygons).groupby(owners.to_numpy())
    return groups.agg(lambda group: shapely.make_valid(shapely.coverage_union_all(group.to_numpy())))


def simplify(departements: pd.Series, placement: Placement) -> pd.Series:
    """Return départements simplified together (EPSG:3857 metres), shared borders kept, no hole between them.

    Each territory is simplified at the scale at which the atlas draws it. Lakes and foreign enclaves (Llívia) are
    filled, small islands dropped; the main part of a département never is.
    """
    result = departements.copy()
    for territory, group in departements.groupby(departements.index.map(territory_of)):
        scale = placement.insets[territory].scale if territory in placement.insets else 1.0
        shapes = _without_islets(_without_gaps(group.to_numpy()), SMALLEST_ISLAND_KM2 * 1e6 / scale**2)
        result[group.index] = shapely.coverage_simplify(shapes, TOLERANCE_M / scale)
    return result


def published(geometries: Geometries) -> Geometries:
    """Return EPSG:3857 geometries in rounded degrees, exterior rings anticlockwise (RFC 7946)."""
    rounded = shapely.transform(unproject(geometries), lambda xy: np.round(xy, DECIMALS))
    return np.asarray(shapely.orient_polygons(shapely.normalize(rounded)), dtype=object)


def atlas_place(departements: pd.Series, placement: Placement) -> pd.Series:
    """Return départements at their atlas place (EPSG:3857 metres)."""
    codes = departements.index.to_series()
    return pd.Series(move(departements.to_numpy(), codes, placement), index=departements.index)


def check_coverage(geometries: Geometries, expected: int, *, what: str) -> None:
    """Raise unless the published shapes are all there, valid, edge to edge, without hole or sliver."""
    faults = {
        "wrong count": len(geometries) != expected,
        "invalid or empty shape": bool((~shapely.is_valid(geometries) | shapely.is_empty(geometries)).any()),
        "borders that do not match": not shapely.coverage_is_valid(geometries),
        "hole": bool(len(holes(geometries))),
    }
    found = [name for name, wrong in faults.items() if wrong]
    if found:
        raise ValueError(f"{what}: {', '.join(found)}")


def holes(geometries: Geometries) -> Geometries:
    """Return the holes of the union of some shapes: ground that belongs to none of them."""
    parts = shapely.get_parts(shapely.union_all(geometries))
    return np.asarray(shapely.polygons(shapely.get_rings(parts)[_is_interior(parts)]), dtype=object)


def feature_collection(codes: list[str], names: pd.Series, geometries: Geometries) -> str:
    """Return a compact GeoJSON text: one feature per territory, ``id`` and ``code`` alike, and ``nom``."""
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {"code": code, "nom": names[code]},
            "geometry": json.loads(shapely.to_geojson(geometry)),
        }
        for code, geometry in zip(codes, geometries, strict=True)
    ]
    return collection(features)


def collection(features: list[dict[str, object]]) -> str:
    """Return a GeoJSON text without a superfluous byte."""
    content = {"type": "FeatureCollection", "features": features}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def _is_interior(parts: Geometries) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    _, owner = shapely.get_rings(parts, return_index=True)
    first = np.r_[True, owner[1:] != owner[:-1]] if len(owner) else np.array([], dtype=bool)
    return ~first


def _without_gaps(shapes: Geometries) -> Geometries:
    """Give each hole of the union to the neighbour with the longest common border."""
    filled = shapes.copy()
    for gap in holes(shapes):
        borders = shapely.length(shapely.intersection(shapely.boundary(gap), filled))
        widest = int(np.argmax(borders))
        filled[widest] = shapely.union(filled[widest], gap)
    return filled


def _without_islets(shapes: Geometries, smallest_m2: float) -> Geometries:
    """Drop islands below a surface; a part that touches another département is no island."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    largest = pd.Series(shapely.area(parts)).groupby(owner).transform("max").to_numpy()
    island = shapely.area(_island_of(parts)) < smallest_m2
    kept = ~island | (shapely.area(parts) == largest)
    return np.asarray(shapely.multipolygons(parts[kept], indices=owner[kept]), dtype=object)


def _island_of(parts: Geometries) -> Geometries:
    """Return, for each part, the whole piece of land it belongs to, across borders."""
    lands = shapely.get_parts(shapely.union_all(parts))
    part, land = shapely.STRtree(lands).query(shapely.point_on_surface(parts), predicate="intersects")
    result = np.empty(len(parts), dtype=object)
    result[part] = lands[land]
    return result

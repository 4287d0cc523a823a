"""One clean polygon per unit: stale polygons split, holes filled, shared borders made identical."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from rarecare.territory.prepare.projections import territory_of
from rarecare.territory.prepare.sources import CITIES

#: Gaps thinner than this (about 50 m) are errors of digitisation, left to ``coverage_clean``.
SLIVER_DEGREES = 0.0005
#: Holes smaller than this (harbours and ponds) go to the neighbour with the longest common border.
SMALL_HOLE_DEGREES2 = 0.2 / (111.3**2 * 0.7)
#: Llívia is Spain: a hole of the Pyrénées-Orientales that belongs to no commune.
LLIVIA = shapely.Point(1.979, 42.464)


def unit_polygons(
    units: pd.DataFrame, source: pd.DataFrame, cantons: NDArray[np.object_], decisions: Path
) -> pd.DataFrame:
    """Return the polygon of each unit and how it was obtained.

    Parameters
    ----------
    units : DataFrame
        Indexed by code, with ``departement``.
    source : DataFrame
        Column ``polygon``, indexed by code; None where the package has no polygon.
    cantons : ndarray of geometries
        They cover the ground of the communes that have no polygon.
    decisions : Path
        Directory of ``trous.csv`` and ``communes_retablies.csv``.

    Returns
    -------
    DataFrame
        Indexed like ``units``: ``polygon`` (WGS84, no overlap, no gap between neighbours) and ``origine_polygone``
        (``source``, ``complété``, ``trou`` or ``partagé``).
    """
    polygons = source["polygon"].reindex(units.index)
    origins = pd.Series("source", index=units.index)
    _share_stale_polygons(polygons, origins, pd.read_csv(decisions / "communes_retablies.csv", dtype=str))
    ground = [polygon for polygon in polygons if polygon is not None]
    holes = find_holes(np.array(ground, dtype=object), cantons)
    _fill_holes(polygons, origins, holes, pd.read_csv(decisions / "trous.csv", dtype=str))
    missing = polygons.index[polygons.isna()]
    if len(missing):
        raise ValueError(f"communes without polygon: {list(missing)}")
    return pd.DataFrame({"polygon": _clean(polygons, units["departement"]), "origine_polygone": origins})


def find_holes(polygons: NDArray[np.object_], cantons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the pieces of ground that no commune polygon covers, slivers and Llívia left out."""
    covered = shapely.union_all(polygons)
    ground = shapely.union_all([covered, shapely.union_all(shapely.make_valid(cantons))])
    gaps = shapely.get_parts(shapely.difference(_without_rings(ground), covered))
    wide = ~shapely.is_empty(shapely.buffer(gaps, -SLIVER_DEGREES))
    return np.asarray(gaps[wide & ~shapely.contains(gaps, LLIVIA)], dtype=object)


def _without_rings(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(geometry)
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))


def _share_stale_polygons(polygons: pd.Series, origins: pd.Series, restored: pd.DataFrame) -> None:
    """Split the polygon of a dissolved commune nouvelle between the communes restored from it (Voronoi cells)."""
    for parent, group in restored.groupby("code_ancien"):
        seeds = shapely.points(group["longitude"].astype(float), group["latitude"].astype(float))
        whole = polygons[parent]
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=whole))
        for code, seed in zip(group["code_commune"], seeds, strict=True):
            cell = cells[shapely.contains(cells, seed)][0]
            polygons[code] = shapely.intersection(whole, cell)
            origins[code] = "partagé"


def _fill_holes(
    polygons: pd.Series, origins: pd.Series, holes: NDArray[np.object_], decisions: pd.DataFrame
) -> None:
    """Give each hole to the commune decided for it; every hole and every decision must find its counterpart."""
    points = shapely.points(decisions["longitude"].astype(float), decisions["latitude"].astype(float))
    holes = _give_small_holes(polygons, holes)
    which_point, which_hole = shapely.STRtree(holes).query(points, predicate="within")
    if len(which_hole) != len(holes) or len(set(which_point)) != len(points):
        undecided = sorted(set(range(len(holes))) - set(which_hole))
        lost = sorted(set(range(len(points))) - set(which_point))
        places = [
            shapely.to_wkt(shapely.point_on_surface(holes[index]), rounding_precision=3)
            for index in undecided
        ]
        raise ValueError(f"holes without decision: {places}; decisions without hole: {lost}")
    for position, index in zip(which_point, which_hole, strict=True):
        code = decisions["code_commune"].iloc[position]
        own = polygons[code]
        origins[code] = "trou" if own is None or origins[code] == "trou" else "complété"
        polygons[code] = holes[index] if own is None else shapely.union(own, holes[index])


def _give_small_holes(polygons: pd.Series, holes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give the smallest holes to the neighbour with the longest common border; return the others."""
    present = polygons[polygons.notna()]
    tree = shapely.STRtree(present.to_numpy())
    small = shapely.area(holes) < SMALL_HOLE_DEGREES2
    for hole in holes[small]:
        near = present.index[np.sort(tree.query(hole, predicate="intersects"))]
        borders = shapely.length(shapely.intersection(polygons[near].to_numpy(), shapely.boundary(hole)))
        code = near[int(np.argmax(borders))]
        polygons[code] = shapely.union(polygons[code], hole)
    return np.asarray(holes[~small], dtype=object)


def _clean(polygons: pd.Series, departements: pd.Series) -> pd.Series:
    """Remove overlaps and slivers, territory by territory, keeping the rest as it is."""
    territories = departements.map(territory_of)
    cleaned = pd.Series(index=polygons.index, dtype=object)
    for _, group in polygons.groupby(territories):
        valid = shapely.make_valid(group.to_numpy())
        result = shapely.coverage_clean(_polygonal(valid), gap_width=2 * SLIVER_DEGREES)
        cleaned[group.index] = result
    return cleaned


def _polygonal(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Drop the points and lines that ``make_valid`` may leave."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    areal = np.isin(shapely.get_type_id(parts), (3, 6))
    pieces, part = shapely.get_parts(parts[areal], return_index=True)
    return np.asarray(shapely.multipolygons(pieces, indices=owner[areal][part]), dtype=object)


def units_of(official: pd.DataFrame) -> pd.DataFrame:
    """Return the communes with Paris, Lyon and Marseille replaced by their arrondissements, sorted by code."""
    return official[~official.index.isin(CITIES)].sort_index()

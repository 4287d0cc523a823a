"""One point per unit: its town hall when the source is credible, else a point of its polygon."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from rarecare.territory.prepare.projections import Geometries, from_metric, territory_of, to_metric

#: Polygons are generalised to about 100 m: a town hall may stand that far outside its own, a little more for safety.
NEAR_METRES = 300.0


def unit_points(
    polygons: pd.DataFrame, mairies: pd.Series, departements: pd.Series, decisions: Path
) -> pd.DataFrame:
    """Return the point of each unit.

    A town-hall point is kept when it lies in its own polygon or within 300 m of it, and no other commune has the same
    point with a better claim. Otherwise ``points.csv`` of ``decisions`` may give the centre of a town. Otherwise the
    centroid, or a point of the surface when the centroid falls outside: of the candidates tried on the 33,000 credible
    town halls, this is the nearest to them (median 0.8 km).

    Returns
    -------
    DataFrame
        ``longitude``, ``latitude`` (WGS84 degrees, 6 decimals) and ``origine_point``: ``mairie``, ``bourg`` (decided
        by hand) or ``polygone`` (no credible town hall in the source).
    """
    frame = pd.DataFrame(index=polygons.index, columns=["longitude", "latitude", "origine_point"])
    for territory, group in polygons.groupby(departements.map(territory_of)):
        shapes = to_metric(group["polygon"].to_numpy(), str(territory))
        halls = to_metric(mairies.reindex(group.index).to_numpy(), str(territory))
        credible = _credible(shapes, halls)
        chosen = from_metric(np.where(credible, halls, _central_points(shapes)), str(territory))
        frame.loc[group.index, "longitude"] = shapely.get_x(chosen).round(6)
        frame.loc[group.index, "latitude"] = shapely.get_y(chosen).round(6)
        frame.loc[group.index, "origine_point"] = np.where(credible, "mairie", "polygone")
    _decide(frame, pd.read_csv(decisions / "points.csv", dtype={"code_commune": str}))
    return frame.astype({"longitude": float, "latitude": float, "origine_point": str})


def _decide(frame: pd.DataFrame, decided: pd.DataFrame) -> None:
    """Apply the points decided by hand, each where the source has no credible town hall."""
    codes = decided["code_commune"]
    useless = codes[frame.loc[codes, "origine_point"].to_numpy() != "polygone"]
    if len(useless):
        raise ValueError(f"points decided for communes whose town hall is credible: {sorted(useless)}")
    frame.loc[codes, ["longitude", "latitude"]] = decided[["longitude", "latitude"]].to_numpy()
    frame.loc[codes, "origine_point"] = "bourg"


def _credible(shapes: Geometries, halls: Geometries) -> NDArray[np.bool_]:
    distances = shapely.distance(shapes, halls)
    near = np.nan_to_num(distances, nan=np.inf) <= NEAR_METRES
    order = np.argsort(np.where(near, distances, np.inf), kind="stable")
    places = pd.DataFrame({"x": shapely.get_x(halls).round(), "y": shapely.get_y(halls).round()})
    repeated = places.iloc[order].duplicated().sort_index().to_numpy()
    return np.asarray(near & ~repeated, dtype=bool)


def _central_points(shapes: Geometries) -> Geometries:
    centroids = shapely.centroid(shapes)
    inside = shapely.contains(shapes, centroids)
    return np.asarray(np.where(inside, centroids, shapely.point_on_surface(shapes)), dtype=object)

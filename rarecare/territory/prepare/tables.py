"""Assemble the table of units and check it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from rarecare.territory.prepare.points import NEAR_METRES
from rarecare.territory.prepare.projections import territory_of, to_metric

COLUMNS = [
    "code_commune", "nom", "departement", "region", "arrondissement", "code_parent", "population",
    "longitude", "latitude", "surface_km2", "densite_par_km2", "origine_point",
]  # fmt: skip


def surfaces_km2(polygons: pd.Series, departements: pd.Series) -> pd.Series:
    """Return the surface of each unit (km², 4 decimals)."""
    surfaces = pd.Series(0.0, index=polygons.index)
    for territory, group in polygons.groupby(departements.map(territory_of)):
        surfaces[group.index] = shapely.area(to_metric(group.to_numpy(), str(territory))) / 1e6
    return surfaces.round(4)


def unit_table(
    units: pd.DataFrame, points: pd.DataFrame, population: pd.Series, surfaces: pd.Series
) -> pd.DataFrame:
    """Return the published table, one row per unit, sorted by code."""
    table = units.assign(population=population.astype("int64"), surface_km2=surfaces).join(points)
    table["densite_par_km2"] = (table["population"] / table["surface_km2"]).round(3)
    return table.rename_axis("code_commune").reset_index()[COLUMNS]


def check_units(table: pd.DataFrame, polygons: pd.Series) -> None:
    """Raise when a unit is missing, repeated, or has its point away from its own polygon."""
    codes = table["code_commune"]
    _refuse(
        "codes not sorted or repeated", [] if codes.is_monotonic_increasing and codes.is_unique else ["?"]
    )
    _refuse("units without département", list(codes[table["departement"] == ""]))
    _refuse("empty surface", list(codes[table["surface_km2"] <= 0]))
    _refuse("negative population", list(codes[table["population"] < 0]))
    _refuse("point out of its polygon", _strays(table, polygons))
    points = table[["longitude", "latitude"]]
    _refuse("two units at one point", list(codes[points.duplicated(keep=False)]))


def _strays(table: pd.DataFrame, polygons: pd.Series) -> list[str]:
    strays: list[str] = []
    for territory, group in table.groupby(table["departement"].map(territory_of)):
        points = to_metric(shapely.points(group["longitude"], group["latitude"]), str(territory))
        shapes = to_metric(polygons[group["code_commune"]].to_numpy(), str(territory))
        far = np.asarray(shapely.distance(points, shapes) > NEAR_METRES + 1)
        strays += list(group.loc[far, "code_commune"])
    return strays


def _refuse(what: str, offenders: list[str]) -> None:
    if offenders:
        raise ValueError(f"{what}: {offenders[:20]} ({len(offenders)} in all)")

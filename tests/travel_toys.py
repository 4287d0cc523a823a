"""Small territories drawn as text, for the tests of the road model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rarecare.territory.communes import Communes
from rarecare.travel.graph import RoadGraph, build_graph
from rarecare.travel.parameters import RoadParameters

KM_PER_DEGREE = np.pi * 6371.0088 / 180
ROADS = ("axe", "ordre", "code_commune", "vitesse_kmh", "type")
CROSSINGS = ("code_a", "code_b", "type", "minutes")
MASSIFS = ("portee", "code", "classe", "facteur_vitesse", "facteur_longueur_nationale")

# Round numbers, so that a reader can do the sums: 60 km/h everywhere is a minute a kilometre.
ROUND = RoadParameters(
    local_detour=1.0,
    local_slow_kmh=60.0,
    local_fast_kmh=60.0,
    express_detour=1.0,
    nationale_detour=1.0,
    motorway_access_minutes=5.0,
    express_access_minutes=2.0,
    access_per_doubling_minutes=0.5,
    paris_access_minutes=4.0,
    nationale_access_minutes=1.0,
    nationale_access_per_doubling_minutes=0.25,
    trip_minutes=3.0,
    same_commune_minutes=4.0,
)


def table(text: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a table drawn with ``|`` as text columns; the first line names them."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    cells = [[cell.strip() for cell in line.strip().split("|")] for line in lines]
    if not cells:
        return pd.DataFrame(columns=list(columns or ()), dtype=str)
    return pd.DataFrame(cells[1:], columns=cells[0], dtype=str)


def communes_on_equator(
    positions_km: Mapping[str, float | tuple[float, float]],
    *,
    population: Mapping[str, float] | None = None,
    parents: Mapping[str, str] | None = None,
    departements: Mapping[str, str] | None = None,
) -> Communes:
    """Return communes at given kilometres east (and north) of (0°, 0°), where degrees are worth the same both ways."""
    codes = sorted(positions_km)
    points = np.array([_point(positions_km[code]) for code in codes]).reshape(-1, 2) / KM_PER_DEGREE
    texts = np.array(codes, dtype=np.str_)
    blank = np.full(len(codes), "", dtype="U5")
    count = np.full(len(codes), 1.0)
    return Communes(
        codes=texts,
        noms=texts,
        departements=np.array([(departements or {}).get(code, "01") for code in codes], dtype="U3"),
        regions=blank,
        arrondissements=np.array([f"{code[:2]}1" for code in codes], dtype="U4"),
        parents=np.array([(parents or {}).get(code, "") for code in codes], dtype="U5"),
        origins=blank,
        population=np.array([(population or {}).get(code, 1000.0) for code in codes], dtype=np.float64),
        longitudes=points[:, 0].copy(),
        latitudes=points[:, 1].copy(),
        surfaces_km2=count,
        densities=count,
    )


def graph_of(
    communes: Communes,
    neighbours: str = "",
    *,
    roads: str = "",
    crossings: str = "",
    massifs: str = "",
    parameters: RoadParameters = ROUND,
) -> RoadGraph:
    """Build a graph; ``neighbours`` reads like ``"A-B B-C"``, the tables are drawn with ``|``."""
    pairs = [sorted(pair.split("-")) for pair in neighbours.split()]
    return build_graph(
        communes,
        pd.DataFrame(pairs, columns=["code_a", "code_b"], dtype=str),
        table(roads, ROADS),
        table(crossings, CROSSINGS),
        table(massifs, MASSIFS),
        parameters=parameters,
    )


def minutes_between(graph: RoadGraph, start: str, end: str) -> float:
    """Return the time of one trip as announced, NaN where there is no road."""
    from rarecare.travel.pairs import travel_times

    return float(travel_times(graph, [graph.row_of(start)], [graph.row_of(end)]).minutes[0])


def state_between(graph: RoadGraph, start: str, end: str) -> str:
    """Return the state of one trip."""
    from rarecare.travel.pairs import travel_times

    return str(travel_times(graph, [graph.row_of(start)], [graph.row_of(end)]).etat[0])


def _point(position: float | tuple[float, float]) -> tuple[float, float]:
    return position if isinstance(position, tuple) else (position, 0.0)

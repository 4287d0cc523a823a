"""The commune graph: local roads between neighbours, two layers of main roads, ferries.

Nodes are the communes, then one express node per commune where a motorway or expressway stops, then one
``nationale`` node per commune where a main road stops. A trip goes down to a layer and up again, paying the
access each time, which stands for slip roads and town streets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rarecare.territory.communes import Communes
from rarecare.travel.edges import Edges, Floats, Ints, great_circle_km
from rarecare.travel.parameters import RoadParameters

EXPRESS_TYPES = ("autoroute", "voie_express")
PARIS = "75056"


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """Undirected graph in minutes; the first ``len(codes)`` nodes are the communes in canonical order.

    ``roads`` is the symmetric sparse matrix of minutes along each edge, ``ferries`` the edges among them
    that are a ``bac``: a boat, and in Guyane a plane, a track or a canoe. Edges leave out
    ``parameters.trip_minutes``, which is added once to a whole trip.
    """

    codes: tuple[str, ...]
    roads: csr_array
    ferries: Edges
    parameters: RoadParameters

    @property
    def n_communes(self) -> int:
        """Number of communes."""
        return len(self.codes)

    def row_of(self, code: str) -> int:
        """Return the node of a commune; ``KeyError`` when the code is not in the graph."""
        return self._rows[code]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self.codes)}


def build_graph(
    communes: Communes,
    adjacency: pd.DataFrame,
    roads: pd.DataFrame,
    crossings: pd.DataFrame,
    massifs: pd.DataFrame,
    *,
    parameters: RoadParameters | None = None,
) -> RoadGraph:
    """Build the graph of a territory.

    Parameters
    ----------
    communes
        Points, populations and densities (inhabitants/km²) of the communes.
    adjacency
        One row per pair of touching communes: ``code_a``, ``code_b``.
    roads
        One row per stop of a road: ``axe``, ``ordre``, ``code_commune``, ``vitesse_kmh`` (mean speed to the
        next stop; that of the last is ignored), ``type``.
    crossings
        One row per special pair: ``code_a``, ``code_b``, ``type`` (``interdit``, ``pont``, ``bac``),
        ``minutes``. The pair loses its ordinary local edge; a ``pont`` or ``bac`` gets its own minutes
        instead.
    massifs
        One row per place with relief: ``portee``, ``code``, ``classe`` and its two factors; a commune
        overrides its arrondissement, which overrides its département.
    """
    parameters = parameters or RoadParameters()
    relief = relief_of_communes(communes, massifs)
    places = _Places(communes, relief)
    express = _layer(roads, EXPRESS_TYPES, first_node=len(communes.codes))
    nationale = _layer(roads, ("nationale",), first_node=len(communes.codes) + len(express.stops))
    n_nodes = len(communes.codes) + len(express.stops) + len(nationale.stops)

    special = _crossing_edges(communes, crossings)
    ordinary = _local_edges(communes, adjacency, relief, parameters).without(special.all, n_nodes)
    edges = (
        ordinary
        + special.bridges
        + special.ferries
        + _express_sections(express, places, parameters)
        + _express_access(express, places, parameters)
        + _nationale_sections(nationale, places, parameters)
        + _nationale_access(nationale, places, parameters)
    )
    return RoadGraph(
        codes=tuple(str(code) for code in communes.codes),
        roads=edges.matrix(n_nodes),
        ferries=special.ferries,
        parameters=parameters,
    )


@dataclass(frozen=True, eq=False)
class Relief:
    """Relief of each commune: class, and the factors that go with each class (index = class)."""

    classes: Ints
    speed_factor: Floats
    length_factor: Floats


def relief_of_communes(communes: Communes, massifs: pd.DataFrame) -> Relief:
    """Return the relief class of each commune, 0 where no massif is listed."""
    listed: dict[str, dict[str, int]] = {"commune": {}, "arrondissement": {}, "departement": {}}
    for scope, code, relief_class in _records(massifs, "portee", "code", "classe"):
        listed[scope][code] = int(relief_class)
    places = zip(
        communes.codes.tolist(),
        communes.arrondissements.tolist(),
        communes.departements.tolist(),
        strict=True,
    )
    classes = [
        listed["commune"].get(
            code, listed["arrondissement"].get(arrondissement, listed["departement"].get(departement, 0))
        )
        for code, arrondissement, departement in places
    ]
    return Relief(
        classes=np.array(classes, dtype=np.int64),
        speed_factor=_factors(massifs, "facteur_vitesse"),
        length_factor=_factors(massifs, "facteur_longueur_nationale"),
    )


def _factors(massifs: pd.DataFrame, column: str) -> Floats:
    """Return the factor of each class from 0 up; a class that no massif uses changes nothing."""
    of_class = {
        int(relief_class): float(factor) for relief_class, factor in _records(massifs, "classe", column)
    }
    return np.array([of_class.get(relief_class, 1.0) for relief_class in range(max(of_class, default=0) + 1)])


def _records(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Iterate over the rows of a small table as tuples, far faster than through pandas."""
    return zip(*(frame[column].tolist() for column in columns), strict=True)


class _Places:
    """Where a stop is: a commune, or for a city with arrondissements its centre, with all the members."""

    def __init__(self, communes: Communes, relief: Relief) -> None:
        self.communes = communes
        self.relief = relief
        self._members = {
            str(parent): np.flatnonzero(communes.parents == parent) for parent in set(communes.parents) - {""}
        }

    def centre(self, stops: Sequence[str]) -> Ints:
        """Return the commune row that stands for each stop."""
        return np.array([self.communes.resolve(code) for code in stops], dtype=np.int64)

    def members(self, stop: str) -> Ints:
        """Return the commune rows from which a stop is reached."""
        return self._members.get(stop, np.array([self.communes.resolve(stop)], dtype=np.int64))

    def crow_fly_km(self, first: Ints, second: Ints) -> Floats:
        """Return the distances between communes given by their rows."""
        lon, lat = self.communes.longitudes, self.communes.latitudes
        return great_circle_km(lon[first], lat[first], lon[second], lat[second])


@dataclass(frozen=True, eq=False)
class _Layer:
    """Stops of one kind of road and the sections between them; ``start`` and ``end`` index ``stops``."""

    stops: tuple[str, ...]
    first_node: int
    start: Ints
    end: Ints
    speed_kmh: Floats
    motorway_only: NDArray[np.bool_]


def _layer(roads: pd.DataFrame, types: Sequence[str], *, first_node: int) -> _Layer:
    rows = sorted(
        (axis, int(order), code, kind, speed)
        for axis, order, code, kind, speed in _records(
            roads, "axe", "ordre", "code_commune", "type", "vitesse_kmh"
        )
    )
    sections = [
        (start[2], end[2], float(start[4]))
        for start, end in pairwise(rows)
        if start[0] == end[0] and start[3] in types
    ]
    stops = tuple(sorted({code for start, end, _ in sections for code in (start, end)}))
    number = {code: index for index, code in enumerate(stops)}
    expressways = {code for _, _, code, kind, _ in rows if kind == "voie_express"}
    return _Layer(
        stops=stops,
        first_node=first_node,
        start=np.array([number[start] for start, _, _ in sections], dtype=np.int64),
        end=np.array([number[end] for _, end, _ in sections], dtype=np.int64),
        speed_kmh=np.array([speed for _, _, speed in sections], dtype=np.float64),
        motorway_only=np.array([code not in expressways for code in stops], dtype=bool),
    )


def _local_edges(
    communes: Communes, adjacency: pd.DataFrame, relief: Relief, parameters: RoadParameters
) -> Edges:
    number = {str(code): row for row, code in enumerate(communes.codes)}
    first = np.array([number[code] for code in adjacency["code_a"].tolist()], dtype=np.int64)
    second = np.array([number[code] for code in adjacency["code_b"].tolist()], dtype=np.int64)
    density = np.sqrt(communes.densities[first] * communes.densities[second])
    speed_kmh = parameters.local_slow_kmh + (parameters.local_fast_kmh - parameters.local_slow_kmh) / (
        1 + density / parameters.local_half_density
    )
    speed_kmh = speed_kmh * relief.speed_factor[np.maximum(relief.classes[first], relief.classes[second])]
    lon, lat = communes.longitudes, communes.latitudes
    km = great_circle_km(lon[first], lat[first], lon[second], lat[second]) * parameters.local_detour
    return Edges(first, second, 60 * km / speed_kmh)


@dataclass(frozen=True, eq=False)
class _Crossings:
    """The special pairs: all of them, and those with their own minutes."""

    all: Edges
    bridges: Edges
    ferries: Edges


def _crossing_edges(communes: Communes, crossings: pd.DataFrame) -> _Crossings:
    first = np.array([communes.resolve(code) for code in crossings["code_a"]], dtype=np.int64)
    second = np.array([communes.resolve(code) for code in crossings["code_b"]], dtype=np.int64)
    minutes = np.array([float(text) if text else np.nan for text in crossings["minutes"]], dtype=np.float64)
    edges = Edges(first, second, minutes)
    kind = np.array(crossings["type"].tolist(), dtype=np.str_)
    return _Crossings(all=edges, bridges=edges.where(kind == "pont"), ferries=edges.where(kind == "bac"))


def _express_sections(layer: _Layer, places: _Places, parameters: RoadParameters) -> Edges:
    centres = places.centre(layer.stops)
    km = places.crow_fly_km(centres[layer.start], centres[layer.end]) * parameters.express_detour
    return Edges(layer.first_node + layer.start, layer.first_node + layer.end, 60 * km / layer.speed_kmh)


def _nationale_sections(layer: _Layer, places: _Places, parameters: RoadParameters) -> Edges:
    centres = places.centre(layer.stops)
    first, second = centres[layer.start], centres[layer.end]
    relief = places.relief
    winding = relief.length_factor[np.maximum(relief.classes[first], relief.classes[second])]
    km = places.crow_fly_km(first, second) * parameters.nationale_detour * winding
    return Edges(layer.first_node + layer.start, layer.first_node + layer.end, 60 * km / layer.speed_kmh)


def _express_access(layer: _Layer, places: _Places, parameters: RoadParameters) -> Edges:
    """Link every commune with an express stop to it; in a city of arrondissements, each of them.

    The whole city's population counts: what is crossed on the way to the motorway is the city. An expressway
    that stops there too makes the access shorter, never longer: a new road must not lengthen a trip.
    """
    pieces = [Edges.empty()]
    for index, (stop, motorway_only) in enumerate(zip(layer.stops, layer.motorway_only, strict=True)):
        members = places.members(stop)
        minutes = parameters.motorway_access_minutes if motorway_only else parameters.express_access_minutes
        minutes += parameters.access_per_doubling_minutes * _doublings(places, stop, parameters)
        minutes += parameters.paris_access_minutes if stop == PARIS else 0.0
        node = np.full(len(members), layer.first_node + index)
        pieces.append(Edges(members, node, np.full(len(members), minutes)))
    return _joined(pieces)


def _nationale_access(layer: _Layer, places: _Places, parameters: RoadParameters) -> Edges:
    """Link each stop to its commune; a city's stop to its centre alone: it crosses the city at no cost."""
    nodes = layer.first_node + np.arange(len(layer.stops))
    doublings = np.array([_doublings(places, stop, parameters) for stop in layer.stops], dtype=np.float64)
    minutes = (
        parameters.nationale_access_minutes + parameters.nationale_access_per_doubling_minutes * doublings
    )
    return Edges(places.centre(layer.stops), nodes, minutes)


def _doublings(places: _Places, stop: str, parameters: RoadParameters) -> float:
    """Return how many times a town is twice the reference, within bounds: large towns are slow to leave."""
    population = max(float(places.communes.population[places.members(stop)].sum()), 1.0)
    doublings = np.log2(population / parameters.access_reference_population)
    return float(np.clip(doublings, 0.0, parameters.access_doublings_max))


def _joined(pieces: Sequence[Edges]) -> Edges:
    return Edges(
        np.concatenate([piece.first for piece in pieces]),
        np.concatenate([piece.second for piece in pieces]),
        np.concatenate([piece.minutes for piece in pieces]),
    )

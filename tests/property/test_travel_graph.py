"""What holds on any road network, checked on small random ones."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

from rarecare.travel.graph import RoadGraph, build_graph
from rarecare.travel.matrix import TravelMatrix, compute_matrix
from rarecare.travel.shortest import travel_minutes
from tests.travel_toys import CROSSINGS, MASSIFS, ROADS, ROUND, communes_on_equator

MAX_COMMUNES = 9
TOLERANCE = 1e-9


@dataclass(frozen=True)
class World:
    """A network small enough to reason about: points in km, pairs as sorted tuples of commune numbers."""

    points: tuple[tuple[float, float], ...]
    neighbours: frozenset[tuple[int, int]]
    forbidden: frozenset[tuple[int, int]]
    ferries: tuple[tuple[int, int, int], ...]
    roads: tuple[tuple[str, tuple[int, ...], int], ...]

    def graph(self) -> RoadGraph:
        codes = [f"{number:05d}" for number in range(len(self.points))]
        communes = communes_on_equator(dict(zip(codes, self.points, strict=True)))
        crossings = [[codes[a], codes[b], "interdit", ""] for a, b in sorted(self.forbidden)]
        crossings += [[codes[a], codes[b], "bac", str(minutes)] for a, b, minutes in self.ferries]
        stops = [
            [f"R{axis}", str(order), codes[commune], str(speed), kind]
            for axis, (kind, route, speed) in enumerate(self.roads)
            for order, commune in enumerate(route)
        ]
        return build_graph(
            communes,
            pd.DataFrame(
                [[codes[a], codes[b]] for a, b in sorted(self.neighbours)],
                columns=["code_a", "code_b"],
                dtype=str,
            ),
            pd.DataFrame(stops, columns=list(ROADS), dtype=str),
            pd.DataFrame(crossings, columns=list(CROSSINGS), dtype=str),
            pd.DataFrame(columns=list(MASSIFS), dtype=str),
            parameters=ROUND,
        )

    def minutes(self) -> np.ndarray:
        return travel_minutes(self.graph(), range(len(self.points)))[0]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    n = draw(st.integers(2, MAX_COMMUNES))
    coordinate = st.integers(0, 60).map(float)
    points = tuple(draw(st.lists(st.tuples(coordinate, coordinate), min_size=n, max_size=n, unique=True)))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    neighbours = draw(st.frozensets(st.sampled_from(pairs)))
    forbidden = draw(st.frozensets(st.sampled_from(pairs), max_size=3))
    free = [pair for pair in pairs if pair not in forbidden]
    ferry_pairs = draw(st.lists(st.sampled_from(free), max_size=2, unique=True)) if free else []
    ferries = tuple((a, b, draw(st.integers(5, 90))) for a, b in ferry_pairs)
    kinds = st.sampled_from(["autoroute", "voie_express", "nationale"])
    routes = st.lists(st.integers(0, n - 1), min_size=2, max_size=4, unique=True).map(tuple)
    roads = draw(st.lists(st.tuples(kinds, routes, st.integers(40, 120)), max_size=2).map(tuple))
    return World(points, neighbours, forbidden, ferries, roads)


def _oracle(
    graph: RoadGraph, source: int, *, closed: frozenset[tuple[int, int]] = frozenset()
) -> list[float]:
    """Dijkstra's algorithm with dictionaries and a heap, minutes along the edges, ``closed`` pairs left out."""
    edges: dict[int, list[tuple[int, float]]] = {}
    triples = graph.roads.tocoo()
    for start, end, minutes in zip(triples.row, triples.col, triples.data, strict=True):
        if (min(start, end), max(start, end)) not in closed:
            edges.setdefault(int(start), []).append((int(end), float(minutes)))
    best = {source: 0.0}
    queue = [(0.0, source)]
    while queue:
        reached, node = heapq.heappop(queue)
        if reached > best[node]:
            continue
        for following, minutes in edges.get(node, []):
            if reached + minutes < best.get(following, math.inf):
                best[following] = reached + minutes
                heapq.heappush(queue, (reached + minutes, following))
    return [best.get(commune, math.inf) for commune in range(graph.n_communes)]


@given(worlds())
def test_times_are_those_of_a_plain_dijkstra(world: World) -> None:
    graph = world.graph()
    minutes, _ = travel_minutes(graph, range(len(world.points)))
    for source, row in enumerate(minutes):
        expected = np.array(_oracle(graph, source)) + ROUND.trip_minutes
        expected[source] = 0
        expected = np.maximum(expected, ROUND.same_commune_minutes)
        np.testing.assert_allclose(row, expected, atol=TOLERANCE)


@given(worlds())
def test_times_are_the_same_both_ways(world: World) -> None:
    minutes = world.minutes()
    np.testing.assert_allclose(minutes, minutes.T, atol=TOLERANCE)


@given(worlds())
def test_a_stop_on_the_way_never_saves_time(world: World) -> None:
    minutes = world.minutes()
    via = (minutes[:, :, None] + minutes[None, :, :]).min(axis=1)
    assert (minutes <= via + TOLERANCE).all()


@given(worlds())
def test_the_same_commune_takes_the_fixed_time_and_nothing_takes_less(world: World) -> None:
    minutes = world.minutes()
    assert (np.diag(minutes) == ROUND.same_commune_minutes).all()
    assert (minutes >= ROUND.same_commune_minutes).all()


@given(worlds(), st.data())
def test_a_new_road_between_neighbours_never_lengthens_a_trip(world: World, data: st.DataObject) -> None:
    n = len(world.points)
    first, second = data.draw(st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True))
    pair = (min(first, second), max(first, second))
    assume(pair not in world.forbidden and pair not in {ferry[:2] for ferry in world.ferries})
    opened = replace(world, neighbours=world.neighbours | {pair})
    assert (opened.minutes() <= world.minutes() + TOLERANCE).all()


@given(worlds(), st.data())
def test_closing_a_road_never_shortens_a_trip(world: World, data: st.DataObject) -> None:
    assume(world.roads)
    closed = data.draw(st.sampled_from(range(len(world.roads))))
    without = replace(world, roads=world.roads[:closed] + world.roads[closed + 1 :])
    assert (without.minutes() >= world.minutes() - TOLERANCE).all()


@given(worlds())
def test_forbidding_a_crossing_never_shortens_a_trip(world: World) -> None:
    taken = {ferry[:2] for ferry in world.ferries}
    closed = replace(world, forbidden=world.forbidden | frozenset(list(world.neighbours - taken)[:2]))
    assert (closed.minutes() >= world.minutes() - TOLERANCE).all()


@given(worlds())
def test_a_forbidden_pair_is_never_an_edge(world: World) -> None:
    roads = world.graph().roads.todok()
    assert not [pair for pair in world.forbidden if pair in roads]


@given(worlds())
def test_every_trip_longer_without_ferries_is_flagged(world: World) -> None:
    graph = world.graph()
    _, by_ferry = travel_minutes(graph, range(len(world.points)))
    closed = frozenset((a, b) for a, b, _ in world.ferries)
    for source in range(len(world.points)):
        with_ferries = np.array(_oracle(graph, source))
        longer = np.array(_oracle(graph, source, closed=closed)) > with_ferries + TOLERANCE
        assert by_ferry[source][longer].all()


@given(worlds())
def test_every_flagged_trip_can_be_made_in_its_time_by_a_ferry(world: World) -> None:
    graph = world.graph()
    _, by_ferry = travel_minutes(graph, range(len(world.points)))
    raw = np.array([_oracle(graph, source) for source in range(len(world.points))])
    crossings = [*world.ferries, *((b, a, minutes) for a, b, minutes in world.ferries)]
    through = np.full_like(raw, np.inf)
    for start, end, minutes in crossings:
        through = np.minimum(through, raw[:, [start]] + minutes + raw[[end], :])
    np.testing.assert_allclose(through[by_ferry], raw[by_ferry], atol=TOLERANCE)


@given(worlds())
def test_without_ferry_nothing_is_flagged(world: World) -> None:
    assert not travel_minutes(replace(world, ferries=()).graph(), range(len(world.points)))[1].any()


@given(worlds(), st.data())
def test_the_matrix_stores_the_times_to_a_tenth_in_the_order_of_its_sources(
    world: World, data: st.DataObject
) -> None:
    graph = world.graph()
    sources = data.draw(st.lists(st.sampled_from(graph.codes), min_size=1, unique=True))
    matrix: TravelMatrix = compute_matrix(graph, sources)
    minutes, by_ferry = travel_minutes(graph, [graph.row_of(code) for code in sources])
    stored = matrix.minutes(range(len(sources)))
    assert (np.isinf(stored) == np.isinf(minutes)).all()
    reachable = np.isfinite(minutes)
    np.testing.assert_allclose(stored[reachable], minutes[reachable], atol=0.0501)
    assert (matrix.ferry(range(len(sources))) == by_ferry).all()

"""Shortest paths from some communes to all, and whether they take a ferry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from rarecare.travel.edges import Floats, Ints
from rarecare.travel.graph import RoadGraph

Flags = NDArray[np.bool_]


def travel_minutes(graph: RoadGraph, sources: Sequence[int] | Ints) -> tuple[Floats, Flags]:
    """Return minutes and ferry flags to all communes, each of shape ``(len(sources), n_communes)``.

    Minutes count from door to door and are never below the fixed time of a trip inside one commune, so that
    a neighbour is never announced nearer than home. ``np.inf`` means that no road leads there. The flag is
    true where the fastest path takes at least one ``bac``.
    """
    if not len(sources):
        return np.empty((0, graph.n_communes)), np.empty((0, graph.n_communes), dtype=bool)
    minutes, predecessors = dijkstra(graph.roads, indices=np.asarray(sources), return_predecessors=True)
    by_ferry = np.stack([_reached_by_ferry(graph, row) for row in predecessors])[:, : graph.n_communes]
    minutes = minutes[:, : graph.n_communes] + graph.parameters.trip_minutes
    minutes = np.maximum(minutes, graph.parameters.same_commune_minutes)
    minutes[np.arange(len(sources)), np.asarray(sources)] = graph.parameters.same_commune_minutes
    return minutes, by_ferry


def _reached_by_ferry(graph: RoadGraph, predecessors: NDArray[np.int32]) -> Flags:
    """Return the nodes that lie behind a ferry in one tree of shortest paths.

    The tree is followed from the ferries outwards: they serve few communes, so this costs far less than a
    walk from every commune back to the source.
    """
    flags = np.zeros(len(predecessors), dtype=bool)
    first, second = graph.ferries.first, graph.ferries.second
    landed = [second[predecessors[second] == first], first[predecessors[first] == second]]
    frontier = np.unique(np.concatenate(landed))
    while len(frontier):
        flags[frontier] = True
        parents, neighbours = _neighbours(graph, frontier)
        frontier = neighbours[predecessors[neighbours] == parents]
    return flags


def _neighbours(graph: RoadGraph, nodes: Ints) -> tuple[Ints, Ints]:
    """Return all edges leaving some nodes, as parallel arrays of start and end."""
    starts, ends = graph.roads.indptr[nodes], graph.roads.indptr[nodes + 1]
    counts = ends - starts
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(nodes, counts), graph.roads.indices[np.repeat(starts, counts) + offsets]

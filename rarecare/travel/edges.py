"""Weighted undirected edges, as three parallel arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rarecare.travel.parameters import EARTH_RADIUS_KM

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Edges:
    """Undirected edges: ``first[k]`` and ``second[k]`` are nodes, ``minutes[k]`` the time between them."""

    first: Ints
    second: Ints
    minutes: Floats

    @classmethod
    def empty(cls) -> Self:
        """Return no edge at all."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))

    def __len__(self) -> int:
        return len(self.minutes)

    def __add__(self, other: Edges) -> Edges:
        return Edges(
            np.concatenate([self.first, other.first]),
            np.concatenate([self.second, other.second]),
            np.concatenate([self.minutes, other.minutes]),
        )

    def where(self, kept: NDArray[np.bool_]) -> Edges:
        """Return the edges for which ``kept`` is true."""
        return Edges(self.first[kept], self.second[kept], self.minutes[kept])

    def keys(self, n_nodes: int) -> Ints:
        """Return one number per edge, the same for both directions."""
        low, high = np.minimum(self.first, self.second), np.maximum(self.first, self.second)
        return low * n_nodes + high

    def without(self, others: Edges, n_nodes: int) -> Edges:
        """Return the edges whose pair of nodes is not among those of ``others``."""
        return self.where(~np.isin(self.keys(n_nodes), others.keys(n_nodes)))

    def fastest(self, n_nodes: int) -> Edges:
        """Return one edge per pair of nodes, the fastest (a sparse matrix would add them up)."""
        keys = self.keys(n_nodes)
        order = np.lexsort((self.minutes, keys))
        first_of_key = np.ones(len(order), dtype=bool)
        first_of_key[1:] = np.diff(keys[order]) != 0
        kept = order[first_of_key]
        return Edges(self.first[kept], self.second[kept], self.minutes[kept])

    def matrix(self, n_nodes: int) -> csr_array:
        """Return the symmetric sparse matrix of minutes, shape ``(n_nodes, n_nodes)``."""
        best = self.fastest(n_nodes)
        rows = np.concatenate([best.first, best.second])
        columns = np.concatenate([best.second, best.first])
        minutes = np.concatenate([best.minutes, best.minutes])
        return csr_array((minutes, (rows, columns)), shape=(n_nodes, n_nodes))


def great_circle_km(
    longitudes_a: Floats, latitudes_a: Floats, longitudes_b: Floats, latitudes_b: Floats
) -> Floats:
    """Return great-circle distances in kilometres between points in WGS84 degrees (haversine formula)."""
    lon_a, lat_a, lon_b, lat_b = (
        np.radians(degrees) for degrees in (longitudes_a, latitudes_a, longitudes_b, latitudes_b)
    )
    half = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    # Rounding can push the haversine of antipodes a hair above 1.
    distances: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distances

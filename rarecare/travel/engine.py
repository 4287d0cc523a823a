"""What a travel-time engine is, so that OSRM or Valhalla can stand beside the commune graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rarecare.travel.graph import RoadGraph
from rarecare.travel.matrix import GRAPH_ENGINE, Progress, TravelMatrix, compute_matrix


class TravelEngine(Protocol):
    """Computes car times between communes.

    An engine that needs a service raises :class:`~rarecare.errors.UserError` when that is slow, dead or
    refuses, and never returns a matrix with holes in place of answers.
    """

    @property
    def name(self) -> str:
        """Short name kept with the matrix."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Constants, or address and profile of the service, kept with the matrix."""

    def matrix(self, sources: Sequence[str], progress: Progress | None = None) -> TravelMatrix:
        """Return the times from the communes ``sources`` to all communes."""


@dataclass(frozen=True)
class CommuneGraphEngine:
    """The default engine: needs no service, knows no traffic."""

    graph: RoadGraph

    @property
    def name(self) -> str:
        """Short name kept with the matrix."""
        return GRAPH_ENGINE

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Constants of the road model."""
        return self.graph.parameters.as_dict()

    def matrix(self, sources: Sequence[str], progress: Progress | None = None) -> TravelMatrix:
        """Return the times from the communes ``sources`` to all communes."""
        return compute_matrix(self.graph, sources, progress)

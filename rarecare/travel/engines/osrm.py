"""OSRM over HTTP: ``/table`` for durations and snapped points, ``/nearest`` for the date of the data.

Format: OSRM HTTP API, version 1 of the protocol (``docs/http.md`` of Project-OSRM/osrm-backend, 5.x to 26.x):
``durations`` in seconds, row by row, ``null`` where no route is found; ``sources`` and ``destinations`` hold the
snapped ``location``; errors come as HTTP 400 with a ``code``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rarecare.errors import UserError
from rarecare.travel.edges import Floats, great_circle_km
from rarecare.travel.engines.json_service import JsonService
from rarecare.travel.engines.service import RESUME, UnconnectedError, malformed, seconds_table

_LOG = logging.getLogger(__name__)
_LABEL = "OSRM"
_UNCONNECTED = {"NoSegment", "NoTable"}
_NO_FERRY = "ferry"
_METRES_PER_KM = 1000.0


@dataclass(frozen=True)
class OsrmService:
    """An OSRM server prepared with a car profile.

    ``points_per_table`` is at most the ``--max-table-size`` of the server, 100 unless it was told otherwise.
    """

    http: JsonService
    profile: str = "driving"
    points_per_table: int = 100

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.profile):
            raise UserError(
                "Le réglage « osrm_profile » n'est pas un nom de profil",
                where=self.profile,
                remedy="Donner par exemple « driving ».",
            )

    @property
    def name(self) -> str:
        """Short name kept with the matrix."""
        return "osrm"

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Address and profile of the server."""
        return {"address": self.http.url, "profile": self.profile}

    def data_version(self, point: Floats) -> str:
        """Return what the server says of the date of its data, often nothing."""
        path = f"/nearest/v1/{self.profile}/{_coordinates(point[np.newaxis])}?number=1"
        try:
            return str(self._answer(path).get("data_version", ""))
        except UnconnectedError:
            return ""

    def metres_to_road(self, points: Floats) -> Floats:
        """Return the distance from each point to where the server puts it on a road."""
        try:
            answer = self._table(points, [0], range(len(points)), ferries=True)
        except UnconnectedError:
            if len(points) == 1:
                return np.array([np.inf])
            middle = len(points) // 2
            return np.concatenate(
                [self.metres_to_road(points[:middle]), self.metres_to_road(points[middle:])]
            )
        snapped = self._locations(answer.get("destinations"), len(points))
        km = great_circle_km(points[:, 0], points[:, 1], snapped[:, 0], snapped[:, 1])
        return km * _METRES_PER_KM

    def seconds(self, origins: Floats, destinations: Floats, *, ferries: bool) -> Floats:
        """Return durations in seconds; see :class:`~rarecare.travel.engines.service.TableService`."""
        shape = (len(origins), len(destinations))
        points = np.concatenate([origins, destinations])
        answer = self._table(points, range(shape[0]), range(shape[0], sum(shape)), ferries=ferries)
        return seconds_table(answer.get("durations"), shape, _LABEL, self.http.url)

    def _table(
        self, points: Floats, origins: range | list[int], destinations: range, *, ferries: bool
    ) -> dict[str, Any]:
        options = [
            f"sources={_indices(origins)}",
            f"destinations={_indices(destinations)}",
            "annotations=duration",
            "generate_hints=false",
            *([] if ferries else [f"exclude={_NO_FERRY}"]),
        ]
        return self._answer(f"/table/v1/{self.profile}/{_coordinates(points)}?{'&'.join(options)}")

    def _answer(self, path: str) -> dict[str, Any]:
        reply = self.http.get(path)
        if not isinstance(reply.content, dict) or "code" not in reply.content:
            raise malformed(_LABEL, self.http.url, f"HTTP {reply.status} sans « code » d'OSRM")
        code = str(reply.content["code"])
        if code in _UNCONNECTED:
            raise UnconnectedError(code)
        if code != "Ok":
            raise self._refusal(code, str(reply.content.get("message", "")), path)
        return reply.content

    def _refusal(self, code: str, message: str, path: str) -> UserError:
        if code == "TooBig":
            remedy = (
                "Diminuer « engine_table_size » ou lancer osrm-routed avec un --max-table-size plus grand "
                f"que {self.points_per_table}."
            )
        elif f"exclude={_NO_FERRY}" in path:
            remedy = (
                "Préparer les données avec un profil qui permet d'exclure la classe « ferry » (car.lua le fait), "
                "ou régler engine_ferries = false : les bacs ne seront pas signalés."
            )
        else:
            remedy = "Vérifier « osrm_url » et « osrm_profile »."
        _LOG.warning("OSRM refused a request: %s %s", code, message)
        return UserError(
            f"Le moteur OSRM refuse la demande (code {code[:40]})",
            where=self.http.url,
            remedy=f"{remedy} {RESUME}",
        )

    def _locations(self, waypoints: object, count: int) -> Floats:
        if not isinstance(waypoints, list) or len(waypoints) != count:
            raise malformed(_LABEL, self.http.url, "les points accrochés au réseau manquent")
        try:
            found = np.array([waypoint["location"] for waypoint in waypoints], dtype=np.float64)
        except (TypeError, KeyError, ValueError):
            found = np.empty((0, 0))
        if found.shape != (count, 2) or not np.isfinite(found).all():
            raise malformed(_LABEL, self.http.url, "un point accroché au réseau n'a pas de position")
        return found


def _coordinates(points: Floats) -> str:
    return ";".join(f"{longitude:.6f},{latitude:.6f}" for longitude, latitude in points)


def _indices(positions: range | list[int]) -> str:
    return ";".join(map(str, positions))

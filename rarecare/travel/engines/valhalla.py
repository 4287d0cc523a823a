"""Valhalla: ``sources_to_targets`` for durations, ``locate`` for snapped points, in process or over HTTP.

In process, the engine is the one that PyPI's ``pyvalhalla`` ships (module ``valhalla``), on local tiles. Format:
Valhalla time-distance matrix API, ``verbose`` false: ``durations`` in seconds, row by row, ``null`` where no path
is found; errors bear a number (HTTP 400, ``error_code``).
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rarecare.errors import UserError
from rarecare.travel.edges import Floats, great_circle_km
from rarecare.travel.engines.json_service import JsonService
from rarecare.travel.engines.service import RESUME, UnconnectedError, malformed, seconds_table

_LOG = logging.getLogger(__name__)
_LABEL = "Valhalla"
_METRES_PER_KM = 1000.0

_TOO_MANY_PAIRS, _TOO_FAR, _UNCONNECTED, _NO_EDGE, _NO_PATH = 150, 154, 170, 171, 442
_HARD_EXCLUSIONS_IGNORED = 208
_MESSAGES = {
    "Exceeded max locations": _TOO_MANY_PAIRS,
    "Path distance exceeds": _TOO_FAR,
    "unconnected regions": _UNCONNECTED,
    "No suitable edges": _NO_EDGE,
    "No path could be found": _NO_PATH,
}
"""Old bindings give the text of an error without its number."""

_LONGEST_TRIP_METRES = 5_000_000.0
_MOST_PAIRS = 1_000_000


class RefusalError(Exception):
    """Valhalla refused a request, for the reason that ``code`` numbers (0 when unknown)."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class ValhallaBackend(Protocol):
    """Where Valhalla runs."""

    @property
    def where(self) -> str:
        """Address or file, for messages."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What is kept with the matrix about this place."""

    def call(self, action: str, request: Mapping[str, Any]) -> object:
        """Return the JSON answer to an action; raise :class:`RefusalError` when Valhalla refuses."""


@dataclass(frozen=True)
class ValhallaService:
    """A Valhalla engine with the ``auto`` costing."""

    backend: ValhallaBackend
    points_per_table: int = 100

    @property
    def name(self) -> str:
        """Short name kept with the matrix."""
        return "valhalla"

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Address or file of the engine, and its costing."""
        return {**self.backend.parameters, "costing": "auto"}

    def data_version(self, point: Floats) -> str:  # noqa: ARG002 (Valhalla dates its tiles as a whole)
        """Return when the tiles were made, seconds since 1970, empty when the engine does not say."""
        answer = self._called("status", {})
        if not isinstance(answer, dict):
            raise malformed(_LABEL, self.backend.where, "état du serveur illisible")
        return str(answer.get("tileset_last_modified", ""))

    def metres_to_road(self, points: Floats) -> Floats:
        """Return the distance from each point to the nearest road that a car may take."""
        request = {"locations": _locations(points, ashore=True), "costing": "auto", "verbose": False}
        answer = self._called("locate", request)
        if not isinstance(answer, list) or len(answer) != len(points):
            raise malformed(_LABEL, self.backend.where, "les points accrochés au réseau manquent")
        try:
            return np.array(
                [_metres(point, place["edges"]) for point, place in zip(points, answer, strict=True)]
            )
        except (TypeError, KeyError, ValueError):
            found = "un point accroché au réseau n'a pas de position"
            raise malformed(_LABEL, self.backend.where, found) from None

    def seconds(self, origins: Floats, destinations: Floats, *, ferries: bool) -> Floats:
        """Return durations in seconds; see :class:`~rarecare.travel.engines.service.TableService`."""
        shape = (len(origins), len(destinations))
        request: dict[str, Any] = {
            "sources": _locations(origins, ashore=not ferries),
            "targets": _locations(destinations, ashore=not ferries),
            "costing": "auto",
            "verbose": False,
        }
        if not ferries:
            request["costing_options"] = {"auto": {"exclude_ferries": True}}
        try:
            answer = self.backend.call("sources_to_targets", request)
        except RefusalError as refusal:
            if refusal.code == _NO_PATH:
                return np.full(shape, np.inf)
            if refusal.code in {_UNCONNECTED, _NO_EDGE}:
                raise UnconnectedError(str(refusal)) from None
            raise self._refused(refusal) from None
        return seconds_table(self._durations(answer, ferries=ferries), shape, _LABEL, self.backend.where)

    def _durations(self, answer: object, *, ferries: bool) -> object:
        if not isinstance(answer, dict) or not isinstance(answer.get("sources_to_targets"), dict):
            raise malformed(_LABEL, self.backend.where, "aucun tableau « sources_to_targets »")
        if not ferries and _HARD_EXCLUSIONS_IGNORED in _warning_codes(answer):
            raise UserError(
                "Le moteur Valhalla n'accepte pas d'exclure les bacs",
                where=self.backend.where,
                remedy="Mettre service_limits.allow_hard_exclusions à true dans sa configuration, ou régler "
                f"engine_ferries = false : les bacs ne seront pas signalés. {RESUME}",
            )
        return answer["sources_to_targets"].get("durations")

    def _called(self, action: str, request: Mapping[str, Any]) -> object:
        try:
            return self.backend.call(action, request)
        except RefusalError as refusal:
            raise self._refused(refusal) from None

    def _refused(self, refusal: RefusalError) -> UserError:
        _LOG.warning("Valhalla refused a request: %s %s", refusal.code, refusal)
        remedy = {
            _TOO_FAR: "Porter service_limits.auto.max_matrix_distance à 2500000 dans sa configuration.",
            _TOO_MANY_PAIRS: "Diminuer « engine_table_size » ou augmenter "
            "service_limits.auto.max_matrix_location_pairs dans sa configuration.",
        }.get(refusal.code, "Vérifier la configuration de Valhalla et ses tuiles.")
        number = f"code {refusal.code}" if refusal.code else "sans code"
        return UserError(
            f"Le moteur Valhalla refuse la demande ({number})",
            where=self.backend.where,
            remedy=f"{remedy} {RESUME}",
        )


@dataclass(frozen=True)
class HttpValhalla:
    """A Valhalla server."""

    http: JsonService

    @property
    def where(self) -> str:
        """Address of the server."""
        return self.http.url

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Address of the server."""
        return {"address": self.http.url}

    def call(self, action: str, request: Mapping[str, Any]) -> object:
        """Post a request."""
        reply = self.http.post(f"/{action}", request)
        if isinstance(reply.content, dict) and "error_code" in reply.content:
            code = reply.content["error_code"]
            raise RefusalError(code if isinstance(code, int) else 0, str(reply.content.get("error", "")))
        if reply.content is None or reply.status != 200:
            raise malformed(_LABEL, self.where, f"HTTP {reply.status} sans « error_code » de Valhalla")
        return reply.content


@dataclass(frozen=True)
class LocalValhalla:
    """Valhalla in this process, on the tiles that a configuration file names.

    The limits meant for public servers are lifted, hard exclusions allowed (ferries), and the refusal of whole
    tables for the sake of one island switched off. A request cannot be interrupted nor timed out.
    """

    config: Path

    @property
    def where(self) -> str:
        """Configuration file."""
        return str(self.config)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Name of the configuration, without the folders of this machine."""
        return {"configuration": self.config.name}

    def call(self, action: str, request: Mapping[str, Any]) -> object:
        """Run an action."""
        method = getattr(self._actor, "matrix" if action == "sources_to_targets" else action)
        try:
            return json.loads(method(json.dumps(request)))
        except (RuntimeError, ValueError) as error:
            raise RefusalError(_code(error), str(error)) from None

    @cached_property
    def _actor(self) -> object:
        try:
            module = import_module("valhalla")
        except ImportError:
            raise UserError(
                "Le moteur Valhalla n'est pas installé",
                remedy="Installer le paquet « pyvalhalla » (ou « pyvalhalla-weekly » avec Python 3.11), ou donner "
                "l'adresse d'un serveur par « valhalla_url ».",
            ) from None
        try:
            with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as stream:
                json.dump(self._adapted(), stream)
                stream.flush()
                actor: object = module.Actor(stream.name)
                return actor
        except (RuntimeError, OSError, AttributeError, ValueError, KeyError, TypeError) as error:
            _LOG.warning("Valhalla did not start: %s", error)
            raise UserError(
                "Le moteur Valhalla ne démarre pas avec cette configuration",
                where=self.where,
                remedy="Vérifier que mjolnir.tile_dir ou mjolnir.tile_extract désigne des tuiles construites par la "
                "même version de Valhalla.",
            ) from None

    def _adapted(self) -> dict[str, Any]:
        config = _read_config(self.config)
        _section(config, "mjolnir")["logging"] = {"type": ""}
        _section(config, "loki")["use_connectivity"] = False
        limits = _section(config, "service_limits")
        limits["allow_hard_exclusions"] = True
        _section(limits, "auto").update(
            max_matrix_distance=_LONGEST_TRIP_METRES, max_matrix_location_pairs=_MOST_PAIRS
        )
        return config


def _section(config: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a section of a configuration, made if it is not there."""
    found: dict[str, Any] = config.setdefault(name, {})
    return found


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise UserError(
            "La configuration de Valhalla est introuvable",
            where=str(path),
            remedy="Donner par « valhalla_config » le fichier fait par valhalla_build_config.",
        ) from None
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise UserError(
            "La configuration de Valhalla n'est pas du JSON valide",
            where=str(path),
            remedy="La refaire avec valhalla_build_config.",
        )
    return config


def _warning_codes(answer: Mapping[str, Any]) -> set[object]:
    warnings = answer.get("warnings")
    if not isinstance(warnings, list):
        return set()
    return {warning.get("code") for warning in warnings if isinstance(warning, dict)}


def _code(error: Exception) -> int:
    code = getattr(error, "code", None)
    if isinstance(code, int):
        return code
    return next((number for text, number in _MESSAGES.items() if text in str(error)), 0)


def _locations(points: Floats, *, ashore: bool) -> list[dict[str, Any]]:
    """Return points as Valhalla wants them; ``ashore`` keeps them off ferry lines.

    Without it a harbour may be put on the line itself, which some versions then follow although ferries are
    excluded. With it, a trip by boat may end with a detour in the harbour: tables with ferries go without.
    """
    rule = {"search_filter": {"exclude_ferry": True}} if ashore else {}
    return [
        {"lon": round(longitude, 6), "lat": round(latitude, 6), **rule}
        for longitude, latitude in points.tolist()
    ]


def _metres(point: Floats, edges: list[dict[str, float]] | None) -> float:
    if not edges:
        return float("inf")
    snapped = np.array([[edge["correlated_lon"], edge["correlated_lat"]] for edge in edges], dtype=np.float64)
    km = great_circle_km(
        np.full(len(edges), point[0]), np.full(len(edges), point[1]), snapped[:, 0], snapped[:, 1]
    )
    return float(km.min()) * _METRES_PER_KM

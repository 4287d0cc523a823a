"""Exact travel times from a routing engine, OSRM or Valhalla, when the operator has one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from rarecare.errors import UserError
from rarecare.settings import Settings
from rarecare.travel.edges import Ints
from rarecare.travel.engine import CommuneGraphEngine
from rarecare.travel.engines.json_service import JsonService
from rarecare.travel.engines.osrm import OsrmService
from rarecare.travel.engines.service import TableService
from rarecare.travel.engines.table_engine import CommunePlaces, TableEngine
from rarecare.travel.engines.valhalla import HttpValhalla, LocalValhalla, ValhallaBackend, ValhallaService
from rarecare.travel.graph import RoadGraph
from rarecare.travel.pairs import PairTimes, travel_times

AnyEngine = CommuneGraphEngine | TableEngine
"""Every kind of :class:`~rarecare.travel.engine.TravelEngine` there is."""

GRAPH, OSRM, VALHALLA = "graphe", "osrm", "valhalla"
ENGINES = (GRAPH, OSRM, VALHALLA)

STORE_DIR = "moteurs"
"""Folder of the answers already had, inside the build folder."""

_SMALLEST_TABLE = 2


def engine_from(
    settings: Settings, communes: CommunePlaces, graph_loader: Callable[[], RoadGraph]
) -> AnyEngine:
    """Return the engine that the settings choose; nothing is asked of it yet.

    ``graph_loader`` is called for the commune graph alone.

    Raises
    ------
    UserError
        When the settings name no known engine, or lack what it needs.
    """
    name = chosen_engine(settings)
    if name == GRAPH:
        return CommuneGraphEngine(graph_loader())
    return TableEngine(
        service=_osrm(settings) if name == OSRM else _valhalla(settings),
        communes=communes,
        store_path=settings.build_dir / STORE_DIR / f"{name}.sqlite",
        snap_limit_metres=float(_at_least(settings, "engine_snap_metres", 1)),
        mark_ferries=settings.engine_ferries,
    )


def pair_times(
    engine: AnyEngine, origins: Sequence[int] | Ints, destinations: Sequence[int] | Ints
) -> PairTimes:
    """Return the times between communes given by their positions, one pair per entry, with any engine."""
    if isinstance(engine, CommuneGraphEngine):
        return travel_times(engine.graph, origins, destinations)
    return engine.pairs(origins, destinations)


def chosen_engine(settings: Settings) -> str:
    """Return the name of the engine chosen, one of :data:`ENGINES`; UserError when it is none of them."""
    name = settings.travel_engine.strip().lower()
    if name not in ENGINES:
        raise UserError(
            f"Le réglage « travel_engine » nomme un moteur inconnu : « {settings.travel_engine} »",
            remedy=f"Écrire {', '.join(ENGINES[:-1])} ou {ENGINES[-1]}.",
        )
    return name


def engine_fingerprint(settings: Settings) -> str:
    """Return a text that changes when the choice of engine, or what changes its times, does.

    A dataset built with another fingerprint is to be built again. How patient we are with the engine and how
    we cut requests do not change times.
    """
    name = chosen_engine(settings)
    if name == GRAPH:
        return name
    own = {OSRM: ("osrm_url", "osrm_profile"), VALHALLA: ("valhalla_url", "valhalla_config")}[name]
    fields = (*own, "engine_snap_metres", "engine_ferries")
    return f"{name} {json.dumps({field: getattr(settings, field) for field in fields}, sort_keys=True)}"


def _osrm(settings: Settings) -> TableService:
    return OsrmService(
        http=_http(settings, "OSRM", "osrm_url"),
        profile=settings.osrm_profile,
        points_per_table=_at_least(settings, "engine_table_size", _SMALLEST_TABLE),
    )


def _valhalla(settings: Settings) -> TableService:
    return ValhallaService(
        _valhalla_backend(settings),
        points_per_table=_at_least(settings, "engine_table_size", _SMALLEST_TABLE),
    )


def _valhalla_backend(settings: Settings) -> ValhallaBackend:
    if bool(settings.valhalla_url) == bool(settings.valhalla_config):
        raise UserError(
            "Le moteur Valhalla demande un réglage, et un seul, entre « valhalla_url » et « valhalla_config »",
            remedy="Donner l'adresse d'un serveur, ou le fichier de configuration de tuiles locales.",
        )
    if settings.valhalla_url:
        return HttpValhalla(_http(settings, "Valhalla", "valhalla_url"))
    return LocalValhalla(Path(settings.valhalla_config).expanduser())


def _http(settings: Settings, label: str, setting: str) -> JsonService:
    return JsonService(
        label=label,
        setting=setting,
        url=getattr(settings, setting).rstrip("/"),
        timeout_seconds=_at_least(settings, "engine_timeout_seconds", 1),
        retries=_at_least(settings, "engine_retries", 0),
    )


def _at_least(settings: Settings, name: str, lowest: int) -> int:
    value: int = getattr(settings, name)
    if value < lowest:
        raise UserError(
            f"Le réglage « {name} » doit valoir au moins {lowest}, lu « {value} »",
            remedy="Retirer ce réglage pour reprendre sa valeur habituelle.",
        )
    return value

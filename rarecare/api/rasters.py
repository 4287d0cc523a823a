"""The commune map of one question as a picture: only its address travels with a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from rarecare.access.selection import PUBLIC_PROVENANCE, Selection, check_threshold
from rarecare.api.answers import dataset_in_force, refusal
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.indicators.catalogue import check_scope
from rarecare.indicators.compare import compare_communes
from rarecare.indicators.frames import indicator_values
from rarecare.indicators.places import minutes_added, places_within
from rarecare.indicators.registry import indicator
from rarecare.indicators.view import selection_access
from rarecare.maps.choice import map_values, scale_for
from rarecare.maps.pictures import (
    MODES,
    NO_ROAD_GREY,
    added_classes,
    added_scale,
    dependence_scale,
    difference_classes,
    difference_scale,
    time_classes,
    time_scale,
)
from rarecare.maps.raster import CommuneRaster, Pattern, load_raster, paint
from rarecare.maps.scale import NO_DATA_CLASS, NO_ROAD_CLASS
from rarecare.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]

NO_DATA_COLOUR = "#e8ebeb"
_ONE_YEAR = "public, max-age=31536000, immutable"
_INDICATOR = "indicateur"
_SELECTION = ("filiere", "groupe", "reseau", "niveau", "public", "provenance", "periode")
_KNOWN = {*_SELECTION, *(f"{name}_b" for name in _SELECTION), "mode", "indicateur", "seuil", "sans", "v"}


@dataclass(frozen=True)
class Asked:
    """What a picture shows: everything that its pixels depend on, checked.

    ``mode`` is ``indicateur`` or one of :data:`rarecare.maps.pictures.MODES`; ``sans`` the commune code of the place
    taken away, ``other`` the second selection of a difference.
    """

    mode: str
    selection: Selection
    slug: str
    seuil_minutes: int
    sans: str
    other: Selection


def commune_picture(settings: Settings) -> Endpoint:
    """Return the endpoint of ``/carte/communes.png``.

    The query holds a selection, ``mode`` (a map of ``indicateur`` by default), ``seuil``, ``sans`` and a second
    selection in fields that end in ``_b``. What cannot be answered gets 400 and a French sentence.
    """

    async def endpoint(request: Request) -> Response:
        try:
            content, version = await run_in_threadpool(_picture, settings, dict(request.query_params))
        except UserError as error:
            return refusal(error)
        fresh = request.query_params.get("v") == version
        return Response(
            content, media_type="image/png", headers={"Cache-Control": _ONE_YEAR if fresh else "no-cache"}
        )

    return endpoint


def _picture(settings: Settings, query: Mapping[str, str]) -> tuple[bytes, str]:
    dataset = dataset_in_force(settings)
    asked = _asked(dataset, query, public=settings.public)
    return _painted(settings, dataset, asked), dataset.version


def _asked(dataset: Dataset, query: Mapping[str, str], *, public: bool) -> Asked:
    unknown = sorted(set(query) - _KNOWN)
    if unknown:
        raise UserError(
            f"Paramètre inconnu : « {unknown[0][:40]} »",
            remedy=f"Paramètres possibles : {', '.join(sorted(_KNOWN))}.",
        )
    mode = query.get("mode", _INDICATOR)
    if mode not in (_INDICATOR, *MODES):
        raise UserError(
            f"Carte inconnue : « {mode[:40]} »",
            remedy=f"Modes possibles : {', '.join((_INDICATOR, *MODES))}.",
        )
    return Asked(
        mode,
        asked_selection(dataset, query, "", public=public),
        query.get("indicateur", "temps_median"),
        _minutes(query),
        query.get("sans", ""),
        asked_selection(dataset, query, "_b", public=public),
    )


def asked_selection(dataset: Dataset, query: Mapping[str, str], suffix: str, *, public: bool) -> Selection:
    """Return the selection that a query names, each field followed by ``suffix``.

    Raises :class:`UserError` for a value that does not exist.
    """
    fields = {name: query[name + suffix] for name in _SELECTION if query.get(name + suffix)}
    if public:
        fields["provenance"] = PUBLIC_PROVENANCE
    return check_scope(dataset, Selection.of(**fields))


def _minutes(query: Mapping[str, str]) -> int:
    text = query.get("seuil", "60")
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise UserError(
            f"Seuil illisible : « {text[:20]} »", remedy="Donner un nombre de minutes, de 1 à 600."
        )
    return check_threshold(int(text))


@lru_cache(maxsize=128)
def _painted(settings: Settings, dataset: Dataset, asked: Asked) -> bytes:
    return _PAINTERS[asked.mode](load_raster(settings.geo_dir), dataset, asked)


def _paint_indicator(raster: CommuneRaster, dataset: Dataset, asked: Asked) -> bytes:
    entry = indicator(asked.slug)
    access = selection_access(dataset, asked.selection)
    frame = indicator_values(access, asked.slug, "commune", seuil_minutes=asked.seuil_minutes)
    values = map_values(entry, frame["valeur"].to_numpy())
    scale = scale_for(entry, values)
    classes = scale.class_of(values).astype(np.int16)
    no_data, no_road = len(scale.colours), len(scale.colours) + 1
    classes[classes == NO_DATA_CLASS] = no_data
    classes[classes == NO_ROAD_CLASS] = no_road
    colours = (*scale.colours, NO_DATA_COLOUR, NO_ROAD_GREY)
    return paint(raster, classes.astype(np.uint8), colours, patterns={no_road: Pattern("hachures")})


def _paint_times(raster: CommuneRaster, dataset: Dataset, asked: Asked) -> bytes:
    minutes = selection_access(dataset, asked.selection).nearest.minutes
    return time_scale().painted(raster, time_classes(minutes))


def _paint_dependence(raster: CommuneRaster, dataset: Dataset, asked: Asked) -> bytes:
    access = selection_access(dataset, asked.selection)
    classes = places_within(access, asked.seuil_minutes)
    return dependence_scale().painted(raster, classes)


def _paint_without(raster: CommuneRaster, dataset: Dataset, asked: Asked) -> bytes:
    access = selection_access(dataset, asked.selection)
    if not asked.sans:
        raise UserError(
            "Le lieu retiré n'est pas donné", remedy="Ajouter « sans= » et le code de sa commune."
        )
    return added_scale().painted(raster, added_classes(minutes_added(access, asked.sans)))


def _paint_difference(raster: CommuneRaster, dataset: Dataset, asked: Asked) -> bytes:
    first, second = selection_access(dataset, asked.selection), selection_access(dataset, asked.other)
    return difference_scale().painted(raster, difference_classes(compare_communes(first, second)))


_PAINTERS: Mapping[str, Callable[[CommuneRaster, Dataset, Asked], bytes]] = {
    _INDICATOR: _paint_indicator,
    "temps": _paint_times,
    "dependance": _paint_dependence,
    "sans": _paint_without,
    "difference": _paint_difference,
}

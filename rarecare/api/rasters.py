"""The commune map of one indicator as a picture: only its address travels with a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from rarecare.access.selection import PUBLIC_PROVENANCE, Selection
from rarecare.dataset.store import Dataset, shared_dataset
from rarecare.errors import UserError
from rarecare.indicators.catalogue import check_scope
from rarecare.indicators.frames import indicator_values
from rarecare.indicators.registry import indicator
from rarecare.indicators.view import selection_access
from rarecare.maps.choice import map_values, scale_for
from rarecare.maps.raster import load_raster, paint
from rarecare.maps.scale import NO_DATA_CLASS, NO_ROAD_CLASS
from rarecare.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]

NO_DATA_COLOUR, NO_ROAD_COLOUR = "#e8ebeb", "#a9b4b6"
_ONE_YEAR = "public, max-age=31536000, immutable"


def commune_picture(settings: Settings) -> Endpoint:
    """Return the endpoint of ``/carte/communes.png``: selection, ``indicateur`` and ``seuil`` in the query."""

    async def endpoint(request: Request) -> Response:
        try:
            content, version = await run_in_threadpool(_picture, settings, dict(request.query_params))
        except UserError as error:
            return PlainTextResponse(error.message, status_code=400)
        fresh = request.query_params.get("v") == version
        return Response(
            content, media_type="image/png", headers={"Cache-Control": _ONE_YEAR if fresh else "no-cache"}
        )

    return endpoint


def _picture(settings: Settings, query: dict[str, str]) -> tuple[bytes, str]:
    dataset = shared_dataset(settings)
    fields = {
        name: query[name]
        for name in ("filiere", "groupe", "reseau", "niveau", "public", "provenance", "periode")
        if query.get(name)
    }
    if settings.public:
        fields["provenance"] = PUBLIC_PROVENANCE
    selection = check_scope(dataset, Selection(**fields))  # type: ignore[arg-type]  # checked by Selection
    content = _painted(settings, dataset, selection, query.get("indicateur", "temps_median"), _minutes(query))
    return content, dataset.version


def _minutes(query: dict[str, str]) -> int:
    text = query.get("seuil", "60")
    if not text.isdecimal():
        raise UserError(f"Seuil illisible : « {text[:20]} »", remedy="Donner un nombre de minutes.")
    return int(text)


@lru_cache(maxsize=64)
def _painted(
    settings: Settings, dataset: Dataset, selection: Selection, slug: str, seuil_minutes: int
) -> bytes:
    access = selection_access(dataset, selection)
    entry = indicator(slug)
    frame = indicator_values(access, slug, "commune", seuil_minutes=seuil_minutes)
    values = map_values(entry, frame["valeur"].to_numpy())
    scale = scale_for(entry, values)
    classes = scale.class_of(values).astype(np.int16)
    no_data, no_road = len(scale.colours), len(scale.colours) + 1
    classes[classes == NO_DATA_CLASS] = no_data
    classes[classes == NO_ROAD_CLASS] = no_road
    colours = (*scale.colours, NO_DATA_COLOUR, NO_ROAD_COLOUR)
    return paint(load_raster(settings.geo_dir), classes.astype(np.uint8), colours, hatched=no_road)

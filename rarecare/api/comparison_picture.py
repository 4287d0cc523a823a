"""The commune map of the last comparison of two engines, as a picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from rarecare.dataset.engine_comparison import SavedComparison, last_comparison
from rarecare.errors import UserError
from rarecare.maps.engine_gaps import engine_classes
from rarecare.maps.pictures import difference_scale
from rarecare.maps.raster import CommuneRaster, load_raster
from rarecare.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]

_ONE_YEAR = "public, max-age=31536000, immutable"


def comparison_picture(settings: Settings) -> Endpoint:
    """Return the endpoint of ``/carte/comparaison.png``; 404 and a French sentence without any comparison."""

    async def endpoint(request: Request) -> Response:
        try:
            found = await run_in_threadpool(_picture, settings)
        except UserError as error:
            return PlainTextResponse(error.message, status_code=404)
        content, made_at = found
        fresh = request.query_params.get("v") == made_at
        return Response(
            content, media_type="image/png", headers={"Cache-Control": _ONE_YEAR if fresh else "no-cache"}
        )

    return endpoint


def _picture(settings: Settings) -> tuple[bytes, str]:
    comparison = last_comparison(settings.build_dir)
    if comparison is None:
        raise UserError(
            "Aucune comparaison de moteurs n'a été faite", remedy="Lancer « rarecare compare-engines »."
        )
    return _painted(load_raster(settings.geo_dir), comparison), comparison.made_at


@lru_cache(maxsize=2)
def _painted(raster: CommuneRaster, comparison: SavedComparison) -> bytes:
    classes = engine_classes(comparison.by_commune)
    return difference_scale().painted(raster, np.asarray(classes, dtype=np.uint8))

"""The hospitals of one selection as a file: only its address travels with a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from rarecare.access.selection import Selection
from rarecare.api.answers import dataset_in_force, refusal
from rarecare.api.files import FOR_EVER
from rarecare.api.rasters import Endpoint, asked_selection
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.indicators.view import selection_access
from rarecare.maps.site_file import site_file
from rarecare.settings import Settings


def hospitals_file(settings: Settings) -> Endpoint:
    """Return the endpoint of ``/carte/sites.json``: a selection in the query."""

    async def endpoint(request: Request) -> Response:
        try:
            content, version = await run_in_threadpool(_content, settings, dict(request.query_params))
        except UserError as error:
            return refusal(error)
        fresh = request.query_params.get("v") == version
        headers = {"Cache-Control": FOR_EVER if fresh else "no-cache"}
        return Response(content, media_type="application/json", headers=headers)

    return endpoint


def _content(settings: Settings, query: Mapping[str, str]) -> tuple[bytes, str]:
    dataset = dataset_in_force(settings)
    selection = asked_selection(dataset, query, "", public=settings.public)
    return _written(dataset, selection), dataset.version


@lru_cache(maxsize=128)
def _written(dataset: Dataset, selection: Selection) -> bytes:
    return json.dumps(site_file(selection_access(dataset, selection)), ensure_ascii=False).encode()

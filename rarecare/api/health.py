"""State of the service for the machines that watch it: ``/healthz`` and ``/metrics``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rarecare import __version__, metrics
from rarecare.api.answers import dataset_in_force, public_message
from rarecare.dataset import versions
from rarecare.errors import UserError
from rarecare.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]


def healthz(settings: Settings) -> Endpoint:
    """Return the endpoint that says in JSON whether pages can be served: 200 when they can, 503 otherwise.

    The version in force is opened, its checksums with it, the first time it is seen.
    """

    async def answer(_request: Request) -> Response:
        body: dict[str, str] = {"status": "ok", "version": __version__}
        try:
            body["dataset"] = (await run_in_threadpool(dataset_in_force, settings)).version
        except UserError as error:
            body |= {"status": "indisponible", "dataset": "", "message": public_message(error)}
        status = 200 if body["status"] == "ok" else 503
        return JSONResponse(body, status_code=status, headers={"Cache-Control": "no-store"})

    return answer


def metrics_text(settings: Settings) -> Endpoint:
    """Return the endpoint of the Prometheus counters."""

    async def answer(_request: Request) -> Response:
        metrics.record_versions(versions.current_version(settings.build_dir) or "")
        return Response(
            metrics.exposition(),
            media_type=None,
            headers={
                "Content-Type": metrics.CONTENT_TYPE,
                "Cache-Control": "no-store",
            },
        )

    return answer

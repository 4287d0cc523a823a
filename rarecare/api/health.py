"""State of the service for the machines that watch it: ``/healthz`` and ``/metrics``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rarecare import __version__, metrics
from rarecare.api.answers import dataset_in_force
from rarecare.dataset import versions
from rarecare.errors import UserError
from rarecare.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]


def dataset_version(settings: Settings) -> str:
    """Return the version of the data set in service.

    Raises
    ------
    UserError
        When no data set is built.
    """
    version = versions.current_version(settings.build_dir)
    if version is None:
        raise UserError(
            "Aucun jeu de données n’est construit",
            remedy="Lancer « rarecare build », puis recharger la page.",
        )
    return version


def healthz(settings: Settings) -> Endpoint:
    """Return the endpoint that says in JSON whether pages can be served: 200 when they can, 503 otherwise.

    The version in force is opened, its checksums with it, the first time it is seen.
    """

    async def answer(_request: Request) -> Response:
        body: dict[str, str] = {"status": "ok", "version": __version__}
        try:
            dataset_version(settings)
            body["dataset"] = (await run_in_threadpool(dataset_in_force, settings)).version
        except UserError as error:
            body |= {"status": "indisponible", "dataset": "", "message": error.message}
        status = 200 if body["status"] == "ok" else 503
        return JSONResponse(body, status_code=status, headers={"Cache-Control": "no-store"})

    return answer


def metrics_text(settings: Settings) -> Endpoint:
    """Return the endpoint of the Prometheus counters."""

    async def answer(_request: Request) -> Response:
        try:
            metrics.record_versions(dataset_version(settings))
        except UserError:
            metrics.record_versions("")
        return Response(
            metrics.exposition(),
            media_type=None,
            headers={
                "Content-Type": metrics.CONTENT_TYPE,
                "Cache-Control": "no-store",
            },
        )

    return answer

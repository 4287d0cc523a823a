"""What happens when the server starts and stops."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from rarecare.dataset.versions import current_version
from rarecare.logs import adopt_server_logs, configure_logs
from rarecare.settings import Settings

_LOGGER = logging.getLogger("rarecare.server")


def lifespan(settings: Settings) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """Return the context in which the server runs: logs configured, start and stop logged.

    A missing data set does not stop the server: ``/healthz`` and the pages say what to do.
    """

    @asynccontextmanager
    async def running(_app: object) -> AsyncGenerator[None, None]:
        configure_logs(settings.log_level)
        adopt_server_logs()
        version = current_version(settings.build_dir) or ""
        _LOGGER.info("server_started", extra={"dataset": version, "public": settings.public})
        yield
        _LOGGER.info("server_stopped")

    return running

"""A Spark that waits for itself (executors lost, cluster full) is stopped, and said, in place of waited for."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from types import TracebackType

STILL_MINUTES = 5.0
"""With work to do and not one task running for so long, nothing will come any more."""
_LOOK_SECONDS = 5.0


class Jobs(Protocol):
    """What is watched: a Spark context."""

    def waiting(self) -> tuple[int, ...]:
        """Return counts of what waits, that change when something was done; empty when tasks run, or nothing waits."""
        ...

    def cancel(self) -> None:
        """Give up the jobs that are running."""
        ...


class Watch:
    """While entered, cancels the jobs when the same ones have waited for ``still_minutes``."""

    def __init__(
        self, jobs: Jobs, *, still_minutes: float = STILL_MINUTES, look_seconds: float = _LOOK_SECONDS
    ) -> None:
        self.stopped = False
        self._jobs = jobs
        self._still_seconds = still_minutes * 60
        self._look_seconds = look_seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, name="spark-watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        seen, since = self._jobs.waiting(), time.monotonic()
        while not self._done.wait(self._look_seconds):
            counts = self._jobs.waiting()
            if counts != seen or not counts:
                seen, since = counts, time.monotonic()
            elif time.monotonic() - since > self._still_seconds:
                self.stopped = True
                self._jobs.cancel()
                return

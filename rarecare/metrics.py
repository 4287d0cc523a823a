"""Counters read by a monitoring system at ``/metrics``; none carries a data value or a reader's words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import (
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    generate_latest,
)

from rarecare import __version__

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Twice as many lines, for times of creation that nobody reads.
disable_created_metrics()

REQUESTS = Counter("rarecare_requests", "HTTP requests answered", ["family", "method", "status"])
REQUEST_SECONDS = Histogram("rarecare_request_seconds", "Time to answer an HTTP request", ["family"])
SESSIONS = Gauge("rarecare_sessions", "Browser sessions open now")
SCRIPT_SECONDS = Histogram(
    "rarecare_script_seconds",
    "Time of one run of a page",
    ["page"],
    buckets=(0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 1.5, 2.5, 5, 10),
)
BUGS = Counter("rarecare_bugs", "Unexpected errors", ["where"])
VERSIONS = Info("rarecare", "Versions of the programme and of the data set")


@contextmanager
def script_timed(page: str) -> Iterator[None]:
    """Count the seconds that one run of ``page`` takes, also when it stops or fails."""
    start = time.perf_counter()
    try:
        yield
    finally:
        SCRIPT_SECONDS.labels(page).observe(time.perf_counter() - start)


def record_versions(dataset: str) -> None:
    """Publish the version of the programme and of the data set; ``dataset`` is empty when none is built."""
    VERSIONS.info({"version": __version__, "dataset": dataset})


def exposition() -> bytes:
    """Return all counters in the text format of Prometheus."""
    return generate_latest(REGISTRY)

"""A server that speaks the documented format of OSRM, on the roads of :mod:`tests.engine_places`.

It answers ``/nearest`` and ``/table`` as ``docs/http.md`` of Project-OSRM/osrm-backend says: durations in seconds and
``null`` where no route is found, waypoints with ``location`` and ``distance``, HTTP 400 and a ``code`` on a bad
request. ``faults`` replace the next answers, one each, so that a test says what goes wrong and when.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

SECONDS_PER_DEGREE = 4500.0
FERRY_SECONDS = 3600.0
DATA_VERSION = "2026-11-01T00:00:00Z"

Fault = Callable[["_Handler"], None]


class OsrmDouble:
    """What the server knows, was asked and shall get wrong."""

    def __init__(self, max_table_size: int = 100, *, excludable: bool = True) -> None:
        self.max_table_size = max_table_size
        self.excludable = excludable
        self.data_version = DATA_VERSION
        self.paths: list[str] = []
        self.faults: list[Fault] = []
        self.on_request: Callable[[int], None] = lambda _: None
        self.url = ""

    @property
    def tables(self) -> list[str]:
        """Return the tables asked for, in order."""
        return [path for path in self.paths if path.startswith("/table/")]

    def answer(self, path: str) -> tuple[int, dict]:
        """Return HTTP status and content."""
        parts = urlsplit(path)
        found = re.fullmatch(r"/(table|nearest)/v1/driving/([-0-9.,;]+)", parts.path)
        if not found:
            return 400, {"code": "InvalidUrl", "message": "URL string malformed close to position 1"}
        points = [tuple(map(float, pair.split(","))) for pair in found[2].split(";")]
        options = dict(parse_qsl(parts.query, separator="&"))
        if found[1] == "nearest":
            return 200, {"code": "Ok", "data_version": self.data_version, "waypoints": [_waypoint(points[0])]}
        return self._table(points, options)

    def _table(self, points, options) -> tuple[int, dict]:
        origins = [points[int(index)] for index in options["sources"].split(";")]
        destinations = [points[int(index)] for index in options["destinations"].split(";")]
        if len(points) > self.max_table_size:
            return 400, {"code": "TooBig", "message": "Too many table coordinates"}
        dry = options.get("exclude") == "ferry"
        if dry and not self.excludable:
            return 400, {"code": "InvalidValue", "message": "Exclude flag combination is not supported."}
        return 200, {
            "code": "Ok",
            "data_version": self.data_version,
            "durations": [[_seconds(a, b, dry=dry) for b in destinations] for a in origins],
            "sources": [_waypoint(point) for point in origins],
            "destinations": [_waypoint(point) for point in destinations],
        }


@contextmanager
def osrm_server(double: OsrmDouble | None = None) -> Iterator[OsrmDouble]:
    """Serve a double on a free port of this machine."""
    double = double or OsrmDouble()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"double": double}))
    server.daemon_threads = True
    server.block_on_close = False
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    double: OsrmDouble

    def do_GET(self) -> None:
        self.double.on_request(len(self.double.paths))
        if self.double.faults:
            self.double.faults.pop(0)(self)
            return
        status, content = self.double.answer(self.path)
        self.double.paths.append(self.path)
        self.reply(status, json.dumps(content).encode())

    def reply(self, status: int, body: bytes, *, announced: int | None = None) -> None:
        """Send a whole answer, or one shorter than announced."""
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(body) if announced is None else announced))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            pass  # the client gave up waiting, which is what some tests are about

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def _land(point) -> str:
    longitude, latitude = point
    if latitude > 47.5:
        return "lone"
    return "island" if longitude > 2.8 else "main"


def _snapped(point) -> tuple[float, float]:
    longitude, latitude = point
    land = _land(point)
    if land == "lone":
        return min(max(longitude, 2.3), 2.5), 47.6
    if land == "island":
        return min(max(longitude, 3.0), 3.3), 47.0
    if abs(longitude - 2.4) < 0.001:
        return 2.4, min(max(latitude, 47.0), 47.1)
    return min(max(longitude, 2.0), 2.6), 47.0


def _waypoint(point) -> dict:
    snapped = _snapped(point)
    return {"name": "", "location": list(snapped), "distance": 0.0}


def _seconds(origin, destination, *, dry: bool) -> float | None:
    lands = {_land(origin), _land(destination)}
    if "lone" in lands and len(lands) > 1:
        return None
    (lon_a, lat_a), (lon_b, lat_b) = _snapped(origin), _snapped(destination)
    seconds = (abs(lon_a - lon_b) + abs(lat_a - lat_b)) * SECONDS_PER_DEGREE
    if len(lands) > 1:
        return None if dry else round(seconds + FERRY_SECONDS, 1)
    return round(seconds, 1)

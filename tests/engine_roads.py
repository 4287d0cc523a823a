"""A road file of OpenStreetMap made by hand, and the Valhalla tiles built from it.

The file follows the PBF format (OpenStreetMap wiki, "PBF Format"): blocks made of a length, a ``BlobHeader`` and a
``Blob``; the first holds an ``OSMHeader``, the others a ``PrimitiveBlock`` of nodes or ways. Protocol Buffers need no
library for that: a field is a key (number and wire type) then a varint or a length and bytes.
"""

from __future__ import annotations

import json
import struct
import subprocess
import zlib
from pathlib import Path

MAIN, BRANCH, FERRY_ISLAND, LONE_ISLAND = 0, 100, 200, 300
_STEP_DEGREES = 0.01
_STEPS = 60


def write_road_file(path: Path) -> None:
    """Write the roads of :mod:`tests.engine_places`; nodes are 0.01 degree apart, as roads bend and cross."""
    nodes, ways = {}, []

    def road(first, start, step, count, tags):
        ids = [first + k + 1 for k in range(count)]
        for k, node in enumerate(ids):
            nodes.setdefault(node, (start[0] + k * step[0], start[1] + k * step[1]))
        ways.append((ids, tags))
        return ids

    main = road(MAIN, (2.0, 47.0), (_STEP_DEGREES, 0), _STEPS + 1, {"highway": "primary", "maxspeed": "80"})
    branch = road(BRANCH, (2.4, 47.01), (0, _STEP_DEGREES), 10, {"highway": "tertiary"})
    ways.append(([main[40], branch[0]], {"highway": "tertiary"}))
    island = road(FERRY_ISLAND, (3.0, 47.0), (_STEP_DEGREES, 0), 31, {"highway": "secondary"})
    ways.append(([main[-1], island[0]], {"route": "ferry", "duration": "01:00", "motor_vehicle": "yes"}))
    road(LONE_ISLAND, (2.3, 47.6), (_STEP_DEGREES, 0), 21, {"highway": "secondary"})
    path.write_bytes(_file(nodes, ways))


def build_tiles(directory: Path) -> Path:
    """Build Valhalla tiles of the roads in ``directory``; return the configuration file."""
    import valhalla

    (directory / "tuiles").mkdir(parents=True)
    roads = directory / "routes.osm.pbf"
    write_road_file(roads)
    config = valhalla.get_config(tile_dir=str(directory / "tuiles"), tile_extract="", verbose=False)
    path = directory / "valhalla.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    built = subprocess.run(
        [executable("valhalla_build_tiles"), "-c", path, roads],
        cwd=directory,  # it leaves a report where it runs
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return path


def executable(name: str) -> Path:
    """Return one of the programs that the package of Valhalla ships."""
    import valhalla

    return Path(valhalla.__file__).parent / "bin" / name


def _file(nodes, ways) -> bytes:
    header = _bytes(4, b"OsmSchema-V0.6") + _bytes(16, b"rarecare tests")
    return (
        _block("OSMHeader", header)
        + _block("OSMData", _strings([]) + _bytes(2, b"".join(_node(*item) for item in nodes.items())))
        + _block("OSMData", _ways(ways))
    )


def _node(number, position) -> bytes:
    longitude, latitude = (_zigzag(round(degrees * 1e7)) for degrees in position)
    return _bytes(1, _number(1, _zigzag(number)) + _number(8, latitude) + _number(9, longitude))


def _ways(ways) -> bytes:
    texts = list(dict.fromkeys(text for _, tags in ways for pair in tags.items() for text in pair))
    index = {text: position + 1 for position, text in enumerate(texts)}
    group = b""
    for number, (refs, tags) in enumerate(ways, start=1000):
        steps = [_zigzag(after - before) for before, after in zip([0, *refs], refs, strict=False)]
        group += _bytes(
            3,
            _number(1, number)
            + _packed(2, [index[key] for key in tags])
            + _packed(3, [index[value] for value in tags.values()])
            + _packed(8, steps),
        )
    return _strings(texts) + _bytes(2, group)


def _strings(texts) -> bytes:
    return _bytes(1, b"".join(_bytes(1, text.encode()) for text in ["", *texts]))


def _block(kind, content) -> bytes:
    blob = _number(2, len(content)) + _bytes(3, zlib.compress(content))
    header = _bytes(1, kind.encode()) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _varint(value) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _zigzag(value) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _number(field, value) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field, content) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _packed(field, values) -> bytes:
    return _bytes(field, b"".join(map(_varint, values)))

"""A process that builds in children it can lose: ``python -m tests.interrupted_build BUILD_DIR``.

Reads one order a line and answers in one line:

``event N``   a child that only moves files kills itself right before its N-th change to the build directory
``after S``   a child that computes everything is killed after S seconds
``limit B``   a child may not write a file larger than B bytes

The answer is ``killed``, ``done`` or the message of the error.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import replace
from pathlib import Path

from rarecare.dataset import build as building
from rarecare.settings import Settings
from tests.building import without_any_computation, without_travel_times
from tests.interrupted import answer_of, die_at_change, kill_after, start_child


def main() -> None:
    """Obey the orders of the standard input."""
    build_dir = Path(sys.argv[1])
    settings = replace(Settings(), build_dir=build_dir, imports_dir=build_dir.parent / "imports")
    orders = {"event": _until_event, "after": _for_seconds, "limit": _within_size}
    for line in sys.stdin:
        word, value = line.split()
        print(orders[word](settings, float(value)), flush=True)


def _until_event(settings: Settings, number: float) -> str:
    def work() -> None:
        without_any_computation(building, settings)
        die_at_change(int(number), settings.build_dir)
        building.build(settings)

    return answer_of(start_child(work))


def _for_seconds(settings: Settings, seconds: float) -> str:
    return kill_after(start_child(lambda: building.build(settings)), seconds)


def _within_size(settings: Settings, size: float) -> str:
    def work() -> None:
        without_travel_times(building, settings)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
        building.build(settings)

    return answer_of(start_child(work))


if __name__ == "__main__":
    main()

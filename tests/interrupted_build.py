"""A process that builds in children it can lose: ``python -m tests.interrupted_build BUILD_DIR``.

Reads one order a line and answers in one line:

``event N``   a child that only moves files kills itself right before its N-th change to the build directory
``after S``   a child that computes everything is killed after S seconds
``limit B``   a child may not write a file larger than B bytes

The answer is ``killed``, ``done`` or the message of the error.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rarecare.dataset import build as building
from rarecare.errors import UserError
from rarecare.settings import Settings
from tests.building import without_any_computation, without_travel_times

# Removals are left out: what the last interrupted build has left would change the numbers.
CHANGES = {"os.rename", "os.mkdir", "os.truncate"}


def main() -> None:
    """Obey the orders of the standard input."""
    build_dir = Path(sys.argv[1])
    settings = replace(Settings(), build_dir=build_dir, imports_dir=build_dir.parent / "imports")
    orders = {"event": _until_event, "after": _for_seconds, "limit": _within_size}
    for line in sys.stdin:
        word, value = line.split()
        print(orders[word](settings, float(value)), flush=True)


def _until_event(settings: Settings, number: float) -> str:
    def prepare() -> None:
        without_any_computation(building, settings)
        _kill_at_event(str(settings.build_dir), int(number))

    return answer_of(_child(settings, prepare))


def _for_seconds(settings: Settings, seconds: float) -> str:
    child = _child(settings, lambda: None)
    time.sleep(seconds)
    os.kill(child[0], signal.SIGKILL)
    return answer_of(child)


def _within_size(settings: Settings, size: float) -> str:
    def prepare() -> None:
        without_travel_times(building, settings)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))

    return answer_of(_child(settings, prepare))


def _child(settings: Settings, prepare: Callable[[], None]) -> tuple[int, int]:
    """Start a child that builds; return its number and where to read what it says."""
    reading, writing = os.pipe()
    number = os.fork()
    if number:
        os.close(writing)
        return number, reading
    answer = "done"
    try:
        prepare()
        building.build(settings)
    except UserError as error:
        answer = error.message
    except BaseException as error:
        answer = f"bug {type(error).__name__} {error}"
    os.write(writing, answer.replace("\n", " ").encode())
    os._exit(0)


def answer_of(child: tuple[int, int]) -> str:
    number, reading = child
    with os.fdopen(reading, "rb") as stream:
        said = stream.read().decode()
    _, status = os.waitpid(number, 0)
    return "killed" if os.WIFSIGNALED(status) else said


def _kill_at_event(directory: str, number: int) -> None:
    left = number

    def watch(event: str, details: tuple[object, ...]) -> None:
        nonlocal left
        changes = event in CHANGES or (event == "open" and writes(details[1]))
        if changes and str(details[0]).startswith(directory):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def writes(mode: object) -> bool:
    return isinstance(mode, str) and not set("wxa+").isdisjoint(mode)


if __name__ == "__main__":
    main()

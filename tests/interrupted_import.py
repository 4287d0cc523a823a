"""A process that imports in children it can lose: ``python -m tests.interrupted_import BUILD_DIR IMPORTS_DIR``.

Reads one order a line and answers in one line:

``event N``     a child that imports one more file kills itself right before its N-th change to either directory
``rollback N``  a child that goes back to the first version kills itself right before its N-th change
``after S``     a child that does all the work of an import is killed after S seconds
``both 2``      two children import at once, each a file of its own; the answers of both, joined by `` | ``

The answer is ``killed``, ``done`` or the message of the error. The file says the number of patients that it gives: the
number of the order, so that every import changes something.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rarecare.dataset import versions
from rarecare.dataset.imports.accept import accept, roll_back
from rarecare.dataset.imports.apply import effective
from rarecare.errors import UserError
from rarecare.settings import Settings
from tests.importing import COUNT, plan_of, without_long_work
from tests.interrupted_build import CHANGES, answer_of, writes

Work = Callable[[Settings, int], object]


def main() -> None:
    """Obey the orders of the standard input."""
    settings = replace(Settings(), build_dir=Path(sys.argv[1]), imports_dir=Path(sys.argv[2]))
    first = versions.current_version(settings.build_dir)
    for number, line in enumerate(sys.stdin, start=1):
        word, value = line.split()
        if word != "after" and number == 1:
            _be_quick(settings)
        if word == "after":
            answer = _for_seconds(settings, number, float(value))
        elif word == "both":
            answer = _both(settings, number)
        else:
            work: Work = _import if word == "event" else lambda own, _number: roll_back(own, str(first))
            answer = _until_event(settings, number, int(value), work)
        print(answer, flush=True)


def _be_quick(settings: Settings) -> None:
    """Prepare all the children to come, which find the data read."""
    without_long_work(settings)
    effective(settings, ())


def _import(settings: Settings, number: int) -> None:
    planned = plan_of(settings, "file_active", [COUNT | {"patients": str(number)}])
    accept(settings, planned, source=b"fichier", who=f"essai {number}")


def _until_event(settings: Settings, number: int, event: int, work: Work) -> str:
    def prepared(own: Settings, count: int) -> None:
        _kill_at_event((str(own.build_dir), str(own.imports_dir)), event)
        work(own, count)

    return answer_of(_child(settings, number, prepared))


def _for_seconds(settings: Settings, number: int, seconds: float) -> str:
    child = _child(settings, number, _import)
    time.sleep(seconds)
    os.kill(child[0], signal.SIGKILL)
    return answer_of(child)


def _both(settings: Settings, number: int) -> str:
    """Let two children plan on the same version, then accept at the same moment."""
    start = os.pipe()

    def together(own: Settings, count: int) -> None:
        planned = plan_of(own, "file_active", [COUNT | {"patients": str(count)}])
        os.close(start[1])
        os.read(start[0], 1)
        accept(own, planned, source=b"fichier", who=f"essai {count}")

    children = [_child(settings, 1000 + number, together), _child(settings, 2000 + number, together)]
    os.close(start[0])
    time.sleep(1.0)
    os.close(start[1])
    return " | ".join(answer_of(child) for child in children)


def _child(settings: Settings, number: int, work: Work) -> tuple[int, int]:
    """Start a child that works; return its number and where to read what it says."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    answer = "done"
    try:
        work(settings, number)
    except UserError as error:
        answer = error.message
    except BaseException as error:
        answer = f"bug {type(error).__name__} {error}"
    os.write(writing, answer.replace("\n", " ").encode())
    os._exit(0)


def _kill_at_event(directories: tuple[str, ...], number: int) -> None:
    left = number

    def watch(event: str, details: tuple[object, ...]) -> None:
        nonlocal left
        changes = event in CHANGES or (event == "open" and writes(details[1]))
        if changes and str(details[0]).startswith(directories):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


if __name__ == "__main__":
    main()

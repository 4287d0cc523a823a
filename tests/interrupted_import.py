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
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rarecare.dataset import versions
from rarecare.dataset.imports.accept import accept, roll_back
from rarecare.dataset.imports.apply import effective
from rarecare.settings import Settings
from tests.importing import COUNT, plan_of, without_long_work
from tests.interrupted import answer_of, die_at_change, kill_after, start_child


def main() -> None:
    """Obey the orders of the standard input."""
    settings = replace(Settings(), build_dir=Path(sys.argv[1]), imports_dir=Path(sys.argv[2]))
    first = versions.current_version(settings.build_dir)
    for number, line in enumerate(sys.stdin, start=1):
        word, value = line.split()
        if word != "after" and number == 1:
            _be_quick(settings)
        if word == "after":
            answer = kill_after(start_child(lambda count=number: _import(settings, count)), float(value))
        elif word == "both":
            answer = _both(settings, number)
        elif word == "event":
            answer = _until_event(settings, int(value), lambda count=number: _import(settings, count))
        else:
            answer = _until_event(
                settings, int(value), lambda count=number: _go_back(settings, count, str(first))
            )
        print(answer, flush=True)


def _be_quick(settings: Settings) -> None:
    """Prepare all the children to come, which find the data read."""
    without_long_work(settings)
    effective(settings, ())


def _import(settings: Settings, number: int) -> None:
    planned = plan_of(settings, "file_active", [COUNT | {"patients": str(number)}])
    accept(settings, planned, source=b"fichier", who=f"essai {number}", why="Essai")


def _go_back(settings: Settings, number: int, version: str) -> None:
    roll_back(settings, version, who=f"essai {number}", why="Essai")


def _until_event(settings: Settings, event: int, work: Callable[[], object]) -> str:
    def watched() -> None:
        die_at_change(event, settings.build_dir, settings.imports_dir)
        work()

    return answer_of(start_child(watched))


def _both(settings: Settings, number: int) -> str:
    """Let two children plan on the same version, then accept at the same moment."""
    start = os.pipe()

    def together(count: int) -> None:
        planned = plan_of(settings, "file_active", [COUNT | {"patients": str(count)}])
        os.close(start[1])
        os.read(start[0], 1)
        accept(settings, planned, source=b"fichier", who=f"essai {count}", why="Essai")

    children = [start_child(lambda count=count: together(count)) for count in (1000 + number, 2000 + number)]
    os.close(start[0])
    time.sleep(1.0)
    os.close(start[1])
    return " | ".join(answer_of(child) for child in children)


if __name__ == "__main__":
    main()

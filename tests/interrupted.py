"""Work that a test interrupts: an obedient process of its own, whose children are killed at a chosen moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rarecare.errors import UserError

Child = tuple[int, int]
"""A running child: its process number, and where to read what it says."""

# Removals are left out: what the last interrupted work has left would change the numbers.
_CHANGES = {"os.rename", "os.mkdir", "os.truncate"}


class OtherProcess:
    """A module run beside the tests, which obeys one order a line; ``orders`` counts them."""

    def __init__(self, module: str, *arguments: Path, repository: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=repository,
        )
        self.orders = 0

    def order(self, word: str, value: float) -> str:
        """Return what the process answers."""
        self.orders += 1
        self.process.stdin.write(f"{word} {value}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        """Let the process end, and check that it ends well."""
        self.process.stdin.close()
        assert self.process.wait() == 0
        self.process.stdout.close()


def start_child(work: Callable[[], object]) -> Child:
    """Start a child that does some work, then says ``done`` or what went wrong."""
    reading, writing = os.pipe()
    number = os.fork()
    if number:
        os.close(writing)
        return number, reading
    answer = "done"
    try:
        work()
    except UserError as error:
        answer = error.message
    except BaseException as error:
        answer = f"bug {type(error).__name__} {error}"
    os.write(writing, answer.replace("\n", " ").encode())
    os._exit(0)


def answer_of(child: Child) -> str:
    """Wait for a child; return what it said, or ``killed``."""
    number, reading = child
    with os.fdopen(reading, "rb") as stream:
        said = stream.read().decode()
    _, status = os.waitpid(number, 0)
    return "killed" if os.WIFSIGNALED(status) else said


def kill_after(child: Child, seconds: float) -> str:
    """Kill a child after a while; return what it said if it was quicker, else ``killed``."""
    time.sleep(seconds)
    os.kill(child[0], signal.SIGKILL)
    return answer_of(child)


def die_at_change(number: int, *directories: Path) -> None:
    """Let this process kill itself right before its change of that number to a file of the directories."""
    watched, left = tuple(map(str, directories)), number

    def watch(event: str, details: tuple[object, ...]) -> None:
        nonlocal left
        changes = event in _CHANGES or (event == "open" and _writes(details[1]))
        if changes and str(details[0]).startswith(watched):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _writes(mode: object) -> bool:
    return isinstance(mode, str) and not set("wxa+").isdisjoint(mode)

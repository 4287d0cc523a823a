"""How a build in progress is shown in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from types import TracebackType

    from click._termui_impl import ProgressBar


class BuildBar:
    """A progress bar that names the step under way, on the error stream.

    It appears with the first step: when there is nothing to build, nothing is shown.
    """

    def __init__(self, *, hidden: bool = False, label: str = "Construction du jeu de données") -> None:
        self._hidden, self._label = hidden, label
        self._bar: ProgressBar[str] | None = None

    def __enter__(self) -> BuildBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def step(self, name: str, share: float) -> None:
        """Show a step and the share done, 0 to 1."""
        if self._bar is None:
            self._bar = click.progressbar(
                length=100,
                label=self._label,
                item_show_func=_name_of,
                hidden=self._hidden,
                file=sys.stderr,
            )
            self._bar.__enter__()
        self._bar.update(max(0, round(100 * share) - self._bar.pos), name)


def _name_of(step: str | None) -> str:
    return step or ""

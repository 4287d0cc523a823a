"""Run ``rarecare`` in this process and keep what it says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from rarecare.cli import main
from rarecare.settings import Settings


@dataclass(frozen=True)
class Outcome:
    """Exit code and both outputs of one command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output read as JSON; NaN and infinities are not JSON."""
        assert self.code == 0, self.err
        return json.loads(self.out, parse_constant=_refuse)

    @property
    def csv(self) -> list[dict[str, str]]:
        """The output read as CSV."""
        assert self.code == 0, self.err
        return list(csv.DictReader(io.StringIO(self.out)))


Run = Callable[..., Outcome]


def runner(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return the function that runs one command on a built version."""
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(settings.build_dir))

    def run(*words: str) -> Outcome:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return run


def is_one_french_message(outcome: Outcome) -> bool:
    """Tell whether a command ended with code 1, nothing on its output and one message without a trace."""
    return (
        outcome.code == 1
        and outcome.out == ""
        and outcome.err.endswith((".\n", " ?\n"))
        and "Traceback" not in outcome.err
        and "Erreur interne" not in outcome.err
    )


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")

"""Time and memory of ``rarecare caseload`` on made-up events, in a process of its own."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rarecare.caseload.fictitious import write_events
from rarecare.caseload.references import References
from rarecare.dataset.store import shared_dataset
from rarecare.errors import UserError
from rarecare.settings import Settings

DEFAULT_EVENTS = 1_000_000
BUDGET_EVENTS = 100_000_000
"""The budgets of the design are for this many events."""
BUDGET_SECONDS, BUDGET_GB = 60.0, 8.0

_BYTES_PER_EVENT = 60
"""Room for the events and for what overflows from memory, generously."""
_MEMORY = "6GB"


@dataclass(frozen=True)
class Run:
    """What one run took: ``cpu_seconds`` adds up the cores, and says more than ``seconds`` on a busy machine."""

    events: int
    patients: int
    seconds: float
    cpu_seconds: float
    memory_gb: float
    file_gb: float

    @property
    def sizes(self) -> str:
        """What was counted, in French."""
        return f"{self.events} événements, {self.patients} patients, fichier de {self.file_gb:.2f} Go"


def timed_runs(settings: Settings, events: int) -> Iterator[Run]:
    """Write events, count them with DuckDB and yield the run; everything is removed afterwards.

    Raises :class:`UserError` when the disk has not the room.
    """
    with tempfile.TemporaryDirectory(prefix="rarecare-bench-") as name:
        directory = Path(name)
        _check_room(directory, events)
        dataset = shared_dataset(settings)
        place = directory / "evenements.parquet"
        communes = [str(code) for code in dataset.communes.codes]
        patients = write_events(place, References.of(dataset), communes, events=events)
        yield _timed(settings, place, directory / "sortie", events=events, patients=patients)


def _timed(settings: Settings, place: Path, out: Path, *, events: int, patients: int) -> Run:
    command = [
        sys.executable,
        "-m",
        "rarecare",
        "caseload",
        str(place),
        "--out",
        str(out),
        "--memory",
        _MEMORY,
    ]
    environment = os.environ | {"RARECARE_BUILD_DIR": str(settings.build_dir)}
    process = subprocess.Popen(
        [*command, "--provenance", "fictif", "--format", "json"], env=environment, stdout=subprocess.DEVNULL
    )
    start = time.perf_counter()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise UserError(
            "La mesure « caseload » a échoué", remedy="Lancer « rarecare caseload » pour savoir pourquoi."
        )
    return Run(
        events=events,
        patients=patients,
        seconds=seconds,
        cpu_seconds=used.ru_utime + used.ru_stime,
        memory_gb=_maximum_gb(used),
        file_gb=place.stat().st_size / 1e9,
    )


def _maximum_gb(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * 1024 / 1e9


def _check_room(directory: Path, events: int) -> None:
    wanted, free = events * _BYTES_PER_EVENT, shutil.disk_usage(directory).free
    if free < wanted:
        raise UserError(
            f"Il faut {wanted / 1e9:.0f} Go libres pour cette mesure, il y en a {free / 1e9:.0f}",
            where=str(directory),
            remedy="Libérer de la place, donner TMPDIR, ou mesurer moins d'événements (--events).",
        )

"""The last comparison of two matrices, kept beside the versions for the page Méthode: whole, or not at all."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from rarecare.dataset.versions import disk_errors, write_atomically
from rarecare.errors import UserError
from rarecare.travel.engines.compare import MatrixComparison

DIRECTORY = "comparaison"
"""Folder of the last comparison, inside the build folder."""

_SHEET = "comparaison.json"
_KEYS = {"reference", "autre", "version", "faite_le", "sources", "communes", "ensemble"}
_CODES = {"departement": str, "code_commune": str, "source": str, "etat": str}
_REMEDY = "Relancer « rarecare compare-engines »."


@dataclass(frozen=True, eq=False)
class SavedComparison:
    """What ``rarecare compare-engines`` found last.

    Parameters
    ----------
    reference, other
        What computed each matrix.
    version
        Version of the data compared.
    made_at
        Day and time, ISO text.
    overall
        Fields of :class:`rarecare.travel.engines.compare.Gap`; None where nothing could be compared.
    by_length, by_departement, by_commune
        See :class:`rarecare.travel.engines.compare.MatrixComparison`.
    """

    reference: str
    other: str
    version: str
    made_at: str
    overall: Mapping[str, Any]
    by_length: pd.DataFrame
    by_departement: pd.DataFrame
    by_commune: pd.DataFrame


def write_frames(comparison: MatrixComparison, directory: Path) -> tuple[str, ...]:
    """Write the tables of a comparison as CSV into a folder, made if needed; return the names of the files.

    Raises :class:`UserError` when the disk refuses.
    """
    names = []
    with disk_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
    for name, frame in comparison.frames().items():
        content = frame.to_csv(index=False, lineterminator="\n").encode()
        write_atomically(directory / f"{name}.csv", content)
        names.append(f"{name}.csv")
    return tuple(names)


def save_comparison(comparison: MatrixComparison, build_dir: Path, *, version: str, other: str) -> None:
    """Keep a comparison in place of the former one; interrupted, the former stays or there is none.

    ``other`` names the second matrix: its engine, or the folder it was read from.
    """
    folder = build_dir / DIRECTORY
    # Without its sheet a comparison does not exist: it goes first and comes last.
    with disk_errors(folder):
        (folder / _SHEET).unlink(missing_ok=True)
    write_frames(comparison, folder)
    sheet = {
        "reference": comparison.reference_engine,
        "autre": other,
        "version": version,
        "faite_le": datetime.now(UTC).isoformat(timespec="seconds"),
        "sources": comparison.sources,
        "communes": comparison.communes,
        "ensemble": {name: _plain(value) for name, value in asdict(comparison.overall).items()},
    }
    write_atomically(folder / _SHEET, json.dumps(sheet, ensure_ascii=False, indent=1).encode())


def forget_comparison(build_dir: Path) -> None:
    """Remove the last comparison, if any."""
    shutil.rmtree(build_dir / DIRECTORY, ignore_errors=True)


def last_comparison(build_dir: Path) -> SavedComparison | None:
    """Return the last comparison, None when none was made.

    Raises :class:`UserError` when its files are damaged.
    """
    path = build_dir / DIRECTORY / _SHEET
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return None
    return _read(path, changed)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> SavedComparison:
    try:
        sheet = json.loads(path.read_text(encoding="utf-8"))
        frames = [
            pd.read_csv(path.parent / f"{name}.csv", dtype=_CODES)
            for name in ("durees", "departements", "communes")
        ]
    except (OSError, ValueError):
        sheet, frames = {}, []
    if not isinstance(sheet, dict) or set(sheet) < _KEYS:
        raise UserError("La dernière comparaison de moteurs est illisible", where=path.name, remedy=_REMEDY)
    return SavedComparison(
        sheet["reference"], sheet["autre"], sheet["version"], sheet["faite_le"], sheet["ensemble"], *frames
    )


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None

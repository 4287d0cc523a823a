"""The files that come out: all of them or none, readable by their owner alone."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rarecare.dataset.versions import disk_errors, rename_durably
from rarecare.errors import UserError

SUMMARY_FILE = "bilan.json"
_STAGING = ".caseload"


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Give a private directory beside ``out``, which becomes ``out`` by one rename, or disappears.

    What a killed run has left there is removed first. Raises :class:`UserError` when ``out`` already holds something:
    a result is never mixed with another.
    """
    out = out.absolute()
    with disk_errors(out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
        _refuse_used(out)
        _remove_leftovers(out)
        directory = out.parent / f"{_STAGING}-{out.name}-{os.getpid()}-{secrets.token_hex(4)}"
        directory.mkdir(mode=0o700)
        try:
            results = directory / "resultats"
            results.mkdir(mode=0o700)
            (directory / "travail").mkdir(mode=0o700)
            yield directory
            rename_durably(results, out)
        finally:
            shutil.rmtree(directory, ignore_errors=True)


def write_table(table: pa.Table, path: Path) -> None:
    """Write counts as Parquet, for their owner only."""
    with _private(path) as stream:
        pq.write_table(table, stream, compression="zstd")


def write_summary(summary: Mapping[str, Any], path: Path) -> None:
    """Write the account of the run as JSON, for its owner only."""
    with _private(path) as stream:
        stream.write((json.dumps(summary, ensure_ascii=False, indent=2) + "\n").encode())


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        yield stream


def _refuse_used(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(
            "Le dossier de sortie n'est pas vide",
            where=str(out),
            remedy="Choisir un autre dossier, ou vider celui-ci.",
        )


def _remove_leftovers(out: Path) -> None:
    prefix = f"{_STAGING}-{out.name}-"
    for left_over in out.parent.glob(f"{prefix}*"):
        process = left_over.name.removeprefix(prefix).partition("-")[0]
        if process.isdecimal() and not _is_running(int(process)):
            shutil.rmtree(left_over, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

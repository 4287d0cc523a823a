"""Helpers for tests that build: copies of the inputs, and builds without the long computations."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from rarecare.dataset import versions
from rarecare.settings import Settings
from rarecare.travel.matrix import TravelMatrix

TRAVEL, DATABASE, ACCURACY = "travel", "rarecare.duckdb", "accuracy.json"


def copy_of_build(settings: Settings, directory: Path) -> Settings:
    """Return the same settings with a build directory of one's own, which holds the version in force."""
    shutil.copytree(settings.build_dir, directory, ignore=shutil.ignore_patterns(".lock"))
    return replace(settings, build_dir=directory)


def copy_of_data(settings: Settings, directory: Path) -> Settings:
    """Return the same settings with a data directory of one's own."""
    shutil.copytree(settings.data_dir, directory)
    return replace(settings, data_dir=directory)


def copy_of_geo(settings: Settings, directory: Path) -> Settings:
    """Return the same settings with territory tables of one's own (the map files are left out)."""
    directory.mkdir()
    for path in settings.geo_dir.iterdir():
        if path.suffix in {".csv", ".parquet"}:
            shutil.copy(path, directory)
    return replace(settings, geo_dir=directory)


def version_in_force(settings: Settings) -> Path:
    """Return the directory of the version in force."""
    version = versions.current_version(settings.build_dir)
    assert version is not None
    return versions.version_dir(settings.build_dir, version)


def without_travel_times(module: ModuleType, built: Settings, patch: Any = setattr) -> None:
    """Let builds take their travel times from a finished version instead of computing them."""
    finished = version_in_force(built)
    matrix = TravelMatrix.load(finished / TRAVEL)
    patch(module, "engine_from", lambda *_inputs: _StoredTimes(matrix))
    patch(module, "write_accuracy", _copier(finished / ACCURACY))


def without_any_computation(module: ModuleType, built: Settings, patch: Any = setattr) -> None:
    """Let builds only move files: every table comes from a finished version."""
    finished = version_in_force(built)
    rows = versions.read_manifest(built.build_dir, finished.name)["tables"]
    without_travel_times(module, built, patch)
    patch(module, "checked_tables", lambda settings, _communes, chain: module.effective(settings, chain))

    def copy_database(path: Path, *_inputs: object) -> dict[str, int]:
        shutil.copy(finished / DATABASE, path)
        return dict(rows)

    patch(module, "_write_database", copy_database)


@dataclass(frozen=True)
class _StoredTimes:
    """A travel-time engine that only knows what a finished version holds."""

    stored: TravelMatrix

    def matrix(self, _sources: Sequence[str], _progress: object = None) -> TravelMatrix:
        return self.stored


def _copier(source: Path) -> Any:
    return lambda directory, *_inputs: shutil.copy(source, directory / source.name)

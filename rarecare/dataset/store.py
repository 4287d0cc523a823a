"""The built dataset, opened read-only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.dataset import versions
from rarecare.dataset.sql_files import named_sql
from rarecare.errors import UserError
from rarecare.settings import Settings
from rarecare.territory.communes import Communes, load_communes
from rarecare.territory.partition import Maille, Partition, partition
from rarecare.travel.matrix import TravelMatrix

DATABASE_FILE = "rarecare.duckdb"
TRAVEL_DIR = "travel"
ACCURACY_FILE = "accuracy.json"
COMMUNES_FILE = "communes.parquet"


@dataclass(frozen=True, eq=False)
class Dataset:
    """One version of the data: tables, travel matrix and communes, all read-only.

    Safe to share between threads: every query takes its own cursor. ``accuracy`` has one record a group of reference
    trips, see :mod:`rarecare.travel.accuracy`.
    """

    version: str
    manifest: dict[str, Any]
    communes: Communes
    matrix: TravelMatrix
    connection: duckdb.DuckDBPyConnection
    accuracy: list[dict[str, Any]]

    def query(self, name: str, /, **parameters: object) -> pd.DataFrame:
        """Run a named statement of ``rarecare/dataset/sql`` and return its rows."""
        return self.run(named_sql(name), **parameters)

    def run(self, sql: str, /, **parameters: object) -> pd.DataFrame:
        """Run one statement with named parameters on a cursor of its own."""
        cursor = self.connection.cursor()
        try:
            return cursor.execute(sql, parameters).df()
        finally:
            cursor.close()

    def table(self, name: str) -> pd.DataFrame:
        """Return a whole table, its rows in a stable order."""
        cursor = self.connection.cursor()
        try:
            return cursor.table(name).order("all").df()
        finally:
            cursor.close()

    @property
    def has_fictitious(self) -> bool:
        """Whether a table holds made-up rows, imported for a test or a training: every page then says so."""
        return bool(self.manifest.get("fictitious"))

    def partition(self, maille: Maille) -> Partition:
        """Return the division of the communes into territories of one maille."""
        return self._partitions[maille]

    @cached_property
    def _partitions(self) -> dict[Maille, Partition]:
        communes = self.communes
        departements = self.query("departements")
        regions = self.query("regions")
        return {
            "france": partition("france", ["FR"] * len(communes.codes), {"FR": "France entière"}),
            "region": partition(
                "region", communes.regions, dict(zip(regions["region"], regions["nom"], strict=True))
            ),
            "departement": partition(
                "departement",
                communes.departements,
                dict(zip(departements["departement"], departements["nom"], strict=True)),
            ),
            "commune": partition(
                "commune", communes.codes, dict(zip(communes.codes, communes.noms, strict=True))
            ),
        }

    def people(self, public: str) -> NDArray[np.float64]:
        """Return the people of each commune (n_communes,): all, those under 20, or those of 20 and over.

        The share under 20 is that of the commune's département (INSEE estimate).
        """
        return self._people[public]

    @cached_property
    def _people(self) -> dict[str, NDArray[np.float64]]:
        shares = self.query("share_under_20")
        share_of = dict(zip(shares["departement"], shares["share_under_20"], strict=True))
        share = np.array([share_of[code] for code in self.communes.departements], dtype=np.float64)
        everyone = np.asarray(self.communes.population, dtype=np.float64)
        return {"tous": everyone, "enfant": everyone * share, "adulte": everyone * (1.0 - share)}


def open_dataset(settings: Settings) -> Dataset:
    """Open the version in force.

    Raises :class:`UserError` when nothing was built, or when a file of the version is absent, truncated or altered.
    """
    version = versions.named_version(settings.build_dir)
    if version is None:
        raise UserError(
            "Aucun jeu de données n'est construit",
            where=str(settings.build_dir),
            remedy="Lancer « rarecare build » (ou « make run », qui le fait).",
        )
    directory = versions.version_dir(settings.build_dir, version)
    manifest = versions.read_manifest(settings.build_dir, version)
    versions.check_files(directory, manifest)
    communes = load_communes(directory)
    matrix = TravelMatrix.load(directory / TRAVEL_DIR, codes=communes.codes.tolist())
    accuracy = json.loads((directory / ACCURACY_FILE).read_text(encoding="utf-8"))
    return Dataset(version, manifest, communes, matrix, connect_database(directory / DATABASE_FILE), accuracy)


def shared_dataset(settings: Settings) -> Dataset:
    """Return the version in force, opened once a process; a newly published version is picked up at the next call.

    Raises :class:`UserError` like :func:`open_dataset`.
    """
    return _opened(settings, versions.current_version(settings.build_dir))


@lru_cache(maxsize=2)
def _opened(settings: Settings, _version: str | None) -> Dataset:
    return open_dataset(settings)


def connect_database(database: Path) -> duckdb.DuckDBPyConnection:
    """Open the database of a version, read-only; raises :class:`UserError` when this DuckDB cannot read it."""
    try:
        return duckdb.connect(
            str(database),
            read_only=True,
            config={"enable_external_access": False, "lock_configuration": True, "threads": 2},
        )
    except duckdb.Error:
        raise UserError(
            "La base de données ne s'ouvre pas avec cette version de DuckDB",
            where=str(database),
            remedy="Relancer « rarecare build --force ».",
        ) from None

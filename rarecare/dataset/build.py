"""From ``data/``, ``geo/`` and the accepted imports to one published version: tables, travel matrix, manifest."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from rarecare import __version__
from rarecare.dataset import versions
from rarecare.dataset.completeness import completeness_frame
from rarecare.dataset.imports.apply import CENTRE_KEY, CENTRES, EffectiveTables, effective
from rarecare.dataset.imports.intact import check_imports
from rarecare.dataset.imports.journal import (
    Chain,
    chain_digest,
    chain_in_force,
    chain_of,
    chain_records,
    remember_chain,
    remembered_chain,
)
from rarecare.dataset.imports.returns import settle_returns
from rarecare.dataset.sql_files import named_sql
from rarecare.dataset.store import ACCURACY_FILE, COMMUNES_FILE, DATABASE_FILE, TRAVEL_DIR
from rarecare.dataset.tables import Table
from rarecare.errors import DataProblems, UserError
from rarecare.settings import Settings
from rarecare.territory.communes import Communes, load_communes
from rarecare.territory.integrity import check_geo_files
from rarecare.territory.names import load_departements, load_regions
from rarecare.travel.accuracy import REFERENCE_FILE, load_reference, measure_accuracy
from rarecare.travel.engines import AnyEngine, engine_fingerprint, engine_from, pair_times
from rarecare.travel.graph import RoadGraph, build_graph
from rarecare.travel.matrix import TravelMatrix
from rarecare.travel.tables import RoadTables, load_road_tables

Progress = Callable[[str, float], None]
"""Called with what is being done (French) and the share done, from 0 to 1."""

ROAD_TABLES = ("ajustements_routiers", "franchissements", "massifs", "reseau_routier")
"""Tables of ``data/`` that make the road model."""

_CODE = Path(__file__).resolve().parent.parent
_ADJACENCY = "adjacence.parquet"
_DERIVED = ("create_sites",)
_GEO_SUFFIXES = {".parquet", ".csv", ".json", ".geojson", ".npz", ".yaml"}
_NO_ROOM = re.compile("no space left|file too large|quota exceeded", re.IGNORECASE)
_SQL_TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "year": "integer",
    "date": "date",
}


def ensure_built(settings: Settings, *, progress: Progress | None = None) -> str:
    """Return the version in force, building it first when there is none, when it is broken or when inputs changed.

    What was imported stays: a version built again has the chain of imports of the one in force. A version chosen by
    :func:`rarecare.dataset.imports.accept.roll_back` stays in force until the code changes or something is built.
    """
    version = versions.current_version(settings.build_dir)
    if version is not None and _is_sound(settings, version):
        _copy_chain_again(settings)
        return version
    return build(settings, progress=progress, reuse_travel=True)


def build(
    settings: Settings,
    *,
    progress: Progress | None = None,
    chain: Chain | None = None,
    reuse_travel: bool = False,
) -> str:
    """Build and publish a version; return its name.

    Nothing is published unless every step succeeded: killed at any moment, the version in force stays as it was.

    Parameters
    ----------
    settings : Settings
        Where the inputs and the versions are.
    progress : callable, optional
        Called at each step.
    chain : tuple of ImportEntry, optional
        The imports that the version contains; by default those of the version in force.
    reuse_travel : bool
        Take the travel times of the version in force when nothing that makes them has changed.

    Raises
    ------
    DataProblems
        All the broken rules of the data.
    UserError
        A missing input, a missing import, a full disk, or a build already running.
    """
    with versions.build_lock(settings.build_dir):
        chain = chain_in_force(settings) if chain is None else chain
        return build_under_lock(settings, chain, progress=progress, reuse_travel=reuse_travel)


def build_under_lock(
    settings: Settings, chain: Chain, *, progress: Progress | None = None, reuse_travel: bool = True
) -> str:
    """Build and publish as :func:`build` does, for those who hold the lock already."""
    report = progress or _silent
    previous = versions.current_version(settings.build_dir)
    settle_returns(settings)
    with versions.staging(settings.build_dir) as directory:
        report("Lecture des communes", 0.0)
        digest = inputs_digest(settings, chain)
        communes = load_communes(settings.geo_dir)
        report("Contrôle des données", 0.05)
        tables = checked_tables(settings, communes, chain)
        check_geo_files(settings.geo_dir)
        sources = hospital_communes(tables.rows("etablissements"), communes)
        travel = travel_digest(settings, sources)
        matrix = _stored_travel(settings, previous, travel, directory, communes) if reuse_travel else None
        if matrix is None:
            matrix = _computed_travel(settings, sources, directory, communes, report)
        report("Base de données", 0.8)
        shutil.copyfile(settings.geo_dir / COMMUNES_FILE, directory / COMMUNES_FILE)
        rows = _write_database(directory / DATABASE_FILE, settings, tables, communes, matrix)
        report("Publication", 0.95)
        version = versions.free_name(settings.build_dir, f"{datetime.now(UTC):%Y-%m-%d}-{digest[:8]}")
        manifest = {
            "version": version,
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "rarecare": __version__,
            "inputs_sha256": digest,
            "code_sha256": code_digest(settings),
            "previous": previous or "",
            "imports": chain_records(chain),
            "fictitious": tables.fictitious,
            "set_aside": tables.aside_rows,
            "tables": rows,
            "travel": {**_described_travel(matrix), "inputs_sha256": travel},
        }
        versions.write_manifest(directory, manifest, files=(DATABASE_FILE, COMMUNES_FILE, ACCURACY_FILE))
        versions.publish(settings.build_dir, directory, version)
        remember_chain(settings, chain)
        report("Terminé", 1.0)
    return version


def inputs_digest(settings: Settings, chain: Chain | None = None) -> str:
    """Return a digest of everything a build depends on: data, territory, imports and the code that uses them.

    Contents count, dates of files do not. *chain* is that of the version in force by default.
    """
    chain = chain_in_force(settings) if chain is None else chain
    files = [
        *sorted(settings.data_dir.glob("*.csv")),
        *sorted(settings.data_dir.glob("*.json")),
        *sorted(path for path in settings.geo_dir.rglob("*") if path.suffix in _GEO_SUFFIXES),
    ]
    return _digest_of(f"{code_digest(settings)} {chain_digest(chain) if chain else ''}", files)


def code_digest(settings: Settings) -> str:
    """Return a digest of the code, the libraries and the engine that turn inputs into a version."""
    parts = ("dataset", "travel", "travel/engines", "territory")
    files = [
        REFERENCE_FILE,
        *(path for part in parts for path in sorted((_CODE / part).glob("*.py"))),
        *(_CODE / "dataset" / "imports" / name for name in ("apply.py", "journal.py", "scopes.py")),
        *sorted((_CODE / "dataset" / "sql").glob("*.sql")),
        _CODE / "french.py",
    ]
    return _digest_of(
        f"{__version__} {duckdb.__version__} {sys.version_info[:2]} {engine_fingerprint(settings)}", files
    )


def travel_digest(settings: Settings, sources: Sequence[str]) -> str:
    """Return a digest of all that makes the travel times: hospital communes, roads, communes, engine and its code."""
    files = [
        *(settings.data_dir / f"{name}.csv" for name in ROAD_TABLES),
        *(settings.geo_dir / name for name in (COMMUNES_FILE, _ADJACENCY)),
        REFERENCE_FILE,
        *(path for part in ("travel", "travel/engines") for path in sorted((_CODE / part).glob("*.py"))),
        *(_CODE / "territory" / name for name in ("communes.py", "names.py")),
    ]
    return _digest_of(
        f"{__version__} {np.__version__} {engine_fingerprint(settings)} {' '.join(sources)}", files
    )


def _digest_of(text: str, files: Sequence[Path]) -> str:
    digest = hashlib.sha256(text.encode())
    for path in files:
        if path.is_file():
            digest.update(path.name.encode())
            digest.update(bytes.fromhex(versions.file_sha256(path)))
    return digest.hexdigest()


def checked_tables(settings: Settings, communes: Communes, chain: Chain) -> EffectiveTables:
    """Return the tables of ``data/`` with a chain of imports applied, once every rule holds.

    Raises :class:`DataProblems` with all violations otherwise, and :class:`UserError` when what was kept of an import
    is absent or was modified.
    """
    check_imports(settings, chain)
    departements = frozenset(load_departements(settings.geo_dir))
    tables = effective(settings, chain)
    problems = tables.problems(communes, departements)
    if problems:
        raise DataProblems(problems)
    return tables


def load_graph(settings: Settings, communes: Communes) -> RoadGraph:
    """Return the road graph of the current data and territory files.

    Raises :class:`UserError` when the neighbourhood of communes or a road table is absent or unreadable.
    """
    return _graph_of(settings, communes, load_road_tables(settings.data_dir))


def write_accuracy(directory: Path, engine: AnyEngine, communes: Communes, tables: RoadTables) -> None:
    """Measure the engine against the reference times and keep the figures with the version."""
    accuracy = measure_accuracy(partial(pair_times, engine), communes, tables.massifs, load_reference())
    versions.write_atomically(
        directory / ACCURACY_FILE, json.dumps(accuracy.records(), ensure_ascii=False).encode()
    )


def hospital_communes(hospitals: pd.DataFrame, communes: Communes) -> tuple[str, ...]:
    """Return the distinct communes that hold a hospital, sorted: the rows of the travel matrix."""
    codes = hospitals["code_commune"].unique()
    return tuple(sorted({str(communes.codes[communes.index_of(code)]) for code in codes}))


def _computed_travel(
    settings: Settings, sources: tuple[str, ...], directory: Path, communes: Communes, report: Progress
) -> TravelMatrix:
    """Compute the travel times and their accuracy into the directory of a version."""
    report("Moteur de temps de trajet", 0.15)
    tables = load_road_tables(settings.data_dir)
    engine = engine_from(settings, communes, lambda: _graph_of(settings, communes, tables))
    report("Temps de trajet", 0.25)
    matrix = engine.matrix(
        sources, lambda done, of_all: report("Temps de trajet", 0.25 + 0.4 * done / of_all)
    )
    matrix.save(directory / TRAVEL_DIR)
    report("Exactitude des temps de trajet", 0.65)
    write_accuracy(directory, engine, communes, tables)
    return matrix


def _stored_travel(
    settings: Settings, previous: str | None, digest: str, directory: Path, communes: Communes
) -> TravelMatrix | None:
    """Copy the travel times of the version in force, None when they are not those of the same inputs, or damaged."""
    if previous is None:
        return None
    former = versions.version_dir(settings.build_dir, previous)
    try:
        manifest = versions.read_manifest(settings.build_dir, previous)
        if manifest.get("travel", {}).get("inputs_sha256") != digest:
            return None
        versions.check_files(former, {"files": {ACCURACY_FILE: manifest["files"][ACCURACY_FILE]}})
        matrix = TravelMatrix.load(former / TRAVEL_DIR, codes=communes.codes.tolist())
    except (UserError, KeyError):
        return None
    matrix.save(directory / TRAVEL_DIR)
    shutil.copyfile(former / ACCURACY_FILE, directory / ACCURACY_FILE)
    return matrix


def _described_travel(matrix: TravelMatrix) -> dict[str, Any]:
    return {
        "engine": matrix.engine,
        "parameters": dict(matrix.parameters),
        "sources": len(matrix.sources),
    }


def _graph_of(settings: Settings, communes: Communes, tables: RoadTables) -> RoadGraph:
    path = settings.geo_dir / _ADJACENCY
    try:
        adjacency = pd.read_parquet(path, columns=["code_a", "code_b"])
    except (OSError, ValueError) as error:
        what = "absent" if isinstance(error, FileNotFoundError) else "illisible"
        raise UserError(
            f"Le voisinage des communes est {what}",
            where=str(path),
            remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
        ) from None
    return build_graph(communes, adjacency, tables.roads, tables.crossings, tables.massifs)


def _copy_chain_again(settings: Settings) -> None:
    """Write ``CHAINE.json`` again when an import was interrupted right before it; another build does it as well."""
    with contextlib.suppress(UserError):
        if remembered_chain(settings) == chain_in_force(settings):
            return
    with contextlib.suppress(UserError), versions.build_lock(settings.build_dir):
        remember_chain(settings, chain_in_force(settings))


def _is_sound(settings: Settings, version: str) -> bool:
    directory = versions.version_dir(settings.build_dir, version)
    try:
        manifest = versions.read_manifest(settings.build_dir, version)
        if versions.was_chosen(settings.build_dir):
            unchanged = manifest.get("code_sha256") == code_digest(settings)
        else:
            unchanged = manifest["inputs_sha256"] == inputs_digest(settings, chain_of(manifest))
        if not unchanged:
            return False
        versions.check_files(directory, manifest)
        TravelMatrix.load(directory / TRAVEL_DIR)
    except (UserError, OSError):
        return False
    return True


def _write_database(
    path: Path, settings: Settings, tables: EffectiveTables, communes: Communes, matrix: TravelMatrix
) -> dict[str, int]:
    """Write all the tables; return the number of rows of each."""
    departements, regions = load_departements(settings.geo_dir), load_regions(settings.geo_dir)
    region_of = {departement.code: departement.region for departement in departements.values()}
    known = tables.frames
    frames = {
        "communes": communes_frame(communes),
        "departements": pd.DataFrame(
            [(d.code, d.nom, d.region) for d in departements.values()],
            columns=["departement", "nom", "region"],
        ),
        "regions": pd.DataFrame([(r.code, r.nom) for r in regions.values()], columns=["region", "nom"]),
        "matrix_rows": pd.DataFrame(
            {"code_commune": list(matrix.sources), "matrix_row": range(len(matrix.sources))}
        ),
        "completude": completeness_frame(known, region_of),
    }
    with (
        _database_errors(settings.build_dir),
        duckdb.connect(str(path), config={"threads": 2, "memory_limit": "1GB"}) as connection,
    ):
        # One transaction: one write to the disk instead of one a table.
        connection.execute("begin")
        for table in tables.package.tables:
            _create_typed(connection, table, known[table.name])
        for name, frame in frames.items():
            _create_from(connection, name, frame)
        connection.register("imported_centres", tables.imported_keys(CENTRES, CENTRE_KEY))
        for name in _DERIVED:
            connection.execute(named_sql(name))
        connection.unregister("imported_centres")
        connection.execute("commit")
        connection.execute("checkpoint")
        names = [name for (name,) in connection.execute(named_sql("table_names")).fetchall()]
        return {name: connection.table(name).count("*").fetchall()[0][0] for name in names}


@contextlib.contextmanager
def _database_errors(place: Path) -> Iterator[None]:
    """Turn a disk that refuses the database into a :class:`UserError`: DuckDB has errors of its own for it."""
    try:
        yield
    except duckdb.Error as error:
        if _NO_ROOM.search(str(error)):
            raise versions.full_disk(place) from None
        if isinstance(error, duckdb.IOException):
            raise UserError(
                "La base de données ne s'écrit pas",
                where=str(place),
                remedy="Vérifier la place libre et l'état du disque, puis relancer.",
            ) from None
        raise


def communes_frame(communes: Communes) -> pd.DataFrame:
    """Return the communes as the table that the database holds, one row a commune."""
    return pd.DataFrame(
        {
            "rang": range(len(communes.codes)),
            "code_commune": communes.codes,
            "nom": communes.noms,
            "departement": communes.departements,
            "region": communes.regions,
            "population": communes.population.astype(np.int64),
            "longitude": communes.longitudes,
            "latitude": communes.latitudes,
            "densite_par_km2": communes.densities,
        }
    )


def _create_typed(connection: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> None:
    columns = ", ".join(
        f'nullif("{field.name}", \'\')::{_SQL_TYPES[field.type]} as "{field.name}"' for field in table.fields
    )
    _create_from(connection, table.name, frame, columns)


def _create_from(
    connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame, columns: str = "*"
) -> None:
    # Names come from our own data package, never from a reader: identifiers cannot be bound.
    connection.from_df(frame).project(columns).create(name)


def _silent(_step: str, _share: float) -> None:
    return None

"""The versions that exist, what made each of them, and what differs between two."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rarecare.dataset import versions
from rarecare.dataset.imports.apply import Changes, changes
from rarecare.dataset.imports.journal import Chain, ImportEntry, chain_of
from rarecare.dataset.sql_files import named_sql
from rarecare.dataset.store import DATABASE_FILE, connect_database
from rarecare.dataset.tables import load_package
from rarecare.errors import UserError
from rarecare.settings import Settings


@dataclass(frozen=True)
class VersionInfo:
    """One finished version.

    Parameters
    ----------
    name : str
        Name of its folder.
    built_at : str
        ISO date and time, UTC.
    in_force : bool
        Whether it is the one served.
    chain : tuple of ImportEntry
        The imports that it contains.
    made_by : ImportEntry or None
        The import whose acceptance made it; None for a version built from changed data or code.
    tables : mapping
        Rows of each table.
    size_bytes : int
        What it takes on the disk.
    set_aside : mapping
        Rows of each table that are kept aside, as their centre is not in the version.
    """

    name: str
    built_at: str
    in_force: bool
    chain: Chain
    made_by: ImportEntry | None
    tables: Mapping[str, int]
    size_bytes: int
    set_aside: Mapping[str, int]

    @property
    def last_import(self) -> ImportEntry | None:
        """The last import that it contains, None when it contains none."""
        return self.chain[-1] if self.chain else None


def list_versions(settings: Settings) -> tuple[VersionInfo, ...]:
    """Return the finished versions that can be read, the newest first.

    A damaged one is left out: it can neither be served nor gone back to.
    """
    build_dir = settings.build_dir
    in_force = versions.current_version(build_dir)
    known: dict[str, tuple[dict[str, Any], Chain]] = {}
    for path in (build_dir / "versions").glob("*"):
        with contextlib.suppress(UserError):
            manifest = versions.read_manifest(build_dir, path.name)
            known[path.name] = (manifest, chain_of(manifest))
    found = [
        VersionInfo(
            name=name,
            built_at=str(manifest["built_at"]),
            in_force=name == in_force,
            chain=chain,
            made_by=_made_by(chain, known.get(str(manifest.get("previous", "")))),
            tables=dict(manifest["tables"]),
            size_bytes=_size(settings, name),
            set_aside=dict(manifest.get("set_aside", {})),
        )
        for name, (manifest, chain) in known.items()
    ]
    return tuple(sorted(found, key=lambda version: (version.built_at, version.name), reverse=True))


def compare_versions(settings: Settings, before: str, after: str) -> dict[str, Changes]:
    """Return what differs between two versions, by table of the data package; tables that do not differ are left out.

    Raises :class:`UserError` for an unknown or damaged version.
    """
    package = load_package(settings.data_dir)
    first, second = _texts(settings, before), _texts(settings, after)
    found = {}
    for table in package.tables:
        nothing = pd.DataFrame(columns=table.columns, dtype="str")
        # an older version may lack a table, or have another key
        old, new = (
            version[table.name]
            if table.name in version and set(table.primary_key) <= set(version[table.name])
            else nothing
            for version in (first, second)
        )
        differences = changes(old, new, table)
        if not differences.is_empty:
            found[table.name] = differences
    return found


def _made_by(chain: Chain, previous: tuple[dict[str, Any], Chain] | None) -> ImportEntry | None:
    if not chain or (previous is not None and previous[1] == chain):
        return None
    return chain[-1]


def _size(settings: Settings, version: str) -> int:
    directory = versions.version_dir(settings.build_dir, version)
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _texts(settings: Settings, version: str) -> dict[str, pd.DataFrame]:
    """Return the tables of a version as text, "" where a cell is empty."""
    directory = versions.version_dir(settings.build_dir, version)
    if not version or directory.parent.name != "versions" or not directory.is_dir():
        raise UserError(
            f"Version inconnue : « {version} »", remedy="Choisir une version de « rarecare versions »."
        )
    manifest = versions.read_manifest(settings.build_dir, version)
    versions.check_files(directory, manifest)
    connection = connect_database(directory / DATABASE_FILE)
    try:
        names = [name for (name,) in connection.execute(named_sql("table_names")).fetchall()]
        return {
            name: connection.table(name).project("coalesce(columns(*)::varchar, '')").df() for name in names
        }
    finally:
        connection.close()

"""What was imported: one folder an import, never changed once written, and the chain of those a version contains.

Layout of the imports directory::

    <import_id>/source.<csv|xlsx|ods|parquet>   the file as it was received
    <import_id>/rows.csv                        the rows it gave, canonical text, with their sheet and line
    <import_id>/mapping.toml                    which heading gave which field
    <import_id>/import.json                     table, mode, who, when, why, checksums, what it changed
    .en-cours-<import_id>                       an acceptance under way, or killed before its end
    retours/<return_id>.json                    who went back to which version, when and why
    CHAINE.json                                 copy of the chain in force, for a build directory that was wiped

The manifest of a version holds its chain: ``CURRENT`` stays the only pointer to what is in force.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from rarecare.dataset import versions
from rarecare.dataset.tables import Table
from rarecare.errors import UserError
from rarecare.french import counted, date
from rarecare.settings import Settings

CHAIN_FILE = "CHAINE.json"
IMPORT_FILE, ROWS_FILE, MAPPING_FILE = "import.json", "rows.csv", "mapping.toml"
SHEET_COLUMN, LINE_COLUMN = "_feuille", "_ligne"

STAGING = ".staging-"
_SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".ods", ".parquet"}
RESTORE = (
    "Restaurer le dossier des imports depuis la sauvegarde, ou revenir à une version antérieure "
    "par « rarecare rollback »."
)
_RESTORE_CHAIN = (
    f"Remettre {CHAIN_FILE} depuis la sauvegarde, ou lancer « rarecare restore », qui le refait d'après le journal ; "
    "puis « rarecare build »."
)


@dataclass(frozen=True)
class ImportEntry:
    """One accepted import.

    ``when`` is an ISO date and time (UTC), ``sha256`` the checksum of the file received and ``rows_sha256`` that of the
    rows it gave. ``columns`` are those that the file filled; ``added``, ``changed`` and ``removed`` count rows of the
    table, ``set_aside`` those of other tables that it put aside with their centre. ``scope`` tells what it replaced,
    see :mod:`rarecare.dataset.imports.scopes`; ``previous`` is the import before it in the chain, "" for the first:
    each import tells its whole chain.
    """

    import_id: str
    table: str
    mode: str
    who: str
    when: str
    why: str
    file: str
    sha256: str
    rows_sha256: str
    rows: int
    columns: tuple[str, ...]
    added: int
    changed: int
    removed: int
    scope: str = ""
    set_aside: int = 0
    previous: str = ""

    def record(self) -> dict[str, Any]:
        """Return the entry as JSON keeps it."""
        return {**asdict(self), "columns": list(self.columns)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> ImportEntry:
        """Return the entry that :meth:`record` wrote; ``KeyError``, ``TypeError`` or ``ValueError`` otherwise."""
        given = {**_ABSENT_BEFORE, **record}
        values = {field.name: given[field.name] for field in fields(cls)}
        values["columns"] = tuple(map(str, values["columns"]))
        for name in _COUNTS:
            values[name] = int(values[name])
        for name in set(values) - {"columns", *_COUNTS}:
            if not isinstance(values[name], str):
                raise TypeError(name)
        if Path(values["import_id"]).name != values["import_id"]:
            raise ValueError(values["import_id"])
        return cls(**values)

    @property
    def words(self) -> str:
        """Name the import for a reader: its file, its day, who brought it."""
        return f"« {self.file} » ({date(self.when[:10])}, {self.who})"


_COUNTS = ("rows", "added", "changed", "removed", "set_aside")
_ABSENT_BEFORE: Mapping[str, object] = {"scope": "", "set_aside": 0, "previous": ""}
"""Fields that the first journals did not have."""

Chain = tuple[ImportEntry, ...]
"""The imports that a version contains, in the order in which they were accepted."""


@dataclass(frozen=True, eq=False)
class ImportedRows:
    """The rows that one import gives to a table, all text, in file order; ``places`` holds their sheet and line."""

    table: str
    mode: str
    file: str
    columns: frozenset[str]
    frame: pd.DataFrame
    places: pd.DataFrame
    import_id: str = ""
    scope: str = ""


def chain_in_force(settings: Settings) -> Chain:
    """Return the chain of the version in force; without one, that of ``CHAINE.json``, empty when nothing was imported.

    Raises :class:`UserError` when ``CHAINE.json`` is needed and unreadable: going on would lose what was imported.
    """
    version = versions.current_version(settings.build_dir)
    if version is not None:
        try:
            return chain_of(versions.read_manifest(settings.build_dir, version))
        except UserError:
            pass  # a damaged version: the copy of its chain says what it contained
    return remembered_chain(settings)


def chain_of(manifest: Mapping[str, Any]) -> Chain:
    """Return the chain that a manifest holds; raises :class:`UserError` when it makes no sense."""
    return chain_from(manifest.get("imports", []), "manifest.json")


def chain_records(chain: Chain) -> list[dict[str, Any]]:
    """Return a chain as JSON keeps it."""
    return [entry.record() for entry in chain]


def chain_digest(chain: Chain) -> str:
    """Return a digest of what the imports of a chain hold, in their order."""
    content = [
        (entry.import_id, entry.table, entry.mode, entry.scope, entry.rows_sha256, entry.columns)
        for entry in chain
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def remember_chain(settings: Settings, chain: Chain, *, even_empty: bool = False) -> None:
    """Copy the chain in force into ``CHAINE.json``; nothing is written when it holds that already.

    *even_empty* writes an empty chain too, which is else said by the absence of the file.

    To be used under :func:`rarecare.dataset.versions.build_lock`.
    """
    path = settings.imports_dir / CHAIN_FILE
    try:
        known = remembered_chain(settings)
        if known == chain and (path.exists() or not even_empty):
            return
    except UserError:
        pass  # unreadable: written again
    with versions.disk_errors(settings.imports_dir):
        versions.private_directory(settings.imports_dir)
    content = json.dumps({"imports": chain_records(chain)}, ensure_ascii=False, indent=1)
    versions.write_atomically(path, content.encode(), private=True)


def new_import_id(imports_dir: Path, table: str, sha256: str, when: datetime) -> str:
    """Return the name of a new import, which tells when, of which table and of which file it is."""
    wanted = f"{when:%Y%m%dT%H%M%S}-{table}-{sha256[:8]}"
    name, number = wanted, 1
    while (imports_dir / name).exists():
        number += 1
        name = f"{wanted}-{number}"
    return name


def rows_content(frame: pd.DataFrame, places: pd.DataFrame) -> bytes:
    """Return the rows of an import as the CSV that its folder keeps."""
    whole = frame.assign(**{SHEET_COLUMN: places["sheet"].to_numpy(), LINE_COLUMN: places["line"].to_numpy()})
    text: str = whole.to_csv(index=False, lineterminator="\n")
    return text.encode()


def write_import(
    settings: Settings, entry: ImportEntry, *, source: Path | bytes, rows: bytes, mapping: str
) -> Path:
    """Write the folder of an import, whole or not at all; return it.

    To be used under :func:`rarecare.dataset.versions.build_lock`, while the import is marked as pending.
    """
    imports_dir = settings.imports_dir
    with versions.disk_errors(imports_dir):
        versions.private_directory(imports_dir)
        staging = imports_dir / f"{STAGING}{secrets.token_hex(6)}"
        target = imports_dir / entry.import_id
        try:
            versions.private_directory(staging)
            _write_source(staging / source_name(entry.file), source)
            (staging / ROWS_FILE).write_bytes(rows)
            (staging / MAPPING_FILE).write_text(mapping, encoding="utf-8")
            record = json.dumps(entry.record(), ensure_ascii=False, indent=1)
            (staging / IMPORT_FILE).write_text(record, encoding="utf-8")
            versions.make_private(staging)
            versions.rename_durably(staging, target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return target


def source_name(file: str) -> str:
    """Return the name under which a file received is kept: its own could be anything."""
    suffix = Path(file).suffix.lower()
    return f"source{suffix if suffix in _SUFFIXES else '.bin'}"


def read_rows(settings: Settings, entry: ImportEntry, table: Table) -> ImportedRows:
    """Return the rows of an import, with the columns that its table has today.

    Raises :class:`UserError` when its folder is absent, incomplete or was modified.
    """
    path = settings.imports_dir / entry.import_id / ROWS_FILE
    try:
        content = path.read_bytes()
    except OSError:
        raise UserError(
            f"Le fichier importé « {entry.file} » n'est plus là", where=str(path.parent), remedy=RESTORE
        ) from None
    if hashlib.sha256(content).hexdigest() != entry.rows_sha256:
        raise UserError(
            f"Ce qui a été gardé de l'import « {entry.file} » a été modifié", where=str(path), remedy=RESTORE
        )
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    whole = pd.DataFrame(lines, columns=header, dtype="str")
    places = pd.DataFrame({"sheet": whole[SHEET_COLUMN], "line": whole[LINE_COLUMN].astype(int)})
    frame = whole.reindex(columns=table.columns, fill_value="")
    return ImportedRows(
        entry.table,
        entry.mode,
        entry.file,
        frozenset(entry.columns),
        frame,
        places,
        entry.import_id,
        entry.scope,
    )


def kept_imports(settings: Settings) -> list[str]:
    """Return the names of the folders of imports, in force or not, the oldest first."""
    return sorted(path.parent.name for path in settings.imports_dir.glob(f"[!.]*/{IMPORT_FILE}"))


def said(who: str, why: str) -> tuple[str, str]:
    """Return who acts and why, one line each; raises :class:`UserError` when one is not said."""
    given = plain_line(who), plain_line(why)
    if not all(given):
        raise UserError(
            "Il faut dire qui le fait et pourquoi",
            remedy="Ces deux lignes restent dans l'historique des versions : donner les deux.",
        )
    return given


def now() -> datetime:
    """Return the present day and time, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def plain_line(text: str) -> str:
    """Return a text on one line, trimmed, without control characters: who and why are shown as they are."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()[:500]


def remembered_chain(settings: Settings) -> Chain:
    """Return the chain that ``CHAINE.json`` holds, empty when nothing was ever imported.

    Raises :class:`UserError` when it is unreadable, or lost beside imports: which of them were in force is not known.
    """
    path = settings.imports_dir / CHAIN_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        _refuse_lost_chain(settings)
        return ()
    except (OSError, ValueError):
        content = None
    return chain_from(content.get("imports") if isinstance(content, dict) else None, str(path))


def chain_from(records: object, where: str) -> Chain:
    """Return the chain that :func:`chain_records` wrote; raises :class:`UserError` when it makes no sense."""
    unreadable = UserError(
        "La liste des imports en service est illisible", where=where, remedy=_RESTORE_CHAIN
    )
    if not isinstance(records, list):
        raise unreadable
    try:
        return tuple(ImportEntry.from_record(record) for record in records)
    except (KeyError, TypeError, ValueError):
        raise unreadable from None


def _refuse_lost_chain(settings: Settings) -> None:
    kept = kept_imports(settings)
    if kept:
        raise UserError(
            f"La liste des imports en service est perdue, et le dossier contient {counted(len(kept), 'import')}",
            where=str(settings.imports_dir / CHAIN_FILE),
            remedy=_RESTORE_CHAIN,
        )


def _write_source(path: Path, source: Path | bytes) -> None:
    if isinstance(source, bytes):
        path.write_bytes(source)
    else:
        shutil.copyfile(source, path)

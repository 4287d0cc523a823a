"""DuckDB: out of core, on the cores of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from rarecare.caseload.columns import Kind
from rarecare.caseload.sources import Source, delimiter_of, first_line, heading, local_files
from rarecare.caseload.statements import only_used
from rarecare.dataset.versions import full_disk
from rarecare.errors import UserError

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


class DuckdbEngine:
    """One connection in memory, which overflows into ``directory``, private and removed with the run."""

    name = "duckdb"

    def __init__(self, directory: Path, *, memory: str) -> None:
        self._directory = directory
        self._connection = duckdb.connect(":memory:")
        settings = {
            "temp_directory": str(directory),
            "preserve_insertion_order": False,
            "TimeZone": "UTC",
        }
        for name, value in settings.items():
            self._connection.execute(f"set {name} = {value!r}")
        self._set_memory(memory)
        self._source = Source("csv", ())
        self._kinds: dict[str, Kind] = {}

    @property
    def versions(self) -> dict[str, str]:
        """Version of DuckDB."""
        return {"duckdb": duckdb.__version__}

    def open_events(self, events: Sequence[str]) -> dict[str, Kind]:
        """Make ``bruts`` from files of this machine and return what its columns hold.

        Raises :class:`UserError` when a file is absent or unreadable.
        """
        self._source = local_files(events)
        if self._source.format == "csv":
            self._check_headings()
        self.make_view("bruts", self._events(numbered=False))
        with self._errors():
            described = self._connection.execute("describe bruts").fetchall()
        return {str(name).lower(): _kind(str(kind)) for name, kind, *_ in described}

    def number_lines(self) -> None:
        """Make ``bruts`` again with the file and the line of each event; the header of a CSV is line 1."""
        self._connection.execute("set preserve_insertion_order = true")
        self.make_view("bruts", self._events(numbered=True))

    def add_table(self, name: str, table: pa.Table) -> None:
        """Make a small table known under a name."""
        self._connection.register(f"{name}_given", table)
        self._connection.execute(f"create table {name} as from {name}_given")
        self._connection.unregister(f"{name}_given")

    def make_view(self, name: str, sql: str) -> None:
        """Give a name to a statement without parameters, run each time it is read."""
        with self._errors():
            self._connection.execute(f"create or replace view {name} as {sql}")

    def make_table(self, name: str, sql: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement once and keep its rows under a name."""
        with self._errors():
            self._connection.execute(f"create table {name} as {sql}", only_used(sql, parameters))

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
        """Run a statement and return its rows."""
        with self._errors():
            return self._connection.sql(sql, params=only_used(sql, parameters)).to_arrow_table()

    def forget(self, name: str) -> None:
        """Free what a table holds."""
        self._connection.execute(f"drop table {name}")

    def close(self) -> None:
        """Free everything."""
        self._connection.close()

    def _events(self, *, numbered: bool) -> str:
        """Return the statement that reads all the columns of all the files, and where each row comes from."""
        if self._source.format == "parquet":
            listed = ", ".join(map(_quoted, self._source.places))
            more = ", file_row_number=true" if numbered else ""
            line = "file_row_number + 1" if numbered else "null"
            read = f"read_parquet([{listed}], union_by_name=true, filename=true{more})"
            return _select("parse_filename(filename)", line, read)
        line = "row_number() over () + 1" if numbered else "null"
        return " union all by name ".join(
            _select(_quoted(Path(place).name), line, _csv_reader(place)) for place in self._source.places
        )

    def _check_headings(self) -> None:
        for place in self._source.places:
            line = first_line(place)
            names = heading(line, delimiter_of(line, where=place))
            if len({name.strip().lower() for name in names}) != len(names):
                raise UserError("Deux colonnes ont le même nom", where=place, remedy="N'en garder qu'une.")

    def _set_memory(self, memory: str) -> None:
        try:
            self._connection.execute(f"set memory_limit = {_quoted(memory)}")
        except duckdb.Error:
            raise UserError(
                f"La mémoire demandée est illisible : « {memory} »", remedy="Écrire par exemple --memory 6GB."
            ) from None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what the files or the machine did wrong into a :class:`UserError`; never quote a cell."""
        try:
            yield
        except duckdb.OutOfMemoryException:
            raise UserError(
                "La mémoire accordée ne suffit pas", remedy="Relancer avec plus, par exemple --memory 8GB."
            ) from None
        except duckdb.IOException as error:
            if "No space left" in str(error):
                raise full_disk(self._directory.parent) from None
            raise _unreadable(self._source) from None
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            raise _unreadable(self._source) from None


def _unreadable(source: Source) -> UserError:
    where = ", ".join(source.places[:3]) + (" …" if len(source.places) > 3 else "")
    kind = "CSV (UTF-8, même nombre de cellules à chaque ligne)" if source.format == "csv" else "Parquet"
    return UserError(
        f"Un fichier d'événements n'est pas du {kind} correct",
        where=where,
        remedy="Vérifier que le fichier est complet, puis le produire de nouveau.",
    )


def _select(file: str, line: str, read: str) -> str:
    # Paths are quoted and nothing else comes from outside.
    return f"select *, {file} as rarecare_fichier, {line} as rarecare_ligne from {read}"  # noqa: S608


def _csv_reader(place: str) -> str:
    """Return the call that reads one CSV as text: nothing is guessed but the delimiter."""
    line = first_line(place)
    delimiter = delimiter_of(line, where=place)
    names = [name.strip().lower() for name in heading(line, delimiter)]
    columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv([{_quoted(place)}], header=true, auto_detect=false, strict_mode=true, quote='\"', escape='\"', "
        f"delim={_quoted(delimiter)}, columns={{{columns}}})"
    )


def _kind(kind: str) -> Kind:
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        return "text"
    if kind.lstrip("U") in _WHOLE:
        return "whole"
    return "date" if kind == "DATE" or kind.startswith("TIMESTAMP") else "other"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""Where the events are: files of this machine, or addresses that Spark reads."""

from __future__ import annotations

import csv
import glob
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from rarecare.errors import UserError

Format = Literal["csv", "parquet"]

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_CSV = (".csv", ".csv.gz", ".tsv", ".txt")
_PARQUET = (".parquet", ".pq")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Source:
    """Events of one format: ``places`` are paths, or addresses given to Spark as they are."""

    format: Format
    places: tuple[str, ...]


def local_files(events: Sequence[str]) -> Source:
    """Return the files of this machine named by paths, globs, folders or ``file:`` addresses, sorted.

    Raises :class:`UserError` when nothing is there, for another kind of address, or when formats are mixed.
    """
    found: list[str] = []
    for event in events:
        found += _expanded(event)
    places = tuple(dict.fromkeys(found))
    return Source(_format_of(places), places)


def addresses(events: Sequence[str]) -> Source:
    """Return addresses for Spark: those with a scheme as they are, paths of this machine made absolute."""
    places = tuple(event if _SCHEME.match(event) else str(Path(event).absolute()) for event in events)
    return Source(_format_of(places), places)


def delimiter_of(header: str, *, where: str) -> str:
    """Return the delimiter of a CSV from its first line, among comma, semicolon, tab and bar.

    Raises :class:`UserError` when the first line has none of them.
    """
    counts = {delimiter: header.count(delimiter) for delimiter in _DELIMITERS}
    best = max(counts, key=lambda delimiter: counts[delimiter])
    if not counts[best]:
        raise UserError(
            "La première ligne n'est pas un en-tête de CSV",
            where=where,
            remedy="La première ligne nomme les colonnes, séparées par une virgule ou un point-virgule.",
        )
    return best


def first_line(path: str) -> str:
    """Return the first line of a local CSV, compressed or not; a :class:`UserError` when it is not text."""
    try:
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            line = str(stream.readline(1_000_000))
    except UnicodeDecodeError:
        raise UserError(
            "Le fichier d'événements n'est pas en UTF-8",
            where=path,
            remedy="L'enregistrer de nouveau en UTF-8.",
        ) from None
    except OSError as error:
        raise UserError(
            "Le fichier d'événements est illisible",
            where=f"{path} : {error.strerror or 'compression incorrecte'}",
            remedy="Vérifier le fichier et les droits.",
        ) from None
    return line.rstrip("\r\n")


def heading(line: str, delimiter: str) -> list[str]:
    """Return the names of the columns of a CSV."""
    return next(csv.reader([line], delimiter=delimiter), [])


def _expanded(event: str) -> list[str]:
    path = _local_path(event)
    if Path(path).is_dir():
        found = [
            str(file) for file in sorted(Path(path).rglob("*")) if file.name.endswith((*_CSV, *_PARQUET))
        ]
        found = [file for file in found if not Path(file).name.startswith((".", "_"))]
    else:
        found = [path] if Path(path).is_file() else sorted(glob.glob(path, recursive=True))  # noqa: PTH207  # may be absolute
    if not found:
        raise UserError(
            "Aucun fichier d'événements",
            where=event,
            remedy="Donner un fichier, un dossier ou un motif (*.parquet).",
        )
    return found


def _local_path(event: str) -> str:
    if not _SCHEME.match(event):
        return event
    parts = urlsplit(event)
    if parts.scheme == "file":
        return unquote(parts.path)
    raise UserError(
        "Le moteur duckdb ne lit que des fichiers de cette machine",
        where=event,
        remedy="Copier les fichiers ici, ou employer --engine spark.",
    )


def _format_of(places: Sequence[str]) -> Format:
    """Return the format that names tell; a folder or an unknown ending is taken for Parquet."""
    formats: set[Format] = {"csv" if place.lower().endswith(_CSV) else "parquet" for place in places}
    if len(formats) > 1:
        raise UserError(
            "Des fichiers CSV et des fichiers Parquet sont mêlés",
            remedy="Traiter des fichiers d'un seul format à la fois.",
        )
    return formats.pop()

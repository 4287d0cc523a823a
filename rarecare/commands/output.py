"""How commands print data: a table to read, JSON or CSV to process."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click

from rarecare.french import moment, number

FORMATS = ("table", "json", "csv")

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Column:
    """One column of a printed table.

    ``key`` names it in JSON and CSV, ``title`` heads it in the table for readers, with its unit; ``decimals`` is
    the number of decimals shown to readers (files keep the full number). ``moment`` tells texts that are ISO moments:
    readers get a French day and hour.
    """

    key: str
    title: str
    decimals: int = 0
    moment: bool = False


@dataclass(frozen=True)
class Answer:
    """What a command has found.

    Parameters
    ----------
    columns
        Columns of the rows, in order.
    rows
        One mapping a row, in the order to print. NaN and infinities count as missing.
    document
        The JSON answer, when it is more than the list of rows.
    notes
        French sentences printed under the table (sources, caveats); files leave them out.
    """

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    document: object = None
    notes: Sequence[str] = field(default_factory=tuple)


def format_option(command: _Command) -> _Command:
    """Add ``--format`` to a command, received as ``output_format``."""
    told = "Forme du résultat : table pour lire, json ou csv pour traiter."
    return _format_option("output_format", FORMATS, told)(command)


def file_format_option(formats: Sequence[str], told: str) -> Callable[[_Command], _Command]:
    """Add ``--format`` to a command that writes files, received as ``file_format``; the first one is the default."""
    return _format_option("file_format", formats, told)


def _format_option(name: str, formats: Sequence[str], told: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--format", name, type=click.Choice(formats), default=formats[0], show_default=True, help=told
    )


def print_answer(answer: Answer, output_format: str) -> None:
    """Print an answer on the standard output."""
    click.echo(render(answer, output_format), nl=False)


def render(answer: Answer, output_format: str) -> str:
    """Return the text of an answer in one of :data:`FORMATS`, with its final line break."""
    if output_format == "json":
        document = list(answer.rows) if answer.document is None else answer.document
        return json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if output_format == "csv":
        return _csv(answer)
    return _table(answer)


def _plain(value: object) -> object:
    """Return ``value`` made of what JSON knows; numbers that are not finite become null."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def _csv(answer: Answer) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    keys = [column.key for column in answer.columns]
    writer.writerow(keys)
    for row in answer.rows:
        writer.writerow(["" if (value := _plain(row.get(key))) is None else value for key in keys])
    return buffer.getvalue()


def _table(answer: Answer) -> str:
    cells = [[_cell(row.get(column.key), column) for column in answer.columns] for row in answer.rows]
    titles = [column.title for column in answer.columns]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    right = [_is_numeric(answer.rows, column.key) for column in answer.columns]

    def line(values: Sequence[str]) -> str:
        padded = [
            value.rjust(width) if to_right else value.ljust(width)
            for value, width, to_right in zip(values, widths, right, strict=True)
        ]
        return "  ".join(padded).rstrip()

    lines = [line(titles), "  ".join("─" * width for width in widths), *map(line, cells)]
    if not answer.rows:
        lines.append("Aucune ligne.")
    if answer.notes:
        lines += ["", *answer.notes]
    return "\n".join(lines) + "\n"


def _cell(value: object, column: Column) -> str:
    value = _plain(value)
    if value is None or value == "":
        return "–"
    if column.moment:
        return moment(str(value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        return number(value, column.decimals)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _is_numeric(rows: Sequence[Mapping[str, Any]], key: str) -> bool:
    values = [value for row in rows if (value := _plain(row.get(key))) is not None]
    return bool(values) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )

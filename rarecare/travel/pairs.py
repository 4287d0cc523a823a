"""Travel times of listed pairs of communes, for the command line and for files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.errors import DataProblems, Problem, UserError
from rarecare.territory.communes import Communes
from rarecare.travel.edges import Ints
from rarecare.travel.graph import RoadGraph
from rarecare.travel.matrix import NO_ROAD, states, to_tenths
from rarecare.travel.shortest import travel_minutes

FROM, TO = "from_commune", "to_commune"
_SOURCES_PER_STEP = 16


@dataclass(frozen=True, eq=False)
class PairTimes:
    """Times of pairs, in the order asked.

    ``minutes``: float64, one per pair, to a tenth, NaN where there is no road. ``etat``: ``route``, ``bac``
    or ``pas_de_route``.
    """

    minutes: NDArray[np.float64]
    etat: NDArray[np.str_]


Times = Callable[[Ints, Ints], PairTimes]
"""Gives the times of pairs from the rows of their ends, with whatever engine."""


def travel_times(
    graph: RoadGraph, origins: Sequence[int] | Ints, destinations: Sequence[int] | Ints
) -> PairTimes:
    """Return the times between communes given by their rows, one pair per position.

    Roads are taken to be the same both ways, so each pair is computed from whichever end serves more pairs:
    the cost is one run of Dijkstra's algorithm per commune kept, not per pair.
    """
    ends = np.stack([np.asarray(origins, dtype=np.int64), np.asarray(destinations, dtype=np.int64)])
    source, target = _fewest_sources(ends)
    distinct, position = np.unique(source, return_inverse=True)
    tenths = np.full(len(source), NO_ROAD, dtype=np.uint16)
    by_ferry = np.zeros(len(source), dtype=bool)
    order = np.argsort(position, kind="stable")
    bounds = np.searchsorted(
        position[order], np.arange(0, len(distinct) + _SOURCES_PER_STEP, _SOURCES_PER_STEP)
    )
    for step, (start, end) in enumerate(pairwise(bounds)):
        asked = order[start:end]
        first = step * _SOURCES_PER_STEP
        minutes, flags = travel_minutes(graph, distinct[first : first + _SOURCES_PER_STEP])
        cell = (position[asked] - first, target[asked])
        tenths[asked], by_ferry[asked] = to_tenths(minutes[cell]), flags[cell]
    no_road = tenths == NO_ROAD
    return PairTimes(np.where(no_road, np.nan, tenths / 10), states(no_road, by_ferry))


def on_graph(graph: RoadGraph) -> Times:
    """Return the function that gives the times of pairs on a commune graph."""
    return partial(travel_times, graph)


def times_of_file(path: Path, times: Times, communes: Communes) -> pd.DataFrame:
    """Return the rows of a CSV file with ``minutes`` and ``etat`` added, all other columns kept as text.

    The file has columns ``from_commune`` and ``to_commune``; comma or semicolon, with or without a
    byte-order mark. ``minutes`` is NaN where no road leads.

    Raises
    ------
    UserError
        When the file is absent, is not text or lacks a column.
    DataProblems
        All the unknown codes and broken lines, with their line numbers.
    """
    frame, lines = read_pairs(path)
    rows = {column: _resolved(frame[column], communes) for column in (FROM, TO)}
    problems = [
        _unknown_code(path, line, column, code, communes)
        for column in (FROM, TO)
        for line, code, row in zip(lines, frame[column], rows[column], strict=True)
        if row < 0
    ]
    if problems:
        raise DataProblems(problems)
    found = times(rows[FROM], rows[TO])
    return frame.assign(minutes=found.minutes, etat=found.etat)


def times_of_frame(frame: pd.DataFrame, times: Times, communes: Communes) -> pd.DataFrame:
    """Return pairs given as codes with ``minutes`` (NaN = no road) and ``etat`` added.

    Raises :class:`~rarecare.errors.UserError` for the first unknown code.
    """
    rows = {column: np.array([communes.resolve(code) for code in frame[column]]) for column in (FROM, TO)}
    found = times(rows[FROM], rows[TO])
    return frame.assign(minutes=found.minutes, etat=found.etat)


def read_pairs(path: Path) -> tuple[pd.DataFrame, list[int]]:
    """Read a file of pairs as text; return its rows and the line of each in the file (the header is line 1)."""
    text = _text(path)
    header_line = text.partition("\n")[0]
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in (FROM, TO) if name not in header]
    if missing or len(set(header)) != len(header):
        raise UserError(
            f"Colonne absente : {', '.join(missing)}" if missing else "Une colonne est répétée",
            where=str(path),
            remedy=f"La première ligne doit nommer les colonnes, dont « {FROM} » et « {TO} ».",
        )
    rows, lines, problems = [], [], []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.append(_broken_line(path, reader.line_num, cells, header))
        rows.append([cell.strip() for cell in cells])
        lines.append(reader.line_num)
    if problems:
        raise DataProblems(problems)
    return pd.DataFrame(rows, columns=header, dtype=str), lines


def _text(path: Path) -> str:
    if not path.is_file():
        raise UserError("Le fichier de trajets n'existe pas", where=str(path), remedy="Vérifier le chemin.")
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Spreadsheets of French Windows write this one; it reads any byte, and codes are plain ASCII anyway.
        return content.decode("cp1252", errors="replace")


def _fewest_sources(ends: Ints) -> tuple[Ints, Ints]:
    """Return (source, target) of each pair, chosen so that few distinct sources remain."""
    codes, position = np.unique(ends, return_inverse=True)
    frequency = np.bincount(position.ravel(), minlength=len(codes))[position.reshape(ends.shape)]
    swapped = frequency[1] > frequency[0]
    choices = [
        (ends[0], ends[1]),
        (ends[1], ends[0]),
        (np.where(swapped, ends[1], ends[0]), np.where(swapped, ends[0], ends[1])),
    ]
    return min(choices, key=lambda choice: len(np.unique(choice[0])))


def _resolved(codes: pd.Series, communes: Communes) -> Ints:
    """Return the row of each code, -1 where unknown; each distinct code is looked up once."""
    rows = {code: _row_or_none(code, communes) for code in codes.unique()}
    return np.array([rows[code] for code in codes], dtype=np.int64)


def _row_or_none(code: str, communes: Communes) -> int:
    try:
        return communes.resolve(code.upper())
    except UserError:
        return -1


def _unknown_code(path: Path, line: int, column: str, code: str, communes: Communes) -> Problem:
    padded = code.upper().zfill(5)
    lost_zero = 0 < len(code) < len(padded) and _row_or_none(padded, communes) >= 0
    remedy = (
        f"Le zéro initial est perdu : écrire « {padded} »."
        if lost_zero
        else "Donner un code Insee de commune en vigueur, cinq caractères."
    )
    return Problem(
        file=str(path),
        line=line,
        column=column,
        slug="commune-inconnue",
        value=code,
        rule="le code de commune est vide" if not code else "le code de commune est inconnu",
        remedy=remedy,
    )


def _broken_line(path: Path, line: int, cells: Sequence[str], header: Sequence[str]) -> Problem:
    return Problem(
        file=str(path),
        line=line,
        column="",
        slug="ligne-incomplete",
        value="",
        rule=f"la ligne a {len(cells)} colonnes au lieu de {len(header)}",
        remedy="Compléter la ligne ou entourer de guillemets les valeurs qui contiennent le séparateur.",
    )

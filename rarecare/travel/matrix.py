"""The travel-time matrix: one row per hospital commune, one column per commune, two bytes a cell."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rarecare.errors import UserError
from rarecare.travel.graph import RoadGraph
from rarecare.travel.shortest import travel_minutes

NO_ROAD = np.uint16(65535)
"""Cell of the matrix where no road leads; all other cells are tenths of a minute."""

ROUTE, BAC, PAS_DE_ROUTE = "route", "bac", "pas_de_route"

GRAPH_ENGINE = "graphe-communes"
_FORMAT = 1
_MANIFEST = "matrice.json"
_SOURCES_PER_STEP = 16
_REBUILD = "Relancer « rarecare build »."

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Car times from hospital communes to every commune.

    Parameters
    ----------
    sources
        Commune codes, one per row, without repetition.
    codes
        Commune codes, one per column, in canonical order.
    tenths
        uint16, shape ``(len(sources), len(codes))``: tenths of a minute; :data:`NO_ROAD` = no road.
    by_ferry
        uint8, shape ``(len(sources), ceil(len(codes) / 8))``: bits packed by :func:`numpy.packbits`, 1
        where the path takes a ``bac``.
    engine, parameters
        What computed the matrix, and with which constants.
    """

    sources: tuple[str, ...]
    codes: tuple[str, ...]
    tenths: NDArray[np.uint16]
    by_ferry: NDArray[np.uint8]
    engine: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self.sources)}

    def row_of(self, source: str) -> int:
        """Return the row of a hospital commune; :class:`~rarecare.errors.UserError` when it has none."""
        if source not in self._rows:
            raise UserError(
                f"Aucun temps de trajet n'est calculé depuis la commune « {source} »",
                remedy="Ajouter l'établissement aux données, puis relancer « rarecare build ».",
            )
        return self._rows[source]

    def minutes(self, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """Return minutes from some rows to all communes, shape ``(len(rows), len(codes))``; inf = no road."""
        cells = self.tenths[np.asarray(rows, dtype=np.int64)]
        minutes = cells.astype(np.float32)
        minutes /= np.float32(10)
        minutes[cells == NO_ROAD] = np.inf
        return minutes

    def ferry(self, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whether the paths from some rows take a ferry, shape ``(len(rows), len(codes))``."""
        packed = self.by_ferry[np.asarray(rows, dtype=np.int64)]
        return np.unpackbits(packed, axis=1, count=len(self.codes)).astype(bool)

    def etat(self, rows: ArrayLike, columns: ArrayLike) -> NDArray[np.str_]:
        """Return ``route``, ``bac`` or ``pas_de_route`` for pairs of row and column (broadcast together)."""
        row, column = np.broadcast_arrays(
            np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
        )
        bit = (self.by_ferry[row, column // 8] >> (7 - column % 8)) & 1
        return states(self.tenths[row, column] == NO_ROAD, bit == 1)

    def save(self, directory: Path) -> None:
        """Write the matrix into ``directory``, made if needed.

        The files bear the checksum of their content and the manifest is renamed last, so that a reader
        finds either the former matrix or this one, whole.
        """
        directory.mkdir(parents=True, exist_ok=True)
        files = {
            "tenths": _write_array(directory, "minutes", np.asarray(self.tenths)),
            "by_ferry": _write_array(directory, "bacs", np.asarray(self.by_ferry)),
            "codes": _write_content(directory, "communes", "\n".join(self.codes).encode()),
        }
        manifest = {
            "format": _FORMAT,
            "engine": self.engine,
            "parameters": dict(self.parameters),
            "sources": list(self.sources),
            "files": files,
        }
        _replace(directory / _MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
        _remove_others(directory, {entry["name"] for entry in files.values()})

    @classmethod
    def load(cls, directory: Path, codes: Sequence[str] | None = None) -> TravelMatrix:
        """Map the matrix of ``directory`` into memory, read only.

        Parameters
        ----------
        directory
            Where :meth:`save` wrote it.
        codes
            Commune codes in canonical order; when given, the matrix must have been computed for them.

        Raises
        ------
        UserError
            When the matrix is absent, truncated, altered, of another format or made for other communes.
        """
        manifest = _read_manifest(directory / _MANIFEST)
        files = manifest["files"]
        known = tuple(_checked_bytes(directory, files["codes"]).tobytes().decode().split("\n"))
        if codes is not None and known != tuple(map(str, codes)):
            raise UserError(
                "La matrice des temps de trajet a été calculée pour une autre liste de communes",
                where=str(directory),
                remedy=_REBUILD,
            )
        rows = len(manifest["sources"])
        return cls(
            sources=tuple(manifest["sources"]),
            codes=known,
            tenths=_checked_bytes(directory, files["tenths"]).view(np.uint16).reshape(rows, len(known)),
            by_ferry=_checked_bytes(directory, files["by_ferry"]).reshape(rows, (len(known) + 7) // 8),
            engine=manifest["engine"],
            parameters=manifest["parameters"],
        )


def compute_matrix(
    graph: RoadGraph, sources: Sequence[str], progress: Progress | None = None
) -> TravelMatrix:
    """Compute the matrix of a commune graph.

    Parameters
    ----------
    graph
        The roads.
    sources
        Commune codes of the hospitals; repeated codes are kept once, in the order given.
    progress
        Called with (rows done, rows in all) after each step.
    """
    codes = tuple(dict.fromkeys(sources))
    nodes = [_node(graph, code) for code in codes]
    tenths = np.empty((len(codes), graph.n_communes), dtype=np.uint16)
    by_ferry = np.empty((len(codes), (graph.n_communes + 7) // 8), dtype=np.uint8)
    for start in range(0, len(codes), _SOURCES_PER_STEP):
        step = slice(start, min(start + _SOURCES_PER_STEP, len(codes)))
        minutes, flags = travel_minutes(graph, nodes[step])
        tenths[step] = to_tenths(minutes)
        by_ferry[step] = np.packbits(flags, axis=1)
        if progress:
            progress(step.stop, len(codes))
    return TravelMatrix(codes, graph.codes, tenths, by_ferry, GRAPH_ENGINE, graph.parameters.as_dict())


def to_tenths(minutes: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Return minutes as tenths in uint16; inf, and the absurdly long, become :data:`NO_ROAD`."""
    return np.minimum(np.rint(minutes * 10), float(NO_ROAD)).astype(np.uint16)


def states(no_road: NDArray[np.bool_], by_ferry: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Return the state of trips in words: ``pas_de_route`` wins over ``bac``, ``bac`` over ``route``."""
    return np.where(no_road, PAS_DE_ROUTE, np.where(by_ferry, BAC, ROUTE))


def _node(graph: RoadGraph, code: str) -> int:
    try:
        return graph.row_of(code)
    except KeyError:
        raise UserError(
            f"La commune « {code} » n'est pas dans la liste des communes",
            remedy="Vérifier le code Insee (à Paris, Lyon et Marseille, celui de l'arrondissement).",
        ) from None


def _write_array(directory: Path, stem: str, array: NDArray[Any]) -> dict[str, Any]:
    return _write_content(directory, stem, np.ascontiguousarray(array).tobytes())


def _write_content(directory: Path, stem: str, content: bytes) -> dict[str, Any]:
    checksum = hashlib.sha256(content).hexdigest()
    name = f"{stem}-{checksum[:16]}.bin"
    _replace(directory / name, content)
    return {"name": name, "bytes": len(content), "sha256": checksum}


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _remove_others(directory: Path, kept: set[str]) -> None:
    for path in directory.glob("*.bin"):
        if path.name not in kept:
            path.unlink()


def _read_manifest(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise UserError("La matrice des temps de trajet est absente", where=str(path), remedy=_REBUILD)
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        readable = manifest["format"] == _FORMAT and {"sources", "engine", "parameters", "files"} <= set(
            manifest
        )
    except (ValueError, KeyError, TypeError):
        readable = False
    if not readable:
        raise UserError(
            "La fiche de la matrice des temps de trajet est illisible ou d'un autre format",
            where=str(path),
            remedy=_REBUILD,
        )
    return dict(manifest)


def _checked_bytes(directory: Path, entry: Mapping[str, Any]) -> NDArray[np.uint8]:
    """Map a file into memory, once its length and checksum are those that the manifest announces."""
    path = directory / entry["name"]
    if not path.is_file():
        raise UserError(
            "Un fichier de la matrice des temps de trajet manque", where=str(path), remedy=_REBUILD
        )
    if path.stat().st_size != entry["bytes"]:
        raise UserError("La matrice des temps de trajet est tronquée", where=str(path), remedy=_REBUILD)
    if entry["bytes"] == 0:
        return np.empty(0, np.uint8)
    with path.open("rb") as stream:
        checksum = hashlib.file_digest(stream, "sha256").hexdigest()
    if checksum != entry["sha256"]:
        raise UserError("La matrice des temps de trajet est altérée", where=str(path), remedy=_REBUILD)
    return np.memmap(path, dtype=np.uint8, mode="r")

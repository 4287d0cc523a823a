"""A travel engine made of a routing service: blocks, cache, coverage, ferries, then the same matrix as ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rarecare.errors import UserError
from rarecare.french import counted, listing, number
from rarecare.travel.edges import Floats, Ints
from rarecare.travel.engines.blocks import Block, chunks, plan_blocks, territories
from rarecare.travel.engines.resume import AnswerStore
from rarecare.travel.engines.service import RESUME, TableService, UnconnectedError
from rarecare.travel.matrix import NO_ROAD, Progress, TravelMatrix, states, to_tenths
from rarecare.travel.pairs import PairTimes
from rarecare.travel.parameters import SAME_COMMUNE_MINUTES

FERRY_GAIN_SECONDS = 30.0
"""A trip is marked as taking a ``bac`` when boats save more than this: below, engines differ from themselves."""

_CELLS_VERSION = 1
_NAMES_SHOWN = 10
_Flags = NDArray[np.bool_]
_Cells = tuple[NDArray[np.uint16], _Flags]


class CommunePlaces(Protocol):
    """What an engine asks of a list of communes; arrays have one entry per commune, in canonical order."""

    @property
    def codes(self) -> NDArray[np.str_]:
        """Commune codes."""

    @property
    def departements(self) -> NDArray[np.str_]:
        """Département of each commune."""

    @property
    def longitudes(self) -> Floats:
        """WGS84 degrees."""

    @property
    def latitudes(self) -> Floats:
        """WGS84 degrees."""


@dataclass(frozen=True, eq=False)
class TableEngine:
    """Car times from a routing service.

    Times are those of the service from town hall to town hall, from the hospital outwards. As in the commune
    graph, no trip is shorter than the fixed time inside one commune, and no road leads from one overseas
    territory to another.

    Parameters
    ----------
    service
        The engine that answers.
    communes
        Codes, départements and points.
    store_path
        File of the answers already had; made if needed.
    snap_limit_metres
        A commune whose nearest road is farther is not linked by road: engines silently put the points of an
        island without cars on the opposite shore.
    mark_ferries
        Ask each table twice, with and without boats, to tell ``bac`` from ``route``.
    """

    service: TableService
    communes: CommunePlaces
    store_path: Path
    snap_limit_metres: float = 2000.0
    mark_ferries: bool = True

    @property
    def name(self) -> str:
        """Short name kept with the matrix."""
        return self.service.name

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Address and profile of the service, and how its answers are read."""
        return {
            **self.service.parameters,
            "snap_limit_metres": self.snap_limit_metres,
            "ferries_marked": self.mark_ferries,
            "same_commune_minutes": SAME_COMMUNE_MINUTES,
        }

    def matrix(self, sources: Sequence[str], progress: Progress | None = None) -> TravelMatrix:
        """Return the times from the communes ``sources`` to all communes.

        ``progress`` is called with (requests done, requests in all).

        Raises
        ------
        UserError
            When the engine does not answer, answers with holes, or does not know the roads of a hospital or of
            a whole département. Answers already had are kept for the next try.
        """
        codes = tuple(dict.fromkeys(map(str, sources)))
        rows = self._rows(codes)
        tenths = np.full((len(rows), len(self.points)), NO_ROAD, dtype=np.uint16)
        by_ferry = np.zeros(tenths.shape, dtype=bool)
        version = self._data_version(rows)
        with AnswerStore(self.store_path, self._identity(version)) as store:
            columns = np.flatnonzero(np.isin(self._territories, self._territories[rows]))
            work = _Work(self, store, progress)
            near = work.locate(columns, then=len(self._plan(rows, columns)))
            self._check_coverage(rows, columns, near)
            plan = self._plan(rows, columns[near])
            work.expect(len(plan))
            positions = np.zeros(len(self.points), dtype=np.int64)
            positions[rows] = np.arange(len(rows))
            for block in plan:
                cells = work.cells(block)
                place = np.ix_(positions[block.rows], block.columns)
                tenths[place], by_ferry[place] = cells
        _set_same_commune(tenths, by_ferry, np.arange(len(rows)), rows)
        return TravelMatrix(
            sources=codes,
            codes=tuple(map(str, self.communes.codes)),
            tenths=tenths,
            by_ferry=np.packbits(by_ferry, axis=1),
            engine=self.name,
            parameters={
                **self.parameters,
                "data_version": version,
                "communes_far_from_roads": int(len(columns) - near.sum()),
            },
        )

    def pairs(
        self,
        origins: Sequence[int] | Ints,
        destinations: Sequence[int] | Ints,
        progress: Progress | None = None,
    ) -> PairTimes:
        """Return the times between communes given by their positions, one pair per entry, in the order asked.

        Raises :class:`~rarecare.errors.UserError` as :meth:`matrix` does, but a commune far from any road has
        no road, whichever it is.
        """
        start, end = np.asarray(origins, dtype=np.int64), np.asarray(destinations, dtype=np.int64)
        distinct, position = np.unique(start * len(self.points) + end, return_inverse=True)
        rows, columns = np.divmod(distinct, len(self.points))
        tenths = np.full(len(distinct), NO_ROAD, dtype=np.uint16)
        by_ferry = np.zeros(len(distinct), dtype=bool)
        if len(distinct):
            with AnswerStore(self.store_path, self._identity(self._data_version(rows))) as store:
                self._fill_pairs(_Work(self, store, progress), rows, columns, (tenths, by_ferry))
        tenths[rows == columns] = round(SAME_COMMUNE_MINUTES * 10)
        no_road = tenths == NO_ROAD
        minutes = np.where(no_road, np.nan, tenths / 10)
        return PairTimes(minutes[position], states(no_road, by_ferry)[position])

    def _fill_pairs(self, work: _Work, rows: Ints, columns: Ints, cells: _Cells) -> None:
        """Fill ``cells``, one per pair; pairs come sorted by row, and each row is asked on its own."""
        asked = np.flatnonzero((rows != columns) & (self._territories[rows] == self._territories[columns]))
        involved = np.unique(np.concatenate([rows[asked], columns[asked]]))
        near = np.zeros(len(self.points), dtype=bool)
        near[involved] = work.locate(involved, then=len(self._runs(rows, asked)))
        runs = self._runs(rows, asked[near[rows[asked]] & near[columns[asked]]])
        work.expect(len(runs))
        for run in runs:
            tenths, by_ferry = work.cells(Block(rows[run[:1]], columns[run]))
            cells[0][run], cells[1][run] = tenths[0], by_ferry[0]

    def _runs(self, rows: Ints, pairs: Ints) -> list[Ints]:
        """Return runs of ``pairs`` that share their row, none longer than one request."""
        changes = np.flatnonzero(np.diff(rows[pairs])) + 1
        return [
            some
            for run in np.split(pairs, changes)
            for some in chunks(run, self.service.points_per_table - 1)
        ]

    def _rows(self, codes: Sequence[str]) -> Ints:
        unknown = [code for code in codes if code not in self._positions]
        if unknown:
            raise UserError(
                f"La commune « {unknown[0]} » n'est pas dans la liste des communes",
                remedy="Vérifier le code Insee (à Paris, Lyon et Marseille, celui de l'arrondissement).",
            )
        return np.array([self._positions[code] for code in codes], dtype=np.int64)

    @cached_property
    def points(self) -> Floats:
        """Longitude and latitude of each commune, shape ``(n_communes, 2)``."""
        return np.stack([self.communes.longitudes, self.communes.latitudes], axis=1).astype(np.float64)

    @cached_property
    def _territories(self) -> NDArray[np.str_]:
        return territories(self.communes.departements)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {str(code): row for row, code in enumerate(self.communes.codes)}

    def _plan(self, rows: Ints, columns: Ints) -> list[Block]:
        return plan_blocks(rows, columns, self._territories, points_per_table=self.service.points_per_table)

    def _data_version(self, rows: Ints) -> str:
        return self.service.data_version(self.points[rows[0]]) if len(rows) else ""

    def _identity(self, data_version: str) -> dict[str, Any]:
        return {
            "version": _CELLS_VERSION,
            "engine": self.name,
            "data_version": data_version,
            "ferries_marked": self.mark_ferries,
            **self.service.parameters,
        }

    def _check_coverage(self, rows: Ints, columns: Ints, near: _Flags) -> None:
        """Refuse road data that leave out a hospital or a whole département: they are the wrong extract."""
        far = np.setdiff1d(rows, columns[near])
        if len(far):
            raise UserError(
                f"Le moteur ne connaît aucune route à moins de {number(self.snap_limit_metres)} m de "
                f"{counted(len(far), 'commune')} avec un établissement : {_some(self.communes.codes[far])}",
                where=self.name,
                remedy=f"Ajouter ces territoires aux données routières du moteur. {RESUME}",
            )
        departements = self.communes.departements
        empty = np.setdiff1d(departements[columns], departements[columns[near]])
        if len(empty):
            raise UserError(
                f"Le moteur ne connaît aucune route dans {counted(len(empty), 'département')} : {_some(empty)}",
                where=self.name,
                remedy=f"Ajouter ces départements aux données routières du moteur. {RESUME}",
            )


class _Work:
    """One computation under way: what is asked of the engine, what is taken from the store, how far it is."""

    def __init__(self, engine: TableEngine, store: AnswerStore, progress: Progress | None) -> None:
        self._engine = engine
        self._store = store
        self._progress = progress
        self._done = self._all = 0

    def expect(self, requests: int) -> None:
        """Say how many requests are left, now that it is known."""
        self._all = self._done + requests

    def locate(self, columns: Ints, *, then: int) -> _Flags:
        """Return which communes have a road near enough, one flag per entry of ``columns``.

        ``then`` is how many requests are foreseen afterwards, for progress alone.
        """
        parts = list(chunks(columns, self._engine.service.points_per_table))
        self.expect(len(parts) + then)
        metres = np.concatenate([np.empty(0), *(self._metres(part) for part in parts)])
        return metres <= self._engine.snap_limit_metres

    def _count(self) -> None:
        self._done += 1
        if self._progress:
            self._progress(self._done, self._all)

    def _metres(self, columns: Ints) -> Floats:
        points = self._engine.points[columns]
        key = self._store.key(points)
        kept = self._store.known([key]).get(key)
        if kept is None:
            kept = self._engine.service.metres_to_road(points).astype("<f8").tobytes()
            self._store.keep({key: kept})
        self._count()
        return np.frombuffer(kept, dtype="<f8")

    def cells(self, block: Block) -> _Cells:
        """Return tenths of a minute and ferry flags, shape of the block; only unknown rows are asked for."""
        points = self._engine.points
        keys = [self._store.key(points[row], points[block.columns]) for row in block.rows]
        known = self._store.known(keys)
        missing = np.array([key not in known for key in keys], dtype=bool)
        if missing.any():
            answers = _packed(*self._asked(Block(block.rows[missing], block.columns)))
            fresh = dict(zip(np.array(keys)[missing].tolist(), answers, strict=True))
            self._store.keep(fresh)
            known |= fresh
        self._count()
        return _unpacked([known[key] for key in keys], len(block.columns))

    def _asked(self, block: Block) -> _Cells:
        seconds = self._seconds(block, ferries=True)
        minutes = np.where(np.isinf(seconds), np.inf, np.maximum(seconds / 60, SAME_COMMUNE_MINUTES))
        by_ferry = np.zeros(seconds.shape, dtype=bool)
        if self._engine.mark_ferries:
            on_land = self._seconds(block, ferries=False)
            by_ferry = np.isfinite(seconds) & (on_land > seconds + FERRY_GAIN_SECONDS)
        return to_tenths(minutes), by_ferry

    def _seconds(self, block: Block, *, ferries: bool) -> Floats:
        points = self._engine.points
        try:
            return self._engine.service.seconds(points[block.rows], points[block.columns], ferries=ferries)
        except UnconnectedError:
            if block.cells == 1:
                return np.array([[np.inf]])
        first, second = block.halves()
        parts = [self._seconds(first, ferries=ferries), self._seconds(second, ferries=ferries)]
        return np.concatenate(parts, axis=0 if len(first.rows) < len(block.rows) else 1)


def _packed(tenths: NDArray[np.uint16], by_ferry: _Flags) -> list[bytes]:
    flags = np.packbits(by_ferry, axis=1)
    return [row.astype("<u2").tobytes() + bits.tobytes() for row, bits in zip(tenths, flags, strict=True)]


def _unpacked(rows: Sequence[bytes], width: int) -> _Cells:
    raw = np.array([np.frombuffer(row, dtype=np.uint8) for row in rows])
    tenths = np.ascontiguousarray(raw[:, : 2 * width]).view("<u2").astype(np.uint16)
    return tenths, np.unpackbits(raw[:, 2 * width :], axis=1, count=width).astype(bool)


def _set_same_commune(tenths: NDArray[np.uint16], by_ferry: _Flags, rows: Ints, columns: Ints) -> None:
    tenths[rows, columns] = round(SAME_COMMUNE_MINUTES * 10)
    by_ferry[rows, columns] = False


def _some(codes: NDArray[np.str_]) -> str:
    shown = [str(code) for code in codes[:_NAMES_SHOWN]]
    others = len(codes) - len(shown)
    return listing([*shown, counted(others, "autre")] if others else shown)

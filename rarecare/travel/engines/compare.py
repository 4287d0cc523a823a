"""What changes from one travel-time matrix to another: in all, by length, by département, by commune."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.errors import UserError
from rarecare.travel.edges import Floats
from rarecare.travel.engines.table_engine import CommunePlaces
from rarecare.travel.matrix import NO_ROAD, TravelMatrix

LENGTH_CLASSES_MINUTES = (0, 30, 60, 120, 240)
"""Lower bounds of the classes of trips, by their time in the reference matrix."""

_WORST_PAIRS = 100
_TENTHS = 10
_Cells = NDArray[np.uint16]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Gap:
    """How far times are from those of reference, over the pairs that both matrices link by road.

    ``pairs``: how many. The rest is NaN without any pair. ``median_minutes`` and ``p90_minutes``: of the absolute
    difference; ``median_pct`` and ``p90_pct``: of the same relative to the reference; ``bias_minutes``: mean of the
    signed difference, positive when the other matrix is slower; ``bias_pct``: it, relative to the mean reference.
    ``only_reference`` and ``only_other``: pairs that one matrix alone links by road.
    """

    pairs: int
    median_minutes: float
    p90_minutes: float
    median_pct: float
    p90_pct: float
    bias_minutes: float
    bias_pct: float
    only_reference: int
    only_other: int


@dataclass(frozen=True, eq=False)
class MatrixComparison:
    """Two matrices on the hospital communes and communes that they share.

    Parameters
    ----------
    reference_engine, other_engine
        What computed each.
    sources, communes
        How many hospital communes and communes they share.
    overall
        Over all pairs, but those of a commune with itself: their time is fixed in every matrix.
    by_length
        One row per class of :data:`LENGTH_CLASSES_MINUTES`: ``de_minutes``, ``a_minutes`` (inf for the last), then
        the fields of :class:`Gap`; pairs without road in the reference are in no class.
    by_departement
        One row per ``departement`` of the commune (not of the hospital), then the fields of :class:`Gap`.
    by_commune
        One row per commune, for a map: ``code_commune``, ``departement``, ``minutes_reference`` and
        ``minutes_autre`` to the nearest hospital commune (inf = none by road), ``ecart_minutes`` between them (NaN
        when one is inf), ``ecart_median_minutes`` of the signed differences to all hospital communes (NaN when
        none can be compared), ``etat``: ``comparable``, ``route_reference_seule``, ``route_autre_seule`` or
        ``pas_de_route``.
    worst_pairs
        The pairs that differ most, at most 100: ``source``, ``code_commune``, ``minutes_reference``,
        ``minutes_autre``, ``ecart_minutes``.
    """

    reference_engine: str
    other_engine: str
    sources: int
    communes: int
    overall: Gap
    by_length: pd.DataFrame
    by_departement: pd.DataFrame
    by_commune: pd.DataFrame
    worst_pairs: pd.DataFrame

    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Return the tables by name, for a workbook or files."""
        return {
            "ensemble": pd.DataFrame([asdict(self.overall)]),
            "durees": self.by_length,
            "departements": self.by_departement,
            "communes": self.by_commune,
            "plus_grands_ecarts": self.worst_pairs,
        }


def compare_matrices(
    reference: TravelMatrix, other: TravelMatrix, communes: CommunePlaces
) -> MatrixComparison:
    """Compare ``other`` with ``reference`` on what they share.

    ``communes`` gives the département of each commune; communes it does not list are left out. Raises
    :class:`~rarecare.errors.UserError` when the matrices share no hospital commune or no commune.
    """
    sources = _shared(reference.sources, other.sources)
    departements = dict(zip(communes.codes.tolist(), communes.departements.tolist(), strict=True))
    codes = [code for code in _shared(reference.codes, other.codes) if code in departements]
    if not sources or not codes:
        raise UserError(
            "Les deux matrices n'ont aucun trajet en commun",
            remedy="Comparer des matrices faites pour les mêmes établissements et les mêmes communes.",
        )
    pair = _Pair(_cells(reference, sources, codes), _cells(other, sources, codes), _same(sources, codes))
    places = np.array([departements[code] for code in codes])
    return MatrixComparison(
        reference_engine=reference.engine,
        other_engine=other.engine,
        sources=len(sources),
        communes=len(codes),
        overall=_gap(pair, np.ones(pair.same.shape, dtype=bool)),
        by_length=_by_length(pair),
        by_departement=_by_departement(pair, places),
        by_commune=_by_commune(pair, codes, places),
        worst_pairs=_worst_pairs(pair, sources, codes),
    )


@dataclass(frozen=True, eq=False)
class _Pair:
    """Cells of both matrices, in tenths of a minute, same shape; ``same`` marks a commune with itself."""

    reference: _Cells
    other: _Cells
    same: _Flags

    def columns(self, chosen: _Flags) -> _Pair:
        return _Pair(self.reference[:, chosen], self.other[:, chosen], self.same[:, chosen])

    @cached_property
    def linked(self) -> _Flags:
        """Pairs of two communes that both matrices link by road."""
        linked: _Flags = (self.reference != NO_ROAD) & (self.other != NO_ROAD) & ~self.same
        return linked

    @cached_property
    def signed(self) -> NDArray[np.int32]:
        """Other minus reference, in tenths; meaningless where not linked."""
        return self.other.astype(np.int32) - self.reference.astype(np.int32)


def _shared(first: Sequence[str], second: Sequence[str]) -> list[str]:
    known = set(second)
    return [code for code in first if code in known]


def _cells(matrix: TravelMatrix, sources: Sequence[str], codes: Sequence[str]) -> _Cells:
    positions = {code: column for column, code in enumerate(matrix.codes)}
    rows = [matrix.row_of(source) for source in sources]
    return np.asarray(matrix.tenths)[np.ix_(rows, [positions[code] for code in codes])]


def _same(sources: Sequence[str], codes: Sequence[str]) -> _Flags:
    positions = {code: column for column, code in enumerate(codes)}
    same = np.zeros((len(sources), len(codes)), dtype=bool)
    for row, source in enumerate(sources):
        if source in positions:
            same[row, positions[source]] = True
    return same


def _gap(pair: _Pair, counted: _Flags) -> Gap:
    both = counted & pair.linked
    reference = np.maximum(pair.reference[both], 1)
    signed = pair.signed[both]
    size = np.abs(signed)
    share_pct = (100 * size / reference).astype(np.float32)
    alone = counted & ~pair.linked & ~pair.same
    empty = not len(signed)
    return Gap(
        pairs=len(signed),
        median_minutes=_quantile(size, 0.5) / _TENTHS,
        p90_minutes=_quantile(size, 0.9) / _TENTHS,
        median_pct=_quantile(share_pct, 0.5),
        p90_pct=_quantile(share_pct, 0.9),
        bias_minutes=np.nan if empty else float(signed.mean()) / _TENTHS,
        bias_pct=np.nan if empty else float(100 * signed.sum() / reference.sum(dtype=np.int64)),
        only_reference=int((alone & (pair.reference != NO_ROAD)).sum()),
        only_other=int((alone & (pair.other != NO_ROAD)).sum()),
    )


def _quantile(values: NDArray[Any], share: float) -> float:
    return float(np.quantile(values, share)) if len(values) else float("nan")


def _by_length(pair: _Pair) -> pd.DataFrame:
    bounds = (*LENGTH_CLASSES_MINUTES, float("inf"))
    rows = []
    for low, high in pairwise(bounds):
        inside = (pair.reference >= low * _TENTHS) & (pair.reference < high * _TENTHS)
        gap = _gap(pair, inside & (pair.reference != NO_ROAD))
        rows.append({"de_minutes": float(low), "a_minutes": high, **asdict(gap)})
    return pd.DataFrame(rows)


def _by_departement(pair: _Pair, departements: NDArray[np.str_]) -> pd.DataFrame:
    rows = []
    for departement in np.unique(departements).tolist():
        part = pair.columns(departements == departement)
        rows.append({"departement": departement, **asdict(_gap(part, np.ones(part.same.shape, dtype=bool)))})
    return pd.DataFrame(rows)


def _by_commune(pair: _Pair, codes: Sequence[str], departements: NDArray[np.str_]) -> pd.DataFrame:
    reference, other = _nearest(pair.reference), _nearest(pair.other)
    linked = (np.isfinite(reference), np.isfinite(other))
    difference = np.full(len(codes), np.nan)
    both = linked[0] & linked[1]
    difference[both] = other[both] - reference[both]
    return pd.DataFrame(
        {
            "code_commune": list(codes),
            "departement": departements,
            "minutes_reference": reference,
            "minutes_autre": other,
            "ecart_minutes": difference.round(1),
            "ecart_median_minutes": _median_differences(pair),
            "etat": np.select(
                [both, linked[0], linked[1]],
                ["comparable", "route_reference_seule", "route_autre_seule"],
                "pas_de_route",
            ),
        }
    )


def _nearest(cells: _Cells) -> Floats:
    best = cells.min(axis=0)
    return np.where(best == NO_ROAD, np.inf, best / _TENTHS)


def _median_differences(pair: _Pair) -> Floats:
    """Return the median over hospitals; columns are grouped by how many hospitals count, to go by arrays."""
    medians = np.full(pair.same.shape[1], np.nan)
    counts = pair.linked.sum(axis=0)
    # What does not count is pushed to the end of each sorted column.
    ordered = np.sort(np.where(pair.linked, pair.signed, np.iinfo(np.int32).max), axis=0)
    for count in np.unique(counts[counts > 0]).tolist():
        columns = np.flatnonzero(counts == count)
        middle = ordered[[(count - 1) // 2, count // 2]][:, columns]
        medians[columns] = middle.mean(axis=0) / _TENTHS
    return medians


def _worst_pairs(pair: _Pair, sources: Sequence[str], codes: Sequence[str]) -> pd.DataFrame:
    size = np.where(pair.linked, np.abs(pair.signed), 0).ravel()
    kept = min(_WORST_PAIRS, int(np.count_nonzero(size)))
    chosen = np.argpartition(size, len(size) - kept)[len(size) - kept :] if kept else np.empty(0, np.int64)
    chosen = chosen[np.lexsort((chosen, -size[chosen]))]
    rows, columns = np.divmod(chosen, pair.same.shape[1])
    return pd.DataFrame(
        {
            "source": np.asarray(sources)[rows],
            "code_commune": np.asarray(codes)[columns],
            "minutes_reference": pair.reference[rows, columns] / _TENTHS,
            "minutes_autre": pair.other[rows, columns] / _TENTHS,
            "ecart_minutes": pair.signed[rows, columns] / _TENTHS,
        }
    )

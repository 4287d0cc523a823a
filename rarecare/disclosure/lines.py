"""Totals and parts among the rows of a table of counts: which rows they are, and hiding along them until it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.disclosure.complement import KNOWN, PROTECTED, Bools, Codes, Floats, Hidden, is_small

Rows = NDArray[np.intp]
Rule = Callable[..., tuple[Codes, Codes]]
"""One of the rules of :mod:`rarecare.disclosure.complement`."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Totals with their parts along one dimension.

    Parameters
    ----------
    totals : (n_lines,)
        Row of each total, -1 when there is none.
    parts : (n_lines, n_parts)
        Rows of its parts, -1 where there is none.
    rule
        How parts and total are hidden for one another.
    """

    totals: Rows
    parts: Rows
    rule: Rule

    def hide(self, values: Floats, hidden: Codes, seen: Bools) -> None:
        """Hide along every line, in place; rows that the reader may ``seen`` whatever happens are taken away first."""
        if not self.parts.size:
            return
        parts, total = _taken(values, self.parts), _taken(values, self.totals)
        own = np.where(self.parts >= 0, seen[self.parts], False)
        total = total - np.where(own & np.isfinite(parts), parts, 0.0).sum(axis=1)
        parts = np.where(own, np.nan, parts)
        held = Hidden(_is_hidden(hidden, self.totals), _is_hidden(hidden, self.parts) & ~own)
        of_total, of_parts = self.rule(total, parts, held=held)
        _raise(hidden, self.totals, of_total)
        _raise(hidden, self.parts, np.where(own, KNOWN, of_parts))
        # What is shown of the parts of a hidden total would say how large it is at least.
        under = _is_hidden(hidden, self.totals)[:, None] & (parts > 0) & ~_is_hidden(hidden, self.parts)
        _raise(hidden, self.parts, np.where(under, PROTECTED, KNOWN))


@dataclass(frozen=True, eq=False)
class Cells:
    """The rows of a table of counts as numbers.

    Parameters
    ----------
    family : (n_rows,)
        Rows of one family have the same number.
    places : (n_rows, n_dimensions)
        Value of each dimension, 0 on the row that counts all.
    names : (n_rows,)
        One number a row, the same for no other: the family, then ``places`` times ``strides``, summed.
    strides : (n_dimensions,)
    """

    family: Rows
    places: Rows
    names: Rows
    strides: Rows

    @classmethod
    def of(cls, frame: pd.DataFrame, key: Sequence[str], dimensions: Mapping[str, str]) -> Cells:
        """Return the rows of a frame numbered by family (``key``) and by dimension (column → value that counts all)."""
        family = numbered(frame, key)
        places = np.column_stack([_places(frame[name], whole) for name, whole in dimensions.items()])
        widths = np.cumprod(places.max(axis=0, initial=0) + 1)
        strides = np.concatenate([[1], widths[:-1]])
        return cls(family, places, family * widths[-1] + places @ strides, strides)

    @property
    def details(self) -> Rows:
        """Number of dimensions that each row details (n_rows,)."""
        found: Rows = (self.places > 0).sum(axis=1)
        return found

    def lines(self, rank: int, rule: Rule, kept: Bools) -> Lines:
        """Return the lines of the rows ``kept``, which are the same but for one dimension."""
        place = self.places[:, rank]
        totals, parts = np.flatnonzero(kept & (place == 0)), np.flatnonzero(kept & (place > 0))
        names, shared = self.names, self.names - place * self.strides[rank]
        rows, line = np.unique(shared[parts], return_inverse=True)
        columns, column = np.unique(place[parts], return_inverse=True)
        grid = np.full((rows.size, columns.size), -1, dtype=np.intp)
        grid[line, column] = parts
        return Lines(_rows_of(names[totals], rows, totals), grid, rule)

    def families_with_few(self, values: Floats) -> Bools:
        """Tell which rows belong to a family where a count, or the difference of two, is few patients.

        Every row is compared with all those that count several of its dimensions together, and each total with the sum
        of its parts: parts that nobody supplied, or that two others share, are counts too.
        """
        there = np.isfinite(values)
        found = _among(self.family, self.family[there & is_small(values)])
        for wiped in range(1, 1 << self.places.shape[1]):
            rows = np.flatnonzero(there & ~found)
            found |= _among(self.family, self.family[self._few_outside(values, rows, wiped)])
        for rank in range(self.places.shape[1]):
            rows = np.flatnonzero(there & ~found)
            found |= _among(self.family, self._few_unsaid(values, rows, rank))
        return found

    def few_outside(self, values: Floats) -> Bools:
        """Tell the rows that leave few patients out of one that counts more: subtracting would count them."""
        found, rows = np.zeros(len(self.family), dtype=bool), np.flatnonzero(np.isfinite(values))
        for wiped in range(1, 1 << self.places.shape[1]):
            found[self._few_outside(values, rows, wiped)] = True
        return found

    def _few_outside(self, values: Floats, rows: Rows, wiped: int) -> Rows:
        """Return the rows that leave few patients out of the one that counts their dimensions ``wiped`` together."""
        ranks = [rank for rank in range(self.places.shape[1]) if wiped >> rank & 1]
        inner = rows[np.logical_and.reduce([self.places[rows, rank] > 0 for rank in ranks])]
        outer = self.names[inner] - self.places[inner][:, ranks] @ self.strides[ranks]
        whole = _taken(values, _rows_of(self.names[rows], outer, rows))
        return inner[is_small(whole - values[inner])]

    def _few_unsaid(self, values: Floats, rows: Rows, rank: int) -> Rows:
        """Return the families where a total is a few patients more, or fewer, than its parts along one dimension."""
        parts = rows[self.places[rows, rank] > 0]
        names = self.names[parts] - self.places[parts, rank] * self.strides[rank]
        shared, line = np.unique(names, return_inverse=True)
        totals = _rows_of(self.names[rows], shared, rows)
        gap = np.abs(_taken(values, totals) - np.bincount(line, weights=values[parts], minlength=shared.size))
        return self.family[totals[is_small(gap)]]


def numbered(frame: pd.DataFrame, key: Sequence[str]) -> Rows:
    """Return one number a family of rows of the same ``key``."""
    if not len(frame):
        return np.zeros(0, dtype=np.intp)
    found: Rows = frame.groupby(list(key), dropna=False, sort=False).ngroup().to_numpy(dtype=np.intp)
    return found


def _places(column: pd.Series, whole: str) -> Rows:
    codes, names = pd.factorize(column)
    found: Rows = np.where(np.asarray(names.astype(str)) == whole, 0, np.arange(1, len(names) + 1))[codes]
    return found


def _among(family: Rows, found: Rows) -> Bools:
    flags = np.zeros(int(family.max(initial=-1)) + 1, dtype=bool)
    flags[found] = True
    return flags[family]


def _rows_of(names: Rows, wanted: Rows, rows: Rows) -> Rows:
    """Return the one of ``rows`` that bears each name wanted, -1 where none does."""
    order = np.argsort(names, kind="stable")
    places = np.searchsorted(names, wanted, sorter=order)
    inside = places < names.size
    near = order[np.where(inside, places, 0)] if names.size else np.zeros(wanted.size, dtype=np.intp)
    there = inside & (names[near] == wanted) if names.size else inside
    return np.where(there, rows[near] if names.size else -1, -1)


def _taken(values: Floats, rows: Rows) -> Floats:
    return np.where(rows >= 0, values[rows], np.nan)


def _is_hidden(hidden: Codes, rows: Rows) -> Bools:
    return (rows >= 0) & (hidden[rows] > KNOWN)


def _raise(hidden: Codes, rows: Rows, codes: Codes) -> None:
    there = rows >= 0
    hidden[rows[there]] = np.maximum(hidden[rows[there]], codes[there])


__all__ = ["Cells", "Lines", "Rule", "numbered"]

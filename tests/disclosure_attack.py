"""An attacker who reads everything that is shown of a table of counts and solves for what is hidden.

He knows the rule ("≤10" is 1 to 10), that ages and départements share no patient, and, the worst case, whether what was
supplied is complete: where parts sum to their total in truth, he takes it as an equation.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from rarecare.disclosure.tables import COUNT_TABLES

Terms = dict[tuple[int, str], float]
"""(row, column) → coefficient."""

_SHARING_NOBODY = ("classe_age", "departement_residence")
_FEW, _MANY, _TRIES = range(1, 11), 1e5, 6
Floats = NDArray[np.float64]
_WHOLE = {"groupe_maladie": "tous", "filiere": "tous", "modalite": "total", "classe_age": "tous",
          "departement_residence": "tous"}  # fmt: skip


class Attack:
    """Everything known of one table by a reader who sees ``shown`` (protected), and what was true (``truth``)."""

    def __init__(self, name: str, truth: pd.DataFrame, shown: pd.DataFrame) -> None:
        self.table = COUNT_TABLES[name]
        self.columns = [column for column in self.table.counts if column in truth]
        self.key = list(dict.fromkeys([*self.table.key, *self.table.dimensions]))
        self.rows = list(truth[self.key].astype(str).itertuples(index=False, name=None))
        self.shown = {
            name: shown[name].tolist() for column in self.columns for name in (column, f"{column}_etat")
        }
        self.dimensions = [column for column in _WHOLE if column in self.key]
        self.values = {
            (row, column): float(value)
            for column in self.columns
            for row, value in enumerate(pd.to_numeric(truth[column]))
            if not pd.isna(value)
        }
        self.names = {cell: rank for rank, cell in enumerate(self.values)}
        self.bounds = [self._bound(*cell) for cell in self.values]
        self.equal: list[tuple[Terms, float]] = []
        self.most: list[tuple[Terms, float]] = []
        self.secrets: dict[str, Terms] = {
            f"{column} of {self._told(row)}": {(row, column): 1.0}
            for (row, column), value in self.values.items()
            if value in _FEW
        }
        for column in self.columns:
            self._relate_rows(column)
        self._relate_columns()

    def found(self) -> list[str]:
        """Return the secrets of 1 to 10 patients that are determined exactly, or plainly shown."""
        left = dict(self.secrets)
        draw = np.random.default_rng(0)
        costs = list(draw.normal(size=(_TRIES, len(self.names))))
        seen = [self._solve(cost) for cost in [*costs, *(-cost for cost in costs)]]
        for name, terms in self.secrets.items():
            told = [self._value(terms, values) for values in seen]
            if max(told) - min(told) >= 1.0:
                del left[name]
        return [name for name, terms in left.items() if self.spread(terms) < 1.0]

    def spread(self, terms: Terms) -> float:
        """Return the greatest minus the least that an expression may be, for all that the attacker knows."""
        costs = np.zeros(len(self.names))
        for cell, weight in terms.items():
            costs[self.names[cell]] += weight
        return self._value(terms, self._solve(-costs)) - self._value(terms, self._solve(costs))

    def _value(self, terms: Terms, values: Floats) -> float:
        return float(sum(weight * values[self.names[cell]] for cell, weight in terms.items()))

    def _solve(self, costs: Floats) -> Floats:
        """Return what the cells may be where the costs are least."""
        (equal, sums), (at_most, limits) = self._relations
        result = linprog(
            costs, A_eq=equal, b_eq=sums, A_ub=at_most, b_ub=limits, bounds=self.bounds, method="highs"
        )
        assert result.status == 0, result.message
        return result.x

    @cached_property
    def _relations(self) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
        return self._matrix(self.equal), self._matrix(self.most)

    def _matrix(self, relations: list[tuple[Terms, float]]) -> tuple[Any, Any]:
        fixed = [self.bounds[rank][0] == self.bounds[rank][1] for rank in range(len(self.names))]
        relations = [each for each in relations if not all(fixed[self.names[cell]] for cell in each[0])]
        if not relations:
            return None, None
        rows, columns, weights = [], [], []
        for rank, (terms, _) in enumerate(relations):
            for cell, weight in terms.items():
                rows.append(rank), columns.append(self.names[cell]), weights.append(weight)
        matrix = csr_array((weights, (rows, columns)), shape=(len(relations), len(self.names)))
        return matrix, np.array([limit for _, limit in relations])

    def _bound(self, row: int, column: str) -> tuple[float, float]:
        state = self.shown[f"{column}_etat"][row]
        if state == "connu":
            assert float(self.shown[column][row]) == self.values[row, column]
            return self.values[row, column], self.values[row, column]
        return (1.0, 10.0) if state == "masque" else (0.0, _MANY)

    def _told(self, row: int) -> str:
        return " ".join(self.rows[row])

    def _relate_rows(self, column: str) -> None:
        for total, parts, dimension in self._lines(column):
            for part in parts:
                self._inside((total, column), (part, column))
            cells = [(part, column) for part in parts]
            if dimension == "modalite":
                self._relate_modalities((total, column), cells)
            else:
                self._relate_sum((total, column), cells, shared=dimension not in _SHARING_NOBODY)

    def _lines(self, column: str) -> Iterator[tuple[int, list[int], str]]:
        rows = {key: row for row, key in enumerate(self.rows) if (row, column) in self.values}
        for dimension in self.dimensions:
            place = self.key.index(dimension)
            found: dict[int, list[int]] = {}
            for key, row in rows.items():
                if key[place] != _WHOLE[dimension]:
                    total = rows.get((*key[:place], _WHOLE[dimension], *key[place + 1 :]))
                    if total is not None:
                        found.setdefault(total, []).append(row)
            for total, parts in found.items():
                yield total, parts, dimension
        for key, row in rows.items():
            detailed = [name for name in self.dimensions if key[self.key.index(name)] != _WHOLE[name]]
            for count in range(2, len(detailed) + 1):
                for wiped in combinations(detailed, count):
                    above = tuple(
                        _WHOLE[name] if name in wiped else cell
                        for name, cell in zip(self.key, key, strict=True)
                    )
                    if above in rows:
                        self._inside((rows[above], column), (row, column))

    def _relate_columns(self) -> None:
        main = self.table.count
        for row in range(len(self.rows)):
            for name in self.table.others:
                if (row, name) in self.values:
                    self._inside((row, main), (row, name))
            parts = [(row, name) for name in self.table.parts if (row, name) in self.values]
            if parts:
                self._relate_sum((row, main), parts, shared=False)

    def _inside(self, whole: tuple[int, str], part: tuple[int, str]) -> None:
        """Say that a part is at most its whole; those outside it are a secret when they are few."""
        self.most.append(({part: 1.0, whole: -1.0}, 0.0))
        if self.values[whole] - self.values[part] in _FEW:
            self.secrets[f"{self._told(whole[0])} {whole[1]} outside {self._told(part[0])} {part[1]}"] = {
                whole: 1.0, part: -1.0,
            }  # fmt: skip

    def _relate_sum(self, total: tuple[int, str], parts: list[tuple[int, str]], *, shared: bool) -> None:
        rest = self.values[total] - sum(self.values[part] for part in parts)
        terms = {total: -1.0, **dict.fromkeys(parts, 1.0)}
        if rest == 0:
            self.equal.append((terms, 0.0))
        elif not shared:
            self.most.append((terms, 0.0))
        if rest in _FEW and not shared:
            self.secrets[f"{self._told(total[0])} {total[1]}: not in {len(parts)} parts"] = {
                cell: -weight for cell, weight in terms.items()
            }

    def _relate_modalities(self, total: tuple[int, str], parts: list[tuple[int, str]]) -> None:
        if len(parts) != 2:
            return
        terms = {total: 1.0, **dict.fromkeys(parts, -1.0)}
        self.most.append((terms, 0.0))
        if -sum(weight * self.values[cell] for cell, weight in terms.items()) in _FEW:
            self.secrets[f"{self._told(total[0])} both ways"] = {
                cell: -weight for cell, weight in terms.items()
            }

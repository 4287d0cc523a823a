"""How a matrix is cut in blocks, none larger than what a routing engine answers at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rarecare.travel.edges import Ints

MAINLAND = "hexagone"
_OVERSEAS_PREFIX = "97"


@dataclass(frozen=True)
class Block:
    """One rectangle of a matrix: ``rows`` index the origins, ``columns`` the destinations, both communes."""

    rows: Ints
    columns: Ints

    @property
    def cells(self) -> int:
        """Number of pairs of the block."""
        return len(self.rows) * len(self.columns)

    def halves(self) -> tuple[Block, Block]:
        """Return the block cut in two across its longer side; it must hold two cells at least."""
        if len(self.rows) > len(self.columns):
            middle = len(self.rows) // 2
            return Block(self.rows[:middle], self.columns), Block(self.rows[middle:], self.columns)
        middle = len(self.columns) // 2
        return Block(self.rows, self.columns[:middle]), Block(self.rows, self.columns[middle:])


def territories(departements: Sequence[str] | NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the territory of each commune: its own département overseas, else the mainland with Corse.

    No road crosses an ocean: an engine is never asked for a trip between two territories, whose state is
    ``pas_de_route`` by definition. Corse belongs with the mainland because car ferries do.
    """
    codes = np.asarray(departements, dtype=str)
    return np.where(np.char.startswith(codes, _OVERSEAS_PREFIX), codes, MAINLAND)


def plan_blocks(
    rows: Ints, columns: Ints, territory: NDArray[np.str_], *, points_per_table: int
) -> list[Block]:
    """Cut the pairs of ``rows`` × ``columns`` of one territory into blocks, each pair in exactly one.

    Parameters
    ----------
    rows, columns
        Positions of communes, without repetition.
    territory
        Territory of every commune; pairs across two of them are in no block.
    points_per_table
        Most points in one request, origins and destinations together; 2 at least. Half of it squared is thus
        the most cells of a block.
    """
    blocks = []
    for name in dict.fromkeys(territory[rows].tolist()):
        own_rows, own_columns = rows[territory[rows] == name], columns[territory[columns] == name]
        height = min(len(own_rows), points_per_table // 2)
        blocks += [
            Block(some_rows, some_columns)
            for some_columns in chunks(own_columns, points_per_table - height)
            for some_rows in chunks(own_rows, height)
        ]
    return blocks


def chunks(positions: Ints, size: int) -> Iterator[Ints]:
    """Yield consecutive runs of at most ``size`` positions."""
    for start in range(0, len(positions), size):
        yield positions[start : start + size]

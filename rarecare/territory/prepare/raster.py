"""Draw communes on a grid laid over the atlas view: which commune holds each cell."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from rarecare.territory.atlas import from_mercator
from rarecare.territory.prepare.projections import Geometries

#: Value of a cell that belongs to no commune.
OUTSIDE = 65535
#: Side of a cell in EPSG:3857 metres: 1.1 km on the ground in the middle of France, finer in the enlarged DROM.
CELL_M = 1600.0
#: White margin around the map, in cells.
MARGIN_CELLS = 4


@dataclass(frozen=True, eq=False)
class Grid:
    """Square cells over the atlas: north-west corner in EPSG:3857 metres, number of rows and columns."""

    west_m: float
    north_m: float
    rows: int
    columns: int

    def row(self, y_m: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the row of each ordinate, 0 in the north."""
        return np.floor((self.north_m - y_m) / CELL_M).astype(np.intp)

    def column(self, x_m: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the column of each abscissa, 0 in the west."""
        return np.floor((x_m - self.west_m) / CELL_M).astype(np.intp)

    def centers(self, cells: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the centre of flat cell numbers, metres."""
        row, column = np.divmod(cells, self.columns)
        return self.west_m + (column + 0.5) * CELL_M, self.north_m - (row + 0.5) * CELL_M

    def bounds_degrees(self) -> list[float]:
        """Return west, south, east, north of the grid, atlas degrees."""
        x_m = np.array([self.west_m, self.west_m + self.columns * CELL_M])
        y_m = np.array([self.north_m - self.rows * CELL_M, self.north_m])
        (west, east), (south, north) = from_mercator(x_m, y_m)
        return [float(west), float(south), float(east), float(north)]


def grid_over(bounds_m: NDArray[np.float64]) -> Grid:
    """Return the grid that covers west, south, east, north (EPSG:3857 metres) with a small margin."""
    west, south, east, north = bounds_m
    pad = MARGIN_CELLS * CELL_M
    left, top = np.floor((west - pad) / CELL_M) * CELL_M, np.ceil((north + pad) / CELL_M) * CELL_M
    return Grid(
        west_m=float(left),
        north_m=float(top),
        rows=int(np.ceil((top - south + pad) / CELL_M)),
        columns=int(np.ceil((east + pad - left) / CELL_M)),
    )


def rasterise(shapes: Geometries, points: Geometries, grid: Grid) -> tuple[NDArray[np.uint16], int]:
    """Return the commune of each cell and how many communes had none and were given one.

    Parameters
    ----------
    shapes, points : ndarray of geometries
        Polygon and point of each unit, in canonical order, at their atlas place (EPSG:3857 metres).
    grid : Grid
        Where the cells are.

    Returns
    -------
    tuple
        uint16 array ``(n_rows, n_columns)`` of positions in canonical order (65535 outside), and the number of units
        too small to hold a cell centre: each takes the cell nearest to its point whose owner keeps another.
    """
    index = np.full(grid.rows * grid.columns, OUTSIDE, dtype=np.uint16)
    unit, cell = _candidates(shapes, grid)
    x_m, y_m = grid.centers(cell)
    inside = shapely.contains_xy(shapes[unit], x_m, y_m)
    index[cell[inside]] = unit[inside]
    _give_points(index, points, grid)
    missing = np.setdiff1d(np.arange(len(shapes)), index)
    cells = np.bincount(index[index != OUTSIDE], minlength=len(shapes))
    for position in missing:
        target = _free_cell(index, cells, points[position], grid)
        if index[target] != OUTSIDE:
            cells[index[target]] -= 1
        index[target] = position
        cells[position] = 1
    return index.reshape(grid.rows, grid.columns), len(missing)


def save_raster(path: Path, index: NDArray[np.uint16], grid: Grid) -> None:
    """Write the raster as a compressed ``.npz`` whose bytes depend on its content only."""
    arrays = {"index": index, "bounds": np.array(grid.bounds_degrees())}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def _candidates(shapes: Geometries, grid: Grid) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return every pair (unit, cell) whose cell touches the bounding box of the unit."""
    west, south, east, north = shapely.bounds(shapes).T
    first_row, last_row = grid.row(north), grid.row(south)
    first_column, last_column = grid.column(west), grid.column(east)
    width = last_column - first_column + 1
    count = width * (last_row - first_row + 1)
    unit = np.repeat(np.arange(len(shapes)), count)
    rank = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    row = first_row[unit] + rank // width[unit]
    column = first_column[unit] + rank % width[unit]
    return unit, row * grid.columns + column


def _give_points(index: NDArray[np.uint16], points: Geometries, grid: Grid) -> None:
    """Give the cells of France's edge to the units whose point is there: quays, and town halls on the border."""
    cell = grid.row(shapely.get_y(points)) * grid.columns + grid.column(shapely.get_x(points))
    bare = np.flatnonzero(index[cell] == OUTSIDE)
    index[cell[bare]] = bare


def _free_cell(index: NDArray[np.uint16], cells: NDArray[np.intp], point: shapely.Point, grid: Grid) -> int:
    """Return the cell nearest to a point that is outside or whose owner has another one."""
    row, column = int(grid.row(np.array(point.y))), int(grid.column(np.array(point.x)))
    rows = np.arange(max(row - 3, 0), min(row + 4, grid.rows))
    columns = np.arange(max(column - 3, 0), min(column + 4, grid.columns))
    near = (rows[:, None] * grid.columns + columns).ravel()
    x_m, y_m = grid.centers(near)
    owners = index[near].astype(np.intp)
    spare = (owners == OUTSIDE) | (cells[np.minimum(owners, len(cells) - 1)] > 1)
    distance = np.where(spare, np.hypot(x_m - point.x, y_m - point.y), np.inf)
    return int(near[np.argmin(distance)])

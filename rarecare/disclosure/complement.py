"""What else to hide so that a total minus its shown parts does not give a small part back.

One breakdown at a time (parts that sum to at most a total); sums across several breakdowns are the matter of the audit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

KNOWN, SMALL, PROTECTED = range(3)
"""What is done with a count: shown, written ``≤10``, or hidden without a word on its size; higher hides more."""

LARGEST_SMALL = 10
_FEW_PARTS = 3

Floats = NDArray[np.float64]
Codes = NDArray[np.int_]


def is_small(values: Floats) -> NDArray[np.bool_]:
    """Tell which counts are those of 1 to 10 patients; NaN is not."""
    return (values > 0) & (values <= LARGEST_SMALL)


def hide_parts(total: Floats, parts: Floats) -> tuple[Codes, Codes]:
    """Return what to do with the total and the parts of each row.

    Whatever is hidden leaves each small part free to be anything from 1 to 10: parts written ``≤10`` stay so as long
    as what is shown allows it, the smallest larger parts being hidden with them; failing that, every part is hidden
    without a word on its size; failing that too, the total is hidden.

    Parameters
    ----------
    total : float64 array, shape (n_rows,)
        Totals, NaN when not supplied: nothing can be subtracted then.
    parts : float64 array, shape (n_rows, n_parts)
        Counts of each part, NaN when not supplied. Their sum is taken as the total, the worst case.

    Returns
    -------
    total_codes : int array, shape (n_rows,)
    part_codes : int array, shape (n_rows, n_parts)
        :data:`KNOWN`, :data:`SMALL` or :data:`PROTECTED`.
    """
    small = is_small(parts)
    codes = np.where(small, SMALL, KNOWN)
    total_codes = np.where(is_small(total), SMALL, KNOWN)
    counted = small.sum(axis=1)
    at_risk = (counted > 0) & np.isfinite(total) & (total > LARGEST_SMALL)
    order, hidden = _hidden_beside(total, parts, small)
    safe = np.column_stack([_leaves_free(counted, rank, rest) for rank, rest in enumerate(hidden.T)])
    first = np.where(safe.any(axis=1), safe.argmax(axis=1), parts.shape[1] + 1)
    rank_of = np.argsort(order, axis=1)
    large = np.isfinite(parts) & ~small & (parts > 0)
    codes = np.where(at_risk[:, None] & large & (rank_of < first[:, None]), PROTECTED, codes)
    # No way to keep "≤10" true and harmless: hide every part that is not zero, whatever its size.
    unsaid = at_risk & ~safe.any(axis=1)
    codes = np.where(unsaid[:, None] & (parts > 0), PROTECTED, codes)
    shown = np.where(np.isfinite(parts), parts, 0.0).sum(axis=1)
    tight = unsaid & (np.maximum(total, shown) < (parts > 0).sum(axis=1) + LARGEST_SMALL - 1)
    total_codes = np.where(tight, PROTECTED, total_codes)
    # Under a total written "≤10", many parts would bound each other: neither they nor the zeros are told.
    bounded = (total_codes == SMALL) & (counted > _FEW_PARTS)
    codes = np.where(bounded[:, None] & np.isfinite(parts), PROTECTED, codes)
    return total_codes, codes


def _hidden_beside(total: Floats, parts: Floats, small: NDArray[np.bool_]) -> tuple[NDArray[np.intp], Floats]:
    """Return the order in which larger parts are hidden, and the sum hidden when 0, 1, 2… of them are."""
    large = np.where(np.isfinite(parts) & ~small & (parts > 0), parts, np.inf)
    order = np.argsort(large, axis=1, kind="stable")
    ordered = np.take_along_axis(large, order, axis=1)
    ordered = np.where(np.isfinite(ordered), ordered, 0.0)
    removed = np.column_stack([np.zeros(len(parts)), np.cumsum(ordered, axis=1)])
    shown = ordered.sum(axis=1)[:, None] - removed
    hidden = np.where(np.isfinite(total), total, 0.0)[:, None] - shown
    steps = np.arange(parts.shape[1] + 1)[None, :]
    exists = steps <= np.isfinite(large).sum(axis=1)[:, None]
    return order, np.where(exists, hidden, -np.inf)


def _leaves_free(small: NDArray[np.int_], large: int, hidden: Floats) -> NDArray[np.bool_]:
    """Tell whether a hidden sum of ``small`` parts ≤ 10 and ``large`` ones > 10 leaves each small one 1 to 10."""
    room_above = hidden - (small - 1) - (LARGEST_SMALL + 1) * large >= LARGEST_SMALL
    if large:
        return room_above
    room_below = hidden - LARGEST_SMALL * (small - 1) <= 1
    something_missing = hidden > LARGEST_SMALL * small
    return (room_above & room_below) | something_missing

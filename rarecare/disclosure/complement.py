"""What else to hide so that a total minus its shown parts does not give a small part back.

One total with its parts at a time; :mod:`rarecare.disclosure.lines` goes round the breakdowns of a table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KNOWN, SMALL, PROTECTED = range(3)
"""What is done with a count: shown, written ``≤10``, or hidden without a word on its size; higher hides more."""

LARGEST_SMALL = 10
_FEW_PARTS = 3

Floats = NDArray[np.float64]
Codes = NDArray[np.int_]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Hidden:
    """What is hidden already: ``total`` (n_rows,) and ``parts`` (n_rows, n_parts)."""

    total: Bools
    parts: Bools


def is_small(values: Floats) -> Bools:
    """Tell which counts are those of 1 to 10 patients; NaN is not."""
    return (values > 0) & (values <= LARGEST_SMALL)


def hide_parts(total: Floats, parts: Floats, *, held: Hidden | None = None) -> tuple[Codes, Codes]:
    """Return what to do with the total and the parts of each row, which share no patient in the worst case.

    Whatever is hidden leaves each small part free to be anything from 1 to 10: parts written ``≤10`` stay so as long
    as what is shown allows it, the smallest larger parts being hidden with them; failing that, every part is hidden
    without a word on its size; failing that too, the total is hidden. A part that nobody supplied counts as one: it is
    the total minus the others.

    Parameters
    ----------
    total : float64 array, shape (n_rows,)
        Totals, NaN when not supplied: nothing can be subtracted then.
    parts : float64 array, shape (n_rows, n_parts)
        Counts of each part, NaN when not supplied.
    held : Hidden, optional
        What other tables hide already: it does not come back from this one either.

    Returns
    -------
    total_codes : int array, shape (n_rows,)
    part_codes : int array, shape (n_rows, n_parts)
        :data:`KNOWN`, :data:`SMALL` or :data:`PROTECTED`.
    """
    rest = total - np.where(np.isfinite(parts), parts, 0.0).sum(axis=1)
    silent = np.where(is_small(rest), rest, np.nan)
    total_codes, codes = _hide_small(total, np.column_stack([parts, silent]))
    codes = codes[:, :-1]
    if held is None:
        return total_codes, codes
    return _hide_beside_held(total, parts, rest, (total_codes, codes), held)


def hide_shared(total: Floats, parts: Floats, *, held: Hidden | None = None) -> tuple[Codes, Codes]:
    """Return what to do with totals and parts that may share patients, as disease groups do; see :func:`hide_parts`.

    Parts that sum to at most the total are treated as if they shared nobody, the worst case. Otherwise only the
    patients outside one part can be counted: it is hidden when they are few.
    """
    total_codes, codes = hide_parts(total, parts, held=held)
    shared = (np.where(np.isfinite(parts), parts, 0.0).sum(axis=1) > total)[:, None]
    own = np.where(is_small(parts), SMALL, np.where(is_small(total[:, None] - parts), PROTECTED, KNOWN))
    return np.where(shared[:, 0], np.where(is_small(total), SMALL, KNOWN), total_codes), np.where(
        shared, own, codes
    )


def hide_modalities(total: Floats, parts: Floats, *, held: Hidden | None = None) -> tuple[Codes, Codes]:
    """Return what to do with totals and the two ways of being seen, which share patients and leave nobody out.

    Patients seen one way only (the total minus the other way) and both ways (the two minus the total) are counts too:
    what would give few of them is hidden. Same parameters and result as :func:`hide_parts`.
    """
    del held  # what is hidden is never the difference of two shown counts here
    total_codes = np.where(is_small(total), SMALL, KNOWN)
    codes = np.where(is_small(parts), SMALL, np.where(is_small(total[:, None] - parts), PROTECTED, KNOWN))
    both = is_small(parts.sum(axis=1) - total) & (codes == KNOWN).all(axis=1) & (total_codes == KNOWN)
    smallest = np.where(np.isfinite(parts), parts, np.inf).argmin(axis=1)
    columns = np.arange(parts.shape[1])[None, :]
    return total_codes, np.where(both[:, None] & (columns == smallest[:, None]), PROTECTED, codes)


def _hide_beside_held(
    total: Floats, parts: Floats, rest: Floats, found: tuple[Codes, Codes], held: Hidden
) -> tuple[Codes, Codes]:
    """Hide one more count where a single one is hidden, which is then the difference of those shown."""
    total_codes, codes = found[0].copy(), found[1].copy()
    total_hidden = (total_codes > KNOWN) | held.total
    hidden = (codes > KNOWN) | held.parts
    alone = np.isfinite(total) & (rest == 0) & (hidden.sum(axis=1) + total_hidden == 1)
    known = np.where(~hidden & (parts > 0), parts, np.inf)
    other = np.isfinite(known).any(axis=1) if parts.shape[1] else np.zeros(len(total), dtype=bool)
    rows = np.flatnonzero(alone & other)
    codes[rows, known[rows].argmin(axis=1)] = PROTECTED
    total_codes[alone & ~other & ~total_hidden] = PROTECTED
    return total_codes, codes


def _hide_small(total: Floats, parts: Floats) -> tuple[Codes, Codes]:
    """Hide for the sake of small parts alone."""
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


def _hidden_beside(total: Floats, parts: Floats, small: Bools) -> tuple[NDArray[np.intp], Floats]:
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


def _leaves_free(small: NDArray[np.int_], large: int, hidden: Floats) -> Bools:
    """Tell whether a hidden sum of ``small`` parts ≤ 10 and ``large`` ones > 10 leaves each small one 1 to 10."""
    room_above = hidden - (small - 1) - (LARGEST_SMALL + 1) * large >= LARGEST_SMALL
    if large:
        return room_above
    room_below = hidden - LARGEST_SMALL * (small - 1) <= 1
    something_missing = hidden > LARGEST_SMALL * small
    return (room_above & room_below) | something_missing

"""The nearest and second nearest site of each commune."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rarecare.access.checks import Floats, Integers, check_minutes

NO_SITE = -1


@dataclass(frozen=True)
class NearestSites:
    """The two nearest sites of each commune, in canonical commune order.

    Attributes
    ----------
    minutes, second_minutes : floating arrays, shape (n_communes,)
        Minutes to the nearest and to the second nearest site, in the precision of the table they come from;
        ``np.inf`` = no road to any (other) site.
    site, second_site : int32 arrays, shape (n_communes,)
        Row of these sites in the table of minutes; -1 where the minutes are ``np.inf``.
    n_sites : int
        Number of rows of the table.
    """

    minutes: Floats
    site: Integers
    second_minutes: Floats
    second_site: Integers
    n_sites: int


def nearest_sites(minutes: Floats) -> NearestSites:
    """Find the nearest and the second nearest site of every commune.

    Each row of the table is a site of its own: two hospitals in one town are two rows with the same minutes,
    and the second one is the second nearest of the communes around. Ties go to the smaller row, so the answer
    depends on the table alone.

    Parameters
    ----------
    minutes : floating array, shape (n_sites, n_communes)
        Minutes from each site to each commune; ``np.inf`` = no road.

    Returns
    -------
    nearest : NearestSites
        Two nearest sites of each commune.

    Raises
    ------
    UserError
        The table has no site.
    ValueError
        NaN, negative minutes, not floating, or not two-dimensional.
    """
    check_minutes(minutes)
    first, second = _two_smallest(minutes)
    first_site, second_site = _rows_of(minutes, first, second)
    return NearestSites(first, first_site, second, second_site, len(minutes))


def _two_smallest(minutes: Floats) -> tuple[Floats, Floats]:
    """Return the smallest and the second smallest time of each column."""
    first, second, loser = (np.full(minutes.shape[1], np.inf, minutes.dtype) for _ in range(3))
    for times in minutes:
        np.maximum(first, times, out=loser)
        np.minimum(first, times, out=first)
        np.minimum(second, loser, out=second)
    return first, second


def _rows_of(minutes: Floats, first: Floats, second: Floats) -> tuple[Integers, Integers]:
    """Return the rows of the two smallest times, the smaller row first; -1 where the time is infinite."""
    limit = np.where(np.isfinite(second), second, np.where(np.isfinite(first), first, NO_SITE))
    candidates = np.flatnonzero(minutes <= limit)
    rows, places = np.divmod(candidates, first.size)
    first_row, second_row = (np.full(first.size, NO_SITE, np.int32) for _ in range(2))
    # Rows ascend; written backwards, the smallest one is written last and stays.
    wins = np.flatnonzero(minutes.reshape(-1)[candidates] == first[places])[::-1]
    first_row[places[wins]] = rows[wins]
    follows = np.flatnonzero(rows != first_row[places])[::-1]
    second_row[places[follows]] = rows[follows]
    return first_row, second_row

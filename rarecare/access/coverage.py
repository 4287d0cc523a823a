"""Who lives within which time of a site, by territory and for the country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rarecare.access.checks import (
    Floats,
    Integers,
    check_groups,
    check_quantities,
    check_thresholds,
    check_times,
)
from rarecare.access.nearest import NearestSites, nearest_sites
from rarecare.access.weighted import group_sums, ordered_quantiles, ratio

MEDIAN, NINTH_DECILE = 0.5, 0.9
CURVE_LAST_MINUTE = 300


@dataclass(frozen=True)
class Coverage:
    """Measures of each territory; the first axis of every array is the territory.

    A territory without inhabitants has 0 people (within, beyond and without a road too) and NaN for every
    share, quantile and mean: there is nobody whose time could be told. "People" are whatever the weights
    count (inhabitants, children, expected patients).

    Attributes
    ----------
    thresholds_minutes : tuple of float
        Thresholds of the last axis of ``people_within``, ``share_within`` and ``people_beyond``.
    people : float64 array, shape (n_territories,)
        All people, with or without a road.
    people_without_road : float64 array, shape (n_territories,)
        People with no road to any site (``np.inf`` minutes).
    share_without_road : float64 array, shape (n_territories,)
        The same as a share of all people, 0..1.
    median_minutes, p90_minutes : float64 arrays, shape (n_territories,)
        Smallest time t such that at least 50 % (90 %) of **all** people live within t. People without a road
        count as infinitely far: ``np.inf`` says that over 50 % (10 %) of the people have no road.
    mean_minutes : float64 array, shape (n_territories,)
        Mean time of the people **with** a road: to be read with ``share_without_road``. NaN when nobody has a
        road.
    people_within : float64 array, shape (n_territories, n_thresholds)
        People at or under each threshold.
    share_within : float64 array, shape (n_territories, n_thresholds)
        The same as a share of all people, 0..1.
    people_beyond : float64 array, shape (n_territories, n_thresholds)
        All the others: farther than the threshold, **or without a road**.
    """

    thresholds_minutes: tuple[float, ...]
    people: Floats
    people_without_road: Floats
    share_without_road: Floats
    median_minutes: Floats
    p90_minutes: Floats
    mean_minutes: Floats
    people_within: Floats
    share_within: Floats
    people_beyond: Floats


@dataclass(frozen=True)
class CoverageSummary:
    """Nearest sites, coverage of each territory and of all of them together.

    Attributes
    ----------
    nearest : NearestSites
        The two nearest sites of each commune.
    territories : Coverage
        First axis: territory.
    national : Coverage
        First axis of length 1: all communes given.
    """

    nearest: NearestSites
    territories: Coverage
    national: Coverage


def summarise(
    minutes: Floats,
    population: Floats,
    territory_index: Integers,
    n_territories: int,
    thresholds_minutes: Sequence[float],
) -> CoverageSummary:
    """Compute nearest sites and coverage of a selection in one call.

    Parameters
    ----------
    minutes : floating array, shape (n_sites, n_communes)
        Minutes from each selected site to each commune; ``np.inf`` = no road.
    population : float64 array, shape (n_communes,)
        People of each commune, finite, ≥ 0.
    territory_index : integer array, shape (n_communes,)
        Territory of each commune, 0..n_territories-1.
    n_territories : int
        Number of territories.
    thresholds_minutes : sequence of float
        Strictly increasing, ≥ 0.

    Returns
    -------
    summary : CoverageSummary
        Nearest sites, coverage by territory and national coverage.

    Raises
    ------
    UserError
        No site, or thresholds that are negative or out of order.
    ValueError
        NaN, negative quantities, or shapes that do not fit.
    """
    thresholds = check_thresholds(thresholds_minutes)
    nearest = nearest_sites(minutes)
    _check(nearest.minutes, population, territory_index, n_territories)
    order = _order_of_people(nearest.minutes, population)
    country = np.zeros_like(territory_index)
    territories = _measure(nearest.minutes, population, territory_index, n_territories, thresholds, order)
    national = _measure(nearest.minutes, population, country, 1, thresholds, order)
    return CoverageSummary(nearest, territories, national)


def coverage(
    nearest_minutes: Floats,
    population: Floats,
    territory_index: Integers,
    n_territories: int,
    thresholds_minutes: Sequence[float],
) -> Coverage:
    """Measure each territory from the minutes to the nearest site.

    Thresholds are compared in the precision of ``nearest_minutes``, so that 30.1 minutes are within 30.1
    minutes.

    Parameters
    ----------
    nearest_minutes : floating array, shape (n_communes,)
        Minutes to the nearest site; ``np.inf`` = no road.
    population, territory_index, n_territories, thresholds_minutes
        See :func:`summarise`.

    Returns
    -------
    measures : Coverage
        First axis: territory.

    Raises
    ------
    UserError, ValueError
        See :func:`summarise`.
    """
    thresholds = check_thresholds(thresholds_minutes)
    _check(nearest_minutes, population, territory_index, n_territories)
    order = _order_of_people(nearest_minutes, population)
    return _measure(nearest_minutes, population, territory_index, n_territories, thresholds, order)


def sensitivity_curve(
    nearest_minutes: Floats,
    population: Floats,
    territory_index: Integers,
    n_territories: int,
    *,
    last_minute: int = CURVE_LAST_MINUTE,
) -> Floats:
    """Return the share of people within every whole minute: what each possible threshold would say.

    For the country, give the same index 0 to all communes and ``n_territories=1``.

    Parameters
    ----------
    nearest_minutes, population, territory_index, n_territories
        See :func:`coverage`.
    last_minute : int
        Last threshold, in minutes.

    Returns
    -------
    shares : float64 array, shape (n_territories, last_minute + 1)
        Element [t, m] = share (0..1) of all people of territory t who live within m minutes; never decreases
        along m; ends below 1 by the share of people farther away or without a road. NaN for a territory
        without inhabitants.

    Raises
    ------
    ValueError
        NaN, negative quantities, or shapes that do not fit.
    """
    _check(nearest_minutes, population, territory_index, n_territories)
    if last_minute < 0:
        raise ValueError("last_minute must not be negative")
    whole_minutes = range(last_minute + 1)
    cumulative = _cumulative_people(
        nearest_minutes, population, territory_index, n_territories, whole_minutes
    )
    return ratio(cumulative[:, :-1], cumulative[:, -1:])


def _order_of_people(minutes: Floats, population: Floats) -> Integers:
    """Rank the inhabited communes from the nearest to the farthest: sorted once, used for every territory."""
    inhabited = np.flatnonzero(population)
    return inhabited[np.argsort(minutes[inhabited])]


def _measure(
    minutes: Floats,
    population: Floats,
    territory_index: Integers,
    n_territories: int,
    thresholds: tuple[float, ...],
    order: Integers,
) -> Coverage:
    """Do the work of :func:`coverage` on checked input."""
    cumulative = _cumulative_people(minutes, population, territory_index, n_territories, thresholds)
    within, people = cumulative[:, :-1], cumulative[:, -1]
    has_road = np.isfinite(minutes)
    with_road = group_sums(population * has_road, territory_index, n_territories)
    without_road = group_sums(population * ~has_road, territory_index, n_territories)
    person_minutes = group_sums(np.where(has_road, minutes, 0) * population, territory_index, n_territories)
    quantiles = ordered_quantiles(
        minutes[order],
        population[order],
        territory_index[order],
        n_territories,
        shares=(MEDIAN, NINTH_DECILE),
    )
    return Coverage(
        thresholds_minutes=thresholds,
        people=people,
        people_without_road=without_road,
        share_without_road=ratio(without_road, people),
        median_minutes=quantiles[:, 0],
        p90_minutes=quantiles[:, 1],
        mean_minutes=ratio(person_minutes, with_road),
        people_within=within,
        share_within=ratio(within, people[:, None]),
        people_beyond=people[:, None] - within,
    )


def _cumulative_people(
    minutes: Floats,
    population: Floats,
    territory_index: Integers,
    n_territories: int,
    thresholds: Sequence[float],
) -> Floats:
    """Count the people of each territory at or under each threshold; a last column counts all of them."""
    limits = np.asarray(thresholds, dtype=minutes.dtype)
    classes = len(limits) + 1
    # The class of a commune is the first threshold it meets; the last class meets none.
    cells = territory_index.astype(np.int64) * classes + np.searchsorted(limits, minutes, side="left")
    people = np.bincount(cells, weights=population, minlength=n_territories * classes)
    # The total is the end of the same sum: whatever the rounding, no share passes 1 and nobody is less than
    # 0.
    cumulative: Floats = np.cumsum(people.reshape(n_territories, classes), axis=1)
    return cumulative


def _check(minutes: Floats, population: Floats, territory_index: Integers, n_territories: int) -> None:
    check_times(minutes)
    check_quantities("population", population, (minutes.size,))
    check_groups("territory_index", territory_index, n_territories, (minutes.size,))

"""Who depends on a single site, and what the loss of each site would do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rarecare.access.checks import Floats, Integers, check_groups, check_quantities, check_threshold
from rarecare.access.coverage import MEDIAN
from rarecare.access.nearest import NearestSites
from rarecare.access.weighted import group_means, group_sums, ratio, weighted_quantiles


@dataclass(frozen=True)
class Dependence:
    """People who have one site within the threshold and no second one.

    Attributes
    ----------
    threshold_minutes : float
        Time T within which a site counts.
    only_one : bool array, shape (n_communes,)
        True where exactly one site is within T.
    people, share : float64 arrays, shape (n_territories,)
        People of these communes, and their share (0..1) of **all** people; the share is NaN without
        inhabitants.
    """

    threshold_minutes: float
    only_one: np.ndarray[tuple[int], np.dtype[np.bool_]]
    people: Floats
    share: Floats


@dataclass(frozen=True)
class SiteLoss:
    """What the loss of each site alone would do; one element a site, in the order of the rows of minutes.

    People go to their second nearest site. People for whom two sites are equally near count for the smaller
    row, and lose nothing.

    Attributes
    ----------
    threshold_minutes : float
        Time T of ``people_newly_beyond``.
    people : float64 array, shape (n_sites,)
        People whose nearest site it is.
    median_added_minutes : float64 array, shape (n_sites,)
        Median of the minutes that these people would add; ``np.inf`` when over half of them would have no
        road to any other site; NaN when it is nobody's nearest site.
    mean_added_minutes : float64 array, shape (n_sites,)
        Mean over those of these people who keep a road; NaN when there are none.
    people_newly_beyond : float64 array, shape (n_sites,)
        People within T today and beyond T, or without a road, afterwards.
    people_left_without_road : float64 array, shape (n_sites,)
        People with a road to this site and to no other.
    """

    threshold_minutes: float
    people: Floats
    median_added_minutes: Floats
    mean_added_minutes: Floats
    people_newly_beyond: Floats
    people_left_without_road: Floats


def dependence(
    nearest: NearestSites,
    population: Floats,
    territory_index: Integers,
    n_territories: int,
    *,
    threshold_minutes: float,
) -> Dependence:
    """Count the people who have exactly one site within a time.

    Parameters
    ----------
    nearest : NearestSites
        Two nearest sites of each commune.
    population : float64 array, shape (n_communes,)
        People, finite, ≥ 0.
    territory_index : integer array, shape (n_communes,)
        Territory of each commune, 0..n_territories-1.
    n_territories : int
        Number of territories.
    threshold_minutes : float
        Time T, ≥ 0.

    Returns
    -------
    dependence : Dependence
        Communes, people and shares.

    Raises
    ------
    UserError
        The threshold is no duration.
    ValueError
        Quantities or shapes that do not fit.
    """
    threshold = check_threshold(threshold_minutes)
    check_quantities("population", population, nearest.minutes.shape)
    check_groups("territory_index", territory_index, n_territories, nearest.minutes.shape)
    only_one = _loses_cover(nearest, threshold)
    people = group_sums(population * only_one, territory_index, n_territories)
    share = ratio(people, group_sums(population, territory_index, n_territories))
    return Dependence(threshold, only_one, people, share)


def loss_of_each_site(nearest: NearestSites, population: Floats, *, threshold_minutes: float) -> SiteLoss:
    """Measure the loss of every site at once, from the nearest and second nearest alone.

    Parameters
    ----------
    nearest, population
        See :func:`dependence`.
    threshold_minutes : float
        Time T, ≥ 0.

    Returns
    -------
    loss : SiteLoss
        One element a site.

    Raises
    ------
    UserError, ValueError
        See :func:`dependence`.
    """
    threshold = check_threshold(threshold_minutes)
    check_quantities("population", population, nearest.minutes.shape)
    served = np.flatnonzero(nearest.site >= 0)
    site, n_sites, people = nearest.site[served], nearest.n_sites, population[served]
    added = nearest.second_minutes[served].astype(np.float64) - nearest.minutes[served]
    keeps_road = np.isfinite(added)
    median = weighted_quantiles(added, people, site, n_sites, shares=[MEDIAN])[:, 0]
    return SiteLoss(
        threshold_minutes=threshold,
        people=group_sums(people, site, n_sites),
        median_added_minutes=median,
        mean_added_minutes=group_means(np.where(keeps_road, added, 0), people * keeps_road, site, n_sites),
        people_newly_beyond=group_sums(people * _loses_cover(nearest, threshold)[served], site, n_sites),
        people_left_without_road=group_sums(people * ~keeps_road, site, n_sites),
    )


def minutes_without(nearest: NearestSites, site: int) -> Floats:
    """Return the minutes to the nearest site if one site closed: what the map would become.

    Parameters
    ----------
    nearest : NearestSites
        Two nearest sites of each commune.
    site : int
        Row of the site that closes.

    Returns
    -------
    minutes : floating array, shape (n_communes,)
        ``np.inf`` = no road to any other site.

    Raises
    ------
    ValueError
        No such row.
    """
    if not 0 <= site < nearest.n_sites:
        raise ValueError(f"site must lie in 0..{nearest.n_sites - 1}, got {site}")
    return np.where(nearest.site == site, nearest.second_minutes, nearest.minutes)


def _loses_cover(nearest: NearestSites, threshold: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell where the nearest site is within the threshold and the second is not."""
    limit = nearest.minutes.dtype.type(threshold)
    alone: np.ndarray[tuple[int], np.dtype[np.bool_]] = (nearest.minutes <= limit) & (
        nearest.second_minutes > limit
    )
    return alone

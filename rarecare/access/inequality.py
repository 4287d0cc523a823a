"""How unevenly travel time is shared: Lorenz curve, Gini, Palma and decile ratios, with an interval.

People without a road have no time to compare: **every measure here leaves them out** (``np.inf`` minutes),
and :class:`Inequality` gives their share beside it. Read a low Gini with a high share without a road as what
it is: equality among those who can drive. Weights are people; a weighting by area would give other figures.

All measures are free of scale: minutes or hours, thousands or units of people give the same. When everybody
has the same time, 0 minutes included, Gini is 0, Palma 0.25 (10 % of the people hold 10 % of the time, 40 %
hold 40 %) and the decile ratio 1. Without anybody they are NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rarecare.access.checks import Floats, Integers, check_groups, check_quantities, check_times
from rarecare.access.coverage import MEDIAN, NINTH_DECILE
from rarecare.access.weighted import SHARE_TOLERANCE, group_sums, ratio, weighted_quantiles

FIRST_DECILE = 0.1
NEAREST_SHARE, FARTHEST_SHARE = 0.4, 0.1


@dataclass(frozen=True)
class Inequality:
    """Measures of each class of communes (density, region…); one element a class.

    A class without inhabitants has 0 people and NaN elsewhere; one where nobody has a road has a share
    without a road of 1 and NaN elsewhere.

    Attributes
    ----------
    people : float64 array, shape (n_classes,)
        All people, with or without a road.
    share_without_road : float64 array, shape (n_classes,)
        Share (0..1) left out of the measures below.
    mean_minutes, median_minutes : float64 arrays, shape (n_classes,)
        Time of the people **with** a road.
    gini : float64 array, shape (n_classes,)
        0 (same time for all) to 1.
    nearest_share, farthest_share : float64 arrays, shape (n_classes,)
        Share (0..1) of all minutes held by the nearest 40 % and by the farthest 10 % of people.
    palma : float64 array, shape (n_classes,)
        The latter over the former.
    decile_ratio : float64 array, shape (n_classes,)
        P90 / P10 of time.
    """

    people: Floats
    share_without_road: Floats
    mean_minutes: Floats
    median_minutes: Floats
    gini: Floats
    nearest_share: Floats
    farthest_share: Floats
    palma: Floats
    decile_ratio: Floats


@dataclass(frozen=True)
class Sharing:
    """How the minutes of each group are shared among its people with a road; NaN where nobody has one.

    Attributes
    ----------
    gini : float64 array, shape (n_groups,)
        See :func:`gini`.
    nearest_share, farthest_share : float64 arrays, shape (n_groups,)
        Share (0..1) of all minutes held by the nearest 40 % and by the farthest 10 % of people.
    """

    gini: Floats
    nearest_share: Floats
    farthest_share: Floats

    @property
    def palma(self) -> Floats:
        """Palma ratio of each group (n_groups,), see :func:`palma_ratio`."""
        nearest, farthest = self.nearest_share, self.farthest_share
        ratios: Floats = np.divide(
            farthest, nearest, out=farthest * np.inf, where=~(nearest <= SHARE_TOLERANCE)
        )
        return ratios


@dataclass(frozen=True)
class LorenzCurve:
    """Share of all minutes held by the nearest share of people.

    Attributes
    ----------
    people_share, minutes_share : float64 arrays, shape (n_points,)
        From (0, 0) to (1, 1), a point for each distinct time; convex, under the diagonal. Empty without
        anybody.
    """

    people_share: Floats
    minutes_share: Floats

    def held_by(self, nearest_share: float) -> float:
        """Return the share (0..1) of all minutes held by the nearest share (0..1) of people; NaN without anybody."""
        if self.people_share.size == 0:
            return np.nan
        return float(np.interp(nearest_share, self.people_share, self.minutes_share))


def lorenz_curve(minutes: Floats, people: Floats) -> LorenzCurve:
    """Draw the Lorenz curve of travel time among people with a road.

    Source: M. O. Lorenz, Publications of the American Statistical Association 9, 1905,
    https://doi.org/10.2307/2276207.

    Parameters
    ----------
    minutes : floating array, shape (n_communes,)
        Minutes to the nearest site; ``np.inf`` = no road, left out.
    people : float64 array, shape (n_communes,)
        People, finite, ≥ 0.

    Returns
    -------
    curve : LorenzCurve
        Points, nearest people first. When all minutes are 0, the diagonal.

    Raises
    ------
    ValueError
        NaN, negative quantities, or shapes that do not fit.
    """
    times, counts = _distribution(minutes, people)
    if times.size == 0:
        return LorenzCurve(np.empty(0), np.empty(0))
    held = times * counts if times[-1] > 0 else counts
    return LorenzCurve(_cumulative_share(counts), _cumulative_share(held))


def gini(minutes: Floats, people: Floats, *, small_sample: bool = False) -> float:
    """Compute the Gini index of travel time: twice the area between the Lorenz curve and the diagonal.

    Source of the weighted form: R. I. Lerman, S. Yitzhaki, Journal of Econometrics 42, 1989,
    https://doi.org/10.1016/0304-4076(89)90074-2.

    Parameters
    ----------
    minutes, people
        See :func:`lorenz_curve`.
    small_sample : bool
        Multiply by n / (n − 1), n the number of people with a road: removes most of the bias to 0 of few
        people (G. Deltas, Review of Economics and Statistics 85, 2003,
        https://doi.org/10.1162/rest.2003.85.1.226). The result then depends on the number of people, and is
        NaN for one person or fewer.

    Returns
    -------
    index : float
        0..1; NaN without anybody.

    Raises
    ------
    ValueError
        See :func:`lorenz_curve`.
    """
    index = float(_alone(minutes, people).gini[0])
    if not small_sample:
        return index
    count = float(people[np.isfinite(minutes)].sum())
    return min(index * count / (count - 1), 1.0) if count > 1 else np.nan


def palma_ratio(minutes: Floats, people: Floats) -> float:
    """Divide the minutes of the farthest 10 % of people by those of the nearest 40 %.

    A commune that straddles a limit is cut there (the Lorenz curve is read between its points). Source: J. G.
    Palma, Development and Change 42, 2011, https://doi.org/10.1111/j.1467-7660.2011.01694.x.

    Parameters
    ----------
    minutes, people
        See :func:`lorenz_curve`.

    Returns
    -------
    ratio : float
        0.25 when all have the same time; ``np.inf`` when the nearest 40 % have 0 minutes (to one part in 10⁹ of
        all minutes) and others more; NaN without anybody.

    Raises
    ------
    ValueError
        See :func:`lorenz_curve`.
    """
    return float(_alone(minutes, people).palma[0])


def sharing(minutes: Floats, people: Floats, group_index: Integers, n_groups: int) -> Sharing:
    """Read the Lorenz curve of every group (territory, class) in one sorted pass.

    Parameters
    ----------
    minutes, people
        See :func:`lorenz_curve`.
    group_index : integer array, shape (n_communes,)
        Group of each commune, 0..n_groups-1.
    n_groups : int
        Number of groups.

    Returns
    -------
    shared : Sharing
        One element a group.

    Raises
    ------
    ValueError
        See :func:`inequality`.
    """
    _check(minutes, people)
    check_groups("group_index", group_index, n_groups, minutes.shape)
    counted = np.flatnonzero(np.isfinite(minutes) & (people > 0))
    order = counted[np.lexsort((minutes[counted], group_index[counted]))]
    groups, weights = group_index[order], people[order].astype(np.float64)
    # Running sums over all groups: each group is a stretch of them, and its Lorenz curve is their difference.
    held = np.concatenate(([0.0], np.cumsum(weights)))
    minutes_held = np.concatenate(([0.0], np.cumsum(weights * minutes[order])))
    bounds = np.searchsorted(groups, np.arange(n_groups + 1))
    starts, ends = bounds[:-1], bounds[1:]
    total, total_minutes = held[ends] - held[starts], minutes_held[ends] - minutes_held[starts]
    heights = minutes_held[1:] + minutes_held[:-1] - 2 * minutes_held[starts][groups]
    area = group_sums(weights * heights, groups, n_groups)
    even = np.where(total > 0, 1.0, np.nan)
    index = np.clip(1.0 - _part(area, total * total_minutes, even), 0.0, 1.0)
    nearest, all_but_farthest = (
        _part(
            np.interp(held[starts] + share * total, held, minutes_held) - minutes_held[starts],
            total_minutes,
            even * share,
        )
        for share in (NEAREST_SHARE, 1 - FARTHEST_SHARE)
    )
    return Sharing(index, nearest, 1.0 - all_but_farthest)


def decile_ratio(minutes: Floats, people: Floats) -> float:
    """Divide the ninth decile of travel time by the first, among people with a road.

    Deciles as in :func:`~rarecare.access.weighted.weighted_quantiles`.

    Parameters
    ----------
    minutes, people
        See :func:`lorenz_curve`.

    Returns
    -------
    ratio : float
        1 when both are 0; ``np.inf`` when the first decile alone is 0; NaN without anybody.

    Raises
    ------
    ValueError
        See :func:`lorenz_curve`.
    """
    _check(minutes, people)
    with_road = people * np.isfinite(minutes)
    quantiles = weighted_quantiles(
        minutes, with_road, _one_group(minutes), 1, shares=[FIRST_DECILE, NINTH_DECILE]
    )
    return float(_decile_ratios(quantiles[:, 0], quantiles[:, 1])[0])


def inequality(minutes: Floats, people: Floats, class_index: Integers, n_classes: int) -> Inequality:
    """Measure inequality of travel time within each class of communes (density, région…).

    For the country, give the same class 0 to all communes and ``n_classes=1``.

    Parameters
    ----------
    minutes, people
        See :func:`lorenz_curve`.
    class_index : integer array, shape (n_communes,)
        Class of each commune, 0..n_classes-1.
    n_classes : int
        Number of classes.

    Returns
    -------
    measures : Inequality
        One element a class.

    Raises
    ------
    ValueError
        NaN, negative quantities, or shapes that do not fit.
    """
    _check(minutes, people)
    check_groups("class_index", class_index, n_classes, minutes.shape)
    has_road = np.isfinite(minutes)
    with_road = people * has_road
    total, driving = group_sums(people, class_index, n_classes), group_sums(with_road, class_index, n_classes)
    person_minutes = group_sums(np.where(has_road, minutes, 0) * people, class_index, n_classes)
    shares = [FIRST_DECILE, MEDIAN, NINTH_DECILE]
    quantiles = weighted_quantiles(minutes, with_road, class_index, n_classes, shares=shares)
    shared = sharing(minutes, people, class_index, n_classes)
    return Inequality(
        people=total,
        share_without_road=ratio(group_sums(people * ~has_road, class_index, n_classes), total),
        mean_minutes=ratio(person_minutes, driving),
        median_minutes=quantiles[:, 1],
        gini=shared.gini,
        nearest_share=shared.nearest_share,
        farthest_share=shared.farthest_share,
        palma=shared.palma,
        decile_ratio=_decile_ratios(quantiles[:, 0], quantiles[:, 2]),
    )


def bootstrap_interval(
    statistic: Callable[[Floats, Floats], float],
    minutes: Floats,
    people: Floats,
    *,
    seed: int,
    replicates: int = 500,
    level: float = 0.95,
) -> tuple[float, float]:
    """Tell how far a measure would vary if the same number of people were drawn again.

    Each replicate draws as many people as there are with a road (rounded, at least 1), independently, each
    from a commune with probability in proportion to its people, and computes the statistic on these counts:
    the interval is wide for ten expected patients and vanishes for a million inhabitants. It tells the chance
    of where few people live, not the error of travel times or of the model. For Gini pass ``partial(gini,
    small_sample=True)``: the plain index of few people is biased to 0, and so would the interval be.

    Source: B. Efron, Annals of Statistics 7, 1979, https://doi.org/10.1214/aos/1176344552 (percentile
    interval).

    Parameters
    ----------
    statistic : callable
        ``statistic(minutes, people) -> float``, such as :func:`gini` or :func:`palma_ratio`.
    minutes, people
        See :func:`lorenz_curve`; ``people`` may be expected patients, not whole.
    seed : int
        The same seed gives the same interval.
    replicates : int
        Number of draws, ≥ 2.
    level : float
        Share of replicates inside the interval, in ]0, 1[.

    Returns
    -------
    low, high : float
        Percentiles of the replicates that have a value (those that are NaN are left out); NaN, NaN without
        anybody or when no replicate has a value.

    Raises
    ------
    ValueError
        Level or replicates out of range, NaN, negative quantities, or shapes that do not fit.
    """
    if not 0 < level < 1 or replicates < 2:
        raise ValueError("level must lie in ]0, 1[ and replicates be at least 2")
    times, counts = _distribution(minutes, people)
    if times.size == 0:
        return np.nan, np.nan
    drawn = max(1, round(float(counts.sum())))
    draws = np.random.default_rng(seed).multinomial(drawn, counts / counts.sum(), size=replicates)
    values = np.array([statistic(times, draw.astype(np.float64)) for draw in draws])
    values = values[~np.isnan(values)]
    if values.size == 0:
        return np.nan, np.nan
    # An observed replicate rather than a point between two: ratios may be infinite.
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return float(low), float(high)


def _distribution(minutes: Floats, people: Floats) -> tuple[Floats, Floats]:
    """Return the distinct finite times in order and the people (> 0) of each."""
    _check(minutes, people)
    counted = np.isfinite(minutes) & (people > 0)
    times, place = np.unique(minutes[counted], return_inverse=True)
    return times.astype(np.float64), group_sums(people[counted], place, times.size)


def _cumulative_share(quantities: Floats) -> Floats:
    cumulative = np.concatenate(([0.0], np.cumsum(quantities)))
    shares: Floats = cumulative / cumulative[-1]
    return shares


def _part(part: Floats, whole: Floats, otherwise: Floats) -> Floats:
    """Divide part by whole; take the third where the whole is 0: all times are 0, or nobody has a road."""
    quotient: Floats = np.divide(part, whole, out=otherwise.copy(), where=whole > 0)
    return quotient


def _alone(minutes: Floats, people: Floats) -> Sharing:
    return sharing(minutes, people, _one_group(minutes), 1)


def _one_group(minutes: Floats) -> Integers:
    return np.zeros(minutes.shape, dtype=np.int64)


def _decile_ratios(first: Floats, ninth: Floats) -> Floats:
    """Divide ninth deciles by first ones: 1 when both are 0, ``np.inf`` when the first alone is."""
    at_zero = np.where(ninth == 0, 1.0, np.inf)
    quotient: Floats = np.divide(ninth, first, out=at_zero, where=first != 0, dtype=np.float64)
    return quotient


def _check(minutes: Floats, people: Floats) -> None:
    check_times(minutes)
    check_quantities("people", people, (minutes.size,))

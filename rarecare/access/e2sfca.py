"""Supply per person within reach: the two-step floating catchment area and its enhanced form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rarecare.access.checks import Floats, check_minutes, check_quantities
from rarecare.access.decay import Decay, pairs_within_reach
from rarecare.access.weighted import group_sums

SITES_AT_ONCE = 64
"""Bounds memory when a decay without limit keeps every pair: some 70 MB for the whole country."""


@dataclass(frozen=True)
class FloatingCatchment:
    """Access of each commune and load of each site.

    Attributes
    ----------
    access : float64 array, shape (n_communes,)
        Supply per person that the commune can reach, weighted by time; **0 where no site is within reach**,
        so that every commune is there. Unit: unit of supply per person.
    in_reach : bool array, shape (n_communes,)
        True where at least one site lies within the limit of the decay: tells 0 "nothing in reach" from 0 "no
        supply".
    site_demand : float64 array, shape (n_sites,)
        People within reach of each site, weighted by time.
    site_ratio : float64 array, shape (n_sites,)
        Supply of the site for each of these people; 0 for a site that reaches nobody: its supply serves no
        one.
    """

    access: Floats
    in_reach: np.ndarray[tuple[int], np.dtype[np.bool_]]
    site_demand: Floats
    site_ratio: Floats


def e2sfca(minutes: Floats, supply: Floats, demand: Floats, decay: Decay) -> FloatingCatchment:
    """Compute the enhanced two-step floating catchment area measure.

    Step 1: ratio of site j, R_j = S_j / Σ_i D_i f(t_ij). Step 2: access of commune i, A_i = Σ_j R_j f(t_ij).
    Both sums run over the pairs within the limit of the decay, and f is the same in both. Supply is
    conserved: Σ_i D_i A_i is the supply of all sites that reach somebody.

    Source: W. Luo, Y. Qi, Health & Place 15, 2009, https://doi.org/10.1016/j.healthplace.2009.06.002 (zones:
    :class:`~rarecare.access.decay.StepDecay`); Gaussian weights: D. Dai, Health & Place 16, 2010,
    https://doi.org/10.1016/j.healthplace.2010.06.012; plain 2SFCA (``StepDecay.uniform``): W. Luo, F. Wang,
    Environment and Planning B 30, 2003, https://doi.org/10.1068/b29120.

    Parameters
    ----------
    minutes : floating array, shape (n_sites, n_communes)
        Minutes from each site to each commune; ``np.inf`` = no road.
    supply : float64 array, shape (n_sites,)
        Supply of each site in any unit (patients, staff, label weight), finite, ≥ 0.
    demand : float64 array, shape (n_communes,)
        People, finite, ≥ 0.
    decay : Decay
        Weight by time, with its limit.

    Returns
    -------
    catchment : FloatingCatchment
        Access of each commune, ratio of each site.

    Raises
    ------
    UserError
        No site.
    ValueError
        NaN, negative or infinite quantities, or shapes that do not fit.
    """
    check_minutes(minutes)
    n_sites, n_communes = minutes.shape
    check_quantities("supply", supply, (n_sites,))
    check_quantities("demand", demand, (n_communes,))
    access, in_reach = np.zeros(n_communes), np.zeros(n_communes, dtype=bool)
    site_demand, site_ratio = np.zeros(n_sites), np.zeros(n_sites)
    for first in range(0, n_sites, SITES_AT_ONCE):
        # The ratio of a site needs its own pairs alone: both steps are done block by block.
        block = slice(first, first + SITES_AT_ONCE)
        pairs = pairs_within_reach(minutes[block], decay)
        people = group_sums(pairs.weights * demand[pairs.places], pairs.sites, len(minutes[block]))
        ratios = np.divide(supply[block], people, out=np.zeros_like(people), where=people > 0)
        access += group_sums(pairs.weights * ratios[pairs.sites], pairs.places, n_communes)
        in_reach[pairs.places] = True
        site_demand[block], site_ratio[block] = people, ratios
    return FloatingCatchment(access, in_reach, site_demand, site_ratio)


def relative_access(access: Floats, demand: Floats) -> Floats:
    """Divide access by its mean over people: 1 is the average person's access (spatial access ratio).

    Source: N. Wan, F. B. Zhan, B. Zou, E. Chow, "A relative spatial access assessment approach…", Applied
    Geography 32, 2012, https://doi.org/10.1016/j.apgeog.2011.05.001.

    Parameters
    ----------
    access : float64 array, shape (n_communes,)
        Access, ≥ 0.
    demand : float64 array, shape (n_communes,)
        People, finite, ≥ 0.

    Returns
    -------
    relative : float64 array, shape (n_communes,)
        Without unit; NaN everywhere when nobody has access at all.

    Raises
    ------
    ValueError
        Quantities or shapes that do not fit.
    """
    check_quantities("access", access, access.shape)
    check_quantities("demand", demand, access.shape)
    # A sum of products, not a BLAS dot: its threads wait for each other when many people ask at once.
    total = float((access * demand).sum())
    return access * (demand.sum() / total) if total > 0 else np.full(access.shape, np.nan)

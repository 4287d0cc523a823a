"""Patients that each commune should count and that each site should follow, with their range.

Everything here is modelled, never observed: results are always told with their range. Arrays of estimates
have three rows, low, central and high, in that order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Literal

import numpy as np

from rarecare.access.checks import Floats, check_minutes, check_quantities
from rarecare.access.decay import Decay
from rarecare.errors import UserError

LOW, CENTRAL, HIGH = range(3)
"""Rows of every array of estimates."""

SUPPOSED_ATTRACTION: Mapping[str, float] = {
    "coordonnateur": 3.0,
    "constitutif": 2.0,
    "crc": 2.0,
    "competence": 1.0,
}
"""Attraction by type of site. A supposition of ours, not a published figure: show it beside every result."""

# Below this the division by the attraction felt in a commune could overflow: nobody is drawn there.
SMALLEST_UTILITY = 1e-290


@dataclass(frozen=True)
class Estimate:
    """A number known only as a range.

    Parameters
    ----------
    low, central, high : float
        Finite, ≥ 0, in this order.

    Raises
    ------
    UserError
        One is missing (NaN), negative or out of order: the table it comes from, or what the reader typed, is
        wrong.
    """

    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.central <= self.high < np.inf:
            raise UserError(
                "L'estimation basse, centrale et haute n'est pas connue ou n'est pas dans l'ordre "
                f"(lu\N{NO-BREAK SPACE}: {self.low:g}, {self.central:g}, {self.high:g})",
                remedy="Choisir un groupe de maladies dont la prévalence est renseignée, ou corriger ces nombres.",
            )

    @classmethod
    def exactly(cls, value: float) -> Estimate:
        """Return a range reduced to one value."""
        return cls(value, value, value)

    def column(self) -> Floats:
        """Return the three values as a (3, 1) float64 column."""
        return np.array(astuple(self), dtype=np.float64)[:, None]


ALL_FOLLOWED = Estimate.exactly(1.0)


@dataclass(frozen=True)
class ExpectedCaseload:
    """Followed patients shared among the sites; rows low, central, high.

    For each row, ``sites.sum() + without_road + out_of_reach`` is the number followed, to rounding.

    Attributes
    ----------
    sites : float64 array, shape (3, n_sites)
        Patients that each site should follow.
    followed : float64 array, shape (3,)
        Patients followed in all, wherever they live.
    without_road : float64 array, shape (3,)
        Followed patients of communes with no road to any site: given to no site, to be told apart.
    out_of_reach : float64 array, shape (3,)
        Followed patients of communes with a road, whom no site attracts (all beyond the limit of the decay,
        or sites of no attraction): given to no site either.
    has_road, in_reach : bool arrays, shape (n_communes,)
        Communes with a road to a site; communes whose patients are shared.
    """

    sites: Floats
    followed: Floats
    without_road: Floats
    out_of_reach: Floats
    has_road: np.ndarray[tuple[int], np.dtype[np.bool_]]
    in_reach: np.ndarray[tuple[int], np.dtype[np.bool_]]


def national_prevalence(patients: Estimate, population: Floats) -> Estimate:
    """Turn national counts of patients into patients per inhabitant.

    Parameters
    ----------
    patients : Estimate
        Patients in the country.
    population : float64 array, shape (n_communes,)
        Inhabitants of the whole country.

    Returns
    -------
    prevalence : Estimate
        Patients per inhabitant.

    Raises
    ------
    ValueError
        Nobody, or quantities that do not fit.
    """
    check_quantities("population", population, population.shape)
    total = float(population.sum())
    if total <= 0:
        raise ValueError("population counts nobody")
    return Estimate(patients.low / total, patients.central / total, patients.high / total)


def normalised_modifier(modifier: Floats, people: Floats) -> Floats:
    """Scale a regional modifier to a mean of 1 over people: it moves patients and keeps their number.

    Parameters
    ----------
    modifier : float64 array, shape (n_communes,)
        Frequency relative to elsewhere, finite, ≥ 0 (4 = four times as frequent).
    people : float64 array, shape (n_communes,)
        People concerned: population × age share.

    Returns
    -------
    modifier : float64 array, shape (n_communes,)
        The same, divided by its mean weighted by people.

    Raises
    ------
    ValueError
        The mean is 0, or quantities do not fit.
    """
    check_quantities("modifier", modifier, modifier.shape)
    check_quantities("people", people, modifier.shape)
    total = float((modifier * people).sum())
    if total <= 0:
        raise ValueError("modifier is 0 wherever people live")
    scaled: Floats = modifier * (people.sum() / total)
    return scaled


def age_share(
    children_share: Floats,
    population: Floats,
    *,
    patients_children_share: float,
    public: Literal["tous", "enfant", "adulte"],
) -> Floats:
    """Return the patients of an age per patient of any age, commune by commune, from the local age structure.

    Child patients are spread like children and adult patients like adults. Over the country the mean of the
    result is the share of that age among patients (1 for "tous").

    Parameters
    ----------
    children_share : float64 array, shape (n_communes,)
        Share (0..1) of children among the inhabitants of each commune (or of its département).
    population : float64 array, shape (n_communes,)
        Inhabitants.
    patients_children_share : float
        Share (0..1) of children among the patients of the group.
    public : {"tous", "enfant", "adulte"}
        Patients wanted.

    Returns
    -------
    share : float64 array, shape (n_communes,)
        Factor of ``population × prevalence``; may pass 1 where the age is locally frequent.

    Raises
    ------
    ValueError
        Shares out of 0..1, or a country without children or without adults.
    """
    check_quantities("children_share", children_share, children_share.shape)
    check_quantities("population", population, children_share.shape)
    if children_share.max() > 1 or not 0 <= patients_children_share <= 1:
        raise ValueError("shares must lie in 0..1")
    children, adults = children_share @ population, (1 - children_share) @ population
    if children <= 0 or adults <= 0:
        raise ValueError("the country must have children and adults")
    child_patients = patients_children_share * children_share * (population.sum() / children)
    adult_patients = (1 - patients_children_share) * (1 - children_share) * (population.sum() / adults)
    shares: dict[str, Floats] = {"enfant": child_patients, "adulte": adult_patients}
    return child_patients + adult_patients if public == "tous" else shares[public]


def expected_patients(
    population: Floats,
    prevalence: Estimate,
    *,
    age_share: Floats | float = 1.0,
    modifier: Floats | float = 1.0,
) -> Floats:
    """Return the patients expected to live in each commune: population × prevalence × age share × modifier.

    Parameters
    ----------
    population : float64 array, shape (n_communes,)
        Inhabitants, finite, ≥ 0.
    prevalence : Estimate
        Patients per inhabitant.
    age_share : float or float64 array, shape (n_communes,)
        Patients of the wanted age per patient of any age; see :func:`age_share`.
    modifier : float or float64 array, shape (n_communes,)
        Regional modifier; through :func:`normalised_modifier` when the prevalence comes from a national
        count, so that the count is kept.

    Returns
    -------
    patients : float64 array, shape (3, n_communes)
        Expected patients, not whole numbers; rows low, central, high.

    Raises
    ------
    ValueError
        NaN, negative or infinite quantities, or shapes that do not fit.
    """
    check_quantities("population", population, population.shape)
    factor = np.broadcast_to(np.asarray(age_share) * np.asarray(modifier), population.shape)
    check_quantities("age_share × modifier", factor, population.shape)
    patients: Floats = prevalence.column() * (population * factor)
    return patients


def attraction_of(types: Sequence[str], attraction: Mapping[str, float] = SUPPOSED_ATTRACTION) -> Floats:
    """Return the attraction of each site from its type.

    Parameters
    ----------
    types : sequence of str
        Type of each site.
    attraction : mapping
        Attraction of each type, finite, ≥ 0; only ratios matter.

    Returns
    -------
    attraction : float64 array, shape (n_sites,)

    Raises
    ------
    UserError
        A type without attraction, or an attraction that is negative or no number.
    """
    for kind in sorted(set(types)):
        if not 0 <= attraction.get(kind, np.nan) < np.inf:
            raise UserError(
                f"L'attraction du type «\N{NO-BREAK SPACE}{kind}\N{NO-BREAK SPACE}» manque ou n'est pas positive",
                remedy="Donner un nombre, zéro ou plus, pour chaque type de centre.",
            )
    return np.array([attraction[kind] for kind in types], dtype=np.float64)


def expected_caseload(
    patients: Floats,
    minutes: Floats,
    attraction: Floats,
    decay: Decay,
    *,
    follow_up: Estimate = ALL_FOLLOWED,
) -> ExpectedCaseload:
    """Share the followed patients of each commune among the sites with a Huff model.

    A patient of commune i goes to site j with probability A_j f(t_ij) / Σ_k A_k f(t_ik). Source: D. L. Huff,
    Land Economics 39, 1963, https://doi.org/10.2307/3144521, with any decay f for the power of time of the
    article.

    Parameters
    ----------
    patients : float64 array, shape (3, n_communes)
        Expected patients, rows low, central, high; see :func:`expected_patients`.
    minutes : floating array, shape (n_sites, n_communes)
        Minutes from each site to each commune; ``np.inf`` = no road.
    attraction : float64 array, shape (n_sites,)
        Attraction A of each site, finite, ≥ 0; only ratios matter.
    decay : Decay
        Weight f by time; without a limit, nobody with a road is out of reach.
    follow_up : Estimate
        Share (0..1) of the patients whom any centre follows in a year; low goes with low, high with high.

    Returns
    -------
    caseload : ExpectedCaseload
        Patients of each site, and those whom no site can be given.

    Raises
    ------
    UserError
        No site; a follow-up rate over 1.
    ValueError
        NaN, negative or infinite quantities, or shapes that do not fit.
    """
    check_minutes(minutes)
    n_sites, n_communes = minutes.shape
    check_quantities("patients", patients, (3, n_communes))
    check_quantities("attraction", attraction, (n_sites,))
    followed = patients * _rate(follow_up)
    weights = np.empty(minutes.shape)
    for row, times in enumerate(minutes):
        # Row by row, each decay works within the cache of the processor: three times faster than the table at
        # once.
        weights[row] = decay(times)
    utility = attraction @ weights
    in_reach = utility > SMALLEST_UTILITY
    per_utility = np.divide(followed, utility, out=np.zeros_like(followed), where=in_reach)
    has_road = np.isfinite(minutes.min(axis=0))
    return ExpectedCaseload(
        sites=attraction * (per_utility @ weights.T),
        followed=followed.sum(axis=1),
        without_road=followed[:, ~has_road].sum(axis=1),
        out_of_reach=followed[:, has_road & ~in_reach].sum(axis=1),
        has_road=has_road,
        in_reach=in_reach,
    )


def _rate(follow_up: Estimate) -> Floats:
    if follow_up.high > 1:
        raise UserError(
            f"Le taux de suivi dépasse 100\N{NO-BREAK SPACE}% (lu\N{NO-BREAK SPACE}: {follow_up.high:g})",
            remedy="Donner une part entre 0 et 1.",
        )
    return follow_up.column()

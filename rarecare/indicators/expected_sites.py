"""Patients that each labelled site should follow: modelled with a Huff model, beside the minimum of 25 a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.caseload import HIGH, LOW, expected_caseload
from rarecare.access.checks import Floats
from rarecare.access.weighted import group_sums
from rarecare.errors import UserError
from rarecare.indicators.expected import (
    AGES,
    Age,
    DiseaseGroup,
    disease_groups,
    patients_of_group,
    uniting_groups,
)
from rarecare.indicators.hypotheses import HYPOTHESES, Hypotheses
from rarecare.indicators.view import SelectionAccess

RANGE_COLUMNS = ("patients_suivis_bas", "patients_suivis", "patients_suivis_haut")
"""Columns of the low, central and high number of patients that a site should follow in a year."""

_SITE_COLUMNS = (
    "centre_id", "etablissement_id", "nom_etablissement", "ville", "departement", "filiere", "reseau_id", "reseau",
    "type", "audience", "provenance", "code_commune", "matrix_row",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ExpectedSites:
    """Followed patients of a selection shared among its sites; arrays hold low, central, high.

    In each row ``sites + without_road + out_of_reach + without_site`` is ``followed``, to rounding.

    Attributes
    ----------
    sites : DataFrame
        One row a labelled site, in the order of the selection: identifiers, ``patients_suivis_bas``,
        ``patients_suivis`` (central), ``patients_suivis_haut``, ``minimum`` (patients a year a site of this type must
        follow; NaN = none known) and ``position`` ("au_dessus", "incertain", "au_dessous"; "" without a minimum).
    followed : float64 array, shape (3,)
        Patients followed in all.
    without_road : float64 array, shape (3,)
        Followed patients whom no road joins to a site.
    out_of_reach : float64 array, shape (3,)
        Followed patients whom no site attracts although there is a road.
    without_site : float64 array, shape (3,)
        Followed patients of groups, or of an age, for whom the selection has no site at all.
    """

    sites: pd.DataFrame
    followed: Floats
    without_road: Floats
    out_of_reach: Floats
    without_site: Floats


def expected_caseloads(access: SelectionAccess, *, hypotheses: Hypotheses = HYPOTHESES) -> ExpectedSites:
    """Share the followed patients of a selection among its sites.

    Children go to the sites that receive children, adults to those that receive adults, each disease group to its own
    sites and, for a filière, also to the sites of the groups that unite others. Travel time and type decide between
    sites (:func:`rarecare.access.caseload.expected_caseload`).

    Parameters
    ----------
    access : SelectionAccess
        Sites among which patients are shared; the answer is for these sites alone (level, label, provenance).
    hypotheses : Hypotheses
        Attraction by type and time, follow-up, minimum.

    Returns
    -------
    expected : ExpectedSites

    Raises
    ------
    UserError
        No site; no filière, group or réseau; a prevalence that is not known.
    """
    selection, dataset = access.selection, access.dataset
    groups = disease_groups(dataset, selection)
    sites = access.sites
    if sites.empty:
        raise UserError(
            "Aucun site labellisé connu ne correspond à cette sélection",
            remedy="Élargir le niveau, le public, la provenance ou la période de label.",
        )
    ages: tuple[Age, ...] = AGES if selection.public == "tous" else (selection.public,)
    uniting = uniting_groups(dataset, selection)
    share = _Sharing(access, hypotheses)
    for group in groups:
        for age in ages:
            share.add(group, age, _serves(sites, group, age, uniting))
    return share.result()


class _Sharing:
    """Sums the shares of the groups and ages of one selection."""

    def __init__(self, access: SelectionAccess, hypotheses: Hypotheses) -> None:
        self.access, self.hypotheses = access, hypotheses
        self.weights = hypotheses.weights_of(list(access.sites["type"]))
        self.places = np.searchsorted(access.rows, access.sites["matrix_row"].to_numpy(dtype=np.intp))
        self.sites = np.zeros((3, len(access.sites)))
        self.followed, self.without_road, self.out_of_reach, self.without_site = (
            np.zeros(3) for _ in range(4)
        )

    def add(self, group: DiseaseGroup, age: Age, serves: NDArray[np.bool_]) -> None:
        """Share the patients of one group and age among the sites that serve them."""
        patients = patients_of_group(self.access.dataset, group, age)
        rate = self.hypotheses.follow_up
        if not serves.any():
            followed = patients.sum(axis=1) * rate.column()[:, 0]
            self.followed += followed
            self.without_site += followed
            return
        # Sites of one town have the same minutes: the town is shared first, then its sites by weight alone.
        weights = np.where(serves, self.weights, 0.0)
        town_weights = group_sums(weights, self.places, self.access.rows.size)
        held = np.flatnonzero(town_weights)
        shared = expected_caseload(
            patients,
            self.access.dataset.matrix.minutes(self.access.rows[held]),
            town_weights[held],
            self.hypotheses.attraction,
            follow_up=rate,
        )
        towns = np.zeros((3, town_weights.size))
        towns[:, held] = shared.sites / town_weights[held]
        self.sites += towns[:, self.places] * weights
        self.followed += shared.followed
        self.without_road += shared.without_road
        self.out_of_reach += shared.out_of_reach

    def result(self) -> ExpectedSites:
        """Return the sums as one table."""
        frame = self.access.sites[list(_SITE_COLUMNS)].reset_index(drop=True)
        frame = frame.assign(**dict(zip(RANGE_COLUMNS, self.sites, strict=True)))
        minimum = np.where(frame["type"].eq("competence"), float(self.hypotheses.minimum_patients), np.nan)
        frame = frame.assign(minimum=minimum, position=_positions(self.sites, minimum))
        return ExpectedSites(frame, self.followed, self.without_road, self.out_of_reach, self.without_site)


def _serves(sites: pd.DataFrame, group: DiseaseGroup, age: Age, uniting: frozenset[str]) -> NDArray[np.bool_]:
    """Tell which sites follow the patients of a group and an age; no audience means all ages."""
    of_group = sites["groupe_maladie"].isin([group.code, *uniting])
    of_age = sites["audience"].isna() | sites["audience"].isin(["", "mixte", age])
    serves: NDArray[np.bool_] = (of_group & of_age).to_numpy(dtype=bool)
    return serves


def _positions(sites: Floats, minimum: Floats) -> NDArray[np.str_]:
    conditions = [sites[LOW] >= minimum, sites[HIGH] < minimum, np.isfinite(minimum)]
    return np.select(conditions, ["au_dessus", "au_dessous", "incertain"], default="")

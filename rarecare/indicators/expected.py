"""People expected to live with a disease group in each commune: modelled, with their range, never observed.

Patients of a commune = people × prevalence × regional modifier, for children and for adults apart, so that children
and adults always sum to all. Over the country the sum is the published number of people concerned. These numbers
hold no personal data and are never masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from rarecare.access.caseload import Estimate, expected_patients, national_prevalence, normalised_modifier
from rarecare.access.checks import Floats, Integers
from rarecare.access.selection import Selection
from rarecare.access.weighted import group_sums
from rarecare.dataset.provenance import PUBLISHED, is_published
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError

Age = Literal["enfant", "adulte"]
AGES: tuple[Age, ...] = ("enfant", "adulte")

_UNIT = "patients_france"
_PUBLISHED_ONLY = ("publie", "publie_date")
_OTHER_GROUP = "Choisir un groupe de maladies dont la prévalence est renseignée (table « groupes_maladies »)."


@dataclass(frozen=True)
class DiseaseGroup:
    """People concerned by a disease group in France.

    Parameters
    ----------
    code, libelle : str
        Code and French name.
    patients : Estimate
        People concerned in the whole country.
    children_share : float
        Share (0..1) of children among them.
    factors : tuple of (département, factor)
        Départements where the group is known to be more (> 1) or less (< 1) frequent than on average.
    """

    code: str
    libelle: str
    patients: Estimate
    children_share: float
    factors: tuple[tuple[str, float], ...] = ()

    def patients_of(self, age: Age) -> Estimate:
        """Return the people concerned of an age; children and adults sum to all."""
        share = self.children_share if age == "enfant" else 1.0 - self.children_share
        return Estimate(self.patients.low * share, self.patients.central * share, self.patients.high * share)


def disease_groups(dataset: Dataset, selection: Selection) -> tuple[DiseaseGroup, ...]:
    """Return the disease groups whose patients a selection is about.

    A filière stands for all its groups but those that unite others (``exclu_des_sommes``); a réseau for its group.
    A selection of published sites takes published prevalences and modifiers only.

    Raises
    ------
    UserError
        The selection names no filière, group or réseau; a prevalence is unknown, in another unit, or not published
        while only published data is wanted.
    """
    published = selection.provenance in _PUBLISHED_ONLY
    return _groups(dataset, selection.filiere, selection.groupe, selection.reseau, published)


def uniting_groups(dataset: Dataset, selection: Selection) -> frozenset[str]:
    """Return the groups of a filière that unite its other groups: their sites serve all of these."""
    if not selection.filiere:
        return frozenset()
    frame = _rows(dataset, selection.filiere, None, None)
    return frozenset(frame.loc[frame["exclu_des_sommes"], "groupe_maladie"])


def why_no_expected(dataset: Dataset, selection: Selection) -> str:
    """Return why no patients can be expected for a selection, one French sentence; empty when they can."""
    try:
        disease_groups(dataset, selection)
    except UserError as error:
        return error.message
    return ""


def expected_by_commune(dataset: Dataset, selection: Selection) -> Floats:
    """Return the people concerned who live in each commune, of the age that the selection is about.

    Returns
    -------
    patients : float64 array, shape (3, n_communes)
        Rows low, central, high; not whole numbers. The sum of a row is the published number (of that age).

    Raises
    ------
    UserError
        See :func:`disease_groups`.
    """
    groups = disease_groups(dataset, selection)
    ages: tuple[Age, ...] = AGES if selection.public == "tous" else (selection.public,)
    total = np.zeros((3, len(dataset.communes.codes)))
    for group in groups:
        for age in ages:
            total += patients_of_group(dataset, group, age)
    return total


@lru_cache(maxsize=64)
def patients_of_group(dataset: Dataset, group: DiseaseGroup, age: Age) -> Floats:
    """Return the people of an age concerned by one group in each commune (3, n_communes); do not write into it."""
    people = dataset.people(age)
    departements, factors = dataset.partition("departement"), dict(group.factors)
    listed = np.array([factors.get(code, np.nan) for code in departements.codes])
    modifier = local_modifier(people, departements.index, listed)
    patients = expected_patients(
        people, national_prevalence(group.patients_of(age), people), modifier=modifier
    )
    patients.flags.writeable = False
    return patients


def local_modifier(people: Floats, departement_index: Integers, factors: Floats) -> Floats:
    """Return the factor of each commune, of mean 1 over people.

    The factor of a listed département is its frequency over the national one; all the others share what is left. When
    everybody lives in listed départements, factors are scaled to a mean of 1.

    Parameters
    ----------
    people : float64 array, shape (n_communes,)
        People, finite, ≥ 0.
    departement_index : integer array, shape (n_communes,)
        Département of each commune.
    factors : float64 array, shape (n_departements,)
        Factor of each département, ≥ 0; NaN for those that are not listed.

    Returns
    -------
    modifier : float64 array, shape (n_communes,)

    Raises
    ------
    UserError
        The listed départements alone would hold more patients than the country.
    """
    local = group_sums(people, departement_index, factors.size)
    listed = ~np.isnan(factors)
    others = float(local[~listed].sum())
    left = float(local.sum() - factors[listed] @ local[listed])
    if others > 0 and left < 0:
        raise UserError(
            "Les modificateurs régionaux donnent à quelques départements plus de malades que n'en compte le pays",
            where="table modificateurs_regionaux",
            remedy="Revoir les facteurs du groupe : 1 est la moyenne nationale.",
        )
    rest = left / others if others > 0 else 0.0
    return normalised_modifier(np.where(listed, factors, rest)[departement_index], people)


@lru_cache(maxsize=8)
def regional_modifiers(dataset: Dataset) -> pd.DataFrame:
    """Return every regional modifier, for the method page: group, département, factor, provenance, source, note."""
    return dataset.query("regional_modifiers")


@lru_cache(maxsize=256)
def _groups(
    dataset: Dataset, filiere: str | None, groupe: str | None, reseau: str | None, published: bool
) -> tuple[DiseaseGroup, ...]:
    frame = _rows(dataset, filiere, groupe, reseau)
    if filiere:
        frame = frame[~frame["exclu_des_sommes"]]
    factors = _factors(dataset, published)
    return tuple(_group(row, factors, published=published) for row in frame.to_dict("records"))


def _rows(dataset: Dataset, filiere: str | None, groupe: str | None, reseau: str | None) -> pd.DataFrame:
    if not (filiere or groupe or reseau):
        raise UserError(
            "Les patients attendus se calculent pour une filière, un groupe de maladies ou un réseau",
            remedy="Choisir l'un des trois.",
        )
    frame = dataset.query("groups_of_selection", filiere=filiere, groupe=groupe, reseau=reseau)
    if frame.empty:
        raise UserError(
            f"Aucune prévalence n'est connue pour « {filiere or groupe or reseau} »", remedy=_OTHER_GROUP
        )
    return frame


def _group(
    row: Mapping[Any, Any], factors: Mapping[str, tuple[tuple[str, float], ...]], *, published: bool
) -> DiseaseGroup:
    values = [row[name] for name in ("valeur_basse", "valeur_centrale", "valeur_haute", "part_enfants_pct")]
    if row["unite"] != _UNIT or any(pd.isna(value) for value in values):
        raise UserError(f"La prévalence du groupe « {row['libelle']} » n'est pas connue", remedy=_OTHER_GROUP)
    if published and row["provenance"] not in PUBLISHED:
        raise UserError(
            f"La prévalence du groupe « {row['libelle']} » n'a pas été lue sur une page publiée",
            remedy="Choisir un autre groupe, ou inclure les données à confirmer.",
        )
    low, central, high, children_pct = map(float, values)
    code = str(row["groupe_maladie"])
    return DiseaseGroup(
        code, str(row["libelle"]), Estimate(low, central, high), children_pct / 100.0, factors.get(code, ())
    )


@lru_cache(maxsize=4)
def _factors(dataset: Dataset, published: bool) -> dict[str, tuple[tuple[str, float], ...]]:
    frame = regional_modifiers(dataset)
    kept = frame[is_published(frame["provenance"])] if published else frame
    return {
        str(code): tuple(zip(rows["departement"].astype(str), rows["facteur"].astype(float), strict=True))
        for code, rows in kept.groupby("groupe_maladie")
    }

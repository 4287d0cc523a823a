"""What made-up files are drawn around: the modelled caseload of each centre, and where its patients would live."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.selection import Selection
from rarecare.access.weighted import group_sums
from rarecare.dataset.fake import Country
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.indicators.catalogue import check_scope
from rarecare.indicators.expected_sites import expected_caseloads
from rarecare.indicators.view import SelectionAccess

_NEAR_MINUTES = 40.0
"""Time after which people come e times less often; a plausible value, for made-up figures only."""
_WITHOUT_MODEL = 60.0
"""Patients a year of a centre whose caseload cannot be modelled."""


def country_of(dataset: Dataset, *, filiere: str | None = None) -> Country:
    """Return the centres of a version, their modelled patients and the départements they would come from.

    Raises
    ------
    UserError
        There is no such filière.
    """
    selection = check_scope(dataset, Selection(filiere=filiere))
    sites = SelectionAccess(dataset, selection).sites.sort_values("centre_id", ignore_index=True)
    modelled = pd.concat([_modelled(dataset, name) for name in sorted(set(sites["filiere"]))])
    patients = sites["centre_id"].map(
        dict(zip(modelled["centre_id"], modelled["patients_suivis"], strict=True))
    )
    groups = dataset.run('select groupe_maladie, part_enfants_pct from "groupes_maladies"')
    shares = dict(zip(groups["groupe_maladie"], groups["part_enfants_pct"] / 100.0, strict=True))
    audience = sites["audience"].fillna("")
    children = sites["groupe_maladie"].map(shares).fillna(0.5)
    centres = sites[["centre_id", "reseau_id", "filiere", "etablissement_id", "type"]].assign(
        groupe_maladie=sites["groupe_maladie"].fillna(""),
        audience=audience,
        patients=patients.fillna(_WITHOUT_MODEL),
        part_enfants=children.mask(audience.eq("enfant"), 1.0).mask(audience.eq("adulte"), 0.0),
    )
    communes = dataset.communes
    return Country(
        centres=centres,
        departements=tuple(dataset.partition("departement").codes),
        origins=_origins(dataset, sites["matrix_row"].to_numpy(dtype=np.intp)),
        communes=pd.DataFrame(
            {
                "code_commune": communes.codes.astype(object),
                "departement": communes.departements.astype(object),
                "ville": communes.noms.astype(object),
                "population": communes.population,
            }
        ),
    )


def _modelled(dataset: Dataset, filiere: str) -> pd.DataFrame:
    """Return the modelled patients of the sites of a filière; no row when its prevalences are not known."""
    try:
        return expected_caseloads(SelectionAccess(dataset, Selection(filiere=filiere))).sites
    except UserError:
        return pd.DataFrame({"centre_id": [], "patients_suivis": []})


def _origins(dataset: Dataset, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the share of each département among the people near each row of the matrix (n_rows, n_departements)."""
    towns, place = np.unique(rows, return_inverse=True)
    departements = dataset.partition("departement")
    people = dataset.people("tous")
    weights = np.stack(
        [
            group_sums(people * np.exp(-minutes / _NEAR_MINUTES), departements.index, len(departements))
            for minutes in dataset.matrix.minutes(towns.tolist()).astype(np.float64)
        ]
    )
    shares = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray(shares[place], dtype=np.float64)

"""Staff and visits of the sites of a selection, as their centres supplied them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from rarecare.disclosure.gate import texts_of
from rarecare.indicators.observed.centres import Observed
from rarecare.indicators.observed.rows import activity_rows, published
from rarecare.indicators.observed.sums import sum_by

STAFF: Mapping[str, str] = {
    "etp_medical": "Personnel médical", "etp_paramedical": "Personnel paramédical", "etp_autre": "Autre personnel",
}  # fmt: skip
"""Columns of staff, in full-time equivalents."""
VISITS: Mapping[str, str] = {
    "consultations": "Consultations", "teleconsultations": "Téléconsultations",
    "hospitalisations_jour": "Hospitalisations de jour",
}  # fmt: skip
"""Columns of visits in a year, which pass the gate."""

_SITE = ("centre_id", "etablissement_id", "nom_etablissement", "ville", "reseau", "type", "departement")


@lru_cache(maxsize=64)
def activity(observed: Observed) -> pd.DataFrame:
    """Return one row a site of the territory that supplied its means in the year: staff, visits with ``_etat``."""
    rows = activity_rows(observed.dataset, observed.reader)
    rows = published(rows) if observed.published_only else rows
    states = [f"{name}_etat" for name in VISITS]
    kept = rows.loc[rows["annee"].eq(observed.annee), ["centre_id", *STAFF, *VISITS, *states]]
    frame = observed.centres[list(_SITE)].merge(kept, on="centre_id")
    return frame.assign(**{f"{name}_texte": texts_of(frame, name) for name in VISITS})


@lru_cache(maxsize=64)
def activity_by_hospital(observed: Observed) -> pd.DataFrame:
    """Return one row a hospital: staff summed where supplied, visits summed where shown (``_texte``)."""
    frame = activity(observed)
    hospitals = frame.groupby("etablissement_id", sort=False)
    sums = hospitals[list(STAFF)].sum(min_count=1).assign(centres=hospitals.size())
    for name in VISITS:
        found = sum_by(frame, "etablissement_id", count=name).set_index("etablissement_id")
        sums[name], sums[f"{name}_texte"] = found["patients"], found["patients_texte"]
        sums[f"{name}_masques"] = found["masques"]
    names = frame.drop_duplicates("etablissement_id").set_index("etablissement_id")[
        ["nom_etablissement", "ville"]
    ]
    return names.join(sums).reset_index().sort_values("nom_etablissement", kind="stable")

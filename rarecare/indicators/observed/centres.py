"""Files actives of the sites of a selection, one row a site, for one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter

import pandas as pd

from rarecare.access.selection import Selection
from rarecare.dataset.store import Dataset
from rarecare.disclosure.gate import Reader, protect_ratio, texts_of
from rarecare.indicators.observed.rows import (
    activity_rows,
    caseload_rows,
    published,
    residence_rows,
    whole_rows,
)
from rarecare.indicators.view import SelectionAccess

PARTS: Mapping[str, Mapping[str, str]] = {
    "patients": {},
    "enfants": {"classe_age": "enfant"},
    "adultes": {"classe_age": "adulte"},
    "sur_place": {"modalite": "site"},
    "telemedecine": {"modalite": "telemedecine"},
}
"""Columns of patients of a site, and the rows of the table that each is read on."""

DETAILS = ("nouveaux_patients", "diagnostics_confirmes", "diagnostics_probables", "diagnostics_indetermines")
"""Other counts of a site, on the row of all its patients."""

COUNTS = (*PARTS, *DETAILS)
SHARES: Mapping[str, tuple[str, str]] = {
    "part_telemedecine_pct": ("telemedecine", "patients"),
    "part_enfants_pct": ("enfants", "patients"),
    "part_nouveaux_pct": ("nouveaux_patients", "patients"),
    "part_confirmes_pct": ("diagnostics_confirmes", "patients"),
}
"""Column of a share → part and whole."""

_PUBLISHED_ONLY = ("publie", "publie_date")
_DELAY = "delai_diagnostic_median_mois"


@dataclass(frozen=True, eq=False)
class Observed:
    """Files actives of the sites of a selection, in one year and one territory, as a reader may see them.

    Parameters
    ----------
    access
        The sites.
    reader
        Who reads.
    annee
        Year, 0 when nothing was ever supplied.
    maille, code
        Territory of the hospitals kept; an empty code keeps them all.
    """

    access: SelectionAccess
    reader: Reader
    annee: int
    maille: str = "departement"
    code: str = ""

    @property
    def dataset(self) -> Dataset:
        """The data in force."""
        return self.access.dataset

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Protected rows of ``file_active`` of the sites of the selection, every year, wherever their hospital is."""
        rows = shown_rows(self.dataset, self.reader, self.published_only)
        return rows[rows["centre_id"].isin(self.access.sites["centre_id"])]

    @property
    def published_only(self) -> bool:
        """Whether rows to confirm are left out."""
        return self.access.selection.provenance in _PUBLISHED_ONLY

    @cached_property
    def centres(self) -> pd.DataFrame:
        """One row a site of the territory: who it is, its counts with ``_etat`` and ``_texte``, its shares."""
        return self.in_territory(self.everywhere)

    @cached_property
    def everywhere(self) -> pd.DataFrame:
        """The same as :attr:`centres` for the sites of the whole country."""
        figures = centre_figures(self.dataset, self.reader, self.annee, self.published_only)
        return self.access.sites.join(figures, on="centre_id").pipe(_filled)

    def in_territory(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows whose hospital is in the territory."""
        return frame[frame[self.maille].eq(self.code)] if self.code else frame

    @cached_property
    def supplied(self) -> pd.DataFrame:
        """Sites of the territory whose file active was supplied, shown or not."""
        return self.centres[self.centres["patients_etat"].ne("non_fourni")]

    @cached_property
    def known(self) -> pd.DataFrame:
        """Sites of the territory whose file active is shown."""
        return self.centres[self.centres["patients_etat"].eq("connu")]


@lru_cache(maxsize=64)
def observed(
    access: SelectionAccess, reader: Reader, annee: int, maille: str = "departement", code: str = ""
) -> Observed:
    """Return the files actives of a selection, kept and shared by the pages of a process."""
    return Observed(access, reader, annee, maille, code)


@lru_cache(maxsize=8)
def years(dataset: Dataset) -> tuple[int, ...]:
    """Return the years for which a file active was supplied, latest first."""
    nobody = Reader()
    patients = (caseload_rows(dataset, nobody), residence_rows(dataset, nobody))
    found = {year for rows in patients for year in rows["annee"]}
    if not found:  # the year of the means alone would hide that of the patients
        found = set(activity_rows(dataset, nobody)["annee"])
    return tuple(sorted((int(year) for year in found), reverse=True))


@lru_cache(maxsize=16)
def shown_rows(dataset: Dataset, reader: Reader, published_only: bool) -> pd.DataFrame:
    """Return the protected rows of ``file_active`` that a reader may see; rows to confirm are left out on demand."""
    rows = caseload_rows(dataset, reader)
    return published(rows) if published_only else rows


@lru_cache(maxsize=32)
def centre_figures(dataset: Dataset, reader: Reader, annee: int, published_only: bool) -> pd.DataFrame:
    """Return one row a centre that supplied something in a year, by ``centre_id``: protected counts and provenance."""
    rows = shown_rows(dataset, reader, published_only)
    rows = rows[rows["annee"].eq(annee)]
    total = whole_rows(rows).set_index("centre_id")
    names = [name for column in DETAILS for name in (column, f"{column}_etat")]
    frames = [total[[*names, _DELAY, f"{_DELAY}_etat", "provenance", "source_url"]]]
    for column, values in PARTS.items():
        part = whole_rows(rows, **values).set_index("centre_id")[["patients", "patients_etat"]]
        frames.append(part.set_axis([column, f"{column}_etat"], axis=1))
    return pd.concat(frames, axis=1).rename(
        columns={"provenance": "provenance_file_active", "source_url": "source_file_active"}
    )


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    states = {f"{name}_etat": frame[f"{name}_etat"].fillna("non_fourni") for name in (*COUNTS, _DELAY)}
    filled = frame.assign(**states)
    for name, (part, whole) in SHARES.items():
        filled = protect_ratio(filled, name, part=part, whole=whole)
    return filled.assign(**{f"{name}_texte": texts_of(filled, name) for name in COUNTS})


@lru_cache(maxsize=8)
def centre_choices(dataset: Dataset, reader: Reader) -> dict[str, str]:
    """Return the centres that supplied something, code → "hospital – réseau", by name."""
    supplied = set(caseload_rows(dataset, reader)["centre_id"])
    sites = SelectionAccess(dataset, Selection()).sites
    named = {
        str(row["centre_id"]): f"{row['nom_etablissement']} – {row['reseau']}"
        for row in sites.to_dict("records")
        if row["centre_id"] in supplied
    }
    return dict(sorted(named.items(), key=itemgetter(1)))

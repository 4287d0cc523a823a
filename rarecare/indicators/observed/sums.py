"""Sums of files actives over sites, and years one after the other.

A patient followed in two sites counts twice in a sum; only ``file_active_territoire`` has distinct patients. Hidden
counts are left out of a sum and counted beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from rarecare.disclosure.complement import LARGEST_SMALL
from rarecare.disclosure.gate import ETATS, MASKED, PROTECTED_TEXT
from rarecare.french import number
from rarecare.indicators.catalogue import choices
from rarecare.indicators.observed.centres import Observed, shown_rows
from rarecare.indicators.observed.rows import ALL_FILIERES, ALL_GROUPS, published, residence_rows, whole_rows

Axe = Literal["reseau", "etablissement", "groupe", "filiere", "departement", "region"]

AXES: Mapping[Axe, tuple[str, str]] = {
    "reseau": ("reseau_id", "reseau"),
    "etablissement": ("etablissement_id", "nom_etablissement"),
    "groupe": ("groupe_maladie", "groupe_maladie"),
    "filiere": ("filiere", "filiere"),
    "departement": ("departement", "departement"),
    "region": ("region", "region"),
}
"""Code and name columns of each axis, among those of the sites."""

CAVEAT = "Somme de files actives : un patient suivi dans deux centres compte deux fois"


def sum_by(frame: pd.DataFrame, column: str, *, count: str = "patients") -> pd.DataFrame:
    """Return sums of a protected count by a column, largest first.

    Returns
    -------
    sums : DataFrame
        By ``column``: ``patients`` (sum of what is shown, NaN when nothing is), ``patients_texte``, ``centres``,
        ``montres``, ``masques`` (hidden counts), ``non_fournis``.
    """
    states = frame[f"{count}_etat"]
    table = pd.DataFrame(
        {
            column: frame[column],
            "patients": frame[count].astype("float64"),
            "montres": states.eq("connu"),
            "petits": states.eq("masque"),
            "masques": states.isin(["masque", "protege"]),
            "non_fournis": states.eq("non_fourni"),
        }
    )
    sums = table.groupby(column, sort=False).agg(
        patients=("patients", "sum"), centres=("patients", "size"), montres=("montres", "sum"),
        petits=("petits", "sum"), masques=("masques", "sum"), non_fournis=("non_fournis", "sum"),
    )  # fmt: skip
    sums["patients"] = sums["patients"].where(sums["montres"] > 0)
    sums["patients_texte"] = [sum_text(row) for row in sums.to_dict("records")]
    return sums.sort_values(["patients", "centres"], ascending=False, kind="stable").reset_index()


def sum_text(row: Mapping[object, float]) -> str:
    """Return a sum as written: the shown part, or what stands for a single hidden count."""
    if row["montres"]:
        return number(row["patients"])
    if row["masques"]:
        return MASKED if row["masques"] == row["petits"] == 1 else PROTECTED_TEXT
    return ETATS["non_fourni"]


@lru_cache(maxsize=64)
def sums_of(observed: Observed, axe: Axe) -> pd.DataFrame:
    """Return the sums of a selection by one axis, with ``code``, ``nom`` and ``telemedecine``, a :class:`Part`.

    By territory, ``residents`` are the distinct patients who live there (``file_active_territoire``), which is another
    thing than those followed there: NaN when not supplied or hidden, see ``residents_texte``.
    """
    code, nom = AXES[axe]
    sums = sum_by(observed.centres, code)
    names = dict(zip(observed.centres[code], observed.centres[nom], strict=True))
    if axe in ("departement", "region"):
        part = observed.dataset.partition(axe)
        names = dict(zip(part.codes, part.noms, strict=True))
    if axe == "groupe":
        names = dict(choices(observed.dataset, "groupe"))
    remote = parts_by(observed.centres, code, "telemedecine")
    named = sums.assign(nom=[names[value] for value in sums[code]], code=sums[code])
    named["telemedecine"] = [remote.get(str(value), NOBODY) for value in named["code"]]
    return residents_of(observed, named, axe) if axe in ("departement", "region") else named


@lru_cache(maxsize=128)
def sites_by(observed: Observed, column: str, *, everywhere: bool = False) -> pd.DataFrame:
    """Return :func:`sum_by` over the sites of the territory, or of the whole country, kept; do not write into it."""
    return sum_by(observed.everywhere if everywhere else observed.centres, column)


@dataclass(frozen=True)
class Part:
    """Some of the patients of the sites that say it and show their total, between what hidden counts allow.

    Parameters
    ----------
    low, high
        Fewest and most patients; the same when nothing is hidden.
    patients
        All the patients of these sites, 0 when no site says it.
    sites, masked
        These sites, and those of them whose part is hidden.
    """

    low: float
    high: float
    patients: float
    sites: int
    masked: int

    @property
    def low_pct(self) -> float:
        """Lowest share, NaN without a patient."""
        return 100.0 * self.low / self.patients if self.patients else float("nan")

    @property
    def high_pct(self) -> float:
        """Highest share, NaN without a patient."""
        return 100.0 * self.high / self.patients if self.patients else float("nan")


NOBODY = Part(0.0, 0.0, 0.0, 0, 0)
"""A part that no site says."""


@dataclass(frozen=True)
class Headline:
    """Key figures over the sites that say what each needs; ``patients`` is NaN when no site shows them."""

    patients: float
    telemedicine: Part
    children: Part


@lru_cache(maxsize=128)
def headline(observed: Observed, *, everywhere: bool = False) -> Headline:
    """Return the key figures of the sites of the territory, or of the whole country."""
    frame = observed.everywhere if everywhere else observed.centres
    known = frame.loc[frame["patients_etat"].eq("connu"), "patients"].astype("float64")
    return Headline(
        float(known.sum()) if len(known) else float("nan"),
        part_of(frame, "telemedecine"),
        part_of(frame, "enfants", beside="adultes"),
    )


def part_of(frame: pd.DataFrame, part: str, *, beside: str = "") -> Part:
    """Return a part of the patients of sites; ``beside`` names the part that, with it, makes up the total.

    Leaving out the sites whose part is hidden would keep those where it is nobody or nearly everybody: they are
    counted between their bounds.
    """
    return _part(_part_bounds(frame, part, beside).sum())


def parts_by(frame: pd.DataFrame, column: str, part: str, *, beside: str = "") -> dict[str, Part]:
    """Return :func:`part_of` for the sites of each value of a column; a value of which no site says it is left out."""
    bounds = _part_bounds(frame, part, beside)
    sums = bounds.groupby(frame.loc[bounds.index, column]).sum()
    return {str(code): _part(row) for code, row in sums.iterrows()}


def _part(sums: pd.Series) -> Part:
    return Part(
        float(sums["low"]),
        float(sums["high"]),
        float(sums["patients"]),
        int(sums["sites"]),
        int(sums["masked"]),
    )


def _part_bounds(frame: pd.DataFrame, part: str, beside: str) -> pd.DataFrame:
    """Return, for each site that shows its total and says the part, the fewest and the most that this may be."""
    rows = frame[frame["patients_etat"].eq("connu") & frame[f"{part}_etat"].ne("non_fourni")]
    total = rows["patients"].astype("float64")
    low, high = _hidden_bounds(rows, part, total)
    if beside:
        other_low, other_high = _hidden_bounds(rows, beside, total)
        low, high = np.maximum(low, total - other_high), np.minimum(high, total - other_low)
    masked = rows[f"{part}_etat"].ne("connu")
    return pd.DataFrame(
        {"low": low, "high": high, "patients": total, "sites": 1, "masked": masked.astype(int)}
    )


def _hidden_bounds(rows: pd.DataFrame, name: str, total: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the fewest and the most that a part can be: a hidden one is somebody, one not supplied may be nobody."""
    known, states = rows[name].astype("float64"), rows[f"{name}_etat"]
    most = total.where(states.ne("masque"), np.minimum(total, LARGEST_SMALL))
    least = states.ne("non_fourni").astype("float64")
    return known.fillna(least), known.fillna(most)


def residents_of(observed: Observed, sums: pd.DataFrame, axe: Axe) -> pd.DataFrame:
    """Return the sums with the distinct patients who live in each territory."""
    rows = resident_rows(observed)
    regions = observed.dataset.query("departements").set_index("departement")["region"]
    rows = rows.assign(
        code=rows["departement_residence"].map(regions) if axe == "region" else rows["departement_residence"]
    )
    if axe == "region":
        # A région is said only when each of its départements is: an absent one would read as nobody.
        expected = regions.value_counts()
        counted = rows[rows["code"].notna()].groupby("code").size()
        complete = counted[counted.eq(expected.reindex(counted.index))].index
        rows = rows[rows["code"].isin(complete)]
    found = sum_by(rows, "code").set_index("code")
    partial = found["masques"] > 0
    texts = dict(found["patients_texte"].mask(partial & (found["montres"] > 0), PROTECTED_TEXT))
    return sums.assign(
        residents=sums["code"].map(found["patients"].mask(partial)),
        residents_texte=[texts.get(value, ETATS["non_fourni"]) for value in sums["code"]],
    )


def resident_rows(observed: Observed) -> pd.DataFrame:
    """Return the protected rows of distinct patients by département of residence of the selection and the year."""
    selection = observed.access.selection
    rows = residence_rows(observed.dataset, observed.reader)
    rows = published(rows) if observed.published_only else rows
    if selection.reseau:
        return rows.iloc[0:0]
    filiere, groupe = selection.filiere or ALL_FILIERES, selection.groupe or ALL_GROUPS
    kept = rows["annee"].eq(observed.annee) & rows["modalite"].eq("total") & rows["classe_age"].eq("tous")
    kept &= rows["groupe_maladie"].eq(groupe) & rows["departement_residence"].ne("tous")
    return rows[kept & (rows["filiere"].eq(filiere) if not selection.groupe else True)].drop_duplicates(
        "departement_residence"
    )


@lru_cache(maxsize=64)
def evolution(observed: Observed) -> pd.DataFrame:
    """Return one row a year, oldest first, for the sites of the territory.

    Returns
    -------
    years : DataFrame
        ``annee``, ``patients`` (sum of what is shown) and its text, ``centres``, ``montres``, ``masques``,
        ``non_fournis``, ``constants`` (sum over the sites shown every year; NaN with one year or no such site) and
        ``centres_constants``.
    """
    rows = whole_rows(shown_rows(observed.dataset, observed.reader, observed.published_only))
    sites = observed.centres["centre_id"]
    rows = rows[rows["centre_id"].isin(sites)]
    grid = pd.MultiIndex.from_product([sorted(set(rows["annee"])), sites], names=["annee", "centre_id"])
    full = rows.set_index(["annee", "centre_id"])[["patients", "patients_etat"]].reindex(grid).reset_index()
    full["patients_etat"] = full["patients_etat"].fillna("non_fourni")
    sums = sum_by(full, "annee").sort_values("annee").reset_index(drop=True)
    shown = full[full["patients_etat"].eq("connu")]
    seen = shown.groupby("centre_id").size()
    always = seen[seen.eq(len(sums))].index if len(sums) > 1 else seen.index[:0]
    constant = shown[shown["centre_id"].isin(always)].groupby("annee")["patients"].sum().astype("float64")
    values = sums["annee"].map(constant) if len(always) else np.nan
    return sums.assign(constants=values, centres_constants=len(always))


def concentration(
    frame: pd.DataFrame, value: str, columns: Sequence[str], *, top: int = 5
) -> dict[str, float]:
    """Return how concentrated a quantity is over the rows grouped by ``columns``.

    Returns
    -------
    measures : dict
        ``part_premiers_pct`` (share of the ``top`` largest), ``hhi`` (Herfindahl-Hirschman index, 0 to 10 000: sum of
        squared shares in per cent; Rhoades 1993), ``equivalents`` (10 000 ÷ HHI: as many equal units), ``unites``;
        NaN when nothing is counted.
    """
    sums = (
        frame[[*columns, value]].dropna(subset=[value]).groupby(list(columns))[value].sum().astype("float64")
    )
    total = float(sums.sum())
    if not total:
        nothing = float("nan")
        return {"part_premiers_pct": nothing, "hhi": nothing, "equivalents": nothing, "unites": 0.0}
    shares = 100.0 * sums.sort_values(ascending=False) / total
    hhi = float((shares**2).sum())
    return {
        "part_premiers_pct": float(shares.head(top).sum()), "hhi": hhi, "equivalents": 10_000.0 / hhi,
        "unites": float(len(shares)),
    }  # fmt: skip

"""Clearly fictitious files, for tests and training: made up, said to be, and never loaded by default.

Counts are drawn around the modelled caseload of each real centre, so that screens look as they will; everything else
is drawn at random. Each row says ``fictif`` and « donnée fictive ». The same seed gives the same rows, whichever tables
are asked with it. Parts and totals agree: ages and départements share no patient, modalities may.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.dataset.provenance import FICTITIOUS
from rarecare.errors import UserError

NOTE = "donnée fictive"
EVENTS = "evenements"
EVENT_COLUMNS = (
    "patient_id", "date", "centre_id", "groupe_maladie", "code_commune", "modalite", "annee_naissance",
    "statut_diagnostic",
)  # fmt: skip
"""Columns of events, as ``rarecare caseload`` reads them."""
ACTOR_TYPES = (
    "centre_reference", "centre_competence", "structure_soins", "association",
    "laboratoire", "medico_social", "recherche", "societe_savante",
)  # fmt: skip

_SHARE_ABSENT = 0.10
_SHARE_SMALL = 0.08
_SHARE_YEAR_MISSING = 0.04
_SPREAD = 0.4
_YEARLY_GROWTH = 0.04
_OUTSIDE = 0.006
_OVERLAP = 0.04
_SECOND_CENTRE = 0.08
_COUNT_KEY = ["centre_id", "groupe_maladie", "annee", "modalite", "classe_age", "departement_residence"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Country:
    """The real centres and places that made-up figures are drawn around.

    Attributes
    ----------
    centres : DataFrame
        One row a centre: ``centre_id``, ``reseau_id``, ``filiere``, ``etablissement_id``, ``type``, ``groupe_maladie``,
        ``audience`` ("" when not read), ``patients`` (modelled, a year) and ``part_enfants`` (0 to 1).
    departements : tuple of str
        Codes.
    origins : float64 array, shape (n_centres, n_departements)
        Share of the patients of each centre who live in each département; rows sum to 1.
    communes : DataFrame
        ``code_commune``, ``departement``, ``ville``, ``population``.
    """

    centres: pd.DataFrame
    departements: tuple[str, ...]
    origins: Floats
    communes: pd.DataFrame


def fake_table(name: str, country: Country, *, seed: int, years: Sequence[int]) -> pd.DataFrame:
    """Return the made-up rows of a table, all text, without the empty columns that its schema adds.

    Raises
    ------
    UserError
        Nothing is made up for that table.
    """
    if name not in MAKERS:
        raise nothing_made_up_for(name)
    frame = MAKERS[name](country, seed, tuple(years))
    return frame.assign(provenance=FICTITIOUS, source_url="", note=NOTE).astype(str)


def nothing_made_up_for(name: str) -> UserError:
    """Return the error that names the tables that can be made up."""
    return UserError(
        f"Aucune donnée fictive pour la table « {name} »",
        remedy=f"Tables possibles : {', '.join((*MAKERS, EVENTS))}, ou « tout ».",
    )


def _generator(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one table, the same whichever others are made."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def yearly_patients(country: Country, seed: int, years: Sequence[int]) -> Integers:
    """Return the patients of each centre and year (n_centres, n_years); -1 where nothing was supplied."""
    draw = _generator(seed, "patients")
    count = len(country.centres)
    base = country.centres["patients"].to_numpy(dtype=np.float64) * draw.lognormal(0.0, _SPREAD, count)
    kind = draw.random(count)
    small = (kind >= _SHARE_ABSENT) & (kind < _SHARE_ABSENT + _SHARE_SMALL)
    base = np.where(small, draw.uniform(1.0, 9.0, count), base)
    growth = (1 + _YEARLY_GROWTH) ** np.arange(len(years)) * draw.normal(1.0, 0.05, (count, len(years)))
    patients = np.maximum(np.rint(base[:, None] * growth), 1).astype(np.int64)
    missing = draw.random((count, len(years))) < _SHARE_YEAR_MISSING
    return np.where((kind < _SHARE_ABSENT)[:, None] | missing, -1, patients)


def _file_active(country: Country, seed: int, years: tuple[int, ...]) -> pd.DataFrame:
    totals = _totals(country, seed, years)
    draw = _generator(seed, "file_active")
    parts = [_details(totals, draw), *_modalities(totals, draw), *_ages(totals, draw), _group(totals, draw)]
    parts.append(_residences(totals, country, draw))
    frame = pd.concat(parts, ignore_index=True)
    columns = [
        *_COUNT_KEY, "patients", "nouveaux_patients", "diagnostics_confirmes", "diagnostics_probables",
        "diagnostics_indetermines", "delai_diagnostic_median_mois",
    ]  # fmt: skip
    return frame.reindex(columns=columns).fillna("").sort_values(_COUNT_KEY, ignore_index=True)


def _totals(country: Country, seed: int, years: Sequence[int]) -> pd.DataFrame:
    """Return one row a centre and year supplied, with what the parts need to know of the centre."""
    patients = yearly_patients(country, seed, years)
    rank, year = np.nonzero(patients >= 0)
    centres = country.centres.iloc[rank].reset_index(drop=True)
    return pd.DataFrame(
        {
            "centre_id": centres["centre_id"],
            "groupe_maladie": "tous",
            "annee": np.array(years)[year],
            "modalite": "total",
            "classe_age": "tous",
            "departement_residence": "tous",
            "patients": patients[rank, year],
            "rank": rank,
            "groupe": centres["groupe_maladie"],
            "enfants": centres["part_enfants"].to_numpy(dtype=np.float64),
        }
    )


def _details(totals: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Return the rows of the whole file active, some of them with new patients, diagnoses and delay."""
    patients = totals["patients"].to_numpy()
    told = draw.random(len(totals)) < 0.7
    confirmed = draw.binomial(patients, 0.75)
    probable = draw.binomial(patients - confirmed, 0.5)
    delay = np.round(draw.lognormal(np.log(24.0), 0.6, len(totals)), 1)
    return totals.assign(
        nouveaux_patients=_where(draw.random(len(totals)) < 0.85, draw.binomial(patients, 0.18)),
        diagnostics_confirmes=_where(told, confirmed),
        diagnostics_probables=_where(told, probable),
        diagnostics_indetermines=_where(told, patients - confirmed - probable),
        delai_diagnostic_median_mois=_where(draw.random(len(totals)) < 0.6, delay),
    )


def _where(kept: NDArray[np.bool_], values: NDArray[Any]) -> list[str]:
    return [str(value) if keep else "" for keep, value in zip(kept, values.tolist(), strict=True)]


def _modalities(totals: pd.DataFrame, draw: np.random.Generator) -> list[pd.DataFrame]:
    """Return patients seen on site and at a distance; some are both, none is neither."""
    patients = totals["patients"].to_numpy()
    remote = draw.binomial(patients, draw.beta(2.0, 9.0, len(totals)))
    only_remote = draw.binomial(remote, 0.4)
    return [
        totals.assign(modalite="site", patients=patients - only_remote),
        totals.assign(modalite="telemedecine", patients=remote),
    ]


def _ages(totals: pd.DataFrame, draw: np.random.Generator) -> list[pd.DataFrame]:
    patients = totals["patients"].to_numpy()
    children = draw.binomial(patients, totals["enfants"].to_numpy())
    return [
        totals.assign(classe_age="enfant", patients=children),
        totals.assign(classe_age="adulte", patients=patients - children),
    ]


def _group(totals: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Return the patients of the disease group of the réseau of the centre: most of its file active."""
    named = totals[totals["groupe"] != ""]
    patients = draw.binomial(named["patients"].to_numpy(), 0.93)
    return named.assign(groupe_maladie=named["groupe"], patients=patients)


def _residences(totals: pd.DataFrame, country: Country, draw: np.random.Generator) -> pd.DataFrame:
    """Return where patients live: every patient in one département, or in « 99 »."""
    shares = np.column_stack([country.origins * (1 - _OUTSIDE), np.full(len(country.origins), _OUTSIDE)])
    counts = draw.multinomial(totals["patients"].to_numpy(), shares[totals["rank"].to_numpy()])
    row, column = np.nonzero(counts)
    codes = np.array([*country.departements, "99"], dtype=object)
    frame = totals.iloc[row].reset_index(drop=True)
    return frame.assign(departement_residence=codes[column], patients=counts[row, column])


def _territories(country: Country, seed: int, years: tuple[int, ...]) -> pd.DataFrame:
    """Return distinct patients by residence: a little fewer than the sums of the centres, that count some twice."""
    draw = _generator(seed, "file_active_territoire")
    frame = _file_active(country, seed, years)
    lived = frame[frame["departement_residence"] != "tous"]
    owners = country.centres[["centre_id", "filiere", "groupe_maladie"]]
    lived = lived.drop(columns="groupe_maladie").merge(owners, on="centre_id")
    whole: dict[str, str] = {}
    parts, levels = lived, []
    # from the finest to the whole: each level counts distinct patients of the one before
    for column in (None, "groupe_maladie", "filiere"):
        whole |= {column: "tous"} if column else {}
        keys = [
            key for key in ("departement_residence", "annee", "filiere", "groupe_maladie") if key not in whole
        ]
        parts = _distinct(parts, keys, draw)
        everywhere = parts.groupby(keys[1:], as_index=False)["patients"].sum()
        levels += [parts.assign(**whole), everywhere.assign(departement_residence="tous", **whole)]
    rows = pd.concat(levels, ignore_index=True).assign(classe_age="tous", modalite="total")
    columns = [
        "departement_residence", "groupe_maladie", "filiere", "annee", "classe_age", "modalite", "patients",
    ]  # fmt: skip
    named = rows[rows["groupe_maladie"] != ""]
    return named[columns].sort_values(columns[:-1], ignore_index=True)


def _distinct(parts: pd.DataFrame, keys: list[str], draw: np.random.Generator) -> pd.DataFrame:
    """Return parts summed, those counted twice taken away; never fewer than the largest part."""
    sums = parts.groupby(keys)["patients"].agg(["sum", "max"]).reset_index()
    twice = draw.binomial(sums["sum"].to_numpy(dtype=np.int64), _OVERLAP)
    return sums[keys].assign(patients=np.maximum(sums["sum"].to_numpy() - twice, sums["max"].to_numpy()))


def _means(country: Country, seed: int, years: tuple[int, ...]) -> pd.DataFrame:
    draw = _generator(seed, "moyens")
    totals = _totals(country, seed, years)
    patients = totals["patients"].to_numpy()
    staff = patients[:, None] / np.array([180.0, 140.0, 220.0]) * draw.lognormal(0.0, 0.35, (len(totals), 3))
    staff = np.maximum(np.round(staff, 1), 0.1)
    return pd.DataFrame(
        {
            "centre_id": totals["centre_id"],
            "annee": totals["annee"],
            "etp_medical": staff[:, 0],
            "etp_paramedical": staff[:, 1],
            "etp_autre": staff[:, 2],
            "consultations": patients + draw.poisson(0.8 * patients),
            "teleconsultations": draw.poisson(0.2 * patients),
            "hospitalisations_jour": draw.poisson(0.25 * patients),
        }
    )


def _history(country: Country, seed: int, _years: tuple[int, ...]) -> pd.DataFrame:
    """Return a label before the one in force for two centres out of three."""
    draw = _generator(seed, "historique_labels")
    centres = country.centres.drop_duplicates(["reseau_id", "etablissement_id", "type"])
    kept = centres[draw.random(len(centres)) < 2 / 3]
    return kept[["reseau_id", "etablissement_id", "type"]].assign(
        periode_label="2017-2022", date_debut="2017-09-01", date_fin="2022-12-31"
    )


def _actors(country: Country, seed: int, _years: tuple[int, ...]) -> pd.DataFrame:
    """Return one made-up structure of each kind for each filière."""
    draw = _generator(seed, "acteurs")
    filieres = sorted(set(country.centres["filiere"]))
    rows = pd.DataFrame(
        [(filiere, kind) for filiere in filieres for kind in ACTOR_TYPES], columns=["filiere", "type"]
    )
    weights = country.communes["population"].to_numpy(dtype=np.float64)
    places = country.communes.iloc[draw.choice(len(weights), len(rows), p=weights / weights.sum())]
    numbers = [str(rank) for rank in range(1, len(rows) + 1)]
    return pd.DataFrame(
        {
            "acteur_id": [f"fictif-{number}" for number in numbers],
            "filiere": rows["filiere"],
            "type": rows["type"],
            "nom": [f"Structure fictive n° {number}" for number in numbers],
            "ville": places["ville"].to_numpy(),
            "code_commune": places["code_commune"].to_numpy(),
            "departement": places["departement"].to_numpy(),
        }
    )


def fake_events(country: Country, *, seed: int, years: Sequence[int], events: int) -> pd.DataFrame:
    """Return made-up care events, one row each, sorted by patient and day.

    A patient lives in one commune, comes once a year or more to one centre, sometimes to a second one.

    Parameters
    ----------
    events : int
        Number of rows, at least 1.

    Returns
    -------
    events : DataFrame
        :data:`EVENT_COLUMNS`; ``date`` is a day, ``annee_naissance`` a whole number, everything else text.
    """
    draw = _generator(seed, EVENTS)
    patients = max(events // 4, 1)
    weights = np.maximum(country.centres["patients"].to_numpy(dtype=np.float64), 1e-9)
    main = draw.choice(len(weights), patients, p=weights / weights.sum())
    second = draw.choice(len(weights), patients, p=weights / weights.sum())
    homes = _homes(country, main, draw)
    children = draw.random(patients) < country.centres["part_enfants"].to_numpy(dtype=np.float64)[main]
    born = min(years) - np.where(children, draw.integers(0, 15, patients), draw.integers(19, 90, patients))
    status = np.array(["confirme", "probable", "indetermine"], dtype=object)
    known = status[draw.choice(3, patients, p=(0.75, 0.13, 0.12))]
    who = draw.integers(0, patients, events)
    away = (draw.random(patients)[who] < _SECOND_CENTRE) & (draw.random(events) < 0.4)
    where = np.where(away, second[who], main[who])
    first = (np.array(years)[draw.integers(0, len(years), events)] - 1970).astype("datetime64[Y]")
    frame = pd.DataFrame(
        {
            "patient_id": [f"fictif-{number:09d}" for number in who],
            "date": first.astype("datetime64[D]") + draw.integers(0, 365, events),
            "centre_id": country.centres["centre_id"].to_numpy()[where],
            "groupe_maladie": country.centres["groupe_maladie"].to_numpy()[where],
            "code_commune": homes[who],
            "modalite": np.where(draw.random(events) < 0.15, "telemedecine", "site").astype(object),
            "annee_naissance": born[who],
            "statut_diagnostic": known[who],
        }
    )
    return frame.sort_values(list(EVENT_COLUMNS), ignore_index=True)


def _homes(country: Country, centres: Integers, draw: np.random.Generator) -> NDArray[np.object_]:
    """Return the commune of each patient: a département as the origins of the centre say, then by population."""
    thresholds = np.cumsum(country.origins, axis=1)
    places = (draw.random(len(centres))[:, None] > thresholds[centres]).sum(axis=1)
    places = np.minimum(places, len(country.departements) - 1)
    homes = np.empty(len(centres), dtype=object)
    communes = dict(tuple(country.communes.groupby("departement")))
    for rank in np.unique(places):
        local = communes[country.departements[rank]]
        weights = local["population"].to_numpy(dtype=np.float64)
        lives = np.flatnonzero(places == rank)
        chosen = draw.choice(len(local), len(lives), p=weights / weights.sum())
        homes[lives] = local["code_commune"].to_numpy()[chosen]
    return homes


MAKERS: Mapping[str, Callable[[Country, int, tuple[int, ...]], pd.DataFrame]] = {
    "file_active": _file_active,
    "file_active_territoire": _territories,
    "moyens": _means,
    "historique_labels": _history,
    "acteurs": _actors,
}
"""Tables that can be made up."""

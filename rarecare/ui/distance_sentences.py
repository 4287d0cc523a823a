"""The answers of the page Distance in one French sentence each, besides that of Couverture."""

from __future__ import annotations

import math

import pandas as pd

from rarecare.french import NARROW_NBSP, duration, listing, people, percent
from rarecare.territory.locatives import in_territory

_SAME_MINUTES = 2.5
"""Half of the step of times on screen: a smaller difference reads as none."""


def signed_duration(minutes: float) -> str:
    """Return a difference of times to 5 minutes: "+1 h 05", "−25 min", "aucun écart"; NaN is "n. d."."""
    if math.isnan(minutes):
        return duration(minutes)
    if abs(minutes) < _SAME_MINUTES:
        return "aucun écart"
    return ("+" if minutes > 0 else "−") + duration(max(abs(minutes), 5.0))


def dependence_sentence(
    place: tuple[str, str, str], counts: tuple[float, float, float], sites: str, seuil_minutes: int
) -> str:
    """Say how many people have one place within a time and no second one, and how many have none.

    Parameters
    ----------
    place
        Maille, code and name of the territory.
    counts
        People with one place, with none (no road included), and all of them.
    sites
        The sites in words, singular without article.
    seuil_minutes
        The threshold.
    """
    one, none, everyone = counts
    where = _capital(in_territory(*place))
    limit = duration(seuil_minutes)
    if everyone <= 0:
        return f"{where}, personne n'est concerné par cette sélection."
    if one < 0.5:
        alone = f"personne ne dépend d'un seul lieu à moins de {limit} pour un {sites}"
    else:
        alone = f"{_share(one, everyone)} n'ont qu'un seul lieu à moins de {limit} pour un {sites}"
    tail = (
        "tous les autres en ont au moins deux" if none < 0.5 else f"{_share(none, everyone)} n'en ont aucun"
    )
    return f"{where}, {alone} ; {tail}."


def loss_sentence(row: pd.Series, lieu: str, sites: str, seuil_minutes: int) -> str:
    """Say what the loss of one place would do; ``row`` is one of :func:`rarecare.indicators.loss.loss_table`."""
    without = lieu.rpartition(" (")[0]
    if not row["habitants"]:
        return f"{without} n'est le lieu le plus proche de personne : sans lui, aucun temps ne change."
    beyond = row["habitants_au_dela_en_plus"]
    limit = duration(seuil_minutes)
    head = (
        f"Sans {without}, {people(beyond)} de plus seraient à plus de {limit} d'un {sites}, ou sans route vers lui"
        if beyond >= 0.5
        else f"Sans {without}, personne de plus ne serait à plus de {limit} d'un {sites}"
    )
    return f"{head} ; {_added(row['minutes_ajoutees_mediane'])}."


def _added(minutes: float) -> str:
    if math.isinf(minutes):
        return "plus de la moitié de ceux dont c'est le lieu le plus proche n'auraient plus de route vers un autre"
    if minutes < _SAME_MINUTES:
        return "la moitié de ceux dont c'est le lieu le plus proche ne perdraient pas de temps"
    return f"la moitié de ceux dont c'est le lieu le plus proche feraient {duration(minutes)} de plus, ou davantage"


def comparison_sentence(
    between: str, medians: tuple[float, float], table: pd.DataFrame, departement: str
) -> str:
    """Say how the national median changes from one selection to another, and where it changes most.

    Parameters
    ----------
    between
        The selections in words, as in "du niveau expertise au niveau proximité de la filière RESPIFIL".
    medians
        National medians of both, in minutes; inf = over half have no road.
    table
        Result of :func:`rarecare.indicators.compare.compare` by département.
    departement
        Code of the chosen département, empty for none.
    """
    national = (
        f"{_capital(between)}, la médiane nationale {_change(*medians)}{_widest(table)}{_roads(table)}."
    )
    rows = table[table["departement"].eq(departement)]
    if rows.empty:
        return national
    row = rows.iloc[0]
    where = _capital(in_territory("departement", departement, row["nom"]))
    own = _change(row["temps_median_a_minutes"], row["temps_median_b_minutes"])
    return f"{national} {where}, elle {own}."


def _change(before: float, after: float) -> str:
    first, second = _median(before), _median(after)
    return f"reste de {first}" if first == second else f"passe de {first} à {second}"


def _median(minutes: float) -> str:
    return "« pas de route »" if math.isinf(minutes) else duration(minutes)


def _widest(table: pd.DataFrame) -> str:
    known = table[table["difference_minutes"].notna()]
    if known.empty or known["difference_minutes"].abs().max() < _SAME_MINUTES:
        return f"{NARROW_NBSP}; aucune médiane de département ne change"
    row = known.loc[known["difference_minutes"].abs().idxmax()]
    where = in_territory("departement", row["departement"], row["nom"])
    gap = signed_duration(float(row["difference_minutes"]))
    return f"{NARROW_NBSP}; c'est {where} que l'écart est le plus grand ({gap})"


def _roads(table: pd.DataFrame) -> str:
    parts = []
    for state, words in (("route_gagnee", "la seconde"), ("route_perdue", "la première")):
        rows = table.loc[table["etat"].eq(state), ["departement", "nom"]].to_numpy()
        names = [in_territory("departement", code, nom) for code, nom in rows]
        if names:
            shown = names if len(names) <= 4 else [*names[:3], f"dans {len(names) - 3} autres départements"]
            parts.append(f"une route n'existe que dans {words} {listing(shown)}")
    return "".join(f"{NARROW_NBSP}; {part}" for part in parts)


def _share(part: float, whole: float) -> str:
    return f"{percent(part / whole)} des habitants ({people(part, '')})"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

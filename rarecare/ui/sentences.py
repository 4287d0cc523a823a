"""The answer of a page in one French sentence."""

from __future__ import annotations

import math

from rarecare.french import duration, number, people, percent
from rarecare.indicators.sheet import TerritorySheet
from rarecare.territory.locatives import in_territory

_ALMOST_ALL = 0.995


def coverage_sentence(sheet: TerritorySheet, national: TerritorySheet, sites: str, seuil_minutes: int) -> str:
    """Say how far half of the people live, how many are beyond the threshold, and what the country does.

    Parameters
    ----------
    sheet, national
        The territory asked about, and the whole country.
    sites
        The sites in words, singular without article.
    seuil_minutes
        Threshold of the page.
    """
    place = in_territory(sheet.maille, sheet.code, sheet.nom)
    if sheet.people <= 0:
        return _capital(f"{place}, personne n'est concerné par cette sélection.")
    beyond = sheet.people_beyond(seuil_minutes)
    without_road = sheet.share_without_road_pct > 0
    tail = _beyond(beyond, sheet.people, seuil_minutes, without_road=without_road)
    return _capital(
        f"{place}, {_half(sheet.median_minutes, sites)} ; {tail}."
        + ("" if sheet.maille == "france" else f" Médiane nationale : {duration(national.median_minutes)}.")
    )


def cautious(sentence: str, sparse: tuple[int, int] | None) -> str:
    """Return the answer, headed by how few sites it rests on when they are less than half of those published."""
    if sparse is None:
        return sentence
    known, published = sparse
    head = (
        f"D'après {number(known)} des {number(published)} sites publiés"
        if known
        else (f"Sans connaître aucun des {number(published)} sites publiés")
    )
    return f"{head} : {sentence[:1].lower()}{sentence[1:]}"


def _half(median_minutes: float, sites: str) -> str:
    if math.isinf(median_minutes):
        return f"plus de la moitié des habitants n'ont pas de route vers un {sites}"
    return f"la moitié des habitants sont à {_about(median_minutes)} ou plus d'un {sites}"


def _beyond(beyond: float, total: float, seuil_minutes: int, *, without_road: bool) -> str:
    limit = duration(seuil_minutes)
    share = beyond / total
    far = f"à plus de {limit}" + (" ou sans route" if without_road else "")
    if beyond < 0.5:
        return f"tous sont à moins de {limit}"
    if total - beyond < 0.5:
        return f"tous sont {far}"
    if share > _ALMOST_ALL:
        return f"presque tous sont {far}"
    return f"{percent(share)} ({people(beyond)}) sont {far}"


def _about(minutes: float) -> str:
    return "moins de 5 minutes" if minutes < 5 else duration(minutes)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

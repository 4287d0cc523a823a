"""Gaps in words: where the three largest are, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from rarecare.french import counted, duration, listing, number, percent
from rarecare.indicators.gaps import PARTS
from rarecare.territory.partition import Maille

_NAMED = 3
_LISTED = 8
_NEARLY = 0.9


def gap_sentence(table: pd.DataFrame, maille: Maille, sites: str, seuil_minutes: int) -> str:
    """Say where the three largest gaps are and why; territories without a road are named apart.

    Parameters
    ----------
    table
        What :func:`rarecare.indicators.gaps.gap_table` returns.
    maille
        Maille of the territories.
    sites
        The sites in words, singular without article.
    seuil_minutes
        Threshold of the page.
    """
    known = table.dropna(subset="score_points")
    if known.empty or known["score_points"].max() <= 0:
        return f"Aucune lacune ne se détache pour un {sites} : tous les territoires sont à égalité."
    cut_off = known[known["etat"].eq("sans_route")]
    linked = known[known["etat"].eq("route") & known["score_points"].gt(0)].head(_NAMED)
    parts = [_without_road(cut_off["nom"].tolist(), maille, sites)] if len(cut_off) else []
    if len(linked):
        rows = linked.to_dict("records")
        named = [f"{row['nom']} ({main_reason(row, seuil_minutes)})" for row in rows]
        where = "ailleurs, " if parts else ""
        which = (
            "les trois plus grandes lacunes sont" if len(rows) == _NAMED else "les plus grandes lacunes sont"
        )
        if len(rows) == 1:
            which = "la seule lacune est"
        target = "" if parts else f" pour un {sites}"
        parts.append(f"{where}{which}{target} : {listing(named)}")
    sentence = " ; ".join(parts) + "."
    return sentence[:1].upper() + sentence[1:]


def main_reason(row: Mapping[Any, Any], seuil_minutes: int) -> str:
    """Return what brings most to the score of a territory, in words; of parts that bring nearly as much, the first."""
    contributions = {part.slug: float(row[f"contribution_{part.slug}"]) for part in PARTS}
    enough = _NEARLY * max(contributions.values())
    slug = next(slug for slug, points in contributions.items() if points >= enough)
    limit = duration(seuil_minutes)
    if math.isinf(row["temps_median_minutes"]):
        return "pas de route pour la plupart des habitants"
    if slug == "temps":
        return f"temps médian de {duration(row['temps_median_minutes'])}"
    if slug == "au_dela":
        return f"{percent(row['part_au_dela_pct'] / 100)} des habitants à plus de {limit}"
    if slug == "offre":
        return f"offre à portée de {number(row['e2sfca_ratio'], 2)} fois la moyenne"
    return f"{percent(row['sans_second_lieu_pct'] / 100)} des habitants sans second lieu à moins de {limit}"


def part_labels(seuil_minutes: int) -> dict[str, str]:
    """Return the French label of each part by slug, with the threshold."""
    limit = duration(seuil_minutes)
    return {
        "temps": "Temps médian",
        "au_dela": f"Habitants à plus de {limit}",
        "offre": "Offre à portée (1 = moyenne)",
        "dependance": f"Sans second lieu à {limit} ou moins",
    }


def _without_road(names: list[str], maille: Maille, sites: str) -> str:
    kind = "régions" if maille == "region" else "départements"
    if len(names) > _LISTED:
        shown = counted(len(names), kind[:-1], kind)
        return f"{shown} n'ont pas de route vers un {sites} pour la plupart de leurs habitants"
    return f"la plupart des habitants n'ont pas de route vers un {sites} dans ces {kind} : {listing(names)}"

"""Inequality of travel time in words: what the farthest tenth bears, Gini with its interval, where times are long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from rarecare.french import duration, number, percent
from rarecare.indicators.inequality_table import DENSITY_CLASSES, WHOLE, Weights

COUNTED: Mapping[Weights, str] = {"habitants": "habitants", "patients": "patients attendus"}
"""Who is counted, plural, by weights."""

METHOD = (
    (
        "Courbe de Lorenz",
        "Les personnes sont rangées de la plus proche à la plus éloignée d'un site ; la courbe dit quelle part du "
        "temps de trajet de tous font les premières. Plus elle s'éloigne de la diagonale, plus les temps sont inégaux.",
    ),
    (
        "Indice de Gini",
        "Deux fois l'aire entre la diagonale et la courbe : 0 quand tous ont le même temps, proche de 1 quand "
        "quelques-uns portent presque tout le temps de trajet.",
    ),
    (
        "Rapport de Palma",
        "Temps total des 10 % les plus éloignés, divisé par celui des 40 % les plus proches : 0,25 quand tous ont le "
        "même temps.",
    ),
    (
        "Rapport interdécile",
        "Temps que dépasse une personne sur dix, divisé par le temps que neuf sur dix dépassent.",
    ),
    (
        "Intervalle à 95 %",
        "Le hasard du petit nombre : on tire 200 fois autant de personnes au sort, à proportion de celles de chaque "
        "commune, et 95 % des indices obtenus tombent entre les deux bornes. Il est large pour quelques patients, "
        "négligeable pour des milliers d'habitants. Il ne dit rien de l'erreur des temps de trajet, qui sont "
        "modélisés, ni des sites que RareCare ne connaît pas.",
    ),
    (
        "Réserve",
        "Un indice bas ne dit pas que le temps est court : il peut être long pour tous ; lire le temps médian à côté. "
        "Tous les habitants d'une commune ont le temps de celle-ci. Les personnes sans route ne sont pas comptées : "
        "leur part est dans le tableau. La densité est celle de la commune entière.",
    ),
)
"""Title and text of what is told about the measures."""


def inequality_sentence(table: pd.DataFrame, place: str, sites: str, weights: Weights) -> str:
    """Say what the farthest tenth bears, the Gini index with its interval, and where times are long.

    Parameters
    ----------
    table
        What :func:`rarecare.indicators.inequality_table.inequality_table` returns.
    place
        The territory with its preposition, lower case: "en Lozère".
    sites
        The sites in words, singular without article.
    weights
        Who is counted.
    """
    whole, counted = _row(table, WHOLE), COUNTED[weights]
    if not whole["personnes"] > 0:
        nobody = "aucun patient n'est attendu" if weights == "patients" else "personne n'est concerné"
        return _capital(f"{place}, {nobody} pour cette sélection.")
    if math.isnan(whole["gini_indice"]):
        return _capital(f"{place}, personne n'a de route vers un {sites} : il n'y a pas de temps à comparer.")
    farthest = percent(whole["temps_des_plus_loin_pct"] / 100)
    of_whom = "de patients attendus" if weights == "patients" else "d'habitants"
    parts = [
        f"{place}, les 10 % {of_whom} les plus éloignés d'un {sites} font {farthest} du temps de trajet de tous",
        f"indice de Gini {number(whole['gini_indice'], 2)} ({interval_words(whole)})",
        *_by_density(table, counted),
    ]
    return _capital(" ; ".join(parts) + "." + _left_out(whole["part_sans_route_pct"], counted))


def interval_words(row: Mapping[Any, Any]) -> str:
    """Return the interval of Gini in words, for a row of the table: "entre 0,36 et 0,38 à 95 %"."""
    low, high = row["gini_indice_bas"], row["gini_indice_haut"]
    if math.isnan(low):
        return "intervalle impossible à calculer : trop peu de personnes"
    if number(low, 2) == number(high, 2):
        return "à moins d'un centième près"
    return f"entre {number(low, 2)} et {number(high, 2)} à 95 %"


def short_class(name: str) -> str:
    """Return a class of density without its unit, which the heading of the column carries."""
    return name.replace(" habitants par km²", "")


def _by_density(table: pd.DataFrame, counted: str) -> list[str]:
    """Return the median of the least dense class with a road; nothing where one class is the whole territory."""
    rows = [
        row for row in (_row(table, name) for name in DENSITY_CLASSES) if row["temps_median_minutes"] >= 0
    ]
    if len(rows) < 2:
        return []
    least = rows[0]
    return [
        f"dans les communes {_class_words(least['classe'])}, la moitié des {counted} sont à "
        f"{_about(least['temps_median_minutes'])} ou plus"
    ]


def _class_words(name: str) -> str:
    return name[:1].lower() + name[1:] if name.startswith("De ") else f"de {name[:1].lower()}{name[1:]}"


def _about(minutes: float) -> str:
    return "moins de 5 minutes" if minutes < 5 else duration(minutes)


def _left_out(without_road_pct: float, counted: str) -> str:
    if not without_road_pct > 0:
        return ""
    return f" Les {counted} sans route ({percent(without_road_pct / 100)}) ne sont pas comptés."


def _row(table: pd.DataFrame, name: str) -> dict[Any, Any]:
    return dict(table[table["classe"].eq(name)].iloc[0])


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

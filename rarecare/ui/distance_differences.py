"""Tables, files and method of the view "Comparer" of the page Distance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from rarecare.indicators.compare import CommuneComparison
from rarecare.indicators.registry import indicator
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, heading, paragraph
from rarecare.ui.distance_files import commune_files
from rarecare.ui.distance_sentences import signed_duration
from rarecare.ui.question import Question

ROADS = {
    "les_deux": "route des deux côtés", "route_perdue": "route seulement dans la première",
    "route_gagnee": "route seulement dans la seconde", "aucune_route": "pas de route", "": "",
}  # fmt: skip


def comparison_tabs(
    question: Question, titles: tuple[str, str], table: pd.DataFrame, communes: CommuneComparison
) -> None:
    """Draw what is under the maps; ``table`` has one row a département."""
    about, numbers, method = st.tabs(["En bref", "Tableau", "Méthode"], key="onglet_c", bind="query-params")
    if about.open:
        with about:
            paragraph(
                f"À gauche, la différence : bleu et pointillé, plus près avec « {titles[1]} » ; brun, plus loin. "
                f"À droite, les deux cartes comparées, avec les mêmes couleurs. Un clic choisit une commune."
            )
    if numbers.open:
        with numbers:
            heading("Médianes par département", level=3)
            data_table(
                widest_first(table), _columns(titles),
                file_name="comparaison_departements", caption="Médianes comparées par département",
                notes=[("Comparaison", f"{titles[0]} ; {titles[1]}"), *question.notes()],
            )  # fmt: skip
            commune_files(
                "comparaison_communes",
                lambda: communes_frame(question, communes),
                _commune_columns(titles),
                [("Comparaison", f"{titles[0]} ; {titles[1]}"), *question.notes()],
            )
    if method.open:
        with method:
            _method(titles)


def widest_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the départements by size of the difference, those with a road on one side only first."""
    one_side = table["etat"].isin(["route_perdue", "route_gagnee"])
    size = table["difference_minutes"].abs().where(~one_side, np.inf)
    return (
        table.assign(taille=size).sort_values("taille", ascending=False, kind="stable").drop(columns="taille")
    )


def communes_frame(question: Question, communes: CommuneComparison) -> pd.DataFrame:
    """Return the times of each commune on both sides, their difference and the state of the roads."""
    territory = question.access.dataset.communes
    return pd.DataFrame(
        {
            "code_commune": territory.codes,
            "nom": territory.noms,
            "departement": territory.departements,
            "population": territory.population,
            "minutes_a": communes.minutes_a.astype(np.float64),
            "minutes_b": communes.minutes_b.astype(np.float64),
            "difference_minutes": communes.difference_minutes,
            "etat": [ROADS[str(state)] for state in communes.state],
        }
    )


def _columns(titles: tuple[str, str]) -> dict[str, ColumnMeta]:
    return {
        "nom": ColumnMeta("Département"),
        "population": ColumnMeta("Habitants", kind="personnes"),
        "temps_median_a_minutes": ColumnMeta(f"Médiane, {titles[0]}", unit="minutes", kind="duree"),
        "temps_median_b_minutes": ColumnMeta(f"Médiane, {titles[1]}", unit="minutes", kind="duree"),
        "difference_minutes": ColumnMeta("Différence", unit="minutes", kind="nombre1", write=signed_duration),
        "etat": ColumnMeta("Médianes", write=lambda state: ROADS[str(state)]),
        "habitants_plus_pres": ColumnMeta("Habitants plus près", kind="personnes"),
        "habitants_plus_loin": ColumnMeta("Habitants plus loin", kind="personnes"),
    }


def _commune_columns(titles: tuple[str, str]) -> dict[str, ColumnMeta]:
    return {
        "code_commune": ColumnMeta("Code Insee"),
        "nom": ColumnMeta("Commune"),
        "departement": ColumnMeta("Département"),
        "population": ColumnMeta("Habitants", kind="personnes"),
        "minutes_a": ColumnMeta(titles[0], unit="minutes", kind="duree"),
        "minutes_b": ColumnMeta(titles[1], unit="minutes", kind="duree"),
        "difference_minutes": ColumnMeta("Différence", unit="minutes", kind="nombre1"),
        "etat": ColumnMeta("État"),
    }


def _method(titles: tuple[str, str]) -> None:
    for title, text in (
        (
            "Définition",
            f"Temps avec « {titles[1]} » moins temps avec « {titles[0]} », commune par commune.",
        ),
        (
            "Signe",
            "Un signe moins veut dire plus près avec la seconde sélection. Sous 5 minutes, les temps sont dits égaux.",
        ),
        (
            "Dénominateur",
            "Les mêmes habitants des deux côtés : ceux du public choisi, tous si les publics diffèrent.",
        ),
        (
            "Réserve",
            "Une liste incomplète d'un seul côté fait un écart qui n'existe pas : lire la complétude des deux.",
        ),
        ("Source", indicator("temps_median").meta.source),
    ):
        paragraph(f"{title} : {text}")

"""Tables, files and method of the view "Dépendance" of the page Distance."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rarecare.french import duration
from rarecare.indicators.places import dependence_by_commune, dependence_by_departement, place_names
from rarecare.indicators.registry import indicator
from rarecare.ui import texts
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, heading, paragraph
from rarecare.ui.distance_files import commune_files
from rarecare.ui.question import Question


def dependence_tabs(question: Question, losses: pd.DataFrame) -> None:
    """Draw what is under the map; ``losses`` has one row a place, with its name in ``lieu``."""
    about, table, method = st.tabs(["En bref", "Tableau", "Méthode"], key="onglet_d", bind="query-params")
    seuil = question.filters.seuil_minutes
    if about.open:
        with about:
            paragraph(
                "Choisir un lieu, ou cliquer sur le repère d'un hôpital, montre la carte sans lui : le temps que "
                "chaque commune y perdrait. « Tableau » classe les lieux selon ce que leur perte coûterait."
            )
    if table.open:
        with table:
            heading("Ce que coûterait la perte de chaque lieu", level=3)
            data_table(
                losses.assign(part=losses["habitants_au_dela_en_plus"] / losses["habitants"]), _loss_columns(seuil),
                file_name="dependance_lieux", caption="Perte de chaque lieu, la plus lourde d’abord",
                highlight=place_names(question.access).get(question.filters.sans, ""), notes=question.notes(),
            )  # fmt: skip
            heading("Habitants par nombre de lieux, par département", level=3)
            data_table(
                dependence_by_departement(question.access, seuil), _territory_columns(question),
                file_name="dependance_departements", caption="Habitants par nombre de lieux à portée, par département",
                notes=question.notes(),
            )  # fmt: skip
            commune_files(
                "dependance_communes",
                lambda: dependence_by_commune(question.access, seuil, question.filters.sans),
                _commune_columns(question),
                question.notes(),
            )
    if method.open:
        with method:
            _method(seuil)


def _loss_columns(seuil_minutes: int) -> dict[str, ColumnMeta]:
    return {
        "lieu": ColumnMeta("Lieu"),
        "sites": ColumnMeta("Sites", kind="nombre"),
        "hopitaux": ColumnMeta("Hôpitaux", kind="nombre"),
        "habitants": ColumnMeta("Habitants dont c’est le plus proche", kind="personnes"),
        "habitants_au_dela_en_plus": ColumnMeta(
            f"De plus à plus de {duration(seuil_minutes)}", kind="personnes"
        ),
        "part": ColumnMeta("Part d’entre eux", kind="part"),
        "minutes_ajoutees_mediane": ColumnMeta(
            "Temps médian ajouté", unit="minutes", kind="duree", write=_added
        ),
        "habitants_sans_route_en_plus": ColumnMeta("Laissés sans route", kind="personnes"),
    }


def _added(minutes: float) -> str:
    return "aucun" if minutes == 0 else duration(minutes)


def _territory_columns(question: Question) -> dict[str, ColumnMeta]:
    return {
        "nom": ColumnMeta("Département"),
        "population": ColumnMeta(texts.PEOPLE[question.selection.public], kind="personnes"),
        "habitants_un_lieu": ColumnMeta("Un seul lieu", kind="personnes"),
        "part_un_lieu": ColumnMeta("Part avec un seul lieu", kind="part"),
        "habitants_sans_lieu": ColumnMeta("Aucun lieu ou pas de route", kind="personnes"),
        "part_sans_lieu": ColumnMeta("Part sans lieu", kind="part"),
        "part_deux_lieux": ColumnMeta("Part avec deux lieux ou plus", kind="part"),
    }


def _commune_columns(question: Question) -> dict[str, ColumnMeta]:
    return {
        "code_commune": ColumnMeta("Code Insee"),
        "nom": ColumnMeta("Commune"),
        "departement": ColumnMeta("Département"),
        "population": ColumnMeta(texts.PEOPLE[question.selection.public], kind="personnes"),
        "lieux": ColumnMeta(f"Lieux à moins de {duration(question.filters.seuil_minutes)}"),
        "minutes": ColumnMeta("Temps vers le lieu le plus proche", unit="minutes", kind="duree"),
        "minutes_ajoutees": ColumnMeta("Temps ajouté sans le lieu retiré", unit="minutes", kind="duree"),
    }


def _method(seuil_minutes: int) -> None:
    limit = duration(seuil_minutes)
    for title, text in (
        (
            "Définition",
            f"Une commune dépend d'un seul lieu quand un lieu est à {limit} ou moins et qu'aucun second ne l'est.",
        ),
        (
            "Perte d'un lieu",
            "Les habitants dont il est le plus proche vont au second lieu le plus proche ; les autres ne changent pas.",
        ),
        (
            "Dénominateur",
            "Habitants du territoire, selon le public choisi ; ceux qui n'ont pas de route comptent parmi ceux qui "
            "n'ont aucun lieu.",
        ),
        (
            "Réserve",
            "Le temps est compté de commune à commune : la fermeture d'un hôpital parmi plusieurs d'une même ville ne "
            "change aucun temps. La place disponible dans le second lieu n'est pas comptée.",
        ),
        ("Source", indicator("temps_median").meta.source),
    ):
        paragraph(f"{title} : {text}")

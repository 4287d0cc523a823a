"""Blocks of the page Méthode: what made the travel times, how completeness is counted, where methods come from."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from rarecare.dataset.store import Dataset
from rarecare.french import number, typography
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, heading, paragraph
from rarecare.ui.engine_comparison import ENGINE_NAMES
from rarecare.ui.question import dataset_notes

PARAMETERS = {
    "local_detour": ("Détour des petites routes (longueur ÷ vol d'oiseau)", ""),
    "local_slow_kmh": ("Vitesse locale en ville dense", "km/h"),
    "local_fast_kmh": ("Vitesse locale à la campagne", "km/h"),
    "local_half_density": ("Densité où la vitesse locale est à mi-chemin", "habitants/km²"),
    "express_detour": ("Détour des voies express (longueur ÷ vol d'oiseau)", ""),
    "nationale_detour": ("Détour des grandes routes (longueur ÷ vol d'oiseau)", ""),
    "motorway_access_minutes": ("Accès à une autoroute", "minutes"),
    "express_access_minutes": ("Accès à une voie express", "minutes"),
    "access_per_doubling_minutes": ("Accès en plus par doublement de population", "minutes"),
    "access_reference_population": ("Population à partir de laquelle l'accès s'allonge", "habitants"),
    "access_doublings_max": ("Doublements comptés, au plus", ""),
    "paris_access_minutes": ("Accès en plus à Paris", "minutes"),
    "nationale_access_minutes": ("Accès à une grande route", "minutes"),
    "nationale_access_per_doubling_minutes": ("Accès à une grande route, en plus par doublement", "minutes"),
    "trip_minutes": ("Partir et se garer, une fois par trajet", "minutes"),
    "same_commune_minutes": ("Trajet à l'intérieur d'une commune", "minutes"),
    "address": ("Adresse du moteur", ""),
    "profile": ("Profil de véhicule", ""),
    "costing": ("Profil de véhicule", ""),
    "configuration": ("Fichier de configuration", ""),
    "snap_limit_metres": ("Distance à la route au-delà de laquelle il n'y a pas de route", "mètres"),
    "ferries_marked": ("Bacs signalés", ""),
    "data_version": ("Date des données routières", ""),
    "communes_far_from_roads": ("Communes loin de toute route", "communes"),
}
"""French name and unit of each parameter that an engine keeps with its matrix."""

COMPLETENESS = (
    "Un site est un couple réseau et hôpital, compté une fois, sous son label le plus récent.",
    "Complétude = sites connus ÷ sites publiés par la filière (ou par le pays, la région, l'hôpital), avec l'année de "
    "la page lue. Un total que personne ne publie est « inconnu », jamais zéro.",
    "Plusieurs comptes publiés ne s'ajoutent que si chacun d'eux est publié.",
    "Les centres de ressources et de compétences (CRC) comptent pour les deux niveaux, et à part des centres de "
    "référence.",
    "Un coordonnateur remplacé depuis reste un centre de référence.",
    "La phrase « n sur N » compare des sites de plusieurs labels : elle dit aussi combien ont été lus sur une page et "
    "combien portent le label 2023-2028.",
)

REFERENCES = (
    ("Accessibilité en deux étapes (2SFCA)", "Luo et Wang 2003", "10.1068/b29120"),
    ("La même, par zones de temps (E2SFCA)", "Luo et Qi 2009", "10.1016/j.healthplace.2009.06.002"),
    ("Décroissance gaussienne annulée à la limite", "Dai 2010", "10.1016/j.healthplace.2010.06.012"),
    ("Accès rapporté à la moyenne", "Wan, Zhan, Zou et Chow 2012", "10.1016/j.apgeog.2011.05.001"),
    ("Partage entre sites selon l'attraction et le temps", "Huff 1963", "10.2307/3144521"),
    ("Quantiles pondérés (type 1)", "Hyndman et Fan 1996", "10.1080/00031305.1996.10473566"),
    ("Courbe de concentration", "Lorenz 1905", "10.2307/2276207"),
    ("Indice de Gini pondéré", "Lerman et Yitzhaki 1989", "10.1016/0304-4076(89)90074-2"),
    ("Indice de Gini de petits effectifs", "Deltas 2003", "10.1162/rest.2003.85.1.226"),
    ("Rapport de Palma", "Palma 2011", "10.1111/j.1467-7660.2011.01694.x"),
    ("Intervalle par rééchantillonnage", "Efron 1979", "10.1214/aos/1176344552"),
    ("Score de lacune : normalisation par rang", "OCDE et JRC 2008", "10.1787/9789264043466-en"),
)
"""Method, authors and year, DOI."""


def engine_table(dataset: Dataset) -> None:
    """Show the engine that made the travel times in force, with its parameters in French."""
    matrix = dataset.matrix
    name = ENGINE_NAMES.get(matrix.engine, matrix.engine)
    heading(
        "Moteur des temps de trajet",
        note=f"{name[:1].upper()}{name[1:]}, réglages enregistrés avec la matrice",
    )
    rows = [
        {"parametre": PARAMETERS[key][0], "valeur": parameter_text(value), "unite": PARAMETERS[key][1]}
        for key, value in matrix.parameters.items()
        if key in PARAMETERS
    ]
    data_table(
        pd.DataFrame(rows), {
            "parametre": ColumnMeta("Paramètre"), "valeur": ColumnMeta("Valeur"), "unite": ColumnMeta("Unité"),
        },
        file_name="moteur", caption="Paramètres du moteur de temps de trajet",
        notes=dataset_notes(dataset, "Réglages enregistrés avec les temps de trajet (RareCare)"),
    )  # fmt: skip


def parameter_text(value: object) -> str:
    """Return a parameter as French readers write it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        decimals = next((places for places in range(4) if round(value, places) == value), 4)
        return number(value, decimals)
    return str(value) or "non dite"


def completeness_rules() -> None:
    """Show how known sites are compared with published ones."""
    heading("Complétude", note="Comment se comptent les sites connus et les sites publiés")
    items = "".join(f"<li>{escape(typography(text))}</li>" for text in COMPLETENESS)
    st.html(f"<ul class='rc-liste'>{items}</ul>")


def method_references(dataset: Dataset) -> None:
    """Show the publications that the methods come from, their DOI as text."""
    heading("Références des méthodes")
    data_table(
        pd.DataFrame(REFERENCES, columns=["methode", "auteurs", "doi"]), {
            "methode": ColumnMeta("Méthode"), "auteurs": ColumnMeta("Publication"), "doi": ColumnMeta("DOI"),
        },
        file_name="references", caption="Publications des méthodes",
        notes=dataset_notes(dataset, "Publications citées sur chaque ligne"),
    )  # fmt: skip
    paragraph("Les écarts avec ces publications sont dits dans la formule de chaque indicateur.", small=True)

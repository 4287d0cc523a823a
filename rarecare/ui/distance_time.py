"""View "Temps de trajet" of the page Distance: minutes to the nearest site, commune by commune."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st

from rarecare.access.selection import THRESHOLDS_MINUTES
from rarecare.access.weighted import group_sums
from rarecare.charts.bars import Bar, BarChart, ranking
from rarecare.charts.figures import sensitivity
from rarecare.charts.template import Chart
from rarecare.french import NARROW_NBSP, NBSP, duration, people, percent
from rarecare.indicators.registry import indicator
from rarecare.indicators.sheet import TerritorySheet
from rarecare.indicators.times import times_by_commune, times_by_departement
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.pictures import legend_of, mode_query, time_classes, time_scale
from rarecare.territory.partition import Maille
from rarecare.ui import texts
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import answer, chart, data_table, heading, paragraph, permalink
from rarecare.ui.coverage import chosen_sheet, coverage_figures, method_of, national_sheet
from rarecare.ui.distance import commune_map
from rarecare.ui.distance_commune import commune_panel, commune_search
from rarecare.ui.distance_files import commune_files
from rarecare.ui.question import Question
from rarecare.ui.sentences import coverage_sentence
from rarecare.ui.sources import completeness_line, page_sources


def time_view(question: Question) -> None:
    """Draw the whole view."""
    access, seuil = question.access, question.filters.seuil_minutes
    national = national_sheet(question)
    sheet = chosen_sheet(question) or national
    answer(question.cautious(coverage_sentence(sheet, national, question.sites, seuil)))
    completeness_line(question, "Un site inconnu rallonge les temps affichés.")
    left, right = st.columns([2, 1], gap="large")
    with left:
        _time_map(question)
    with right:
        commune_search(question)
        commune_panel(question)
        heading("Habitants par temps de trajet", note=sheet.nom)
        chart(_histogram(access, sheet.maille, sheet.code), key="rc_histogramme")
    coverage_figures(sheet, national, seuil)
    page_sources(access.dataset, indicator("temps_median").meta.source)
    permalink()
    _tabs(question, sheet, national)


def _tabs(question: Question, sheet: TerritorySheet, national: TerritorySheet) -> None:
    seuil = question.filters.seuil_minutes
    about, curve, table, method = st.tabs(
        ["En bref", "Courbe", "Tableau", "Méthode"], key="onglet", bind="query-params"
    )
    if about.open:
        with about:
            paragraph(
                "Clair, proche ; foncé, loin ; hachures, pas de route. Un clic choisit une commune et son département. "
                "Les chiffres de la carte sont dans « Tableau »."
            )
    if curve.open:
        with curve:
            heading("Part des habitants selon le temps de trajet", level=3)
            compared = () if sheet is national else (("France", tuple(national.curve().tolist())),)
            chart(
                _curve(
                    tuple(sheet.curve().tolist()),
                    compared,
                    seuil,
                    "France" if sheet is national else sheet.nom,
                ),
                key="rc_courbe",
            )
    if table.open:
        with table:
            _time_table(question, sheet)
    if method.open:
        with method:
            method_of(indicator("temps_median"), seuil)


def _time_map(question: Question) -> None:
    access = question.access
    classes = time_classes(access.nearest.minutes)
    commune_map(
        question,
        mode_query("temps", question.selection, access.dataset.version),
        legend_of("Temps de trajet vers le site le plus proche", time_scale(), classes),
        key="distance",
        label="Carte de France des temps de trajet, commune par commune",
        said=lambda rank: duration(float(access.nearest.minutes[rank])),
        access=access,
        medians=True,
        lines=True,
    )


def people_by_class(access: SelectionAccess, maille: Maille, code: str) -> pd.DataFrame:
    """Return the people of a territory by class of time: ``classe``, ``couleur`` and ``habitants``."""
    scale = time_scale()
    parts = access.dataset.partition(maille)
    inside = parts.index == parts.position(code)
    classes = time_classes(access.nearest.minutes[inside]).astype(np.intp)
    count = group_sums(access.people[inside], classes, len(scale.swatches))
    return pd.DataFrame({"classe": scale.labels, "couleur": scale.colours, "habitants": count})


@lru_cache(maxsize=256)
def _histogram(access: SelectionAccess, maille: Maille, code: str) -> BarChart:
    frame = people_by_class(access, maille, code)
    whole = frame["habitants"].sum() or 1.0
    shown = frame[(frame["habitants"] > 0) | (frame["classe"] != "pas de route")]
    bars = [
        Bar(label, label, count, people(count, ""), colour)
        for label, count, colour in shown[["classe", "habitants", "couleur"]].to_numpy()
    ]
    title = "Habitants par classe de temps de trajet"
    drawn = ranking(bars, title=title)
    listed = f"{NARROW_NBSP}; ".join(f"{bar.nom}, {bar.text} ({percent(bar.value / whole)})" for bar in bars)
    return replace(drawn, alt=f"{title}{NBSP}: {listed}.")


@lru_cache(maxsize=64)
def _curve(
    shares: tuple[float, ...], compared: tuple[tuple[str, tuple[float, ...]], ...], seuil: int, name: str
) -> Chart:
    return sensitivity(range(len(shares)), shares, compared=dict(compared), chosen=seuil, name=name)


def _time_table(question: Question, sheet: TerritorySheet) -> None:
    access = question.access
    heading("Temps de trajet par département", level=3)
    data_table(
        times_by_departement(access), _time_columns(question),
        file_name="distance_departements", caption="Temps de trajet par département",
        highlight=sheet.nom, notes=question.notes(),
    )  # fmt: skip
    commune_files(
        "distance_communes", lambda: times_by_commune(access), _commune_columns(question), question.notes()
    )


def _time_columns(question: Question) -> dict[str, ColumnMeta]:
    return {
        "nom": ColumnMeta("Département"),
        "population": ColumnMeta(texts.PEOPLE[question.selection.public], kind="personnes"),
        "mediane_minutes": ColumnMeta("Temps médian", unit="minutes", kind="duree"),
        "p90_minutes": ColumnMeta("Un sur dix dépasse", unit="minutes", kind="duree"),
        **{
            f"part_{minutes}": ColumnMeta(f"À {duration(minutes)} ou moins", kind="part")
            for minutes in THRESHOLDS_MINUTES
        },
        "part_sans_route": ColumnMeta("Sans route", kind="part"),
    }


def _commune_columns(question: Question) -> dict[str, ColumnMeta]:
    return {
        "code_commune": ColumnMeta("Code Insee"),
        "nom": ColumnMeta("Commune"),
        "departement": ColumnMeta("Département"),
        "population": ColumnMeta(texts.PEOPLE[question.selection.public], kind="personnes"),
        "minutes": ColumnMeta("Temps vers le lieu le plus proche", unit="minutes", kind="duree"),
        "etat": ColumnMeta("État"),
        "lieu": ColumnMeta("Lieu le plus proche"),
        "second_minutes": ColumnMeta("Temps vers le second lieu", unit="minutes", kind="duree"),
    }

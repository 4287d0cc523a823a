"""View "Dépendance" of the page Distance: who has one place only, and the map without one of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st

from rarecare.charts.bars import Bar, BarChart, ranking
from rarecare.french import duration, number, people
from rarecare.indicators.loss import loss_table
from rarecare.indicators.places import dependence_by_departement, minutes_added, place_names, places_within
from rarecare.indicators.registry import indicator
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.pictures import added_classes, added_scale, dependence_scale, legend_of, mode_query
from rarecare.ui.components import (
    KeyFigure,
    answer,
    chart,
    heading,
    key_figures,
    paragraph,
    permalink,
)
from rarecare.ui.distance import commune_map
from rarecare.ui.distance_commune import commune_panel, commune_search
from rarecare.ui.distance_losses import dependence_tabs
from rarecare.ui.distance_sentences import dependence_sentence, loss_sentence, signed_duration
from rarecare.ui.filters import pick
from rarecare.ui.question import Question, place_choices
from rarecare.ui.sources import page_sources

_LABEL = "Carte de France du nombre de lieux à portée, commune par commune"
_RANKED = 10


def dependence_view(question: Question) -> None:
    """Draw the whole view: of all places, or of the map without one of them."""
    access, seuil = question.access, question.filters.seuil_minutes
    losses = _losses(access, seuil)
    sans = question.filters.sans
    answer(question.cautious(_answer(question, losses)))
    paragraph(
        f"{question.completeness}. Un lieu est une commune ou un arrondissement où un hôpital au moins a un site "
        "de la sélection.",
        small=True,
    )
    left, right = st.columns([2, 1], gap="large")
    with left:
        _without_map(question) if sans else _dependence_map(question)
    with right:
        pick("sans", place_choices(access), sans)
        if sans:
            with st.container(key="rc_perte"):
                _loss_figures(losses.set_index("code_commune").loc[sans], seuil)
        else:
            heading("Les pertes les plus lourdes", note=f"Habitants de plus à plus de {duration(seuil)}")
            chart(_worst(access, seuil), key="rc_pertes")
        commune_search(question)
        commune_panel(question)
    page_sources(access.dataset, indicator("temps_median").meta.source)
    permalink()
    dependence_tabs(question, losses)


def _answer(question: Question, losses: pd.DataFrame) -> str:
    seuil, sans = question.filters.seuil_minutes, question.filters.sans
    if sans:
        row = losses.set_index("code_commune").loc[sans]
        return loss_sentence(row, place_names(question.access)[sans], question.sites, seuil)
    table = dependence_by_departement(question.access, seuil)
    code = question.filters.departement
    rows = table[table["departement"].eq(code)] if code else table
    place = ("departement", code, str(rows["nom"].iloc[0])) if code else ("france", "FR", "France")
    counts = (
        float(rows["habitants_un_lieu"].sum()),
        float(rows["habitants_sans_lieu"].sum()),
        float(rows["population"].sum()),
    )
    return dependence_sentence(place, counts, question.sites, seuil)


@lru_cache(maxsize=64)
def _losses(access: SelectionAccess, seuil_minutes: int) -> pd.DataFrame:
    """Return the loss of each place with its name, the costliest first."""
    table = loss_table(access, seuil_minutes)
    return table.assign(lieu=table["code_commune"].map(place_names(access)))


def _dependence_map(question: Question) -> None:
    access, seuil = question.access, question.filters.seuil_minutes
    scale, within = dependence_scale(), places_within(access, seuil)
    commune_map(
        question,
        mode_query("dependance", question.selection, access.dataset.version, seuil_minutes=seuil),
        legend_of(f"Nombre de lieux à moins de {duration(seuil)}", scale, within),
        key="dependance",
        label=_LABEL,
        said=lambda rank: scale.labels[int(within[rank])],
        access=access,
    )


def _without_map(question: Question) -> None:
    access, sans = question.access, question.filters.sans
    name = place_names(access)[sans].rpartition(" (")[0]
    added = minutes_added(access, sans)
    commune_map(
        question,
        mode_query("sans", question.selection, access.dataset.version, sans=sans),
        legend_of(
            f"Temps ajouté si {name} n’avait plus de site",
            added_scale(),
            added_classes(added),
        ),
        key="dependance",
        label=_LABEL,
        said=lambda rank: _added(float(added[rank])),
        access=access,
        taken_away=sans,
    )


def _added(minutes: float) -> str:
    if np.isnan(minutes):
        return "déjà sans route"
    return "plus de route" if np.isinf(minutes) else signed_duration(minutes)


def _loss_figures(row: pd.Series, seuil_minutes: int) -> None:
    added = row["minutes_ajoutees_mediane"]
    key_figures(
        [
            KeyFigure("Habitants dont c’est le lieu le plus proche", people(row["habitants"], "")),
            KeyFigure(
                f"De plus à plus de {duration(seuil_minutes)}", people(row["habitants_au_dela_en_plus"], "")
            ),
            KeyFigure("Temps médian ajouté", duration(added) if added else "aucun"),
            KeyFigure(
                "Laissés sans route",
                people(row["habitants_sans_route_en_plus"], ""),
                note=f"{number(row['sites'])} sites dans {number(row['hopitaux'])} hôpitaux"
                if row["hopitaux"] > 1
                else "",
            ),
        ]
    )


@lru_cache(maxsize=64)
def _worst(access: SelectionAccess, seuil_minutes: int) -> BarChart:
    """Return the places whose loss would leave most people beyond the threshold."""
    rows = _losses(access, seuil_minutes).head(_RANKED)
    bars = [
        Bar(code, lieu, count, people(count, ""))
        for code, lieu, count in rows[["code_commune", "lieu", "habitants_au_dela_en_plus"]].to_numpy()
    ]
    return ranking(bars, title=f"Habitants de plus à plus de {duration(seuil_minutes)} sans ce lieu")

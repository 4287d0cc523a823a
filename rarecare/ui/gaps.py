"""View "Lacunes" of the page Couverture: ranked gaps, the four parts of the score, the weights of the reader."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from rarecare.charts.stacked import StackedBar, stacked
from rarecare.charts.template import Chart
from rarecare.french import duration, number, ordinal, percent
from rarecare.indicators.frames import key_column
from rarecare.indicators.gaps import PARTS, WORST_POINTS, Weights, gap_table
from rarecare.maps.colours import sequential
from rarecare.maps.layers import Choropleth, Frames
from rarecare.maps.legend import Legend
from rarecare.maps.scale import Scale
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import answer, chart, data_table, heading, paragraph, permalink
from rarecare.ui.coverage import choose_territory, territory_maille
from rarecare.ui.gap_sentences import gap_sentence, main_reason, part_labels
from rarecare.ui.gap_weights import chosen_weights, weight_sliders
from rarecare.ui.map import show_map
from rarecare.ui.question import Question
from rarecare.ui.sources import page_sources
from rarecare.ui.theme import geometry_url

SOURCES = "Sites labellisés (RareCare), populations communales (INSEE), temps de trajet modélisés (RareCare)"
_RANKED = 12
_SCORES = Scale(
    (20.0, 40.0, 60.0, 80.0), sequential(5), ("0 à 20", "20 à 40", "40 à 60", "60 à 80", "80 à 100"),
    ("20", "40", "60", "80"),
)  # fmt: skip
_HEIGHT_PIXELS = 520


def gap_answer(question: Question) -> tuple[pd.DataFrame, Weights]:
    """Say where the three largest gaps are and why; return the ranking and the weights that made it."""
    weights = chosen_weights()
    maille, seuil = territory_maille(question), question.filters.seuil_minutes
    table = gap_table(question.access, maille, weights=weights, seuil_minutes=seuil)
    answer(question.cautious(gap_sentence(table, maille, question.sites, seuil)))
    paragraph(f"{question.completeness}. Un site inconnu creuse une lacune qui n'existe pas.", small=True)
    return table, weights


def gap_view(question: Question, table: pd.DataFrame, weights: Weights) -> None:
    """Draw the view: weights, map, contributions, detail of one territory, table."""
    maille, seuil = territory_maille(question), question.filters.seuil_minutes
    selected = getattr(question.filters, maille)
    kind = "régions" if maille == "region" else "départements"
    heading(
        "Poids de chaque partie",
        note="Ce qui compte le plus pour vous ; seuls les rapports entre poids comptent",
    )
    weight_sliders(weights)
    left, right = st.columns([2, 1], gap="large")
    with left:
        _map(question, table, selected)
    with right:
        heading("Les plus grandes lacunes", note="Points de chaque partie, une fois pondérés")
        chart(_contributions(table, weights, maille, selected), key="rc_lacunes_parts")
    shown = table[table[key_column(maille)].eq(selected)] if selected else table.head(1)
    _detail(question, shown.iloc[0].to_dict(), weights, len(table))
    _table(question, table, weights)
    paragraph(_method(kind, seuil), small=True)
    page_sources(question.access.dataset, SOURCES)
    permalink()


def _map(question: Question, table: pd.DataFrame, selected: str) -> None:
    maille, seuil = territory_maille(question), question.filters.seuil_minutes
    codes, scores = table[key_column(maille)], table["score_points"]
    rows = table.to_dict("records")
    layer = Choropleth(
        geometry_url(f"{'regions' if maille == 'region' else 'departements'}_atlas.geojson"),
        values=dict(zip(codes, scores.tolist(), strict=True)),
        texts={row[key_column(maille)]: _bubble(row, seuil) for row in rows},
        scale=_SCORES,
        selected=selected,
    )
    legend = Legend(
        "Score de lacune (0 = personne ne fait mieux, 100 = personne ne fait pire)", _SCORES,
        no_data="Sans habitant" if scores.isna().any() else "",
    )  # fmt: skip
    show_map(
        layer, Frames(geometry_url("cadres.geojson")),
        key="lacunes", label="Carte de France du score de lacune, par territoire", legend=legend,
        height=_HEIGHT_PIXELS, on_click=partial(choose_territory, maille),
    )  # fmt: skip


def _bubble(row: Mapping[Any, Any], seuil_minutes: int) -> str:
    if math.isnan(row["score_points"]):
        return "sans habitant"
    place = ordinal(int(row["rang"]), feminine=True)
    return f"{number(row['score_points'])} points, {place} lacune\n{main_reason(row, seuil_minutes)}"


def _contributions(table: pd.DataFrame, weights: Weights, maille: str, selected: str) -> Chart:
    rows = table.dropna(subset="score_points").head(_RANKED).to_dict("records")
    bars = [
        StackedBar(row[maille], row["nom"], tuple(float(row[f"contribution_{part.slug}"]) for part in PARTS))
        for row in rows
    ]
    shares = weights.shares
    labels = [f"{label} ({percent(shares[slug])})" for slug, label in _SHORT.items()]
    return stacked(bars, labels, title="Score de lacune", top=WORST_POINTS, selected=selected)


_SHORT = {"temps": "Temps", "au_dela": "Au-delà", "offre": "Offre", "dependance": "Dépendance"}


def _detail(question: Question, row: Mapping[Any, Any], weights: Weights, count: int) -> None:
    """Show how the score of one territory is made, part by part."""
    heading(f"{row['nom']} : d'où vient le score", level=3, note=_place(row, count))
    labels, maille = part_labels(question.filters.seuil_minutes), territory_maille(question)
    lines = [
        {
            maille: row[key_column(maille)],
            "nom": row["nom"],
            "partie": labels[part.slug],
            "valeur": VALUE_WRITERS[part.slug](row[part.column]),
            "france": VALUE_WRITERS[part.slug](row[part.national_column]),
            "valeur_nombre": row[part.column],
            "france_nombre": row[part.national_column],
            "unite": _UNITS[part.slug],
            "rang": row[f"rang_{part.slug}"],
            "points": row[f"points_{part.slug}"],
            "poids": weights.shares[part.slug],
            "contribution": row[f"contribution_{part.slug}"],
        }
        for part in PARTS
    ]
    part, texts = (
        {"partie": ColumnMeta("Partie")},
        {"valeur": ColumnMeta("Valeur"), "france": ColumnMeta("France")},
    )
    numbers = {
        "valeur_nombre": ColumnMeta("Valeur", kind="nombre2"), "france_nombre": ColumnMeta("France", kind="nombre2"),
        "unite": ColumnMeta("Unité"),
    }  # fmt: skip
    score = {
        "rang": ColumnMeta("Rang", kind="nombre"), "points": ColumnMeta("Points", kind="nombre1"),
        "poids": ColumnMeta("Poids", kind="part"),
        "contribution": ColumnMeta("Contribution au score", unit="points", kind="nombre1"),
    }  # fmt: skip
    data_table(
        pd.DataFrame(lines), part | texts | score,
        file_columns={"nom": ColumnMeta("Territoire")} | part | numbers | score,
        file_name="lacune_detail", caption=f"Les quatre parties du score, {row['nom']}", notes=question.notes(),
    )  # fmt: skip


_UNITS = {"temps": "minutes", "au_dela": "%", "offre": "fois la moyenne nationale", "dependance": "%"}


def _place(row: Mapping[Any, Any], count: int) -> str:
    if math.isnan(row["score_points"]):
        return "Personne n'est concerné ici par cette sélection"
    place = ordinal(int(row["rang"]), feminine=True)
    single = percent(row["un_seul_lieu_pct"] / 100)
    alone = f" ; {single} des habitants n'ont qu'un lieu en deçà du seuil" if row["un_seul_lieu_pct"] else ""
    return f"{number(row['score_points'], 1)} points sur 100, {place} lacune sur {count}{alone}"


def _table(question: Question, table: pd.DataFrame, weights: Weights) -> None:
    seuil = question.filters.seuil_minutes
    heading("Toutes les lacunes", level=3, note=f"Poids {weights.text} ; seuil {duration(seuil)}")
    data_table(
        table.assign(seuil_minutes=seuil), shown_columns(seuil), file_columns=file_columns(seuil),
        file_name=f"lacunes_{territory_maille(question)}", caption="Lacunes par territoire, la plus grande d'abord",
        highlight=_selected_name(question, table),
        notes=[*question.notes(), ("Poids", weights.text), ("Score", _method("territoires", seuil))],
    )  # fmt: skip


def _selected_name(question: Question, table: pd.DataFrame) -> str:
    maille = territory_maille(question)
    names = table.loc[table[key_column(maille)].eq(getattr(question.filters, maille)), "nom"]
    return "" if names.empty else str(names.iloc[0])


def _states(state: object) -> str:
    return {"route": "", "sans_route": "Pas de route pour la plupart", "sans_habitant": "Sans habitant"}[
        str(state)
    ]


def shown_columns(seuil_minutes: int) -> dict[str, ColumnMeta]:
    """Return the columns of the table on screen: score, value and points of each part."""
    labels, columns = part_labels(seuil_minutes), _first_columns()
    for part in PARTS:
        columns[part.column] = _value_column(part.slug, labels[part.slug])
    for part in PARTS:
        columns[f"points_{part.slug}"] = ColumnMeta(f"Points {_SHORT[part.slug].lower()}", kind="nombre")
    return columns


def file_columns(seuil_minutes: int) -> dict[str, ColumnMeta]:
    """Return the columns of the files: everything that the score is made of."""
    labels, columns = part_labels(seuil_minutes), _first_columns()
    columns |= {
        "population": ColumnMeta("Population", unit="habitants", kind="nombre"),
        "etat": ColumnMeta("État", write=_states),
        "seuil_minutes": ColumnMeta("Seuil", unit="minutes", kind="nombre"),
    }
    for part in PARTS:
        label, short = labels[part.slug], _SHORT[part.slug].lower()
        columns[part.column] = _value_column(part.slug, label)
        columns[part.national_column] = _value_column(part.slug, f"{label}, France")
        columns[f"rang_{part.slug}"] = ColumnMeta(f"Rang {short}", kind="nombre")
        columns[f"points_{part.slug}"] = ColumnMeta(f"Points {short}", kind="nombre1")
        columns[f"poids_{part.slug}_pct"] = ColumnMeta(f"Poids {short}", kind="pct1")
        columns[f"contribution_{part.slug}"] = ColumnMeta(
            f"Contribution {short}", unit="points", kind="nombre1"
        )
    columns["un_seul_lieu_pct"] = ColumnMeta("Un seul lieu en deçà du seuil", kind="pct1")
    return columns


def _first_columns() -> dict[str, ColumnMeta]:
    return {
        "nom": ColumnMeta("Territoire"),
        "rang": ColumnMeta("Rang", kind="nombre"),
        "score_points": ColumnMeta("Score", unit="points", kind="nombre1"),
    }


def _value_column(slug: str, label: str) -> ColumnMeta:
    if slug == "temps":
        return ColumnMeta(label, unit="minutes", kind="duree")
    return ColumnMeta(label, kind="nombre2") if slug == "offre" else ColumnMeta(label, kind="pct1")


VALUE_WRITERS: dict[str, Callable[[float], str]] = {
    "temps": duration,
    "au_dela": lambda value: percent(value / 100, 1),
    "offre": lambda value: number(value, 2),
    "dependance": lambda value: percent(value / 100, 1),
}
"""How the value of each part is written, from the unit of :func:`rarecare.indicators.gaps.gap_table`."""


def _method(kind: str, seuil_minutes: int) -> str:
    limit = duration(seuil_minutes)
    return (
        f"Points d'une partie : 100 × nombre de {kind} qui font strictement mieux ÷ nombre qui font strictement mieux "
        "que le dernier (0 = personne ne fait mieux, 100 = personne ne fait pire). Score : moyenne des quatre, "
        "pondérée par vos poids. Un territoire sans route passe après tous les temps, sans qu'un nombre lui soit "
        f"donné. Au-delà : habitants à plus de {limit} ou sans route. Offre : accessibilité relative (E2SFCA), "
        "1 = moyenne nationale ; moins il y en a, plus il y a de points. Dépendance : habitants qui n'ont pas deux "
        f"lieux à {limit} ou moins : un seul, ou aucun. Le score classe des territoires pour une même sélection ; il "
        "ne se compare pas d'une sélection à l'autre."
    )

"""View "Inégalités" of the page Couverture: how unevenly travel time is shared, overall and by density of commune."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st

from rarecare.charts.bars import Bar, BarChart, ranking
from rarecare.charts.lorenz import LorenzWords, lorenz
from rarecare.charts.template import Chart
from rarecare.french import duration, number, percent, typography
from rarecare.indicators.inequality_table import WHOLE, Weights, inequality_table, lorenz_of
from rarecare.indicators.sheet import TerritorySheet
from rarecare.indicators.view import SelectionAccess
from rarecare.territory.locatives import in_territory
from rarecare.territory.partition import Maille
from rarecare.ui import texts
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import (
    KeyFigure,
    answer,
    chart,
    data_table,
    heading,
    key_figures,
    paragraph,
    permalink,
)
from rarecare.ui.filters import pick
from rarecare.ui.inequality_sentences import (
    COUNTED,
    METHOD,
    inequality_sentence,
    interval_words,
    short_class,
)
from rarecare.ui.question import Question
from rarecare.ui.sources import completeness_line, page_sources

SOURCES = (
    "Sites labellisés (RareCare), populations et surfaces communales (INSEE, IGN), "
    "temps de trajet modélisés (RareCare)"
)
_RATIOS = ("palma_ratio", "rapport_interdecile")


@dataclass(frozen=True)
class Shown:
    """What the view shows: the territory, who counts, and the measures by class of density then of the whole."""

    maille: Maille
    code: str
    nom: str
    weights: Weights
    table: pd.DataFrame

    @property
    def local(self) -> bool:
        """Whether a territory was chosen, to be compared to the country."""
        return self.maille != "france"


def inequality_answer(question: Question, sheet: TerritorySheet) -> Shown:
    """Say how unevenly time is shared in the territory of the sheet; return what the view shows of it."""
    weights, refused = _weights(question)
    table = _table(question.access, weights, sheet.maille, sheet.code)
    place = in_territory(sheet.maille, sheet.code, sheet.nom)
    answer(question.cautious(inequality_sentence(table, place, question.sites, weights)))
    completeness_line(question, "Un site inconnu rallonge les temps affichés.")
    if refused:
        st.warning(typography(f"{refused} Les habitants sont comptés en attendant."))
    return Shown(sheet.maille, sheet.code, sheet.nom, weights, table)


def inequality_view(question: Question, shown: Shown) -> None:
    """Draw the view: who counts, Lorenz curve, medians by density, key figures, table, method."""
    pick("ponderation", texts.PONDERATIONS, question.filters.ponderation)
    if _whole(shown.table)["gini_indice"] >= 0:
        _charts(question, shown)
        _figures(question, shown)
    _by_class(question, shown)
    heading("Comment lire ces chiffres", level=3)
    for title, text in METHOD:
        paragraph(f"{title} : {text}")
    page_sources(question.access.dataset, SOURCES)
    permalink()


def _weights(question: Question) -> tuple[Weights, str]:
    """Return who counts, and why the patients asked for cannot be expected, when they cannot."""
    if question.filters.ponderation != "patients":
        return "habitants", ""
    why = question.access.why_no_expected
    return ("habitants", why) if why else ("patients", "")


@lru_cache(maxsize=64)
def _table(access: SelectionAccess, weights: Weights, maille: Maille, code: str) -> pd.DataFrame:
    """Return the measures of a territory, computed once: the interval takes a fraction of a second."""
    found = inequality_table(access, weights=weights, maille=maille, code=code)
    # A ratio to 0 minutes is no number; infinity is kept for "no road".
    found[list(_RATIOS)] = found[list(_RATIOS)].replace([np.inf], np.nan)
    return found


@lru_cache(maxsize=64)
def _country(access: SelectionAccess, weights: Weights) -> pd.DataFrame:
    return inequality_table(access, weights=weights, interval=False)


def _charts(question: Question, shown: Shown) -> None:
    access, counted = question.access, COUNTED[shown.weights]
    left, right = st.columns([3, 2], gap="large")
    with left:
        heading(
            "Partage du temps de trajet",
            note=f"Courbe de Lorenz : part du temps selon la part des {counted}",
        )
        chart(_lorenz(access, shown.weights, shown.maille, shown.code, shown.nom), key="rc_lorenz")
    with right:
        heading("Temps médian selon la densité", note="Habitants par km² de la commune où l'on vit")
        chart(_medians(access, shown.weights, shown.maille, shown.code), key="rc_densite")


@lru_cache(maxsize=64)
def _lorenz(access: SelectionAccess, weights: Weights, maille: Maille, code: str, nom: str) -> Chart:
    curve = lorenz_of(access, weights=weights, maille=maille, code=code)
    compared = {} if maille == "france" else {"France": lorenz_of(access, weights=weights)}
    name = "France" if maille == "france" else nom
    return lorenz(curve, LorenzWords(name, COUNTED[weights]), compared=compared)


@lru_cache(maxsize=64)
def _medians(access: SelectionAccess, weights: Weights, maille: Maille, code: str) -> BarChart:
    table = _table(access, weights, maille, code).dropna(subset="temps_median_minutes")
    whole = float(_whole(table)["temps_median_minutes"])
    bars = [
        Bar(name, short_class(name), round(minutes, 1), duration(minutes))
        for name, minutes in table.loc[
            table["classe"].ne(WHOLE), ["classe", "temps_median_minutes"]
        ].itertuples(index=False)
    ]
    title = "Temps médian selon les habitants par km² de la commune"
    return ranking(
        bars, title=title, reference=round(whole, 1), reference_label=f"ensemble : {duration(whole)}"
    )


def _figures(question: Question, shown: Shown) -> None:
    whole = _whole(shown.table)
    country = _whole(_country(question.access, shown.weights))
    farthest, nearest = "temps_des_plus_loin_pct", "temps_des_plus_proches_pct"

    def reference(text: str) -> str:
        return f"France : {text}" if shown.local else ""

    key_figures(
        [
            KeyFigure(
                "Part du temps des 10 % les plus éloignés", percent(whole[farthest] / 100),
                reference(percent(country[farthest] / 100)), "si tous avaient le même temps : 10 %",
            ),
            KeyFigure(
                "Part du temps des 40 % les plus proches", percent(whole[nearest] / 100),
                reference(percent(country[nearest] / 100)), "si tous avaient le même temps : 40 %",
            ),
            KeyFigure(
                "Indice de Gini", number(whole["gini_indice"], 2),
                reference(number(country["gini_indice"], 2)), interval_words(whole),
            ),
            KeyFigure(
                "Rapport de Palma", number(whole["palma_ratio"], 2),
                reference(_ratio(country["palma_ratio"])), "les 10 % les plus éloignés sur les 40 % les plus proches",
            ),
        ]
    )  # fmt: skip


def _ratio(value: float) -> str:
    return number(value if math.isfinite(value) else None, 2)


def _by_class(question: Question, shown: Shown) -> None:
    heading("Par densité de la commune", level=3, note="Parmi les personnes qui ont une route vers un site")
    table = shown.table[shown.table["communes"].gt(0)]
    rows = table.assign(
        classe=table["classe"].map(short_class),
        intervalle=[_interval_cell(row) for row in table.to_dict("records")],
    )
    notes = [
        ("Territoire", f"{shown.nom} ({shown.code})"), ("Personnes comptées", COUNTED[shown.weights]),
        *METHOD[-2:], *question.notes(),
    ]  # fmt: skip
    data_table(
        rows, shown_columns(question.selection.public, shown.weights),
        file_columns=file_columns(question.selection.public, shown.weights),
        file_name=f"inegalites_{shown.maille}_{shown.code}", caption="Inégalités de temps par densité de la commune",
        highlight=WHOLE, notes=notes,
    )  # fmt: skip


def shown_columns(public: str, weights: Weights) -> dict[str, ColumnMeta]:
    """Return the columns of the table on screen."""
    return _columns(public, weights, {"intervalle": ColumnMeta("Intervalle à 95 % du Gini")})


def file_columns(public: str, weights: Weights) -> dict[str, ColumnMeta]:
    """Return the columns of the files: both ends of the interval as numbers, and both parts of the Palma ratio."""
    return _columns(
        public, weights, {
            "gini_indice_bas": ColumnMeta("Gini, borne basse à 95 %", kind="nombre2"),
            "gini_indice_haut": ColumnMeta("Gini, borne haute à 95 %", kind="nombre2"),
            "temps_des_plus_proches_pct": ColumnMeta("Temps des 40 % les plus proches", kind="pct1"),
        },
    )  # fmt: skip


def _columns(public: str, weights: Weights, interval: dict[str, ColumnMeta]) -> dict[str, ColumnMeta]:
    people = (
        ColumnMeta(texts.PEOPLE[public], kind="personnes")
        if weights == "habitants"
        else ColumnMeta("Patients attendus", kind="nombre1")
    )
    return {
        "classe": ColumnMeta("Habitants par km²"),
        "communes": ColumnMeta("Communes", kind="nombre"),
        "personnes": people,
        "part_sans_route_pct": ColumnMeta("Sans route", kind="pct1"),
        "temps_median_minutes": ColumnMeta("Temps médian", unit="minutes", kind="duree"),
        "temps_moyen_minutes": ColumnMeta("Temps moyen", unit="minutes", kind="duree"),
        "gini_indice": ColumnMeta("Gini", kind="nombre2"),
        **interval,
        "temps_des_plus_loin_pct": ColumnMeta("Temps des 10 % les plus éloignés", kind="pct1"),
        "palma_ratio": ColumnMeta("Palma", kind="nombre2"),
        "rapport_interdecile": ColumnMeta("Rapport interdécile", kind="nombre1"),
    }


def _interval_cell(row: dict[str, float]) -> str:
    low, high = row["gini_indice_bas"], row["gini_indice_haut"]
    if math.isnan(low):
        return number(None)
    first, last = number(low, 3), number(high, 3)
    return f"{first} à {last}" if first != last else "écart < 0,001"


def _whole(table: pd.DataFrame) -> pd.Series:
    return table[table["classe"].eq(WHOLE)].iloc[0]

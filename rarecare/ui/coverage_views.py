"""The views of the page Couverture: which one is open, what it asks, and the one that the page opens on."""

from __future__ import annotations

import streamlit as st

from rarecare.indicators.registry import Indicator
from rarecare.indicators.relax import require_sites
from rarecare.indicators.sheet import TerritorySheet
from rarecare.ui.components import answer, paragraph, permalink
from rarecare.ui.coverage import (
    availability_note,
    coverage_figures,
    coverage_map,
    coverage_ranking,
    indicator_phrase,
    regional_comparison,
    territory_maille,
    territory_sheet,
)
from rarecare.ui.filters import Filters
from rarecare.ui.question import Question, ask
from rarecare.ui.sentences import coverage_sentence
from rarecare.ui.sources import completeness_line, page_sources
from rarecare.ui.start import Context

FIELDS = (
    "filiere", "groupe", "niveau", "indicateur", "maille", "region", "departement",
    "public", "seuil", "reseau", "provenance", "periode", "ponderation",
)  # fmt: skip
SECONDARY = ("public", "seuil", "reseau", "provenance", "periode")
INEQUALITY, GAPS, CRITERIA_VIEW = "Inégalités", "Lacunes", "Sept critères"

TABS = ("Territoire", "Tableau", "Tous les seuils", INEQUALITY, GAPS, CRITERIA_VIEW, "Méthode")
"""Views of the page, as written on screen and in the address (``vue=Lacunes``)."""


def ask_coverage(context: Context, view: str) -> Question:
    """Draw the filter bar of a view and return the question asked.

    Raises :class:`UserError` when no site answers it, except where the view says itself what is not known.
    """
    question = ask(
        context,
        FIELDS,
        defaults={"indicateur": "temps_median"},
        secondary=SECONDARY,
        hidden=lambda filters: hidden_fields(view, filters),
    )
    if view != CRITERIA_VIEW:
        require_sites(question.access, question.sites, locked=tuple(context.locked))
    return question


def open_view() -> str:
    """Return the view that the address names, known before the tabs are drawn; the first one otherwise."""
    view = st.query_params.get("vue", TABS[0])
    return view if view in TABS else TABS[0]


def hidden_fields(view: str, filters: Filters) -> tuple[str, ...]:
    """Return the fields that the filter bar leaves out.

    Gaps and inequalities have their own indicators; the seven criteria need a group and a région; elsewhere a map of
    régions details a région, every other one a département. Who counts is asked inside the view of inequalities.
    """
    if view == CRITERIA_VIEW:
        return ("indicateur", "maille", "niveau", "departement", "reseau", "ponderation")
    territory = "departement" if filters.maille == "region" else "region"
    unused = {GAPS: ("indicateur",), INEQUALITY: ("indicateur", "seuil")}
    return (territory, "ponderation", *unused.get(view, ()))


def coverage_view(
    question: Question, entry: Indicator, sheet: TerritorySheet, national: TerritorySheet
) -> None:
    """Draw the answer, the map with its ranking, the key figures."""
    seuil, selected = question.filters.seuil_minutes, getattr(question.filters, territory_maille(question))
    sentence = coverage_sentence(sheet, national, question.sites, seuil)
    answer(question.cautious(f"{sentence} {indicator_phrase(question, entry, sheet)}".strip()))
    completeness_line(question, "Un site inconnu rallonge les temps affichés.")
    availability_note(question, entry)
    left, right = st.columns([2, 1], gap="large")
    with left:
        coverage_map(question, entry, selected=selected)
    with right:
        coverage_ranking(question, entry, selected=selected)
    coverage_figures(sheet, national, seuil)
    page_sources(question.access.dataset, entry.meta.source)
    permalink()


def territory_view(question: Question, sheet: TerritorySheet) -> None:
    """Draw the sheet of the chosen territory, or say how to choose one."""
    if sheet.maille == "france":
        paragraph(
            "Cliquez un territoire sur la carte, ou choisissez-le dans les critères, pour lire sa fiche."
        )
        return
    territory_sheet(question, sheet)
    regional_comparison(question, sheet)

"""Couverture: who lives how far from the labelled sites, by territory."""

import streamlit as st

from rarecare.indicators.registry import indicator
from rarecare.indicators.relax import require_sites
from rarecare.ui.components import answer, paragraph, permalink
from rarecare.ui.coverage import (
    GAPS,
    TABS,
    availability_note,
    chosen_sheet,
    coverage_curve,
    coverage_figures,
    coverage_map,
    coverage_ranking,
    coverage_table,
    hidden_fields,
    method_of,
    national_sheet,
    open_view,
    regional_comparison,
    territory_maille,
    territory_sheet,
)
from rarecare.ui.gaps import gap_answer, gap_view
from rarecare.ui.question import ask
from rarecare.ui.sentences import coverage_sentence
from rarecare.ui.sources import page_sources
from rarecare.ui.start import start_page

FIELDS = (
    "filiere", "groupe", "niveau", "indicateur", "maille", "region", "departement",
    "public", "seuil", "reseau", "provenance", "periode",
)  # fmt: skip
SECONDARY = ("public", "seuil", "reseau", "provenance", "periode")

context = start_page("couverture")
view = open_view()
question = ask(
    context,
    FIELDS,
    defaults={"indicateur": "temps_median"},
    secondary=SECONDARY,
    hidden=lambda filters: hidden_fields(view, filters),
)
seuil = question.filters.seuil_minutes
entry = indicator(question.filters.indicateur)
require_sites(question.access, question.sites, locked=tuple(context.locked))
national = national_sheet(question)
sheet = chosen_sheet(question) or national
selected = getattr(question.filters, territory_maille(question))

if view == GAPS:
    ranked, weights = gap_answer(question)
else:
    answer(coverage_sentence(sheet, national, question.sites, seuil))
    paragraph(f"{question.completeness}. Un site inconnu rallonge les temps affichés.", small=True)
    availability_note(question, entry)
    left, right = st.columns([2, 1], gap="large")
    with left:
        coverage_map(question, entry, selected=selected)
    with right:
        coverage_ranking(question, entry, selected=selected)
    coverage_figures(sheet, national, seuil)
    page_sources(context.dataset, entry.meta.source)
    permalink()

about, table, curve, gaps, method = st.tabs(list(TABS), key="vue", bind="query-params")
if about.open:
    with about:
        if sheet is national:
            paragraph(
                "Cliquez un territoire sur la carte, ou choisissez-le dans les critères, pour lire sa fiche."
            )
        else:
            territory_sheet(question, sheet)
            regional_comparison(question, sheet)
if table.open:
    with table:
        coverage_table(question, selected=sheet.nom)
if curve.open:
    with curve:
        coverage_curve(sheet, national, seuil)
if gaps.open:
    with gaps:
        gap_view(question, ranked, weights)
if method.open:
    with method:
        method_of(entry, seuil)

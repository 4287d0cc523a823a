"""Couverture: who lives how far from the labelled sites; inequalities, gaps, the seven criteria."""

import streamlit as st

from rarecare.indicators.registry import indicator
from rarecare.ui.coverage import chosen_sheet, coverage_curve, coverage_table, method_of, national_sheet
from rarecare.ui.coverage_views import (
    CRITERIA_VIEW,
    GAPS,
    INEQUALITY,
    TABS,
    ask_coverage,
    coverage_view,
    open_view,
    territory_view,
)
from rarecare.ui.criteria import criteria_answer, criteria_view
from rarecare.ui.gaps import gap_answer, gap_view
from rarecare.ui.inequality import inequality_answer, inequality_view
from rarecare.ui.start import start_page

context = start_page("couverture")
view = open_view()
question = ask_coverage(context, view)
seuil = question.filters.seuil_minutes
entry = indicator(question.filters.indicateur)
national = national_sheet(question)
sheet = chosen_sheet(question) or national

if view == GAPS:
    ranked, weights = gap_answer(question)
elif view == INEQUALITY:
    shared = inequality_answer(question, sheet)
elif view == CRITERIA_VIEW:
    criteria = criteria_answer(question)
else:
    coverage_view(question, entry, sheet, national)

about, table, curve, unequal, gaps, seven, method = st.tabs(list(TABS), key="vue", bind="query-params")
if about.open:
    with about:
        territory_view(question, sheet)
if table.open:
    with table:
        coverage_table(question, selected=sheet.nom)
if curve.open:
    with curve:
        coverage_curve(sheet, national, seuil)
if unequal.open:
    with unequal:
        inequality_view(question, shared)
if gaps.open:
    with gaps:
        gap_view(question, ranked, weights)
if seven.open:
    with seven:
        criteria_view(question, criteria)
if method.open:
    with method:
        method_of(entry, seuil)

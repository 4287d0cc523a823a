"""The lines that say where the numbers of a page come from, of what day they are, and how complete their list is."""

from __future__ import annotations

from html import escape

import streamlit as st

from rarecare.dataset.store import Dataset
from rarecare.french import date, typography
from rarecare.indicators.catalogue import filiere_of, filiere_site
from rarecare.ui.components import source_line
from rarecare.ui.question import Question


def page_sources(dataset: Dataset, *sources: str) -> None:
    """Show the sources with the day and the version of the dataset."""
    source_line(*sources, updated=date(str(dataset.manifest["built_at"])), version=dataset.version)


def _all_ages(question: Question) -> str:
    """Say that sites for one age count for everybody, where there are some and no age was chosen."""
    audiences = question.access.sites["audience"]
    if question.selection.public != "tous" or not audiences.isin(["enfant", "adulte"]).any():
        return ""
    return "Tous âges confondus : un site réservé aux enfants ou aux adultes compte pour tous."


def completeness_line(question: Question, caveat: str = "") -> None:
    """Show how many of the published sites are known, with the filière's own website for those that are not."""
    dataset, selection = question.access.dataset, question.selection
    address = filiere_site(dataset, selection)
    link = ""
    if address:
        words = f"Site de la filière {filiere_of(dataset, selection)}, pour la liste complète"
        link = f' <a href="{escape(address)}" rel="noopener" target="_blank">{escape(words)}</a>.'
    text = typography(f"{question.completeness}. {caveat} {_all_ages(question)}".strip())
    st.html(f'<p class="rc-petit">{escape(text)}{link}</p>')

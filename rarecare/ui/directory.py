"""Blocks of the page Annuaire: the sites found and the sentence that counts them."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from rarecare.french import counted
from rarecare.territory.locatives import in_departement
from rarecare.ui.components import empty_state
from rarecare.ui.question import Question


def found_sites(question: Question, *, hospital: str = "") -> pd.DataFrame:
    """Return the sites of the question in the chosen département, or at the hospital clicked on the map."""
    sites = question.access.sites
    if question.filters.departement:
        sites = sites[sites["departement"].eq(question.filters.departement)]
    if hospital and sites["etablissement_id"].eq(hospital).any():
        sites = sites[sites["etablissement_id"].eq(hospital)]
    return sites


def directory_sentence(question: Question, sites: pd.DataFrame) -> str:
    """Say how many sites were found, in how many hospitals and where."""
    place = _place(question)
    if sites.empty:
        return f"Aucun {question.sites} n'est connu {place}."
    hospitals = sites["etablissement_id"].nunique()
    to_confirm = int((sites["provenance"] == "a_confirmer").sum())
    reserve = f", dont {number_to_confirm(to_confirm)}" if to_confirm else ""
    found = counted(len(sites), "site labellisé connu", "sites labellisés connus")
    return f"{found}{question.scope} {place}, dans {counted(hospitals, 'hôpital', 'hôpitaux')}{reserve}."


def none_here(question: Question) -> None:
    """Say that no site was found, and where the nearest ones are when some exist elsewhere."""
    empty_state()
    if question.access.sites.empty:
        return
    asked = {name: getattr(question.filters, name) for name in ("filiere", "reseau", "niveau", "departement")}
    query = urlencode({name: code for name, code in asked.items() if code})
    st.html(
        f'<p class="rc-texte"><a href="/distance?{escape(query)}" target="_self">'
        "Chercher les centres les plus proches d’une commune, et le temps de trajet</a></p>"
    )


def number_to_confirm(count: int) -> str:
    """Return how many sites no published page confirms."""
    return counted(count, "site à confirmer", "sites à confirmer")


def _place(question: Question) -> str:
    code = question.filters.departement
    if not code:
        return "en France"
    parts = question.access.dataset.partition("departement")
    return in_departement(code, parts.noms[parts.position(code)])

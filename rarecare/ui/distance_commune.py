"""The search of a commune and the sheet of the one chosen on the page Distance."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import streamlit as st

from rarecare.french import NBSP, duration, people, typography
from rarecare.indicators.nearest_list import nearest_list
from rarecare.indicators.view import SelectionAccess
from rarecare.territory.search import find_communes
from rarecare.ui.components import paragraph
from rarecare.ui.distance import NEAREST_SHOWN, choose_commune, commune_rank
from rarecare.ui.filters import choose
from rarecare.ui.question import Question
from rarecare.ui.site_table import AUDIENCES, PROVENANCES, TYPES

_SEARCH, _FOUND = "rc_commune_cherchee", "rc_communes_trouvees"
_STATES = {"bac": "trajet avec un bac", "pas_de_route": "pas de route"}


def commune_search(question: Question) -> None:
    """Draw the field where a commune is typed: the way to a commune without a pointer."""
    communes = question.access.dataset.communes

    def typed() -> None:
        found = find_communes(communes, st.session_state[_SEARCH])
        st.session_state[_FOUND] = found
        if len(found) == 1 and found[0] != question.filters.commune:
            choose_commune(question, found[0])

    st.text_input(
        "Chercher une commune", key=_SEARCH, on_change=typed, placeholder="Nom ou code Insee, puis Entrée"
    )
    text, found = st.session_state.get(_SEARCH, ""), st.session_state.get(_FOUND)
    if text and found == []:
        paragraph(
            f"Aucune commune ne s'appelle « {text[:60]} » : vérifier l'orthographe, ou cliquer sur la carte.",
            small=True,
        )
    if text and found and len(found) > 1 and question.filters.commune not in found:
        _candidates(question, found)


def _candidates(question: Question, found: list[str]) -> None:
    paragraph("Plusieurs communes répondent :", small=True)
    communes = question.access.dataset.communes
    with st.container(horizontal=True, gap="small", key="rc_candidates"):
        for code in found:
            rank = communes.index_of(code)
            name = f"{communes.noms[rank]} ({communes.departements[rank]})"
            st.button(name, key=f"rc_commune_{code}", on_click=choose_commune, args=(question, code))


def commune_panel(question: Question, *, compared: tuple[tuple[str, SelectionAccess], ...] = ()) -> None:
    """Show the chosen commune and its nearest sites, or how to choose one.

    ``compared`` names the selections of a comparison: the sheet then gives the time of each instead of the sites.
    """
    rank = commune_rank(question)
    if rank is None:
        paragraph("Cliquer sur la carte, ou chercher une commune, pour lire ses temps de trajet.", small=True)
        return
    body = _times(compared, rank) if compared else _nearest(question, rank)
    st.html(f'<section class="rc-fiche" aria-live="polite">{_head(question, rank)}{body}</section>')
    st.button(
        "Fermer la fiche",
        key="rc_fermer",
        on_click=choose,
        args=("commune", question.filters.commune),
        type="tertiary",
    )


def _head(question: Question, rank: int) -> str:
    dataset = question.access.dataset
    communes = dataset.communes
    parts = dataset.partition("departement")
    departement = parts.noms[parts.index[rank]]
    count = float(communes.population[rank])
    inhabitants = people(count) if count else f"aucun{NBSP}habitant"
    facts = f"{departement} · {inhabitants} · code Insee {communes.codes[rank]}"
    return (
        f'<h2 class="rc-titre">{escape(str(communes.noms[rank]))}</h2><p class="rc-sous">{escape(facts)}</p>'
    )


_BY_CROW = "Aucune route n’y mène\u00a0: sites rangés à vol d’oiseau, à rejoindre par avion ou par bateau."


def _nearest(question: Question, rank: int) -> str:
    access = question.access
    rows = nearest_list(access, str(access.dataset.communes.codes[rank]), limit=NEAREST_SHOWN)
    items = "".join(_site(row) for row in rows.to_dict("records"))
    title = "Le site le plus proche" if len(rows) == 1 else f"Les {len(rows)} sites les plus proches"
    away = "" if rows["minutes"].notna().any() else f'<p class="rc-sous">{_BY_CROW}</p>'
    return f'<h3 class="rc-titre">{title}</h3>{away}<ol class="rc-proches">{items}</ol>'


def _site(row: dict[str, Any]) -> str:
    known = not math.isnan(row["minutes"])
    time = duration(row["minutes"]) if known else "pas de route"
    state = _STATES.get(row["etat"], "") if known else ""
    label = f"label {row['periode_label']}" if isinstance(row["periode_label"], str) else "label non daté"
    facts = [
        TYPES[row["type"]],
        AUDIENCES.get(str(row["audience"]), ""),
        label,
        PROVENANCES[row["provenance"]].lower(),
    ]
    details = " · ".join(fact for fact in facts if fact)
    source = str(row["source_url"] or "")
    link = (
        f' · <a href="{escape(source)}" rel="noopener" target="_blank">source</a>'
        if source.startswith(("https://", "http://"))
        else ""
    )
    note = f'<span class="rc-etat">{state}</span>' if state else ""
    return (
        f'<li><p class="rc-temps">{escape(time)}{note}</p><div><p><strong>{escape(row["nom_etablissement"])}</strong>'
        f", {escape(row['ville'])}</p><p>{escape(typography(row['reseau']))}</p>"
        f'<p class="rc-petit">{escape(details)}{link}</p></div></li>'
    )


def _times(compared: tuple[tuple[str, SelectionAccess], ...], rank: int) -> str:
    items = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(duration(float(access.nearest.minutes[rank])))}</dd></div>"
        for label, access in compared
    )
    return f'<dl class="rc-deux-temps">{items}</dl>'

"""What the page Files actives says when nothing was supplied, and how its numbers are made."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from rarecare.dataset.tables import Package, Table, load_package
from rarecare.dataset.templates import dataset_references, template_name, template_xlsx
from rarecare.disclosure.gate import NOTE
from rarecare.french import number, typography
from rarecare.indicators.hypotheses import sentences
from rarecare.maps.legend import LEVEL_LABELS
from rarecare.ui.components import XLSX_TYPE, file_button, heading, paragraph

if TYPE_CHECKING:
    from rarecare.dataset.store import Dataset
    from rarecare.ui.files_actives import CaseloadView

_TABLES = {
    "file_active": "Modèle : file active par centre",
    "file_active_territoire": "Modèle : patients par territoire",
}

DEFINITIONS = {
    "File active": (
        "Nombre de patients distincts suivis par un centre dans l'année, sur place ou par télémédecine. "
        "Fournie par les centres ou les filières et importée ; jamais déduite."
    ),
    "Somme de files actives": (
        "Un patient suivi dans deux centres compte deux fois dans la somme d'un réseau, d'un hôpital, d'une"
        " filière ou d'un territoire. Seuls les « patients distincts qui y habitent », quand ils sont "
        "fournis, comptent chacun une fois ; la somme des départements suppose qu'un patient n'habite que "
        "dans un seul."
    ),
    "Télémédecine": (
        "Part des patients vus au moins une fois à distance dans l'année. Un patient vu sur place et à "
        "distance compte dans les deux ; le total ne le compte qu'une fois."
    ),
    "Position par rapport au seuil": (
        "Au-dessous, proche ou au-dessus du seuil du type de centre, réglé par l'exploitant. Un effectif « "
        "≤10 » est au-dessous quand même 10 patients le seraient ; sinon sa position est masquée elle "
        "aussi."
    ),
    "Attendu (modélisé)": (
        "Patients que le site suivrait si les personnes concernées se partageaient entre les sites selon le"
        " temps de trajet et le type de site. Toujours donné avec une fourchette, jamais observé."
    ),
    "Évolution": (
        "Les années se comparent sur les sites dont la file active est montrée chaque année : la somme de "
        "tous les sites montrés change aussi parce que d'autres sites fournissent leurs chiffres."
    ),
    "Fuite, autosuffisance, attraction": (
        "Fuite : part des patients d'un territoire suivis hors de la région où ils habitent. Autosuffisance"
        " : 100 % moins la fuite. Attraction : part des patients des sites d'une région venus d'ailleurs, "
        "résidence inconnue comprise. Les flux masqués donnent une borne basse et une borne haute, seules "
        "montrées alors."
    ),
    "Concentration": (
        "Indice de Herfindahl-Hirschman : somme des carrés des parts en pour cent, de presque 0 (dispersé) "
        "à 10 000 (un seul site) (Rhoades, 1993, Federal Reserve Bulletin 79). Sur les seuls effectifs "
        "montrés."
    ),
}
"""What each number of the page is, by name."""


def nothing_supplied(view: CaseloadView) -> None:
    """Say plainly that no observed file active is known, and offer what it takes to bring one."""
    settings = view.question.settings
    what = "pour cette sélection" if view.observed.annee else "de RareCare : aucun fichier n'a été importé"
    shown = "" if view.why_no_model else "Tout ce qui suit est attendu (modélisé), avec sa fourchette."
    sentence = typography(f"Aucune file active observée n'est connue {what}. {shown}")
    link = (
        f' <a href="donnees" target="_self">{escape("Importer un fichier : page Données")}</a>.'
        if settings.screen_imports and not settings.public
        else ""
    )
    st.html(f'<div class="rc-note" role="status">{escape(sentence)}{link}</div>')
    if not settings.public:
        template_downloads(view.question.access.dataset, load_package(settings.data_dir))


def template_downloads(dataset: Dataset, package: Package) -> None:
    """Offer the empty workbooks to fill in, written when they are asked for."""
    with st.container(horizontal=True, key="rc_modeles"):
        for name, label in _TABLES.items():
            table = package.table(name)
            file_button(label, partial(_template, dataset, table), template_name(table), XLSX_TYPE)


def _template(dataset: Dataset, table: Table) -> bytes:
    return template_xlsx(table, references=dataset_references(dataset))


def method_view(view: CaseloadView) -> None:
    """Show what each number is, how it is made and what is hidden."""
    heading("Définitions et calculs", level=3)
    for name, text in DEFINITIONS.items():
        paragraph(f"{name} : {text}")
    minimums = ", ".join(
        f"{LEVEL_LABELS[kind].lower()} {number(value) if value else 'aucun'}"
        for kind, value in view.minimums.by_type
    )
    paragraph(
        f"Seuils en vigueur (patients par an) : {minimums} ; proche à {number(view.minimums.near_pct)} % près."
    )
    paragraph(NOTE)
    for text in sentences().values():
        paragraph(f"Hypothèse du modèle : {text}", small=True)

"""Accueil: France at a glance."""

import streamlit as st

from rarecare.access.selection import Selection
from rarecare.indicators.catalogue import completeness_of
from rarecare.indicators.overview import completeness_by_type, completeness_table, overview
from rarecare.indicators.view import selection_access
from rarecare.ui.components import answer, heading
from rarecare.ui.home import (
    clicked_hospital,
    completeness_block,
    doors,
    home_figures,
    home_sentence,
    hospital_map,
)
from rarecare.ui.question import dataset_notes
from rarecare.ui.site_table import site_table
from rarecare.ui.sources import page_sources
from rarecare.ui.start import start_page

MAP = "accueil"

context = start_page("accueil")
dataset = context.dataset
selection = Selection(provenance=context.locked.get("provenance", "tous"))
access = selection_access(dataset, selection)
found = overview(access)

answer(home_sentence(found))
doors()
home_figures(found, completeness_of(dataset, selection))
left, right = st.columns([2, 1], gap="large")
with left:
    hospital_map(access, key=MAP)
with right:
    completeness_block(
        completeness_table(access),
        completeness_by_type(dataset),
        dataset_notes(
            dataset, "Sites labellisés (RareCare), comptes publiés par les filières et le ministère"
        ),
    )
page_sources(
    dataset, "sites lus page par page (voir l’annuaire)", "comptes publiés par les filières et le ministère"
)
chosen = clicked_hospital(MAP)
if chosen:
    sites = access.sites[access.sites["etablissement_id"].eq(chosen)]
    heading(str(sites["nom_etablissement"].iloc[0]))
    site_table(
        sites,
        dataset=dataset,
        public=context.public,
        file_name=f"sites_{chosen}",
        caption="Sites labellisés de l’hôpital choisi",
        notes=dataset_notes(dataset, "Citées sur chaque ligne"),
    )

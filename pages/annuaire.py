"""Annuaire: every labelled site, on a map and in a table."""

from rarecare.ui.components import answer, permalink
from rarecare.ui.directory import directory_sentence, found_sites, none_here
from rarecare.ui.home import clicked_hospital, hospital_map
from rarecare.ui.question import ask
from rarecare.ui.site_table import site_table
from rarecare.ui.sources import completeness_line, page_sources
from rarecare.ui.start import start_page

FIELDS = ("filiere", "reseau", "niveau", "departement", "public", "provenance", "periode")
MAP = "annuaire"
MAP_HEIGHT_PIXELS = 380

context = start_page("annuaire")
question = ask(context, FIELDS, secondary=("public", "provenance", "periode"))
sites = found_sites(question, hospital=clicked_hospital(MAP))

answer(directory_sentence(question, sites))
completeness_line(question)
if sites.empty:
    none_here(question)
else:
    hospital_map(question.access, key=MAP, departement=question.filters.departement, height=MAP_HEIGHT_PIXELS)
    site_table(
        sites,
        dataset=context.dataset,
        public=context.public,
        file_name="annuaire",
        caption="Sites labellisés",
        notes=question.notes(),
    )
page_sources(context.dataset, "pages citées ligne à ligne")
permalink()

"""Données: every table with its files, the import of a reader's own files, the versions."""

import streamlit as st

from rarecare.ui.donnees import FIRST, IMPORT, TABLES, VERSIONS, answer_in_force, tables_of, tabs_of
from rarecare.ui.donnees_state import table_asked, write_table
from rarecare.ui.donnees_tables import tables_view
from rarecare.ui.donnees_versions import versions_view
from rarecare.ui.sources import page_sources
from rarecare.ui.start import start_page

context = start_page("donnees")
dataset = context.dataset
answer_in_force(dataset)
titles = tables_of(context, dataset)
first = FIRST
table = table_asked(titles, default=first)

labels = tabs_of(context)
views = dict(zip(labels, st.tabs(labels, key="vue", bind="query-params"), strict=True))
if views[TABLES].open:
    with views[TABLES]:
        tables_view(context, dataset, titles, table)
if IMPORT in views and views[IMPORT].open:
    from rarecare.ui.donnees_import import import_view

    with views[IMPORT]:
        import_view(context, dataset, table)
if views[VERSIONS].open:
    with views[VERSIONS]:
        versions_view(context, dataset)
write_table(table, default=first)
page_sources(dataset, "citées sur chaque table")

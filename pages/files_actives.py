"""Files actives: patients followed by each centre, observed where supplied, modelled and said so elsewhere."""

import streamlit as st

from rarecare.ui.files_actives import TABS, ask_caseloads, caseload_view
from rarecare.ui.files_actives_activity import activity_view
from rarecare.ui.files_actives_flows import concentration_view, flow_view
from rarecare.ui.files_actives_method import method_view
from rarecare.ui.files_actives_views import (
    against_view,
    ages_view,
    centre_view,
    evolution_view,
    minimum_view,
    sum_view,
)
from rarecare.ui.start import start_page

VIEWS = (
    minimum_view, centre_view, sum_view, evolution_view, ages_view, activity_view, against_view, flow_view,
    concentration_view, method_view,
)  # fmt: skip

context = start_page("files-actives")
view = ask_caseloads(context)
caseload_view(view)
for tab, draw in zip(st.tabs(list(TABS), key="vue", bind="query-params"), VIEWS, strict=True):
    if tab.open:
        with tab:
            draw(view)

"""Distance à l'expertise: minutes to the nearest site by commune, dependence on one place, two selections compared."""

from rarecare.ui.distance import ask_distance, check_sites
from rarecare.ui.distance_compare import compare_view
from rarecare.ui.distance_dependence import dependence_view
from rarecare.ui.distance_time import time_view
from rarecare.ui.start import start_page

VIEWS = {"temps": time_view, "dependance": dependence_view, "comparer": compare_view}

context = start_page("distance")
question = ask_distance(context)
if question.filters.volet != "comparer":
    check_sites(context, question)
VIEWS[question.filters.volet](question)

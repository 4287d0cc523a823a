"""The indicators of a selection as a table to export, one row a territory."""

from __future__ import annotations

import math

from rarecare.access.selection import Selection
from rarecare.dataset.store import Dataset
from rarecare.exports.sets import View
from rarecare.indicators.catalogue import completeness_sentence
from rarecare.indicators.frames import indicator_table
from rarecare.indicators.view import SelectionAccess
from rarecare.territory.partition import Maille

_TABLES = ("sites", "communes", "groupes_maladies", "population_age_departements", "reseau_routier")
_TITLES = {
    "filiere": "filière",
    "groupe": "groupe de maladies",
    "reseau": "réseau",
    "niveau": "niveau",
    "public": "public",
    "provenance": "provenance",
    "periode": "période de label",
}


def indicators_view(dataset: Dataset, selection: Selection, maille: Maille) -> View:
    """Return every indicator of a selection by territory, at every threshold.

    A time is empty where no road leads to a site or where nobody lives. Modelled patients are no observed count, and
    are not hidden.
    """
    frame = indicator_table(SelectionAccess(dataset, selection), maille)
    told = [f"{_TITLES[name]} {value}" for name, value in selection.parameters().items() if value is not None]
    return View(
        name=f"indicateurs_{maille}",
        frame=frame.replace([math.inf, -math.inf], math.nan),
        selection=f"{', '.join(told)}. {completeness_sentence(dataset, selection)}",
        tables=_TABLES,
    )

"""Classes of the map of two engines: those of the difference of two selections."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rarecare.indicators.compare import STATES, CommuneComparison
from rarecare.maps.pictures import Classes, difference_classes

_STATES = dict(
    zip(("comparable", "route_reference_seule", "route_autre_seule", "pas_de_route"), STATES, strict=True)
)


def engine_classes(by_commune: pd.DataFrame) -> Classes:
    """Return the class of each commune, in the order given, from minutes to the nearest hospital with each engine.

    ``by_commune``: see :class:`rarecare.travel.engines.compare.MatrixComparison`.
    """
    return difference_classes(
        CommuneComparison(
            by_commune["minutes_reference"].to_numpy(dtype=np.float64),
            by_commune["minutes_autre"].to_numpy(dtype=np.float64),
            by_commune["ecart_minutes"].to_numpy(dtype=np.float64),
            by_commune["etat"].map(_STATES).to_numpy(dtype=str),
        )
    )

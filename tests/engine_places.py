"""Nine communes on which every engine must agree: a road, a branch, islands, an overseas commune.

    01001 - 01002 - 01003 - 02001 ~ ferry ~ 02003 (island)
                      |
                    02002

02004 is an island with roads and no boat, 02005 and 02006 have no road near, 97101 is across the ocean.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rarecare.errors import UserError

PLACES = {
    "01001": ("01", 2.0, 47.0),
    "01002": ("01", 2.2, 47.0),
    "01003": ("01", 2.4, 47.0),
    "02001": ("02", 2.6, 47.0),
    "02002": ("02", 2.4, 47.1),
    "02003": ("02", 3.2, 47.0),
    "02004": ("02", 2.4, 47.6),
    "02005": ("02", 2.0, 46.5),
    "02006": ("02", 2.1, 46.9),
    "97101": ("971", -61.5, 16.2),
}
STATES_FROM_01001 = {
    "01001": "route",
    "01002": "route",
    "01003": "route",
    "02001": "route",
    "02002": "route",
    "02003": "bac",
    "02004": "pas_de_route",
    "02005": "pas_de_route",
    "02006": "pas_de_route",
    "97101": "pas_de_route",
}


@dataclass(frozen=True, eq=False)
class ToyCommunes:
    """The arrays that engines and the commune graph read, in order of code."""

    places: dict[str, tuple[str, float, float]] = field(default_factory=lambda: dict(PLACES))

    @property
    def codes(self):
        return np.array(list(self.places))

    @property
    def departements(self):
        return np.array([departement for departement, _, _ in self.places.values()])

    @property
    def longitudes(self):
        return np.array([longitude for _, longitude, _ in self.places.values()])

    @property
    def latitudes(self):
        return np.array([latitude for _, _, latitude in self.places.values()])

    @property
    def arrondissements(self):
        return self.departements

    @property
    def parents(self):
        return np.full(len(self.places), "")

    @property
    def population(self):
        return np.full(len(self.places), 1000.0)

    @property
    def densities(self):
        return np.full(len(self.places), 50.0)

    def resolve(self, code):
        return self.index_of(code)

    def index_of(self, code):
        if code not in self.places:
            raise UserError(f"Commune inconnue : {code}")
        return list(self.places).index(code)

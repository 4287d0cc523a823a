"""The minimum of patients a year: where each site stands, on what it supplied or on what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from rarecare.disclosure.complement import LARGEST_SMALL
from rarecare.indicators.expected_sites import RANGE_COLUMNS, expected_caseloads
from rarecare.indicators.observed.centres import Observed
from rarecare.indicators.view import SelectionAccess
from rarecare.settings import Settings

POSITIONS: Mapping[str, str] = {
    "au_dessous": "Au-dessous",
    "proche": "Proche du seuil",
    "au_dessus": "Au-dessus",
    "indetermine": "Masqué",
    "incertain": "Incertain",
    "non_fourni": "Non fourni",
    "sans_seuil": "Sans seuil",
}
"""Where a site stands, in French."""

AGAINST: Mapping[str, str] = {
    "au_dessous": "Au-dessous de la fourchette",
    "dans": "Dans la fourchette",
    "au_dessus": "Au-dessus de la fourchette",
    "indetermine": "Masqué",
    "non_fourni": "Non fourni",
}
"""Where an observed file active stands beside the range expected, in French."""


@dataclass(frozen=True)
class Minimums:
    """Patients a year that a site must follow, by type.

    Parameters
    ----------
    by_type
        (type, minimum), 0 = none.
    near_pct
        A file active within this share of the minimum, on either side, is near it.
    """

    by_type: tuple[tuple[str, int], ...]
    near_pct: int

    @classmethod
    def of(cls, settings: Settings) -> Minimums:
        """Return the minimums of the settings."""
        types = ("coordonnateur", "constitutif", "crc", "competence")
        return cls(
            tuple((kind, int(getattr(settings, f"minimum_{kind}"))) for kind in types),
            settings.near_minimum_pct,
        )

    def of_types(self, types: pd.Series) -> pd.Series:
        """Return the minimum of each site, NaN when its type has none."""
        minimums = {kind: float(value) for kind, value in self.by_type if value}
        return types.map(minimums).astype("float64")


@lru_cache(maxsize=64)
def monitor(observed: Observed, minimums: Minimums) -> pd.DataFrame:
    """Return the sites of the territory with ``minimum`` and ``position`` (key of :data:`POSITIONS`), lowest first.

    A hidden count is below when even 10 patients would be; otherwise its position is hidden too.
    """
    frame = observed.centres
    minimum = minimums.of_types(frame["type"])
    margin = minimum * minimums.near_pct / 100.0
    patients, states = frame["patients"].astype("float64"), frame["patients_etat"]
    conditions = [
        minimum.isna(), states.eq("non_fourni"), states.eq("masque") & (minimum - margin > LARGEST_SMALL),
        states.ne("connu"), patients < minimum - margin, patients <= minimum + margin,
    ]  # fmt: skip
    choices = ["sans_seuil", "non_fourni", "au_dessous", "indetermine", "au_dessous", "proche"]
    return _ordered(
        frame.assign(minimum=minimum, position=np.select(conditions, choices, default="au_dessus"))
    )


def expected_monitor(frame: pd.DataFrame, minimums: Minimums) -> pd.DataFrame:
    """Return modelled sites (:func:`expected_frame`) with ``minimum`` and ``position``, lowest first.

    Above when even the low estimate reaches the minimum, below when even the high one does not, else uncertain.
    """
    minimum = minimums.of_types(frame["type"])
    low, high = frame[RANGE_COLUMNS[0]], frame[RANGE_COLUMNS[2]]
    conditions = [minimum.isna(), low >= minimum, high < minimum]
    position = np.select(conditions, ["sans_seuil", "au_dessus", "au_dessous"], default="incertain")
    return _ordered(frame.assign(minimum=minimum, position=position), by="patients_suivis")


def count_positions(frame: pd.DataFrame) -> dict[str, int]:
    """Return the number of sites in each position that occurs among sites with a minimum, in order."""
    counts = frame["position"].value_counts()
    return {key: int(counts[key]) for key in POSITIONS if key in counts and key != "sans_seuil"}


@lru_cache(maxsize=64)
def expected_frame(access: SelectionAccess) -> pd.DataFrame:
    """Return the modelled patients of each site of a selection, with the columns of the sites and the range.

    Raises :class:`UserError` when they cannot be modelled (see :attr:`SelectionAccess.why_no_expected`).
    """
    ranges = expected_caseloads(access).sites.set_index("centre_id")[list(RANGE_COLUMNS)]
    return access.sites.join(ranges, on="centre_id")


@lru_cache(maxsize=64)
def against_expected(observed: Observed) -> pd.DataFrame:
    """Return the sites of the territory with the range expected and ``ecart`` (key of :data:`AGAINST`)."""
    ranges = expected_frame(observed.access).set_index("centre_id")[list(RANGE_COLUMNS)]
    frame = observed.centres.join(ranges, on="centre_id")
    low, central, high = (frame[name] for name in RANGE_COLUMNS)
    patients, states = frame["patients"].astype("float64"), frame["patients_etat"]
    conditions = [
        states.eq("non_fourni"), states.eq("masque") & (low > LARGEST_SMALL), states.ne("connu"),
        patients < low, patients <= high,
    ]  # fmt: skip
    choices = ["non_fourni", "au_dessous", "indetermine", "au_dessous", "dans"]
    ratio = (patients / central.where(central > 0)).where(states.eq("connu"))
    return frame.assign(ecart=np.select(conditions, choices, default="au_dessus"), rapport=ratio)


def _ordered(frame: pd.DataFrame, *, by: str = "patients") -> pd.DataFrame:
    ranks = {position: rank for rank, position in enumerate(POSITIONS)}
    return (
        frame.assign(_rang=frame["position"].map(ranks))
        .sort_values(["_rang", by, "nom_etablissement"], kind="stable", na_position="first")
        .drop(columns="_rang")
    )

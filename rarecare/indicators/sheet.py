"""The sheet of one territory: what a planner asks of it, in one object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.checks import Floats
from rarecare.access.weighted import group_sums, weighted_quantiles
from rarecare.indicators.view import AccessView, SelectionAccess
from rarecare.territory.partition import Maille


@dataclass(frozen=True, eq=False)
class TerritorySheet:
    """One territory seen by one selection.

    ``maille`` and ``code`` name the territory; thresholds are those of the view, in minutes.
    """

    access: SelectionAccess
    maille: Maille
    code: str

    @cached_property
    def _view(self) -> AccessView:
        return self.access.by(self.maille)

    @cached_property
    def _rank(self) -> int:
        return self._view.partition.position(self.code)

    @property
    def nom(self) -> str:
        """French name of the territory."""
        return self._view.partition.noms[self._rank]

    @property
    def people(self) -> float:
        """People of the territory whom the selection is about."""
        return float(self._view.people_by_territory[self._rank])

    @property
    def median_minutes(self) -> float:
        """Median minutes to the nearest site; inf when over half have no road."""
        return float(self._view.quantile_minutes(0.5)[self._rank])

    @property
    def p90_minutes(self) -> float:
        """Ninth decile of minutes to the nearest site; inf when over one in ten has no road."""
        return float(self._view.quantile_minutes(0.9)[self._rank])

    @property
    def share_without_road_pct(self) -> float:
        """Share of people without a road to any site, in per cent."""
        return 100.0 * float(self._view.share_without_road[self._rank])

    def people_beyond(self, minutes: int) -> float:
        """People farther than a threshold, or without a road."""
        return self.people - float(self._view.people_within(minutes)[self._rank])

    def shares_within(self) -> pd.DataFrame:
        """Return one row a threshold.

        ``minutes``, ``part_pct`` and ``habitants`` of those within it, ``au_dela``, the people farther or without a
        road, and ``france_pct`` for the country.
        """
        view, national = self._view, self.access.by("france")
        thresholds = list(view.thresholds_minutes)
        return pd.DataFrame(
            {
                "minutes": thresholds,
                "part_pct": 100.0 * view.measures.share_within[self._rank],
                "habitants": view.measures.people_within[self._rank],
                "au_dela": self.people - view.measures.people_within[self._rank],
                "france_pct": 100.0 * national.measures.share_within[0],
            }
        )

    def curve(self) -> Floats:
        """Return the share of people within each whole minute (301,), 0 to 1; NaN where nobody lives."""
        curve: Floats = self._view.curve[self._rank]
        return curve

    def sites(self) -> pd.DataFrame:
        """Return the labelled sites whose hospital stands in the territory, one row a site."""
        return self.access.sites[self._inside(self.access.sites["code_commune"])].reset_index(drop=True)

    def nearest_places(self, *, limit: int = 5) -> pd.DataFrame:
        """Return the towns whose sites serve most of the territory.

        One row a town, by people served: ``code_commune``, ``ville``, ``habitants`` for whom it is the nearest,
        ``part_pct`` of the territory's people, and ``minutes``, the median of those people; no row when no road leads
        to any site.
        """
        members = self._members
        linked = members[(self.access.nearest_row[members] >= 0) & (self.access.people[members] > 0)]
        if not linked.size:
            return pd.DataFrame(columns=["code_commune", "ville", "habitants", "part_pct", "minutes"])
        rows, group = np.unique(self.access.nearest_row[linked], return_inverse=True)
        people, minutes = self.access.people[linked], self.access.nearest.minutes[linked]
        served = group_sums(people, group, len(rows))
        median = weighted_quantiles(minutes, people, group, len(rows), shares=(0.5,))[:, 0]
        frame = pd.DataFrame(
            {
                "matrix_row": rows,
                "habitants": served,
                "part_pct": 100.0 * served / self.people,
                "minutes": median,
            }
        )
        towns = self.access.sites.drop_duplicates("matrix_row")[["matrix_row", "code_commune", "ville"]]
        ranked = frame[frame["habitants"] > 0].merge(towns, on="matrix_row")
        ranked = ranked.sort_values("habitants", ascending=False).head(limit)
        return ranked[["code_commune", "ville", "habitants", "part_pct", "minutes"]].reset_index(drop=True)

    def nearest_sites(self, *, limit: int = 5) -> pd.DataFrame:
        """Return the labelled sites of the towns of :meth:`nearest_places`, in their order.

        One row a site, as :attr:`SelectionAccess.sites`, with ``minutes`` and ``part_pct`` of its town.
        """
        towns = self.nearest_places(limit=limit)[["code_commune", "minutes", "part_pct"]]
        return towns.merge(self.access.sites, on="code_commune", how="inner", validate="one_to_many")

    def communes(self) -> pd.DataFrame:
        """Return the communes of the territory: code, ``nom``, ``population`` and ``minutes`` (inf = no road)."""
        members, communes = self._members, self.access.dataset.communes
        return pd.DataFrame(
            {
                "code_commune": np.asarray(communes.codes)[members],
                "nom": np.asarray(communes.noms)[members],
                "population": self.access.people[members],
                "minutes": self.access.nearest.minutes[members],
            }
        )

    @cached_property
    def _members(self) -> NDArray[np.intp]:
        return np.flatnonzero(self._view.partition.index == self._rank)

    def _inside(self, codes: pd.Series) -> NDArray[np.bool_]:
        rank = self.access.dataset.communes.index_of
        return np.array([self._view.partition.index[rank(code)] == self._rank for code in codes], dtype=bool)

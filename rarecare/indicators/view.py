"""What indicators are computed from: one selection of sites seen from the communes, then from territories."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.access.checks import Floats
from rarecare.access.coverage import Coverage, coverage, sensitivity_curve
from rarecare.access.decay import Decay
from rarecare.access.dependence import Dependence, dependence
from rarecare.access.e2sfca import FloatingCatchment, e2sfca, relative_access
from rarecare.access.inequality import Sharing, sharing
from rarecare.access.nearest import NearestSites, nearest_sites
from rarecare.access.selection import THRESHOLDS_MINUTES, Selection
from rarecare.access.weighted import group_means, group_sums, weighted_quantiles
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.indicators.expected import expected_by_commune, why_no_expected
from rarecare.indicators.hypotheses import HYPOTHESES
from rarecare.territory.partition import Maille, Partition

MEDIAN, NINTH_DECILE = 0.5, 0.9


@dataclass(frozen=True, eq=False)
class SelectionAccess:
    """The sites that a selection keeps and the time from every commune to the nearest of them.

    Everything is computed on first use and kept: one object serves all screens that ask the same question.
    """

    dataset: Dataset
    selection: Selection

    @cached_property
    def sites(self) -> pd.DataFrame:
        """One row per labelled site kept (réseau × hospital), with its hospital, level, label and provenance."""
        return self.dataset.query("sites_selected", **self.selection.parameters())

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """Rows of the travel matrix that hold at least one site, sorted, each once."""
        return np.unique(self.sites["matrix_row"].to_numpy(dtype=np.intp))

    @cached_property
    def nearest(self) -> NearestSites:
        """Minutes from each commune to its nearest sites; sites of one commune count as one place.

        Raises :class:`UserError` when the selection keeps no site.
        """
        return nearest_sites(self.minutes())

    def minutes(self) -> Floats:
        """Return the minutes from each place to each commune (n_places, n_communes), made anew at each call.

        Raises :class:`UserError` when the selection keeps no site.
        """
        if not self.rows.size:
            raise UserError(
                "Aucun site labellisé connu ne correspond à cette sélection",
                remedy="Élargir le niveau, le public, la provenance ou la période de label.",
            )
        return self.dataset.matrix.minutes(self.rows)

    @cached_property
    def nearest_row(self) -> NDArray[np.intp]:
        """Row of the travel matrix of the nearest place of each commune; -1 where no road leads to any."""
        place = self.nearest.site
        return np.where(place >= 0, self.rows[place], -1)

    @cached_property
    def relative_access(self) -> Floats:
        """E2SFCA access of each commune over the national mean (n_communes,): 1 is the average person's access."""
        return relative_access(self.catchment(HYPOTHESES.zones).access, self.people)

    def catchment(self, decay: Decay) -> FloatingCatchment:
        """Return E2SFCA with the supply weights of the hypotheses and any decay; sites of one town are summed."""
        places = np.searchsorted(self.rows, self.sites["matrix_row"].to_numpy(dtype=np.intp))
        minutes = self.minutes()
        supply = group_sums(HYPOTHESES.weights_of(list(self.sites["type"])), places, self.rows.size)
        return e2sfca(minutes, supply, self.people, decay)

    @cached_property
    def expected(self) -> Floats:
        """Expected patients of each commune (3, n_communes): low, central, high.

        Raises :class:`UserError` when the selection names no disease group or its prevalence is not known.
        """
        return expected_by_commune(self.dataset, self.selection)

    @cached_property
    def why_no_expected(self) -> str:
        """Why no patients can be expected for the selection, one French sentence; empty when they can."""
        return why_no_expected(self.dataset, self.selection)

    @property
    def people(self) -> Floats:
        """People of each commune whom the selection is about (n_communes,)."""
        return self.dataset.people(self.selection.public)

    def by(self, maille: Maille, *, thresholds_minutes: tuple[int, ...] = THRESHOLDS_MINUTES) -> AccessView:
        """Return the same access seen from the territories of one maille."""
        return _view(self, maille, thresholds_minutes)


@lru_cache(maxsize=128)
def selection_access(dataset: Dataset, selection: Selection) -> SelectionAccess:
    """Return the access of a selection, computed once a process and shared by pages and routes."""
    return SelectionAccess(dataset, selection)


@dataclass(frozen=True, eq=False)
class AccessView:
    """Access of the territories of one partition; arrays have one element a territory."""

    access: SelectionAccess
    partition: Partition
    thresholds_minutes: tuple[int, ...] = THRESHOLDS_MINUTES

    @cached_property
    def measures(self) -> Coverage:
        """Coverage measures at the thresholds of the view."""
        return coverage(
            self.access.nearest.minutes,
            self.access.people,
            self.partition.index,
            len(self.partition),
            self.thresholds_minutes,
        )

    @property
    def people_by_territory(self) -> Floats:
        """People of each territory."""
        return self.measures.people

    @property
    def mean_minutes(self) -> Floats:
        """Mean minutes of the people who have a road; NaN when nobody has."""
        return self.measures.mean_minutes

    @property
    def share_without_road(self) -> Floats:
        """Share of people without a road to any site, 0 to 1."""
        return self.measures.share_without_road

    def quantile_minutes(self, share: float) -> Floats:
        """Return the median (0.5) or the ninth decile (0.9) of minutes; inf when too many have no road."""
        return _in_tenths(
            {MEDIAN: self.measures.median_minutes, NINTH_DECILE: self.measures.p90_minutes}[share]
        )

    def share_within(self, minutes: int) -> Floats:
        """Return the share of people within a threshold, 0 to 1."""
        return self.measures.share_within[:, self._column(minutes)]

    def people_within(self, minutes: int) -> Floats:
        """Return the people within a threshold."""
        return self.measures.people_within[:, self._column(minutes)]

    @cached_property
    def sites_by_territory(self) -> Floats:
        """Labelled sites whose hospital stands in each territory."""
        rank = self.access.dataset.communes.index_of
        places = [self.partition.index[rank(code)] for code in self.access.sites["code_commune"]]
        return np.bincount(places, minlength=len(self.partition)).astype(np.float64)

    @cached_property
    def curve(self) -> Floats:
        """Share of people within each whole minute (n_territories, 301)."""
        return sensitivity_curve(
            self.access.nearest.minutes, self.access.people, self.partition.index, len(self.partition)
        )

    @cached_property
    def second_median_minutes(self) -> Floats:
        """Median minutes to the second nearest place; inf when over half have no road to a second one."""
        second = self.access.nearest.second_minutes
        quantiles = weighted_quantiles(
            second, self.access.people, self.partition.index, len(self.partition), shares=[MEDIAN]
        )
        return _in_tenths(quantiles[:, 0])

    def dependence(self, minutes: int) -> Dependence:
        """Return who has exactly one place within a threshold."""
        return dependence(
            self.access.nearest,
            self.access.people,
            self.partition.index,
            len(self.partition),
            threshold_minutes=minutes,
        )

    @cached_property
    def relative_access(self) -> Floats:
        """Mean relative access (E2SFCA) of the people of each territory; 1 is the national mean."""
        return group_means(
            self.access.relative_access, self.access.people, self.partition.index, len(self.partition)
        )

    @cached_property
    def sharing(self) -> Sharing:
        """How minutes are shared within each territory (Gini, Palma) among people with a road; NaN without any."""
        return sharing(
            self.access.nearest.minutes, self.access.people, self.partition.index, len(self.partition)
        )

    @cached_property
    def expected(self) -> Floats:
        """Expected patients of each territory (3, n_territories): low, central, high."""
        return np.array(
            [group_sums(row, self.partition.index, len(self.partition)) for row in self.access.expected]
        )

    def _column(self, minutes: int) -> int:
        return self.thresholds_minutes.index(minutes)


def _in_tenths(minutes: Floats) -> Floats:
    """Return times as the matrix stores them, in tenths: 41.4 in 32 bits would be written 41.400001525878906."""
    return np.round(minutes.astype(np.float64), 1)


@lru_cache(maxsize=256)
def _view(access: SelectionAccess, maille: Maille, thresholds_minutes: tuple[int, ...]) -> AccessView:
    return AccessView(access, access.dataset.partition(maille), thresholds_minutes)

"""Two selections side by side: where the second is nearer or farther than the first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from rarecare.access.checks import Floats
from rarecare.indicators.view import SelectionAccess
from rarecare.territory.partition import Maille


@dataclass(frozen=True, eq=False)
class Contrast:
    """A first and a second selection; every difference is second less first, so that less is nearer."""

    first: SelectionAccess
    second: SelectionAccess

    @property
    def same_places(self) -> bool:
        """Whether both selections have their sites in the same places: every time is then equal."""
        return bool(np.array_equal(self.first.rows, self.second.rows))

    @cached_property
    def minutes(self) -> Floats:
        """Difference of minutes to the nearest place (n_communes,).

        −inf = a road in the second selection only, +inf = in the first only, NaN = in neither.
        """
        return difference(self.first.nearest.minutes, self.second.nearest.minutes)

    def medians(self, maille: Maille) -> pd.DataFrame:
        """Return the medians of each territory.

        Returns
        -------
        frame : DataFrame
            One row a territory: ``code``, ``nom``, ``population`` (people of the first selection),
            ``mediane_a_minutes``, ``mediane_b_minutes`` (inf = over half have no road, NaN = nobody lives there) and
            ``ecart_minutes`` (see :attr:`minutes`).
        """
        first, second = self.first.by(maille), self.second.by(maille)
        before, after = first.quantile_minutes(0.5), second.quantile_minutes(0.5)
        return pd.DataFrame(
            {
                "code": first.partition.codes,
                "nom": first.partition.noms,
                "population": first.people_by_territory,
                "mediane_a_minutes": before,
                "mediane_b_minutes": after,
                "ecart_minutes": difference(before, after),
            }
        )


def difference(before: Floats, after: Floats) -> Floats:
    """Return ``after − before``; −inf = finite only after, +inf = finite only before, NaN = neither, or unknown."""
    with np.errstate(invalid="ignore"):
        return np.asarray(after - before)


@lru_cache(maxsize=64)
def contrast(first: SelectionAccess, second: SelectionAccess) -> Contrast:
    """Return the comparison of two selections, computed once a process."""
    return Contrast(first, second)

"""Which communes touch."""

from __future__ import annotations

import pandas as pd
import shapely

from rarecare.territory.prepare.projections import territory_of, to_metric

#: Two communes are neighbours when their polygons come this close: generalisation leaves small gaps between islands.
TOUCH_METRES = 50.0


def adjacency(polygons: pd.Series, departements: pd.Series) -> pd.DataFrame:
    """Return each pair of neighbouring units once, ``code_a < code_b``, sorted."""
    pairs = []
    for territory, group in polygons.groupby(departements.map(territory_of)):
        shapes = to_metric(group.to_numpy(), str(territory))
        left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_METRES)
        codes = group.index.to_numpy()
        pairs.append(pd.DataFrame({"code_a": codes[left], "code_b": codes[right]}))
    both = pd.concat(pairs)
    return both[both["code_a"] < both["code_b"]].sort_values(["code_a", "code_b"], ignore_index=True)

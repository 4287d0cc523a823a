"""Where patients live and where they are followed, on the files actives that say the département of residence.

Shares come with the range that hidden flows allow. A patient followed in two centres is in two flows.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from rarecare.disclosure.complement import LARGEST_SMALL
from rarecare.indicators.observed.centres import Observed
from rarecare.indicators.observed.rows import ABROAD, ALL_GROUPS
from rarecare.indicators.observed.sums import sum_by

Maille = Literal["departement", "region"]

WIDEST_CLASSED_POINTS = 10.0
"""Points between the bounds of a share above which it is not known well enough to have a colour or a rank."""
_EXACT_POINTS = 1e-9

_SITE = [
    "centre_id",
    "nom_etablissement",
    "ville",
    "reseau",
    "type",
    "departement",
    "region",
    "longitude",
    "latitude",
]


@lru_cache(maxsize=64)
def flow_rows(observed: Observed) -> pd.DataFrame:
    """Return one row a (centre, département of residence) of the selection and the year.

    Returns
    -------
    flows : DataFrame
        Site columns, ``departement_residence``, ``region_residence`` (missing for "99": abroad or unknown),
        ``patients`` with ``patients_etat``, ``bas`` and ``haut`` (the fewest and most that they can be: 1 to 10 for a
        small flow, up to what the total of the centre leaves for a protected one), ``meme_departement`` and
        ``meme_region`` (whether the hospital is there).
    """
    rows = observed.rows
    kept = rows["annee"].eq(observed.annee) & rows["groupe_maladie"].eq(ALL_GROUPS)
    kept &= (
        rows["modalite"].eq("total")
        & rows["classe_age"].eq("tous")
        & rows["departement_residence"].ne("tous")
    )
    flows = rows.loc[kept, ["centre_id", "departement_residence", "patients", "patients_etat"]]
    flows = flows.merge(observed.access.sites[_SITE], on="centre_id")
    regions = observed.dataset.query("departements").set_index("departement")["region"]
    homes = flows["departement_residence"].map(regions)
    flows = flows.assign(**_bounds(observed, flows))
    return flows.assign(
        region_residence=homes,
        meme_departement=flows["departement_residence"].eq(flows["departement"]),
        meme_region=homes.eq(flows["region"]),
    )


def _bounds(observed: Observed, flows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the fewest and the most patients of each flow, from what is shown alone."""
    known = flows["patients"].astype("float64")
    states, centre = flows["patients_etat"], flows["centre_id"]
    totals = observed.everywhere.drop_duplicates("centre_id").set_index("centre_id")["patients"]
    left = centre.map(totals.astype("float64")) - known.fillna(0.0).groupby(centre).transform("sum")
    others = known.isna().groupby(centre).transform("sum") - 1
    most = (left - others).clip(lower=1.0).fillna(np.inf)
    small = np.minimum(most, LARGEST_SMALL)
    return {
        # Under a total that is hidden, a hidden flow may be nobody.
        "bas": known.fillna((states.eq("masque") | left.notna()).astype("float64")).where(
            states.ne("non_fourni"), 0.0
        ),
        "haut": known.fillna(small.where(states.eq("masque"), most)).where(states.ne("non_fourni"), 0.0),
    }


@lru_cache(maxsize=64)
def leakage(observed: Observed, maille: Maille) -> pd.DataFrame:
    """Return, by territory of residence, the share of patients followed outside the région where they live.

    Returns
    -------
    leakage : DataFrame
        By territory that has a flow, most leaking first, unknown last: ``code``, ``nom``, ``patients`` (shown) and its
        text, ``masques`` (hidden flows), then ``fuite``, ``autosuffisance`` (100 − leakage) and for régions
        ``attraction`` (those followed there who live elsewhere), each with the suffixes of :func:`share_ranges`.
    """
    flows = flow_rows(observed)
    flows = flows[flows["departement_residence"].ne(ABROAD)]
    column = f"{maille}_residence"
    ranges = share_ranges(flows, column, ~flows["meme_region"].astype(bool))
    part = observed.dataset.partition(maille)
    names = dict(zip(part.codes, part.noms, strict=True))
    frame = sum_by(flows, column).rename(columns={column: "code"})
    frame = frame.assign(nom=frame["code"].map(names))
    frame = _with_share(frame, "fuite", ranges)
    frame = _with_share(frame, "autosuffisance", _complement(ranges))
    if maille == "region":
        flows = flow_rows(observed)
        attraction = share_ranges(flows, "region", ~flows["meme_region"].astype(bool))
        frame = _with_share(frame, "attraction", attraction)
    return frame.sort_values(
        ["fuite_classe_pct", "nom"], ascending=[False, True], na_position="last"
    ).reset_index(drop=True)


def _with_share(frame: pd.DataFrame, name: str, ranges: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{f"{name}_{column}": frame["code"].map(ranges[column]) for column in ranges})


def _complement(ranges: pd.DataFrame) -> pd.DataFrame:
    ends = {"bas_pct": "haut_pct", "haut_pct": "bas_pct"}
    return pd.DataFrame({name: 100.0 - ranges[ends.get(name, name)] for name in ranges})


def share_ranges(flows: pd.DataFrame, column: str, away: pd.Series) -> pd.DataFrame:
    """Return the per cent of the patients of each group of flows that are ``away``, with what hidden flows allow.

    Returns
    -------
    shares : DataFrame
        By ``column``: ``bas_pct`` and ``haut_pct``, the lowest and highest share that the hidden counts allow; ``pct``,
        the exact share, NaN when they differ; ``classe_pct``, halfway between, to class and sort alone, NaN when they
        are more than :data:`WIDEST_CLASSED_POINTS` apart.
    """
    bounds = flows[["bas", "haut"]].astype("float64")
    out = bounds.apply(lambda bound: bound.where(away, 0.0)).groupby(flows[column]).sum()
    home = bounds.apply(lambda bound: bound.mask(away, 0.0)).groupby(flows[column]).sum()
    low = 100.0 * (out["bas"] / (out["bas"] + home["haut"]))
    high = 100.0 * (1.0 - home["bas"] / (home["bas"] + out["haut"]))
    return _ranges(low, high)


@lru_cache(maxsize=64)
def from_residence(observed: Observed, maille: Maille, code: str) -> pd.DataFrame:
    """Return where the patients who live in a territory are followed: one row a centre, largest shown first."""
    flows = flow_rows(observed)
    flows = flows[flows[f"{maille}_residence"].eq(code)]
    sums = sum_by(flows, "centre_id")
    sites = flows.drop_duplicates("centre_id").set_index("centre_id")
    details = sites[[*_SITE[1:], "meme_region", "meme_departement"]].reindex(sums["centre_id"])
    return pd.concat([sums, details.reset_index(drop=True)], axis=1)


@lru_cache(maxsize=64)
def of_centre(observed: Observed, centre_id: str) -> pd.DataFrame:
    """Return where the patients of a centre live: one row a département of residence, largest shown first.

    The share of the patients of the centre comes with the range that hidden counts leave, see :func:`share_ranges`.
    """
    flows = flow_rows(observed)
    own = flows[flows["centre_id"].eq(centre_id)]
    sums = sum_by(own, "departement_residence").rename(columns={"departement_residence": "code"})
    part = observed.dataset.partition("departement")
    names = dict(zip(part.codes, part.noms, strict=True)) | {ABROAD: "Étranger ou inconnu"}
    ranges = _shares_of_total(observed, own).reindex(sums["code"])
    return sums.assign(nom=sums["code"].map(names), **{name: ranges[name].to_numpy() for name in ranges})


def _shares_of_total(observed: Observed, flows: pd.DataFrame) -> pd.DataFrame:
    """Return the range of the share of each flow of one centre, of its patients or, failing that, of all its flows."""
    centres = (
        observed.everywhere.drop_duplicates("centre_id").set_index("centre_id")["patients"].astype("float64")
    )
    total = centres.reindex(flows["centre_id"].head(1)).to_numpy()
    low, high = flows["bas"].to_numpy(dtype=float), flows["haut"].to_numpy(dtype=float)
    if total.size and np.isfinite(total[0]) and total[0]:
        ends = 100.0 * low / total[0], 100.0 * np.minimum(high / total[0], 1.0)
    else:
        others = np.array([np.delete(high, rank).sum() for rank in range(high.size)])
        least = low.sum() - low
        reach = np.where(np.isfinite(high), high, 1.0)
        ends = (
            100.0 * low / np.maximum(low + others, 1.0),
            np.where(np.isfinite(high), 100.0 * reach / np.maximum(reach + least, 1.0), 100.0),
        )
    return _ranges(pd.Series(ends[0]), pd.Series(ends[1])).set_axis(flows["departement_residence"].to_numpy())


def _ranges(low: pd.Series, high: pd.Series) -> pd.DataFrame:
    middle, width = (low + high) / 2.0, high - low
    exact, classed = middle.where(width < _EXACT_POINTS), middle.where(width <= WIDEST_CLASSED_POINTS)
    return pd.DataFrame({"bas_pct": low, "haut_pct": high, "pct": exact, "classe_pct": classed})

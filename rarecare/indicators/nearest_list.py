"""The sites nearest to a commune, one by one."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from rarecare.access.checks import Floats
from rarecare.indicators.view import SelectionAccess
from rarecare.travel.edges import great_circle_km
from rarecare.travel.matrix import NO_ROAD

_COLUMNS = (
    "centre_id", "etablissement_id", "nom_etablissement", "ville", "departement", "filiere", "reseau_id", "reseau",
    "type", "niveau", "audience", "periode_label", "provenance", "source_url",
)  # fmt: skip


def nearest_list(
    access: SelectionAccess,
    code_commune: str,
    *,
    reseaux: Collection[str] | None = None,
    limit: int | None = 10,
) -> pd.DataFrame:
    """Return the sites of a selection by time from a commune.

    Parameters
    ----------
    access : SelectionAccess
        Sites asked about.
    code_commune : str
        Where the person lives; Paris, Lyon and Marseille stand for the arrondissement of their town hall.
    reseaux : collection of str, optional
        Keep the sites of these réseaux only.
    limit : int, optional
        At most so many rows; None for all.

    Returns
    -------
    frame : DataFrame
        One row a site, nearest first, those without a road last: identifiers and label of the site, ``minutes``
        (NaN = no road), ``etat`` ("route", "bac" or "pas_de_route") and ``distance_km`` as the crow flies, which orders
        the sites that no road reaches.

    Raises
    ------
    UserError
        Unknown commune.
    """
    sites = access.sites
    if reseaux is not None:
        sites = sites[sites["reseau_id"].isin(list(reseaux))]
    place = access.dataset.communes.resolve(code_commune)
    rows = sites["matrix_row"].to_numpy(dtype=np.intp)
    # Cells, not rows: one commune is asked about, and there may be hundreds of sites.
    tenths = access.dataset.matrix.tenths[rows, place]
    minutes = np.where(tenths == NO_ROAD, np.nan, tenths / 10.0)
    states = access.dataset.matrix.etat(rows, place)
    frame = sites[list(_COLUMNS)].assign(
        minutes=minutes,
        etat=states,
        distance_km=_crow_fly_km(access, sites, place),
        rang_type=sites["rang_type"],
    )
    # Without a road the order is that of the crow: the nearest coast first, not the highest label.
    order = ["minutes", "distance_km", "rang_type", "nom_etablissement", "centre_id"]
    by_road = frame[frame["minutes"].notna()].sort_values([name for name in order if name != "distance_km"])
    frame = pd.concat([by_road, frame[frame["minutes"].isna()].sort_values(order[1:])])
    kept = frame.drop(columns="rang_type").head(limit if limit is not None else len(frame))
    return kept.reset_index(drop=True)


def _crow_fly_km(access: SelectionAccess, sites: pd.DataFrame, place: int) -> Floats:
    """Return the great-circle distance of each site from a commune, to a tenth of a kilometre."""
    communes = access.dataset.communes
    here = np.full(len(sites), communes.longitudes[place]), np.full(len(sites), communes.latitudes[place])
    return np.round(great_circle_km(*here, sites["longitude"].to_numpy(), sites["latitude"].to_numpy()), 1)

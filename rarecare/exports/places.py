"""Tables on a map: GeoJSON with the point of each row's commune, or the outline of its département or région."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rarecare.dataset.export import table_frame
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.exports.about import About

_DECIMALS = 5  # a metre
_POINTS = ("code_commune", "etablissement_id", "centre_id")
_OUTLINES = {
    "departement": "departements.geojson",
    "departement_residence": "departements.geojson",
    "region": "regions.geojson",
}

Geometry = dict[str, Any] | None


@dataclass(frozen=True)
class Places:
    """How the rows of a table are placed: by which columns, the finest first, and the geometry of their values."""

    geometries: Mapping[str, Mapping[str, Geometry]]

    def of(self, row: Mapping[str, Any]) -> Geometry:
        """Return the geometry of a row; none when no cell names a place, as « tous » does."""
        found = (known.get(str(row[column])) for column, known in self.geometries.items())
        return next((geometry for geometry in found if geometry is not None), None)


def is_placed(columns: Sequence[str]) -> bool:
    """Tell whether rows with these columns can be put on a map."""
    return any(name in columns for name in (*_POINTS, *_OUTLINES))


def places_of(dataset: Dataset, frame: pd.DataFrame, geo_dir: Path) -> Places:
    """Return the places of the rows of a table.

    Points are those of communes: a hospital stands at the point of its commune, not at its door.

    Raises
    ------
    UserError
        The rows have no place, or the outlines cannot be read.
    """
    if not is_placed(list(frame.columns)):
        raise UserError("Cette table n'a pas de lieu", remedy="Choisir le format csv, xlsx ou parquet.")
    geometries: dict[str, Mapping[str, Geometry]] = {}
    for column in (name for name in _POINTS if name in frame):
        commune_of = _commune_of(dataset, column)
        values = frame[column].dropna().astype(str).unique().tolist()
        geometries[column] = {value: _point(dataset, commune_of(value)) for value in values}
    for column in (name for name in _OUTLINES if name in frame):
        geometries[column] = _outlines(geo_dir / "carte" / _OUTLINES[column])
    return Places(geometries)


def geojson_bytes(frame: pd.DataFrame, places: Places, about: About) -> bytes:
    """Return the rows as GeoJSON (WGS84): one feature a row, its cells as properties.

    A row without a place has no geometry, as the format allows. Sources, version, date and what is hidden are in the
    member ``rarecare``.
    """
    return features_bytes(frame, places, about.record())


def features_bytes(frame: pd.DataFrame, places: Places, told: Mapping[str, Any]) -> bytes:
    """Return the rows as :func:`geojson_bytes` does, with any member ``rarecare``."""
    features = [
        {
            "type": "Feature",
            "properties": {name: _plain(value) for name, value in row.items()},
            "geometry": places.of(row),
        }
        for row in frame.astype(object).to_dict("records")
    ]
    document = {"type": "FeatureCollection", "rarecare": dict(told), "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _commune_of(dataset: Dataset, column: str) -> Callable[[str], str]:
    """Return the function from a value of the column to the code of its commune ("" = not known)."""
    if column == "code_commune":
        return str
    hospitals = table_frame(dataset, "etablissements")
    commune = dict(zip(hospitals["etablissement_id"], hospitals["code_commune"].fillna(""), strict=True))
    if column == "etablissement_id":
        return lambda hospital: commune.get(hospital, "")
    centres = table_frame(dataset, "centres")
    hospital_of = dict(zip(centres["centre_id"], centres["etablissement_id"], strict=True))
    return lambda centre: commune.get(hospital_of.get(centre, ""), "")


def _point(dataset: Dataset, code: str) -> Geometry:
    communes = dataset.communes
    if code not in communes:
        return None
    position = communes.resolve(code)
    degrees = (communes.longitudes[position], communes.latitudes[position])
    return {"type": "Point", "coordinates": [round(float(value), _DECIMALS) for value in degrees]}


def _outlines(path: Path) -> dict[str, Geometry]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return {feature["properties"]["code"]: feature["geometry"] for feature in features}
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            "Les contours sont illisibles",
            where=f"{path} : {error}",
            remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
        ) from None


def _plain(value: object) -> object:
    """Return a cell as JSON knows it; what is unknown or not finite is null."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat()[:10] if isinstance(value, dt.date) else value

"""Read the published shapes of départements and régions, for maps drawn on the server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from rarecare.errors import UserError


@dataclass(frozen=True, eq=False)
class Shapes:
    """Territories of one file, sorted by code; geometries in degrees (true place or atlas place)."""

    codes: tuple[str, ...]
    noms: tuple[str, ...]
    geometries: NDArray[np.object_]


def load_shapes(geo_dir: Path, name: str) -> Shapes:
    """Read ``carte/<name>.geojson``: ``departements``, ``regions``, the same with ``_atlas``, or ``cadres``.

    Raises
    ------
    UserError
        When the file is absent or unreadable.
    """
    path = geo_dir / "carte" / f"{name}.geojson"
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        geometries = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
        codes = tuple(str(feature["id"]) for feature in features)
        noms = tuple(str(feature["properties"]["nom"]) for feature in features)
    except (OSError, ValueError, KeyError, shapely.GEOSException) as error:
        raise UserError(
            "Le fond de carte est illisible",
            where=f"{path} : {error}",
            remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
        ) from None
    return Shapes(codes, noms, np.asarray(geometries, dtype=object))

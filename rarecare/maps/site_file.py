"""Hospitals of a selection as a file: only its address travels with a page, and the browser keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rarecare.access.selection import Selection
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.hospitals import markers_of
from rarecare.maps.layers import Sites
from rarecare.maps.pictures import named_fields


def site_file(access: SelectionAccess) -> Mapping[str, Any]:
    """Return what the file of a selection holds: its hospitals, small when it is about all of France; their shapes."""
    markers = markers_of(access)
    if not access.selection.is_narrow:
        markers = tuple(replace(marker, count=0) for marker in markers)
    spec = Sites(markers).spec
    return {"sites": spec["sites"], "shapes": spec["shapes"]}


def site_query(selection: Selection, version: str) -> dict[str, str]:
    """Return the query of the file of a selection."""
    return named_fields(selection) | {"v": version}

"""Maps on a page: the folium map in its frame, its legend, and what a click chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

from rarecare.maps.base import Bounds, LayerSet, LocalMap
from rarecare.maps.legend import Legend
from rarecare.ui.theme import frame_asset

HEIGHT_PIXELS = 620


@dataclass(frozen=True)
class Click:
    """What a reader clicked.

    Parameters
    ----------
    kind
        ``territoire``, ``site`` or ``point``.
    code
        Code of the territory or ``etablissement_id`` of the hospital; the territory under a point.
    nom
        Its name.
    latitude, longitude
        Place on the map for a point (see :func:`rarecare.territory.atlas.from_atlas`), else 0.
    """

    kind: str
    code: str
    nom: str
    latitude: float = 0.0
    longitude: float = 0.0


def show_map(
    *layers: folium.MacroElement,
    key: str,
    label: str,
    legend: Legend | None = None,
    on_click: Callable[[Click], None] | None = None,
    view: Bounds | None = None,
    height: int = HEIGHT_PIXELS,
) -> None:
    """Draw a map and its legend; a change of layers redraws in place.

    Parameters
    ----------
    layers
        Layers of :mod:`rarecare.maps`, the lowest first.
    key
        Name of the map on the page; the look is the same on every page that uses the same key.
    label
        What the map shows, one French phrase that does not change with the filters: its name for screen readers.
    legend
        Colours above the map, markers below.
    on_click
        Called before the page runs again; it may change filters by :func:`rarecare.ui.filters.choose`.
    view
        Corners to look at; None leaves the reader where he is.
    height
        Height in pixels on a wide screen; a narrow one makes it follow the width.
    """
    if legend is not None:
        st.html(legend.classes_html())

    def clicked() -> None:
        click = read_click(st.session_state.get(key))
        if click is not None and on_click is not None:
            on_click(click)

    with st.container(key=f"rc_carte_{key}"):
        st_folium(
            LocalMap(label, asset=frame_asset),
            key=key,
            height=height,
            use_container_width=True,
            returned_objects=["last_active_drawing"],
            feature_group_to_add=LayerSet(*layers, view=view),
            on_change=clicked,
        )
    if legend is not None and legend.levels:
        st.html(legend.markers_html())


def read_click(value: Mapping[str, Any] | None) -> Click | None:
    """Return the click that streamlit-folium brought, None when it brought none."""
    drawing = (value or {}).get("last_active_drawing") or {}
    properties = drawing.get("properties") or {}
    if "genre" not in properties:
        return None
    return Click(
        kind=str(properties["genre"]),
        code=str(properties.get("code") or ""),
        nom=str(properties.get("nom") or ""),
        latitude=float(properties.get("latitude", 0.0)),
        longitude=float(properties.get("longitude", 0.0)),
    )

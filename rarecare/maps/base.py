"""The folium map without any outside address, and the set of layers that is redrawn in place.

``static/rarecare-map.js`` holds the drawing; the script that folium writes for :class:`LocalMap` never changes, so
streamlit-folium keeps the frame, and the script of a :class:`LayerSet` only carries what a filter changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import folium
from folium.template import Template

Bounds = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east corners, each (latitude, longitude)."""


class LocalMap(folium.Map):
    """A map of France without tiles, drawn by Leaflet from RareCare's own server.

    Parameters
    ----------
    label
        What the map shows, one French phrase: its name for screen readers. A different label makes a new frame.
    asset
        Returns the address of a file of ``static/``, as seen from the frame of the map.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}<div class="folium-map" id={{ this.get_name()|tojson }} ></div>{% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = rarecare.map({{ this.get_name()|tojson }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, label: str, *, asset: Callable[[str], str]) -> None:
        super().__init__(location=(46.6, 2.4), zoom_start=5, tiles=None)
        self.settings = {"label": label}
        self.default_js = [
            ("leaflet", asset("leaflet/leaflet.js")),
            ("rarecare", asset("rarecare-map.js")),
        ]
        self.default_css = [
            ("leaflet_css", asset("leaflet/leaflet.css")),
            ("rarecare_css", asset("rarecare-map.css")),
        ]


class LayerSet(folium.FeatureGroup):
    """The layers of a map, in drawing order; showing another set restyles the map in place.

    Parameters
    ----------
    layers
        Layers of :mod:`rarecare.maps.layers`, the lowest first.
    view
        Corners to look at; None leaves the reader where he is, the whole country at first.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = rarecare.layers().view({{ this.corners|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, *layers: folium.MacroElement, view: Bounds | None = None) -> None:
        super().__init__()
        self.corners: Any = view
        for layer in layers:
            self.add_child(layer)

"""Interactive maps: folium layers that need no outside server and carry only classes and labels."""

from rarecare.maps.base import LayerSet, LocalMap
from rarecare.maps.layers import Choropleth, Frames, RasterOverlay, Site, Sites, Territories
from rarecare.maps.legend import Legend
from rarecare.maps.scale import MINUTES, SHARES, SHARES_FAR_IS_LOW, Scale, classes_for, colour_image

__all__ = [
    "MINUTES",
    "SHARES",
    "SHARES_FAR_IS_LOW",
    "Choropleth",
    "Frames",
    "LayerSet",
    "Legend",
    "LocalMap",
    "RasterOverlay",
    "Scale",
    "Site",
    "Sites",
    "Territories",
    "classes_for",
    "colour_image",
]

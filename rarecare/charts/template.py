"""The look of every chart: house font and colours, French separators, nothing fetched from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

FONT = "Fira Sans, system-ui, sans-serif"
INK = "#10262c"
MUTED = "#4a5f64"
GRID = "#e3e9ea"
ACCENT = "#0b5a66"
SOFT = "#a9c6ca"
REFERENCE = "#9a4a00"
SEPARATORS = ",\u202f"
"""Decimal sign, then thousands sign."""

CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "showTips": False,
    "scrollZoom": False,
    "doubleClick": False,
    "topojsonURL": "/app/static/",
    "plotlyServerURL": "",
}
"""Options of every chart: no English toolbar, the empty topology of ``static/un/`` in place of plotly's server."""


@dataclass(frozen=True)
class Chart:
    """A figure with the text that says the same to who does not see it.

    Parameters
    ----------
    figure
        The plotly figure.
    alt
        One or two French sentences: what is drawn and what it shows.
    """

    figure: go.Figure
    alt: str


def layout(**changes: Any) -> dict[str, Any]:
    """Return the common layout with ``changes`` laid over it; sent whole, without plotly's own template."""
    common: dict[str, Any] = {
        "template": None,
        "font": {"family": FONT, "size": 14, "color": INK},
        "separators": SEPARATORS,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": INK,
            "bordercolor": INK,
            "font": {"color": "#ffffff", "family": FONT, "size": 14},
        },
        "barcornerradius": 2,
    }
    return common | changes


def axis(**changes: Any) -> dict[str, Any]:
    """Return the common axis with ``changes`` laid over it."""
    common: dict[str, Any] = {
        "showline": False,
        "zeroline": False,
        "gridcolor": GRID,
        "tickfont": {"color": MUTED, "size": 13},
        "automargin": True,
        "fixedrange": True,
        "title": {"font": {"color": MUTED, "size": 13}},
    }
    return common | changes

"""Lorenz curve: the share of all travel time that the nearest share of people holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rarecare.access.inequality import FARTHEST_SHARE, NEAREST_SHARE, LorenzCurve
from rarecare.charts.template import ACCENT, MUTED, REFERENCE, Chart, axis, layout
from rarecare.french import NARROW_NBSP, NBSP, percent

# Enough for a smooth curve, and few enough for the message to stay small: a selection has thousands of distinct times.
_STEPS = 100
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1)
_COMPARED = "#8fa3a7"
_SHADE = "rgba(11, 90, 102, 0.08)"


@dataclass(frozen=True)
class LorenzWords:
    """Words of the chart.

    Parameters
    ----------
    nom
        Name of the main curve: a territory.
    people
        Who is counted, plural: ``habitants``.
    """

    nom: str
    people: str


def lorenz(
    curve: LorenzCurve, words: LorenzWords, *, compared: Mapping[str, LorenzCurve] | None = None
) -> Chart:
    """Return the Lorenz curve of a territory, the diagonal of equal times, and the farthest tenth marked.

    Parameters
    ----------
    curve
        Curve of the territory, not empty.
    words
        Words of the chart.
    compared
        Other curves by name (the country), drawn thinner and dotted.
    """
    shares = np.linspace(0, 1, _STEPS + 1)
    traces = [_diagonal(), _trace(words.nom, shares, curve, words.people)]
    traces += [
        _trace(name, shares, other, words.people, main=False) for name, other in (compared or {}).items()
    ]
    figure = go.Figure(traces)
    # After the constructor, which would put plotly's own template back.
    figure.update_layout(
        layout(
            height=400,
            showlegend=bool(compared),
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 14}},
            # The two zeros would run into each other in the corner: the vertical one is enough.
            xaxis=_shares(f"Part des {words.people},<br>des plus proches aux plus éloignés", _TICKS[1:]),
            yaxis=_shares("Part du temps de trajet de tous", _TICKS),
            margin={"l": 8, "r": 24, "t": 44 if compared else 16, "b": 8},
            shapes=[_last_tenth()],
            annotations=[_diagonal_label(), _last_tenth_label(curve)],
        ),
    )
    return Chart(figure, _alt(curve, words, compared or {}))


def _trace(
    name: str, shares: np.ndarray, curve: LorenzCurve, people: str, *, main: bool = True
) -> dict[str, object]:
    held = np.interp(shares, curve.people_share, curve.minutes_share)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": np.round(shares, 2).tolist(),
        "y": np.round(held, 4).tolist(),
        # The space up to the diagonal, drawn just before, is what Gini measures.
        "fill": "tonexty" if main else "none",
        "fillcolor": _SHADE,
        "line": {"color": ACCENT, "width": 3} if main else {"color": _COMPARED, "width": 2, "dash": "dot"},
        "customdata": [
            f"{percent(share)} des {people}, {percent(part)} du temps"
            for share, part in zip(shares, held, strict=True)
        ],
        "hovertemplate": f"{name}{NBSP}: %{{customdata}}<extra></extra>",
    }


def _diagonal() -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": MUTED, "width": 1.5, "dash": "6px 4px"},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _diagonal_label() -> dict[str, object]:
    return {
        "x": 0.6, "y": 0.6, "text": "même temps pour tous", "showarrow": False, "xanchor": "right",
        "yanchor": "bottom", "xshift": -4, "font": {"color": MUTED, "size": 13},
    }  # fmt: skip


def _last_tenth() -> dict[str, object]:
    limit = 1 - FARTHEST_SHARE
    return {
        "type": "line", "x0": limit, "x1": limit, "y0": 0, "y1": 1, "layer": "below",
        "line": {"color": REFERENCE, "width": 1.5, "dash": "4px 3px"},
    }  # fmt: skip


def _last_tenth_label(curve: LorenzCurve) -> dict[str, object]:
    part = percent(1 - curve.held_by(1 - FARTHEST_SHARE))
    return {
        "x": 1 - FARTHEST_SHARE, "y": 0.02, "text": f"les 10{NARROW_NBSP}% les plus<br>éloignés{NBSP}: {part}",
        "showarrow": False, "xanchor": "right", "yanchor": "bottom", "xshift": -6, "align": "right",
        "font": {"color": REFERENCE, "size": 13},
    }  # fmt: skip


def _shares(title: str, ticks: Sequence[float]) -> dict[str, object]:
    return axis(
        range=[0, 1.005],
        tickvals=list(ticks),
        ticktext=[percent(tick) for tick in ticks],
        title={"text": title, "font": {"color": MUTED, "size": 13}},
    )


def _alt(curve: LorenzCurve, words: LorenzWords, compared: Mapping[str, LorenzCurve]) -> str:
    others = "".join(f"{NARROW_NBSP}; {name}, {_ends(other)}" for name, other in compared.items())
    return (
        f"Courbe de Lorenz du temps de trajet, part du temps de tous selon la part des {words.people}{NBSP}: "
        f"{words.nom}, {_ends(curve)}{others}. La diagonale serait le même temps pour tous."
    )


def _ends(curve: LorenzCurve) -> str:
    nearest = percent(curve.held_by(NEAREST_SHARE))
    half = percent(curve.held_by(0.5))
    farthest = percent(1 - curve.held_by(1 - FARTHEST_SHARE))
    return (
        f"les 40{NARROW_NBSP}% les plus proches font {nearest} du temps, la moitié la plus proche {half}, "
        f"les 10{NARROW_NBSP}% les plus éloignés {farthest}"
    )

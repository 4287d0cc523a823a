"""The charts of RareCare. Texts and ticks are written here in French; plotly only draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import plotly.graph_objects as go

from rarecare.charts.template import ACCENT, INK, MUTED, REFERENCE, Chart, axis, layout
from rarecare.french import NARROW_NBSP, NBSP, hours, number, percent

_LETTER_PIXELS = 8
_LABEL_GAP = 0.075
"""Least distance between the names at the end of two curves, as a share of 1: one line of text."""


def sensitivity(
    thresholds: Sequence[float],
    shares: Sequence[float],
    *,
    compared: Mapping[str, Sequence[float]] | None = None,
    chosen: float | None = None,
    name: str = "France",
) -> Chart:
    """Return the share of people within each travel time, for every threshold at once.

    Parameters
    ----------
    thresholds
        Minutes, rising.
    shares
        Share of 1 of the population within each threshold, same length.
    compared
        Other curves by name (a département, a scenario), drawn lighter.
    chosen
        Threshold marked by a vertical line, in minutes.
    name
        Name of the main curve.
    """
    figure = go.Figure()
    curves = {**(compared or {}), name: shares}
    for label, values in curves.items():
        figure.add_trace(_curve(label, thresholds, values, main=label == name))
    ticks = [tick for tick in (0, 30, 60, 90, 120, 180, 240, 300) if tick <= max(thresholds)]
    figure.update_layout(
        layout(
            height=340,
            hovermode="x",
            xaxis=axis(
                tickvals=ticks,
                ticktext=[hours(tick) for tick in ticks],
                range=[0, max(thresholds)],
                title={"text": "Temps de trajet en voiture", "font": {"color": MUTED, "size": 13}},
            ),
            yaxis=axis(
                range=[0, 1.02],
                tickvals=[0, 0.25, 0.5, 0.75, 1],
                ticktext=[percent(tick) for tick in (0, 0.25, 0.5, 0.75, 1)],
            ),
            margin={"l": 8, "r": 16 + _LETTER_PIXELS * max(map(len, curves)), "t": 28, "b": 8},
        )
    )
    heights = _apart([values[-1] for values in curves.values()], gap=_LABEL_GAP)
    for label, height in zip(curves, heights, strict=True):
        figure.add_annotation(
            x=max(thresholds),
            y=height,
            text=label,
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"color": ACCENT if label == name else MUTED},
        )
    if chosen is not None:
        _vertical(figure, chosen, f"seuil{NBSP}: {hours(int(chosen))}")
    return Chart(figure, _sensitivity_alt(thresholds, shares, name))


def histogram(
    labels: Sequence[str],
    people: Sequence[float],
    *,
    colours: Sequence[str],
    title: str,
    write: Callable[[float], str] = number,
) -> Chart:
    """Return one column a class: how many people live in each class of the map.

    Parameters
    ----------
    labels, people, colours
        Label, headcount and colour of each class, same order as the legend.
    title
        What is counted, for the text of the chart.
    write
        Writes a headcount in French.
    """
    texts = [write(value) for value in people]
    figure = go.Figure(
        go.Bar(
            x=list(labels),
            y=list(people),
            marker={"color": list(colours)},
            text=texts,
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
            textfont={"color": INK},
        )
    )
    top = max(people, default=1.0) or 1.0
    figure.update_layout(
        layout(
            height=300,
            bargap=0.2,
            xaxis=axis(showgrid=False),
            yaxis=axis(visible=False, range=[0, top * 1.15]),
        )
    )
    return Chart(
        figure,
        f"{title}{NBSP}: "
        + f"{NARROW_NBSP}; ".join(f"{a}, {b}" for a, b in zip(labels, texts, strict=True))
        + ".",
    )


def _apart(values: Sequence[float], *, gap: float) -> list[float]:
    """Return shares of 1 pushed down, then up from 0, so that no two are closer than ``gap``; order is kept."""
    order = sorted(range(len(values)), key=lambda rank: -values[rank])
    heights = list(values)
    for above, below in pairwise(order):
        heights[below] = min(heights[below], heights[above] - gap)
    for rank, place in enumerate(reversed(order)):
        heights[place] = max(heights[place], rank * gap)
    return heights


def _curve(label: str, thresholds: Sequence[float], shares: Sequence[float], *, main: bool) -> go.Scatter:
    return go.Scatter(
        x=list(thresholds),
        y=[round(share, 4) for share in shares],
        mode="lines",
        name=label,
        line={
            "color": ACCENT if main else "#8fa3a7",
            "width": 3 if main else 2,
            "shape": "spline",
            "smoothing": 0.3,
        },
        customdata=[
            f"{percent(share)} à moins de {hours(int(minutes))}"
            for minutes, share in zip(thresholds, shares, strict=True)
        ],
        hovertemplate=f"{label}{NBSP}: %{{customdata}}<extra></extra>",
    )


def _vertical(figure: go.Figure, value: float, label: str) -> None:
    figure.add_vline(x=value, line={"color": REFERENCE, "width": 1.5, "dash": "4px 3px"})
    figure.add_annotation(
        x=value,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=label,
        showarrow=False,
        font={"color": REFERENCE, "size": 13},
    )


def _sensitivity_alt(thresholds: Sequence[float], shares: Sequence[float], name: str) -> str:
    marks = [index for index, minutes in enumerate(thresholds) if minutes in {30, 60, 90, 120, 180}]
    points = ", ".join(
        f"{percent(shares[index])} à moins de {hours(int(thresholds[index]))}" for index in marks
    )
    return f"Part de la population selon le temps de trajet, {name}{NBSP}: {points}."

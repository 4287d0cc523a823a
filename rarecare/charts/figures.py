"""The charts of RareCare. Texts and ticks are written here in French; plotly only draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go

from rarecare.charts.template import ACCENT, GRID, INK, MUTED, REFERENCE, SOFT, Chart, axis, layout
from rarecare.french import NARROW_NBSP, NBSP, counted, hours, number, percent

_ROW_PIXELS, _LETTER_PIXELS, _FIGURE_PIXELS = 27, 8, 7
_TALL_ROW_PIXELS, _NAME_LETTERS = 38, 24
"""Height of a row when a name takes two lines, and the length from which it does: half a phone."""
_NAME_GAP = NBSP * 2
_LABEL_GAP = 0.075
"""Least distance between the names at the end of two curves, as a share of 1: one line of text."""


@dataclass(frozen=True)
class Bar:
    """One territory of a ranking.

    Parameters
    ----------
    code
        Code of the territory.
    nom
        Name shown on the axis.
    value
        Finite value, drawn.
    text
        The value as written, in French.
    colour
        Colour of its class on the map; empty for the accent.
    """

    code: str
    nom: str
    value: float
    text: str
    colour: str = ""


def ranking(
    bars: Sequence[Bar],
    *,
    title: str,
    reference: float | None = None,
    reference_label: str = "",
    selected: str = "",
) -> Chart:
    """Return horizontal bars in the order given, first on top, with the national value as a line.

    Parameters
    ----------
    bars
        What is shown; about 12 rows read well beside a map.
    title
        Name of the indicator, for the text of the chart.
    reference
        National value, in the unit of the bars; None for no line.
    reference_label
        The national value as written, as in ``France : 1 h 05``.
    selected
        Code of the bar drawn in the accent colour with a bold name.
    """
    lines = [_two_lines(bar.nom) for bar in bars]
    names = [
        f"<b>{line}</b>" if bar.code == selected else line for bar, line in zip(bars, lines, strict=True)
    ]
    row_pixels = _TALL_ROW_PIXELS if any("<br>" in line for line in lines) else _ROW_PIXELS
    figure = go.Figure(
        go.Bar(
            x=[round(bar.value, 4) for bar in bars],
            y=names,
            orientation="h",
            marker={
                "color": [bar.colour or SOFT for bar in bars],
                "line": {"color": INK, "width": [2 if bar.code == selected else 0 for bar in bars]},
            },
            hoverinfo="skip",
        )
    )
    top = max([bar.value for bar in bars] + [reference or 0.0], default=1.0) or 1.0
    figure.update_layout(
        layout(
            height=row_pixels * len(bars) + (40 if reference is not None else 16),
            bargap=0.28,
            xaxis=axis(visible=False, range=[0, top]),
            yaxis=axis(
                autorange="reversed",
                showgrid=False,
                tickfont={"color": INK, "size": 14},
                ticksuffix=_NAME_GAP,
            ),
            margin={
                "l": 4,
                "r": 12 + _FIGURE_PIXELS * max((len(bar.text) for bar in bars), default=0),
                "t": 30 if reference is not None else 6,
                "b": 6,
            },
        )
    )
    # Annotations, not texts of the bars: those would lie under the line of the reference.
    for name, bar in zip(names, bars, strict=True):
        figure.add_annotation(
            x=round(bar.value, 4),
            y=name,
            text=bar.text,
            showarrow=False,
            xanchor="left",
            xshift=2,
            borderpad=1,
            bgcolor="#ffffff",
            font={"color": INK},
        )
    if reference is not None:
        _vertical(figure, reference, reference_label)
    return Chart(figure, _ranking_alt(bars, title, reference_label))


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


def completeness(rows: Sequence[tuple[str, int, int]]) -> Chart:
    """Return, for each ``(name, sites known, sites published)``, the part of the published list that RareCare holds."""
    known = [min(found / published, 1.0) if published else 0.0 for _, found, published in rows]
    texts = [f"{number(found)} sur {number(published)}" for _, found, published in rows]
    names = [name for name, _, _ in rows]
    figure = go.Figure(
        [
            go.Bar(x=[1.0] * len(rows), y=names, orientation="h", marker={"color": GRID}, hoverinfo="skip"),
            go.Bar(x=known, y=names, orientation="h", marker={"color": ACCENT}, hoverinfo="skip"),
        ]
    )
    for name, text in zip(names, texts, strict=True):
        figure.add_annotation(
            x=1, y=name, text=text, showarrow=False, xanchor="left", xshift=8, font={"color": INK}
        )
    figure.update_layout(
        layout(
            height=_ROW_PIXELS * len(rows) + 16,
            barmode="overlay",
            bargap=0.45,
            xaxis=axis(visible=False, range=[0, 1]),
            yaxis=axis(
                autorange="reversed", showgrid=False, tickfont={"color": INK, "size": 14}, ticksuffix=NBSP * 2
            ),
            margin={"l": 4, "r": 96, "t": 4, "b": 4},
        )
    )
    sentence = f"Sites connus par rapport au nombre publié{NBSP}: "
    return Chart(
        figure,
        sentence
        + f"{NARROW_NBSP}; ".join(f"{name}, {text}" for name, text in zip(names, texts, strict=True))
        + ".",
    )


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


def _two_lines(name: str) -> str:
    """Return a long name cut at the last space that keeps its first line short."""
    head, space, tail = name[:_NAME_LETTERS].rpartition(" ")
    if len(name) <= _NAME_LETTERS or not space:
        return name
    return f"{head}{_NAME_GAP}<br>{tail}{name[_NAME_LETTERS:]}"


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


def _ranking_alt(bars: Sequence[Bar], title: str, reference_label: str) -> str:
    if not bars:
        return f"{title}{NBSP}: aucun territoire."
    first, last = bars[0], bars[-1]
    span = f"de {first.nom}, {first.text}, à {last.nom}, {last.text}"
    sentence = f"{title}, {counted(len(bars), 'territoire')}{NBSP}: {span}."
    return f"{sentence} {reference_label}." if reference_label else sentence


def _sensitivity_alt(thresholds: Sequence[float], shares: Sequence[float], name: str) -> str:
    marks = [index for index, minutes in enumerate(thresholds) if minutes in {30, 60, 90, 120, 180}]
    points = ", ".join(
        f"{percent(shares[index])} à moins de {hours(int(thresholds[index]))}" for index in marks
    )
    return f"Part de la population selon le temps de trajet, {name}{NBSP}: {points}."

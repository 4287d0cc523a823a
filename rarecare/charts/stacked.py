"""Stacked horizontal bars: a score and what each of its parts brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rarecare.charts.template import INK, Chart, axis, layout
from rarecare.french import NARROW_NBSP, NBSP, number

# Neighbours differ in lightness as well as in hue: a grey print and colour-blind readers tell them apart.
STACK_COLOURS = ("#0b4a5c", "#79b3bf", "#9c4f12", "#f2cf9b")
_ROW_PIXELS = 27
_DETAILED = 3


@dataclass(frozen=True)
class StackedBar:
    """One territory: its score and the contribution of each part, which sum to it.

    Parameters
    ----------
    code, nom
        Code and name of the territory.
    parts
        Contribution of each part, in the order of the labels; finite, ≥ 0.
    """

    code: str
    nom: str
    parts: tuple[float, ...]

    @property
    def total(self) -> float:
        """The score."""
        return sum(self.parts)


def stacked(
    bars: Sequence[StackedBar], labels: Sequence[str], *, title: str, top: float, selected: str = ""
) -> Chart:
    """Return one bar a territory, first on top, cut in the parts of its score.

    Parameters
    ----------
    bars
        What is shown.
    labels
        Name of each part, at most as many as :data:`STACK_COLOURS`.
    title
        What is drawn, for the text of the chart.
    top
        Highest score possible: the length of the axis.
    selected
        Code of the territory whose name is bold.
    """
    names = [f"<b>{bar.nom}</b>" if bar.code == selected else bar.nom for bar in bars]
    parts = [
        {
            "type": "bar",
            "x": [round(bar.parts[rank], 2) for bar in bars],
            "y": names,
            "orientation": "h",
            "name": label,
            "marker": {"color": STACK_COLOURS[rank], "line": {"color": "#ffffff", "width": 1}},
            "hoverinfo": "skip",
        }
        for rank, label in enumerate(labels)
    ]
    # Everything in one go: plotly checks a figure again at each change, and annotations one by one.
    figure = go.Figure(
        [*parts, _totals(bars, names)],
        layout(
            height=_ROW_PIXELS * len(bars) + 84,
            barmode="stack",
            bargap=0.28,
            showlegend=True,
            legend=_LEGEND,
            xaxis=axis(visible=False, range=[0, top * 1.12]),
            yaxis=axis(
                autorange="reversed", showgrid=False, tickfont={"color": INK, "size": 14}, ticksuffix=NBSP * 2
            ),
            margin={"l": 4, "r": 4, "t": 72, "b": 6},
        ),
    )
    # A figure made with its layout takes plotly's template for None.
    figure.layout.template = None
    return Chart(figure, _alt(bars, labels, title))


def _totals(bars: Sequence[StackedBar], names: Sequence[str]) -> dict[str, object]:
    """Return the trace that writes each score at the end of its bar."""
    return {
        "type": "scatter", "mode": "text", "x": [round(bar.total, 2) for bar in bars], "y": list(names),
        "text": [f"{NBSP}{number(bar.total)}" for bar in bars], "textposition": "middle right",
        "textfont": {"color": INK}, "cliponaxis": False, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


_LEGEND: Mapping[str, object] = {
    "orientation": "h", "x": 0, "xref": "container", "y": 1, "yref": "container", "yanchor": "top",
    "traceorder": "normal", "itemclick": False, "itemdoubleclick": False, "font": {"color": INK, "size": 13},
}  # fmt: skip


def _alt(bars: Sequence[StackedBar], labels: Sequence[str], title: str) -> str:
    sentences = [
        f"{bar.nom}, {number(bar.total)} points ("
        + ", ".join(f"{label} {number(part)}" for label, part in zip(labels, bar.parts, strict=True))
        + ")"
        for bar in bars[:_DETAILED]
    ] + [f"{bar.nom}, {number(bar.total)}" for bar in bars[_DETAILED:]]
    return f"{title}{NBSP}: " + f"{NARROW_NBSP}; ".join(sentences) + "."

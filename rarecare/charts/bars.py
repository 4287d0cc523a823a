"""Horizontal bars written as HTML: they come with the page, where plotly first loads and runs several megabytes.

They are drawn by ``.rc-barres`` of ``static/rarecare.css``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from rarecare.charts.template import ACCENT, GRID, SOFT
from rarecare.french import NARROW_NBSP, NBSP, counted, number


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


@dataclass(frozen=True)
class BarChart:
    """Bars as HTML, with the text that says the same to who does not see them.

    Parameters
    ----------
    rows
        The rows, safe HTML.
    alt
        One or two French sentences: what is drawn and what it shows.
    text_letters
        Letters of the longest value: room kept at the right of the bars.
    """

    rows: str
    alt: str
    text_letters: int

    @property
    def html(self) -> str:
        """The whole chart."""
        style = f"--place:{self.text_letters + 1}ch"
        return f'<div class="rc-barres" role="img" aria-label="{escape(self.alt)}" style="{style}">{self.rows}</div>'


def ranking(
    bars: Sequence[Bar],
    *,
    title: str,
    reference: float | None = None,
    reference_label: str = "",
    selected: str = "",
) -> BarChart:
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
        Code of the bar that is outlined and has a bold name.
    """
    top = max([bar.value for bar in bars] + [reference or 0.0], default=1.0) or 1.0
    mark = "" if reference is None or not bars else f' style="--part:{_share(reference, top)}"'
    head = f'<div class="rc-barres-tete"{mark}><span>{escape(reference_label)}</span></div>' if mark else ""
    rows = "".join(
        _row(
            bar.nom,
            _share(bar.value, top),
            bar.text,
            colour=bar.colour or SOFT,
            mark=mark,
            chosen=bar.code == selected,
        )
        for bar in bars
    )
    return BarChart(
        head + rows, _ranking_alt(bars, title, reference_label), _letters(bar.text for bar in bars)
    )


def completeness(rows: Sequence[tuple[str, int, int]]) -> BarChart:
    """Return, for each ``(name, sites known, sites published)``, the part of the published list that RareCare holds."""
    texts = [f"{number(found)} sur {number(published)}" for _, found, published in rows]
    drawn = "".join(
        _row(
            name,
            _share(min(found, published), published or 1),
            text,
            colour=ACCENT,
            track=True,
        )
        for (name, found, published), text in zip(rows, texts, strict=True)
    )
    listed = f"{NARROW_NBSP}; ".join(
        f"{name}, {text}" for (name, _, _), text in zip(rows, texts, strict=True)
    )
    return BarChart(drawn, f"Sites connus par rapport au nombre publié{NBSP}: {listed}.", _letters(texts))


def _row(
    name: str,
    share: str,
    text: str,
    *,
    colour: str,
    mark: str = "",
    chosen: bool = False,
    track: bool = False,
) -> str:
    whole = "100%" if track else "(100% - var(--place))"
    bar = f'<span class="rc-barre" style="width:calc({share} * {whole});background:{colour}"></span>'
    if track:
        bar = f'<span class="rc-piste" style="background:{GRID}">{bar}</span>'
    return (
        f'<div class="rc-barres-rang{" rc-choisi" if chosen else ""}"><span class="rc-barres-nom">{escape(name)}</span>'
        f'<span class="rc-barres-trait"{mark}>{bar}<span class="rc-barres-valeur">{escape(text)}</span></span></div>'
    )


def _share(part: float, whole: float) -> str:
    return f"{max(part, 0.0) / whole:.4f}"


def _letters(texts: Iterable[str]) -> int:
    return max((len(text) for text in texts), default=0)


def _ranking_alt(bars: Sequence[Bar], title: str, reference_label: str) -> str:
    if not bars:
        return f"{title}{NBSP}: aucun territoire."
    first, last = bars[0], bars[-1]
    span = f"de {first.nom}, {first.text}, à {last.nom}, {last.text}"
    sentence = f"{title}, {counted(len(bars), 'territoire')}{NBSP}: {span}."
    return f"{sentence} {reference_label}." if reference_label else sentence

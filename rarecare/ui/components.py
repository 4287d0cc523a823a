"""Blocks of a page: answer, key figures, table with its files, sources, notes, empty states and errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from rarecare.charts.bars import BarChart
from rarecare.charts.template import CONFIG, Chart
from rarecare.errors import UserError
from rarecare.french import NBSP, date, number, typography
from rarecare.ui import texts
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.export import XLSX_TYPE as XLSX_TYPE
from rarecare.ui.export import formats_of
from rarecare.ui.table import table_html


@dataclass(frozen=True)
class KeyFigure:
    """One figure with what it is compared to.

    Parameters
    ----------
    label
        What is counted, a few French words.
    value
        The figure as written.
    reference
        The same for France or another territory, as in ``France : 62 %``; empty when there is none.
    note
        A caveat in small type.
    """

    label: str
    value: str
    reference: str = ""
    note: str = ""


def answer(text: str) -> None:
    """Show the answer of the page, one sentence in large type, announced when it changes."""
    st.html(f'<p class="rc-reponse" aria-live="polite">{escape(typography(text))}</p>')


def key_figures(figures: Sequence[KeyFigure]) -> None:
    """Show figures side by side, each with its reference; they stack on a narrow screen."""
    st.html(f'<dl class="rc-chiffres">{"".join(_key_figure(figure) for figure in figures)}</dl>')


def heading(text: str, *, level: int = 2, note: str = "") -> None:
    """Show a heading of the page below its title, with an optional line under it."""
    line = f'<p class="rc-sous">{escape(typography(note))}</p>' if note else ""
    st.html(f'<h{level} class="rc-titre">{escape(typography(text))}</h{level}>{line}')


def paragraph(text: str, *, small: bool = False) -> None:
    """Show one paragraph of plain text."""
    paragraphs([text], small=small)


def paragraphs(texts: Iterable[str], *, small: bool = False) -> None:
    """Show paragraphs of plain text one under the other."""
    css = "rc-petit" if small else "rc-texte"
    st.html("".join(f'<p class="{css}">{escape(typography(text))}</p>' for text in texts))


def source_line(*sources: str, updated: str = "", version: str = "") -> None:
    """Show where the numbers come from, their date and the version of the data."""
    parts = [f"Sources{NBSP}: {', '.join(sources)}"] if sources else []
    parts += [f"mise à jour{NBSP}: {date(updated)}"] if updated else []
    parts += [f"version des données{NBSP}: {version}"] if version else []
    st.html(f'<p class="rc-source">{escape(". ".join(part[:1].upper() + part[1:] for part in parts))}.</p>')


def completeness_note(
    known: int, published: int, *, level: str, link: str = "", link_label: str = ""
) -> None:
    """Say how much of the published list RareCare knows; nothing is shown when the list is complete.

    Parameters
    ----------
    known, published
        Numbers of sites of the level, in RareCare and as published by the filière.
    level
        The level in words, as in ``centres de compétence``.
    link, link_label
        Directory of the filière.
    """
    if known >= published:
        return
    counts = f"{number(known)} des {number(published)} {level} publiés sont connus de RareCare"
    sentence = f"{counts}{NBSP}: lire ces résultats comme provisoires."
    anchor = (
        f' <a href="{escape(link)}" rel="noopener">{escape(link_label or "Annuaire de la filière")}</a>'
        if link
        else ""
    )
    st.html(f'<p class="rc-note">{escape(typography(sentence))}{anchor}</p>')


def fictitious_banner() -> None:
    """Say that made-up rows are shown, as an alert that no page can leave out."""
    st.html(
        f'<div class="rc-fictif" role="alert"><strong>{texts.FICTITIOUS}</strong> '
        f"{escape(typography(texts.FICTITIOUS_WHY))}</div>"
    )


def empty_state(title: str = texts.NO_RESULT_TITLE, remedy: str = texts.NO_RESULT_REMEDY) -> None:
    """Say that there is nothing to show, and what to do."""
    st.html(
        f'<div class="rc-vide" role="status"><p class="rc-vide-titre">{escape(typography(title))}</p>'
        f"<p>{escape(typography(remedy))}</p></div>"
    )


def error_box(error: UserError) -> None:
    """Show an error that the reader can mend: what, where, what to do; folders of the server are left out."""
    place = Path(error.where).name if error.where.startswith("/") else error.where
    where = f'<p class="rc-ou">{escape(place)}</p>' if place else ""
    remedy = f"<p>{escape(typography(error.remedy))}</p>" if error.remedy else ""
    st.html(
        f'<div class="rc-erreur" role="alert"><p class="rc-vide-titre">{escape(typography(error.what))}</p>'
        f"{where}{remedy}</div>"
    )


@contextmanager
def user_errors() -> Iterator[None]:
    """Show a :class:`UserError` raised in the block in place of what follows it; every other error goes on."""
    try:
        yield
    except UserError as error:
        error_box(error)


def chart(drawn: Chart | BarChart, *, key: str) -> None:
    """Show a chart with its text; one of plotly's without its English toolbar, and under ``key``."""
    if isinstance(drawn, BarChart):
        st.html(drawn.html)
        return
    st.plotly_chart(drawn.figure, theme=None, config=CONFIG, alt=drawn.alt, key=key)


def data_table(
    frame: pd.DataFrame,
    columns: Mapping[str, ColumnMeta],
    *,
    file_name: str,
    caption: str,
    notes: Sequence[tuple[str, str]] = (),
    highlight: str = "",
    full: Callable[[], pd.DataFrame] | None = None,
    file_columns: Mapping[str, ColumnMeta] | None = None,
) -> None:
    """Show a sortable table and its files, written when they are asked for.

    Parameters
    ----------
    frame
        Rows in their first order; the 500 first are shown.
    columns
        Columns shown and exported, by name in the frame; the first names the row.
    file_name
        Name of the files without extension.
    caption
        What the table holds, one French phrase.
    notes
        Label and text (question, completeness, sources, version, date): rows of the sheet "Sources" of the workbook,
        last columns of the CSV.
    highlight
        Text of the first column of the row to mark.
    full
        Returns the rows of the files when they hold more than the screen.
    file_columns
        Columns of the files when they hold more than the screen.
    """
    st.html(table_html(frame, columns, caption=caption, highlight=highlight))
    rows, written = full or (lambda: frame), file_columns or columns
    with st.container(horizontal=True, key=f"rc_fichiers_{file_name}"):
        for kind in formats_of(frame, written):
            make = partial(kind.content, rows, written, notes)
            file_button(kind.label, make, f"{file_name}.{kind.suffix}", kind.media_type)


def tabs(*labels: str, key: str) -> list[Any]:
    """Return tabs of which only the open one need be filled: test ``tab.open`` before drawing in it."""
    return list(st.tabs(labels, key=key, on_change="rerun"))


def permalink() -> None:
    """Show the button that copies the address of the view, filters included."""
    st.html(
        f'<p class="rc-lien"><button type="button" data-rc="copier" data-rc-fait="{texts.COPIED}">'
        f"{texts.COPY_LINK}</button></p>"
    )


def _key_figure(figure: KeyFigure) -> str:
    reference = f'<dd class="rc-ref">{escape(typography(figure.reference))}</dd>' if figure.reference else ""
    note = f'<dd class="rc-nb">{escape(typography(figure.note))}</dd>' if figure.note else ""
    label = escape(typography(figure.label))
    return f'<div><dt>{label}</dt><dd class="rc-valeur">{escape(figure.value)}</dd>{reference}{note}</div>'


def file_button(
    label: str, make: Callable[[], bytes], name: str, mime: str, *, icon: str = ":material/download:"
) -> None:
    """Show the button of a file, written when it is asked for; ``name`` is unique on its page."""
    st.download_button(
        label,
        make,
        file_name=name,
        mime=mime,
        key=f"rc_telecharger_{name}",
        on_click="ignore",
        icon=icon,
        type="tertiary",
    )

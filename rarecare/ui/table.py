"""A table as real HTML: read by a screen reader, sorted in the browser, printed, and French whatever the browser.

``static/rarecare.js`` sorts by what is written, whose forms are those of :mod:`rarecare.french`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

import pandas as pd

from rarecare.french import NARROW_NBSP, NBSP, number
from rarecare.ui.columns import ColumnMeta

MAX_ROWS = 1000
"""Rows shown on a page; the files hold them all."""
SEARCH_FROM = 15
"""Rows from which a search field is worth its place."""

_SHORT = 12  # letters; a column of such texts stays on one line, as "2023-2028" should


def table_html(
    frame: pd.DataFrame, columns: Mapping[str, ColumnMeta], *, caption: str, highlight: str = ""
) -> str:
    """Return the rows as an HTML table with sort buttons, the first column being the name of the row.

    Parameters
    ----------
    frame
        Rows in the order shown first.
    columns
        Columns shown, by name in the frame.
    caption
        What the table holds, read aloud and hidden on screen.
    highlight
        Text of the first column of the row to mark.
    """
    shown = frame.head(MAX_ROWS)
    head = "".join(_header(meta) for meta in columns.values())
    texts = [_cells(shown[name].tolist(), meta) for name, meta in columns.items()]
    marked = _cell(highlight, next(iter(columns.values())))
    body = "".join(
        _row(cells, marked=bool(highlight) and cells[0] == marked) for cells in zip(*texts, strict=True)
    )
    search = _search() if len(frame) > SEARCH_FROM else ""
    cut = _cut(len(frame)) if len(frame) > MAX_ROWS else ""
    looks = " ".join(
        f"{'n' if meta.is_number else 'c'}{rank}"
        for rank, (meta, cells) in enumerate(zip(columns.values(), texts, strict=True), start=1)
        if meta.is_number or max(map(len, cells), default=0) <= _SHORT
    )
    return (
        f'<div class="rc-tableau">{search}'
        f'<div class="rc-defile" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="{looks}"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{cut}</div>"
    )


def _header(meta: ColumnMeta) -> str:
    kind = ' data-tri="nombre"' if meta.is_number else ""
    return f'<th scope="col"{kind}><button type="button" class="rc-tri">{escape(meta.label)}</button></th>'


def _row(cells: Sequence[str], *, marked: bool) -> str:
    """Return one row; closing tags that HTML lets out are left out, for they would be half of the message."""
    return f"<tr{' class=rc-choisi' if marked else ''}><th>{'<td>'.join(cells)}"


def _cells(values: Sequence[Hashable], meta: ColumnMeta) -> list[str]:
    """Return the cells of one column; most columns repeat a few values, each of which is written once."""
    # The type too: 1, 1.0 and True are equal, and not written alike.
    written = {(type(value), value): "" for value in values}
    for key in written:
        written[key] = _cell(meta.text(key[1]), meta)
    return [written[type(value), value] for value in values]


def _cell(text: str, meta: ColumnMeta) -> str:
    if meta.is_number:
        # Style keeps numbers on one line, so ordinary spaces do, at a third of the bytes.
        return escape(text).replace(NBSP, " ").replace(NARROW_NBSP, " ")
    if text.startswith(("https://", "http://")):
        return f'<a href="{escape(text)}" rel="noopener" target="_blank">{escape(urlsplit(text).netloc)}</a>'
    return escape(text)


def _search() -> str:
    return (
        '<p class="rc-chercher"><label>Filtrer les lignes '
        '<input type="search" class="rc-filtre" autocomplete="off" spellcheck="false"></label>'
        '<span class="rc-trouves" role="status"></span></p>'
    )


def _cut(count: int) -> str:
    return (
        f'<p class="rc-coupe">Les {number(MAX_ROWS)} premières lignes sur {number(count)}{NBSP}; '
        "les fichiers à télécharger les contiennent toutes.</p>"
    )

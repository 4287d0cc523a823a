"""Small blocks of the import assistant: the heading of a step, a note, what a made-up or an official row is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from html import escape
from typing import Any

import streamlit as st

from rarecare.french import typography

_MARKDOWN = re.compile(r"([\\`*_\[\]~$<]|:(?=\w))")


def step(rank: int, title: str) -> None:
    """Show the heading of one step, with its rank."""
    first = " rc-premiere" if rank == 1 else ""
    st.html(f'<h2 class="rc-etape{first}"><span>{rank}</span> {escape(typography(title))}</h2>')


def step_note(text: str) -> None:
    """Show one line about a step; long names break rather than run over."""
    st.html(f'<p class="rc-petit rc-coupable">{escape(typography(text))}</p>')


def label_of(text: str) -> str:
    """Return a text of a file as a label that shows it as it stands: the labels of widgets are read as Markdown."""
    return _MARKDOWN.sub(r"\\\1", typography(text))


def folded(label: str, *, key: str) -> AbstractContextManager[Any] | None:
    """Return a part of the page that the reader has opened, None while it is folded: it is then not drawn at all."""
    part = st.expander(label, key=key, on_change="rerun")
    return part if part.open else None


def step_notes(texts: Sequence[str]) -> None:
    """Show several short notes as one list."""
    if texts:
        items = "".join(f"<li>{escape(typography(text))}</li>" for text in texts)
        st.html(f'<ul class="rc-notes rc-coupable">{items}</ul>')

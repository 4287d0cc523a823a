"""Small blocks of the import assistant: the heading of a step, a note, what a made-up or an official row is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from rarecare.french import typography


def step(rank: int, title: str) -> None:
    """Show the heading of one step, with its rank."""
    first = " rc-premiere" if rank == 1 else ""
    st.html(f'<h2 class="rc-etape{first}"><span>{rank}</span> {escape(typography(title))}</h2>')


def step_note(text: str) -> None:
    """Show one line about a step; long names break rather than run over."""
    st.html(f'<p class="rc-petit rc-coupable">{escape(typography(text))}</p>')


def step_notes(texts: Sequence[str]) -> None:
    """Show several short notes as one list."""
    if texts:
        items = "".join(f"<li>{escape(typography(text))}</li>" for text in texts)
        st.html(f'<ul class="rc-notes rc-coupable">{items}</ul>')

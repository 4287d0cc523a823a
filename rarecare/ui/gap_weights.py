"""The weights of the four parts of the gaps: four sliders, and one word of the address (``poids=40,30,20,10``)."""

from __future__ import annotations

from dataclasses import astuple

import streamlit as st

from rarecare.errors import UserError
from rarecare.indicators.gaps import EQUAL_WEIGHTS, PARTS, Weights, parse_weights
from rarecare.ui.url_state import UrlState, address, session_state, take_address, write_query

NAME = "poids"
SLIDERS = {
    "temps": "Temps médian",
    "au_dela": "Au-delà du seuil",
    "offre": "Offre à portée",
    "dependance": "Dépendance",
}
_KEYS = tuple(f"rc_poids_{part.slug}" for part in PARTS)


def chosen_weights() -> Weights:
    """Return the weights in force, from the sliders or the address; say why when those asked for cannot be used."""
    state = _state()
    if _KEYS[0] not in st.session_state:
        # The sliders were not drawn by the last run: the address is newer than they are.
        state.page = ""
    given = take_address(state, st.query_params, page=NAME, names=(NAME,))
    if NAME in given:
        _accept(state, given[NAME])
    try:
        weights = parse_weights(state.values.get(NAME, EQUAL_WEIGHTS.text))
    except UserError as error:
        weights = EQUAL_WEIGHTS
        state.ignored = [error.message]
    query = address(
        state, st.query_params.to_dict(), names=(NAME,), values={NAME: weights.text},
        defaults={NAME: EQUAL_WEIGHTS.text}, known=(NAME,),
    )  # fmt: skip
    if query is not None:
        write_query(st.query_params, query)
    return weights


def weight_sliders(weights: Weights) -> None:
    """Draw the four sliders and what was ignored of the address; the page runs again when one moves."""
    state = _state()
    for sentence in state.ignored:
        st.warning(f"{sentence} Poids égaux en attendant.")
    shown = astuple(weights)
    if state.values.get(NAME) == _ALL_ZERO:
        shown = (0,) * len(PARTS)

    def moved() -> None:
        state.choose(NAME, ",".join(str(int(st.session_state[key])) for key in _KEYS))

    columns = st.columns(len(PARTS), gap="medium")
    for column, part, key, value in zip(columns, PARTS, _KEYS, shown, strict=True):
        st.session_state[key] = int(value)
        column.slider(SLIDERS[part.slug], 0, 100, step=5, key=key, on_change=moved)


_ALL_ZERO = ",".join("0" for _ in PARTS)


def _accept(state: UrlState, text: str) -> None:
    """Record the weights of the address, or the sentence that says why they were ignored."""
    state.values.pop(NAME, None)
    if not text:
        return
    try:
        state.values[NAME] = parse_weights(text).text
    except UserError as error:
        state.ignored = [error.message]


def _state() -> UrlState:
    return session_state(st.session_state, key="rc_lacunes")

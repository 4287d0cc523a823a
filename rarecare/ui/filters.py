"""The filters of every page: one frozen value, one thin bar of widgets, one place that names them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import streamlit as st

from rarecare.ui import texts
from rarecare.ui.url_state import (
    UrlState,
    accept,
    address,
    session_state,
    take_address,
    unused_sentence,
    write_query,
)

Choices = Mapping[str, str]
"""Code of each choice → French label; the empty code means "all"."""


@dataclass(frozen=True)
class Filters:
    """What the reader chose; hashable, so that it can be the key of a cache.

    Every field is a code of the data (``2A``, ``proximite``); an empty text means "all" or "none".
    """

    filiere: str = ""
    groupe: str = ""
    reseau: str = ""
    niveau: str = "proximite"
    public: str = "tous"
    indicateur: str = ""
    maille: str = "departement"
    departement: str = ""
    region: str = ""
    seuil: str = "60"
    provenance: str = "tous"
    periode: str = "en_cours"
    annee: str = ""
    axe: str = "reseau"
    centre: str = ""
    volet: str = "temps"
    commune: str = ""
    sans: str = ""
    comparer: str = "niveaux"
    filiere_b: str = ""
    periode_b: str = "2017-2022"
    ponderation: str = "habitants"

    @property
    def seuil_minutes(self) -> int:
        """The threshold as a number of minutes."""
        return int(self.seuil)


Options = Mapping[str, Choices | Callable[[Filters], Choices]]
"""Choices by field; a function receives the filters already read, for choices that depend on them."""

NAMES = tuple(field.name for field in fields(Filters))

_FIXED: Mapping[str, Choices] = {
    "niveau": texts.NIVEAUX,
    "public": texts.PUBLICS,
    "maille": texts.MAILLES,
    "axe": texts.AXES,
    "seuil": texts.SEUILS,
    "provenance": texts.PROVENANCES,
    "periode": texts.PERIODES,
    "volet": texts.VOLETS,
    "comparer": texts.COMPARAISONS,
    "periode_b": texts.PERIODES,
    "ponderation": texts.PONDERATIONS,
}
_TERRITORIES = ("region", "departement")
_SEGMENTED = {"niveau", "maille", "volet", "comparer", "ponderation"}
_SECONDARY = ("public", "seuil", "provenance", "periode")
_WIDTHS = {"filiere": 300, "groupe": 300, "reseau": 300, "indicateur": 300, "departement": 240, "region": 240}
_NARROW = 190


def render_filters(
    options: Options,
    fields: Sequence[str],
    *,
    page: str,
    defaults: Mapping[str, str] | None = None,
    locked: Mapping[str, str] | None = None,
    secondary: Sequence[str] = _SECONDARY,
    hidden: Callable[[Filters], Collection[str]] = lambda _: (),
) -> Filters:
    """Draw the filter bar and return what is chosen, by the reader or by the address.

    Parameters
    ----------
    options
        Choices of the fields that depend on the data; the others are known here.
    fields
        Fields of this page, in order.
    page
        Slug of the page.
    defaults
        Default codes of this page where they differ from those of :class:`Filters`.
    locked
        Codes forced on the reader, shown nowhere (the public view locks ``provenance`` to ``publie``).
    secondary
        Fields kept behind "Plus de critères".
    hidden
        Returns, from what is chosen, the fields of this page that the bar does not draw: those that the page draws
        elsewhere by :func:`pick`, or that this view does not use.
    """
    names = tuple(name for name in fields if name not in (locked or {}))
    state = session_state(st.session_state)
    given = take_address(state, st.query_params, page=page, names=names)
    base = replace(Filters(), **(dict(defaults or {}) | dict(locked or {})))
    chosen, choices = _resolve(state, given, options, names, base)
    unseen = hidden(chosen)
    _say_unused(state, [name for name in _TERRITORIES if name in unseen and name in given], choices, chosen)
    _draw(state, tuple(name for name in names if name not in unseen), choices, chosen, secondary)
    _write_address(state, names, chosen, base)
    for sentence in state.ignored:
        st.warning(sentence)
    return chosen


def pick(name: str, choices: Choices, code: str, *, label: str = "", labelled: bool = True) -> None:
    """Draw the widget of a filter outside the bar; the page runs again with what it chooses.

    Parameters
    ----------
    name, choices, code
        Field, what can be chosen, and the code in force.
    label
        Label of the widget where it differs from that of the field.
    labelled
        Whether the label is seen; it is read aloud in any case.
    """
    state = session_state(st.session_state)
    _widget(state, name, choices, code, stretch=True, label=label, labelled=labelled)


def choose(name: str, code: str) -> None:
    """Set a filter from elsewhere than its widget (a click on a map); choosing the same code again clears it."""
    state = session_state(st.session_state)
    state.choose(name, "" if state.values.get(name) == code else code)


def _resolve(
    state: UrlState, given: Mapping[str, str], options: Options, names: Sequence[str], base: Filters
) -> tuple[Filters, dict[str, Choices]]:
    """Return the filters in force and the choices of each field, in order: later ones may depend on earlier ones."""
    chosen, found = base, {}
    for name in names:
        choices = _choices(name, options, chosen)
        default = _default(name, choices, base)
        if name in given:
            accept(
                state, name, given[name], choices, label=texts.FIELD_LABELS[name], default=default,
                elsewhere=_choices(name, options, replace(chosen, filiere="")), filiere=chosen.filiere,
            )  # fmt: skip
        code = state.values.get(name, default)
        found[name] = choices
        chosen = replace(chosen, **{name: code if code in choices else default})
    return chosen, found


def _say_unused(
    state: UrlState, names: Sequence[str], choices: Mapping[str, Choices], chosen: Filters
) -> None:
    """Say of the territories that an address names that the view shown is not about them."""
    for name in names:
        code = str(getattr(chosen, name))
        if code:
            state.ignored.append(unused_sentence(choices[name][code], label=texts.FIELD_LABELS[name]))


def _choices(name: str, options: Options, chosen: Filters) -> Choices:
    source = options.get(name, _FIXED.get(name, {}))
    return source(chosen) if callable(source) else source


def _default(name: str, choices: Choices, base: Filters) -> str:
    default = str(getattr(base, name))
    return default if default in choices else next(iter(choices), default)


def _draw(
    state: UrlState,
    names: Sequence[str],
    choices: Mapping[str, Choices],
    chosen: Filters,
    secondary: Sequence[str],
) -> None:
    st.html(f'<details class="rc-bascule"><summary>{texts.FILTERS}</summary></details>')
    with st.container(key="rc_barre", horizontal=True, vertical_alignment="bottom", gap="small"):
        for name in names:
            if name not in secondary:
                _widget(state, name, choices[name], str(getattr(chosen, name)))
        more = [name for name in names if name in secondary]
        if more:
            with st.popover(texts.MORE_FILTERS, key="rc_plus"):
                for name in more:
                    _widget(state, name, choices[name], str(getattr(chosen, name)), stretch=True)


def _widget(
    state: UrlState,
    name: str,
    choices: Choices,
    code: str,
    *,
    stretch: bool = False,
    label: str = "",
    labelled: bool = True,
) -> None:
    key, label = f"rc_f_{name}", label or texts.FIELD_LABELS[name]
    st.session_state[key] = code

    def changed() -> None:
        value = st.session_state[key]
        state.choose(name, code if value is None else str(value))

    if name in _SEGMENTED:
        st.segmented_control(
            label,
            list(choices),
            format_func=lambda item: choices[item],
            key=key,
            on_change=changed,
            required=True,
            label_visibility="visible" if labelled else "collapsed",
        )
        return
    st.selectbox(
        label,
        list(choices),
        format_func=lambda item: choices.get(item, item),
        key=key,
        on_change=changed,
        filter_mode="contains" if len(choices) > 8 else None,
        placeholder="Choisir",
        width="stretch" if stretch else _WIDTHS.get(name, _NARROW),
    )


def _write_address(state: UrlState, names: Sequence[str], chosen: Filters, base: Filters) -> None:
    values = {name: str(getattr(chosen, name)) for name in names}
    defaults = {name: str(getattr(base, name)) for name in names}
    query = address(
        state, st.query_params.to_dict(), names=tuple(names), values=values, defaults=defaults, known=NAMES
    )
    if query is not None:
        write_query(st.query_params, query)

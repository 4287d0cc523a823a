"""Filters in the address: read, checked, written back, without the default values.

Streamlit's own ``bind="query-params"`` writes the label shown on screen (``?niveau=Proximité``). Addresses of RareCare
carry codes (``?niveau=proximite``) that stay true when a label is reworded, so reading and writing are done here.
These functions know nothing of Streamlit: the session is any :class:`Session`.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Protocol

from rarecare.french import NARROW_NBSP, NBSP, listing

_SHOWN_CHOICES = 5
_TOO_MANY_CHOICES = 8


class Session(Protocol):
    """What remembers values from one run of a page to the next: Streamlit's session, or a dictionary."""

    def get(self, key: str, /) -> object:
        """Return a remembered value, None when there is none."""

    def __setitem__(self, key: str, value: object, /) -> None: ...


@dataclass
class UrlState:
    """What a session remembers of its filters.

    Parameters
    ----------
    values
        Chosen codes by field, on every page; a field left out has its default.
    page
        Page of the last run.
    written
        Codes that the last run left in the address.
    ignored
        French sentences about values of the address that do not exist, kept until the reader changes a filter.
    touched
        True when a widget of this page changed since the last run: the address is then older than the widgets.
    """

    values: dict[str, str] = field(default_factory=dict)
    page: str = ""
    written: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    touched: bool = False

    def choose(self, name: str, code: str) -> None:
        """Record a choice made with a widget or on a map."""
        self.values[name] = code
        self.touched = True
        self.ignored = []


def take_address(
    state: UrlState, query: Mapping[str, str], *, page: str, names: tuple[str, ...]
) -> dict[str, str]:
    """Return the codes that the address brings, by field; an empty text means "back to the default".

    The address speaks on arrival, on a change of page (for the fields it names) and when the reader goes back or
    forward; after a click on a widget it is out of date and says nothing.
    """
    given = {name: query[name] for name in names if name in query}
    arrived, touched = page != state.page, state.touched
    state.page, state.touched = page, False
    if arrived:
        state.ignored = []
        return given
    if touched or given == state.written:
        return {}
    state.ignored = []
    return {name: given.get(name, "") for name in names}


def accept(
    state: UrlState,
    name: str,
    code: str,
    choices: Mapping[str, str],
    *,
    label: str,
    default: str,
    elsewhere: Mapping[str, str] | None = None,
    filiere: str = "",
) -> None:
    """Record one code of the address, or the sentence that says why it was ignored.

    ``elsewhere`` are the choices that a reader has when no ``filiere`` is chosen.
    """
    if code in choices and code != default:
        state.values[name] = code
        return
    state.values.pop(name, None)
    if code and code != default:
        foreign = (elsewhere or {}).get(code, "") if filiere else ""
        state.ignored.append(
            foreign_sentence(foreign, label=label, filiere=filiere)
            if foreign
            else ignored_sentence(code, choices, label=label)
        )


def ignored_sentence(code: str, choices: Mapping[str, str], *, label: str) -> str:
    """Return the French sentence about a value of the address that does not exist, with what is possible."""
    wrong = code if len(code) <= 40 else code[:40] + "…"
    return (
        f"La valeur «{NBSP}{wrong}{NBSP}» de l’adresse est inconnue pour «{NBSP}{label}{NBSP}» et a été ignorée"
        f"{NARROW_NBSP}; {_possible(code, choices)}."
    )


def foreign_sentence(words: str, *, label: str, filiere: str) -> str:
    """Return the French sentence about a value of the address that belongs to another filière than the chosen one."""
    return (
        f"«{NBSP}{words}{NBSP}», donné par l’adresse pour «{NBSP}{label}{NBSP}», n’appartient pas à la filière "
        f"{filiere} et a été ignoré."
    )


def unused_sentence(words: str, *, label: str) -> str:
    """Return the French sentence about a value of the address that the view shown does not use."""
    return f"«{NBSP}{words}{NBSP}», donné par l’adresse pour «{NBSP}{label}{NBSP}», ne sert pas à cette vue."


def _possible(code: str, choices: Mapping[str, str]) -> str:
    """Return what may be chosen: labels as on screen, or codes when the address carried a label."""
    given = [choice for choice in choices if choice]
    if not given or len(given) > _TOO_MANY_CHOICES:
        return "choisissez dans la liste"
    labels = [choices[choice] or choice for choice in given]
    names = given if code in labels else labels
    shown = (
        listing(names, last="ou") if len(names) <= _SHOWN_CHOICES else ", ".join(names[:_SHOWN_CHOICES]) + "…"
    )
    return f"valeurs possibles{NBSP}: {shown}"


def address(
    state: UrlState,
    query: Mapping[str, str],
    *,
    names: tuple[str, ...],
    values: Mapping[str, str],
    defaults: Mapping[str, str],
    known: tuple[str, ...],
) -> dict[str, str] | None:
    """Return the query to write, or None when the address is already right.

    ``names`` are the fields of this page, ``known`` every field of RareCare; other parameters are left as they are.
    """
    ours = {name: values[name] for name in names if values[name] != defaults[name]}
    state.written = ours
    wanted = {name: value for name, value in query.items() if name not in known} | ours
    return None if wanted == dict(query) else wanted


def write_query(query: MutableMapping[str, str], wanted: Mapping[str, str]) -> None:
    """Bring the query of the browser to ``wanted``, touching only what differs.

    Streamlit refuses that anybody but the widget writes a parameter bound to it (the open tab), even its own value.
    """
    for name in [name for name in query if name not in wanted]:
        del query[name]
    query.update({name: value for name, value in wanted.items() if query.get(name) != value})


def session_state(session: Session, key: str = "rc_filtres") -> UrlState:
    """Return the state kept in a session, created when missing."""
    state = session.get(key)
    if not isinstance(state, UrlState):
        state = UrlState()
        session[key] = state
    return state

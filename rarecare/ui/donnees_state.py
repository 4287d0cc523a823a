"""What a session remembers between two runs of the page Données: the table asked for, and the import under way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import streamlit as st

from rarecare.ui.url_state import accept, address, session_state, take_address, write_query

_ADDRESS, _IMPORT = "rc_donnees", "rc_import"
Made = TypeVar("Made")


@dataclass(frozen=True)
class Upload:
    """One file as it was dropped: ``number`` tells two drops of the same name apart."""

    name: str
    content: bytes
    number: int


@dataclass
class ImportState:
    """The import under way in one session; nothing of it is applied before the last step.

    Parameters
    ----------
    upload
        The file dropped, None before.
    sheet, header
        Sheet and lines of the headings (first line, number of lines) that the reader forced, None for those found.
    choices
        Field to heading, as the reader corrected it; None until the first proposal.
    constants
        Field to the value of every row.
    matches
        Hospital as written to ``etablissement_id``.
    pivot
        Headings that tell a year or an age class, see :class:`rarecare.dataset.imports.mapping.Mapping`.
    ignored
        Headings of columns that seem useful and that the reader leaves aside.
    missing
        Required fields that nothing gives yet.
    mode
        ``completer`` or ``remplacer``.
    scope
        What the mode ``remplacer`` replaces, "" for what the file names only.
    saved_id
        The saved mapping taken last, so that it is taken once.
    expected_version
        Version in force when the changes shown were computed.
    applied
        What the accepted import gave, None before.
    """

    table: str = ""
    upload: Upload | None = None
    drops: int = 0
    sheet: str | None = None
    header: tuple[int, int] | None = None
    saved_id: str = ""
    choices: dict[str, str] | None = None
    constants: dict[str, str] = field(default_factory=dict)
    matches: dict[str, str] = field(default_factory=dict)
    pivot: dict[str, dict[str, str]] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    missing: tuple[str, ...] = ()
    mode: str = "completer"
    scope: str = ""
    expected_version: str = ""
    applied: Any = None
    memory: dict[str, tuple[Hashable, Any]] = field(default_factory=dict)

    def remember(self, step: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what a step made last, made again only when what it depends on has changed."""
        known = self.memory.get(step)
        if known is None or known[0] != key:
            self.memory[step] = (key, make())
        return cast("Made", self.memory[step][1])

    def take(self, name: str, content: bytes) -> None:
        """Start again from a file; the table, the mode and a mapping brought by the reader are kept."""
        self.drops += 1
        self.upload = Upload(name, content, self.drops)
        self.forget_columns()

    def drop(self) -> None:
        """Put the file aside."""
        self.upload = None
        self.forget_columns()

    def forget_columns(self) -> None:
        """Forget what was understood of the columns: another table, file or sheet has others."""
        self.sheet = self.header = self.choices = None
        self.constants, self.matches, self.pivot, self.ignored = {}, {}, {}, set()
        self.memory = {}
        self.expected_version = ""


def import_state() -> ImportState:
    """Return the import under way in this session, made when there is none."""
    state = st.session_state.get(_IMPORT)
    if not isinstance(state, ImportState):
        state = st.session_state[_IMPORT] = ImportState()
    return state


def new_import() -> None:
    """Forget the import under way; files dropped later are told from those dropped before."""
    drops = import_state().drops
    st.session_state[_IMPORT] = ImportState(drops=drops)


def table_asked(titles: Mapping[str, str], *, default: str) -> str:
    """Return the table that the address or the reader names; a wrong name in the address is told."""
    state = session_state(st.session_state, _ADDRESS)
    given = take_address(state, st.query_params, page="donnees", names=("table",))
    if "table" in given:
        accept(state, "table", given["table"], titles, label="Table", default=default)
    for sentence in state.ignored:
        st.warning(sentence)
    code = state.values.get("table", default)
    return code if code in titles else default


def write_table(table: str, *, default: str) -> None:
    """Write the table in the address, unless it is the first one."""
    state = session_state(st.session_state, _ADDRESS)
    query = address(
        state,
        st.query_params.to_dict(),
        names=("table",),
        values={"table": table},
        defaults={"table": default},
        known=("table",),
    )
    if query is not None:
        write_query(st.query_params, query)


def table_picker(titles: Mapping[str, str], code: str, *, key: str, label: str = "Table") -> None:
    """Draw the list of tables; the page runs again with the one chosen."""
    state = session_state(st.session_state, _ADDRESS)
    picker(label, titles, code, key=key, take=lambda chosen: state.choose("table", chosen))


def picker(
    label: str, choices: Mapping[str, str], code: str, *, key: str, take: Callable[[str], None]
) -> None:
    """Draw a list of choices (code to words) that always shows ``code``; the one picked is given to ``take``."""
    st.session_state[key] = code

    def changed() -> None:
        take(str(st.session_state[key]))

    st.selectbox(
        label,
        list(choices),
        format_func=lambda item: choices[item],
        key=key,
        on_change=changed,
        filter_mode="contains",
        placeholder="Choisir",
    )

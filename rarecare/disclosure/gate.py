"""The one function that every patient count passes before it leaves RareCare: screen, tooltip, export, API, log.

Counts of 1 to 10 patients are hidden from everyone but an authorised reader within his scope. A count is then one of
four things, told apart everywhere: known, small (``≤10``), protected (a larger count that would give a small one back
by subtraction), or not supplied. Zero is known and stays zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.disclosure.complement import KNOWN, SMALL, Codes, Floats, hide_parts, is_small
from rarecare.french import number
from rarecare.settings import Settings

Role = Literal["public", "planificateur", "filiere", "etablissement", "secret_habilite"]
Etat = Literal["connu", "masque", "protege", "non_fourni"]

MASKED = "≤10"
"""Written for a count of 1 to 10 patients."""
PROTECTED_TEXT = "masqué"
"""Written for a count that would give a small one back by subtraction; nothing is said of its size."""
NOT_SUPPLIED = "non fourni"
"""Written for a count that nobody supplied."""
ETATS: Mapping[str, str] = {
    "connu": "", "masque": MASKED, "protege": PROTECTED_TEXT, "non_fourni": NOT_SUPPLIED,
}  # fmt: skip
"""What is written in place of a count, by state; empty for a known one, which is written itself."""
NOTE = (
    "Secret : un effectif de 1 à 10 patients s'écrit « ≤10 » ; « masqué » cache un effectif qui permettrait de "
    "retrouver un petit effectif par différence ; « non fourni » n'est ni zéro ni un petit effectif."
)
"""What tables and files say of what they hide."""

EVERYTHING = "*"
_AUTHORISED: Role = "secret_habilite"
_STATES = np.array(["connu", "masque", "protege"], dtype=object)
"""State of each code of :mod:`rarecare.disclosure.complement`."""


@dataclass(frozen=True)
class Reader:
    """Who reads, and on what.

    Parameters
    ----------
    role
        Only ``secret_habilite`` ever reads a small count.
    scope
        Codes of filières, ``etablissement_id``s, or ``*`` for everything, within which an authorised reader reads them.
    """

    role: Role = "public"
    scope: frozenset[str] = frozenset()

    def reads_small(self, frame: pd.DataFrame, owner_columns: Sequence[str]) -> NDArray[np.bool_]:
        """Tell on which rows the reader may read a small count: those that one of their owners puts in his scope."""
        none = np.zeros(len(frame), dtype=bool)
        if self.role != _AUTHORISED:
            return none
        if EVERYTHING in self.scope:
            return ~none
        owned = [frame[name].isin(self.scope).to_numpy(dtype=bool) for name in owner_columns]
        owns: NDArray[np.bool_] = np.logical_or.reduce([none, *owned])
        return owns


def reader_of(settings: Settings) -> Reader:
    """Return the reader that the settings describe; the public view always reads as the public."""
    role = settings.reader_role.casefold()
    if settings.public or role not in get_args(Role):
        return Reader()
    words = settings.reader_scope.replace(";", ",").replace(" ", ",").split(",")
    return Reader(cast("Role", role), frozenset(word for word in words if word))


@dataclass(frozen=True)
class Count:
    """One count after the gate.

    Parameters
    ----------
    value
        The count, NaN unless it is known.
    state
        Key of :data:`ETATS`.
    """

    value: float
    state: Etat

    def __post_init__(self) -> None:
        if (self.state == "connu") != math.isfinite(self.value):
            raise ValueError("a count carries a value when it is known, and only then")

    @property
    def text(self) -> str:
        """The count as written in French."""
        return ETATS[self.state] or number(self.value)


@dataclass(frozen=True)
class Breakdown:
    """Columns of one row that sum to at most another: shown together, they must not give a small one back."""

    total: str
    parts: tuple[str, ...]


def protect_count(value: float | None, *, reader: Reader, owners: Sequence[str] = ()) -> Count:
    """Return one count as the reader may see it; ``owners`` are the codes that could put it in his scope."""
    frame = pd.DataFrame({"count": [value], **{str(rank): [owner] for rank, owner in enumerate(owners)}})
    columns = [str(rank) for rank in range(len(owners))]
    return counts_of(protect_counts(frame, ["count"], reader=reader, owner_columns=columns), "count")[0]


def protect_counts(
    frame: pd.DataFrame,
    columns: Sequence[str],
    *,
    reader: Reader,
    owner_columns: Sequence[str],
    breakdowns: Sequence[Breakdown] = (),
) -> pd.DataFrame:
    """Return the frame with counts that the reader may see, and the state of each in a column ``<name>_etat``.

    Parameters
    ----------
    frame
        Rows with counts as numbers, or text as read from a file; NaN, None or "" = not supplied.
    columns
        Columns of counts of patients; every other column goes through unchanged.
    reader
        Who reads.
    owner_columns
        Columns of filière codes and ``etablissement_id``s that say whose rows these are.
    breakdowns
        Columns whose parts sum to another on the same row; rows that sum to others need :func:`protect_table`.

    Returns
    -------
    protected
        ``columns`` are nullable integers (``Int64``), missing unless known; ``<name>_etat`` is a key of :data:`ETATS`.

    Raises
    ------
    ValueError
        A count is negative or no whole number.
    """
    counts = {name: count_values(frame[name]) for name in columns}
    authorised = reader.reads_small(frame, owner_columns)
    codes = {name: np.where(is_small(values) & ~authorised, SMALL, KNOWN) for name, values in counts.items()}
    for breakdown in breakdowns:
        parts = np.column_stack([counts[name] for name in breakdown.parts])
        of_total, of_parts = hide_parts(counts[breakdown.total], parts)
        for name, found in zip((breakdown.total, *breakdown.parts), (of_total, *of_parts.T), strict=True):
            codes[name] = np.maximum(codes[name], np.where(authorised, KNOWN, found))
    return with_states(frame, counts, codes)


def with_states(
    frame: pd.DataFrame, counts: Mapping[str, Floats], codes: Mapping[str, Codes]
) -> pd.DataFrame:
    """Return the frame with protected counts and their states, from counts and what to do with each."""
    columns: dict[str, pd.Series] = {}
    for name, values in counts.items():
        known = (codes[name] == KNOWN) & np.isfinite(values)
        states = np.where(np.isfinite(values), _STATES[codes[name]], "non_fourni")
        columns[name] = pd.Series(np.where(known, values, np.nan), index=frame.index).astype("Int64")
        columns[f"{name}_etat"] = pd.Series(states, index=frame.index, dtype=object)
    return frame.assign(**columns)


def protect_ratio(frame: pd.DataFrame, name: str, *, part: str, whole: str) -> pd.DataFrame:
    """Return a protected frame with ``name``, the per cent that ``part`` is of ``whole``, and ``<name>_etat``.

    Known only when both counts are; a ratio to zero is not supplied.
    """
    states = [frame[f"{column}_etat"] for column in (part, whole)]
    parts, wholes = (frame[column].astype("float64") for column in (part, whole))
    values = 100.0 * parts / wholes.where(wholes > 0)
    missing = states[0].eq("non_fourni") | states[1].eq("non_fourni")
    hidden = ~missing & (states[0].ne("connu") | states[1].ne("connu"))
    etat = pd.Series("connu", index=frame.index, dtype=object)
    etat = etat.mask(values.isna(), "non_fourni").mask(hidden, "protege")
    return frame.assign(**{name: values.where(etat.eq("connu")), f"{name}_etat": etat})


def counts_of(frame: pd.DataFrame, name: str) -> list[Count]:
    """Return a protected column as counts, one a row."""
    values = frame[name].astype("float64")
    return [Count(value, state) for value, state in zip(values, frame[f"{name}_etat"], strict=True)]


def texts_of(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a protected column as it is written in French, one text a row."""
    return [count.text for count in counts_of(frame, name)]


def count_values(column: pd.Series) -> NDArray[np.float64]:
    """Return a column of counts, numbers or text, as floats; what is not supplied is NaN.

    Raises ``ValueError`` for a negative count or one that is no whole number, without repeating it.
    """
    plain = column.replace("", np.nan) if column.dtype.kind not in "iuf" else column
    values = np.asarray(pd.to_numeric(plain).astype("float64"), dtype=np.float64)
    finite = values[np.isfinite(values)]
    if (finite < 0).any() or (finite != np.floor(finite)).any() or np.isinf(values).any():
        raise ValueError(f"column {column.name} holds something else than whole counts")
    return values


__all__ = [
    "ETATS", "MASKED", "NOTE", "NOT_SUPPLIED", "PROTECTED_TEXT", "Breakdown", "Count", "Etat", "Reader", "Role",
    "count_values", "counts_of", "protect_count", "protect_counts", "protect_ratio", "reader_of", "texts_of",
    "with_states",
]  # fmt: skip

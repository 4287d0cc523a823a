"""The tables of a version as a reader may have them: patient counts protected, hidden rows left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from rarecare.dataset.export import exportable_tables, public_rows, table_frame
from rarecare.dataset.store import Dataset
from rarecare.disclosure.datasets import supplied_rows
from rarecare.disclosure.gate import Reader
from rarecare.disclosure.tables import COUNT_TABLES
from rarecare.errors import UserError
from rarecare.exports.about import About

_OWNERS = (("maladies", "maladie_id"), ("centres", "centre_id"))
_NOT_PUBLIC = frozenset({"completude", "exceptions"})
"""Tables that count or name rows that the public does not see."""


def known_tables(dataset: Dataset, *, public: bool = False) -> tuple[str, ...]:
    """Return the names of the tables that a reader may have, sorted."""
    return tuple(name for name in exportable_tables(dataset) if not (public and name in _NOT_PUBLIC))


def check_names(dataset: Dataset, names: Sequence[str], *, public: bool = False) -> tuple[str, ...]:
    """Return the names asked for, each once, all of them when none is.

    Raises
    ------
    UserError
        There is no table of that name, or not for this reader.
    """
    known = known_tables(dataset, public=public)
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise UserError(
            f"Table inconnue : {', '.join(unknown)}", remedy=f"Tables possibles : {', '.join(known)}."
        )
    return tuple(dict.fromkeys(names)) or known


def shown_table(dataset: Dataset, name: str, *, reader: Reader, public: bool = False) -> pd.DataFrame:
    """Return a whole table as a reader may have it.

    Counts of patients come with a column ``<name>_etat`` each, see :func:`rarecare.disclosure.gate.protect_counts`.

    Parameters
    ----------
    name : str
        One of :func:`known_tables`.
    reader : Reader
        Who reads: small counts are only for an authorised reader, within his scope.
    public : bool
        Leave out the rows that the public does not see.
    """
    counted = name in COUNT_TABLES
    frame = supplied_rows(dataset, name, reader) if counted else table_frame(dataset, name)
    return _public(dataset, name, frame) if public else frame


def about_table(dataset: Dataset, name: str, sources: Sequence[dict[str, Any]]) -> About:
    """Return what the file of a table says of itself; *sources* are those of all the tables."""
    return about_dataset(
        dataset, [source for source in sources if source["table"] == name], secrecy=name in COUNT_TABLES
    )


def about_dataset(
    dataset: Dataset, sources: Sequence[dict[str, Any]], *, secrecy: bool, selection: str = ""
) -> About:
    """Return what a file of this version says of itself."""
    return About(
        version=dataset.version,
        built_at=dt.datetime.fromisoformat(dataset.manifest["built_at"]),
        sources=tuple(sources),
        secrecy=secrecy,
        fictitious=bool(dataset.manifest.get("fictitious")),
        selection=selection,
    )


def _public(dataset: Dataset, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that the public sees; a row that details another one follows it."""
    frame = public_rows(frame)
    for owner, key in _OWNERS:
        if key in frame and name not in {owner, "sites"}:
            seen = public_rows(table_frame(dataset, owner))[key]
            frame = frame[frame[key].isin(seen)]
    return frame.reset_index(drop=True)

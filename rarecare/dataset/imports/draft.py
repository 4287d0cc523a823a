"""From the sheet of a reader to rows of a table: everything that can be cleaned is, everything else is told at once."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

import pandas as pd

from rarecare.dataset.imports.mapping import Mapping
from rarecare.dataset.imports.names import DoubtfulMatch
from rarecare.dataset.imports.sources import Source
from rarecare.dataset.tables import Table
from rarecare.errors import Problem
from rarecare.territory.communes import Communes

__all__ = ["DoubtfulMatch", "Draft", "References", "prepare", "problems_frame"]


@dataclass(frozen=True, eq=False)
class References:
    """What the names and codes of a file are looked up in: tables (all text), communes, départements.

    ``departement_names`` gives the name of each code; without it, only codes are understood. ``others`` holds the
    other tables by name, for the foreign keys that point to them.
    """

    etablissements: pd.DataFrame
    centres: pd.DataFrame
    reseaux: pd.DataFrame
    filieres: pd.DataFrame
    groupes: pd.DataFrame
    communes: Communes
    departements: frozenset[str]
    departement_names: MappingType[str, str] = field(default_factory=dict)
    others: MappingType[str, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        tables: MappingType[str, pd.DataFrame],
        *,
        communes: Communes,
        departements: MappingType[str, str],
    ) -> References:
        """Return the references made of tables by their names in the data package; *departements* is code to name."""
        main = {"etablissements", "centres", "reseaux", "filieres", "groupes_maladies"}
        return cls(
            etablissements=tables["etablissements"],
            centres=tables["centres"],
            reseaux=tables["reseaux"],
            filieres=tables["filieres"],
            groupes=tables["groupes_maladies"],
            communes=communes,
            departements=frozenset(departements),
            departement_names=dict(departements),
            others={name: frame for name, frame in tables.items() if name not in main},
        )


@dataclass(frozen=True, eq=False)
class Draft:
    """The rows that a file gives, before anything is applied.

    Parameters
    ----------
    table : str
        Name of the table.
    file : str
        Name of the file.
    frame : DataFrame
        All text, exactly the columns of the table, in file order; a cell that could not be read is empty and told.
    places : DataFrame
        Columns ``sheet`` and ``line`` (1 = first line of the sheet), one row for each row of *frame*, same index.
    problems : tuple of Problem
        Everything wrong, sorted; the draft may be applied only when there is none. A doubtful hospital is one too.
    doubtful : tuple of DoubtfulMatch
        Hospitals to be told by the reader, each once.
    mapping : Mapping
        The mapping used.
    notes : tuple of str
        French sentences that count each automatic change.
    """

    table: str
    file: str
    frame: pd.DataFrame
    places: pd.DataFrame
    problems: tuple[Problem, ...]
    doubtful: tuple[DoubtfulMatch, ...]
    mapping: Mapping
    notes: tuple[str, ...]


def prepare(source: Source, table: Table, mapping: Mapping, references: References) -> Draft:
    """Return the rows of *table* that the file gives, cleaned, with all that is wrong; never raises on bad content."""
    raise NotImplementedError


def problems_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return the problems as a table with French headings, sorted: the list that a reader downloads."""
    rows = [
        (
            problem.file,
            problem.sheet,
            str(problem.line) if problem.line else "",
            problem.column,
            problem.value,
            problem.rule,
            problem.remedy,
            problem.slug,
        )
        for problem in sorted(problems)
    ]
    headings = ["fichier", "feuille", "ligne", "colonne", "valeur", "règle", "remède", "code"]
    return pd.DataFrame(rows, columns=headings, dtype="str")

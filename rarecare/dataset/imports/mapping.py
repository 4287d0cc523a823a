"""How the columns of a file become the fields of a table: the mapping, kept as a small TOML, and its proposal."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import tomli_w

from rarecare.dataset.tables import Table
from rarecare.errors import UserError

if TYPE_CHECKING:
    from rarecare.dataset.imports.reading import Source

_TEXTS = {"table": "table", "feuille": "sheet"}
_NUMBERS = {"ligne_en_tete": "header_line", "hauteur_en_tete": "header_height"}
_TABLES = {"colonnes": "columns", "constantes": "constants", "rapprochements": "matches"}
_REMEDY = "Reprendre une correspondance enregistrée par l'assistant, ou la corriger."


@dataclass(frozen=True)
class Mapping:
    """Which heading gives which field.

    Parameters
    ----------
    table : str
        Name of the table to fill.
    sheet : str
        Name of the sheet read; an empty text means the only sheet of the file.
    header_line : int
        First line of the headings, the first line of the sheet being 1.
    columns : dict
        Field to heading, as the heading is written in the file. Besides the fields of the table, the auxiliary fields
        of :func:`rarecare.dataset.imports.headings.auxiliary_fields` (the hospital and the réseau of a centre…).
    constants : dict
        Field to the value that every row takes; used only where the field has no column.
    matches : dict
        Hospital as written in the file to the etablissement_id that the reader decided.
    header_height : int
        Number of lines of the headings, joined column by column.
    pivot : dict
        For wide files, heading to what its column holds: ``champ`` names the field of the numbers, the other keys are
        the fields that the heading itself tells (``annee``, ``classe_age``, ``modalite``). One row of the file gives
        one row for each distinct set of those; an empty cell gives none.
    """

    table: str
    sheet: str = ""
    header_line: int = 1
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    matches: dict[str, str] = field(default_factory=dict)
    header_height: int = 1
    pivot: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_toml(self) -> str:
        """Return the mapping as TOML, with French keys."""
        content: dict[str, Any] = {key: getattr(self, name) for key, name in _TEXTS.items()}
        content |= {key: getattr(self, name) for key, name in _NUMBERS.items()}
        content |= {key: dict(getattr(self, name)) for key, name in _TABLES.items()}
        content["tableau_croise"] = {heading: dict(cells) for heading, cells in self.pivot.items()}
        return tomli_w.dumps(content)

    @classmethod
    def from_toml(cls, text: str, *, where: str = "") -> Mapping:
        """Return the mapping written by :meth:`to_toml`; *where* names the file in messages.

        Raises
        ------
        UserError
            When the text is no TOML, or a key is unknown, missing or of the wrong type.
        """
        try:
            content = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise UserError(
                "La correspondance des colonnes est illisible", where=f"{where} : {error}", remedy=_REMEDY
            ) from None
        _refuse_unknown_keys(content, where)
        values: dict[str, Any] = {name: _text(content, key, where) for key, name in _TEXTS.items()}
        values |= {name: _line(content, key, where) for key, name in _NUMBERS.items()}
        values |= {name: _texts(content.get(key, {}), key, where) for key, name in _TABLES.items()}
        values["pivot"] = _pivot(content.get("tableau_croise", {}), where)
        return cls(**values)


@dataclass(frozen=True)
class ColumnMatch:
    """One recognised heading. ``score`` runs from 0 to 100; 100 is the very word of the list."""

    field: str
    heading: str
    score: float


@dataclass(frozen=True)
class SheetChoice:
    """One sheet of the file and what was found in it; ``score`` ranks the sheets, 0 when no heading is known."""

    name: str
    header_line: int
    header_height: int
    headings: tuple[str, ...]
    score: float
    rows: int


@dataclass(frozen=True)
class Proposal:
    """What the file seems to hold, for the reader to confirm or correct.

    Parameters
    ----------
    mapping : Mapping
        The mapping to start from; its columns may be empty when nothing is recognised.
    matches : tuple of ColumnMatch
        The recognised headings, in the order of the file.
    headings : tuple of str
        All the headings of the sheet chosen, made unique ("Patients", "Patients (2)"), in the order of the file.
    unmatched : tuple of str
        Headings that fill no field.
    ignored : tuple of str
        Headings that are recognised and that the table has no use for (FINESS number, telephone…); not in *unmatched*.
    ambiguous : dict
        Heading to the field that it might give, which another heading gives already.
    missing : tuple of str
        Required fields that no column, constant or derivation gives.
    sheets : tuple of SheetChoice
        All the sheets, in the order of the file.
    """

    mapping: Mapping
    matches: tuple[ColumnMatch, ...]
    headings: tuple[str, ...]
    unmatched: tuple[str, ...]
    ignored: tuple[str, ...]
    ambiguous: dict[str, str]
    missing: tuple[str, ...]
    sheets: tuple[SheetChoice, ...]


def propose_mapping(source: Source, table: Table, *, sheet: str = "") -> Proposal:
    """Find the sheet, the headings and the field of each column.

    *sheet* forces a sheet; otherwise the one whose headings are best recognised is taken, the first when none is.
    Nothing is refused here: an unknown sheet name raises :class:`UserError`, bad content gives an empty proposal.
    """
    raise NotImplementedError


def _refuse_unknown_keys(content: MappingType[str, object], where: str) -> None:
    known = {*_TEXTS, *_NUMBERS, *_TABLES, "tableau_croise"}
    unknown = sorted(set(content) - known)
    if unknown:
        raise _bad(f"La clé « {unknown[0]} » est inconnue", where)
    if not content.get("table"):
        raise _bad("La clé « table » manque", where)


def _text(content: MappingType[str, object], key: str, where: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise _bad(f"La clé « {key} » doit être un texte", where)
    return value


def _line(content: MappingType[str, object], key: str, where: str) -> int:
    value = content.get(key, 1)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _bad(f"La clé « {key} » doit être un nombre entier, à partir de 1", where)
    return value


def _texts(value: object, key: str, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _bad(f"La partie « {key} » doit associer un texte à chaque nom", where)
    return {str(name): str(item) for name, item in value.items()}


def _pivot(value: object, where: str) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict):
        raise _bad("La partie « tableau_croise » doit décrire chaque colonne", where)
    columns = {
        str(heading): _texts(cells, f"tableau_croise.{heading}", where) for heading, cells in value.items()
    }
    for heading, cells in columns.items():
        if not cells.get("champ"):
            raise _bad(f"La colonne « {heading} » du tableau croisé n'a pas de « champ »", where)
    return columns


def _bad(what: str, where: str) -> UserError:
    return UserError(what, where=where, remedy=_REMEDY)

"""How the columns of a file become the fields of a table: the mapping, kept as a small TOML, and its proposal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tomli_w
from scipy.optimize import linear_sum_assignment

from rarecare.dataset.imports.headings import (
    Lexicon,
    default_values,
    find_header,
    headings_of,
    lexicon_of,
)
from rarecare.dataset.imports.sources import Sheet, Source
from rarecare.dataset.tables import Table
from rarecare.errors import UserError

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
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
    ignored : tuple of str
        Headings that the reader decided to leave aside although they seem useful.
    """

    table: str
    sheet: str = ""
    header_line: int = 1
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    matches: dict[str, str] = field(default_factory=dict)
    header_height: int = 1
    pivot: dict[str, dict[str, str]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    def to_toml(self) -> str:
        """Return the mapping as TOML, with French keys."""
        content: dict[str, Any] = {key: getattr(self, name) for key, name in _TEXTS.items()}
        content |= {key: getattr(self, name) for key, name in _NUMBERS.items()}
        content |= {key: dict(getattr(self, name)) for key, name in _TABLES.items()}
        if self.ignored:
            content["colonnes_ignorees"] = list(self.ignored)
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
        values["ignored"] = _headings(content.get("colonnes_ignorees", []), where)
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

    *sheet* forces a sheet; otherwise the one whose headings are best recognised is taken, the first when none is. A
    hidden sheet is never taken unless it is forced.
    Nothing is refused here: an unknown sheet name raises :class:`UserError`, bad content gives an empty proposal.
    """
    lexicon = lexicon_of(table)
    sheets = tuple(_sheet_choice(each, lexicon) for each in source.sheets)
    position = _chosen(sheets, source, sheet)
    if position is None:
        return Proposal(
            Mapping(table.name), (), (), (), (), {}, missing_fields(Mapping(table.name), table), sheets
        )
    chosen = sheets[position]
    columns = _assign(chosen.headings, lexicon)
    constants = _constants(table, columns)
    if "annee" in table.columns and "annee" not in columns.given:
        constants |= _year_around(source, source.sheets[position], chosen)
    mapping = Mapping(
        table=table.name,
        sheet=chosen.name,
        header_line=chosen.header_line,
        columns=columns.plain,
        constants=constants,
        header_height=chosen.header_height,
        pivot=columns.pivot,
    )
    used = {*columns.plain.values(), *columns.pivot}
    left = [
        heading for heading in chosen.headings if heading not in used and heading not in columns.ambiguous
    ]
    return Proposal(
        mapping=mapping,
        matches=columns.matches,
        headings=chosen.headings,
        unmatched=tuple(heading for heading in left if not lexicon.is_ignored(heading)),
        ignored=tuple(heading for heading in left if lexicon.is_ignored(heading)),
        ambiguous=columns.ambiguous,
        missing=missing_fields(mapping, table),
        sheets=sheets,
    )


def missing_fields(mapping: Mapping, table: Table) -> tuple[str, ...]:
    """Return the required fields that no column, no constant and no derivation gives."""
    given = given_fields(mapping)
    required = {field.name for field in table.fields if field.required} | set(table.primary_key)
    return tuple(
        name for name in table.columns if name in required and not _is_given(name, table.name, given)
    )


def given_fields(mapping: Mapping) -> frozenset[str]:
    """Return the fields, auxiliary ones included, that a mapping takes from columns, headings or constants."""
    pivoted = {name for cells in mapping.pivot.values() for name in (cells["champ"], *cells)} - {"champ"}
    return frozenset(mapping.columns) | frozenset(mapping.constants) | pivoted


DERIVED: MappingType[str, MappingType[str, tuple[frozenset[str], ...]]] = {
    "file_active": {"centre_id": (frozenset({"reseau_id", "etablissement_id"}),)},
    "moyens": {"centre_id": (frozenset({"reseau_id", "etablissement_id"}),)},
    "centres": {
        "centre_id": (frozenset({"reseau_id", "etablissement_id"}),),
        "filiere": (frozenset({"reseau_id"}),),
    },
    "etablissements": {
        "etablissement_id": (frozenset({"nom"}),),
        "ville": (frozenset({"code_commune"}),),
        "code_commune": (frozenset({"ville"}),),
        "departement": (frozenset({"code_commune"}), frozenset({"ville"})),
    },
    "acteurs": {
        "acteur_id": (frozenset({"nom", "type"}),),
        "code_commune": (frozenset({"ville"}),),
        "departement": (frozenset({"code_commune"}), frozenset({"ville"})),
    },
    "plateformes": {
        "plateforme_id": (frozenset({"nom", "type"}),),
        "etablissement_id": (frozenset({"etablissement"}),),
        "departement": (frozenset({"code_commune"}),),
        "region": (frozenset({"code_commune"}), frozenset({"departement"})),
    },
    "reseaux": {
        "reseau_id": (frozenset({"filiere", "sigle"}), frozenset({"filiere", "libelle"})),
    },
    "maladies": {"maladie_id": (frozenset({"nom"}),)},
    "epidemiologie": {"groupe_maladie": (frozenset({"reseau_id"}),)},
}
"""Table to field to the sets of fields that each suffice to find it."""


def _is_given(name: str, table: str, given: frozenset[str]) -> bool:
    return name in given or any(needed <= given for needed in DERIVED.get(table, {}).get(name, ()))


@dataclass(frozen=True)
class _Assignment:
    """The columns of a sheet: plain ones, those of a wide file, the fields that single headings tell for all rows."""

    plain: dict[str, str]
    pivot: dict[str, dict[str, str]]
    told: dict[str, str]
    ambiguous: dict[str, str]
    matches: tuple[ColumnMatch, ...]

    @property
    def given(self) -> set[str]:
        return {*self.plain, *self.told, *(name for cells in self.pivot.values() for name in cells)}


def _sheet_choice(sheet: Sheet, lexicon: Lexicon) -> SheetChoice:
    line, height, score = find_header(sheet, lexicon)
    headings = headings_of(sheet, lexicon, line=line, height=height)
    body = sheet.rows[line - 1 + height :]
    rows = sum(1 for row in body if any(cell.strip() for cell in row))
    return SheetChoice(sheet.name, line, height, headings, score, rows)


def _chosen(sheets: tuple[SheetChoice, ...], source: Source, wanted: str) -> int | None:
    if wanted:
        for position, choice in enumerate(sheets):
            if choice.name == wanted:
                return position
        names = ", ".join(f"« {choice.name} »" for choice in sheets)
        raise UserError(
            f"La feuille « {wanted} » n'existe pas", where=source.file, remedy=f"Feuilles : {names}."
        )
    shown = [rank for rank, sheet in enumerate(source.sheets) if not sheet.hidden]
    if not shown:
        return None
    return max(shown, key=lambda rank: (sheets[rank].score, sheets[rank].rows > 0, -rank))


def _assign(headings: tuple[str, ...], lexicon: Lexicon) -> _Assignment:
    """Give each field its heading, the best recognised first; columns of numbers are looked at together."""
    added = lexicon.of_export(headings)
    headings = tuple(heading for heading in headings if heading not in added)
    ambiguous = {heading: name for heading in headings if (name := lexicon.hesitation(heading))}
    measures = {heading: found for heading in headings if (found := lexicon.measure_of(heading))}
    names = [heading for heading in headings if heading not in measures and heading not in ambiguous]
    plain, extra = _best_pairs(names, lexicon)
    pivot, told, doubles = _wide(measures, "annee" in plain)
    ambiguous |= extra | doubles
    if "annee" in plain and any("annee" in cells for cells in pivot.values()):
        ambiguous[plain.pop("annee")] = "annee"
    if not pivot:
        plain |= {name: heading for heading, (name, _) in measures.items() if heading not in doubles}
    matches = tuple(
        ColumnMatch(name, heading, lexicon.fields_of(heading).get(name, 90.0))
        for name, heading in sorted(plain.items(), key=lambda pair: headings.index(pair[1]))
    )
    matches += tuple(ColumnMatch(cells["champ"], heading, 90.0) for heading, cells in pivot.items())
    return _Assignment(plain, pivot, told, ambiguous, matches)


def _best_pairs(headings: list[str], lexicon: Lexicon) -> tuple[dict[str, str], dict[str, str]]:
    """Return field to heading, one each and as well as possible as a whole, and the headings left with their field."""
    scores = {heading: found for heading in headings if (found := lexicon.fields_of(heading))}
    fields = sorted({field for found in scores.values() for field in found})
    if not fields:
        return {}, {}
    table = np.zeros((len(scores), len(fields)))
    for row, found in enumerate(scores.values()):
        for name, score in found.items():
            # of two headings as good, the first of the file wins
            table[row, fields.index(name)] = score - row * 0.001
    rows, columns = linear_sum_assignment(table, maximize=True)
    known = list(scores)
    pairs = {
        fields[column]: known[row]
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] > 0
    }
    left = {heading: next(iter(found)) for heading, found in scores.items() if heading not in pairs.values()}
    return pairs, left


def _wide(
    measures: dict[str, tuple[str, dict[str, str]]], has_year: bool
) -> tuple[dict[str, dict[str, str]], dict[str, str], dict[str, str]]:
    """Return the columns of a wide file, what the headings of a plain one tell of all its rows, and the doubles."""
    kept: dict[tuple[str, ...], str] = {}
    doubles: dict[str, str] = {}
    for heading, (name, told) in measures.items():
        key = (name, *(f"{field}={value}" for field, value in sorted(told.items())))
        if key in kept or (has_year and "annee" in told and (name,) in kept):
            doubles[heading] = name
        else:
            kept[key] = heading
    left = {heading: found for heading, found in measures.items() if heading not in doubles}
    names = [name for name, _ in left.values()]
    told_sets = {tuple(sorted(told.items())) for _, told in left.values()}
    # a year told by one heading holds for its neighbours; an age class does not
    if told_sets == {(), *(told for told in told_sets if [field for field, _ in told] == ["annee"])}:
        told_sets -= {()} if len(told_sets) > 1 else set()
    if len(names) == len(set(names)) and len(told_sets) <= 1:
        return {}, dict(next(iter(told_sets), ())), doubles
    return {heading: {"champ": name, **told} for heading, (name, told) in left.items()}, {}, doubles


def _constants(table: Table, columns: _Assignment) -> dict[str, str]:
    defaults = {name: value for name, value in default_values(table).items() if name not in columns.plain}
    return {name: value for name, value in (defaults | columns.told).items() if name not in columns.plain}


def _year_around(source: Source, sheet: Sheet, chosen: SheetChoice) -> dict[str, str]:
    """Return the only year told above the headings, else by the name of the sheet, else by that of the file."""
    above = " ".join(cell for row in sheet.rows[: chosen.header_line - 1] for cell in row)
    for text in (above, sheet.name, source.file):
        years = set(_YEAR.findall(text))
        if len(years) == 1:
            return {"annee": years.pop()}
    return {}


def _refuse_unknown_keys(content: MappingType[str, object], where: str) -> None:
    known = {*_TEXTS, *_NUMBERS, *_TABLES, "tableau_croise", "colonnes_ignorees"}
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


def _headings(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _bad("La clé « colonnes_ignorees » doit être une liste d'intitulés", where)
    return tuple(value)


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

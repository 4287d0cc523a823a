"""Headings as people write them: which field of a table a column holds, and where the headings are.

The words live in ``intitules.toml``. A heading is compared after accents, capitals, plurals, small words and usual
abbreviations are set aside; the order of the words costs a little, a slip of the pen a little more.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from rarecare.dataset.imports.refusals import column_letters
from rarecare.dataset.imports.sources import Sheet
from rarecare.dataset.tables import Field, Table
from rarecare.territory.search import plain

SAME_WORDS, OTHER_ORDER, WITHOUT_BRACKETS, SLIP = 100.0, 98.0, 95.0, 88.0
"""Scores of a recognised heading, on 100."""

HEADER_SEARCH_LINES = 30
"""The headings are looked for in the first lines of a sheet only."""
HEADER_MAX_HEIGHT = 3

_WORDS_FILE = Path(__file__).with_name("intitules.toml")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SLIP_RATIO, _SLIP_LENGTH, _NEAR_RATIO = 92, 7, 78
_VERSION = "Version des données"
_TOTAL_WORDS = frozenset({"total", "tous", "tou", "toute", "ensemble", "annee", "annuel", "annuelle"})
_QUALIFIED = ("annee", "classe_age", "modalite")

Tokens = tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """The content of ``intitules.toml``."""

    empty: frozenset[str]
    abbreviations: dict[str, str]
    fields: dict[str, list[str]]
    tables: dict[str, dict[str, list[str]]]
    auxiliaries: dict[str, list[str]]
    defaults: dict[str, dict[str, str]]
    hesitations: dict[str, dict[str, list[str]]]
    ignored: list[str]
    exports: frozenset[str]
    personal: list[str]
    qualifiers: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Lexicon:
    """What the headings may mean in one table: words in order, and words sorted, to fields, the likeliest first."""

    table: str
    ordered: dict[Tokens, tuple[str, ...]]
    unordered: dict[Tokens, tuple[str, ...]]
    ignored: frozenset[Tokens]
    personal: frozenset[Tokens]
    hesitant: dict[Tokens, str]
    measures: frozenset[str]
    qualified: tuple[str, ...]
    _known: dict[str, dict[str, float]] = field(default_factory=dict, repr=False, compare=False)

    def fields_of(self, heading: str) -> dict[str, float]:
        """Return the fields that a heading may give, with scores from 0 to 100; empty when it is unknown."""
        if heading not in self._known:
            self._known[heading] = self._fields_of(heading)
        return self._known[heading]

    def _fields_of(self, heading: str) -> dict[str, float]:
        words = tokens(heading)
        found, score = self._lookup(words)
        if not found:
            found, score = self._lookup(tokens(_BRACKETS.sub(" ", heading)))
            score = min(score, WITHOUT_BRACKETS)
        if not found:
            found, score = self._slip(words), SLIP
        # the first field is the usual meaning; the next ones serve when another heading has taken the first
        return {name: score - rank for rank, name in enumerate(found)}

    def measure_of(self, heading: str) -> tuple[str, dict[str, str]] | None:
        """Return the field of numbers that a heading gives and what it tells of them.

        « File active 2024 » gives ``("patients", {"annee": "2024"})``; None when the heading is not that of numbers.
        """
        direct = self.fields_of(heading)
        if direct:
            name = next(iter(direct))
            return (name, {}) if name in self.measures else None
        qualifiers, rest = self._qualifiers(tokens(heading))
        if qualifiers is None or not qualifiers:
            return None
        if not rest:
            alone = "patients" if "patients" in self.measures and set(qualifiers) != {"modalite"} else ""
        else:
            found, _ = self._lookup(rest)
            alone = next((name for name in found if name in self.measures), "")
        return (alone, qualifiers) if alone else None

    def is_ignored(self, heading: str) -> bool:
        """Tell whether a heading is known to be of no use here."""
        return tuple(sorted(tokens(heading))) in self.ignored

    def of_export(self, headings: Sequence[str]) -> frozenset[str]:
        """Return the headings that RareCare adds to the files it exports: sources, version, state of a count."""
        added = words_file().exports if _VERSION in headings else frozenset()
        states = {name for name in headings if name.endswith("_etat") and name[:-5] in self.measures}
        return frozenset(added & set(headings)) | states

    def nearest(self, heading: str) -> str:
        """Return the field whose headings look most like one that is not recognised; empty when none is near."""
        words = tokens(heading)
        text = " ".join(words)
        if len(text) < _SLIP_LENGTH:
            return ""
        within = [key for key in self.unordered if len(key) > 1 and set(key) < set(words)]
        if within:
            return self.unordered[max(within, key=len)][0]
        best = process.extractOne(text, list(self._joined), scorer=fuzz.ratio, score_cutoff=_NEAR_RATIO)
        return self._joined[best[0]][0] if best else ""

    def hesitation(self, heading: str) -> str:
        """Return the field that a heading might give and that the reader must confirm; empty when there is none."""
        return self.hesitant.get(tuple(sorted(tokens(heading))), "")

    def is_personal(self, heading: str) -> bool:
        """Tell whether a heading names data about one person."""
        return tuple(sorted(tokens(heading))) in self.personal

    def is_qualifier(self, cell: str) -> bool:
        """Tell whether a cell only makes the heading above it more precise: a year, children, adults, total."""
        words = tokens(cell)
        qualifiers, rest = self._qualifiers(words)
        return bool(words) and not rest and (bool(qualifiers) or set(words) <= _TOTAL_WORDS)

    def _lookup(self, words: Tokens) -> tuple[tuple[str, ...], float]:
        if found := self.ordered.get(words):
            return found, SAME_WORDS
        return self.unordered.get(tuple(sorted(words)), ()), OTHER_ORDER

    def _slip(self, words: Tokens) -> tuple[str, ...]:
        text = " ".join(words)
        if len(text) < _SLIP_LENGTH or re.search("[0-9]", text):
            return ()
        best = process.extractOne(text, list(self._joined), scorer=fuzz.ratio, score_cutoff=_SLIP_RATIO)
        return self._joined[best[0]] if best else ()

    @cached_property
    def _joined(self) -> dict[str, tuple[str, ...]]:
        return {" ".join(key): found for key, found in self.ordered.items()}

    def _qualifiers(self, words: Tokens) -> tuple[dict[str, str] | None, Tokens]:
        """Return what the words tell besides the measure (None when they contradict themselves) and the words left."""
        found: dict[str, str] = {}
        rest: list[str] = []
        for word in words:
            name, value = self._qualifier(word)
            if name and found.setdefault(name, value) != value:
                return None, ()
            if not name and word not in _TOTAL_WORDS:
                rest.append(word)
        return found, tuple(rest)

    def _qualifier(self, word: str) -> tuple[str, str]:
        if _YEAR.fullmatch(word):
            return ("annee", word) if "annee" in self.qualified else ("", "")
        for name in self.qualified:
            if value := words_file().qualifiers.get(name, {}).get(word):
                return name, value
        return "", ""


@cache
def words_file() -> Words:
    """Return the words of ``intitules.toml``, read once."""
    content: dict[str, Any] = tomllib.loads(_WORDS_FILE.read_text(encoding="utf-8"))
    return Words(
        empty=frozenset(content["mots_vides"]),
        abbreviations=content["abreviations"],
        fields=content["champs"],
        tables=content["tables"],
        auxiliaries=content["auxiliaires"],
        defaults=content["defauts"],
        hesitations=content["hesitations"],
        ignored=content["ignores"],
        exports=frozenset(content["exports"]),
        personal=content["nominatifs"],
        qualifiers={
            field: {_singular(word): value for value, words in values.items() for word in words}
            for field, values in content["precisions"].items()
        },
    )


def auxiliary_fields(table: str) -> tuple[str, ...]:
    """Return the fields that are not of the table and that serve to find its keys, such as the hospital of a centre."""
    return tuple(words_file().auxiliaries.get(table, ()))


def default_values(table: Table) -> dict[str, str]:
    """Return the values proposed for the fields that a file has no column for."""
    return dict(words_file().defaults.get(table.name, {}))


def mappable_fields(table: Table) -> tuple[str, ...]:
    """Return all the fields that a column may give: those of the table, then the auxiliary ones."""
    own = table.columns
    return (*own, *(field for field in auxiliary_fields(table.name) if field not in own))


def tokens(text: str) -> Tokens:
    """Return the words that count in a heading: ``("nombre", "patient")`` for "Nb. de patients"."""
    words = words_file()
    found: list[str] = []
    for word in plain(text.replace("%", " pourcentage ")).split():
        if word not in words.empty:
            found += (_singular(part) for part in words.abbreviations.get(word, word).split())
    return tuple(found)


def lexicon_of(table: Table) -> Lexicon:
    """Return the headings understood for a table."""
    return _lexicon(table.name, table.fields, table.primary_key)


def headings_of(sheet: Sheet, lexicon: Lexicon, *, line: int, height: int = 1) -> tuple[str, ...]:
    """Return one heading for each column, the lines joined; made unique, and "colonne C" where there is none.

    A cell of an upper line also stands over the empty cells at its right when these only say a year or an age class,
    as in « File active » over 2022, 2023 and 2024.
    """
    lines = sheet.rows[line - 1 : line - 1 + height]
    width = max((len(row) for row in lines), default=0)
    above: dict[int, str] = {}
    names: list[str] = []
    for column in range(width):
        cells = [_cell(row, column) for row in lines]
        for level, cell in enumerate(cells[:-1]):
            if cell:
                above[level] = cell
            elif lexicon.is_qualifier(cells[-1]):
                cells[level] = above.get(level, "")
        names.append(" ".join(dict.fromkeys(cell for cell in cells if cell)))
    return _unique(names)


def find_header(sheet: Sheet, lexicon: Lexicon) -> tuple[int, int, float]:
    """Return the first line of the headings, their height and how much is recognised (0 when nothing is)."""
    best = (_first_line(sheet), 1, 0.0)
    for line in range(1, min(HEADER_SEARCH_LINES, len(sheet.rows)) + 1):
        if not any(cell.strip() for cell in sheet.rows[line - 1]):
            continue
        for height in range(1, HEADER_MAX_HEIGHT + 1):
            if line + height - 1 > len(sheet.rows):
                break
            score = _recognised(headings_of(sheet, lexicon, line=line, height=height), lexicon)
            # a taller or lower header must earn its place
            score -= 0.3 * (height - 1) + 0.001 * line if score else 0
            if score > best[2]:
                best = (line, height, score)
    return best


def _recognised(headings: Sequence[str], lexicon: Lexicon) -> float:
    fields: dict[str, float] = {}
    measures = 0.0
    for heading in headings:
        if found := lexicon.fields_of(heading):
            name = next(iter(found))
            fields[name] = max(fields.get(name, 0.0), found[name] / 100)
        elif lexicon.measure_of(heading):
            # a year or an age class alone may be a value of the first row as well
            measures += 0.45 if lexicon.is_qualifier(heading) else 0.95
    return sum(fields.values()) + measures


@lru_cache(maxsize=64)
def _lexicon(table: str, fields: tuple[Field, ...], primary_key: tuple[str, ...]) -> Lexicon:
    words = words_file()
    ordered: dict[Tokens, list[str]] = {}
    for name, text in _phrases(table, fields):
        found = ordered.setdefault(tokens(text), [])
        if name not in found:
            found.append(name)
    unordered: dict[Tokens, list[str]] = {}
    for key, own in ordered.items():
        known = unordered.setdefault(tuple(sorted(key)), [])
        known += (name for name in own if name not in known)
    keys = set(primary_key)
    measures = {f.name for f in fields if f.type in {"integer", "number"} and f.name not in keys}
    counts = "patients" in measures or table == "moyens"
    return Lexicon(
        table=table,
        ordered={key: tuple(own) for key, own in ordered.items()},
        unordered={key: tuple(own) for key, own in unordered.items()},
        ignored=frozenset(tuple(sorted(tokens(text))) for text in words.ignored),
        personal=frozenset(tuple(sorted(tokens(text))) for text in words.personal),
        hesitant={
            tuple(sorted(tokens(text))): name
            for name, texts in words.hesitations.get(table, {}).items()
            for text in texts
        },
        measures=frozenset(measures),
        qualified=tuple(field for field in _QUALIFIED if field in keys) if counts else (),
    )


def _phrases(table: str, specs: tuple[Field, ...]) -> Iterator[tuple[str, str]]:
    words = words_file()
    own = [spec.name for spec in specs]
    names = [*own, *(name for name in auxiliary_fields(table) if name not in own)]
    special = words.tables.get(table, {})
    yield from ((name, name.replace("_", " ")) for name in names)
    yield from ((name, text) for name in names for text in special.get(name, ()))
    yield from ((name, text) for name in names for text in words.fields.get(name, ()))
    yield from ((spec.name, spec.title) for spec in specs)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    unique: dict[str, None] = {}
    for column, name in enumerate(names):
        text = wanted = name or f"colonne {column_letters(column)}"
        copy = 1
        while text in unique:
            copy += 1
            text = f"{wanted} ({copy})"
        unique[text] = None
    return tuple(unique)


def _first_line(sheet: Sheet) -> int:
    return next((line for line, row in enumerate(sheet.rows, 1) if any(cell.strip() for cell in row)), 1)


def _cell(row: Sequence[str], column: int) -> str:
    return " ".join(row[column].split()) if column < len(row) else ""


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word

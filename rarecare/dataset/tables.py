"""The tables of ``data/`` and the data package that describes them, read as text.

Every cell stays text: a code such as ``01004`` is no number, and an empty cell means "not known". Numbers are made by
those who need them. The shape of a file (encoding, header, number of cells) is checked while reading, and every fault
is kept: nothing stops at the first one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from rarecare.errors import DataProblems, Problem, UserError

PACKAGE_FILE = "datapackage.json"
FIELD_TYPES = frozenset({"string", "integer", "number", "year", "date"})

# slug: (what the rule says, what to do about it); documented in docs/regles-donnees.md with the other rules
SHAPE_RULES = MappingProxyType(
    {
        "paquet-illisible": (
            "La description des tables est absente ou illisible",
            "Remettre le fichier datapackage.json d'origine.",
        ),
        "fichier-absent": (
            "Le fichier annoncé est absent",
            "Remettre le fichier, ou retirer sa description.",
        ),
        "fichier-vide": ("Le fichier est vide", "Remettre le fichier d'origine."),
        "table-non-decrite": (
            "Le fichier n'est décrit par aucune table",
            "Le décrire dans datapackage.json, ou le retirer du dossier.",
        ),
        "octet-nul": (
            "Le fichier contient un octet nul : ce n'est pas du texte",
            "Enregistrer de nouveau la table au format CSV, encodage UTF-8.",
        ),
        "page-html": (
            "Le fichier est une page web, pas une table CSV",
            "Télécharger de nouveau la table elle-même, non la page qui la présente.",
        ),
        "marque-bom": (
            "Le fichier commence par une marque d'ordre des octets (BOM)",
            "Enregistrer en « UTF-8 » sans BOM.",
        ),
        "encodage-incorrect": (
            "Le fichier n'est pas encodé en UTF-8",
            "Enregistrer de nouveau la table en UTF-8.",
        ),
        "csv-illisible": (
            "La syntaxe CSV est incorrecte",
            "Vérifier les guillemets : un guillemet ouvert se ferme dans la même cellule.",
        ),
        "colonne-manquante": ("Une colonne attendue manque", "Ajouter la colonne, même vide."),
        "colonne-en-trop": ("Une colonne n'est pas décrite", "Retirer la colonne, ou la décrire."),
        "colonne-en-double": ("Une colonne est nommée deux fois", "Ne garder qu'une des deux colonnes."),
        "colonnes-en-desordre": (
            "Les colonnes ne sont pas dans l'ordre décrit",
            "Remettre les colonnes dans l'ordre de la description.",
        ),
        "nombre-de-cellules": (
            "La ligne n'a pas autant de cellules que l'en-tête",
            "Mettre entre guillemets la cellule qui contient une virgule, ou compléter la ligne.",
        ),
        "nombre-de-lignes": (
            "Le nombre de lignes n'est pas celui de la description",
            "Vérifier qu'aucune ligne n'a été perdue ou ajoutée, puis mettre la description à jour.",
        ),
    }
)


@dataclass(frozen=True)
class Field:
    """One column of a table, as its Table Schema describes it."""

    name: str
    title: str
    description: str
    type: str = "string"
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    reference: str = ""
    example: str = ""


@dataclass(frozen=True)
class ForeignKey:
    """Columns of a table whose values must exist in another table."""

    fields: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One resource of the data package. ``rows`` counts the lines announced, header excluded."""

    name: str
    title: str
    description: str
    file: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    rows: int
    sha256: str
    date: str
    sources: tuple[Mapping[str, str], ...]
    licenses: tuple[Mapping[str, str], ...]

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in file order."""
        return [field.name for field in self.fields]


@dataclass(frozen=True)
class Package:
    """The whole data package: its directory and its tables, in the order of ``datapackage.json``."""

    directory: Path
    title: str
    date: str
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """Return one table by its name; raises :class:`UserError` when there is none of that name."""
        for table in self.tables:
            if table.name == name:
                return table
        known = ", ".join(sorted(table.name for table in self.tables))
        raise UserError(f"Table inconnue : « {name} »", remedy=f"Tables possibles : {known}.")


@dataclass(frozen=True)
class Scan:
    """What reading one file gave: the rows (index = line of the file, header is line 1) and the faults of shape.

    ``frame`` is ``None`` when the columns could not be told. ``broken`` holds the lines whose cells cannot be trusted.
    """

    frame: pd.DataFrame | None
    problems: tuple[Problem, ...]
    broken: frozenset[int] = frozenset()


def shape_problem(file: str, slug: str, *, line: int = 0, column: str = "", value: str = "") -> Problem:
    """Return the problem of one shape rule at one place."""
    rule, remedy = SHAPE_RULES[slug]
    return Problem(
        file=file, line=line, column=column, slug=slug, value=value[:120], rule=rule, remedy=remedy
    )


def load_package(data_dir: Path) -> Package:
    """Return the description of the tables of *data_dir*.

    Raises :class:`DataProblems` when ``datapackage.json`` is absent, is no JSON, or describes no table properly.
    """
    try:
        state = (data_dir / PACKAGE_FILE).stat()
    except OSError as error:
        raise _unreadable(error) from None
    return _read_package(data_dir, (state.st_mtime_ns, state.st_size))


# Pages ask at each run; the file of another moment is read anew.
@lru_cache(maxsize=8)
def _read_package(data_dir: Path, _state: tuple[int, int]) -> Package:
    try:
        content = json.loads((data_dir / PACKAGE_FILE).read_text(encoding="utf-8"))
        tables = tuple(_table(resource) for resource in content["resources"])
        _refuse_incoherence(tables)
        title, date = str(content.get("title", "")), str(content.get("rarecare:date", ""))
    # a truncated or hand-edited JSON fails in any of these ways; all mean the same to the reader
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, re.error) as error:
        raise _unreadable(error) from None
    return Package(directory=data_dir, title=title, date=date, tables=tables)


def _unreadable(error: Exception) -> DataProblems:
    cause = f"{type(error).__name__} : {error}"
    return DataProblems([shape_problem(PACKAGE_FILE, "paquet-illisible", value=cause)])


def read_table(package: Package, name: str) -> pd.DataFrame:
    """Return one table, all text, ``""`` where a cell is empty.

    Raises :class:`UserError` on an unknown table and :class:`DataProblems` when the shape of the file is wrong.
    """
    scan = scan_table(package.table(name), package.directory)
    if scan.problems or scan.frame is None:
        raise DataProblems(scan.problems)
    return scan.frame.reset_index(drop=True)


def scan_table(table: Table, directory: Path) -> Scan:
    """Read one file and keep all that is wrong with its shape."""
    path = directory / table.file
    if not path.is_file():
        return Scan(None, (shape_problem(table.file, "fichier-absent"),))
    content = path.read_bytes()
    faults = tuple(_faults_of_bytes(table.file, content))
    if faults:
        return Scan(None, faults)
    return _scan_rows(table, content.decode("utf-8"))


def refresh_package(data_dir: Path) -> None:
    """Write the row counts, sizes and checksums of the files back into ``datapackage.json``.

    To run after a deliberate change of the data, once :func:`rarecare.dataset.rules.check_tables` is silent but for
    ``nombre-de-lignes``.
    """
    path = data_dir / PACKAGE_FILE
    content = json.loads(path.read_text(encoding="utf-8"))
    for resource in content["resources"]:
        data = (data_dir / resource["path"]).read_bytes()
        rows = sum(1 for _ in csv.reader(io.StringIO(data.decode("utf-8"), newline=""))) - 1
        resource |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        resource["rarecare:rows"] = rows
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _faults_of_bytes(file: str, content: bytes) -> Iterator[Problem]:
    start = content[:512].lstrip().lower()
    if not content.strip():
        yield shape_problem(file, "fichier-vide")
    elif start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        yield shape_problem(file, "page-html", line=1)
    elif b"\x00" in content:
        yield shape_problem(file, "octet-nul", line=content[: content.index(b"\x00")].count(b"\n") + 1)
    elif content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        yield shape_problem(file, "marque-bom", line=1)
    else:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            value = content[error.start : error.start + 1].hex()
            yield shape_problem(file, "encodage-incorrect", line=line, value=f"octet 0x{value}")


def _scan_rows(table: Table, text: str) -> Scan:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    start = 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        problems.append(shape_problem(table.file, "csv-illisible", line=start, value=str(error)))
    if not rows:
        return Scan(None, tuple(problems))
    header_problems = list(_faults_of_header(table, rows[0]))
    if header_problems:
        return Scan(None, (*problems, *header_problems))
    return _scan_body(table, rows[1:], lines[1:], problems)


def _faults_of_header(table: Table, header: list[str]) -> Iterator[Problem]:
    expected = table.columns
    for name in expected:
        if name not in header:
            yield shape_problem(table.file, "colonne-manquante", line=1, column=name)
    for name in dict.fromkeys(header):
        if name not in expected:
            yield shape_problem(table.file, "colonne-en-trop", line=1, column=name)
        if header.count(name) > 1:
            yield shape_problem(table.file, "colonne-en-double", line=1, column=name)
    if sorted(header) == sorted(expected) and header != expected:
        yield shape_problem(table.file, "colonnes-en-desordre", line=1, value=",".join(header))


def _scan_body(table: Table, rows: list[list[str]], lines: list[int], problems: list[Problem]) -> Scan:
    width = len(table.fields)
    broken = frozenset(line for line, row in zip(lines, rows, strict=True) if len(row) != width)
    problems += [
        shape_problem(table.file, "nombre-de-cellules", line=line, value=f"{len(row)} au lieu de {width}")
        for line, row in zip(lines, rows, strict=True)
        if len(row) != width
    ]
    if len(rows) != table.rows:
        value = f"{len(rows)} au lieu de {table.rows}"
        problems.append(shape_problem(table.file, "nombre-de-lignes", value=value))
    # a line of the wrong width keeps its first cells, so that the rows which point to its key are not blamed too
    squared = [(row + [""] * width)[:width] for row in rows]
    frame = pd.DataFrame(squared, columns=table.columns, index=pd.Index(lines, name="ligne"), dtype="str")
    return Scan(frame, tuple(problems), broken)


def _table(resource: Mapping[str, Any]) -> Table:
    schema = resource["schema"]
    return Table(
        name=str(resource["name"]),
        title=str(resource["title"]),
        description=str(resource["description"]),
        file=_plain_file_name(resource["path"]),
        fields=tuple(_field(descriptor) for descriptor in schema["fields"]),
        primary_key=_names(schema.get("primaryKey", [])),
        foreign_keys=tuple(_foreign_key(key) for key in schema.get("foreignKeys", [])),
        rows=int(resource["rarecare:rows"]),
        sha256=str(resource["hash"]).removeprefix("sha256:"),
        date=str(resource["rarecare:date"]),
        sources=tuple(MappingProxyType(dict(source)) for source in resource["sources"]),
        licenses=tuple(MappingProxyType(dict(licence)) for licence in resource["licenses"]),
    )


def _refuse_incoherence(tables: tuple[Table, ...]) -> None:
    columns = {table.name: set(table.columns) for table in tables}
    for table in tables:
        keys = set(table.primary_key).union(*(key.fields for key in table.foreign_keys))
        targets = all(set(key.targets) <= columns[key.table] for key in table.foreign_keys)
        types = {field.type for field in table.fields} <= FIELD_TYPES
        if not (
            keys <= columns[table.name]
            and targets
            and types
            and len(columns[table.name]) == len(table.fields)
        ):
            raise ValueError(table.name)
        for field in table.fields:
            re.compile(field.pattern)


def _plain_file_name(path: object) -> str:
    # a description never points outside its own directory
    if Path(str(path)).name != str(path):
        raise ValueError(path)
    return str(path)


def _field(descriptor: Mapping[str, Any]) -> Field:
    constraints = descriptor.get("constraints", {})
    return Field(
        name=str(descriptor["name"]),
        title=str(descriptor["title"]),
        description=str(descriptor["description"]),
        type=str(descriptor.get("type", "string")),
        required=bool(constraints.get("required", False)),
        unique=bool(constraints.get("unique", False)),
        enum=tuple(str(value) for value in constraints.get("enum", ())),
        pattern=str(constraints.get("pattern", "")),
        minimum=_number(constraints.get("minimum")),
        maximum=_number(constraints.get("maximum")),
        reference=str(descriptor.get("rarecare:reference", "")),
        example=str(descriptor.get("example", "")),
    )


def _number(value: str | float | None) -> float | None:
    return None if value is None else float(value)


def _foreign_key(descriptor: Mapping[str, Any]) -> ForeignKey:
    reference = descriptor["reference"]
    return ForeignKey(_names(descriptor["fields"]), str(reference["resource"]), _names(reference["fields"]))


def _names(names: str | list[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(str(name) for name in names)


if __name__ == "__main__":
    refresh_package(Path("data"))

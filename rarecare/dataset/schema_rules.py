"""Rules that follow from the Table Schema of each table: one small function a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import is_normalized

import pandas as pd

from rarecare.dataset.rule_registry import REGISTRY, Context, Finding
from rarecare.dataset.tables import Field, Table

# Paris, Lyon, Marseille as a whole: accepted where a table speaks of a city, never for a hospital
WHOLE_CITIES = frozenset({"75056", "69123", "13055"})
TYPE_PATTERNS = {
    "integer": r"-?\d+",
    "number": r"-?\d+(\.\d+)?",
    "year": r"(19|20|21)\d\d",
    "date": r"(19|20|21)\d\d-\d\d-\d\d",
}
TYPE_NAMES = {
    "integer": "nombre entier",
    "number": "nombre",
    "year": "année",
    "date": "date, année-mois-jour",
}
# all the départements together, and those who live abroad or nobody knows where: patients only
RESIDENCES_BESIDE_DEPARTEMENTS = frozenset({"tous", "99"})
UNTIDY = re.compile(r"^\s|\s\Z|[\x00-\x1f\x7f-\x9f\u200b-\u200f\ufeff\ufffd]|  ")


def _fields(context: Context) -> Iterator[tuple[Table, pd.Series, Field]]:
    for table, frame in context.tables():
        for field in table.fields:
            yield table, frame[field.name], field


def _numbers(cells: pd.Series, field: Field) -> pd.Series:
    """Return the cells as floats, NaN where the cell is empty or no number of the announced type."""
    return pd.to_numeric(cells.where(cells.str.fullmatch(TYPE_PATTERNS[field.type]), "nan"), errors="coerce")


@REGISTRY.add("valeur-obligatoire", "Une valeur obligatoire manque", remedy="Compléter la cellule.")
def find_missing_values(context: Context) -> Iterator[Finding]:
    """Find required cells that are empty."""
    for table, cells, field in _fields(context):
        if field.required:
            yield from context.rows(table.name, cells == "", field.name)


@REGISTRY.add(
    "type-incorrect",
    "La valeur n'est pas du type annoncé",
    remedy="Écrire les nombres en chiffres, sans espace, avec un point décimal, et les dates comme 2026-12-31.",
)
def find_wrong_types(context: Context) -> Iterator[Finding]:
    """Find cells that are no number, integer, year or date although their field says so."""
    for table, cells, field in _fields(context):
        if field.type in TYPE_PATTERNS:
            right = cells.str.fullmatch(TYPE_PATTERNS[field.type])
            if field.type == "date":
                right &= pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce").notna()
            wrong = (cells != "") & ~right
            yield from context.rows(table.name, wrong, field.name, detail=TYPE_NAMES[field.type])


@REGISTRY.add(
    "valeur-hors-liste", "La valeur n'est pas dans la liste permise", remedy="Choisir une valeur de la liste."
)
def find_values_out_of_list(context: Context) -> Iterator[Finding]:
    """Find cells that hold none of the values of a closed list."""
    for table, cells, field in _fields(context):
        if field.enum:
            wrong = (cells != "") & ~cells.isin(field.enum)
            yield from context.rows(table.name, wrong, field.name, detail=", ".join(field.enum))


@REGISTRY.add(
    "motif-non-respecte",
    "La valeur n'a pas la forme attendue",
    remedy="Suivre l'exemple donné dans la description de la colonne.",
)
def find_wrong_patterns(context: Context) -> Iterator[Finding]:
    """Find codes, identifiers and addresses that do not look like one."""
    for table, cells, field in _fields(context):
        if field.pattern:
            yield from context.rows(
                table.name, (cells != "") & ~cells.str.fullmatch(field.pattern), field.name
            )


@REGISTRY.add(
    "borne-depassee", "Le nombre sort des bornes permises", remedy="Vérifier le nombre et son unité."
)
def find_numbers_out_of_bounds(context: Context) -> Iterator[Finding]:
    """Find numbers under the minimum or over the maximum of their field."""
    for table, cells, field in _fields(context):
        if field.type not in TYPE_PATTERNS or field.type == "date":
            continue
        numbers = _numbers(cells, field)
        if field.minimum is not None:
            low = numbers < field.minimum
            yield from context.rows(table.name, low, field.name, detail=f"minimum {field.minimum:g}")
        if field.maximum is not None:
            high = numbers > field.maximum
            yield from context.rows(table.name, high, field.name, detail=f"maximum {field.maximum:g}")


@REGISTRY.add(
    "valeur-en-double",
    "La valeur doit être unique",
    remedy="Retirer la ligne en trop, ou corriger la valeur.",
)
def find_repeated_values(context: Context) -> Iterator[Finding]:
    """Find values of a unique column that appear again."""
    for table, cells, field in _fields(context):
        if field.unique and (field.name,) != table.primary_key:
            yield from context.rows(table.name, (cells != "") & cells.duplicated(), field.name)


@REGISTRY.add(
    "cle-en-double", "La clé de la ligne existe déjà", remedy="Retirer la ligne en trop, ou corriger la clé."
)
def find_repeated_keys(context: Context) -> Iterator[Finding]:
    """Find primary keys that appear again."""
    for table, frame in context.tables():
        key = list(table.primary_key)
        if key:
            yield from context.rows(table.name, frame.duplicated(key), key[-1])


@REGISTRY.add(
    "cle-etrangere",
    "La valeur ne correspond à aucune ligne de la table citée",
    remedy="Corriger l'identifiant, ou ajouter la ligne qui manque dans la table citée.",
)
def find_dangling_keys(context: Context) -> Iterator[Finding]:
    """Find references to another table that lead nowhere."""
    for table, frame in context.tables():
        for key in table.foreign_keys:
            if key.table not in context.frames:
                continue
            targets = pd.MultiIndex.from_frame(context.frames[key.table][list(key.targets)])
            values = frame[list(key.fields)]
            wrong = (values != "").any(axis=1) & ~pd.MultiIndex.from_frame(values).isin(targets)
            yield from context.rows(table.name, wrong, key.fields[-1], detail=f"table {key.table}")


@REGISTRY.add(
    "commune-inconnue",
    "Le code de commune n'existe pas",
    remedy="Prendre le code officiel en vigueur ; un hôpital de Paris, Lyon ou Marseille a celui de l'arrondissement.",
)
def find_unknown_communes(context: Context) -> Iterator[Finding]:
    """Find commune codes that are not in the official list."""
    for table, cells, field in _fields(context):
        if field.reference in ("communes", "communes_ou_villes"):
            accepted = WHOLE_CITIES if field.reference == "communes_ou_villes" else frozenset()
            unknown = {
                code for code in cells.unique() if code not in accepted and code not in context.commune_codes
            }
            yield from context.rows(table.name, (cells != "") & cells.isin(unknown), field.name)


@REGISTRY.add(
    "departement-inconnu",
    "Le code de département n'existe pas",
    remedy="Prendre le code officiel du département.",
)
def find_unknown_departements(context: Context) -> Iterator[Finding]:
    """Find département codes that are not in the official list."""
    for table, cells, field in _fields(context):
        if field.reference in ("departements", "departements_ou_tous"):
            beside = (
                RESIDENCES_BESIDE_DEPARTEMENTS if field.reference == "departements_ou_tous" else frozenset()
            )
            wrong = (cells != "") & ~cells.isin(list(context.departement_codes | beside))
            yield from context.rows(table.name, wrong, field.name)


@REGISTRY.add(
    "texte-mal-forme",
    "Le texte a des espaces en trop, un retour à la ligne, un caractère de contrôle ou une forme Unicode décomposée",
    remedy="Nettoyer la cellule : une seule espace entre les mots, aucune au bord, forme Unicode NFC.",
)
def find_untidy_text(context: Context) -> Iterator[Finding]:
    """Find cells that are not trimmed, hold control characters or are not in Unicode normal form C."""
    for table, cells, field in _fields(context):
        untidy = [text for text in cells.unique() if UNTIDY.search(text) or not is_normalized("NFC", text)]
        if untidy:
            yield from context.rows(table.name, cells.isin(untidy), field.name)

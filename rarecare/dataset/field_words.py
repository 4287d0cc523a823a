"""What a column asks for, in French words: the same in templates and in the published schemas."""

from __future__ import annotations

from rarecare.dataset.tables import Field, ForeignKey, Table
from rarecare.french import number, typography

_TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "year": "année sur quatre chiffres",
    "date": "date (AAAA-MM-JJ)",
    "boolean": "oui ou non",
}
_EXAMPLES = {"integer": "12", "number": "12.5", "year": "2025", "date": "2025-12-31", "boolean": "oui"}
_PATTERNS = {
    "^[a-z0-9]+(-+[a-z0-9]+)*$": "lettres minuscules sans accent, chiffres et tirets",
    "^[a-z0-9]+(_[a-z0-9]+)*$": "lettres minuscules sans accent, chiffres et tirets bas",
    r"^https?://[^\s|]+( \| https?://[^\s|]+)*$": "adresse web ; plusieurs adresses sont séparées par « | »",
    "^(19|20)[0-9]{2}-(19|20)[0-9]{2}$": "deux années séparées par un tiret",
}
_REFERENCES = {
    "communes": "code Insee d'une commune en vigueur ; un arrondissement pour Paris, Lyon et Marseille",
    "communes_ou_villes": "code Insee d'une commune en vigueur ; Paris, Lyon et Marseille entiers sont permis",
    "departements": "code d'un département en vigueur",
    "departements_ou_tous": "code d'un département en vigueur, « tous », ou « 99 » (à l'étranger ou inconnu)",
}


def type_words(field: Field) -> str:
    """Return the type of a column in French."""
    return _TYPES.get(field.type, field.type)


def example_of(field: Field) -> str:
    """Return a value that the column accepts; empty when a free text needs no example."""
    if field.example:
        return field.example
    if field.enum:
        return field.enum[0]
    return _EXAMPLES.get(field.type, "")


def constraint_words(table: Table, field: Field) -> tuple[str, ...]:
    """Return what a value must respect, besides its type, its list and its being there; one French phrase each."""
    phrases = (
        _key_words(table, field),
        "jamais deux fois la même valeur" if field.unique else "",
        _bounds_words(field),
        _pattern_words(field),
        *(f"existe dans la table {key.table}" for key in keys_of(table, field)),
        _REFERENCES.get(field.reference, ""),
    )
    return tuple(typography(phrase) for phrase in phrases if phrase)


def keys_of(table: Table, field: Field) -> tuple[ForeignKey, ...]:
    """Return the foreign keys that the column is part of."""
    return tuple(key for key in table.foreign_keys if field.name in key.fields)


def _key_words(table: Table, field: Field) -> str:
    if field.name not in table.primary_key:
        return ""
    return "clé de la ligne" if len(table.primary_key) == 1 else "fait partie de la clé de la ligne"


def _pattern_words(field: Field) -> str:
    """Return the form of a value in words, or its pattern when no words are known for it."""
    if field.reference or not field.pattern:
        return ""
    return _PATTERNS.get(field.pattern, f"forme {field.pattern}")


def _bounds_words(field: Field) -> str:
    low, high = (None if bound is None else _bound(bound) for bound in (field.minimum, field.maximum))
    if low is not None and high is not None:
        return f"de {low} à {high}"
    if low is not None:
        return f"au moins {low}"
    return "" if high is None else f"au plus {high}"


def _bound(value: float) -> str:
    return number(value) if float(value).is_integer() else number(value, 2)

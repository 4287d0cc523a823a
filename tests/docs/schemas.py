"""The published description of each table, one page a table in the manner of French open-data schemas."""

from __future__ import annotations

from pathlib import Path

from rarecare.dataset.field_words import constraint_words, example_of, type_words
from rarecare.dataset.imports.apply import NOT_IMPORTED
from rarecare.dataset.tables import Field, Package, Table, load_package

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "docs/schemas"
_NOTE = "<!-- page écrite par make docs -->"


def schema_pages() -> dict[str, str]:
    """Return the text of every page by its path in the repository, the index included."""
    package = load_package(ROOT / "data")
    pages = {f"{FOLDER}/{table.name}.md": schema_page(table) for table in package.tables}
    return {f"{FOLDER}/README.md": index_page(package)} | pages


def index_page(package: Package) -> str:
    """Return the list of the tables."""
    rows = [
        f"| [`{table.name}`]({table.name}.md) | {table.title} | {len(table.fields)} |"
        for table in package.tables
    ]
    return "\n".join(
        [
            _NOTE,
            "# Schémas des tables",
            "",
            f"{package.title}. Une page par table ; les mêmes descriptions, lisibles par une machine "
            "(Table Schema, Frictionless Data), sont dans [datapackage.json](../../data/datapackage.json).",
            "",
            "Chaque table a son modèle vide à remplir : `rarecare template TABLE --out FICHIER`. "
            "Ce qui est contrôlé au-delà des colonnes est dans [les règles](../regles-donnees.md).",
            "",
            "| Table | Titre | Colonnes |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def schema_page(table: Table) -> str:
    """Return the page of one table: what it is, then each column."""
    licences = ", ".join(
        _linked(licence.get("title", ""), licence.get("path", "")) for licence in table.licenses
    )
    sources = [f"- {_linked(source.get('title', ''), source.get('path', ''))}" for source in table.sources]
    rows = [
        f"| `{field.name}` | {field.title} | {type_words(field)} | {_needed(field)} |"
        for field in table.fields
    ]
    return "\n".join(
        [
            _NOTE,
            f"# {table.title}",
            "",
            table.description,
            "",
            f"- **Nom** : `{table.name}`",
            f"- **Fichier** : `{table.file}` (CSV, UTF-8, virgule, point décimal, une ligne de titres)",
            f"- **Clé** : {', '.join(f'`{name}`' for name in table.primary_key) or 'aucune'}",
            *_references(table),
            f"- **Date** : {table.date}",
            f"- **Licence** : {licences}",
            f"- **Import** : {_import(table)}",
            "",
            "## Sources",
            "",
            *sources,
            "",
            "## Colonnes",
            "",
            "| Nom | Titre | Type | À remplir |",
            "|---|---|---|---|",
            *rows,
            "",
            *(_section(table, field) for field in table.fields),
        ]
    )


def _import(table: Table) -> str:
    if table.name in NOT_IMPORTED:
        return "cette table ne s'importe pas ; elle fait partie de RareCare"
    return f"`rarecare template {table.name} --out modele-{table.name}.xlsx` donne le modèle à remplir"


def _references(table: Table) -> list[str]:
    keys = [
        f"{', '.join(f'`{name}`' for name in key.fields)} → [`{key.table}`]({key.table}.md)"
        for key in table.foreign_keys
    ]
    return [f"- **Clés étrangères** : {' ; '.join(keys)}"] if keys else []


def _section(table: Table, field: Field) -> str:
    facts = {
        "Description": field.description,
        "Exemple": f"`{example_of(field)}`" if example_of(field) else "",
        "Type": type_words(field) + f" (`{field.type}`)",
        "À remplir": _needed(field),
        "Valeurs permises": ", ".join(f"`{value}`" for value in field.enum),
        "Contrainte": " ; ".join(
            words for words in constraint_words(table, field) if not words.startswith("forme ")
        ),
        "Motif": f"`{field.pattern}`" if field.pattern else "",
    }
    lines = [f"- **{name}** : {text}" for name, text in facts.items() if text]
    return f"### {field.title} – `{field.name}`\n\n" + "\n".join(lines) + "\n"


def _needed(field: Field) -> str:
    return "obligatoire" if field.required else "facultatif"


def _linked(title: str, address: str) -> str:
    return f"[{title}]({address})" if address else title

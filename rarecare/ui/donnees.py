"""What the views of the page Données share: the sentence on top, the views a reader may open, the names of tables."""

from __future__ import annotations

from typing import Any

from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Field, Package, Table, load_package
from rarecare.exports.tables import known_tables
from rarecare.french import counted, date, typography
from rarecare.territory.search import plain
from rarecare.ui.components import answer
from rarecare.ui.start import Context

TABLES, IMPORT, VERSIONS = "Tables", "Importer", "Versions"
"""Views of the page, as written on screen and in the address (``vue=Importer``)."""

FIRST = "centres"
"""Table shown when the address names none."""

AUXILIARY_TITLES = {
    "reseau_id": "Réseau (nom, sigle ou identifiant)",
    "etablissement_id": "Hôpital (nom ou identifiant)",
    "ville": "Ville de l’hôpital",
    "type": "Type de centre",
    "filiere": "Filière",
}
"""Titles of the columns that a table does not hold and that serve to find its keys."""


def tabs_of(context: Context) -> list[str]:
    """Return the views that a reader may open: no import from the public view, nor when settings forbid it."""
    importing = context.settings.screen_imports and not context.public
    return [TABLES, *([IMPORT] if importing else []), VERSIONS]


def package_of(context: Context) -> Package:
    """Return the description of the tables."""
    return load_package(context.settings.data_dir)


def tables_of(context: Context, dataset: Dataset) -> dict[str, str]:
    """Return the tables of the version in force by name, with their French titles, in the order of the package."""
    known = known_tables(dataset, public=context.public)
    return {
        table.name: table.title
        for table in sorted(package_of(context).tables, key=lambda table: plain(table.title))
        if table.name in known
    }


def imports_of(dataset: Dataset) -> list[dict[str, Any]]:
    """Return the imports that a version contains, the oldest first."""
    return list(dataset.manifest.get("imports", []))


def answer_in_force(dataset: Dataset) -> None:
    """Say which version is in force, of what day, and what was imported into it."""
    imports = imports_of(dataset)
    built = date(str(dataset.manifest["built_at"]))
    sentence = f"La version {dataset.version} est en vigueur, construite le {built}"
    if not imports:
        answer(f"{sentence} ; aucun fichier n'y a été importé.")
        return
    last = date(str(imports[-1]["when"]))
    if len(imports) == 1:
        answer(f"{sentence} ; un import y est appliqué, le {last}.")
        return
    answer(f"{sentence} ; {counted(len(imports), 'import')} y sont appliqués, le dernier le {last}.")


def field_title(table: Table, name: str) -> str:
    """Return the French title of a column of a table, or of one that serves to find its keys."""
    found = _field(table, name)
    return typography(found.title) if found is not None else AUXILIARY_TITLES.get(name, name)


def _field(table: Table, name: str) -> Field | None:
    return next((field for field in table.fields if field.name == name), None)

"""``rarecare template``: the empty workbook of a table, to fill in and import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rarecare.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas as pd


@click.command(short_help="Écrit le modèle Excel vide d’une table.")
@click.argument("table", metavar="TABLE")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Classeur à écrire, ou dossier où l’écrire sous son nom habituel.",
)
def template(table: str, out: Path) -> None:
    """Écrit le modèle d’une table : feuilles « Données » à remplir, « Mode d’emploi » et « Listes ».

    Les listes proposent les centres, les établissements et les groupes de la version en service. Le classeur rempli
    s’importe tel quel : rarecare import TABLE FICHIER, ou l’écran Données.
    """
    from rarecare.dataset.imports.apply import check_mode
    from rarecare.dataset.imports.scopes import COMPLETE
    from rarecare.dataset.tables import load_package
    from rarecare.dataset.templates import template_name, template_xlsx
    from rarecare.dataset.versions import disk_errors, write_atomically

    settings = load_settings()
    wanted = load_package(settings.data_dir).table(table)
    check_mode(table, COMPLETE)
    path = out / template_name(wanted) if out.is_dir() else out
    content = template_xlsx(wanted, references=_references(settings))
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content)
    click.echo(f"Modèle écrit : {path}")


def _references(settings: Settings) -> dict[str, pd.DataFrame]:
    """Return what the version in force can list; nothing when there is none, a template does not need it."""
    from rarecare.dataset.store import open_dataset
    from rarecare.dataset.templates import dataset_references
    from rarecare.errors import UserError

    try:
        return dataset_references(open_dataset(settings), public=settings.public)
    except UserError:
        return {}

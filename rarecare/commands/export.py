"""``rarecare export``: the tables and views of the dataset as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rarecare.commands.output import file_format_option
from rarecare.commands.selection_options import selection_from, selection_options
from rarecare.settings import Settings, load_settings

if TYPE_CHECKING:
    from rarecare.dataset.store import Dataset
    from rarecare.exports.sets import View
    from rarecare.territory.partition import Maille

_FORMATS = ("csv", "xlsx", "parquet", "geojson", "paquet")
_MAILLES = ("departement", "region", "commune", "france")


@click.command(short_help="Exporte les tables et les indicateurs, avec leurs sources.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DOSSIER", help="Dossier où écrire."
)
@click.option(
    "--tables",
    "--table",
    "tables",
    multiple=True,
    metavar="TABLE[,TABLE…]",
    help="Tables à exporter, séparées par des virgules ou répétées ; toutes par défaut.",
)
@file_format_option(_FORMATS, "Format des fichiers ; paquet : un seul zip, Data Package avec les schémas.")
@click.option(
    "--vue",
    type=click.Choice(_MAILLES),
    help="Exporte les indicateurs de la sélection qui suit, par territoire de cette maille.",
)
@selection_options
def export(out: Path, tables: tuple[str, ...], file_format: str, vue: Maille | None, **asked: Any) -> None:
    """Écrit des tables de la version en service, tous les fichiers ou aucun.

    Chaque fichier est accompagné de ses sources, de ses licences, de la version, de la date et de la règle du secret :
    dans sources.json (csv), dans le fichier lui-même (xlsx, parquet, geojson, paquet). Un effectif de 1 à 10 patients
    n’en sort pas : la cellule est vide et la colonne voisine, qui finit par _etat, dit pourquoi.

    En geojson, une table sans lieu est laissée de côté. Avec --vue, les options de sélection (--filiere, --groupe…)
    disent de quels sites parlent les indicateurs.
    """
    from rarecare.dataset.export import source_records
    from rarecare.dataset.store import open_dataset
    from rarecare.dataset.tables import load_package
    from rarecare.disclosure.gate import reader_of
    from rarecare.exports.sets import Export, write_export
    from rarecare.french import counted

    settings = load_settings()
    dataset = open_dataset(settings)
    request = Export(
        dataset,
        source_records(dataset, load_package(settings.data_dir), settings.geo_dir, public=settings.public),
        reader_of(settings),
        settings.data_dir,
        settings.geo_dir,
        public=settings.public,
        views=(_view(settings, dataset, vue, asked),) if vue else (),
    )
    written = write_export(request, out, tables=_names(tables), file_format=file_format)
    click.echo(f"{counted(len(written.files), 'fichier écrit', 'fichiers écrits')} dans {out}.")
    if written.unplaced:
        click.echo(f"Sans lieu, laissées de côté : {', '.join(written.unplaced)}.")


def _names(tables: tuple[str, ...]) -> list[str]:
    return [name.strip() for names in tables for name in names.split(",")]


def _view(settings: Settings, dataset: Dataset, maille: Maille, asked: dict[str, Any]) -> View:
    from rarecare.exports.indicators import indicators_view

    return indicators_view(dataset, selection_from(settings, dataset, **asked), maille)

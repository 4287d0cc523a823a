"""``rarecare export``: the tables of the dataset as files."""

from __future__ import annotations

from pathlib import Path

import click

from rarecare.settings import load_settings

_FORMATS = ("csv", "parquet", "xlsx")


@click.command(short_help="Exporte les tables avec leurs sources.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DOSSIER", help="Dossier où écrire."
)
@click.option("--table", multiple=True, help="Table à exporter, répétable ; toutes par défaut.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(_FORMATS),
    default="csv",
    show_default=True,
    help="Format des fichiers.",
)
def export(out: Path, table: tuple[str, ...], file_format: str) -> None:
    """Écrit les tables de la version en service, avec un fichier sources.json : sources, licences, version, date."""
    from rarecare.dataset.export import export_tables, source_records
    from rarecare.dataset.store import open_dataset
    from rarecare.dataset.tables import load_package

    settings = load_settings()
    dataset = open_dataset(settings)
    sources = source_records(dataset, load_package(settings.data_dir), settings.geo_dir)
    written = export_tables(
        dataset, sources, out, tables=table, file_format=file_format, public=settings.public
    )
    click.echo(f"{len(written)} fichiers écrits dans {out}.")

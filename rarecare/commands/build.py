"""``rarecare build``: make the dataset that the screens read."""

from __future__ import annotations

import click

from rarecare.commands.progress import BuildBar
from rarecare.settings import load_settings


@click.command(short_help="Construit le jeu de données.")
@click.option("--force", is_flag=True, help="Reconstruit même si rien n’a changé.")
@click.option("--quiet", is_flag=True, help="N’affiche pas la progression.")
def build(force: bool, quiet: bool) -> None:
    """Construit le jeu de données à partir de data/ et geo/, puis le met en service.

    Interrompue à tout moment, la construction laisse la version précédente en service.
    """
    from rarecare.dataset.build import build as build_dataset  # numpy, pandas and duckdb: not for --help
    from rarecare.dataset.build import ensure_built

    settings = load_settings()
    with BuildBar(hidden=quiet) as bar:
        make = build_dataset if force else ensure_built
        version = make(settings, progress=bar.step)
    click.echo(f"Version en service : {version}")

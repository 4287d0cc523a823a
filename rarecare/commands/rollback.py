"""``rarecare rollback``: put an older version in force again."""

from __future__ import annotations

import click

from rarecare.settings import load_settings


@click.command(short_help="Remet en service une version antérieure.")
@click.argument("version", metavar="VERSION")
def rollback(version: str) -> None:
    """Remet VERSION en service, avec les imports qu'elle contient ; voir « rarecare versions ».

    Rien n'est effacé : la version quittée reste, et la même commande y ramène. La version choisie reste en service
    jusqu'au prochain import, au prochain retour, à une nouvelle version de RareCare ou à « rarecare build --force ».
    """
    from rarecare.dataset.imports.accept import roll_back

    left = roll_back(load_settings(), version)
    click.echo(f"Version en service : {version} (auparavant : {left or 'aucune'})")

"""``rarecare rollback``: put an older version in force again."""

from __future__ import annotations

import click

from rarecare.commands.who_why import who_and_why, who_option, why_option
from rarecare.settings import load_settings


@click.command(short_help="Remet en service une version antérieure.")
@click.argument("version", metavar="VERSION")
@who_option
@why_option
def rollback(version: str, who: str, why: str) -> None:
    """Remet VERSION en service, avec les imports qu'elle contient ; voir « rarecare versions ».

    Rien n'est effacé : la version quittée reste, et la même commande y ramène. La version choisie reste en service
    jusqu'au prochain import, au prochain retour, à une nouvelle version de RareCare ou à « rarecare build --force ».
    Qui, quand et pourquoi restent dans l'historique.
    """
    from rarecare.dataset.imports.accept import roll_back

    settings = load_settings()
    who, why = who_and_why(settings, who, why)
    left = roll_back(settings, version, who=who, why=why)
    click.echo(f"Version en service : {version} (auparavant : {left or 'aucune'})")

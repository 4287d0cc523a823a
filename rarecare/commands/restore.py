"""``rarecare restore``: the list of imports in force, found again in the journal when it is lost."""

from __future__ import annotations

import click

from rarecare.french import counted
from rarecare.settings import load_settings


@click.command(short_help="Rétablit la liste perdue des imports en service.")
@click.argument("last", metavar="[IMPORT]", default="")
@click.option("--dry-run", is_flag=True, help="Dit la liste qui serait rétablie, sans rien écrire.")
def restore(last: str, dry_run: bool) -> None:
    """Refait CHAINE.json d'après le dossier des imports, quand build/ et cette liste ont tous deux disparu.

    Sans IMPORT, la liste est celle du dernier import accepté ou du dernier retour. IMPORT, le nom d'un dossier
    d'imports, désigne un autre dernier import ; « aucun », une liste vide. Lancer ensuite « rarecare build ».
    """
    from rarecare.dataset.imports.restore import restore_chain

    chain = restore_chain(load_settings(), last, dry_run=dry_run)
    done = "La liste serait rétablie" if dry_run else "La liste est rétablie"
    for entry in chain:
        click.echo(f"{entry.import_id} : table {entry.table}, {entry.words}, {entry.why}")
    click.echo(f"{done} : {counted(len(chain), 'import')} en service.")
    if not dry_run:
        click.echo("Lancer maintenant « rarecare build ».")

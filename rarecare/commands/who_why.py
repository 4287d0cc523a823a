"""Who does it and why: asked by every command that changes what is in force."""

from __future__ import annotations

import click

from rarecare.settings import Settings

who_option = click.option(
    "--who", default="", help="Qui le fait ; obligatoire, sauf si le réglage « import_who » le dit."
)
why_option = click.option(
    "--why", default="", help="Pourquoi ; obligatoire, une ligne gardée dans l'historique."
)


def who_and_why(settings: Settings, who: str, why: str) -> tuple[str, str]:
    """Return who and why; raises a usage error which names the options that lack."""
    given = {"--who": who.strip() or settings.import_who.strip(), "--why": why.strip()}
    lacking = [name for name, text in given.items() if not text]
    if lacking:
        raise click.UsageError(f"Il faut dire qui le fait et pourquoi : ajouter {' et '.join(lacking)}.")
    return given["--who"], given["--why"]

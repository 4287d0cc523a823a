"""The parts of the documentation that are copied from the code; ``make docs`` writes them, a test compares them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click

from rarecare import cli
from rarecare.french import date as french_date
from rarecare.indicators.hypotheses import sentences
from rarecare.indicators.registry import NEEDS, Meta, registry
from rarecare.territory.partition import MAILLES
from tests.docs.schemas import FOLDER, schema_pages
from tests.docs.typeset import typeset

ROOT = Path(__file__).resolve().parents[2]
NBSP = "\u00a0"
_WIDTH = 100
_START, _END = "<!-- début : écrit par make docs -->", "<!-- fin : écrit par make docs -->"
_BLOCK = re.compile(f"({_START}\n).*?({_END})", re.DOTALL)


def command_line() -> str:
    """Return the help of every command, one section each."""
    cli.speak_french()
    sections = []
    for name in cli.COMMANDS:
        command = cli.cli.get_command(click.Context(cli.cli), name)
        assert command is not None
        context = click.Context(
            command, info_name=f"rarecare {name}", terminal_width=_WIDTH, help_option_names=["--help", "-h"]
        )
        sections.append(f"## rarecare {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(sections)


def indicators() -> str:
    """Return what the registry says of every indicator, one section each."""
    sections = []
    for indicator in registry().values():
        meta = indicator.meta
        facts = {
            "Nom dans les adresses": f"`{indicator.slug}`",
            "Colonne des fichiers": f"`{meta.colonne}`" + (" avec le seuil en minutes" if meta.seuil else ""),
            "Unité": meta.unite,
            "Définition": meta.definition,
            "Formule": meta.formule,
            "Dénominateur": meta.denominateur,
            "Sources": meta.source,
            "À savoir": meta.reserve,
            **_limits_of(meta),
            "Relu le": french_date(meta.relu_le),
        }
        lines = [f"- **{title}**{NBSP}: {' '.join(text.split())}" for title, text in facts.items()]
        sections.append(f"## {meta.label}\n\n" + "\n".join(lines) + "\n")
    supposed = [f"- **{name}**{NBSP}: {text}" for name, text in sentences().items()]
    sections.append("## Hypothèses des mesures modélisées\n\n" + "\n".join(supposed) + "\n")
    return "\n".join(sections)


def _limits_of(meta: Meta) -> dict[str, str]:
    """Return what only some indicators have: bounds, hypotheses, territories, what the selection must hold."""
    facts = {}
    if meta.bornes:
        facts["Fourchette"] = f"colonnes `{meta.colonne}_bas` et `{meta.colonne}_haut`"
    if meta.modele:
        facts["Mesure modélisée"] = f"jamais observée ; hypothèses : {', '.join(meta.hypotheses)}"
    if meta.mailles != MAILLES:
        facts["Mailles"] = ", ".join(meta.mailles)
    if meta.exige:
        facts["Exige"] = NEEDS[meta.exige]
    return facts


FRENCH = (
    "docs/guide-utilisateur.md",
    "docs/exploitation.md",
    "docs/ligne-de-commande.md",
    "docs/indicateurs.md",
    "docs/modeles-et-exports.md",
    "docs/files-actives-a-grande-echelle.md",
)
PAGES: dict[str, Callable[[], str]] = {
    "docs/ligne-de-commande.md": command_line,
    "docs/indicateurs.md": indicators,
}


def renewed(page: str) -> str:
    """Return the text that ``page`` should have."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if page in PAGES:
        assert _BLOCK.search(text), f"{page} has lost its marks"
        text = _BLOCK.sub(lambda found: f"{found[1]}\n{PAGES[page]()}\n{found[2]}", text)
    return typeset(text)


def write_schemas() -> None:
    """Write the page of every table again, and remove those of tables that are no more."""
    pages = {ROOT / page: typeset(text) for page, text in schema_pages().items()}
    (ROOT / FOLDER).mkdir(exist_ok=True)
    for path in set((ROOT / FOLDER).glob("*.md")) - set(pages):
        path.unlink()
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for page in FRENCH:
        (ROOT / page).write_text(renewed(page), encoding="utf-8")
    write_schemas()

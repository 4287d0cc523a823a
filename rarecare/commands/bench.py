"""``rarecare bench``: the budgets, measured here."""

from __future__ import annotations

import click

from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.commands.progress import BuildBar
from rarecare.settings import load_settings

_COLUMNS = (
    Column("name", "Mesure"), Column("value", "Valeur", 3), Column("unit", "Unité"), Column("budget", "Budget", 1),
    Column("ok", "Tenu"), Column("peer", "Comparé à"), Column("ratio", "Rapport", 1), Column("sizes", "Taille"),
)  # fmt: skip


@click.command(short_help="Mesure les budgets de temps et de mémoire.")
@click.argument("names", nargs=-1, metavar="[MESURE]...")
@click.option(
    "--events", type=click.IntRange(min=1), metavar="NOMBRE",
    help="Nombre d’événements fictifs de la mesure caseload (1 million par défaut, budget à 100 millions).",
)  # fmt: skip
@format_option
def bench(names: tuple[str, ...], events: int | None, output_format: str) -> None:
    """Mesure sur cette machine les temps et la mémoire, face à leurs budgets.

    Sans nom, toutes les mesures : build, matrix, access, pages, crowd (cinquante personnes qui cliquent
    ensemble), caseload, maps. Celles des cartes (maps) demandent Chromium et le paquet playwright ; sans eux, leurs
    lignes le disent.
    """
    from rarecare.bench import machine, run
    from rarecare.dataset.build import ensure_built

    settings = load_settings()
    with BuildBar() as bar:
        ensure_built(settings, progress=bar.step)
    measures = run(settings, names, events=events)
    answer = Answer(_COLUMNS, [measure.record() for measure in measures], notes=[f"Machine : {machine()}."])
    if output_format != "table":
        # A table says it once, under itself; rows that are read by a program are kept apart from each other.
        rows = [{**row, "machine": machine()} for row in answer.rows]
        answer = Answer((*_COLUMNS, Column("machine", "Machine")), rows)
    print_answer(answer, output_format)

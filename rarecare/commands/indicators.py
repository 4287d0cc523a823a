"""``rarecare indicators``: all indicators of a selection, by territory."""

from __future__ import annotations

from typing import Any, get_args

import click

from rarecare.access.selection import THRESHOLDS_MINUTES
from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.commands.selection_options import selection_from, selection_options
from rarecare.settings import load_settings
from rarecare.territory.partition import Maille


@click.command(short_help="Indicateurs d’une sélection, par territoire.")
@selection_options
@click.option(
    "--by", "maille", type=click.Choice(get_args(Maille)), default="departement", show_default=True,
    help="Maille des territoires.",
)  # fmt: skip
@click.option(
    "--seuil",
    type=int,
    multiple=True,
    help="Seuil en minutes, répétable (30, 45, 60, 90, 120 et 180 par défaut).",
)
@format_option
def indicators(maille: Maille, seuil: tuple[int, ...], output_format: str, **asked: Any) -> None:
    """Calcule tous les indicateurs d’une filière, d’un groupe de maladies ou d’un réseau.

    Une ligne par territoire. Un temps vide veut dire « pas de route » ou « pas d’habitant » ; une colonne toute vide,
    que l’indicateur ne dit rien de cette sélection ou de cette maille : la raison est sous le tableau. En json et en
    csv, toutes les colonnes ; leur nom porte leur unité (minutes, pct, per_million, ratio, indice).
    """
    from rarecare.access.selection import check_threshold
    from rarecare.dataset.store import open_dataset
    from rarecare.indicators.catalogue import completeness_sentence
    from rarecare.indicators.frames import indicator_table, key_column, unavailable_indicators
    from rarecare.indicators.registry import registry
    from rarecare.indicators.view import SelectionAccess

    settings = load_settings()
    dataset = open_dataset(settings)
    access = SelectionAccess(dataset, selection_from(settings, dataset, **asked))
    thresholds = tuple(sorted({check_threshold(minutes) for minutes in seuil})) or THRESHOLDS_MINUTES
    frame = indicator_table(access, maille, thresholds_minutes=thresholds)
    completeness = completeness_sentence(dataset, access.selection)
    frame = frame.assign(version=dataset.version, completude=completeness)
    columns = [Column(name, name.replace("_", " "), _decimals(name)) for name in frame.columns]
    shown = columns if output_format != "table" else _readable(columns, key_column(maille))
    missing = unavailable_indicators(access, maille)
    notes = (
        completeness,
        f"Version {dataset.version}. Temps modélisés, sans trafic ; définitions : page Méthode.",
        *(f"{registry()[slug].meta.court} : {reason}" for slug, reason in missing.items()),
    )
    print_answer(Answer(shown, frame.to_dict("records"), notes=notes), output_format)


def _readable(columns: list[Column], key: str) -> list[Column]:
    kept = {
        key,
        "nom",
        "population",
        "sites",
        "temps_median_minutes",
        "temps_p90_minutes",
        "part_sans_route_pct",
        "e2sfca_ratio",
        "gini_indice",
        "patients_attendus",
    }
    return [column for column in columns if column.key in kept or column.key.startswith("part_sous_seuil")]


def _decimals(name: str) -> int:
    if name.endswith(("_ratio", "_indice")):
        return 2
    return 1 if name.endswith(("_pct", "_per_million")) else 0

"""``rarecare indicators``: all indicators of a selection, by territory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from rarecare.access.selection import THRESHOLDS_MINUTES
from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.commands.selection_options import selection_from, selection_options
from rarecare.settings import load_settings
from rarecare.territory.partition import Maille

if TYPE_CHECKING:
    from rarecare.indicators.view import SelectionAccess


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
@click.option(
    "--gaps",
    "--lacunes",
    "gaps",
    is_flag=True,
    help="Classe les lacunes des départements ou des régions, au lieu des indicateurs (un seul seuil, 60 par défaut).",
)
@click.option(
    "--poids",
    metavar="POIDS",
    help="Poids des quatre parties du classement, de 0 à 100 : temps médian, au-delà du seuil, offre, dépendance. "
    "Par exemple 40,30,20,10 ; égaux par défaut.",
)
@format_option
def indicators(
    maille: Maille, seuil: tuple[int, ...], gaps: bool, poids: str | None, output_format: str, **asked: Any
) -> None:
    """Calcule tous les indicateurs d’une filière, d’un groupe de maladies ou d’un réseau.

    Une ligne par territoire. Un temps vide veut dire « pas de route » ou « pas d’habitant » ; une colonne toute vide,
    que l’indicateur ne dit rien de cette sélection ou de cette maille : la raison est sous le tableau. En json et en
    csv, toutes les colonnes ; leur nom porte leur unité (minutes, pct, per_million, ratio, indice).

    Avec --gaps, une ligne par territoire, la plus grande lacune d’abord : chaque partie a sa valeur, celle de la
    France, son rang, ses points (0 : personne ne fait mieux, 100 : personne ne fait pire) et sa contribution au score.
    """
    from rarecare.access.selection import check_threshold
    from rarecare.dataset.store import open_dataset
    from rarecare.indicators.catalogue import completeness_sentence
    from rarecare.indicators.frames import indicator_table, key_column, unavailable_indicators
    from rarecare.indicators.registry import registry
    from rarecare.indicators.view import SelectionAccess

    _check_options(maille, seuil, gaps, poids)
    settings = load_settings()
    dataset = open_dataset(settings)
    access = SelectionAccess(dataset, selection_from(settings, dataset, **asked))
    if gaps:
        print_answer(_gaps(access, maille, seuil[0] if seuil else 60, poids, output_format), output_format)
        return
    thresholds = tuple(sorted({check_threshold(minutes) for minutes in seuil})) or THRESHOLDS_MINUTES
    frame = indicator_table(access, maille, thresholds_minutes=thresholds)
    completeness = completeness_sentence(dataset, access.selection)
    frame = frame.assign(version=dataset.version, completude=completeness)
    titles = _titles(thresholds)
    columns = [Column(name, titles.get(name, name), _decimals(name)) for name in frame.columns]
    shown = columns if output_format != "table" else _readable(columns, key_column(maille))
    missing = unavailable_indicators(access, maille)
    notes = (
        completeness,
        f"Version {dataset.version}. Temps modélisés, sans trafic ; définitions : page Méthode.",
        *(f"{registry()[slug].meta.court} : {reason}" for slug, reason in missing.items()),
    )
    print_answer(Answer(shown, frame.to_dict("records"), notes=notes), output_format)


def _check_options(maille: Maille, seuil: tuple[int, ...], gaps: bool, poids: str | None) -> None:
    from rarecare.indicators.gaps import GAP_MAILLES

    if poids is not None and not gaps:
        raise click.UsageError("L’option --poids ne vaut qu’avec --gaps.")
    if gaps and maille not in GAP_MAILLES:
        raise click.UsageError("Avec --gaps, l’option --by attend departement ou region.")
    if gaps and len(seuil) > 1:
        raise click.UsageError("Avec --gaps, un seul --seuil.")


def _gaps(
    access: SelectionAccess, maille: Maille, seuil: int, poids: str | None, output_format: str
) -> Answer:
    """Return the ranked gaps; the weights and the threshold are in every row, since the score depends on them."""
    from rarecare.indicators.catalogue import completeness_sentence
    from rarecare.indicators.frames import key_column
    from rarecare.indicators.gaps import EQUAL_WEIGHTS, PARTS, gap_table, parse_weights

    weights = EQUAL_WEIGHTS if poids is None else parse_weights(poids)
    completeness = completeness_sentence(access.dataset, access.selection)
    frame = gap_table(access, maille, weights=weights, seuil_minutes=seuil).assign(
        seuil_minutes=seuil, version=access.dataset.version, completude=completeness
    )
    titles = _gap_titles(seuil)
    columns = [Column(name, titles.get(name, name), _decimals(name)) for name in frame.columns]
    shown = {key_column(maille), "nom", "rang", "score_points", *(part.column for part in PARTS)}
    shown |= {f"points_{part.slug}" for part in PARTS}
    notes = (
        completeness,
        f"Poids {weights.text} (temps médian, au-delà de {seuil} minutes, offre, dépendance). Points : 0, "
        "personne ne fait mieux ; 100, personne ne fait pire. Score : moyenne pondérée des quatre.",
        f"Version {access.dataset.version}. Temps modélisés, sans trafic ; temps vide : pas de route pour la plupart.",
    )
    rows = frame.to_dict("records")
    kept = columns if output_format != "table" else [column for column in columns if column.key in shown]
    return Answer(kept, rows, notes=notes)


_TITLES = {
    "france": "Code", "region": "Code", "departement": "Code", "code_commune": "Code", "nom": "Territoire",
    "population": "Habitants",
}  # fmt: skip
_SHORT_UNITS = {"minutes": "min", "%": "%", "sans unité": "", "par million d'habitants": ""}


def _titles(thresholds: tuple[int, ...]) -> dict[str, str]:
    """Return the French title of the columns of the table by name: short name of the indicator, threshold, unit."""
    from rarecare.indicators.registry import registry

    titles = dict(_TITLES)
    for entry in registry().values():
        unit = _SHORT_UNITS.get(entry.meta.unite, "")
        for minutes in thresholds if entry.meta.seuil else (0,):
            within = [f"{minutes} min"] if entry.meta.seuil else []
            inside = ", ".join([*within, *([unit] if unit else [])])
            titles[entry.column(minutes)] = f"{entry.meta.court} ({inside})" if inside else entry.meta.court
    return titles


def _gap_titles(seuil: int) -> dict[str, str]:
    """Return the French title of the columns of the table of gaps by name."""
    return _TITLES | {
        "rang": "Rang", "score_points": "Score",
        "temps_median_minutes": "Temps médian (min)", "points_temps": "Points temps",
        "part_au_dela_pct": f"Au-delà de {seuil} min (%)", "points_au_dela": "Points au-delà",
        "e2sfca_ratio": "Offre à portée (1 = moyenne)", "points_offre": "Points offre",
        "sans_second_lieu_pct": f"Sans second lieu à {seuil} min (%)", "points_dependance": "Points dépendance",
    }  # fmt: skip


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
    if name.startswith(("rang_", "points_", "contribution_")):
        return 0
    return 1 if name.endswith(("_pct", "_per_million", "_points")) else 0

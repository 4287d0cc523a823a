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
    from rarecare.indicators.inequality_table import Weights
    from rarecare.indicators.view import SelectionAccess

DENSITY = "densite"
"""What ``--by`` takes beside the mailles: classes of communes, not territories."""


@click.command(short_help="Indicateurs d’une sélection, par territoire.")
@selection_options
@click.option(
    "--by", "maille", type=click.Choice([*get_args(Maille), DENSITY]), default="departement", show_default=True,
    help="Maille des territoires ; densite : inégalités de temps de trajet par classe de densité des communes.",
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
@click.option(
    "--ponderation",
    type=click.Choice(["habitants", "patients"]),
    help="Avec --by densite, qui compte : les habitants (par défaut) ou les patients attendus.",
)
@click.option("--region", metavar="CODE", help="Avec --by densite, la région au lieu de la France.")
@click.option("--departement", metavar="CODE", help="Avec --by densite, le département au lieu de la France.")
@format_option
def indicators(
    maille: Maille,
    seuil: tuple[int, ...],
    gaps: bool,
    poids: str | None,
    ponderation: Weights | None,
    region: str | None,
    departement: str | None,
    output_format: str,
    **asked: Any,
) -> None:
    """Calcule tous les indicateurs d’une filière, d’un groupe de maladies ou d’un réseau.

    Une ligne par territoire. Un temps vide veut dire « pas de route » ou « pas d’habitant » ; une colonne toute vide,
    que l’indicateur ne dit rien de cette sélection ou de cette maille : la raison est sous le tableau. En json et en
    csv, toutes les colonnes ; leur nom porte leur unité (minutes, pct, per_million, ratio, indice).

    Avec --gaps, une ligne par territoire, la plus grande lacune d’abord : chaque partie a sa valeur, celle de la
    France, son rang, ses points (0 : personne ne fait mieux, 100 : personne ne fait pire) et sa contribution au score.

    Avec --by densite, une ligne par classe de densité des communes, puis l’ensemble du territoire : part du temps de
    trajet que font les 10 % les plus éloignés, indice de Gini et son intervalle à 95 % (le hasard du petit nombre de
    personnes), rapport de Palma. Les personnes sans route n’y sont pas comptées ; leur part l’est.
    """
    from rarecare.access.selection import check_threshold
    from rarecare.dataset.store import open_dataset
    from rarecare.indicators.catalogue import completeness_sentence
    from rarecare.indicators.frames import indicator_table, key_column, unavailable_indicators
    from rarecare.indicators.registry import registry
    from rarecare.indicators.view import SelectionAccess

    _check_options(maille, seuil, gaps, poids)
    _check_density_options(maille, seuil, ponderation or region or departement)
    if region and departement:
        raise click.UsageError("Choisir --region ou --departement, pas les deux.")
    settings = load_settings()
    dataset = open_dataset(settings)
    access = SelectionAccess(dataset, selection_from(settings, dataset, **asked))
    if maille == DENSITY:
        print_answer(
            _inequality(access, ponderation or "habitants", region, departement, output_format), output_format
        )
        return
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


def _check_density_options(maille: str, seuil: tuple[int, ...], own: str | None) -> None:
    if maille != DENSITY and own:
        raise click.UsageError(
            "Les options --ponderation, --region et --departement ne valent qu’avec --by densite."
        )
    if maille == DENSITY and seuil:
        raise click.UsageError(
            "Avec --by densite, pas de --seuil : les inégalités se mesurent sur tous les temps."
        )


def _inequality(
    access: SelectionAccess, weights: Weights, region: str | None, departement: str | None, output_format: str
) -> Answer:
    """Return the inequality of travel time by class of density; the territory and who counts are in every row."""
    from rarecare.indicators.catalogue import completeness_sentence
    from rarecare.indicators.inequality_table import inequality_table

    maille: Maille = "region" if region else "departement" if departement else "france"
    code = region or departement or "FR"
    frame = inequality_table(access, weights=weights, maille=maille, code=code)
    parts = access.dataset.partition(maille)
    name = parts.noms[parts.position(code)]
    completeness = completeness_sentence(access.dataset, access.selection)
    frame = frame.assign(
        territoire=name, ponderation=weights, version=access.dataset.version, completude=completeness
    )
    titles = _density_titles(weights)
    decimals = _DENSITY_DECIMALS | {"personnes": 0 if weights == "habitants" else 1}
    columns = [Column(key, titles.get(key, key), decimals.get(key, _decimals(key))) for key in frame]
    notes = (
        completeness,
        f"{name}. Temps et indices des personnes qui ont une route. Intervalle à 95 % : le hasard du petit nombre de "
        "personnes, pas l’erreur des temps, qui sont modélisés.",
        f"Version {access.dataset.version}. Temps modélisés, sans trafic.",
    )
    kept = columns if output_format != "table" else [column for column in columns if column.key in titles]
    return Answer(kept, frame.to_dict("records"), notes=notes)


_DENSITY_DECIMALS = {
    "gini_indice": 3, "gini_indice_bas": 3, "gini_indice_haut": 3, "rapport_interdecile": 1,
}  # fmt: skip


def _density_titles(weights: Weights) -> dict[str, str]:
    """Return the French title of the columns of the table of inequalities by name."""
    return {
        "classe": "Densité de la commune",
        "personnes": "Habitants" if weights == "habitants" else "Patients attendus",
        "part_sans_route_pct": "Sans route (%)", "temps_median_minutes": "Temps médian (min)",
        "temps_des_plus_loin_pct": "Temps des 10 % les plus éloignés (%)",
        "gini_indice": "Gini", "gini_indice_bas": "Gini, borne basse", "gini_indice_haut": "Gini, borne haute",
        "palma_ratio": "Palma",
    }  # fmt: skip


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

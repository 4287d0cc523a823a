"""``rarecare compare-engines``: what another engine would change to the travel times in force."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.commands.progress import BuildBar
from rarecare.errors import UserError
from rarecare.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas as pd

    from rarecare.dataset.store import Dataset
    from rarecare.travel.engines.compare import MatrixComparison
    from rarecare.travel.matrix import TravelMatrix

_TITLES = {
    "coupe": "coupe", "classe": "classe", "pairs": "trajets", "median_minutes": "écart médian (min)",
    "p90_minutes": "dépassé 1 fois sur 10 (min)", "median_pct": "écart médian (%)", "p90_pct": "1 fois sur 10 (%)",
    "bias_minutes": "biais (min)", "bias_pct": "biais (%)", "only_reference": "route en service seule",
    "only_other": "route autre seule",
}  # fmt: skip
_SHOWN_DEPARTEMENTS = 10


@click.command(name="compare-engines", short_help="Compare les temps en service à ceux d’un autre moteur.")
@click.option(
    "--with", "--avec", "other", required=True, metavar="MOTEUR|DOSSIER",
    help="Autre moteur (graphe, osrm ou valhalla, avec ses réglages) ou dossier d’une matrice enregistrée, par exemple "
    "celui d’une ancienne version.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DOSSIER",
    help="Dossier où écrire aussi les tableaux en CSV : ensemble, durées, départements, communes, plus grands écarts.",
)  # fmt: skip
@format_option
def compare_engines(other: str, out: Path | None, output_format: str) -> None:
    """Compare la matrice des temps de trajet en service à une autre, trajet par trajet.

    L’écart est l’autre moins celle en service, en minutes : positif, l’autre est plus lente. La comparaison est
    gardée : la page Méthode en montre la carte et les tableaux. Si l’autre moteur ne répond pas ou répond à moitié,
    rien n’est écrit et la matrice en service ne change pas.
    """
    from rarecare.dataset.engine_comparison import save_comparison, write_frames
    from rarecare.dataset.store import open_dataset
    from rarecare.travel.engines.compare import compare_matrices

    settings = load_settings()
    dataset = open_dataset(settings)
    with BuildBar(hidden=output_format != "table", label="Comparaison de deux moteurs") as bar:
        matrix, name = _other_matrix(settings, dataset, other, bar)
        bar.step("Comparaison", 1.0)
    comparison = compare_matrices(dataset.matrix, matrix, dataset.communes)
    save_comparison(comparison, settings.build_dir, version=dataset.version, other=name)
    if out is not None:
        write_frames(comparison, out)
    print_answer(_answer(comparison, dataset, name, output_format, out), output_format)


def _other_matrix(
    settings: Settings, dataset: Dataset, other: str, bar: BuildBar
) -> tuple[TravelMatrix, str]:
    """Return the matrix to compare with and its name; an engine is asked, a folder is read."""
    from rarecare.dataset.build import load_graph
    from rarecare.travel.engines import ENGINES, engine_from

    name = other.strip().lower()
    if name not in ENGINES:
        return _saved_matrix(dataset, Path(other)), Path(other).name
    communes = dataset.communes
    engine = engine_from(
        replace(settings, travel_engine=name), communes, lambda: load_graph(settings, communes)
    )
    matrix = engine.matrix(
        dataset.matrix.sources, lambda done, of_all: bar.step("Temps de trajet", 0.95 * done / of_all)
    )
    return matrix, name


def _saved_matrix(dataset: Dataset, directory: Path) -> TravelMatrix:
    from rarecare.dataset.store import TRAVEL_DIR
    from rarecare.travel.engines import ENGINES
    from rarecare.travel.matrix import TravelMatrix

    if not directory.is_dir():
        raise UserError(
            f"Ni moteur, ni dossier de ce nom : « {directory} »",
            remedy=f"Donner {', '.join(ENGINES)}, ou le dossier d'une version construite.",
        )
    inside = directory / TRAVEL_DIR
    matrix = TravelMatrix.load(inside if inside.is_dir() else directory)
    if matrix.codes != tuple(map(str, dataset.communes.codes)):
        raise UserError(
            f"Cette matrice a été calculée pour une autre liste de communes ({len(matrix.codes)}, contre "
            f"{len(dataset.communes.codes)} en service)",
            where=str(directory),
            remedy="Comparer des matrices construites sur le même découpage communal.",
        )
    return matrix


def _answer(
    comparison: MatrixComparison, dataset: Dataset, other: str, output_format: str, out: Path | None
) -> Answer:
    rows = [{"coupe": "ensemble", "classe": "tous", **asdict(comparison.overall)}]
    rows += [
        {"coupe": "durée", "classe": _length(row), **_gap(row)} for row in _records(comparison.by_length)
    ]
    departements = _records(comparison.by_departement)
    if output_format == "table":
        # An unknown difference (no trip compared) goes last.
        departements.sort(key=lambda row: -row["median_minutes"] if row["pairs"] else 1.0)
        departements = departements[:_SHOWN_DEPARTEMENTS]
    rows += [{"coupe": "département", "classe": row["departement"], **_gap(row)} for row in departements]
    columns = [Column(key, title, _decimals(key)) for key, title in _TITLES.items()]
    notes = (
        f"En service : {comparison.reference_engine}, version {dataset.version}. Autre : {other}. "
        f"{comparison.sources} communes d'hôpital × {comparison.communes} communes.",
        "Écarts absolus, en minutes et en % du temps en service ; biais : autre moins en service. Départements de la "
        f"commune de départ, les {_SHOWN_DEPARTEMENTS} plus grands écarts ; tous en json et en csv.",
        "Carte et tableaux : page Méthode." + (f" Fichiers dans {out}." if out else ""),
    )
    return Answer(columns, rows, notes=notes)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _gap(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key in _TITLES}


def _length(row: dict[str, Any]) -> str:
    if row["a_minutes"] == float("inf"):
        return f"{row['de_minutes']:.0f} min et plus"
    return f"{row['de_minutes']:.0f} à {row['a_minutes']:.0f} min"


def _decimals(key: str) -> int:
    return 1 if key.endswith(("_minutes", "_pct")) else 0

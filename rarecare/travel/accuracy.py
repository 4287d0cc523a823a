"""How far the road model is from remembered driving times, and the page that says so.

``python -m rarecare.travel.accuracy`` measures again and rewrites the tables of ``docs/exactitude.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.errors import UserError
from rarecare.settings import Settings, load_settings
from rarecare.territory.communes import Communes, load_communes
from rarecare.travel.edges import Floats
from rarecare.travel.graph import build_graph, relief_of_communes
from rarecare.travel.pairs import Times, on_graph
from rarecare.travel.tables import load_road_tables

_ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCE_FILE = _ROOT / "tests" / "spec" / "temps_de_reference.csv"
PAGE = _ROOT / "docs" / "exactitude.md"
START, END = "<!-- début des tableaux générés -->", "<!-- fin des tableaux générés -->"

CALIBRATION, CONTROL = "calage", "controle"
MOUNTAIN_CLASS = 2
_LENGTHS = ((0, 40), (40, 60), (60, 90), (90, 150), (150, np.inf))
_LOTS = {1: "Premier lot", 2: "Deuxième lot, surtout des trajets courts"}
_PERCENT_SIGN = "\N{NO-BREAK SPACE}%"
SUBURBS = "banlieue"
_CATEGORIES = {"ville": "Entre grandes villes", "mixte": "Petites villes, montagne, littoral"}


@dataclass(frozen=True)
class ErrorSummary:
    """Errors of one group of trips, in percent of the reference time.

    ``median_ape_pct`` and ``p90_ape_pct`` are quantiles of the absolute error, ``bias_pct`` the median
    signed error (positive: the model is slower), ``within_tolerance_pct`` the share of trips within their
    stated uncertainty.
    """

    jeu: str
    groupe: str
    trajets: int
    median_ape_pct: float
    p90_ape_pct: float
    bias_pct: float
    within_tolerance_pct: float


@dataclass(frozen=True)
class Accuracy:
    """All the summaries; those of the control set come first and are the ones to quote."""

    summaries: tuple[ErrorSummary, ...]

    def of(self, jeu: str, groupe: str) -> ErrorSummary:
        """Return one summary; ``StopIteration`` when there is none."""
        return next(row for row in self.summaries if (row.jeu, row.groupe) == (jeu, groupe))

    def records(self) -> list[dict[str, Any]]:
        """Return one dictionary per summary, for JSON and for the page of methods."""
        return [asdict(row) for row in self.summaries]


def load_reference(path: Path = REFERENCE_FILE) -> pd.DataFrame:
    """Return the reference trips: codes as text, ``minutes`` and ``tolerance_pct`` as numbers.

    Raises :class:`~rarecare.errors.UserError` when the file is absent.
    """
    if not path.is_file():
        raise UserError(
            "Les temps de référence sont absents",
            where=str(path),
            remedy="Les reprendre du dépôt de RareCare.",
        )
    return pd.read_csv(path, dtype={"code_depart": str, "code_arrivee": str})


def measure_accuracy(
    times: Times, communes: Communes, massifs: pd.DataFrame, reference: pd.DataFrame
) -> Accuracy:
    """Compare the model with the reference trips, by set and by group.

    Parameters
    ----------
    times
        Times of pairs with the engine to measure.
    communes
        Communes that the rows of the pairs mean.
    massifs
        Relief classes: a mainland trip with an end in class 2 or more is counted as mountain.
    reference
        As :func:`load_reference` returns it.
    """
    trips = compared_trips(times, communes, massifs, reference)
    summaries = [
        _summary(jeu, groupe, trips[mask & (trips["jeu"] == jeu)])
        for jeu in (CONTROL, CALIBRATION)
        for groupe, mask in _groups(trips)
        if (mask & (trips["jeu"] == jeu)).any()
    ]
    return Accuracy(tuple(summaries))


def compared_trips(
    times: Times, communes: Communes, massifs: pd.DataFrame, reference: pd.DataFrame
) -> pd.DataFrame:
    """Return the reference trips with ``modele_minutes``, ``erreur_pct`` (signed) and ``montagne``."""
    ends = [
        np.array([communes.resolve(code) for code in reference[column]], dtype=np.int64)
        for column in ("code_depart", "code_arrivee")
    ]
    minutes = times(*ends).minutes
    classes = relief_of_communes(communes, massifs).classes
    steep = np.maximum(classes[ends[0]], classes[ends[1]]) >= MOUNTAIN_CLASS
    return reference.assign(
        modele_minutes=minutes,
        erreur_pct=100 * (minutes / reference["minutes"].to_numpy(dtype=float) - 1),
        montagne=steep & reference["categorie"].isin(_CATEGORIES).to_numpy(),
    )


def measured(settings: Settings) -> Accuracy:
    """Build the graph of the data in force and measure it."""
    communes = load_communes(settings.geo_dir)
    tables = load_road_tables(settings.data_dir)
    adjacency = pd.read_parquet(settings.geo_dir / "adjacence.parquet")
    graph = build_graph(communes, adjacency, tables.roads, tables.crossings, tables.massifs)
    return measure_accuracy(on_graph(graph), communes, tables.massifs, load_reference())


def _groups(trips: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    suburbs = (trips["categorie"] == SUBURBS).to_numpy()
    yield "D'une ville à l'autre", ~suburbs
    for lot, label in _LOTS.items():
        yield label, (trips["lot"] == lot).to_numpy()
    for category, label in _CATEGORIES.items():
        yield label, (trips["categorie"] == category).to_numpy()
    yield "Troisième lot, banlieues des villes hospitalières", suburbs
    minutes = trips["minutes"].to_numpy(dtype=float)
    for low, high in _LENGTHS:
        yield _length_label(low, high), (minutes > low) & (minutes <= high) & ~suburbs
    yield "Montagne (Hexagone, relief de classe 2 ou plus)", trips["montagne"].to_numpy(dtype=bool)
    yield "Corse", (trips["categorie"] == "corse").to_numpy()
    yield "Outre-mer", (trips["categorie"] == "outre_mer").to_numpy()


def _length_label(low: float, high: float) -> str:
    if low == 0:
        return f"Jusqu'à {high:.0f} min"
    return f"Plus de {low:.0f} min" if np.isinf(high) else f"De {low:.0f} à {high:.0f} min"


def _summary(jeu: str, groupe: str, trips: pd.DataFrame) -> ErrorSummary:
    errors: Floats = trips["erreur_pct"].to_numpy(dtype=float)
    absolute = np.abs(errors)
    return ErrorSummary(
        jeu=jeu,
        groupe=groupe,
        trajets=len(trips),
        median_ape_pct=float(np.median(absolute)),
        p90_ape_pct=float(np.quantile(absolute, 0.9)),
        bias_pct=float(np.median(errors)),
        within_tolerance_pct=float(100 * np.mean(absolute <= trips["tolerance_pct"].to_numpy(dtype=float))),
    )


def tables_markdown(accuracy: Accuracy) -> str:
    """Return the two tables of the page, control first."""
    titles = {CONTROL: "Trajets de contrôle (jamais regardés un à un)", CALIBRATION: "Trajets de calage"}
    blocks = []
    for jeu, title in titles.items():
        rows = [_markdown_row(row) for row in accuracy.summaries if row.jeu == jeu]
        header = (
            "| Trajets | Nombre | Erreur médiane | Erreur dépassée une fois sur dix | Biais médian | "
            "Dans la marge annoncée |\n|---|---:|---:|---:|---:|---:|"
        )
        blocks.append(f"### {title}\n\n{header}\n" + "\n".join(rows))
    return "\n\n".join(blocks) + "\n"


def _markdown_row(row: ErrorSummary) -> str:
    cells = (
        row.groupe,
        str(row.trajets),
        _percent(row.median_ape_pct),
        _percent(row.p90_ape_pct),
        _percent(row.bias_pct, signed=True),
        f"{row.within_tolerance_pct:.0f}{_PERCENT_SIGN}",
    )
    return "| " + " | ".join(cells) + " |"


def _percent(value: float, *, signed: bool = False) -> str:
    rounded = round(value, 1) + 0.0  # no « −0,0 »
    text = f"{rounded:+.1f}" if signed and rounded else f"{rounded:.1f}"
    return text.replace(".", ",").replace("-", "−") + _PERCENT_SIGN


def write_page(page: Path, accuracy: Accuracy) -> None:
    """Replace the tables of the page, between its two markers.

    Raises :class:`~rarecare.errors.UserError` when the page or a marker is absent.
    """
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if START not in text or END not in text:
        raise UserError(
            "La page d'exactitude n'a pas ses repères", where=str(page), remedy=f"Rétablir {START} et {END}."
        )
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{START}\n\n{tables_markdown(accuracy)}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Measure and rewrite the page."""
    try:
        write_page(PAGE, measured(load_settings()))
    except UserError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

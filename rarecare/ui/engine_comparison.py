"""Block of the page Méthode: what another engine would change to travel times, once the command has compared them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from rarecare.dataset.engine_comparison import SavedComparison, last_comparison
from rarecare.dataset.store import Dataset
from rarecare.french import NOT_AVAILABLE, counted, date, number, percent, signed
from rarecare.maps.engine_gaps import engine_classes
from rarecare.maps.layers import Frames, RasterOverlay, Territories
from rarecare.maps.pictures import difference_scale, legend_of
from rarecare.maps.raster import load_raster
from rarecare.settings import Settings
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, heading, paragraph, user_errors
from rarecare.ui.map import show_map
from rarecare.ui.theme import frame_url, geometry_url

ENGINE_NAMES = {
    "graphe-communes": "graphe de communes", "graphe": "graphe de communes", "osrm": "OSRM", "valhalla": "Valhalla",
}  # fmt: skip
_LEGEND = "Minutes de plus (ou de moins) vers l'hôpital le plus proche, avec le second moteur"
_HEIGHT_PIXELS = 520


def engine_comparison(settings: Settings, dataset: Dataset) -> None:
    """Show the last comparison of two engines, or how to make one."""
    heading("Comparer deux moteurs de temps de trajet", note="Trajet par trajet, vers tous les hôpitaux")
    with user_errors():
        _last(settings, dataset)


def _last(settings: Settings, dataset: Dataset) -> None:
    comparison = last_comparison(settings.build_dir)
    if comparison is None:
        paragraph(
            "Aucune comparaison n'a été faite. La commande « rarecare compare-engines --avec osrm » (ou valhalla, ou "
            "le dossier d'une autre version) la calcule ; sa carte et ses tableaux s'affichent alors ici."
        )
        return
    paragraph(comparison_sentence(comparison))
    if comparison.version != dataset.version:
        paragraph(
            f"Comparaison faite sur la version {comparison.version} des données, remplacée depuis.",
            small=True,
        )
    _map(settings, comparison)
    columns = _gap_columns()
    notes = [
        ("Comparaison", comparison_sentence(comparison)), ("Sources", "Temps de trajet des deux moteurs (RareCare)"),
        ("Version des données", comparison.version),
    ]  # fmt: skip
    data_table(
        comparison.by_length.assign(classe=[_length(row) for row in comparison.by_length.to_dict("records")]),
        {"classe": ColumnMeta("Trajets de")} | columns,
        file_name="comparaison_durees", caption="Écarts entre les deux moteurs, selon la durée du trajet",
        notes=notes,
    )  # fmt: skip
    names = dataset.query("departements").set_index("departement")["nom"]
    by_departement = comparison.by_departement.sort_values(
        "median_minutes", ascending=False, na_position="last"
    )
    data_table(
        by_departement.assign(nom=by_departement["departement"].map(names)),
        {"nom": ColumnMeta("Département")} | columns,
        file_name="comparaison_moteurs_departements", notes=notes,
        caption="Écarts entre les deux moteurs, par département de départ",
    )  # fmt: skip


def comparison_sentence(comparison: SavedComparison) -> str:
    """Say what was compared, when, and how far the two engines are from each other."""
    first, second = (
        ENGINE_NAMES.get(name, f"« {name} »") for name in (comparison.reference, comparison.other)
    )
    overall = comparison.overall
    start = f"Comparaison du {date(comparison.made_at)} : {first} (en service) et {second}. "
    if not overall["pairs"]:
        return f"{start}Aucun trajet n'est relié par la route dans les deux."
    return (
        f"{start}Sur {number(overall['pairs'])} trajets, la moitié diffèrent de {number(overall['median_minutes'], 1)} "
        f"minutes ou plus ({percent(overall['median_pct'] / 100, 1)}), un sur dix de "
        f"{number(overall['p90_minutes'], 1)} minutes ou plus ; en moyenne, le second compte {_bias(overall)} par "
        "trajet. "
        f"Route dans un seul des deux : {number(overall['only_reference'])} trajets pour le premier, "
        f"{number(overall['only_other'])} pour le second."
    )


def _bias(overall: Mapping[str, Any]) -> str:
    minutes = overall["bias_minutes"]
    return f"{counted(round(abs(minutes), 1), 'minute')} de {'plus' if minutes >= 0 else 'moins'}"


def _map(settings: Settings, comparison: SavedComparison) -> None:
    raster = load_raster(settings.geo_dir)
    query = urlencode({"v": comparison.made_at})
    show_map(
        RasterOverlay(
            frame_url(f"/carte/comparaison.png?{query}"), bounds=(raster.south_west, raster.north_east), alt=_LEGEND
        ),
        Territories(geometry_url("departements_atlas.geojson"), clickable=False, filled=False),
        Frames(geometry_url("cadres.geojson")),
        key="comparaison", label="Carte de France des écarts de temps entre deux moteurs, par commune",
        legend=legend_of(_LEGEND, difference_scale(), engine_classes(comparison.by_commune)), height=_HEIGHT_PIXELS,
    )  # fmt: skip


def _length(row: Mapping[Any, Any]) -> str:
    low, high = row["de_minutes"], row["a_minutes"]
    return (
        f"{number(low)} minutes et plus"
        if high == float("inf")
        else f"{number(low)} à {number(high)} minutes"
    )


def _gap_columns() -> dict[str, ColumnMeta]:
    minutes = {"median_minutes": "Écart médian (min)", "p90_minutes": "Dépassé une fois sur dix (min)"}
    shares = {"median_pct": "Écart médian (%)", "p90_pct": "Dépassé une fois sur dix (%)"}
    return {
        "pairs": ColumnMeta("Trajets", kind="nombre"),
        **{name: ColumnMeta(label, kind="nombre1") for name, label in (minutes | shares).items()},
        "bias_minutes": ColumnMeta("Biais (min)", kind="nombre1", write=_signed),
        "only_reference": ColumnMeta("Route dans le premier seul", kind="nombre"),
        "only_other": ColumnMeta("Route dans le second seul", kind="nombre"),
    }


def _signed(value: float) -> str:
    return NOT_AVAILABLE if pd.isna(value) else signed(value, 1)

"""The tables that describe roads, as text, and the corrections that RareCare makes to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rarecare.errors import DataProblems, Problem, UserError

ROADS_FILE = "reseau_routier.csv"
CROSSINGS_FILE = "franchissements.csv"
MASSIFS_FILE = "massifs.csv"
ADJUSTMENTS_FILE = "ajustements_routiers.csv"

_COLUMNS = {
    ROADS_FILE: ("axe", "ordre", "code_commune", "vitesse_kmh", "type"),
    CROSSINGS_FILE: ("code_a", "code_b", "type", "minutes"),
    MASSIFS_FILE: ("portee", "code", "classe", "facteur_vitesse", "facteur_longueur_nationale"),
    ADJUSTMENTS_FILE: ("table", "cle_a", "cle_b", "champ", "valeur", "motif"),
}


@dataclass(frozen=True)
class RoadTables:
    """Roads as data; every column is text.

    ``roads``: one row per stop of an axis. ``crossings``: one row per forbidden, bridged or ferried pair of
    communes. ``massifs``: one row per arrondissement, département or commune with a relief class.
    """

    roads: pd.DataFrame
    crossings: pd.DataFrame
    massifs: pd.DataFrame


def load_road_tables(data_dir: Path) -> RoadTables:
    """Read the road tables of ``data_dir`` with the corrections applied, if there is a file of them.

    Raises :class:`~rarecare.errors.UserError` when a file is absent or lacks a column, and
    :class:`~rarecare.errors.DataProblems` when a correction corrects nothing.
    """
    tables = RoadTables(
        roads=_read(data_dir / ROADS_FILE),
        crossings=_read(data_dir / CROSSINGS_FILE),
        massifs=_read(data_dir / MASSIFS_FILE),
    )
    if not (data_dir / ADJUSTMENTS_FILE).exists():
        return tables
    return apply_adjustments(tables, _read(data_dir / ADJUSTMENTS_FILE))


def apply_adjustments(tables: RoadTables, adjustments: pd.DataFrame) -> RoadTables:
    """Return the tables with each correction applied.

    Parameters
    ----------
    tables
        The tables as published.
    adjustments
        One row per correction: ``table``, its key in ``cle_a`` and ``cle_b``, ``champ``, ``valeur``,
        ``motif``. ``reseau_routier`` (axis, order) sets ``vitesse_kmh`` or ``code_commune``;
        ``franchissements`` (two communes) sets the kind named by ``champ`` with the minutes of ``valeur``;
        ``massifs`` (a commune) sets ``classe``.

    Raises
    ------
    DataProblems
        All the corrections that name an unknown table, section or class.
    """
    problems = [
        _nothing_corrected(line, row)
        for line, row in enumerate(adjustments.to_dict("records"), start=2)
        if not _corrects_something(row, tables)
    ]
    if problems:
        raise DataProblems(problems)
    of_table = dict(iter(adjustments.groupby("table")))
    none = adjustments.iloc[:0]
    return RoadTables(
        roads=_with_stops(tables.roads, of_table.get("reseau_routier", none)),
        crossings=_with_crossings(tables.crossings, of_table.get("franchissements", none)),
        massifs=_with_classes(tables.massifs, of_table.get("massifs", none)),
    )


def _corrects_something(row: dict[str, str], tables: RoadTables) -> bool:
    kind = (row["table"], row["champ"])
    if row["table"] == "reseau_routier":
        same_stop = (tables.roads["axe"] == row["cle_a"]) & (tables.roads["ordre"] == row["cle_b"])
        sound = row["champ"] == "code_commune" or (
            row["champ"] == "vitesse_kmh" and _is_positive(row["valeur"])
        )
        return bool(same_stop.any()) and sound
    if row["table"] == "franchissements":
        return row["champ"] == "interdit" or (row["champ"] in {"pont", "bac"} and _is_positive(row["valeur"]))
    return kind == ("massifs", "classe") and row["valeur"] in set(tables.massifs["classe"])


def _is_positive(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False


def _with_stops(roads: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    stops = roads["axe"] + " " + roads["ordre"]
    for field, rows in corrections.groupby("champ"):
        values = dict(zip(rows["cle_a"] + " " + rows["cle_b"], rows["valeur"], strict=True))
        corrected = stops.map(values)
        roads = roads.assign(**{str(field): corrected.where(corrected.notna(), roads[field])})
    return roads


def _with_crossings(crossings: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    added = corrections.rename(
        columns={"cle_a": "code_a", "cle_b": "code_b", "champ": "type", "valeur": "minutes"}
    )[list(_COLUMNS[CROSSINGS_FILE])]
    together = pd.concat([crossings, added], ignore_index=True)
    pair = together[["code_a", "code_b"]].agg(lambda codes: " ".join(sorted(codes)), axis=1)
    return together[~pair.duplicated(keep="last")]


def _with_classes(massifs: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    factors = massifs.drop_duplicates("classe").set_index("classe")
    added = pd.DataFrame(
        {
            "portee": "commune",
            "code": corrections["cle_a"],
            "classe": corrections["valeur"],
            "facteur_vitesse": corrections["valeur"].map(factors["facteur_vitesse"]),
            "facteur_longueur_nationale": corrections["valeur"].map(factors["facteur_longueur_nationale"]),
        }
    )
    together = pd.concat([massifs, added], ignore_index=True)
    return together[~together.duplicated(["portee", "code"], keep="last")]


def _nothing_corrected(line: int, row: dict[str, str]) -> Problem:
    return Problem(
        file=ADJUSTMENTS_FILE,
        line=line,
        column="cle_a",
        slug="ajustement-sans-objet",
        value=" ".join(
            row[column] for column in ("table", "cle_a", "cle_b", "champ", "valeur") if row[column]
        ),
        rule="la correction ne désigne ni un tronçon, ni un franchissement, ni une classe de relief connus",
        remedy="Vérifier la table, la clé et la valeur, ou retirer la ligne.",
    )


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise UserError("Une table routière est absente", where=str(path), remedy="Rétablir le fichier.")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [column for column in _COLUMNS[path.name] if column not in frame.columns]
    if missing:
        raise UserError(
            f"Il manque des colonnes : {', '.join(missing)}", where=str(path), remedy="Compléter l'en-tête."
        )
    return frame

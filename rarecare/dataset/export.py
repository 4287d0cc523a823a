"""What the tables of a version hold and where it comes from: the ground of every exported file.

Patient counts are as they were supplied here: what leaves RareCare goes through :mod:`rarecare.exports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from rarecare.dataset.provenance import is_published
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Package, Table
from rarecare.french import date

_TERRITORY = {
    "communes": "communes.parquet.source.yaml",
    "departements": "departements.csv.source.yaml",
    "regions": "regions.csv.source.yaml",
}
_COMPUTED = {
    "sites": (
        "Sites labellisés, avec leur réseau et leur hôpital",
        ("centres", "reseaux", "etablissements", "communes"),
    ),
    "completude": ("Sites connus et sites publiés", ("centres", "filieres", "comptes_publies")),
    "matrix_rows": ("Communes d'hôpital de la matrice des temps de trajet", ("etablissements",)),
}


def exportable_tables(dataset: Dataset) -> tuple[str, ...]:
    """Return the names of the tables that can be exported, sorted."""
    return tuple(sorted(dataset.manifest["tables"]))


def table_frame(dataset: Dataset, name: str) -> pd.DataFrame:
    """Return a whole table, its rows in a stable order; whole numbers stay whole where some are missing."""
    frame = dataset.table(name)
    whole = dataset.query("integer_columns", name=name)["column_name"]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def public_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that the public sees: read on a published page and, for a label, dated.

    A table without provenance comes back whole.
    """
    seen = pd.Series(True, index=frame.index)
    if "provenance" in frame:
        seen &= is_published(frame["provenance"])
    if {"provenance", "periode_label"} <= set(frame):
        seen &= frame["periode_label"].notna()
    return frame[seen].reset_index(drop=True)


HOLDER_LICENCE = "Données du détenteur : réutilisation selon son accord"
"""What is said in place of a licence of rows that someone imported: theirs is not ours to give."""


def source_records(
    dataset: Dataset, package: Package, geo_dir: Path, *, public: bool = False
) -> list[dict[str, Any]]:
    """Return one record a table and source: ``table``, ``titre``, ``source``, ``adresse``, ``licence``, ``version``.

    A table computed from others has their sources. Each import in force is one: its file, day, author and reason; the
    ``public`` is told the day alone. The licence of RareCare is that of the rows it ships.
    """
    own = {table.name: _of_table(dataset, table, public=public) for table in package.tables}
    own |= {name: _of_sidecar(geo_dir / file) for name, file in _TERRITORY.items()}
    own |= {
        name: [{**record, "titre": title} for parent in parents for record in own.get(parent, [])]
        for name, (title, parents) in _COMPUTED.items()
    }
    return [
        {"table": name, **record, "version": dataset.version}
        for name in exportable_tables(dataset)
        for record in {tuple(record.items()): record for record in own.get(name, [])}.values()
    ]


def _of_table(dataset: Dataset, table: Table, *, public: bool) -> list[dict[str, str]]:
    imports = [entry for entry in dataset.manifest.get("imports", []) if entry["table"] == table.name]
    shipped = _of_package(table) if table.rows or not imports else []
    return shipped + [
        {
            "titre": table.title,
            "source": _import_words(entry, public=public),
            "adresse": "",
            "licence": HOLDER_LICENCE,
        }
        for entry in imports
    ]


def _import_words(entry: Mapping[str, Any], *, public: bool) -> str:
    day = date(str(entry["when"]))
    if public:
        return f"Fichier importé le {day}"
    why = f" ({entry['why']})" if entry["why"] else ""
    return f"Fichier « {entry['file']} » importé le {day} par {entry['who']}{why}"


def _of_package(table: Table) -> list[dict[str, str]]:
    licence = ", ".join(licence.get("title", licence.get("name", "")) for licence in table.licenses)
    return [
        {
            "titre": table.title,
            "source": source.get("title", ""),
            "adresse": source.get("path", ""),
            "licence": licence,
        }
        for source in table.sources
    ]


def _of_sidecar(path: Path) -> list[dict[str, str]]:
    """Return the sources that the note beside a territory file names; none when the note is not there."""
    if not path.is_file():
        return []
    note = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        {
            "titre": note["titre"],
            "source": f"{source['titre']} – {source['producteur']}",
            "adresse": source["page"],
            "licence": source["licence"],
        }
        for source in note["sources"]
    ]

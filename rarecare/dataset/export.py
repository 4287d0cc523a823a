"""Tables of the dataset as files: CSV, Parquet, XLSX, each with its sources and its version."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from rarecare.dataset.provenance import is_published
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Package, Table
from rarecare.dataset.versions import disk_errors, write_atomically
from rarecare.errors import UserError

Writer = Callable[[pd.DataFrame, list[dict[str, Any]]], bytes]

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


def export_tables(
    dataset: Dataset,
    sources: list[dict[str, Any]],
    directory: Path,
    *,
    tables: tuple[str, ...] = (),
    file_format: str = "csv",
    public: bool = False,
) -> list[Path]:
    """Write tables and a ``sources.json`` into a directory; return the files written.

    Parameters
    ----------
    dataset : Dataset
        Version to export.
    sources : list of dict
        What :func:`source_records` returns.
    directory : Path
        Made if needed; files of the same name are replaced, each whole or not at all.
    tables : tuple of str
        Names; all the tables when empty.
    file_format : str
        One of :data:`FORMATS`.
    public : bool
        Leave out the rows that the public does not see, see :func:`public_rows`.

    Raises
    ------
    UserError
        Unknown table or format, or a directory that cannot be written.
    """
    writer = _writer(file_format)
    known = tuple(name for name in exportable_tables(dataset) if not (public and name in _NOT_PUBLIC))
    unknown = sorted(set(tables) - set(known))
    if unknown:
        raise UserError(
            f"Table inconnue : {', '.join(unknown)}", remedy=f"Tables possibles : {', '.join(known)}."
        )
    with disk_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
    asked = tuple(dict.fromkeys(tables)) or known
    written = []
    for name in asked:
        path = directory / f"{name}.{file_format}"
        frame = _public_table(dataset, name) if public else table_frame(dataset, name)
        content = writer(frame, _described(sources, name))
        write_atomically(path, content)
        written.append(path)
    note = {
        "version": dataset.version,
        "construit_le": dataset.manifest["built_at"],
        "sources": [record for record in sources if record["table"] in asked],
    }
    write_atomically(directory / "sources.json", json.dumps(note, ensure_ascii=False, indent=2).encode())
    return [*written, directory / "sources.json"]


def table_frame(dataset: Dataset, name: str) -> pd.DataFrame:
    """Return a whole table, its rows in a stable order; whole numbers stay whole where some are missing."""
    # The name was checked against the manifest: identifiers cannot be bound.
    frame = dataset.run(f'select * from "{name}" order by all')  # noqa: S608
    whole = dataset.query("integer_columns", name=name)["column_name"]
    return frame.astype(dict.fromkeys(whole, "Int64"))


_NOT_PUBLIC = frozenset({"completude", "exceptions"})
"""Tables that count or name rows that the public does not see."""


def _public_table(dataset: Dataset, name: str) -> pd.DataFrame:
    """Return the rows of a table that the public sees; a link follows the row that it links."""
    frame = public_rows(table_frame(dataset, name))
    if name != "maladies_reseaux":
        return frame
    diseases = public_rows(table_frame(dataset, "maladies"))["maladie_id"]
    return frame[frame["maladie_id"].isin(diseases)].reset_index(drop=True)


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


def source_records(dataset: Dataset, package: Package, geo_dir: Path) -> list[dict[str, Any]]:
    """Return one record a table and source: ``table``, ``titre``, ``source``, ``adresse``, ``licence``, ``version``.

    A table computed from others has their sources.
    """
    own = {table.name: _of_package(table) for table in package.tables}
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


def _described(sources: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [record for record in sources if record["table"] == name]


def csv_bytes(frame: pd.DataFrame, _sources: list[dict[str, Any]]) -> bytes:
    """Return the frame as UTF-8 CSV, comma separated."""
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text.encode()


def parquet_bytes(frame: pd.DataFrame, sources: list[dict[str, Any]]) -> bytes:
    """Return the frame as Parquet; the sources travel in the frame's metadata."""
    frame = frame.copy()
    frame.attrs["sources"] = sources
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def xlsx_bytes(frame: pd.DataFrame, sources: list[dict[str, Any]]) -> bytes:
    """Return a workbook: a sheet of data with a frozen header and filters, a sheet of sources."""
    buffer = io.BytesIO()
    # Text that begins like a formula or an address stays text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        _sheet(book, "Données", frame)
        _sheet(book, "Sources", pd.DataFrame(sources))
    return buffer.getvalue()


def _sheet(book: pd.ExcelWriter, name: str, frame: pd.DataFrame) -> None:
    frame.to_excel(book, sheet_name=name, index=False)
    sheet = book.sheets[name]
    sheet.freeze_panes(1, 0)
    if len(frame.columns):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
        sheet.autofit(400)


_WRITERS: dict[str, Writer] = {"csv": csv_bytes, "parquet": parquet_bytes, "xlsx": xlsx_bytes}
FORMATS = tuple(_WRITERS)


def _writer(file_format: str) -> Writer:
    try:
        return _WRITERS[file_format]
    except KeyError:
        raise UserError(
            f"Format inconnu : « {file_format} »", remedy=f"Formats possibles : {', '.join(FORMATS)}."
        ) from None

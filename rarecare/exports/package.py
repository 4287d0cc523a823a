"""The whole version, or some of its tables, as one Frictionless data package: a zip of CSV files and their schemas."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rarecare.dataset.export import HOLDER_LICENCE
from rarecare.dataset.tables import PACKAGE_FILE
from rarecare.disclosure.gate import ETATS
from rarecare.exports.about import About
from rarecare.exports.cells import APOSTROPHE_NOTE
from rarecare.exports.writers import csv_bytes
from rarecare.french import counted

_HOLDERS = {"name": "other-closed", "title": HOLDER_LICENCE}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_DAMAGED_BY_SECRECY = ("required", "minimum", "maximum", "unique")


@dataclass(frozen=True, eq=False)
class PackedTable:
    """One table of a package: its rows as shown and what its file says of itself."""

    name: str
    frame: pd.DataFrame
    about: About


def package_name(version: str) -> str:
    """Return the file name of the data package of a version."""
    return f"rarecare-{version}.zip"


def package_bytes(tables: Iterable[PackedTable], about: About, data_dir: Path) -> bytes:
    """Return the zip: ``datapackage.json``, ``LISEZMOI.txt`` and one CSV a table under ``data/``.

    Tables of ``data/`` keep the schema of their ``datapackage.json``; the others have one made from their columns.
    References to tables or rows that are not in the package are left out, so that the package stays valid. The same
    tables give the same bytes.
    """
    described = json.loads((data_dir / PACKAGE_FILE).read_text(encoding="utf-8"))
    own = {resource["name"]: resource for resource in described["resources"]}
    packed = list(tables)
    frames = {table.name: table.frame for table in packed}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        resources = []
        for table in packed:
            content = csv_bytes(table.frame)
            resources.append(_resource(table, own.get(table.name), content, frames))
            _add(archive, f"data/{table.name}.csv", content)
        document = _head(described, about) | {"resources": resources}
        _add(archive, PACKAGE_FILE, json.dumps(document, ensure_ascii=False, indent=2).encode())
        _add(archive, "LISEZMOI.txt", _readme(about, packed).encode())
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _head(described: Mapping[str, Any], about: About) -> dict[str, Any]:
    kept = {key: described[key] for key in ("profile", "name", "title", "description", "licenses")}
    told = {key: value for key, value in about.record().items() if key != "sources"}
    if any(source["licence"] == HOLDER_LICENCE for source in about.sources):
        kept["licenses"] = [*kept["licenses"], _HOLDERS]
    return kept | {
        "version": about.version,
        "created": about.built_at.isoformat(),
        **{f"rarecare:{key}": value for key, value in told.items()},
    }


def _resource(
    table: PackedTable, own: Mapping[str, Any] | None, content: bytes, frames: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    base = dict(own) if own else _described(table)
    if own and any(source["licence"] == HOLDER_LICENCE for source in table.about.sources):
        base |= _of_holders(own, table)
    return base | {
        "path": f"data/{table.name}.csv",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "rarecare:rows": len(table.frame),
        "schema": _schema(table.frame, base["schema"], frames, table.name),
    }


def _of_holders(own: Mapping[str, Any], table: PackedTable) -> dict[str, Any]:
    """Return sources and licences of a table with imported rows: that of RareCare only for those it ships."""
    ours = any(source["licence"] != HOLDER_LICENCE for source in table.about.sources)
    return {
        "sources": _sources(table),
        "licenses": [*(own["licenses"] if ours else []), _HOLDERS],
    }


def _sources(table: PackedTable) -> list[dict[str, str]]:
    return [
        {"title": source["source"]} | ({"path": source["adresse"]} if source["adresse"] else {})
        for source in table.about.sources
    ]


def _described(table: PackedTable) -> dict[str, Any]:
    """Return the description of a computed table."""
    titles = [source["titre"] for source in table.about.sources]
    return {
        "name": table.name,
        "title": titles[0] if titles else table.name,
        "profile": "tabular-data-resource",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "sources": _sources(table),
        "schema": {"fields": [], "missingValues": [""]},
    }


def _schema(
    frame: pd.DataFrame, schema: Mapping[str, Any], frames: Mapping[str, pd.DataFrame], name: str
) -> dict[str, Any]:
    known = {field["name"]: field for field in schema["fields"]}
    fields = [_field(frame, column, known.get(column)) for column in frame.columns]
    keys = [key for key in schema.get("foreignKeys", []) if _holds(frame, key, frames, name)]
    rest = {key: value for key, value in schema.items() if key not in {"fields", "foreignKeys"}}
    return rest | {"fields": fields} | ({"foreignKeys": keys} if keys else {})


def _field(frame: pd.DataFrame, column: str, known: Mapping[str, Any] | None) -> dict[str, Any]:
    if known is None:
        return (
            _state_field(column)
            if column.endswith("_etat")
            else {"name": column, "type": _type(frame[column])}
        )
    if f"{column}_etat" not in frame:
        return dict(known)
    # A hidden count is an empty cell: what the schema says of counts no longer holds of cells.
    constraints = {
        key: value for key, value in known.get("constraints", {}).items() if key not in _DAMAGED_BY_SECRECY
    }
    return {key: value for key, value in known.items() if key != "constraints"} | (
        {"constraints": constraints} if constraints else {}
    )


def _state_field(column: str) -> dict[str, Any]:
    counted_column = column.removesuffix("_etat")
    return {
        "name": column,
        "title": f"État de {counted_column}",
        "description": "connu ; masque : 1 à 10 patients ; protege : caché car il en trahirait un autre ; non_fourni.",
        "type": "string",
        "constraints": {"required": True, "enum": list(ETATS)},
    }


def _type(values: pd.Series) -> str:
    kinds = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}
    return kinds.get(values.dtype.kind, "string")


def _holds(
    frame: pd.DataFrame, key: Mapping[str, Any], frames: Mapping[str, pd.DataFrame], name: str
) -> bool:
    """Tell whether every value of a foreign key is in the package."""
    target = frames.get(key["reference"]["resource"] or name)
    fields, targets = (
        [names] if isinstance(names, str) else list(names)
        for names in (key["fields"], key["reference"]["fields"])
    )
    if target is None:
        return False
    values = frame[fields].dropna().drop_duplicates()
    return bool(pd.MultiIndex.from_frame(values).isin(pd.MultiIndex.from_frame(target[targets])).all())


def _readme(about: About, tables: list[PackedTable]) -> str:
    facts = [f"{label} : {text}" for label, text in about.facts()]
    listed = [f"- data/{table.name}.csv ({counted(len(table.frame), 'ligne')})" for table in tables]
    sources = sorted(
        {f"- {source['source']} ({source['licence']})" for table in tables for source in table.about.sources}
    )
    return "\n".join(
        [
            "RareCare : expertise française des maladies rares", "", *facts, "",
            f"Chaque colonne est décrite dans {PACKAGE_FILE}. {APOSTROPHE_NOTE}", "",
            "Tables", *listed, "", "Sources", *sources, "",
        ]
    )  # fmt: skip

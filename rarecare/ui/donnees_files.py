"""Page Données: files of a table in every format, of the whole version as one data package, templates to fill in."""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st

from rarecare.dataset.export import source_records
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Table
from rarecare.dataset.templates import dataset_references, template_name, template_xlsx
from rarecare.disclosure.gate import Reader
from rarecare.disclosure.tables import COUNT_TABLES
from rarecare.exports.about import About
from rarecare.exports.package import PackedTable, package_bytes, package_name
from rarecare.exports.places import geojson_bytes, is_placed, places_of
from rarecare.exports.tables import about_dataset, about_table, known_tables, shown_table
from rarecare.exports.writers import csv_bytes, parquet_bytes, xlsx_bytes
from rarecare.ui.components import XLSX_TYPE, file_button, paragraph
from rarecare.ui.donnees import package_of
from rarecare.ui.export import FORMATS
from rarecare.ui.start import Context

_SOURCES: WeakKeyDictionary[Dataset, dict[bool, list[dict[str, Any]]]] = WeakKeyDictionary()
"""Sources of all tables, for the public or not, kept as long as their version is open."""


def table_files(context: Context, dataset: Dataset, table: Table, reader: Reader) -> None:
    """Draw the buttons of the files of a table, each written when it is asked for, and of its template."""
    placed = is_placed(table.columns)
    with st.container(horizontal=True, key="rc_fichiers_table"):
        for kind in FORMATS:
            if kind.suffix != "geojson" or placed:
                make = partial(table_bytes, context, dataset, table, reader, kind.suffix)
                file_button(kind.label, make, f"{table.name}.{kind.suffix}", kind.media_type)
        _template_button(context, dataset, table)
    paragraph(
        "Chaque fichier dit ses sources, sa version, sa date et ce qu'il masque : feuille « Sources » du classeur "
        "Excel, dernières colonnes du CSV, en-tête du Parquet et du GeoJSON.",
        small=True,
    )


def template_button(context: Context, dataset: Dataset, table: Table) -> None:
    """Draw the button of the empty workbook of a table, alone on its line."""
    with st.container(horizontal=True, key="rc_fichiers_modele"):
        _template_button(context, dataset, table)


def package_file(context: Context, dataset: Dataset, reader: Reader) -> None:
    """Draw the button of the data package of the whole version."""
    with st.container(horizontal=True, key="rc_fichiers_paquet"):
        file_button(
            "Toutes les tables (paquet de données, ZIP)",
            lambda: version_package(context, dataset, reader),
            package_name(dataset.version),
            "application/zip",
        )


def version_package(context: Context, dataset: Dataset, reader: Reader) -> bytes:
    """Return the data package of the version in force, as this reader may have it."""
    sources = _sources(context, dataset)
    own = {table.name for table in package_of(context).tables}
    names = [name for name in known_tables(dataset, public=context.public) if name in own]
    tables = [
        PackedTable(
            name,
            shown_table(dataset, name, reader=reader, public=context.public),
            about_table(dataset, name, sources),
        )
        for name in names
    ]
    about = about_dataset(
        dataset, [source for source in sources if source["table"] in names], secrecy=bool(COUNT_TABLES)
    )
    return package_bytes(tables, about, context.settings.data_dir)


def table_bytes(context: Context, dataset: Dataset, table: Table, reader: Reader, suffix: str) -> bytes:
    """Return a table as a file, as this reader may have it."""
    frame = shown_table(dataset, table.name, reader=reader, public=context.public)
    about = table_about(context, dataset, table)
    if suffix == "csv":
        # a CSV file has no other place that says where it comes from
        told = {"Sources": about.sources_words, "Licences": about.licences_words, **dict(about.facts())}
        return csv_bytes(frame.assign(**told))
    if suffix == "xlsx":
        return xlsx_bytes(frame, about)
    if suffix == "parquet":
        return parquet_bytes(frame, about)
    return geojson_bytes(frame, places_of(dataset, frame, context.settings.geo_dir), about)


def table_about(context: Context, dataset: Dataset, table: Table) -> About:
    """Return what the files of a table say of themselves: its sources, imports included, and their licences."""
    return about_table(dataset, table.name, _sources(context, dataset))


def _template_button(context: Context, dataset: Dataset, table: Table) -> None:
    file_button(
        "Modèle à remplir (Excel)",
        lambda: template_xlsx(table, references=dataset_references(dataset, public=context.public)),
        template_name(table),
        XLSX_TYPE,
        icon=":material/edit_note:",
    )


def _sources(context: Context, dataset: Dataset) -> list[dict[str, Any]]:
    known = _SOURCES.setdefault(dataset, {})
    if context.public not in known:
        known[context.public] = source_records(
            dataset, package_of(context), context.settings.geo_dir, public=context.public
        )
    return known[context.public]

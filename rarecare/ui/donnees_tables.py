"""Page Données, view « Tables »: what each table holds, where it comes from, its first rows, its files, its schema."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from weakref import WeakKeyDictionary

import pandas as pd
import streamlit as st

from rarecare.dataset.field_words import constraint_words, example_of, type_words
from rarecare.dataset.provenance import PUBLISHED
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Field, Table
from rarecare.disclosure.gate import ETATS, Reader, reader_of
from rarecare.disclosure.tables import COUNT_TABLES
from rarecare.exports.about import About
from rarecare.exports.tables import shown_table
from rarecare.french import date, listing, number, percent, typography
from rarecare.ui.columns import ColumnMeta, Kind
from rarecare.ui.components import data_table, empty_state, heading, paragraph
from rarecare.ui.donnees import IMPORT, imports_of, package_of, tabs_of
from rarecare.ui.donnees_files import package_file, table_about, table_files
from rarecare.ui.donnees_state import table_picker
from rarecare.ui.donnees_words import folded
from rarecare.ui.question import dataset_notes
from rarecare.ui.site_table import AUDIENCES, PROVENANCES, TYPES
from rarecare.ui.start import Context
from rarecare.ui.table import table_html

PREVIEW_ROWS = 50

_SHOWN: WeakKeyDictionary[Dataset, dict[tuple[str, Reader, bool], pd.DataFrame]] = WeakKeyDictionary()
"""Rows as readers see them, kept as long as their version is open."""

_NUMBERS: Mapping[str, Kind] = {"integer": "nombre", "number": "nombre2"}
_LABELS = {"provenance": PROVENANCES, "audience": AUDIENCES}


def tables_view(context: Context, dataset: Dataset, titles: Mapping[str, str], chosen: str) -> None:
    """Draw the list of tables, then the one chosen, then the files of the whole version."""
    reader = reader_of(context.settings)
    heading("Toutes les tables", note="Ce que contient la version en vigueur")
    with st.container(key="rc_toutes_tables"):
        _overview(context, dataset, titles, reader)
    package_file(context, dataset, reader)
    heading("Une table en détail")
    table_picker(titles, chosen, key="rc_table_vue")
    table_sheet(context, dataset, package_of(context).table(chosen), reader)


def table_sheet(context: Context, dataset: Dataset, table: Table, reader: Reader) -> None:
    """Draw one table: what it is, its sources, its first rows, its files and its schema."""
    frame = shown_rows(dataset, table.name, reader, public=context.public)
    paragraph(table.description)
    st.html(_facts(dataset, table, frame, table_about(context, dataset, table)))
    if frame.empty:
        _nothing(context)
    else:
        rows = preview_frame(table, frame.head(PREVIEW_ROWS))
        st.html(table_html(rows, columns_of(table, rows), caption=f"Premières lignes : {table.title}"))
        if len(frame) > PREVIEW_ROWS:
            cut = f"Les {number(PREVIEW_ROWS)} premières lignes sur {number(len(frame))}"
            paragraph(f"{cut} ; les fichiers à télécharger les contiennent toutes.", small=True)
    table_files(context, dataset, table, reader)
    schema = folded("Schéma de la table : ce que contient chaque colonne", key="rc_schema")
    if schema is not None:
        with schema:
            schema_table(dataset, table)


def _nothing(context: Context) -> None:
    if context.public:
        empty_state("Cette table n'a aucune ligne publiée", "Seules les lignes publiées sont montrées ici.")
        return
    importing = "l'importer dans la vue « Importer »" if IMPORT in tabs_of(context) else "le faire importer"
    empty_state(
        "Cette table n'a encore aucune ligne",
        f"RareCare n'invente aucun nombre : remplir le modèle ci-dessous, puis {importing}.",
    )


def shown_rows(dataset: Dataset, name: str, reader: Reader, *, public: bool) -> pd.DataFrame:
    """Return the rows of a table as this reader may see them; patient counts have passed the gate."""
    known, key = _SHOWN.setdefault(dataset, {}), (name, reader, public)
    if key not in known:
        known[key] = shown_table(dataset, name, reader=reader, public=public)
    return known[key]


def shown_count(context: Context, dataset: Dataset, name: str) -> int:
    """Return how many rows of a table the version in force shows to this reader."""
    if not context.public:
        return int(dataset.manifest["tables"][name])
    return len(shown_rows(dataset, name, reader_of(context.settings), public=True))


def columns_of(table: Table, frame: pd.DataFrame) -> dict[str, ColumnMeta]:
    """Return how the columns of a table are written on screen, those that the frame has."""
    return {field.name: _meta(field) for field in table.fields if field.name in frame}


def preview_frame(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows ready to be shown with :func:`columns_of`: each protected count becomes its text."""
    states = [name for name in frame.columns if name.endswith("_etat") and name[:-5] in frame]
    texts = {
        name[:-5]: [
            ETATS[state] or number_words(value)
            for value, state in zip(frame[name[:-5]], frame[name], strict=True)
        ]
        for name in states
    }
    return frame.assign(**texts)[[field.name for field in table.fields if field.name in frame]]


def schema_table(dataset: Dataset, table: Table) -> None:
    """Show what each column of a table holds and what it accepts."""
    rows = pd.DataFrame(
        [
            {
                "titre": field.title,
                "nom": field.name,
                "obligatoire": "oui" if field.required else "non",
                "type": type_words(field),
                "exemple": example_of(field),
                "valeurs": ", ".join(field.enum),
                "contraintes": " ; ".join(constraint_words(table, field)),
                "description": typography(field.description),
            }
            for field in table.fields
        ]
    )
    data_table(
        rows, {
            "titre": ColumnMeta("Colonne"), "nom": ColumnMeta("Nom dans les fichiers"),
            "obligatoire": ColumnMeta("Obligatoire"), "type": ColumnMeta("Type"),
            "exemple": ColumnMeta("Exemple"), "valeurs": ColumnMeta("Valeurs permises"),
            "contraintes": ColumnMeta("Contraintes"), "description": ColumnMeta("Ce que c’est"),
        },
        file_name=f"schema_{table.name}", caption=f"Schéma de la table « {table.title} »",
        notes=dataset_notes(dataset, "Schéma des tables de RareCare"),
    )  # fmt: skip


def _overview(context: Context, dataset: Dataset, titles: Mapping[str, str], reader: Reader) -> None:
    package, rows = package_of(context), []
    for name, title in titles.items():
        table, frame = package.table(name), shown_rows(dataset, name, reader, public=context.public)
        about = table_about(context, dataset, table)
        rows.append(
            {
                "titre": title, "lignes": len(frame), "date": date_of(dataset, table),
                "provenance": provenance_mix(frame), "sources": typography(about.sources_words),
                "licence": typography(about.licences_words),
            }
        )  # fmt: skip
    data_table(
        pd.DataFrame(rows), {
            "titre": ColumnMeta("Table"), "lignes": ColumnMeta("Lignes", kind="nombre"),
            "date": ColumnMeta("Date", kind="date"), "provenance": ColumnMeta("Provenance des lignes"),
            "sources": ColumnMeta("Sources"), "licence": ColumnMeta("Licence"),
        },
        file_name="tables", caption="Tables de la version en vigueur",
        notes=dataset_notes(dataset, "Citées sur chaque ligne"),
    )  # fmt: skip


def _facts(dataset: Dataset, table: Table, frame: pd.DataFrame, about: About) -> str:
    facts = {
        "Lignes": number(len(frame)),
        "Date": date(date_of(dataset, table)),
        "Provenance": provenance_mix(frame) or "sans objet",
        "Sources": about.sources_words,
        "Licence": about.licences_words,
    }
    if table.name in COUNT_TABLES:
        facts["Petits effectifs"] = (
            "Les effectifs de 1 à 10 patients s'écrivent « ≤10 » ; « masqué » en protège un autre."
        )
    cells = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(typography(text))}</dd></div>"
        for label, text in facts.items()
    )
    return f'<dl class="rc-table-faits">{cells}</dl>'


def date_of(dataset: Dataset, table: Table) -> str:
    """Return the ISO day of a table: that of its last import, of its delivery when none touched it."""
    days = [str(entry["when"])[:10] for entry in imports_of(dataset) if entry["table"] == table.name]
    return max([table.date, *days])


def provenance_mix(frame: pd.DataFrame) -> str:
    """Return how many rows come from where, published first; empty when rows do not say it."""
    if "provenance" not in frame or frame.empty:
        return ""
    counts = frame["provenance"].value_counts()
    order = sorted(counts.index, key=lambda code: (code not in PUBLISHED, -counts[code]))
    return listing(
        [
            f"{PROVENANCES.get(code, code).lower()} {number(int(counts[code]))} ({percent(counts[code] / len(frame))})"
            for code in order
        ]
    )


def _meta(field: Field) -> ColumnMeta:
    title = typography(field.title)
    labels = TYPES if field.name == "type" and "coordonnateur" in field.enum else _LABELS.get(field.name)
    if labels is not None:
        return ColumnMeta(
            title, write=lambda value: labels.get(str(value), "" if pd.isna(value) else str(value))
        )
    if field.type not in _NUMBERS:
        return ColumnMeta(title)
    return ColumnMeta(title, kind=_NUMBERS[field.type], write=number_words)


def number_words(value: str | float | None) -> str:
    """Return a number as it stands, or the text that hides it; a missing one is an empty cell, as in the file."""
    if value is None or pd.isna(value) or value == "":
        return ""
    try:
        found = float(value)
    except ValueError:
        return str(value)
    return number(found) if found.is_integer() else f"{found:.10g}".replace(".", ",")

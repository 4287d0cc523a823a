"""Columns and tables of the page Files actives: on screen a count and its state are one cell, in files two columns."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from rarecare.disclosure.gate import ETATS, NOTE
from rarecare.french import percent
from rarecare.indicators.expected_sites import RANGE_COLUMNS
from rarecare.indicators.observed.sums import CAVEAT
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, paragraph
from rarecare.ui.files_actives import CaseloadView
from rarecare.ui.files_actives_sentences import MODELLED, modelled_number
from rarecare.ui.site_table import TYPES
from rarecare.ui.sources import page_sources

SECRECY, SUM = ("Secret", NOTE), ("Sommes", CAVEAT)

Columns = dict[str, ColumnMeta]

SITE: Columns = {
    "nom_etablissement": ColumnMeta("Hôpital"),
    "ville": ColumnMeta("Ville"),
    "reseau": ColumnMeta("Réseau"),
    "type": ColumnMeta("Type", write=lambda value: TYPES.get(str(value), str(value))),
}
SITE_CODES: Columns = {
    "centre_id": ColumnMeta("Identifiant du site"),
    "etablissement_id": ColumnMeta("Identifiant de l’hôpital"),
    "departement": ColumnMeta("Code du département"),
}
RANGE: Columns = {
    RANGE_COLUMNS[1]: ColumnMeta(
        MODELLED.capitalize(), unit="patients", kind="nombre1", write=modelled_number
    ),
    RANGE_COLUMNS[0]: ColumnMeta("Bas", unit="patients", kind="nombre1", write=modelled_number),
    RANGE_COLUMNS[2]: ColumnMeta("Haut", unit="patients", kind="nombre1", write=modelled_number),
}
MINIMUM: Columns = {
    "minimum": ColumnMeta("Seuil", unit="patients par an", kind="nombre"),
}
PROVENANCES = {"officiel": "Officiel", "publie": "Publié", "a_confirmer": "À confirmer", "fictif": "Fictif"}


def count_columns(labels: Mapping[str, str], *, unit: str = "patients") -> tuple[Columns, Columns]:
    """Return the columns of counts on screen (text of the gate) and in files (number and state)."""
    shown = {f"{name}_texte": ColumnMeta(label, kind="nombre", write=str) for name, label in labels.items()}
    written: Columns = {}
    for name, label in labels.items():
        written[name] = ColumnMeta(label, unit=unit, kind="nombre")
        written[f"{name}_etat"] = ColumnMeta(
            f"{label} : état", write=lambda state: ETATS[str(state)] or "connu"
        )
    return shown, written


def share_column(label: str) -> ColumnMeta:
    """Return a column of shares in per cent, empty when a part of it is hidden."""
    return ColumnMeta(label, kind="pct1", write=_share)


def sum_columns(first: Columns) -> tuple[Columns, Columns]:
    """Return the columns of a table of sums, on screen and in files."""
    beside: Columns = {
        "centres": ColumnMeta("Sites", kind="nombre"),
        "montres": ColumnMeta("Montrés", kind="nombre"),
        "masques": ColumnMeta("Masqués", kind="nombre"),
        "non_fournis": ColumnMeta("Non fournis", kind="nombre"),
    }
    text: Columns = {"patients_texte": ColumnMeta("Patients (somme montrée)", kind="nombre", write=str)}
    value: Columns = {"patients": ColumnMeta("Patients (somme montrée)", kind="nombre")}
    return first | text | beside, first | value | beside


def table(
    view: CaseloadView,
    frame: pd.DataFrame,
    columns: Columns,
    file_columns: Columns,
    *,
    name: str,
    caption: str,
    notes: tuple[tuple[str, str], ...] = (SECRECY,),
    highlight: str = "",
    sources: tuple[str, ...] = (),
) -> None:
    """Show a table with its files, its notes and its source line; ``sources`` are those of the view by default."""
    data_table(
        frame, columns, file_columns=file_columns, file_name=f"files_actives_{name}", caption=caption,
        notes=view.notes(*notes, sources=sources), highlight=highlight,
    )  # fmt: skip
    if SECRECY in notes:
        paragraph(NOTE, small=True)
    page_sources(view.question.access.dataset, *(sources or view.sources))


def _share(value: object) -> str:
    return "" if value is None or pd.isna(value) else percent(float(str(value)) / 100.0)

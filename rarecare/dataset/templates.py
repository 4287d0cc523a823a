"""Empty workbooks to fill in and import, one a table, made from its Table Schema.

Headings are the titles of the fields, which the import recognises; a star tells the columns that must be filled.
Codes are text cells, so that « 01 » stays « 01 ». The same table gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rarecare.dataset.export import public_rows, table_frame
from rarecare.dataset.field_words import constraint_words, example_of, keys_of, type_words
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Field, Table
from rarecare.french import NARROW_NBSP, typography

DATA_SHEET, GUIDE_SHEET, LISTS_SHEET = "Données", "Mode d’emploi", "Listes"
REQUIRED_MARK = " *"
REFERENCE_TABLES = (
    "centres",
    "etablissements",
    "reseaux",
    "filieres",
    "groupes_maladies",
    "departements",
)
"""Tables whose codes and labels a template can list."""

_ROWS = 20_000
_MESSAGE_LETTERS, _TITLE_LETTERS = 255, 32
_WIDEST_LIST = 20_000
_YEARS = (1900, 2199)
_LOWEST = -1e12
_TEXT_FORMAT = (
    49  # the number of "@" among the formats built into spreadsheets: a cell that is text whatever it holds
)
_BREAKDOWNS = {"groupe_maladie": "groupes_maladies", "filiere": "filieres"}
_OTHER_VALUES = {"tous": "tous ensemble", "99": "à l’étranger ou inconnu"}
_CENTRE_TYPES = {
    "coordonnateur": "coordonnateur",
    "constitutif": "constitutif",
    "competence": "compétence",
    "crc": "CRC",
}
_GUIDE_COLUMNS = (
    ("Colonne", 26),
    ("Nom technique", 26),
    ("À remplir", 14),
    ("Type", 22),
    ("Valeurs permises", 40),
    ("Exemple", 26),
    ("Contrainte", 44),
    ("Ce que c'est", 70),
)


@dataclass(frozen=True)
class ValueList:
    """The values of one column: codes, their labels (none for a closed list) and whether others are refused."""

    field: str
    title: str
    codes: tuple[str, ...]
    labels: tuple[str, ...] = ()
    closed: bool = True


def template_name(table: Table) -> str:
    """Return the file name of the template of a table."""
    return f"modele-{table.name}.xlsx"


def template_heading(field: Field) -> str:
    """Return the heading of a column: its title, with a star when it must be filled."""
    return field.title + (REQUIRED_MARK if field.required else "")


def template_xlsx(table: Table, *, references: Mapping[str, pd.DataFrame] | None = None) -> bytes:
    """Return the empty workbook of a table: sheets « Données », « Mode d’emploi » and « Listes ».

    Parameters
    ----------
    table : Table
        What the rows will be.
    references : mapping of DataFrame, optional
        Tables by name (:data:`REFERENCE_TABLES`) whose codes are listed with their labels: the centres, hospitals,
        groups… that a row may name. Their values are proposed, not imposed: the import also understands names.
    """
    lists = value_lists(table, references or {})
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"title": table.title, "created": _date_of(table)})
        styles = _styles(book)
        _write_data(book.add_worksheet(DATA_SHEET), table, lists, styles)
        _write_guide(book.add_worksheet(GUIDE_SHEET), table, lists, styles)
        _write_lists(book.add_worksheet(LISTS_SHEET), lists, styles)
    return buffer.getvalue()


def value_lists(table: Table, references: Mapping[str, pd.DataFrame]) -> tuple[ValueList, ...]:
    """Return the lists of values of the columns of a table, in the order of the columns."""
    found = (_list_of(table, field, references) for field in table.fields)
    return tuple(values for values in found if values is not None)


def _list_of(table: Table, field: Field, references: Mapping[str, pd.DataFrame]) -> ValueList | None:
    if field.enum:
        return ValueList(field.name, field.title, field.enum)
    name, column, others = _target(table, field)
    if name not in references or references[name].empty:
        return None
    rows = references[name].sort_values(column).drop_duplicates(column).head(_WIDEST_LIST)
    codes = (*others, *rows[column].astype(str))
    labels = (*(_OTHER_VALUES[value] for value in others), *_labels(name, rows, references))
    return ValueList(field.name, field.title, codes, labels, closed=False)


def _target(table: Table, field: Field) -> tuple[str, str, tuple[str, ...]]:
    """Return the table whose codes the column takes, the key of that table, and the other values permitted."""
    for key in keys_of(table, field):
        if len(key.fields) == 1:
            return key.table, key.targets[0], ()
    if field.reference == "departements_ou_tous":
        return "departements", "departement", ("tous", "99")
    if field.reference == "departements":
        return "departements", "departement", ()
    # A breakdown takes a code or the whole: no foreign key says that.
    if field.name in _BREAKDOWNS and field.name not in table.primary_key[:1]:
        return _BREAKDOWNS[field.name], field.name, ("tous",)
    return "", "", ()


def _labels(name: str, rows: pd.DataFrame, references: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return what each code stands for, for people."""
    if name == "centres":
        reseaux = _names(references.get("reseaux"), "reseau_id", "libelle")
        hospitals = _names(references.get("etablissements"), "etablissement_id", "nom")
        return [
            " – ".join(
                (
                    reseaux.get(row["reseau_id"], row["reseau_id"]),
                    hospitals.get(row["etablissement_id"], row["etablissement_id"]),
                    _CENTRE_TYPES.get(row["type"], row["type"]),
                )
            )
            for row in rows.to_dict("records")
        ]
    if name == "etablissements":
        return [f"{name}, {town}" for name, town in zip(rows["nom"], rows["ville"], strict=True)]
    column = next((c for c in ("libelle", "nom_complet", "nom") if c in rows), rows.columns[0])
    return [str(label) for label in rows[column].fillna("")]


def _names(frame: pd.DataFrame | None, key: str, value: str) -> dict[str, str]:
    return {} if frame is None else dict(zip(frame[key], frame[value], strict=True))


def _date_of(table: Table) -> dt.datetime:
    return dt.datetime.fromisoformat(table.date)


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#e6eff0"}
    return {
        "head": book.add_format({**head, "bold": False}),
        "required": book.add_format({**head, "bottom": 5}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "text": book.add_format({"num_format": _TEXT_FORMAT}),
        "wrap": book.add_format({"num_format": _TEXT_FORMAT, "text_wrap": True, "valign": "top"}),
        "integer": book.add_format({"num_format": "0"}),
        "number": book.add_format({"num_format": "General"}),
    }


def _write_data(
    sheet: Worksheet, table: Table, lists: tuple[ValueList, ...], styles: dict[str, Format]
) -> None:
    places = {values.field: (rank, values) for rank, values in enumerate(lists)}
    for column, field in enumerate(table.fields):
        style = {"integer": "integer", "year": "integer", "number": "number"}.get(field.type, "text")
        sheet.set_column(column, column, max(14, min(len(field.title) + 6, 34)), styles[style])
        sheet.write_string(
            0, column, template_heading(field), styles["required" if field.required else "head"]
        )
        sheet.write_comment(0, column, _comment(table, field), {"x_scale": 2.2, "y_scale": 1.6, "author": ""})
        sheet.data_validation(1, column, _ROWS, column, _validation(table, field, places.get(field.name)))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 0)


def _comment(table: Table, field: Field) -> str:
    state = "À remplir obligatoirement." if field.required else "Facultatif."
    rules = "".join(f"\n– {rule}" for rule in constraint_words(table, field))
    return typography(f"{state} {field.description}\nType : {type_words(field)}{rules}")


def _validation(table: Table, field: Field, place: tuple[int, ValueList] | None) -> dict[str, Any]:
    """Return what the cells of a column accept; a message says it when a cell is chosen."""
    rules = f"{NARROW_NBSP}; ".join([type_words(field), *constraint_words(table, field)])
    expected = f"une valeur de la liste ({', '.join(field.enum)})" if field.enum else rules
    told = {
        "input_title": typography(field.title)[:_TITLE_LETTERS],
        "input_message": _shortened(typography(f"{field.description} ({rules})")),
        "error_title": "Valeur à corriger",
        "error_message": _shortened(typography(f"Attendu : {expected}.")),
        "ignore_blank": True,
    }
    return _accepted(field, place) | told


def _accepted(field: Field, place: tuple[int, ValueList] | None) -> dict[str, Any]:
    if place is not None:
        rank, values = place
        column = xlsxwriter.utility.xl_col_to_name(2 * rank)
        source = f"='{LISTS_SHEET}'!${column}$2:${column}${len(values.codes) + 1}"
        return {
            "validate": "list",
            "source": source,
            "error_type": "stop" if values.closed else "information",
        }
    if field.type not in {"integer", "number", "year"}:
        return {"validate": "any"}
    return {"validate": "decimal" if field.type == "number" else "integer"} | _bounds(field)


def _bounds(field: Field) -> dict[str, Any]:
    low, high = field.minimum, field.maximum
    if field.type == "year":
        low, high = _YEARS[0] if low is None else low, _YEARS[1] if high is None else high
    if high is not None:
        return {"criteria": "between", "minimum": _plain(low), "maximum": _plain(high)}
    return {"criteria": ">=", "value": _plain(low)}


def _plain(bound: float | None) -> float:
    """Return a bound as spreadsheets write it; none means that there is no lowest value."""
    value = _LOWEST if bound is None else bound
    return int(value) if float(value).is_integer() else value


def _shortened(text: str) -> str:
    return text if len(text) <= _MESSAGE_LETTERS else text[: _MESSAGE_LETTERS - 1] + "…"


def _write_guide(
    sheet: Worksheet, table: Table, lists: tuple[ValueList, ...], styles: dict[str, Format]
) -> None:
    lines = (
        (table.title, "title"),
        (table.description, "text"),
        ("", "text"),
        ("Comment faire", "bold"),
        (
            f"1. Remplir la feuille « {DATA_SHEET} », une ligne par cas, sans changer les titres des colonnes.",
            "text",
        ),
        (
            "2. Les colonnes marquées d'une étoile (*) sont à remplir ; les autres peuvent rester vides.",
            "text",
        ),
        (
            "3. Laisser vide ce qui n'est pas connu (ni « n.d. », ni « ? », ni « ≤10 ») ; sans valeur dans une colonne "
            "marquée, retirer la ligne.",
            "text",
        ),
        (
            "4. Enregistrer, puis ouvrir l'écran « Données » de RareCare, "
            f"ou lancer : rarecare import {table.name} FICHIER",
            "text",
        ),
        (
            "5. RareCare montre toutes les anomalies et tout ce qui va changer avant d'appliquer quoi que ce soit.",
            "text",
        ),
        ("", "text"),
        ("Les colonnes", "bold"),
    )
    for row, (text, style) in enumerate(lines):
        sheet.write_string(row, 0, typography(text), styles[style])
    start = len(lines)
    for column, (title, width) in enumerate(_GUIDE_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(start, column, typography(title), styles["required"])
    closed = {values.field: values for values in lists}
    for row, field in enumerate(table.fields, start=start + 1):
        for column, text in enumerate(_guide_row(table, field, closed.get(field.name))):
            sheet.write_string(row, column, text, styles["wrap"])


def _guide_row(table: Table, field: Field, values: ValueList | None) -> tuple[str, ...]:
    if values is None:
        allowed = ""
    elif values.closed:
        allowed = ", ".join(values.codes)
    else:
        allowed = f"voir la feuille « {LISTS_SHEET} »"
    return (
        typography(field.title),
        field.name,
        "obligatoire" if field.required else "facultatif",
        type_words(field),
        typography(allowed) if values is None or not values.closed else allowed,
        example_of(field),
        f"{NARROW_NBSP}; ".join(constraint_words(table, field)),
        typography(field.description),
    )


def _write_lists(sheet: Worksheet, lists: tuple[ValueList, ...], styles: dict[str, Format]) -> None:
    for rank, values in enumerate(lists):
        code, label = 2 * rank, 2 * rank + 1
        sheet.set_column(code, code, 34, styles["text"])
        sheet.set_column(label, label, 60 if values.labels else 3, styles["text"])
        sheet.write_string(0, code, typography(f"Valeurs de « {values.title} »"), styles["required"])
        if values.labels:
            sheet.write_string(0, label, "Libellé", styles["required"])
        sheet.write_column(1, code, values.codes, styles["text"])
        sheet.write_column(1, label, values.labels, styles["text"])
    sheet.freeze_panes(1, 0)


def dataset_references(dataset: Dataset, *, public: bool = False) -> dict[str, pd.DataFrame]:
    """Return the tables of a version whose codes a template can list; the public sees its own rows only."""
    frames = {name: table_frame(dataset, name) for name in REFERENCE_TABLES}
    return {name: public_rows(frame) for name, frame in frames.items()} if public else frames

"""Page Données, import: what accepting the file takes away, by part, and what leaves or comes back with a centre."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rarecare.dataset.imports.accept import Plan
from rarecare.dataset.imports.removal import rows_by_table
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Package, Table
from rarecare.french import counted, number, typography
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, heading
from rarecare.ui.donnees import field_title
from rarecare.ui.donnees_words import step_note
from rarecare.ui.question import dataset_notes


def removal_block(package: Package, dataset: Dataset, plan: Plan) -> None:
    """Say what is taken away by part, what a wider scope would take too, what is set aside or put back."""
    removal, titles = plan.removal, {table.name: table.title for table in package.tables}
    if len(removal.parts):
        _parts(dataset, package.table(plan.table), removal.parts)
    if removal.wider is not None:
        count = counted(int(removal.spared["lignes"].sum()), "ligne reste", "lignes restent")
        step_note(
            f"{count}, que le fichier ne nomme pas. Pour les retirer, choisir : « {removal.wider.words} »."
        )
    if removal.set_aside_rows:
        centres = removal.set_aside["centre_id"].nunique()
        st.warning(
            typography(
                f"Mis de côté avec {counted(centres, 'centre retiré', 'centres retirés')}, et gardé : "
                f"{rows_by_table(removal.set_aside_rows, titles)}. Ces lignes ne comptent plus, et reviennent avec "
                "leur centre ou par un retour à une version antérieure."
            )
        )
    if removal.brought_back_rows:
        step_note(f"Remis en vigueur avec leur centre : {rows_by_table(removal.brought_back_rows, titles)}.")


def sentence(words: str) -> str:
    """Return words with a capital first."""
    return words[:1].upper() + words[1:]


def _parts(dataset: Dataset, table: Table, parts: pd.DataFrame) -> None:
    columns = [name for name in parts.columns if name not in {"lignes", "nomme"}]
    unnamed = parts[~parts["nomme"].astype(bool)]
    heading(f"Lignes retirées, par {field_title(table, columns[0]).lower()}", level=3)
    if len(unnamed):
        rows = counted(int(unnamed["lignes"].sum()), "ligne retirée est", "lignes retirées sont")
        st.warning(typography(f"{rows} hors de ce que le fichier nomme : voir la dernière colonne."))
    shown = parts.assign(
        nomme=parts["nomme"].map({True: "Oui", False: "Non"}),
        **{name: parts[name].map(_names(dataset, name)).fillna(parts[name]) for name in columns},
    )
    data_table(
        shown,
        {
            **{name: ColumnMeta(field_title(table, name)) for name in columns},
            "lignes": ColumnMeta("Lignes retirées", kind="nombre", write=lambda value: number(float(value))),
            "nomme": ColumnMeta("Nommé par le fichier"),
        },
        file_name=f"retraits_{table.name}",
        caption=f"Lignes retirées : {table.title}",
        notes=dataset_notes(dataset, f"Table « {table.title} »"),
    )


def _names(dataset: Dataset, column: str) -> dict[str, str]:
    """Return the names of the codes of a column, those of réseaux only: other codes read as they are."""
    if column != "reseau_id":
        return {}
    found = dataset.run("select reseau_id, libelle from reseaux")
    return dict(zip(found["reseau_id"], found["libelle"], strict=True))

"""Page Données, view « Importer »: from a reader's file to a new version; the last click alone applies."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from rarecare.dataset.imports.accept import references
from rarecare.dataset.imports.apply import NOT_IMPORTED
from rarecare.dataset.imports.draft import Draft, References, prepare
from rarecare.dataset.imports.mapping import Mapping, missing_fields
from rarecare.dataset.imports.reading import LIMITS, Source, read_content
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Table
from rarecare.errors import DataProblems
from rarecare.french import NBSP, counted, listing, number
from rarecare.ui.components import paragraph
from rarecare.ui.donnees import package_of, tables_of
from rarecare.ui.donnees_apply import applied_view, apply_step
from rarecare.ui.donnees_changes import changes_step
from rarecare.ui.donnees_check import check_step, rows_so_far
from rarecare.ui.donnees_columns import columns_step
from rarecare.ui.donnees_files import template_button
from rarecare.ui.donnees_hospitals import hospitals_step
from rarecare.ui.donnees_problems import problems_block
from rarecare.ui.donnees_state import ImportState, Upload, import_state, new_import, table_picker
from rarecare.ui.donnees_words import step, step_note, step_notes
from rarecare.ui.start import Context

FORMATS = "CSV, Excel (.xlsx), LibreOffice (.ods) ou Parquet"
_KINDS = {
    "csv": "fichier CSV",
    "xlsx": "classeur Excel",
    "ods": "classeur LibreOffice",
    "parquet": "fichier Parquet",
}


def import_view(context: Context, dataset: Dataset, asked: str) -> None:
    """Draw the steps of an import, each once the one before is settled."""
    state = import_state()
    if state.applied is not None:
        applied_view(context, dataset, state)
        return
    table = _table_step(context, dataset, state, asked)
    upload = _file_step(context, state)
    if upload is None:
        return
    source = _read(context, state, upload)
    if source is None:
        return
    mapping = columns_step(state, source, table)
    known = state.remember("references", dataset.version, lambda: references(context.settings))
    draft = _draft(state, source, table, mapping, known, dataset.version)
    if missing_fields(mapping, table):
        rows_so_far(context, draft)
        return
    rank = 5 if hospitals_step(state, draft, known) else 4
    if check_step(context, dataset, draft, table, rank=rank):
        plan = changes_step(context, dataset, state, draft, table, rank=rank + 1)
        if plan is not None:
            apply_step(context, dataset, state, plan, rank=rank + 2)


def _table_step(context: Context, dataset: Dataset, state: ImportState, asked: str) -> Table:
    titles = {name: title for name, title in tables_of(context, dataset).items() if name not in NOT_IMPORTED}
    chosen = asked if asked in titles else next(iter(titles))
    if state.table != chosen:
        state.table, state.scope = chosen, ""
        state.forget_columns()
    step(1, "Choisir la table à remplir")
    table_picker(titles, chosen, key="rc_table_import")
    table = package_of(context).table(chosen)
    paragraph(table.description, small=True)
    template_button(context, dataset, table)
    return table


def _file_step(context: Context, state: ImportState) -> Upload | None:
    """Ask for the file, or say which one is being read; the widget itself is gone once it has given its file."""
    step(2, "Déposer le fichier")
    if state.upload is not None:
        _dropped(state, state.upload)
        return state.upload
    limit = max(1, context.settings.import_max_mb)
    step_note(
        f"{FORMATS}, {number(limit)}{NBSP}Mo au plus. Rien n'est appliqué avant la dernière étape, et le fichier "
        "n'est lu que par ce serveur."
    )
    dropped = st.file_uploader(
        "Fichier à importer",
        key=f"rc_fichier_{state.drops}",
        max_upload_size=limit,
        label_visibility="collapsed",
    )
    if dropped is not None:
        state.take(dropped.name, dropped.getvalue())
        st.rerun()
    return None


def _dropped(state: ImportState, upload: Upload) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="rc_depose"):
        size = len(upload.content)
        weight = (
            f"{number(size / 1_000_000, 1)}{NBSP}Mo"
            if size >= 100_000
            else f"{number(max(1, size // 1000))}{NBSP}Ko"
        )
        step_note(f"Fichier déposé : « {upload.name} » ({weight})")
        st.button("Choisir un autre fichier", key="rc_autre_fichier", on_click=state.drop, type="tertiary")


def _read(context: Context, state: ImportState, upload: Upload) -> Source | None:
    """Return what the file holds, or show all that is wrong with it."""
    limits = LIMITS.of_megabytes(context.settings.import_max_mb)

    def read() -> Source | DataProblems:
        try:
            return read_content(upload.content, name=upload.name, limits=limits)
        except DataProblems as refused:
            return refused

    with st.spinner("Lecture du fichier"):
        source = state.remember("source", upload.number, read)
    if isinstance(source, DataProblems):
        problems_block(
            source.problems,
            file=upload.name,
            title="Ce fichier ne peut pas être lu",
            remedy="Rien n'a été changé. Corriger le fichier, puis le déposer de nouveau.",
        )
        return None
    step_notes([_source_words(source), *source.notes])
    return source


def _source_words(source: Source) -> str:
    words = [_KINDS[source.kind]]
    if len(source.sheets) > 1:
        words.append(counted(len(source.sheets), "feuille"))
    words.append(counted(max(len(sheet.rows) for sheet in source.sheets), "ligne"))
    return f"Lu : {listing(words)}."


def _draft(
    state: ImportState, source: Source, table: Table, mapping: Mapping, known: References, version: str
) -> Draft:
    key: Hashable = (version, mapping.to_toml())
    with st.spinner("Lecture des lignes"):
        return state.remember("draft", key, lambda: prepare(source, table, mapping, known))


__all__ = ["import_view", "new_import"]

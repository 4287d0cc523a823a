"""Page Données, import: what accepting the file would add, change and remove."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rarecare.dataset.imports.accept import Plan
from rarecare.dataset.imports.accept import plan as plan_of
from rarecare.dataset.imports.apply import Changes, effective_tables
from rarecare.dataset.imports.draft import Draft
from rarecare.dataset.imports.journal import chain_in_force
from rarecare.dataset.imports.presenting import presented
from rarecare.dataset.imports.scopes import COMPLETE, REPLACE, SCOPES, scope_of
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Table
from rarecare.disclosure.changes import told_plan
from rarecare.disclosure.gate import NOT_SUPPLIED, reader_of
from rarecare.disclosure.tables import COUNT_TABLES
from rarecare.french import counted, listing, number, typography
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import KeyFigure, data_table, heading, key_figures
from rarecare.ui.donnees import field_title, package_of
from rarecare.ui.donnees_check import brought_rows, protected_rows
from rarecare.ui.donnees_problems import problems_block
from rarecare.ui.donnees_removal import removal_block, sentence
from rarecare.ui.donnees_state import ImportState
from rarecare.ui.donnees_tables import columns_of
from rarecare.ui.donnees_words import folded, step, step_note
from rarecare.ui.question import dataset_notes
from rarecare.ui.start import Context

MODES = {
    COMPLETE: "Compléter : ajouter les lignes nouvelles, changer celles qui existent",
    REPLACE: "Remplacer : les lignes que le fichier couvre cèdent la place aux siennes",
}


def changes_step(
    context: Context, dataset: Dataset, state: ImportState, draft: Draft, table: Table, *, rank: int
) -> Plan | None:
    """Show what would change; return the plan when it can be applied."""
    step(rank, "Voir ce qui va changer")
    _mode_choice(state, table)
    with st.spinner("Contrôle de toutes les tables"):
        plan = state.remember(
            "plan",
            (dataset.version, state.mode, state.scope, draft.mapping.to_toml()),
            lambda: told_plan(
                plan_of(
                    context.settings,
                    draft,
                    state.mode,
                    scope=_scope(state, table),
                    communes=dataset.communes,
                ),
                dataset,
                reader_of(context.settings),
            ),
        )
    _warn_of_another(state, plan)
    if plan.problems:
        problems_block(
            presented(plan.problems, draft, package_of(context)),
            file=draft.file,
            title="Ces lignes contredisent des règles des données",
            remedy="Rien n'a été changé. Corriger le fichier, puis le déposer de nouveau.",
        )
        return None
    _counts(plan.changes)
    removal_block(package_of(context), dataset, plan)
    if plan.changes.is_empty:
        step_note("Les lignes du fichier sont déjà dans la version en vigueur : il n'y a rien à appliquer.")
        return None
    _details(context, dataset, state, plan.changes, table)
    return plan


def changed_words(changes: Changes) -> str:
    """Return what an import changes, in words: ``3 lignes ajoutées, 1 ligne changée``."""
    parts = [
        (len(changes.added), "ligne ajoutée", "lignes ajoutées"),
        (changes.changed_rows, "ligne changée", "lignes changées"),
        (len(changes.removed), "ligne retirée", "lignes retirées"),
    ]
    return listing([counted(*part) for part in parts if part[0]]) or "aucun changement"


def details(
    context: Context, dataset: Dataset, changes: Changes, table: Table, *, prefix: str, before: pd.DataFrame
) -> None:
    """Draw the rows added, the cells changed and the rows removed of one table; patient counts pass the gate.

    *before* is the whole table before the changes, all text.
    """
    reader = reader_of(context.settings)
    after = applied(before, changes, table)
    old, new = protected_rows(dataset, table, before, reader), brought_rows(dataset, table, after, reader)
    key = list(table.primary_key)
    notes = dataset_notes(dataset, f"Table « {table.title} »")
    rows_table(same_keys(new, changes.added, key), table, "Lignes ajoutées", f"{prefix}_ajouts", notes)
    rows_table(same_keys(old, changes.removed, key), table, "Lignes retirées", f"{prefix}_retraits", notes)
    cells = changed_cells(changes, table, old, new)
    changed_cells_table(changes, cells, table, f"{prefix}_changements", notes)


def rows_table(
    rows: pd.DataFrame, table: Table, title: str, file_name: str, notes: Sequence[tuple[str, str]]
) -> None:
    """Draw whole rows, all text, without the columns that nothing fills; nothing when there is none."""
    if rows.empty:
        return
    filled = ~rows.isin(["", NOT_SUPPLIED]).all()
    shown = rows.loc[:, filled]
    heading(f"{title} ({number(len(rows))})", level=3)
    data_table(
        shown, columns_of(table, shown), file_name=file_name, caption=f"{title} : {table.title}", notes=notes
    )


def changed_cells_table(
    changes: Changes, cells: pd.DataFrame, table: Table, file_name: str, notes: Sequence[tuple[str, str]]
) -> None:
    """Draw one row a changed cell, its value before and after; nothing when none changed."""
    if cells.empty:
        return
    heading(f"Lignes changées ({number(changes.changed_rows)})", level=3)
    data_table(
        cells,
        _cell_columns(table),
        file_name=file_name,
        caption=f"Cellules changées : {table.title}",
        notes=notes,
    )


def applied(before: pd.DataFrame, changes: Changes, table: Table) -> pd.DataFrame:
    """Return a table once the changes are made, all text, whatever the order of its rows."""
    key = list(table.primary_key)
    kept = before.drop_duplicates(key)
    gone = pd.MultiIndex.from_frame(changes.removed[key])
    after = kept[~pd.MultiIndex.from_frame(kept[key]).isin(gone)].set_index(key, drop=False)
    for name, cells in changes.changed.groupby("colonne"):
        after.loc[cells.set_index(key).index, str(name)] = cells["apres"].to_numpy()
    return pd.concat([after, changes.added], ignore_index=True)


def same_keys(frame: pd.DataFrame, wanted: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return the rows of a frame whose key is among those of another."""
    keys = pd.MultiIndex.from_frame(wanted[key].astype(str))
    return frame[pd.MultiIndex.from_frame(frame[key].astype(str)).isin(keys)].reset_index(drop=True)


def changed_cells(changes: Changes, table: Table, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return one row a changed cell, with what the reader may read of it before and after."""
    cells = changes.changed
    if table.name not in COUNT_TABLES:
        return cells
    key = list(table.primary_key)
    frames = [frame.astype(str).set_index(key) for frame in (old, new)]
    places = list(zip(pd.MultiIndex.from_frame(cells[key]), cells["colonne"], strict=True))
    was, will = ([str(frame.at[row, name]) for row, name in places] for frame in frames)
    return cells.assign(avant=was, apres=will)


def _cell_columns(table: Table) -> dict[str, ColumnMeta]:
    keys = {name: ColumnMeta(typography(field_title(table, name))) for name in table.primary_key}
    return keys | {
        "colonne": ColumnMeta("Colonne", write=lambda name: typography(field_title(table, str(name)))),
        "avant": ColumnMeta("Avant"),
        "apres": ColumnMeta("Après"),
    }


def _mode_choice(state: ImportState, table: Table) -> None:
    if table.name not in SCOPES:
        state.mode = COMPLETE
        step_note("Les lignes nouvelles sont ajoutées, celles qui existent déjà sont changées.")
        return
    st.session_state["rc_mode"] = state.mode

    def changed() -> None:
        state.mode = str(st.session_state["rc_mode"])

    st.radio(
        "Ce que fait le fichier",
        list(MODES),
        format_func=lambda mode: MODES[mode],
        key="rc_mode",
        on_change=changed,
    )
    if state.mode == REPLACE:
        _scope_choice(state, table)


def _scope(state: ImportState, table: Table) -> str:
    return scope_of(table.name, state.mode, state.scope) if state.mode == REPLACE else ""


def _scope_choice(state: ImportState, table: Table) -> None:
    """Ask what gives way to the file: what it names, or the whole that it is a part of."""
    words = {scope.name: sentence(scope.words) for scope in SCOPES[table.name]}
    if len(words) == 1:
        step_note(f"Cèdent la place : {SCOPES[table.name][0].words}.")
        return
    st.session_state["rc_couvre"] = _scope(state, table)

    def changed() -> None:
        state.scope = str(st.session_state["rc_couvre"])

    st.radio(
        "Ce qui cède la place au fichier",
        list(words),
        format_func=lambda name: typography(words[name]),
        key="rc_couvre",
        on_change=changed,
    )


def _warn_of_another(state: ImportState, plan: Plan) -> None:
    """Say that the version in force changed since the reader saw what would change: the list is that of now."""
    if state.expected_version and state.expected_version != plan.version:
        st.warning(
            typography(
                "Un autre import est passé entre-temps : ce qui va changer a été calculé de nouveau. Relisez avant "
                "d'appliquer."
            )
        )


def _counts(changes: Changes) -> None:
    key_figures(
        [
            KeyFigure("Lignes ajoutées", number(len(changes.added))),
            KeyFigure("Lignes changées", number(changes.changed_rows)),
            KeyFigure("Lignes retirées", number(len(changes.removed))),
        ]
    )


def _details(context: Context, dataset: Dataset, state: ImportState, changes: Changes, table: Table) -> None:
    part = folded("Détail des lignes ajoutées, changées et retirées", key="rc_detail")
    if part is None:
        return
    settings = context.settings
    before = state.remember(
        "before",
        (dataset.version, table.name),
        lambda: effective_tables(settings, chain_in_force(settings))[table.name],
    )
    with part:
        details(context, dataset, changes, table, prefix=f"import_{table.name}", before=before)


__all__ = ["changed_words", "changes_step", "details"]

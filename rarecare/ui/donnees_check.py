"""Page Données, import: the rows as they were understood, and everything that is wrong with them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rarecare.dataset.imports.draft import Draft
from rarecare.dataset.imports.presenting import presented
from rarecare.dataset.imports.unread import UNREAD
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Table
from rarecare.disclosure.datasets import with_owners
from rarecare.disclosure.gate import Reader, protect_counts, reader_of
from rarecare.disclosure.tables import COUNT_TABLES, protect_table
from rarecare.french import counted, listing
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import empty_state
from rarecare.ui.donnees import package_of
from rarecare.ui.donnees_problems import doubts_block, problems_block
from rarecare.ui.donnees_tables import columns_of, preview_frame
from rarecare.ui.donnees_words import step, step_note, step_notes
from rarecare.ui.start import Context
from rarecare.ui.table import table_html

PREVIEW_ROWS = 20
ASKED_ABOVE = frozenset({"etablissement-a-confirmer", UNREAD})
"""Problems that a choice settles: it is asked for in its own step, not told twice."""

ON_EVERY_ROW = "sur toutes les lignes"
"""End of the notes about values chosen in the step of the columns: they are in sight there."""

_LINE = "_ligne"


def check_step(context: Context, dataset: Dataset, draft: Draft, table: Table, *, rank: int) -> bool:
    """Show the rows read and every problem; return whether the import may go on."""
    step(rank, "Relire les lignes")
    rows = f"{counted(len(draft.frame), 'ligne')} pour la table « {table.title} »"
    step_notes([rows, *(note for note in draft.notes if not note.endswith(ON_EVERY_ROW))])
    _preview(context, dataset, draft, table)
    others = [problem for problem in draft.problems if problem.slug not in ASKED_ABOVE]
    if others:
        problems_block(
            presented(others, draft, package_of(context)),
            file=draft.file,
            title="Ce fichier ne peut pas être importé tel quel",
            remedy="Rien n'a été changé. Corriger le fichier ou les choix ci-dessus ; toutes les anomalies sont là.",
        )
    doubts_block(draft.to_check, draft.file)
    undecided = [problem.column for problem in draft.problems if problem.slug == UNREAD]
    if undecided:
        names = listing([f"« {name} »" for name in undecided])
        empty_state(
            f"{counted(len(undecided), 'colonne')} à décider : {names}",
            "À la troisième étape, choisir ce qu'elles donnent ou les laisser de côté.",
        )
    if draft.doubtful:
        count = counted(len(draft.doubtful), "nom d’hôpital reste", "noms d’hôpitaux restent")
        empty_state(f"{count} à préciser", "Choisir chaque hôpital à l'étape précédente pour continuer.")
    elif draft.frame.empty:
        empty_state(
            "Aucune ligne à importer", "Vérifier la feuille et la ligne des titres, à la troisième étape."
        )
    return not draft.problems and not draft.frame.empty


def rows_so_far(context: Context, draft: Draft) -> None:
    """Show what is wrong with the rows of a file in which a column is still missing."""
    others = [
        problem for problem in draft.problems if problem.slug not in {*ASKED_ABOVE, "colonne-manquante"}
    ]
    if others:
        problems_block(
            presented(others, draft, package_of(context)),
            file=draft.file,
            title="D'autres anomalies se voient déjà dans ce fichier",
            remedy="Rien n'a été changé. Une fois la colonne trouvée, d'autres peuvent encore apparaître.",
        )


def protected_rows(dataset: Dataset, table: Table, frame: pd.DataFrame, reader: Reader) -> pd.DataFrame:
    """Return rows all text as the reader may see them: patient counts pass the gate, whoever brought the file.

    Raises ``ValueError`` when a count is negative or no whole number.
    """
    if table.name not in COUNT_TABLES:
        return frame
    protected = protect_table(table.name, with_owners(dataset, table.name, frame), reader=reader)
    return preview_frame(table, protected)


def brought_rows(dataset: Dataset, table: Table, frame: pd.DataFrame, reader: Reader) -> pd.DataFrame:
    """Return rows all text, few patients written ``≤10`` and nothing else hidden: what the reader's own file brings.

    What else would be hidden depends on the counts in force, which he may not see.
    """
    if table.name not in COUNT_TABLES:
        return frame
    described = COUNT_TABLES[table.name]
    counts = [name for name in described.counts if name in frame]
    owned = with_owners(dataset, table.name, frame)
    return preview_frame(table, protect_counts(owned, counts, reader=reader, owner_columns=described.owners))


def _preview(context: Context, dataset: Dataset, draft: Draft, table: Table) -> None:
    try:
        rows = protected_rows(dataset, table, draft.frame, reader_of(context.settings))
    except ValueError:
        # the problems below tell which counts are not counts
        return
    given = [name for name in draft.frame.columns if draft.frame[name].ne("").any()]
    if not given:
        return
    shown = rows.loc[:, given].head(PREVIEW_ROWS)
    shown.insert(0, _LINE, draft.places["line"].head(PREVIEW_ROWS).to_numpy())
    columns = {_LINE: ColumnMeta("Ligne", kind="nombre")} | columns_of(table, shown)
    with st.container(key="rc_apercu"):
        st.html(table_html(shown, columns, caption=f"Aperçu des lignes lues : {table.title}"))
        if len(rows) > PREVIEW_ROWS:
            step_note(f"Les {PREVIEW_ROWS} premières lignes sur {counted(len(rows), 'ligne')}.")

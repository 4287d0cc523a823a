"""Page Données, import: who and why, the click that applies, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rarecare.dataset.imports.accept import Plan, accept
from rarecare.dataset.imports.journal import said
from rarecare.dataset.store import Dataset
from rarecare.errors import DataProblems, UserError
from rarecare.french import typography
from rarecare.ui.components import error_box, paragraph
from rarecare.ui.donnees import VERSIONS, package_of
from rarecare.ui.donnees_changes import changed_words
from rarecare.ui.donnees_problems import problems_block
from rarecare.ui.donnees_state import ImportState, Upload, new_import
from rarecare.ui.donnees_words import step, step_note
from rarecare.ui.start import Context

_LETTERS = 200


@dataclass(frozen=True)
class Applied:
    """What an accepted import gave."""

    version: str
    table: str
    file: str
    changes: str


def apply_step(context: Context, dataset: Dataset, state: ImportState, plan: Plan, *, rank: int) -> None:
    """Ask who imports and why, then apply once asked; what is applied is what was shown, on the version shown."""
    seen = state.expected_version or plan.version
    state.expected_version = plan.version
    step(rank, "Appliquer")
    step_note(
        f"{changed_words(plan.changes)}. La version en vigueur, {dataset.version}, est gardée : on peut y revenir."
    )
    with st.container(key="rc_appliquer"), st.form("rc_qui_pourquoi", border=False, enter_to_submit=False):
        who = st.text_input(
            "Qui importe",
            value=context.settings.import_who,
            max_chars=_LETTERS,
            key="rc_qui",
            placeholder="Nom, service",
        )
        why = st.text_input(
            "Pourquoi",
            max_chars=_LETTERS,
            key="rc_pourquoi",
            placeholder="Liste officielle 2026, rapport d’activité…",
        )
        asked = st.form_submit_button("Appliquer cet import", type="primary")
    if not asked:
        return
    try:
        said(who, why)
    except UserError as refused:
        error_box(refused)
        return
    if seen != plan.version:
        return  # another import came first: the changes above are new, and nobody has read them yet
    if state.upload is not None:
        _apply(context, state, state.upload, plan, who=who, why=why)


def _apply(context: Context, state: ImportState, upload: Upload, plan: Plan, *, who: str, why: str) -> None:
    bar = st.progress(0.0, "Construction de la nouvelle version")
    try:
        version = accept(
            context.settings,
            plan,
            source=upload.content,
            who=who,
            why=why,
            expected_version=plan.version,
            progress=lambda words, share: _progress(bar, words, share),
        )
    except DataProblems as refused:
        bar.empty()
        problems_block(
            refused.problems,
            file=plan.draft.file,
            title="L'import a été refusé",
            remedy="Rien n'a été changé : la version en vigueur reste la même.",
        )
        return
    except UserError as refused:
        bar.empty()
        error_box(refused)
        return
    state.applied = Applied(version, plan.table, upload.name, changed_words(plan.changes))
    state.upload = None
    state.memory = {}
    st.rerun()


def applied_view(context: Context, dataset: Dataset, state: ImportState) -> None:
    """Say what the import gave: the new version, what changed, where to see it and to undo it."""
    applied: Applied = state.applied
    title = package_of(context).table(applied.table).title
    told = f"Table « {title} » : {applied.changes}, d'après « {applied.file} »."
    if applied.version == dataset.version:
        in_force = f"La version {applied.version} est en vigueur sur tous les écrans."
    else:
        in_force = f"Version {applied.version} ; une autre est en vigueur depuis."
    st.html(
        '<div class="rc-fait rc-coupable" role="status"><p class="rc-vide-titre">Import appliqué</p>'
        f"<p>{escape(typography(told))}</p><p>{escape(typography(in_force))}</p></div>"
    )
    paragraph(
        f"La vue « {VERSIONS} » montre ce qui la sépare de la précédente, et permet d'y revenir.", small=True
    )
    st.button("Importer un autre fichier", key="rc_encore", on_click=new_import, type="primary")


def _progress(bar: DeltaGenerator, words: str, share: float) -> None:
    bar.progress(min(1.0, share), words)

"""Page Données: everything wrong with a file, at once, sortable and downloadable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from rarecare.dataset.imports.draft import problems_frame
from rarecare.errors import Problem, UserError
from rarecare.french import counted, number, typography
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, error_box, paragraph

_COLUMNS = {
    "ligne": ColumnMeta("Ligne", kind="nombre", write=lambda value: str(value)),
    "feuille": ColumnMeta("Feuille"),
    "colonne": ColumnMeta("Colonne"),
    "valeur": ColumnMeta("Valeur lue"),
    "règle": ColumnMeta("Anomalie", write=lambda value: typography(str(value))),
    "remède": ColumnMeta("Que faire", write=lambda value: typography(str(value))),
    "code": ColumnMeta("Règle"),
}
_FILE_COLUMNS = {"fichier": ColumnMeta("Fichier"), **_COLUMNS}
_KINDS_TOLD, _READ_AT_ONCE = 4, 15


def problems_block(
    problems: Sequence[Problem],
    *,
    file: str,
    title: str,
    remedy: str,
) -> None:
    """Show problems: how many there are, then each with its place, what was read and what to do.

    *file* is the one that the reader dropped.
    """
    with st.container(key="rc_anomalies"):
        error_box(UserError(title, remedy=remedy))
        paragraph(problem_words(problems))
        frame = problems_frame(problems)
        data_table(
            frame,
            shown_columns(frame, file),
            file_columns=_FILE_COLUMNS,
            file_name="anomalies",
            caption="Anomalies du fichier",
            notes=[("Fichier contrôlé", file)],
        )


def doubts_block(doubts: Sequence[Problem], file: str) -> None:
    """Show what deserves a second look in *file* before applying; nothing when there is none."""
    if not doubts:
        return
    with st.container(key="rc_a_verifier"):
        paragraph(f"{counted(len(doubts), 'point')} à vérifier avant d'appliquer ; rien ne l'empêche.")
        frame = problems_frame(doubts)
        columns = {name: meta for name, meta in _COLUMNS.items() if frame[name].ne("").any()}
        columns["règle"] = replace(columns["règle"], label="À vérifier")
        data_table(
            frame,
            columns,
            file_name="a_verifier",
            caption="Points à vérifier dans le fichier",
            notes=[("Fichier contrôlé", file)],
        )


def shown_columns(frame: pd.DataFrame, file: str) -> dict[str, ColumnMeta]:
    """Return the columns worth showing: those that hold anything, the file when it is not always the one dropped.

    Rows in force may break a rule because of the file: those that point to a row that it takes away.
    """
    shown = {name: meta for name, meta in _COLUMNS.items() if frame[name].ne("").any()}
    if frame["fichier"].eq(file).all():
        return shown
    place = {name: meta for name, meta in shown.items() if name == "ligne"}
    return {**place, "fichier": _FILE_COLUMNS["fichier"], **shown}


def problem_words(problems: Sequence[Problem]) -> str:
    """Return how many problems there are; when the table is long, also how many of each rule, the commonest first."""
    count = counted(len(problems), "anomalie")
    if len(problems) <= _READ_AT_ONCE:
        return f"{count} à corriger."
    kinds = Counter(problem.slug for problem in problems).most_common()
    told = ", ".join(f"{number(times)} « {slug} »" for slug, times in kinds[:_KINDS_TOLD])
    rest = len(kinds) - _KINDS_TOLD
    more = f" et {counted(rest, 'autre règle', 'autres règles')}" if rest > 0 else ""
    return f"{count} à corriger, par règle : {told}{more}."


__all__ = ["doubts_block", "problem_words", "problems_block", "shown_columns"]

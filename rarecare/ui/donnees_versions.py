"""Page Données, view « Versions »: every version, what made it, what differs between two, going back to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape

import pandas as pd
import streamlit as st

from rarecare.dataset.imports.accept import roll_back
from rarecare.dataset.imports.apply import Changes
from rarecare.dataset.imports.history import VersionInfo, compare_versions, list_versions
from rarecare.dataset.imports.returns import Return, list_returns
from rarecare.dataset.store import Dataset
from rarecare.dataset.tables import Table
from rarecare.disclosure.tables import COUNT_TABLES
from rarecare.errors import UserError
from rarecare.french import counted, listing, moment, typography
from rarecare.settings import Settings
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, empty_state, error_box, heading
from rarecare.ui.donnees import IMPORT, package_of, tabs_of
from rarecare.ui.donnees_changes import changed_cells_table, rows_table
from rarecare.ui.donnees_words import folded, step_note
from rarecare.ui.question import dataset_notes
from rarecare.ui.start import Context

_ASKED, _DONE = "rc_retour_demande", "rc_retour_fait"
_LETTERS = 200


def versions_view(context: Context, dataset: Dataset) -> None:
    """Draw the list of versions; beside the public view, also the comparison of two and the way back."""
    found = list_versions(context.settings)
    count = counted(len(found), "version")
    heading("Versions des données", note=f"{count} sur ce serveur ; une version n'est jamais modifiée")
    _said_of_return()
    _list(context, dataset, found)
    if context.public:
        return
    _returns(dataset, list_returns(context.settings))
    _comparison(context, dataset, found)
    if IMPORT in tabs_of(context):
        _way_back(context, found)


def made_words(version: VersionInfo, titles: Mapping[str, str]) -> str:
    """Return what made a version: an import, with what it changed, or a build from the files of RareCare."""
    entry = version.made_by
    if entry is None:
        return "Construction à partir des fichiers de RareCare"
    parts = [
        (entry.added, "ligne ajoutée", "lignes ajoutées"),
        (entry.changed, "changée", "changées"),
        (entry.removed, "retirée", "retirées"),
    ]
    told = listing([counted(*part) for part in parts if part[0]])
    if entry.set_aside:
        told += f" ; {counted(entry.set_aside, 'ligne mise', 'lignes mises')} de côté avec leur centre"
    return f"Import de « {entry.file} » dans la table « {titles.get(entry.table, entry.table)} » : {told}"


def _list(context: Context, dataset: Dataset, found: Sequence[VersionInfo]) -> None:
    titles = {table.name: table.title for table in package_of(context).tables}
    rows = [
        {
            "version": version.name,
            "etat": "En vigueur" if version.in_force else "Gardée",
            "date": moment(version.built_at),
            "origine": typography(made_words(version, titles)),
            "qui": version.made_by.who if version.made_by else "",
            "pourquoi": version.made_by.why if version.made_by else "",
            "taille": version.size_bytes / 1_000_000,
        }
        for version in found
    ]
    columns = {
        "version": ColumnMeta("Version"), "etat": ColumnMeta("État"), "date": ColumnMeta("Construite le"),
        "origine": ColumnMeta("Origine"), "qui": ColumnMeta("Qui"), "pourquoi": ColumnMeta("Pourquoi"),
        "taille": ColumnMeta("Taille (Mo)", kind="nombre1"),
    }  # fmt: skip
    if context.public:
        columns = {name: columns[name] for name in ("version", "etat", "date")}
    with st.container(key="rc_versions"):
        data_table(
        pd.DataFrame(rows, columns=list(columns)), columns, file_name="versions", caption="Versions des données",
        highlight=next((version.name for version in found if version.in_force), ""),
        notes=dataset_notes(dataset, "Versions de ce serveur"),
    )  # fmt: skip


def _returns(dataset: Dataset, found: Sequence[Return]) -> None:
    """List who went back to which version, when and why; nothing when nobody did."""
    if not found:
        return
    heading("Retours à une version antérieure", level=3)
    rows = [
        {
            "date": moment(made.when), "de": made.left, "a": made.version, "qui": made.who, "pourquoi": made.why,
        }
        for made in found
    ]  # fmt: skip
    with st.container(key="rc_retours"):
        data_table(
            pd.DataFrame(rows), {
                "date": ColumnMeta("Le"), "de": ColumnMeta("Version quittée"),
                "a": ColumnMeta("Version remise en vigueur"), "qui": ColumnMeta("Qui"),
                "pourquoi": ColumnMeta("Pourquoi"),
            },
            file_name="retours", caption="Retours à une version antérieure",
            notes=dataset_notes(dataset, "Versions de ce serveur"),
        )  # fmt: skip


def _comparison(context: Context, dataset: Dataset, found: Sequence[VersionInfo]) -> None:
    heading("Comparer deux versions")
    if len(found) < 2:
        empty_state(
            "Il n'y a qu'une version", "Le premier import accepté en fera une seconde, à comparer à celle-ci."
        )
        return
    names = [version.name for version in found]
    rank = next((rank for rank, version in enumerate(found) if version.in_force), 0)
    older = names[min(rank + 1, len(names) - 1)]
    words = {version.name: _choice(version) for version in found}
    left, right = st.columns(2)
    with left:
        before = st.selectbox(
            "Version de départ", names, index=names.index(older), format_func=lambda name: words[name],
            key="rc_version_avant", placeholder="Choisir",
        )  # fmt: skip
    with right:
        after = st.selectbox(
            "Version d’arrivée", names, index=rank, format_func=lambda name: words[name],
            key="rc_version_apres", placeholder="Choisir",
        )  # fmt: skip
    if before == after:
        step_note("C'est la même version des deux côtés : choisir deux versions différentes.")
        return
    _differences(context, dataset, _compared(context.settings, before, after))


@lru_cache(maxsize=4)
def _compared(settings: Settings, before: str, after: str) -> dict[str, Changes]:
    """Return what differs between two versions, which never change."""
    return compare_versions(settings, before, after)


def _differences(context: Context, dataset: Dataset, found: dict[str, Changes]) -> None:
    if not found:
        empty_state(
            "Aucune table ne diffère", "Ces deux versions ont les mêmes lignes dans toutes les tables."
        )
        return
    package = package_of(context)
    rows = [
        {
            "table": package.table(name).title, "ajoutees": len(changes.added),
            "changees": changes.changed_rows, "retirees": len(changes.removed),
        }
        for name, changes in found.items()
    ]  # fmt: skip
    notes = dataset_notes(dataset, "Versions de ce serveur")
    data_table(
        pd.DataFrame(rows), {
            "table": ColumnMeta("Table"), "ajoutees": ColumnMeta("Lignes ajoutées", kind="nombre"),
            "changees": ColumnMeta("Lignes changées", kind="nombre"),
            "retirees": ColumnMeta("Lignes retirées", kind="nombre"),
        },
        file_name="comparaison", caption="Différences entre les deux versions, par table", notes=notes,
    )  # fmt: skip
    for name, changes in found.items():
        part = folded(f"Détail : {package.table(name).title}", key=f"rc_difference_{name}")
        if part is not None:
            with part:
                _difference(changes, package.table(name), notes)


def _difference(changes: Changes, table: Table, notes: Sequence[tuple[str, str]]) -> None:
    if table.name in COUNT_TABLES:
        step_note(
            "Les effectifs de patients ne sont pas comparés ligne à ligne : un petit effectif s'en déduirait."
        )
        return
    name = f"comparaison_{table.name}"
    rows_table(changes.added, table, "Lignes ajoutées", f"{name}_ajouts", notes)
    rows_table(changes.removed, table, "Lignes retirées", f"{name}_retraits", notes)
    changed_cells_table(changes, changes.changed, table, f"{name}_changements", notes)


def _way_back(context: Context, found: Sequence[VersionInfo]) -> None:
    heading("Revenir à une version", note="Rien n'est effacé : la version quittée reste dans la liste")
    others = [version for version in found if not version.in_force]
    if not others:
        step_note("Il n'y a pas d'autre version à laquelle revenir.")
        return
    words = {version.name: _choice(version) for version in others}
    asked = st.session_state.get(_ASKED, "")
    if asked in words:
        _confirmation(context, asked, words[asked])
        return
    chosen = st.selectbox(
        "Version à remettre en vigueur", list(words), format_func=lambda name: words[name], key="rc_version_retour",
        placeholder="Choisir",
    )  # fmt: skip
    st.button("Revenir à cette version", key="rc_revenir", on_click=_ask, args=(chosen,))


def _asked_html(version: str, words: str) -> str:
    """Return what is asked before a version comes back, and what it means."""
    return (
        '<div class="rc-erreur rc-attention" role="alert"><p class="rc-vide-titre">'
        f"{escape(typography(f'Remettre en vigueur la version {version} ?'))}</p><p>"
        f"{escape(typography(f'Tous les écrans montreront la version du {words}.'))} "
        "Les imports faits depuis ne sont plus appliqués, mais leurs versions restent dans la liste.</p></div>"
    )


def _confirmation(context: Context, version: str, words: str) -> None:
    st.html(_asked_html(version, words))
    with st.container(key="rc_confirmer"), st.form("rc_retour_qui", border=False, enter_to_submit=False):
        who = st.text_input(
            "Qui revient en arrière", value=context.settings.import_who, max_chars=_LETTERS, key="rc_retour_par",
            placeholder="Nom, service",
        )  # fmt: skip
        why = st.text_input(
            "Pourquoi ce retour",
            max_chars=_LETTERS,
            key="rc_retour_pourquoi",
            placeholder="Import fait par erreur…",
        )
        confirmed = st.form_submit_button("Confirmer le retour", key="rc_confirmer_retour", type="primary")
    st.button("Annuler", key="rc_annuler_retour", on_click=_ask, args=("",))
    if not confirmed:
        return
    try:
        left = roll_back(context.settings, version, who=who, why=why)
    except UserError as refused:
        error_box(refused)
        return
    st.session_state[_ASKED] = ""
    st.session_state[_DONE] = (
        f"La version {version} est de nouveau en vigueur ; la version {left} reste dans la liste."
    )
    st.rerun()


def _said_of_return() -> None:
    done = st.session_state.pop(_DONE, "")
    if done:
        st.html(f'<div class="rc-fait" role="status"><p>{escape(typography(str(done)))}</p></div>')


def _ask(version: str) -> None:
    st.session_state[_ASKED] = version


def _choice(version: VersionInfo) -> str:
    state = ", en vigueur" if version.in_force else ""
    entry = version.made_by
    origin = f" – {entry.file}" if entry else ""
    return f"{moment(version.built_at)}{origin} ({version.name}{state})"


__all__ = ["made_words", "moment", "versions_view"]

"""Page Données, import: which column of the file gives which column of the table, proposed then corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from rarecare.dataset.imports.headings import mappable_fields
from rarecare.dataset.imports.mapping import DERIVED, Mapping, Proposal, missing_fields, propose_mapping
from rarecare.dataset.imports.official import official_mapping
from rarecare.dataset.imports.personal import personal_kind
from rarecare.dataset.imports.sources import Sheet, Source
from rarecare.dataset.imports.unread import UnreadColumn, unread_columns
from rarecare.dataset.provenance import OFFICIAL
from rarecare.dataset.tables import Field, Table
from rarecare.disclosure.tables import COUNT_TABLES
from rarecare.errors import UserError
from rarecare.french import MASKED, NBSP, counted, listing, number
from rarecare.ui.components import error_box, file_button
from rarecare.ui.donnees import field_title
from rarecare.ui.donnees_state import ImportState, picker
from rarecare.ui.donnees_words import label_of, step, step_note
from rarecare.ui.site_table import AUDIENCES, TYPES

NOTHING, SAME = "", "\x00"
"""Choices of a field that no column gives: left empty, or the same value on every row."""

CONSTANTS = {
    "provenance": {
        "officiel": "Officiel : liste officielle, ou chiffres de ceux qui les détiennent",
        "publie": "Publié : lu sur une page dont l’adresse est donnée",
        "a_confirmer": "À confirmer : à relire avant toute diffusion",
        "fictif": "Fictif : pour un essai ou une formation",
    },
    "modalite": {"total": "Total", "site": "Sur site", "telemedecine": "Télémédecine"},
    "classe_age": {"tous": "Tous les âges", "enfant": "Enfants", "adulte": "Adultes"},
    "audience": AUDIENCES,
    "type": TYPES,
}
_PER_ROW, _EXAMPLES, _EXAMPLE_LETTERS, _HEADING_LETTERS = 3, 3, 24, 60
_HEADER_LINES, _HEADER_CELLS = 30, 6
_SMALL = range(1, 11)


def columns_step(state: ImportState, source: Source, table: Table) -> Mapping:
    """Draw the columns of the file against those of the table; return the mapping, to which a field may be missing."""
    step(3, "Faire correspondre les colonnes")
    proposal = _proposal_of(state, source, table)
    _sheet_and_header(state, source, proposal, protected=table.name in COUNT_TABLES)
    if state.choices is None:
        start_from(state, proposal.mapping)
    _saved_mapping(state, source, table)
    state.missing = missing_fields(_mapping(state, proposal, table), table)
    examples = _examples(source, proposal, table.primary_key, protected=table.name in COUNT_TABLES)
    found, others = _split(table, proposal)
    step_note(
        "Chaque liste dit quelle colonne du fichier est lue ; une étoile marque ce qui est obligatoire."
    )
    _pivot_note(state, table)
    _grid(state, table, found, proposal.headings, examples)
    if others:
        label = f"Colonnes facultatives que le fichier ne semble pas contenir ({len(others)})"
        with st.expander(label, key="rc_facultatives"):
            _grid(state, table, others, proposal.headings, examples)
    _said(state, proposal)
    _unread(state, source, table, _mapping(state, proposal, table))
    mapping = _mapping(state, proposal, table)
    missing = missing_fields(mapping, table)
    if missing:
        error_box(_missing_error(table, missing))
    else:
        _download(mapping)
    return mapping


def _missing_error(table: Table, missing: Sequence[str]) -> UserError:
    """Return the error that names the columns that nothing gives, and what would give them."""
    titles = listing([f"« {field_title(table, name)} »" for name in missing])
    count = counted(len(missing), "colonne obligatoire", "colonnes obligatoires")
    others = [
        f"« {field_title(table, name)} » se déduit aussi de "
        + listing([f"« {field_title(table, part)} »" for part in sorted(parts, reverse=True)])
        for name in missing
        for parts in DERIVED.get(table.name, {}).get(name, ())[:1]
    ]
    remedy = "Choisir ci-dessus la colonne du fichier, ou donner la même valeur à toutes les lignes."
    return UserError(
        f"Il manque {count} : {titles}",
        remedy=" ".join([remedy, *(f"{text}." for text in others)]),
    )


def start_from(state: ImportState, mapping: Mapping) -> None:
    """Take the choices of a mapping, proposed or saved, for the reader to correct."""
    state.choices = dict(mapping.columns)
    state.constants = dict(mapping.constants)
    state.matches |= mapping.matches
    state.ignored = set(mapping.ignored)
    state.pivot = {name: dict(cells) for name, cells in mapping.pivot.items()}


def _proposal_of(state: ImportState, source: Source, table: Table) -> Proposal:
    key = (source.sha256, table.name, state.sheet, state.header)
    return state.remember("proposal", key, lambda: _propose(source, table, state.sheet or "", state.header))


def _propose(source: Source, table: Table, sheet: str, header: tuple[int, int] | None) -> Proposal:
    """Return what the file seems to hold; above a forced line of headings nothing is looked at."""
    found = propose_mapping(source, table, sheet=sheet)
    if header is None or header[0] == found.mapping.header_line:
        return found
    above = header[0] - 1
    cut = tuple(
        replace(part, rows=(*((("",) * len(row)) for row in part.rows[:above]), *part.rows[above:]))
        if part.name == found.mapping.sheet or len(source.sheets) == 1
        else part
        for part in source.sheets
    )
    return propose_mapping(replace(source, sheets=cut), table, sheet=sheet or found.mapping.sheet)


def _sheet_and_header(state: ImportState, source: Source, proposal: Proposal, *, protected: bool) -> None:
    """Let the reader correct the sheet and the line of the headings."""
    mapping = proposal.mapping
    sheet = sheet_of(source, mapping)
    where = f"titres des colonnes à la ligne {number(mapping.header_line)}"
    if len(source.sheets) > 1:
        where = f"feuille « {sheet.name} », {where}"
    with st.expander(label_of(f"Lu dans : {where}"), key="rc_feuille"):
        if len(source.sheets) > 1:
            names = {part.name: _sheet_words(part) for part in source.sheets}
            picker("Feuille", names, sheet.name, key="rc_feuille_lue", take=partial(_take_sheet, state))
        lines = {
            str(rank): f"Ligne {rank} : {_line_words(row, protected=protected)}"
            for rank, row in enumerate(sheet.rows[:_HEADER_LINES], start=1)
            if any(cell.strip() for cell in row)
        }
        chosen = str(mapping.header_line)
        if lines:
            picker(
                "Première ligne des titres", lines, chosen if chosen in lines else next(iter(lines)),
                key="rc_ligne_titres", take=partial(_take_header, state),
            )  # fmt: skip


def sheet_of(source: Source, mapping: Mapping) -> Sheet:
    """Return the sheet that a mapping reads; the first one when its name is not in the file."""
    return next((part for part in source.sheets if part.name == mapping.sheet), source.sheets[0])


def _take_sheet(state: ImportState, name: str) -> None:
    state.forget_columns()
    state.sheet = name


def _take_header(state: ImportState, line: str) -> None:
    sheet = state.sheet
    state.forget_columns()
    state.sheet, state.header = sheet, (int(line), 1)


def _saved_mapping(state: ImportState, source: Source, table: Table) -> None:
    with st.expander("Reprendre une correspondance enregistrée", key="rc_correspondance"):
        step_note("Le petit fichier .toml enregistré lors d'un import précédent, au bas de cette étape.")
        dropped = st.file_uploader(
            "Correspondance à reprendre",
            key=f"rc_toml_{state.drops}",
            max_upload_size=1,
            label_visibility="collapsed",
        )
        if dropped is None or dropped.file_id == state.saved_id:
            return
        state.saved_id = dropped.file_id
        try:
            mapping = Mapping.from_toml(dropped.getvalue().decode("utf-8", "replace"), where=dropped.name)
        except UserError as error:
            error_box(error)
            return
        _take_mapping(state, source, table, mapping)


def _take_mapping(state: ImportState, source: Source, table: Table, mapping: Mapping) -> None:
    if mapping.table != table.name:
        error_box(
            UserError(
                f"Cette correspondance est celle de la table « {mapping.table} »",
                remedy="Choisir cette table à la première étape, ou une autre correspondance.",
            )
        )
        return
    state.forget_columns()
    names = [part.name for part in source.sheets]
    state.sheet = mapping.sheet if mapping.sheet in names else None
    state.header = (mapping.header_line, mapping.header_height)
    start_from(state, mapping)
    st.rerun()


def _split(table: Table, proposal: Proposal) -> tuple[list[str], list[str]]:
    """Return the fields shown at once, required or recognised, and the others."""
    mapping = proposal.mapping
    required = {field.name for field in table.fields if field.required}
    shown = {*mapping.columns, *mapping.constants, *proposal.missing, *required}
    for name in proposal.missing:
        # what would give a missing key is asked for beside it
        shown |= {part for parts in DERIVED.get(table.name, {}).get(name, ()) for part in parts}
    fields = mappable_fields(table)
    # what the file gives first, then what is the same everywhere
    found = sorted((name for name in fields if name in shown), key=lambda name: name in mapping.constants)
    return found, [name for name in fields if name not in shown]


def _grid(
    state: ImportState, table: Table, names: Sequence[str], headings: Sequence[str], examples: dict[str, str]
) -> None:
    for line in _rows_of(names):
        for cell, name in zip(st.columns(_PER_ROW), line, strict=False):
            with cell:
                _field_choice(state, table, name, headings, examples)


def _rows_of(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + _PER_ROW] for start in range(0, len(names), _PER_ROW)]


def _field_choice(
    state: ImportState, table: Table, name: str, headings: Sequence[str], examples: dict[str, str]
) -> None:
    field = next((field for field in table.fields if field.name == name), None)
    key, choices = f"rc_col_{name}", state.choices if state.choices is not None else {}
    current = choices.get(name, SAME if name in state.constants else NOTHING)
    options = [NOTHING, *([SAME] if field is not None else []), *headings]
    st.session_state[key] = current if current in options else NOTHING

    def changed() -> None:
        chosen = str(st.session_state[key])
        choices.pop(name, None)
        state.constants.pop(name, None)
        if chosen == SAME:
            state.constants[name] = ""
        elif chosen != NOTHING:
            choices[name] = chosen

    words = {NOTHING: _nothing_words(state, field), SAME: "La même valeur partout"} | examples
    star = " *" if field is not None and field.required else ""
    st.selectbox(
        f"{field_title(table, name)}{star}",
        options,
        format_func=lambda item: words.get(item, item),
        key=key,
        on_change=changed,
        filter_mode="contains" if len(options) > 10 else None,
        placeholder="Choisir",
    )
    if st.session_state[key] == SAME and field is not None:
        _constant(state, field)


def _nothing_words(state: ImportState, field: Field | None) -> str:
    """Return what no column means for a field: left empty, read in the headings, or found from other columns."""
    if field is not None and any(field.name in (cells["champ"], *cells) for cells in state.pivot.values()):
        return "Lu dans les titres du tableau croisé"
    derived = field is not None and field.required and field.name not in state.missing
    return "Déduit des autres colonnes" if derived else "Aucune colonne"


def _constant(state: ImportState, field: Field) -> None:
    key, value = f"rc_valeur_{field.name}", state.constants.get(field.name, "")
    label = f"Valeur de « {field.title} » sur toutes les lignes"

    def changed() -> None:
        state.constants[field.name] = str(st.session_state[key] or "").strip()

    if not field.enum:
        st.session_state[key] = value
        st.text_input(label, key=key, on_change=changed, label_visibility="collapsed", placeholder="Valeur")
        return
    words = CONSTANTS.get(field.name, {})
    if value not in field.enum:
        value = state.constants[field.name] = field.enum[0]
    st.session_state[key] = value
    st.selectbox(
        label, list(field.enum), format_func=lambda item: words.get(item, item), key=key, on_change=changed,
        label_visibility="collapsed", placeholder="Choisir",
    )  # fmt: skip


def _pivot_note(state: ImportState, table: Table) -> None:
    if not state.pivot:
        return
    titles = listing([f"« {name} »" for name in state.pivot])
    fields = listing(sorted({field_title(table, cells["champ"]) for cells in state.pivot.values()}))
    step_note(
        f"Tableau croisé reconnu : {titles} donnent « {fields} », une ligne pour chaque année ou catégorie du titre."
    )


def _mapping(state: ImportState, proposal: Proposal, table: Table) -> Mapping:
    found = proposal.mapping
    pivoted = {cells["champ"] for cells in state.pivot.values()}
    mapping = Mapping(
        table=table.name,
        sheet=found.sheet,
        header_line=found.header_line,
        columns={name: title for name, title in (state.choices or {}).items() if title in proposal.headings},
        constants={name: value for name, value in state.constants.items() if value and name not in pivoted},
        matches=dict(state.matches),
        header_height=found.header_height,
        pivot={name: dict(cells) for name, cells in state.pivot.items() if name in proposal.headings},
        ignored=tuple(name for name in proposal.headings if name in state.ignored),
    )
    official = mapping.constants.get("provenance") == OFFICIAL
    return official_mapping(mapping, table) if official else mapping


def _said(state: ImportState, proposal: Proposal) -> None:
    """Say which columns of a saved mapping are not in the file."""
    absent = sorted({title for title in (state.choices or {}).values() if title not in proposal.headings})
    if absent:
        step_note(
            f"Colonnes de la correspondance absentes du fichier : {listing([f'« {t} »' for t in absent])}."
        )


def _unread(state: ImportState, source: Source, table: Table, mapping: Mapping) -> None:
    """Name the columns that are not read, and have those that seem useful decided."""
    found = unread_columns(sheet_of(source, mapping), table, replace(mapping, ignored=()))
    if found:
        step_note(
            f"Colonnes du fichier qui ne sont pas lues : {listing([f'« {c.heading} »' for c in found])}."
        )
    useful = [column for column in found if column.why]
    if not useful:
        return
    with st.container(key="rc_non_lues"):
        step_note(
            "Certaines semblent utiles : choisir plus haut ce qu'elles donnent, ou cocher celles à laisser de côté."
        )
        for column in useful:
            _leave_aside(state, column)


def _leave_aside(state: ImportState, column: UnreadColumn) -> None:
    key = f"rc_ignorer_{state.drops}_{column.heading}"
    st.session_state[key] = column.heading in state.ignored

    def changed() -> None:
        (state.ignored.add if st.session_state[key] else state.ignored.discard)(column.heading)

    label = f"Laisser de côté « {_short(column.heading)} », qui {column.why}"
    st.checkbox(label_of(label), key=key, on_change=changed)


def _download(mapping: Mapping) -> None:
    with st.container(horizontal=True, key="rc_fichiers_correspondance"):
        file_button(
            "Enregistrer cette correspondance",
            lambda: mapping.to_toml().encode(),
            f"correspondance-{mapping.table}.toml",
            "application/toml",
        )


def _examples(
    source: Source, proposal: Proposal, primary_key: Sequence[str], *, protected: bool
) -> dict[str, str]:
    """Return each heading with a few of its values; small counts of patients are hidden here as everywhere.

    A département or a year, which are of the key, is no count.
    """
    mapping = proposal.mapping
    rows = sheet_of(source, mapping).rows[mapping.header_line - 1 + mapping.header_height :]
    keys = {mapping.columns.get(name, "") for name in primary_key}
    words = {}
    for column, title in enumerate(proposal.headings):
        cells = dict.fromkeys(row[column].strip() for row in rows[:200] if column < len(row))
        found = [_cell_words(cell, protected=protected and title not in keys) for cell in cells if cell][
            :_EXAMPLES
        ]
        values = ", ".join(dict.fromkeys(found))
        words[title] = _short(title) + (f" (ex.{NBSP}: {values})" if values else "")
    return words


def _cell_words(cell: str, *, protected: bool) -> str:
    if personal_kind(cell):
        return "…"
    if protected and cell.isdecimal() and int(cell) in _SMALL:
        return MASKED
    return cell if len(cell) <= _EXAMPLE_LETTERS else f"{cell[: _EXAMPLE_LETTERS - 1]}…"


def _short(title: str) -> str:
    return title if len(title) <= _HEADING_LETTERS else f"{title[: _HEADING_LETTERS - 1]}…"


def _sheet_words(sheet: Sheet) -> str:
    hidden = ", masquée" if sheet.hidden else ""
    return f"{sheet.name or 'Sans nom'} ({counted(len(sheet.rows), 'ligne')}{hidden})"


def _line_words(row: Sequence[str], *, protected: bool) -> str:
    cells = [_cell_words(cell.strip(), protected=protected) for cell in row if cell.strip()]
    more = " · …" if len(cells) > _HEADER_CELLS else ""
    return " · ".join(cells[:_HEADER_CELLS]) + more

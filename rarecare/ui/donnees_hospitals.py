"""Page Données, import: hospitals that could not be told with certainty, for the reader to choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from rarecare.dataset.imports.draft import Draft, References
from rarecare.dataset.imports.names import AcceptedMatch, DoubtfulMatch
from rarecare.french import NARROW_NBSP, counted, listing, number
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.donnees_state import ImportState
from rarecare.ui.donnees_words import label_of, step, step_note
from rarecare.ui.table import table_html

SHOWN = 20
_LINES_TOLD = 5


def hospitals_step(state: ImportState, draft: Draft, known: References) -> bool:
    """Ask for the hospitals in doubt and show those recognised; return whether there was anything to show."""
    decided = {text: hospital for text, hospital in state.matches.items() if hospital}
    if not (draft.doubtful or draft.matched or decided):
        return False
    step(4, "Reconnaître les hôpitaux")
    names = register(known)
    if draft.doubtful:
        count = counted(len(draft.doubtful), "nom d’hôpital", "noms d’hôpitaux")
        step_note(
            f"{count} à préciser. Les candidats du registre viennent d'abord, classés par ressemblance ; "
            "le choix est gardé dans la correspondance."
        )
    for match in draft.doubtful[:SHOWN]:
        _ask(state, match, names)
    if len(draft.doubtful) > SHOWN:
        rest = number(len(draft.doubtful) - SHOWN)
        step_note(f"Les {rest} suivants viendront à mesure que ceux-ci sont précisés.")
    if decided:
        _decided(state, decided, names)
    recognised = [match for match in draft.matched if match.text not in decided]
    if recognised:
        _recognised(recognised, names)
    return True


def register(known: References) -> dict[str, str]:
    """Return every hospital by its identifier, with its town, in alphabetical order."""
    frame = known.etablissements
    names = {
        row["etablissement_id"]: f"{row['nom']}, {row['ville']}" if row["ville"] else str(row["nom"])
        for row in frame.to_dict("records")
    }
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def _ask(state: ImportState, match: DoubtfulMatch, names: Mapping[str, str]) -> None:
    scores = {hospital: score for hospital, score in match.candidates if hospital in names}

    def words(hospital: str) -> str:
        name = names.get(hospital, hospital)
        return f"{name} – {number(scores[hospital])}{NARROW_NBSP}%" if hospital in scores else name

    options = [*scores, *(hospital for hospital in names if hospital not in scores)]
    _choice(state, match.text, options, words, label=f"« {match.text} » ({lines_words(match.lines)})")


def _choice(
    state: ImportState, text: str, options: Sequence[str], words: Callable[[str], str], *, label: str
) -> None:
    key = f"rc_hopital_{state.drops}_{text}"
    st.session_state[key] = state.matches.get(text)

    def changed() -> None:
        chosen = st.session_state[key]
        if chosen:
            state.matches[text] = str(chosen)
        else:
            state.matches.pop(text, None)

    st.selectbox(
        label_of(label),
        options,
        index=None,
        format_func=words,
        key=key,
        on_change=changed,
        filter_mode="contains",
        placeholder="Choisir l’hôpital",
    )


def _decided(state: ImportState, decided: Mapping[str, str], names: Mapping[str, str]) -> None:
    count = counted(len(decided), "hôpital précisé", "hôpitaux précisés")
    with st.expander(f"{count} par vos soins", key="rc_precises"):
        for text in list(decided):
            _choice(
                state, text, list(names), lambda hospital: names.get(hospital, hospital), label=f"« {text} »"
            )


def _recognised(matched: Sequence[AcceptedMatch], names: Mapping[str, str]) -> None:
    rows = pd.DataFrame(
        [
            {
                "texte": match.text,
                "hopital": names.get(match.etablissement_id, match.etablissement_id),
                "score": match.score,
            }
            for match in matched
        ]
    )
    columns = {
        "texte": ColumnMeta("Dans le fichier"),
        "hopital": ColumnMeta("Dans le registre"),
        "score": ColumnMeta("Ressemblance", kind="pct"),
    }
    count = counted(len(rows), "hôpital reconnu", "hôpitaux reconnus")
    with st.expander(f"{count} sous un autre nom", key="rc_reconnus"):
        st.html(table_html(rows, columns, caption="Hôpitaux reconnus sous un autre nom"))


def lines_words(lines: tuple[int, ...]) -> str:
    """Return the lines of a file in words: the first few, then how many more."""
    told = listing([number(line) for line in lines[:_LINES_TOLD]])
    more = len(lines) - _LINES_TOLD
    if len(lines) == 1:
        return f"ligne {told}"
    return f"lignes {told}" if more <= 0 else f"lignes {told} et {counted(more, 'autre')}"

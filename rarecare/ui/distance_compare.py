"""View "Comparer" of the page Distance: two selections side by side, and the map of their difference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
import streamlit as st

from rarecare.access.selection import Selection
from rarecare.errors import UserError
from rarecare.french import counted, duration
from rarecare.indicators.catalogue import check_scope, choices, completeness_sentence
from rarecare.indicators.compare import CommuneComparison, compare, compare_communes
from rarecare.indicators.registry import indicator
from rarecare.indicators.relax import require_sites
from rarecare.indicators.view import SelectionAccess, selection_access
from rarecare.maps.pictures import (
    PictureLegend,
    difference_classes,
    difference_scale,
    legend_of,
    mode_query,
    time_classes,
    time_scale,
)
from rarecare.ui import texts
from rarecare.ui.components import answer, paragraph, permalink
from rarecare.ui.distance import commune_map
from rarecare.ui.distance_commune import commune_panel, commune_search
from rarecare.ui.distance_differences import ROADS, comparison_tabs
from rarecare.ui.distance_sentences import comparison_sentence, signed_duration
from rarecare.ui.filters import Filters, pick
from rarecare.ui.question import Question, sites_in_words
from rarecare.ui.sources import page_sources

_SMALL_PIXELS = 300
_UNKNOWN = "Un site inconnu rallonge les temps affichés."
_CAUTION = {
    "niveaux": _UNKNOWN,
    "publics": "Un site sans public précisé compte pour les enfants et pour les adultes.",
    "filieres": _UNKNOWN,
    "periodes": "L'écart tient d'abord à ce que RareCare connaît de chaque période.",
}
_FIRST = {"filiere": "Première filière", "periode": "Première période"}


@dataclass(frozen=True)
class Side:
    """One of the two selections compared.

    Parameters
    ----------
    title
        Its name, as in "Niveau expertise".
    words
        The same in the sentence: "du niveau expertise" for the first, "au niveau proximité" for the second.
    access
        Its answer.
    """

    title: str
    words: str
    access: SelectionAccess


def compare_view(question: Question) -> None:
    """Draw the whole view."""
    # One block whatever it holds: a map whose rank on the page changes is drawn anew.
    with st.container(key="rc_choix"):
        _choices(question)
    first, second = sides(question)
    _check(question, first, second)
    table = _compared(first.access, second.access)
    between = f"{first.words} {second.words}" + (
        "" if question.filters.comparer == "filieres" else question.scope
    )
    answer(comparison_sentence(between, _national(first, second), table, question.filters.departement))
    _completeness(question, first, second)
    communes = _communes(first.access, second.access)
    left, right = st.columns([2, 1], gap="large")
    with left:
        _difference_map(question, first, second, communes)
        commune_search(question)
        commune_panel(question, compared=((first.title, first.access), (second.title, second.access)))
    with right, st.container(key="rc_cotes"):
        for rank, side in enumerate((first, second)):
            _side_map(question, side, key=f"cote_{rank + 1}", first=rank == 0)
    page_sources(first.access.dataset, indicator("temps_median").meta.source)
    permalink()
    comparison_tabs(question, (first.title, second.title), table, communes)


def sides(question: Question) -> tuple[Side, Side]:
    """Return the two selections that the address asks to compare."""
    filters, selection, dataset = question.filters, question.selection, question.access.dataset
    changes, titles, words = _PAIRS[filters.comparer](filters)
    first, second = (
        Side(title, phrase, selection_access(dataset, check_scope(dataset, selection.with_changes(**change))))
        for change, title, phrase in zip(changes, titles, words, strict=True)
    )
    return first, second


Pair = tuple[tuple[dict[str, str | None], dict[str, str | None]], tuple[str, str], tuple[str, str]]


def _levels(_: Filters) -> Pair:
    return (
        ({"niveau": "expertise"}, {"niveau": "proximite"}),
        ("Niveau expertise", "Niveau proximité"),
        ("du niveau expertise", "au niveau proximité"),
    )


def _publics(_: Filters) -> Pair:
    return (
        ({"public": "enfant"}, {"public": "adulte"}),
        ("Sites pour enfants", "Sites pour adultes"),
        ("des sites pour enfants", "aux sites pour adultes"),
    )


def _filieres(filters: Filters) -> Pair:
    codes = (filters.filiere, filters.filiere_b)
    named = [f"la filière {code}" if code else "toutes les filières" for code in codes]
    first, second = ({"filiere": code or None, "groupe": None, "reseau": None} for code in codes)
    titles = tuple(f"Filière {code}" if code else "Toutes les filières" for code in codes)
    return (first, second), (titles[0], titles[1]), (f"de {named[0]}", f"à {named[1]}")


def _periods(filters: Filters) -> Pair:
    codes = (filters.periode, filters.periode_b)
    titles = tuple(_period(code) for code in codes)
    starts, ends = ("du ", "des "), ("au ", "aux ")
    words = [
        (plural if code == "sans" else single) + _lower(title)
        for code, title, (single, plural) in zip(codes, titles, (starts, ends), strict=True)
    ]
    return (
        ({"periode": codes[0]}, {"periode": codes[1]}),
        (titles[0], titles[1]),
        (words[0], words[1]),
    )


_PAIRS = {"niveaux": _levels, "publics": _publics, "filieres": _filieres, "periodes": _periods}


def _period(code: str) -> str:
    named = {"en_cours": texts.PERIODES["en_cours"], "sans": "Labels sans date"}
    return named.get(code, f"Label {code}")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _choices(question: Question) -> None:
    """Draw what is compared, and the two sides when the reader chooses them."""
    filters = question.filters
    pick("comparer", texts.COMPARAISONS, filters.comparer)
    if filters.comparer in ("filieres", "periodes"):
        name, options = _options(question)
        left, right = st.columns(2)
        with left:
            pick(name, options, getattr(filters, name), label=_FIRST[name])
        with right:
            pick(f"{name}_b", options, getattr(filters, f"{name}_b"))


def _options(question: Question) -> tuple[str, dict[str, str]]:
    if question.filters.comparer == "periodes":
        return "periode", texts.PERIODES
    named = choices(question.access.dataset, "filiere")
    return "filiere", {"": texts.ALL_LABELS["filiere"], **named}


def _check(question: Question, first: Side, second: Side) -> None:
    """Raise the :class:`UserError` that says why the comparison would show nothing."""
    dataset = question.access.dataset
    if first.access.selection == second.access.selection:
        raise UserError(
            "Les deux sélections sont les mêmes : il n'y a rien à comparer",
            where=first.title,
            remedy="Choisir une seconde sélection différente de la première.",
        )
    for side in (first, second):
        try:
            require_sites(side.access, sites_in_words(dataset, side.access.selection))
        except UserError as error:
            raise UserError(
                error.what,
                where=side.title,
                remedy="Comparer autre chose, ou élargir les critères communs : filière, provenance, période.",
            ) from None
    if list(first.access.rows) == list(second.access.rows):
        raise UserError(
            "Les deux sélections ont leurs sites dans les mêmes villes : aucun temps ne change de l'une à l'autre",
            where=f"{first.title}, {_lower(second.title)}",
            remedy="Comparer deux autres sélections, ou choisir une autre filière.",
        )


def _completeness(question: Question, first: Side, second: Side) -> None:
    dataset = question.access.dataset
    known = dict.fromkeys(completeness_sentence(dataset, side.access.selection) for side in (first, second))
    counts = [counted(len(side.access.sites), "site comparé", "sites comparés") for side in (first, second)]
    sides_in_words = f"{first.title} : {counts[0]} ; {_lower(second.title)} : {counts[1]}"
    paragraph(f"{sides_in_words}. {' ; '.join(known)}. {_CAUTION[question.filters.comparer]}", small=True)


@lru_cache(maxsize=64)
def _compared(first: SelectionAccess, second: SelectionAccess) -> pd.DataFrame:
    return compare(first, second, "departement")


@lru_cache(maxsize=32)
def _communes(first: SelectionAccess, second: SelectionAccess) -> CommuneComparison:
    return compare_communes(first, second)


@lru_cache(maxsize=64)
def _country(first: SelectionAccess, second: SelectionAccess) -> pd.DataFrame:
    return compare(first, second, "france")


def _national(first: Side, second: Side) -> tuple[float, float]:
    row = _country(first.access, second.access).iloc[0]
    return float(row["temps_median_a_minutes"]), float(row["temps_median_b_minutes"])


def _difference_map(question: Question, first: Side, second: Side, communes: CommuneComparison) -> None:
    legend = legend_of(
        f"Minutes de différence, de « {_lower(first.title)} » à « {_lower(second.title)} »",
        difference_scale(),
        difference_classes(communes),
    )
    picture = mode_query(
        "difference",
        first.access.selection,
        first.access.dataset.version,
        other=second.access.selection,
    )
    commune_map(
        question,
        picture,
        legend,
        key="difference",
        label="Carte de France de la différence des temps",
        said=lambda rank: _gap(communes, rank),
    )


def _gap(communes: CommuneComparison, rank: int) -> str:
    state = str(communes.state[rank])
    return signed_duration(float(communes.difference_minutes[rank])) if state == "les_deux" else ROADS[state]


def _side_map(question: Question, side: Side, *, key: str, first: bool) -> None:
    legend = legend_of(side.title, time_scale(), time_classes(side.access.nearest.minutes))
    shown = legend if first else PictureLegend(side.title)
    commune_map(
        question,
        _times_of(side.access.selection, side.access.dataset.version),
        shown,
        key=key,
        label="Carte de France des temps de trajet d’un côté de la comparaison",
        said=lambda rank: duration(float(side.access.nearest.minutes[rank])),
        access=side.access,
        height=_SMALL_PIXELS,
    )


def _times_of(selection: Selection, version: str) -> dict[str, str]:
    return mode_query("temps", selection, version)

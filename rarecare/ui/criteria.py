"""View "Sept critères" of the page Couverture: what is known of a disease group in a région, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import pandas as pd
import streamlit as st

from rarecare.access.selection import Selection
from rarecare.dataset.attributions import attributions_of
from rarecare.french import NBSP, counted, duration, listing, number, people, percent, significant, typography
from rarecare.indicators.catalogue import sparse_knowledge
from rarecare.indicators.criteria import criteria_by_region, criteria_sheet
from rarecare.indicators.criteria_model import CRITERIA, CriteriaSheet, Measure
from rarecare.territory.locatives import in_region
from rarecare.ui import site_table
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import answer, data_table, heading, paragraph, permalink
from rarecare.ui.question import Question
from rarecare.ui.sources import page_sources

NATURES = {
    "lu": "Lu",
    "compte": "Compté ou mesuré",
    "estime": "Estimé, à confirmer",
    "modele": "Modélisé",
    "absent": "Non renseigné",
}
PROVENANCES = {**site_table.PROVENANCES, "": ""}
_STATES = {
    "lu": "renseigné",
    "compte": "renseigné",
    "estime": "estimé, à confirmer",
    "modele": "modélisé seulement, jamais observé",
    "absent": "non renseigné",
}
_SHARED_OUT = "file_active"
"""Criterion whose modelled numbers share the patients of the country among the known sites (Huff)."""

_ABSENT = "non renseigné"
_NEEDS = {"groupe": "un groupe de maladies", "region": "une région"}


def missing_choices(question: Question) -> tuple[str, ...]:
    """Return what the reader has yet to choose, in words, in order."""
    return tuple(words for name, words in _NEEDS.items() if not getattr(question.filters, name))


def criteria_answer(question: Question) -> CriteriaSheet | None:
    """Say what is known in one sentence, or what to choose; return the sheet when there is one."""
    missing = missing_choices(question)
    if missing:
        answer(
            "Les sept critères se lisent pour un groupe de maladies et une région : choisissez "
            f"{listing(missing)} dans les critères de la vue."
        )
        paragraph(
            "Ils fixent, ensemble, le nombre de centres de compétence d'un groupe de maladies dans une région."
        )
        return None
    sheet = criteria_sheet(
        question.access.dataset, group_selection(question), question.filters.region,
        seuil_minutes=question.filters.seuil_minutes,
    )  # fmt: skip
    answer(criteria_sentence(sheet))
    paragraph(f"{question.completeness}. Ce qui n'est pas renseigné est dit, jamais remplacé.", small=True)
    return sheet


def group_selection(question: Question) -> Selection:
    """Return the selection of the whole group, whatever réseau is chosen inside it."""
    return question.selection.with_changes(filiere=None, reseau=None, groupe=question.filters.groupe)


def criteria_sentence(sheet: CriteriaSheet) -> str:
    """Say how many people are expected, how many sites are known, and how many criteria nothing fills."""
    where = in_region(sheet.region, sheet.nom)
    expected = [measure for measure in sheet.of("epidemiologie") if measure.nature == "modele"]
    sites = [measure for measure in sheet.of("organisation") if measure.portee == sheet.nom][:2]
    known = counted(
        sum(measure.valeur for measure in sites), "site labellisé est connu", "sites labellisés sont connus"
    )
    if expected:
        start = (
            f"{where}, {value_text(expected[0])} personnes sont attendues pour le groupe « {sheet.libelle} »"
        )
    else:
        start = f"{where}, on ne sait pas combien de personnes attendre pour le groupe « {sheet.libelle} »"
    sentence = f"{start} et {known} ; {_unknown(sheet)}."
    return sentence[:1].upper() + sentence[1:]


def _unknown(sheet: CriteriaSheet) -> str:
    empty = len(sheet.unknown)
    if not empty:
        return "les sept critères ont au moins un nombre"
    return f"{counted(empty, 'critère')} sur sept {'restent' if empty > 1 else 'reste'} à renseigner"


def criteria_view(question: Question, sheet: CriteriaSheet | None) -> None:
    """Draw the seven criteria side by side, the comparison of régions and the files."""
    if sheet is None:
        titles = "".join(f"<li>{escape(typography(title))}</li>" for title in CRITERIA.values())
        st.html(f"<ol class='rc-liste'>{titles}</ol>")
        page_sources(question.access.dataset, "RareCare")
        return
    warnings = {_SHARED_OUT: _sparse_warning(question, sheet)}
    cards = "".join(
        _card(rank, critere, sheet, warnings.get(critere, ""))
        for rank, critere in enumerate(CRITERIA, start=1)
    )
    st.html(f'<div class="rc-criteres">{cards}</div>')
    _comparison(question, sheet)
    _details(question, sheet)
    page_sources(
        question.access.dataset, "pages citées ligne à ligne", "sites labellisés (RareCare)", "INSEE"
    )
    permalink()


def _sparse_warning(question: Question, sheet: CriteriaSheet) -> str:
    """Say that the patients of the country are shared among few of its sites, when fewer than half are known."""
    sparse = sparse_knowledge(question.access.dataset, group_selection(question))
    modelled = any(measure.nature == "modele" for measure in sheet.of(_SHARED_OUT))
    if sparse is None or not modelled:
        return ""
    known, published = sparse
    return (
        f"Les patients modélisés du pays entier sont partagés entre les {number(known)} sites connus sur "
        f"{number(published)} publiés : ceux de chaque site sont sans doute trop élevés."
    )


def _card(rank: int, critere: str, sheet: CriteriaSheet, warning: str = "") -> str:
    nature = sheet.nature_of(critere)
    lines = "".join(_pair(measures, sheet) for measures in _paired(sheet.of(critere)))
    css = ' class="rc-absent"' if nature == "absent" else ""
    title = escape(typography(f"{rank}. {CRITERIA[critere]}"))
    state = f'<p class="rc-etat">{_STATES[nature]}</p>'
    warned = f'<p class="rc-reserve">{escape(typography(warning))}</p>' if warning else ""
    return f"<section{css}><h3>{title}</h3>{state}{warned}<dl>{lines}</dl></section>"


def _paired(measures: Sequence[Measure]) -> list[list[Measure]]:
    """Put the number of the région and that of the country together when they count the same thing."""
    pairs: dict[tuple[str, bool], list[Measure]] = {}
    for measure in measures:
        pairs.setdefault((measure.libelle, measure.contexte), []).append(measure)
    return list(pairs.values())


def _pair(measures: Sequence[Measure], sheet: CriteriaSheet) -> str:
    first = next((measure for measure in measures if measure.portee == sheet.nom), measures[0])
    label = escape(typography(first.libelle))
    if first.nature == "absent":
        return f'<dt>{label}</dt><dd>{_ABSENT}</dd><dd class="rc-manque">{escape(typography(first.reserve))}</dd>'
    others = [measure for measure in measures if measure is not first]
    notes = [f"{measure.portee}{NBSP}: {value_text(measure)}" for measure in others]
    if first.portee != sheet.nom:
        notes.append("toutes maladies rares" if first.contexte else first.portee)
    notes += ["modélisé"] if first.nature == "modele" else []
    notes += ["à confirmer"] if first.provenance == "a_confirmer" else []
    value = escape(f"{value_text(first)} {first.unite}".strip())
    return f"<dt>{label}</dt><dd>{value} <small>{escape(typography(' ; '.join(notes)))}</small></dd>"


def value_text(measure: Measure) -> str:
    """Return a value with its range, as French readers write it: ``environ 120 (60 à 300)`` when modelled."""
    if measure.nature == "absent":
        return _ABSENT
    write = _WRITERS[measure.genre]
    text = write(measure.valeur)
    if pd.isna(measure.bas):
        return text
    about = "environ " if measure.nature == "modele" else ""
    return f"{about}{text} ({write(measure.bas)} à {write(measure.haut)})"


def _headcount(value: float) -> str:
    """Write a number of people: one decimal under 10, three figures above."""
    return number(value, 1) if 0 < value < 10 else people(value, "")


def _rate(value: float) -> str:
    return number(value, 1) if value < 100 else number(significant(value))


_WRITERS: dict[str, Callable[[float], str]] = {
    "personnes": _headcount,
    "nombre": number,
    "taux": _rate,
    "part": lambda value: percent(value / 100),
    "duree": duration,
    "rapport": lambda value: number(value, 1),
}


def _comparison(question: Question, sheet: CriteriaSheet) -> None:
    """Compare the région with the others, for what has numbers everywhere."""
    seuil = question.filters.seuil_minutes
    frame = criteria_by_region(question.access.dataset, group_selection(question), seuil_minutes=seuil)
    heading("Comparaison des régions", note=f"Groupe « {sheet.libelle} » ; personnes et patients modélisés")
    data_table(
        frame, {
            "nom": ColumnMeta("Région"),
            "patients_attendus": _modelled("Personnes attendues"),
            "patients_attendus_bas": _modelled("Basse"),
            "patients_attendus_haut": _modelled("Haute"),
            "suivis": _modelled("Patients attendus dans les sites, par an"),
            "suivis_bas": _modelled("Basse, dans les sites"),
            "suivis_haut": _modelled("Haute, dans les sites"),
            "sites_expertise": ColumnMeta("Sites d'expertise", kind="nombre"),
            "sites_competence": ColumnMeta("Centres de compétence", kind="nombre"),
            "temps_median_minutes": ColumnMeta("Temps médian", unit="minutes", kind="duree"),
            "part_au_dela_pct": ColumnMeta(f"À plus de {duration(seuil)}", kind="pct1"),
        },
        file_name=f"criteres_regions_{sheet.groupe}", caption="Critères chiffrés, région par région",
        highlight=sheet.nom, notes=question.notes(),
    )  # fmt: skip


def _modelled(label: str) -> ColumnMeta:
    return ColumnMeta(label, unit="modélisé", kind="nombre1", write=_headcount)


def _details(question: Question, sheet: CriteriaSheet) -> None:
    """Show every number with its source, its provenance and what to know of it."""
    heading("Chaque nombre, sa source et sa réserve", note=f"{sheet.libelle}, {sheet.nom}")
    frame = sheet.frame().assign(
        texte=[value_text(measure) for measure in sheet.measures],
        nature=lambda rows: rows["nature"].map(NATURES),
        provenance=lambda rows: rows["provenance"].map(PROVENANCES),
        reserve=lambda rows: rows["reserve"].map(typography),
    )
    first = {"titre": ColumnMeta("Critère"), "libelle": ColumnMeta("Mesure"), "portee": ColumnMeta("Portée")}
    last = {
        "nature": ColumnMeta("Nature"), "provenance": ColumnMeta("Provenance"), "reserve": ColumnMeta("Réserve"),
        "source": ColumnMeta("Source"),
    }  # fmt: skip
    numbers = {
        "valeur": ColumnMeta("Valeur", kind="nombre2"), "bas": ColumnMeta("Basse", kind="nombre2"),
        "haut": ColumnMeta("Haute", kind="nombre2"), "unite": ColumnMeta("Unité"),
    }  # fmt: skip
    data_table(
        frame, first | {"texte": ColumnMeta("Valeur")} | last,
        file_columns=first | numbers | last, full=lambda: frame.assign(unite=[unit_text(m) for m in sheet.measures]),
        file_name=f"criteres_{sheet.groupe}_{sheet.region}", caption="Les nombres des sept critères et leurs sources",
        notes=[*question.notes(), ("Attributions", " ".join(attributions_of({"maladies"})))],
    )  # fmt: skip


def unit_text(measure: Measure) -> str:
    """Return the unit of a value in files."""
    units = {
        "personnes": "personnes",
        "part": "%",
        "duree": "minutes",
        "rapport": "fois la moyenne nationale",
    }
    return measure.unite or units.get(measure.genre, "")

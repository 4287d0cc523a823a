"""Views of the page Files actives: minimum, sites, sums, years, ages, observed against expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rarecare.charts.bars import Bar, ranking
from rarecare.charts.figures import histogram
from rarecare.charts.template import ACCENT, SOFT
from rarecare.closed_lists import one_of
from rarecare.disclosure.gate import ETATS
from rarecare.french import counted, number
from rarecare.indicators.expected_sites import RANGE_COLUMNS
from rarecare.indicators.observed.minimum import (
    AGAINST,
    POSITIONS,
    against_expected,
    count_positions,
    expected_monitor,
    monitor,
)
from rarecare.indicators.observed.sums import AXES, CAVEAT, Axe, Part, evolution, part_of, sums_of
from rarecare.ui import texts
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import KeyFigure, chart, heading, key_figures, paragraph
from rarecare.ui.files_actives import SOURCE_MODEL, SOURCE_OBSERVED, SOURCE_SITES, CaseloadView
from rarecare.ui.files_actives_sentences import MODELLED, hidden_sites, part_text
from rarecare.ui.files_actives_tables import (
    MINIMUM,
    PROVENANCES,
    RANGE,
    SECRECY,
    SITE,
    SITE_CODES,
    SUM,
    Columns,
    count_columns,
    share_column,
    sum_columns,
    table,
)
from rarecare.ui.filters import pick

_DELAY = "delai_diagnostic_median_mois"
_COLOURS = {
    "au_dessous": "#132c57", "proche": "#3fa0ab", "incertain": "#3fa0ab", "au_dessus": "#c5e3b5",
    "indetermine": SOFT, "non_fourni": SOFT,
}  # fmt: skip
_PATIENTS = {"patients": "Patients"}
_ALL_COUNTS = {
    "patients": "Patients", "enfants": "Enfants", "adultes": "Adultes", "sur_place": "Sur place",
    "telemedecine": "Télémédecine", "nouveaux_patients": "Nouveaux", "diagnostics_confirmes": "Diagnostics confirmés",
    "diagnostics_probables": "Probables", "diagnostics_indetermines": "Indéterminés",
}  # fmt: skip
_POSITION: Columns = {"position": ColumnMeta("Position", write=lambda key: POSITIONS[str(key)])}
_TYPES = {
    "coordonnateur": "coordonnateur", "constitutif": "constitutif", "crc": "CRC", "competence": "centre de compétence",
}  # fmt: skip


def minimum_view(view: CaseloadView) -> None:
    """Show which sites are above, near or below the minimum of their type."""
    heading("Seuil minimal de patients par an", level=3, note=_minimum_note(view))
    paragraph(_without_minimum(view), small=True)
    if view.is_modelled and view.why_no_model:
        no_model(view)
        return
    frame = (
        expected_monitor(view.expected, view.minimums)
        if view.is_modelled
        else monitor(view.observed, view.minimums)
    )
    counts = count_positions(frame)
    if not counts:
        paragraph("Aucun site de cette sélection n'est d'un type qui a un seuil minimal.")
        return
    title = f"Sites selon leur position, {MODELLED}" if view.is_modelled else "Sites selon leur position"
    _position_chart(counts, title, key="rc_seuil")
    judged = frame[frame["position"].ne("sans_seuil")]
    shown, written = (RANGE, RANGE) if view.is_modelled else count_columns(_PATIENTS)
    table(
        view, judged, SITE | shown | MINIMUM | _POSITION, SITE_CODES | SITE | written | MINIMUM | _POSITION,
        name="seuil", caption=f"Position de chaque site, {MODELLED}" if view.is_modelled else "Position de chaque site",
        notes=(("Seuils", _minimum_note(view)), *(() if view.is_modelled else (SECRECY,))),
    )  # fmt: skip


def _without_minimum(view: CaseloadView) -> str:
    """Say how many sites no minimum judges."""
    types = view.observed.centres["type"]
    count, total = int(view.minimums.of_types(types).isna().sum()), len(types)
    if not count:
        return f"Tous les sites ont un seuil minimal : {number(total)} sur {number(total)}."
    return (
        f"{counted(count, 'site')} sur {number(total)} sans seuil minimal : le type de ces sites n'en a pas."
    )


def _minimum_note(view: CaseloadView) -> str:
    minimums = [f"{_TYPES[kind]} {number(value)}" for kind, value in view.minimums.by_type if value]
    near = f"proche : à {number(view.minimums.near_pct)} % près"
    rule = "au-dessus si même l'estimation basse l'atteint" if view.is_modelled else near
    return f"Seuils : {', '.join(minimums) or 'aucun'} ; {rule}"


def _position_chart(
    counts: dict[str, int], title: str, *, key: str, labels: dict[str, str] | None = None
) -> None:
    bars = [
        Bar(
            name, (labels or dict(POSITIONS))[name], count, counted(count, "site"), _COLOURS.get(name, ACCENT)
        )
        for name, count in counts.items()
    ]
    chart(ranking(bars, title=title), key=key)


def no_model(view: CaseloadView) -> None:
    """Say why nothing can be expected."""
    paragraph(f"Patients attendus non disponibles. {view.why_no_model}")


def centre_view(view: CaseloadView) -> None:
    """Show every site with all that it supplied, or what is expected of it."""
    if view.is_modelled:
        heading("Patients de chaque site", level=3, note=MODELLED.capitalize())
        if view.why_no_model:
            no_model(view)
            return
        frame = view.expected.sort_values(RANGE_COLUMNS[1], ascending=False)
        table(
            view, frame, SITE | RANGE, SITE_CODES | SITE | RANGE,
            name="centres", caption=f"Patients de chaque site, {MODELLED}", notes=(),
        )  # fmt: skip
        return
    heading(
        "Patients de chaque site", level=3, note=f"Année {view.observed.annee} ; distincts dans chaque site"
    )
    shown, written = count_columns(_ALL_COUNTS)
    more = {
        "part_telemedecine_pct": share_column("Part télémédecine"),
        "provenance_file_active": ColumnMeta(
            "Provenance", write=lambda value: PROVENANCES.get(str(value), "")
        ),
    }
    frame = view.observed.centres.sort_values(
        ["patients", "nom_etablissement"], ascending=[False, True], na_position="last"
    )
    frame = frame.assign(delai_texte=[_delay_text(row) for row in frame.to_dict("records")])
    names = {name: SITE[name] for name in ("nom_etablissement", "reseau", "type")}
    delay: Columns = {
        "delai_texte": ColumnMeta("Délai de diagnostic médian", unit="mois", kind="nombre", write=str)
    }
    delay_files: Columns = {
        _DELAY: ColumnMeta("Délai de diagnostic médian", unit="mois", kind="nombre1"),
        f"{_DELAY}_etat": ColumnMeta("Délai : état", write=lambda state: ETATS[str(state)] or "connu"),
    }
    table(
        view, frame, names | shown | delay | more,
        SITE_CODES | SITE | written | delay_files | more | {"source_file_active": ColumnMeta("Source du fichier")},
        name="centres", caption="Patients de chaque site",
    )  # fmt: skip
    paragraph(
        "Un patient peut être vu sur place et par télémédecine : la somme des deux peut dépasser le total.",
        small=True,
    )


def _delay_text(row: Mapping[Any, Any]) -> str:
    value = row[_DELAY]
    return ETATS[row[f"{_DELAY}_etat"]] or number(value, 0 if float(value).is_integer() else 1)


def sum_view(view: CaseloadView) -> None:
    """Show the sums by réseau, hospital, group, filière or territory, as the reader chooses."""
    axe = one_of("axe", view.question.filters.axe, AXES)
    pick("axe", texts.AXES, axe)
    label = texts.AXES[axe]
    first = {"nom": ColumnMeta(label)}
    if view.is_modelled:
        heading(f"Par {label.lower()}", level=3, note=MODELLED.capitalize())
        if view.why_no_model:
            no_model(view)
            return
        frame = _modelled_sums(view, axe)
        columns = first | {"centres": ColumnMeta("Sites", kind="nombre")} | RANGE
        table(
            view, frame, columns, columns, name=axe, caption=f"Par {label.lower()}, {MODELLED}", notes=(SUM,)
        )
        return
    heading(f"Par {label.lower()}", level=3, note=CAVEAT)
    frame = sums_of(view.observed, axe)
    shown, written = sum_columns(first)
    parts = frame["telemedecine"].tolist()
    frame = frame.assign(
        telemedecine_texte=[part_text(part) for part in parts],
        telemedecine_bas_pct=[part.low_pct for part in parts],
        telemedecine_haut_pct=[part.high_pct for part in parts],
    )
    shown |= {"telemedecine_texte": ColumnMeta("Part télémédecine", kind="nombre", write=str)}
    written |= {
        "telemedecine_bas_pct": share_column("Part télémédecine : borne basse"),
        "telemedecine_haut_pct": share_column("Part télémédecine : borne haute"),
    }
    if axe in ("departement", "region"):
        shown |= {
            "residents_texte": ColumnMeta("Patients distincts qui y habitent", kind="nombre", write=str)
        }
        written |= {"residents": ColumnMeta("Patients distincts qui y habitent", kind="nombre")}
    table(
        view, frame, shown, {"code": ColumnMeta("Code")} | written,
        name=axe, caption=f"Files actives par {label.lower()}", notes=(SUM, SECRECY),
    )  # fmt: skip


def _modelled_sums(view: CaseloadView, axe: Axe) -> pd.DataFrame:
    code, nom = AXES[axe]
    frame = view.expected
    names = dict(zip(frame[code], frame[nom], strict=True))
    if axe in ("departement", "region"):
        part = view.question.access.dataset.partition(axe)
        names = dict(zip(part.codes, part.noms, strict=True))
    groups = frame.groupby(code)
    sums = (
        groups[list(RANGE_COLUMNS)]
        .sum()
        .assign(centres=groups.size())
        .sort_values(RANGE_COLUMNS[1], ascending=False)
    )
    return sums.reset_index().assign(nom=lambda rows: [names[value] for value in rows[code]])


def evolution_view(view: CaseloadView) -> None:
    """Show the years one after the other."""
    heading("Évolution", level=3, note=f"{view.place} ; {CAVEAT[0].lower()}{CAVEAT[1:]}")
    frame = evolution(view.observed)
    if len(frame) < 2:
        paragraph(
            "Il faut au moins deux années fournies pour montrer une évolution."
            if len(frame)
            else "Aucune année n'a été fournie pour ces sites ; le modèle, lui, n'a pas d'évolution."
        )
        return
    same = bool(frame["centres_constants"].iloc[0])
    values = frame["constants"] if same else frame["patients"]
    sites = int(frame["centres_constants"].iloc[0])
    which = "du seul site" if sites == 1 else f"des {number(sites)} sites"
    title = (
        f"Patients {which} dont la file active est montrée chaque année"
        if same
        else "Patients des sites montrés, qui changent d'une année à l'autre"
    )
    paragraph(title)
    years = [str(year) for year in frame["annee"]]
    colours = [SOFT] * (len(years) - 1) + [ACCENT]
    drawn = histogram(years, values.fillna(0.0).tolist(), colours=colours, title=title, write=number)
    drawn.figure.update_xaxes(type="category")  # A year is a name: as a number the axis prints « 2 023,5 ».
    chart(drawn, key="rc_evolution")
    shown, written = sum_columns({"annee": ColumnMeta("Année", write=str)})
    same_sites: Columns = {
        "constants": ColumnMeta("Sites montrés chaque année", unit="patients", kind="nombre")
    }
    table(
        view, frame, shown | same_sites, written | same_sites,
        name="evolution", caption="Files actives par année", notes=(SUM, SECRECY),
    )  # fmt: skip


def ages_view(view: CaseloadView) -> None:
    """Show children and adults, site by site."""
    heading("Enfants et adultes", level=3, note=f"Moins de 18 ans et adultes, {view.place}")
    if view.is_modelled:
        paragraph("Aucun site n'a fourni ses patients par âge.")
        return
    frame = view.observed.centres
    parts = {
        "Enfants": part_of(frame, "enfants", beside="adultes"),
        "Adultes": part_of(frame, "adultes", beside="enfants"),
    }
    key_figures([_age_figure(name, part) for name, part in parts.items() if part.patients])
    shown, written = count_columns({"patients": "Patients", "enfants": "Enfants", "adultes": "Adultes"})
    share = {"part_enfants_pct": share_column("Part d’enfants")}
    table(
        view, frame.sort_values(["part_enfants_pct", "nom_etablissement"], ascending=[False, True]),
        SITE | shown | share, SITE_CODES | SITE | written | share,
        name="ages", caption="Enfants et adultes par site",
    )  # fmt: skip


def _age_figure(name: str, part: Part) -> KeyFigure:
    note = f"Sur {counted(part.sites, 'site')} qui le disent{hidden_sites(part)}"
    if part.low < part.high:
        return KeyFigure(name, part_text(part), note=note)
    return KeyFigure(name, number(part.low), part_text(part), note=note)


def against_view(view: CaseloadView) -> None:
    """Show what sites supplied beside the range that the model expects."""
    heading(
        "Observé et attendu",
        level=3,
        note="La fourchette attendue est modélisée, large, et ne juge pas un centre",
    )
    if view.why_no_model:
        no_model(view)
        return
    frame = against_expected(view.observed)
    ecart: Columns = {"ecart": ColumnMeta("Écart", write=lambda key: AGAINST[str(key)])}
    if view.is_modelled:
        paragraph("Aucune file active observée pour ces sites : seule la fourchette attendue est montrée.")
    else:
        counts = frame["ecart"].value_counts()
        found = {key: int(counts[key]) for key in AGAINST if key in counts}
        _position_chart(
            found, "Sites selon leur écart à la fourchette attendue", key="rc_ecarts", labels=dict(AGAINST)
        )
    shown, written = count_columns({"patients": "Observé"})
    ratio: Columns = {"rapport": ColumnMeta("Observé ÷ attendu", kind="nombre2", write=_ratio)}
    table(
        view, frame.sort_values("rapport", na_position="last"), SITE | shown | RANGE | ecart | ratio,
        SITE_CODES | SITE | written | RANGE | ecart | ratio, name="attendu", caption="Observé et attendu, par site",
        notes=(("Attendu", SOURCE_MODEL), SECRECY), sources=(SOURCE_OBSERVED, SOURCE_MODEL, SOURCE_SITES),
    )  # fmt: skip


def _ratio(value: float) -> str:
    return "" if pd.isna(value) or np.isinf(value) else number(value, 2)

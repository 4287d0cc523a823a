"""The page Files actives: what it asks, its answer, its map with the ranking, its key figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from rarecare.charts.bars import Bar, ranking
from rarecare.disclosure.gate import ETATS, Reader, reader_of
from rarecare.french import counted, number
from rarecare.indicators.expected_sites import RANGE_COLUMNS
from rarecare.indicators.observed.centres import Observed, centre_choices, observed, years
from rarecare.indicators.observed.minimum import Minimums, expected_frame, monitor
from rarecare.indicators.observed.sums import headline, sites_by
from rarecare.indicators.relax import require_sites
from rarecare.maps.colours import LAND
from rarecare.maps.hospitals import markers_of
from rarecare.maps.layers import Choropleth, Frames, Sites, Territories
from rarecare.maps.legend import Legend
from rarecare.maps.scale import Scale, classes_for
from rarecare.territory.partition import Maille
from rarecare.ui import texts
from rarecare.ui.components import KeyFigure, answer, chart, heading, key_figures, paragraph, permalink
from rarecare.ui.coverage import choose_territory, territory_maille
from rarecare.ui.files_actives_method import nothing_supplied
from rarecare.ui.files_actives_sentences import (
    MODELLED,
    answer_sentence,
    hidden_sites,
    modelled_text,
    part_text,
    range_of,
    short_name,
)
from rarecare.ui.filters import Filters
from rarecare.ui.map import show_map
from rarecare.ui.question import Question, ask, dataset_notes
from rarecare.ui.sources import completeness_line, page_sources
from rarecare.ui.start import Context
from rarecare.ui.theme import geometry_url

TABS = (
    "Seuil minimal", "Par centre", "Par réseau ou territoire", "Évolution", "Enfants et adultes", "Moyens",
    "Observé et attendu", "Flux", "Concentration", "Méthode",
)  # fmt: skip
"""Views of the page, as written on screen and in the address (``vue=Flux``)."""

FIELDS = (
    "filiere", "groupe", "maille", "departement", "region", "annee", "niveau", "reseau", "public", "provenance",
    "periode", "axe", "centre",
)  # fmt: skip
SECONDARY = ("niveau", "reseau", "public", "provenance", "periode")
SOURCE_OBSERVED = "Files actives fournies (fichiers importés)"
SOURCE_MODEL = "Files actives attendues (modèle de RareCare)"
SOURCE_SITES = "Sites labellisés (RareCare)"
_RANKED = 12
Shown = TypeVar("Shown")


@dataclass(frozen=True, eq=False)
class CaseloadView:
    """What the page was asked, and the files actives that answer."""

    question: Question
    observed: Observed
    minimums: Minimums

    @property
    def is_modelled(self) -> bool:
        """Whether nothing was supplied for these sites, wherever they are: what is shown is then modelled."""
        return bool(self.observed.everywhere["patients_etat"].eq("non_fourni").all())

    @property
    def maille(self) -> Maille:
        """Maille of the map."""
        return territory_maille(self.question)

    @property
    def selected(self) -> str:
        """Code of the chosen territory, empty for the whole country."""
        return str(getattr(self.question.filters, self.maille))

    @property
    def place(self) -> str:
        """Name of the territory."""
        if not self.selected:
            return "France entière"
        part = self.question.access.dataset.partition(self.maille)
        return dict(zip(part.codes, part.noms, strict=True))[self.selected]

    @property
    def why_no_model(self) -> str:
        """Why no patients can be expected for these sites, empty when they can."""
        return self.question.access.why_no_expected

    @cached_property
    def expected(self) -> pd.DataFrame:
        """Modelled patients of the sites of the territory; no row when they cannot be modelled."""
        if self.why_no_model:
            frame = self.observed.everywhere.iloc[0:0]
            return frame.assign(**dict.fromkeys(RANGE_COLUMNS, pd.Series(dtype="float64")))
        return self.observed.in_territory(expected_frame(self.question.access))

    def notes(self, *more: tuple[str, str], sources: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """Return what files say of themselves."""
        return [
            ("Question", f"Sites : {self.question.sites}"),
            ("Territoire", self.place),
            ("Année", str(self.observed.annee or "aucune année fournie")),
            ("Complétude", self.question.completeness),
            *more,
            *dataset_notes(self.question.access.dataset, ", ".join(sources or self.sources)),
        ]

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of what is shown."""
        return (SOURCE_MODEL if self.is_modelled else SOURCE_OBSERVED, SOURCE_SITES)


def ask_caseloads(context: Context) -> CaseloadView:
    """Draw the filter bar and return the question with its files actives.

    Raises :class:`UserError` when no site answers it.
    """
    reader = reader_of(context.settings)
    supplied = years(context.dataset)
    question = ask(
        context, FIELDS, secondary=SECONDARY, hidden=lambda filters: _hidden_fields(filters, supplied),
        own={"maille": _mailles(), "annee": _years(supplied), "centre": lambda _: _centres(context, reader)},
    )  # fmt: skip
    require_sites(question.access, question.sites, locked=tuple(context.locked))
    filters = question.filters
    maille = territory_maille(question)
    annee = int(filters.annee or (supplied[0] if supplied else 0))
    return CaseloadView(
        question,
        observed(question.access, reader, annee, maille, str(getattr(filters, maille))),
        Minimums.of(context.settings),
    )


def _mailles() -> dict[str, str]:
    return {code: label for code, label in texts.MAILLES.items() if code != "commune"}


def _years(supplied: tuple[int, ...]) -> dict[str, str]:
    """Return the choices of the year: the latest by default."""
    if not supplied:
        return {"": "Aucune année fournie"}
    return {"": f"{supplied[0]} (la plus récente)", **{str(year): str(year) for year in supplied[1:]}}


def _centres(context: Context, reader: Reader) -> dict[str, str]:
    """Return every site that an address may name; the tab offers those of the question."""
    return {"": "Choisir un centre", **centre_choices(context.dataset, reader)}


def _hidden_fields(filters: Filters, supplied: tuple[int, ...]) -> tuple[str, ...]:
    without = () if supplied else ("annee",)
    return ("axe", "centre", "departement" if filters.maille == "region" else "region", *without)


def caseload_view(view: CaseloadView) -> None:
    """Draw the answer, the map with its ranking, the key figures."""
    answer(answer_sentence(view))
    completeness_line(view.question)
    if view.is_modelled:
        nothing_supplied(view)
    left, right = st.columns([2, 1], gap="large")
    with left:
        _map(view)
    with right:
        _ranking(view)
    key_figures(_figures(view))
    page_sources(view.question.access.dataset, *view.sources)
    permalink()


def _map(view: CaseloadView) -> None:
    url = geometry_url(f"{'regions' if view.maille == 'region' else 'departements'}_atlas.geojson")
    values, words = _territory_values(view)
    narrow = view.question.selection.is_narrow
    markers = markers_of(view.question.access) if narrow or not values else ()
    scale = _with_none(classes_for([value for value in values.values() if value]))
    layer: Choropleth | Territories = Territories(url, selected=view.selected)
    if values:
        layer = Choropleth(
            url, values=_everywhere(view, values, absent=0.0),
            texts=_everywhere(view, words, absent="aucun site de la sélection"), scale=scale,
            selected=view.selected,
        )  # fmt: skip
    legend = Legend(
        _map_title(view) if values else "Sites labellisés de la sélection", scale if values else None,
        no_road="Masqué" if any(map(np.isinf, values.values())) else "",
        no_data="Non fourni" if any(map(np.isnan, values.values())) else "",
        levels=tuple({marker.niveau for marker in markers}), to_confirm=any(marker.to_confirm for marker in markers),
    )  # fmt: skip
    show_map(
        layer, Frames(geometry_url("cadres.geojson")), Sites(markers, clickable=False),
        key="files_actives", label="Carte de France des files actives, par territoire des hôpitaux", legend=legend,
        on_click=partial(choose_territory, view.maille),
    )  # fmt: skip


def _with_none(scale: Scale) -> Scale:
    """Return the scale with a first class, in the colour of plain land, for territories without a site."""
    return Scale(
        (0.0, *scale.bounds), (LAND, *scale.colours), ("aucun site", *scale.labels), ("0", *scale.ticks)
    )


def _everywhere(view: CaseloadView, found: Mapping[str, Shown], *, absent: Shown) -> dict[str, Shown]:
    """Return what is shown of every territory of the map, ``absent`` where no site is."""
    part = view.question.access.dataset.partition(view.maille)
    return {code: found.get(code, absent) for code in part.codes}


def _map_title(view: CaseloadView) -> str:
    if view.is_modelled:
        return f"Patients suivis, {MODELLED}, dans les sites du territoire"
    return f"Patients suivis en {view.observed.annee} dans les sites du territoire (somme de files actives)"


def _territory_values(view: CaseloadView) -> tuple[dict[str, float], dict[str, str]]:
    """Return the value and the words of each territory that has a site; nothing when nothing can be said."""
    if not view.is_modelled:
        sums = sites_by(view.observed, view.maille, everywhere=True)
        # A territory whose counts are all hidden has no class: infinity is hatched, unlike what nobody supplied.
        values = sums["patients"].mask(sums["montres"].eq(0) & sums["masques"].gt(0), np.inf)
        rows = sums.to_dict("records")
        return dict(zip(sums[view.maille], values, strict=True)), {
            row[view.maille]: _words(row) for row in rows
        }
    if view.why_no_model:
        return {}, {}
    expected = expected_frame(view.question.access).groupby(view.maille)[list(RANGE_COLUMNS)].sum()
    return (
        dict(zip(expected.index, expected[RANGE_COLUMNS[1]], strict=True)),
        {str(code): f"{modelled_text(row)} patients\n{MODELLED}" for code, row in expected.iterrows()},
    )


def _words(row: Mapping[Any, Any]) -> str:
    text = f"{row['patients_texte']} {'patients' if row['montres'] or row['masques'] else ''}".strip()
    parts = [
        counted(row["montres"], "file active montrée", "files actives montrées") if row["montres"] else "",
        counted(row["masques"], "masquée") if row["masques"] else "",
        counted(row["non_fournis"], "non fournie") if row["non_fournis"] else "",
    ]
    return f"{text}\n{', '.join(part for part in parts if part)}"


def _ranking(view: CaseloadView) -> None:
    """Draw the hospitals that follow most patients."""
    heading("Hôpitaux qui suivent le plus de patients", level=2, note=_ranking_note(view))
    names = view.observed.everywhere.drop_duplicates("etablissement_id").set_index("etablissement_id")
    if view.is_modelled:
        if view.why_no_model:
            paragraph(
                "Choisir une filière, un groupe de maladies ou un réseau pour lire les patients attendus."
            )
            return
        sums = view.expected.groupby("etablissement_id")[list(RANGE_COLUMNS)].sum()
        sums = sums.sort_values(RANGE_COLUMNS[1], ascending=False).head(_RANKED)
        pairs = [
            (str(code), float(row[RANGE_COLUMNS[1]]), modelled_text(row, about=""))
            for code, row in sums.iterrows()
        ]
    else:
        found = sites_by(view.observed, "etablissement_id").dropna(subset="patients").head(_RANKED)
        pairs = [
            (row["etablissement_id"], row["patients"], row["patients_texte"])
            for row in found.to_dict("records")
        ]
    if not pairs:
        paragraph("Aucun effectif n'est montré ici : ils sont masqués ou non fournis.")
        return
    bars = [
        Bar(code, short_name(str(names.at[code, "nom_etablissement"])), value, text)
        for code, value, text in pairs
    ]
    chart(ranking(bars, title=_ranking_note(view)), key="rc_files_actives_classement")


def _ranking_note(view: CaseloadView) -> str:
    if view.is_modelled:
        return f"Patients suivis, {MODELLED}, {view.place}"
    return f"Somme des files actives montrées, {view.observed.annee}, {view.place}"


def _figures(view: CaseloadView) -> list[KeyFigure]:
    return _modelled_figures(view) if view.is_modelled else _observed_figures(view)


def _modelled_figures(view: CaseloadView) -> list[KeyFigure]:
    sites = KeyFigure("Sites de la sélection", number(len(view.observed.centres)))
    supplied = KeyFigure("Files actives fournies", number(0), note="Aucun fichier importé pour ces sites")
    if view.why_no_model:
        return [sites, supplied]
    low, central, high = range_of(view.expected)
    whole = range_of(expected_frame(view.question.access))
    return [
        sites, supplied,
        KeyFigure(
            "Patients suivis attendus", modelled_text((low, central, high)),
            _national(view, modelled_text(whole)), note=f"{MODELLED.capitalize()}, jamais observé",
        ),
    ]  # fmt: skip


def _observed_figures(view: CaseloadView) -> list[KeyFigure]:
    found = view.observed
    known, sites = len(found.known), len(found.centres)
    masked = len(found.supplied) - known
    local, whole = headline(found), headline(found, everywhere=True)
    hidden = ETATS["protege" if masked else "non_fourni"]
    positions = monitor(found, view.minimums)["position"]
    judged = positions.isin(["au_dessous", "proche", "au_dessus"])
    return [
        KeyFigure(
            "Patients suivis", number(local.patients) if known else hidden, _national(view, number(whole.patients)),
            note=f"Somme de {counted(known, 'file active montrée', 'files actives montrées')} sur {number(sites)}"
            + (f", {counted(masked, 'masquée')}" if masked else ""),
        ),
        KeyFigure(
            "Par télémédecine", part_text(local.telemedicine), _national(view, part_text(whole.telemedicine)),
            note="Vus au moins une fois à distance, sur les sites qui le disent" + hidden_sites(local.telemedicine),
        ),
        KeyFigure(
            "Enfants", part_text(local.children), _national(view, part_text(whole.children)),
            note="Sur les sites qui disent l'âge" + hidden_sites(local.children),
        ),
        KeyFigure(
            "Au-dessous du seuil", number(int(positions.eq("au_dessous").sum())),
            note=f"Sur {counted(int(judged.sum()), 'site fourni', 'sites fournis')} dont le type a un seuil",
        ),
    ]  # fmt: skip


def _national(view: CaseloadView, text: str) -> str:
    return f"France : {text}" if view.selected else ""

"""What the three views of the page Distance share: the question, the map of communes, what a click chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from rarecare.access.selection import PUBLIC_PROVENANCE
from rarecare.french import duration
from rarecare.indicators.nearest_list import nearest_list
from rarecare.indicators.relax import require_sites
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.hospitals import markers_of
from rarecare.maps.layers import Frames, Mark, RasterOverlay, SiteFile, Territories
from rarecare.maps.pictures import PictureLegend, with_markers
from rarecare.maps.raster import load_raster
from rarecare.maps.site_file import site_query
from rarecare.territory.atlas import to_atlas
from rarecare.ui import texts
from rarecare.ui.filters import Filters, choose, pick
from rarecare.ui.map import HEIGHT_PIXELS, Click, show_map
from rarecare.ui.question import Question, ask
from rarecare.ui.start import Context
from rarecare.ui.theme import frame_url, geometry_url

FIELDS = (
    "volet", "comparer", "filiere", "groupe", "niveau", "departement", "public", "seuil", "reseau", "provenance",
    "periode", "filiere_b", "periode_b", "commune", "sans",
)  # fmt: skip
SECONDARY = ("public", "seuil", "reseau", "provenance", "periode")
NEAREST_SHOWN = 3

_ELSEWHERE = {"volet", "comparer", "filiere_b", "periode_b", "commune", "sans"}
_COMPARED = {
    "niveaux": {"niveau"}, "publics": {"public"}, "filieres": {"filiere", "groupe", "reseau"}, "periodes": {"periode"},
}  # fmt: skip


def ask_distance(context: Context) -> Question:
    """Draw the choice of the view and the filter bar; return the question asked."""
    top = st.container()
    question = ask(context, FIELDS, secondary=SECONDARY, hidden=hidden_fields)
    with top:
        pick("volet", texts.VOLETS, question.filters.volet, labelled=False)
    return question


def hidden_fields(filters: Filters) -> set[str]:
    """Return the fields that the bar leaves out: drawn elsewhere on the page, or chosen by the comparison itself."""
    if filters.volet != "comparer":
        return _ELSEWHERE
    return _ELSEWHERE | _COMPARED[filters.comparer] | {"seuil"}


def check_sites(context: Context, question: Question) -> None:
    """Raise the :class:`UserError` that says what to change when no site answers the question."""
    require_sites(question.access, question.sites, locked=tuple(context.locked))


def commune_rank(question: Question) -> int | None:
    """Return the rank of the chosen commune, None when none is."""
    code = question.filters.commune
    return question.access.dataset.communes.resolve(code) if code else None


def commune_map(
    question: Question,
    picture: Mapping[str, str],
    legend: PictureLegend,
    *,
    key: str,
    label: str,
    said: Callable[[int], str],
    access: SelectionAccess | None = None,
    medians: bool = False,
    height: int = HEIGHT_PIXELS,
    lines: bool = False,
    taken_away: str = "",
) -> None:
    """Draw a picture of the communes with its borders, its hospitals and the chosen commune.

    Parameters
    ----------
    question
        Question of the page.
    picture
        Query of the picture, see :func:`rarecare.maps.pictures.mode_query`.
    legend
        Legend of its classes.
    key, label
        See :func:`rarecare.ui.map.show_map`.
    said
        Returns what the label of the chosen commune says, from its rank.
    access
        Sites drawn as markers; None for none.
    medians
        Whether the name of a département comes with its median.
    height
        Height in pixels.
    lines
        Whether lines lead from the chosen commune to its nearest sites.
    taken_away
        Commune code of the place whose hospitals are marked.
    """
    markers = markers_of(access) if access else ()
    raster = load_raster(question.settings.geo_dir)
    layers = [
        RasterOverlay(
            frame_url(f"/carte/communes.png?{urlencode(picture)}"),
            bounds=(raster.south_west, raster.north_east),
            alt=legend.title,
            clickable=True,
        ),
        Territories(
            geometry_url("departements_atlas.geojson"),
            selected=question.filters.departement,
            clickable=False,
            filled=False,
            texts=_medians(question.access) if medians else None,
            prefix="médiane : ",
            named=not question.filters.commune,
        ),
        Frames(geometry_url("cadres.geojson")),
        *_mark(question, said, lines=lines),
        *_hospitals(access, taken_away),
    ]
    levels = tuple({marker.niveau for marker in markers}) if question.selection.is_narrow else ()
    show_map(
        *layers,
        key=key,
        label=label,
        height=height,
        legend=with_markers(legend, levels=levels, to_confirm=any(marker.to_confirm for marker in markers)),
        on_click=lambda click: chosen_on_map(question, click),
    )


def chosen_on_map(question: Question, click: Click) -> None:
    """Remember the commune under a click; a hospital stands for its commune, or is the place taken away."""
    communes, raster = question.access.dataset.communes, load_raster(question.settings.geo_dir)
    if click.kind == "site":
        seen = PUBLIC_PROVENANCE if question.settings.public else "tous"
        sites = question.access.dataset.query("commune_of_site", site=click.code, provenance=seen)
        code = str(sites["code_commune"].iloc[0])
        if question.filters.volet == "dependance":
            choose("sans", code)
        else:
            choose_commune(question, code)
    elif click.kind == "point":
        rank = raster.commune_at(click.longitude, click.latitude)
        if rank is not None:
            choose_commune(question, str(communes.codes[rank]))


def choose_commune(question: Question, code: str) -> None:
    """Choose a commune and its département; the same commune again is forgotten, its département stays."""
    communes = question.access.dataset.communes
    choose("commune", code)
    departement = str(communes.departements[communes.index_of(code)])
    if departement != question.filters.departement:
        choose("departement", departement)


def _hospitals(access: SelectionAccess | None, taken_away: str) -> list[SiteFile]:
    if access is None:
        return []
    query = urlencode(site_query(access.selection, access.dataset.version))
    return [SiteFile(frame_url(f"/carte/sites.json?{query}"), selected=_hospital_at(access, taken_away))]


def _hospital_at(access: SelectionAccess, code_commune: str) -> str:
    found = access.sites.loc[access.sites["code_commune"].eq(code_commune), "etablissement_id"]
    return "" if found.empty else str(found.iloc[0])


def _medians(access: SelectionAccess) -> dict[str, str]:
    view = access.by("departement")
    return {
        code: duration(minutes)
        for code, minutes in zip(view.partition.codes, view.quantile_minutes(0.5), strict=True)
    }


def _mark(question: Question, said: Callable[[int], str], *, lines: bool) -> list[Mark]:
    rank = commune_rank(question)
    if rank is None:
        return []
    communes, access = question.access.dataset.communes, question.access
    latitude, longitude = _atlas_place(
        communes.longitudes[rank], communes.latitudes[rank], communes.departements[rank]
    )
    ends: list[tuple[float, float]] = []
    if lines:
        near = nearest_list(access, str(communes.codes[rank]), limit=NEAREST_SHOWN)
        reached = access.sites.set_index("centre_id").loc[near.loc[near["minutes"].notna(), "centre_id"]]
        ends = [
            _atlas_place(row["longitude"], row["latitude"], row["departement"])
            for row in reached.drop_duplicates("etablissement_id").to_dict("records")
        ]
    return [
        Mark(
            latitude,
            longitude,
            nom=str(communes.noms[rank]),
            text=said(rank),
            lines=ends,
        )
    ]


def _atlas_place(longitude: float, latitude: float, departement: str) -> tuple[float, float]:
    """Return (latitude, longitude) on the map of a true place."""
    longitudes, latitudes = to_atlas(np.array([longitude]), np.array([latitude]), np.array([departement]))
    return float(latitudes[0]), float(longitudes[0])

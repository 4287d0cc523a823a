"""Blocks of the page Couverture: map, ranking, sheet of a territory, table, curve, method."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import streamlit as st

from rarecare.access.selection import THRESHOLDS_MINUTES
from rarecare.charts.bars import Bar, ranking
from rarecare.charts.figures import sensitivity
from rarecare.french import counted, duration, number, people, percent
from rarecare.indicators.frames import indicator_table, indicator_values, key_column
from rarecare.indicators.registry import Indicator, registry
from rarecare.indicators.sheet import TerritorySheet
from rarecare.maps.choice import map_values, picture_query, scale_for, value_text, value_texts
from rarecare.maps.hospitals import markers_of
from rarecare.maps.layers import Choropleth, Frames, RasterOverlay, Sites, Territories
from rarecare.maps.legend import Legend
from rarecare.maps.raster import load_raster
from rarecare.territory.partition import Maille
from rarecare.ui import texts
from rarecare.ui.columns import ColumnMeta, Kind
from rarecare.ui.components import KeyFigure, chart, data_table, heading, key_figures, paragraph
from rarecare.ui.filters import choose
from rarecare.ui.map import Click, show_map
from rarecare.ui.question import Question
from rarecare.ui.site_table import COLUMNS, site_table
from rarecare.ui.theme import frame_url, geometry_url

_RANKED = 12
_FAR_MINUTES = 90
_RANKING_WORDS = {
    "habitants": "qui en comptent le plus",
    "patients": "qui en comptent le plus",
    "nombre": "qui en comptent le moins",
    "taux": "où ils sont le plus rares",
}
_UNFAVOURED = ("les moins favorisés", "les moins favorisées")
_TABLE_ORDER = (
    "temps_median",
    "temps_p90",
    "part_sous_seuil",
    "habitants_au_dela",
    "part_sans_route",
    "sites",
)
_KINDS: dict[str, Kind] = {
    "duree": "duree", "part": "pct", "habitants": "personnes", "nombre": "nombre", "taux": "nombre1",
    "indice": "nombre2", "rapport": "nombre2", "patients": "nombre1",
}  # fmt: skip
_SAID_ALREADY = {"temps_median", "part_sous_seuil", "habitants_au_dela"}


def territory_maille(question: Question) -> Maille:
    """Return the maille of the territory that the page details: régions on a map of régions, else départements."""
    return "region" if question.filters.maille == "region" else "departement"


def choose_territory(maille: Maille, click: Click) -> None:
    """Choose the territory under a click; a click elsewhere chooses nothing."""
    if click.kind == "territoire":
        choose(maille, click.code)


def chosen_sheet(question: Question) -> TerritorySheet | None:
    """Return the sheet of the chosen territory, None when the whole country is shown."""
    maille = territory_maille(question)
    code = getattr(question.filters, maille)
    return TerritorySheet(question.access, maille, code) if code else None


def availability_note(question: Question, entry: Indicator) -> None:
    """Say why the indicator tells nothing for this selection and these territories, when it does not."""
    reason = entry.unavailable(question.access, question.maille)
    if reason:
        paragraph(f"« {entry.meta.label} » n'est pas disponible pour cette question. {reason}")


def coverage_map(question: Question, entry: Indicator, *, selected: str) -> None:
    """Draw the indicator by territory, or by commune, with the sites asked about."""
    raster = question.filters.maille == "commune"
    layer, legend = (
        _commune_layer(question, entry, selected) if raster else _territory_layer(question, entry, selected)
    )
    markers = markers_of(question.access) if question.selection.is_narrow else ()
    legend = Legend(
        legend.title, legend.scale, legend.no_road, legend.no_data,
        levels=tuple({marker.niveau for marker in markers}), to_confirm=any(marker.to_confirm for marker in markers),
    )  # fmt: skip
    show_map(
        *layer, Frames(geometry_url("cadres.geojson")), Sites(markers, clickable=False),
        key="couverture", label="Carte de France de l’indicateur choisi, par territoire", legend=legend,
        on_click=lambda click: _chosen_on_map(question, click),
    )  # fmt: skip


def _territory_layer(question: Question, entry: Indicator, selected: str) -> tuple[tuple[Choropleth], Legend]:
    maille, seuil = territory_maille(question), question.filters.seuil_minutes
    frame = indicator_values(question.access, entry.slug, maille, seuil_minutes=seuil)
    values = map_values(entry, frame["valeur"].to_numpy())
    scale = scale_for(entry, values)
    codes = frame[key_column(maille)]
    layer = Choropleth(
        geometry_url(f"{'regions' if maille == 'region' else 'departements'}_atlas.geojson"),
        values=dict(zip(codes, values.tolist(), strict=True)),
        texts=dict(zip(codes, value_texts(entry, question.access, maille, seuil), strict=True)),
        scale=scale,
        selected=selected,
    )
    return (layer,), Legend(entry.label(seuil), scale, *_hatches(values))


def _commune_layer(
    question: Question, entry: Indicator, selected: str
) -> tuple[tuple[RasterOverlay, Territories], Legend]:
    seuil, dataset = question.filters.seuil_minutes, question.access.dataset
    values = map_values(
        entry,
        indicator_values(question.access, entry.slug, "commune", seuil_minutes=seuil)["valeur"].to_numpy(),
    )
    raster = load_raster(question.settings.geo_dir)
    query = urlencode(picture_query(question.selection, entry.slug, seuil, dataset.version))
    picture = RasterOverlay(
        frame_url(f"/carte/communes.png?{query}"),
        bounds=(raster.south_west, raster.north_east),
        alt=f"{entry.label(seuil)}, par commune",
        clickable=True,
    )
    borders = Territories(
        geometry_url("departements_atlas.geojson"), selected=selected, clickable=False, filled=False
    )
    return (picture, borders), Legend(entry.label(seuil), scale_for(entry, values), *_hatches(values))


def national_sheet(question: Question) -> TerritorySheet:
    """Return the sheet of the whole country, for the same selection."""
    return TerritorySheet(question.access, "france", "FR")


def coverage_figures(sheet: TerritorySheet, national: TerritorySheet, seuil_minutes: int) -> None:
    """Show the key figures of a territory, each beside the national one."""
    beyond, all_beyond = sheet.people_beyond(seuil_minutes), national.people_beyond(seuil_minutes)
    limit = duration(seuil_minutes)
    local = sheet.maille != "france"
    key_figures(
        [
            KeyFigure(
                "Temps médian",
                duration(sheet.median_minutes),
                _national(local, duration(national.median_minutes)),
            ),
            KeyFigure(
                "Un habitant sur dix dépasse",
                duration(sheet.p90_minutes),
                _national(local, duration(national.p90_minutes)),
            ),
            KeyFigure(
                f"À plus de {limit}{_or_without_road(sheet)}",
                percent(_share(beyond, sheet.people)),
                _national(local, percent(_share(all_beyond, national.people))),
                people(beyond),
            ),
            KeyFigure(
                "Sites dans le territoire",
                number(len(sheet.sites())),
                _national(local, number(len(national.sites()))),
            ),
        ]
    )


def _national(local: bool, text: str) -> str:
    return f"France : {text}" if local else ""


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def indicator_phrase(question: Question, entry: Indicator, sheet: TerritorySheet) -> str:
    """Say what the chosen indicator is in the territory and in France; empty for those of the first sentence."""
    if entry.slug in _SAID_ALREADY or entry.unavailable(question.access, sheet.maille):
        return ""
    seuil = question.filters.seuil_minutes
    partition = question.access.dataset.partition(sheet.maille)
    own = value_texts(entry, question.access, sheet.maille, seuil)[partition.position(sheet.code)]
    country = "" if sheet.maille == "france" else value_texts(entry, question.access, "france", seuil)[0]
    return f"{entry.label(seuil)} : {own}{f' (France : {country})' if country else ''}."


def coverage_ranking(question: Question, entry: Indicator, *, selected: str) -> None:
    """Draw the least favoured territories, worst first, with the national value; name those without a road."""
    maille, seuil = territory_maille(question), question.filters.seuil_minutes
    frame = indicator_values(question.access, entry.slug, maille, seuil_minutes=seuil)
    national = float(
        indicator_values(question.access, entry.slug, "france", seuil_minutes=seuil)["valeur"].iloc[0]
    )
    frame = frame.assign(texte=value_texts(entry, question.access, maille, seuil))
    worst_first = frame.sort_values(["valeur", "nom"], ascending=[entry.meta.sens == "haut", True])
    apart = worst_first[np.isinf(worst_first["valeur"])]
    drawn = worst_first[np.isfinite(worst_first["valeur"])].head(_RANKED)
    values = map_values(entry, drawn["valeur"].to_numpy())
    scale = scale_for(entry, map_values(entry, frame["valeur"].to_numpy()))
    bars = [
        Bar(
            row[key_column(maille)],
            row["nom"],
            float(value),
            row["texte"],
            scale.colours[rank],
        )
        for row, value, rank in zip(drawn.to_dict("records"), values, scale.class_of(values), strict=True)
    ]
    kind = "Régions" if maille == "region" else "Départements"
    heading(
        f"{kind} {_RANKING_WORDS.get(entry.meta.genre, _UNFAVOURED[maille == 'region'])}",
        level=2,
        note=entry.label(seuil),
    )
    if len(apart):
        paragraph(f"Sans route pour la plupart des habitants : {', '.join(apart['nom'])}.", small=True)
    reference = float(map_values(entry, np.array([national]))[0])
    chart(
        ranking(
            bars,
            title=entry.label(seuil),
            reference=reference
            if np.isfinite(reference) and entry.meta.genre in ("duree", "part", "taux")
            else None,
            reference_label=f"France : {value_text(entry, national)}",
            selected=selected,
        ),
        key="rc_classement",
    )


def territory_sheet(question: Question, sheet: TerritorySheet) -> None:
    """Show the sheet of one territory: thresholds, towns that serve it, its own sites."""
    left, right = st.columns(2, gap="large")
    with left:
        heading("Part des habitants selon le temps de trajet", level=3, note=_far_words(question, sheet))
        data_table(
            sheet.shares_within(), {
                "minutes": ColumnMeta("À moins de", kind="duree", unit="minutes"),
                "part_pct": ColumnMeta(sheet.nom, kind="pct1"),
                "france_pct": ColumnMeta("France", kind="pct1"),
                "habitants": ColumnMeta(texts.PEOPLE[question.selection.public], kind="personnes"),
                "au_dela": ColumnMeta("Au-delà" + _or_without_road(sheet), kind="personnes"),
            },
            file_name=f"seuils_{sheet.maille}_{sheet.code}", caption=f"Part des habitants par seuil, {sheet.nom}",
            notes=[("Territoire", f"{sheet.nom} ({sheet.code})"), *question.notes()],
        )  # fmt: skip
    with right:
        heading(
            "Villes qui desservent le territoire",
            level=3,
            note="Ville du site le plus proche de chaque habitant",
        )
        towns = sheet.nearest_places()
        if towns.empty:
            paragraph("Aucune route ne relie ce territoire à un site de la sélection.")
        else:
            data_table(
                towns, {
                    "ville": ColumnMeta("Ville"),
                    "part_pct": ColumnMeta("Part des habitants", kind="pct"),
                    "minutes": ColumnMeta("Temps médian", kind="duree", unit="minutes"),
                },
                file_name=f"villes_{sheet.maille}_{sheet.code}",
                caption=f"Villes qui desservent le territoire ({sheet.nom})",
                notes=[("Territoire", f"{sheet.nom} ({sheet.code})"), *question.notes()],
            )  # fmt: skip
    _nearest_sites(question, sheet)
    sites = sheet.sites()
    heading(f"{counted(len(sites), 'site labellisé', 'sites labellisés')} dans le territoire", level=3)
    if len(sites):
        site_table(
            sites,
            dataset=question.access.dataset,
            public=question.settings.public,
            file_name=f"sites_{sheet.maille}_{sheet.code}",
            caption=f"Sites labellisés, {sheet.nom}",
            notes=question.notes(),
        )
    else:
        paragraph(
            "Aucun site de la sélection n'a son hôpital ici : les habitants dépendent d'autres territoires."
        )


def _nearest_sites(question: Question, sheet: TerritorySheet) -> None:
    """Show the hospitals of the towns that serve the territory, with their réseaux."""
    sites = sheet.nearest_sites()
    if sites.empty:
        return
    heading(
        "Hôpitaux et sites de ces villes",
        level=3,
        note="Les sites de la sélection, dans l'ordre des villes qui desservent le plus d'habitants",
    )
    names = ("ville", "nom_etablissement", "reseau", "type", "audience", "periode_label", "provenance")
    data_table(
        sites, {
            **{name: COLUMNS[name] for name in names},
            "minutes": ColumnMeta("Temps médian", kind="duree", unit="minutes"),
            "part_pct": ColumnMeta("Part des habitants", kind="pct"),
        },
        file_name=f"sites_proches_{sheet.maille}_{sheet.code}",
        caption=f"Hôpitaux et sites des villes qui desservent le territoire ({sheet.nom})",
        notes=[("Territoire", f"{sheet.nom} ({sheet.code})"), *question.notes()],
    )  # fmt: skip


def _far_words(question: Question, sheet: TerritorySheet) -> str:
    """Say how many people are beyond the time after which a territory is said to be far."""
    limit, noun = duration(_FAR_MINUTES), {"tous": "habitant"}.get(question.selection.public, "personne")
    return f"{people(sheet.people_beyond(_FAR_MINUTES), noun)} à plus de {limit}{_or_without_road(sheet)}"


def _or_without_road(sheet: TerritorySheet) -> str:
    return " ou sans route" if sheet.share_without_road_pct > 0 else ""


def regional_comparison(question: Question, sheet: TerritorySheet) -> None:
    """Show the départements of the région of the chosen one, side by side with the région and the country."""
    if sheet.maille != "departement":
        return
    dataset = question.access.dataset
    departements = dataset.query("departements").set_index("departement")
    region = departements.loc[sheet.code, "region"]
    own = indicator_table(question.access, "departement")
    own = own[own["departement"].map(departements["region"]).eq(region)]
    regions = indicator_table(question.access, "region")
    country = indicator_table(question.access, "france")
    rows = pd.concat([country, regions[regions["region"].eq(region)], own], ignore_index=True)
    codes = {"departement": ColumnMeta("Code du département"), "region": ColumnMeta("Code de la région")}
    columns = _columns(question, THRESHOLDS_MINUTES[1:4])
    heading("Comparaison régionale", level=3, note="Les départements de la région, la région et la France")
    data_table(
        rows.fillna(dict.fromkeys(codes, "")), columns, file_columns=codes | columns,
        file_name=f"comparaison_{region}", caption="Départements de la région", highlight=sheet.nom,
        notes=question.notes(),
    )  # fmt: skip


def coverage_table(question: Question, *, selected: str) -> None:
    """Show every indicator of every territory of the map, with its files."""
    maille = question.maille
    frame = indicator_table(question.access, maille)
    worst = _communes_shown(question, frame) if maille == "commune" else frame
    data_table(
        worst, _columns(question, THRESHOLDS_MINUTES, shown=frame.columns),
        file_name=f"couverture_{maille}", caption="Indicateurs par territoire", highlight=selected,
        notes=question.notes(),
    )  # fmt: skip


def _communes_shown(question: Question, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the communes of the chosen département, or of the country, the farthest first."""
    departements = np.asarray(question.access.dataset.communes.departements)
    chosen = question.filters.departement
    kept = frame[departements == chosen] if chosen else frame
    return kept.sort_values("temps_median_minutes", ascending=False)


def _columns(
    question: Question, thresholds: tuple[int, ...], *, shown: Collection[str] = ()
) -> dict[str, ColumnMeta]:
    """Return the columns of a table of territories; that of the indicator on the map comes first."""
    columns = {
        "nom": ColumnMeta("Territoire"),
        "population": ColumnMeta(texts.PEOPLE[question.selection.public], kind="personnes"),
    }
    entry, seuil = registry()[question.filters.indicateur], question.filters.seuil_minutes
    for suffix, word in (("", ""), ("_bas", ", bas"), ("_haut", ", haut")):
        if (name := entry.column(seuil) + suffix) in shown:
            meta = _column(entry, seuil)
            columns[name] = replace(meta, label=meta.label + word)
    for slug in _TABLE_ORDER:
        entry = registry()[slug]
        for minutes in thresholds if entry.meta.seuil else (0,):
            columns[entry.column(minutes)] = _column(entry, minutes)
    return columns


def _column(entry: Indicator, minutes: int) -> ColumnMeta:
    label = f"{entry.meta.court} ({duration(minutes)})" if entry.meta.seuil else entry.meta.court
    return ColumnMeta(label, unit=entry.meta.unite, kind=_KINDS[entry.meta.genre])


def coverage_curve(sheet: TerritorySheet, national: TerritorySheet, seuil_minutes: int) -> None:
    """Draw the share of people within every time, for the territory and the country."""
    curve, whole = sheet.curve(), national.curve()
    compared = {} if sheet.maille == "france" else {"France": whole.tolist()}
    chart(
        sensitivity(
            range(len(curve)), curve.tolist(), compared=compared, chosen=seuil_minutes, name=sheet.nom
        ),
        key="rc_courbe",
    )


def method_of(entry: Indicator, seuil_minutes: int) -> None:
    """Show what an indicator is, how it is computed and how far to trust it."""
    meta = entry.meta
    heading(entry.label(seuil_minutes), level=3)
    for title, text in (
        ("Définition", meta.definition), ("Formule", meta.formule), ("Dénominateur", meta.denominateur),
        ("Réserve", meta.reserve), ("Source", meta.source),
    ):  # fmt: skip
        paragraph(f"{title} : {text}")


def _hatches(values: np.ndarray) -> tuple[str, str]:
    return (
        "Pas de route vers un site" if np.isinf(values).any() else "",
        "Sans habitant" if np.isnan(values).any() else "",
    )


def _chosen_on_map(question: Question, click: Click) -> None:
    choose_territory(territory_maille(question), click)
    rank = (
        load_raster(question.settings.geo_dir).commune_at(click.longitude, click.latitude)
        if click.kind == "point"
        else None
    )
    if rank is not None:
        communes = question.access.dataset.communes
        st.session_state["rc_commune"] = str(communes.codes[rank])
        if str(communes.departements[rank]) != question.filters.departement:
            choose("departement", str(communes.departements[rank]))

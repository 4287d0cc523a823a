"""Views Flux and Concentration of the page Files actives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from rarecare.charts.bars import Bar, ranking
from rarecare.french import number, percent
from rarecare.indicators.expected_sites import RANGE_COLUMNS
from rarecare.indicators.observed.flows import Maille, flow_rows, from_residence, leakage, of_centre
from rarecare.indicators.observed.sums import concentration
from rarecare.maps.layers import Choropleth, Frames, Mark
from rarecare.maps.legend import Legend
from rarecare.maps.scale import SHARES
from rarecare.territory.atlas import to_atlas
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import KeyFigure, chart, heading, key_figures, paragraph
from rarecare.ui.coverage import choose_territory
from rarecare.ui.files_actives import SOURCE_OBSERVED, SOURCE_SITES, CaseloadView
from rarecare.ui.files_actives_sentences import MODELLED, bounds_text, short_name
from rarecare.ui.files_actives_tables import SECRECY, SITE, SUM, Columns, share_column, sum_columns, table
from rarecare.ui.files_actives_views import no_model
from rarecare.ui.filters import pick
from rarecare.ui.map import show_map
from rarecare.ui.theme import geometry_url

_HEIGHT_PIXELS = 520
_SOURCES = (SOURCE_OBSERVED, SOURCE_SITES)
_TOP = 5
_DRAWN = 12
_YES: Columns = {"meme_region": ColumnMeta("Même région", write=lambda value: "Oui" if value else "Non")}
_RANGE_NOTE = (
    "Fuite",
    "Part des patients suivis hors de la région où ils habitent : exacte quand aucun flux n'est masqué, sinon bornes "
    "de ce que permettent les flux masqués. Carte : hachures quand ces bornes s'écartent de plus de 10 points.",
)


def flow_view(view: CaseloadView) -> None:
    """Show where patients live and where they are followed."""
    heading("Flux de patients", level=3, note="Du lieu de résidence vers le site qui suit le patient")
    if flow_rows(view.observed).empty:
        paragraph(
            "Aucun site n'a fourni ses patients par département de résidence : ni flux, ni fuite hors de la région, ni "
            "autosuffisance ne sont connus. Remplir la colonne « département de résidence » du modèle de fichier."
        )
        return
    maille = cast("Maille", view.maille)
    table_of = leakage(view.observed, maille)
    _centre_picker(view)
    centre = _chosen_centre(view)
    if centre is None:
        _leakage_map(view, table_of, maille)
    else:
        _centre_map(view, centre)
        _centre_table(view, centre)
    if view.selected:
        _residence_table(view, maille)
    _leakage_table(view, table_of, maille)


def _centre_picker(view: CaseloadView) -> None:
    flows = flow_rows(view.observed).drop_duplicates("centre_id").sort_values(["nom_etablissement", "reseau"])
    names = {
        row["centre_id"]: f"{row['nom_etablissement']} – {row['reseau']}" for row in flows.to_dict("records")
    }
    code = view.question.filters.centre
    pick(
        "centre",
        {"": "Choisir un centre", **names},
        code if code in names else "",
        label="D’où viennent ses patients",
    )


def _chosen_centre(view: CaseloadView) -> Mapping[str, Any] | None:
    rows = flow_rows(view.observed)
    rows = rows[rows["centre_id"].eq(view.question.filters.centre)]
    return None if rows.empty else cast("Mapping[str, Any]", rows.iloc[0].to_dict())


def _leakage_map(view: CaseloadView, frame: pd.DataFrame, maille: Maille) -> None:
    rows = frame.to_dict("records")
    values = {row["code"]: leak_class(row) for row in rows}
    layers: list[Any] = [
        Choropleth(
            geometry_url(f"{'regions' if maille == 'region' else 'departements'}_atlas.geojson"),
            values=values,
            texts={row["code"]: _leak_words(row) for row in rows}, scale=SHARES, selected=view.selected,
            missing="aucun flux fourni", named=False,
        ),
        Frames(geometry_url("cadres.geojson")),
    ]  # fmt: skip
    if view.selected:
        words = [_leak_words(row) for row in rows if row["code"] == view.selected]
        layers.append(_lines(view, maille, "".join(words) or "aucun flux fourni"))
    show_map(
        *layers, key="flux", label="Carte de France de la part des patients suivis hors de leur région",
        legend=Legend(
            "Part des patients suivis hors de leur région de résidence", SHARES,
            no_road="Masqué (bornes à plus de 10 points)" if any(map(math.isinf, values.values())) else "",
            no_data="Aucun flux fourni",
        ),
        height=_HEIGHT_PIXELS, on_click=partial(choose_territory, view.maille),
    )  # fmt: skip
    paragraph("Cliquer un territoire pour voir où vont ses patients.", small=True)


def _leak_words(row: Mapping[Any, Any]) -> str:
    hidden = (
        f"\n{number(row['masques'])} flux masqué{'s' if row['masques'] > 1 else ''}" if row["masques"] else ""
    )
    return f"hors de la région : {leak_text(row)}{hidden}"


def leak_text(row: Mapping[Any, Any], name: str = "fuite") -> str:
    """Return a share, or the bounds that hidden flows leave: ``de 25 à 55 %``."""
    return bounds_text(row[f"{name}_bas_pct"], row[f"{name}_haut_pct"])


def leak_class(row: Mapping[Any, Any]) -> float:
    """Return the share of 1 that colours a territory, infinity (hatched) when its bounds are too far apart."""
    return math.inf if pd.isna(row["fuite_classe_pct"]) else row["fuite_classe_pct"] / 100.0


def _lines(view: CaseloadView, maille: Maille, words: str) -> Mark:
    """Return the lines from the chosen territory to the hospitals that follow its patients."""
    communes, part = view.question.access.dataset.communes, view.question.access.dataset.partition(maille)
    here = np.flatnonzero(part.index == list(part.codes).index(view.selected))
    weights = communes.population[here]
    longitude, latitude = (
        float(np.average(values[here], weights=weights))
        for values in (communes.longitudes, communes.latitudes)
    )
    places = from_residence(view.observed, maille, view.selected).drop_duplicates(["longitude", "latitude"])
    home = _on_map([longitude], [latitude], [str(communes.departements[here[0]])])[0]
    ends = _on_map(places["longitude"], places["latitude"], places["departement"])
    return Mark(*home, nom=view.place, text=words, lines=ends)


def _on_map(
    longitudes: ArrayLike, latitudes: ArrayLike, departements: ArrayLike
) -> list[tuple[float, float]]:
    degrees = np.asarray(longitudes, float), np.asarray(latitudes, float)
    if not degrees[0].size:
        return []
    placed = to_atlas(*degrees, np.asarray(departements, str))
    return [(float(latitude), float(longitude)) for longitude, latitude in zip(*placed, strict=True)]


def _centre_map(view: CaseloadView, centre: Mapping[str, Any]) -> None:
    rows = of_centre(view.observed, str(centre["centre_id"])).to_dict("records")
    values = {
        row["code"]: math.inf if pd.isna(row["classe_pct"]) else row["classe_pct"] / 100.0 for row in rows
    }
    place = _on_map([centre["longitude"]], [centre["latitude"]], [centre["departement"]])[0]
    show_map(
        Choropleth(
            geometry_url("departements_atlas.geojson"),
            values=values,
            texts={row["code"]: f"{row['patients_texte']} patients\n{_share_text(row)}" for row in rows},
            scale=SHARES, clickable=False,
            missing="aucun patient fourni",
        ),
        Frames(geometry_url("cadres.geojson")), Mark(*place, nom=str(centre["nom_etablissement"])),
        key="flux_centre", label="Carte de France des départements d’où viennent les patients du centre",
        legend=Legend(
            "Part des patients du centre", SHARES,
            no_road="Masqué (bornes à plus de 10 points)" if any(map(math.isinf, values.values())) else "",
            no_data="Non fourni",
        ),
        height=_HEIGHT_PIXELS,
    )  # fmt: skip


def _share_text(row: Mapping[Any, Any]) -> str:
    return bounds_text(row["bas_pct"], row["haut_pct"])


def _centre_table(view: CaseloadView, centre: Mapping[str, Any]) -> None:
    name = f"{centre['nom_etablissement']} – {centre['reseau']}"
    heading("D'où viennent les patients du centre", level=3, note=name)
    shown: Columns = {
        "nom": ColumnMeta("Département de résidence"),
        "patients_texte": ColumnMeta("Patients", kind="nombre", write=str),
        "part_texte": ColumnMeta("Part des patients du centre", kind="nombre", write=str),
    }
    written: Columns = {
        "code": ColumnMeta("Code du département"), "nom": shown["nom"],
        "patients": ColumnMeta("Patients", kind="nombre"), "masques": ColumnMeta("Masqué", kind="nombre"),
        "bas_pct": share_column("Part des patients du centre : borne basse"),
        "haut_pct": share_column("Part des patients du centre : borne haute"),
    }  # fmt: skip
    frame = of_centre(view.observed, str(centre["centre_id"]))
    table(
        view, frame.assign(part_texte=[_share_text(row) for row in frame.to_dict("records")]), shown, written,
        name="origine", caption="Département de résidence des patients du centre",
        notes=(("Centre", name), SECRECY), sources=_SOURCES,
    )  # fmt: skip


def _residence_table(view: CaseloadView, maille: Maille) -> None:
    heading("Où vont les patients du territoire", level=3, note=view.place)
    frame = from_residence(view.observed, maille, view.selected)
    if frame.empty:
        paragraph("Aucun flux fourni au départ de ce territoire.")
        return
    shown, written = sum_columns(SITE)
    keep = {"centres", "montres", "non_fournis"}
    table(
        view, frame, {k: v for k, v in shown.items() if k not in keep | {"masques"}} | _YES,
        {"centre_id": ColumnMeta("Identifiant du site")} | {k: v for k, v in written.items() if k not in keep} | _YES,
        name="destinations", caption="Sites qui suivent les patients du territoire",
        notes=(SUM, SECRECY), sources=_SOURCES,
    )  # fmt: skip


def _leakage_table(view: CaseloadView, frame: pd.DataFrame, maille: Maille) -> None:
    heading("Fuite hors de la région et autosuffisance", level=3, note="Par territoire de résidence")
    shown, written = sum_columns({"nom": ColumnMeta("Territoire de résidence")})
    keep = {"centres", "montres", "non_fournis"}
    labels = {"fuite": "Suivis hors de la région", "autosuffisance": "Suivis dans la région"}
    if maille == "region":
        labels["attraction"] = "Patients des sites venus d’ailleurs"
    rows = frame.to_dict("records")
    frame = frame.assign(**{f"{name}_texte": [leak_text(row, name) for row in rows] for name in labels})
    seen: Columns = {
        f"{name}_texte": ColumnMeta(label, kind="nombre", write=str) for name, label in labels.items()
    }
    more: Columns = {}
    for name, label in labels.items():
        more[f"{name}_pct"] = share_column(label)
        more[f"{name}_bas_pct"] = share_column(f"{label} : borne basse")
        more[f"{name}_haut_pct"] = share_column(f"{label} : borne haute")
    table(
        view, frame, {k: v for k, v in shown.items() if k not in keep} | seen,
        {"code": ColumnMeta("Code du territoire")} | {k: v for k, v in written.items() if k not in keep} | more,
        name="fuite", caption="Fuite hors de la région, par territoire de résidence",
        notes=(_RANGE_NOTE, SUM, SECRECY), highlight=view.place, sources=_SOURCES,
    )  # fmt: skip


def concentration_view(view: CaseloadView) -> None:
    """Show how patients gather in a few sites and hospitals."""
    note = f"{view.place}, {MODELLED}" if view.is_modelled else f"{view.place}, {view.observed.annee}"
    heading("Concentration", level=3, note=note)
    if view.is_modelled and view.why_no_model:
        no_model(view)
        return
    frame, value = (
        (view.expected, RANGE_COLUMNS[1]) if view.is_modelled else (view.observed.known, "patients")
    )
    by_site = concentration(frame, value, ["centre_id"], top=_TOP)
    by_hospital = concentration(frame, value, ["etablissement_id"], top=_TOP)
    if math.isnan(by_site["hhi"]):
        paragraph("Aucun effectif n'est montré : la concentration ne se calcule pas.")
        return
    key_figures([*_concentration_figures(by_site, "sites"), *_concentration_figures(by_hospital, "hôpitaux")])
    _largest(frame, value, modelled=view.is_modelled)
    rows = pd.DataFrame([{"unite": "Sites", **by_site}, {"unite": "Hôpitaux", **by_hospital}])
    columns: Columns = {
        "unite": ColumnMeta("Unité"), "unites": ColumnMeta("Nombre", kind="nombre"),
        "part_premiers_pct": ColumnMeta("Part des cinq premiers", kind="pct1"),
        "hhi": ColumnMeta("Indice de Herfindahl-Hirschman", kind="nombre"),
        "equivalents": ColumnMeta("Unités égales équivalentes", kind="nombre1"),
    }  # fmt: skip
    table(
        view, rows, columns, columns, name="concentration", caption="Concentration des patients",
        notes=() if view.is_modelled else (("Calcul", "Sur les seuls effectifs montrés"), SECRECY),
    )  # fmt: skip


def _concentration_figures(measures: Mapping[str, float], units: str) -> list[KeyFigure]:
    return [
        KeyFigure(
            f"Part des {_TOP} premiers {units}", percent(measures["part_premiers_pct"] / 100.0),
            note=f"Sur {number(measures['unites'])} {units}",
        ),
        KeyFigure(
            f"Indice de concentration des {units}", number(measures["hhi"]),
            note=f"De 0 à 10 000 ; comme {number(measures['equivalents'], 1)} {units} de même taille",
        ),
    ]  # fmt: skip


def _largest(frame: pd.DataFrame, value: str, *, modelled: bool) -> None:
    """Draw the share of the largest hospitals."""
    names = frame.drop_duplicates("etablissement_id").set_index("etablissement_id")["nom_etablissement"]
    sums = frame.groupby("etablissement_id")[value].sum().astype("float64").sort_values(ascending=False)
    shares = (sums / sums.sum()).head(_DRAWN)
    bars = [
        Bar(str(code), short_name(str(names[code])), float(share), percent(share, 1))
        for code, share in shares.items()
    ]
    title = f"Part des patients, {MODELLED}" if modelled else "Part des patients montrés"
    heading("Les plus grands hôpitaux", level=3, note=title)
    chart(ranking(bars, title=title), key="rc_concentration")

"""Blocks of the page Accueil: doors, figures, map of all hospitals, completeness of each filière."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from rarecare.charts.bars import completeness
from rarecare.french import number, percent, typography
from rarecare.indicators.overview import KINDS, Overview
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.hospitals import departement_markers, departement_view
from rarecare.maps.layers import Frames, Sites, Territories
from rarecare.maps.legend import Legend
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import KeyFigure, chart, data_table, heading, key_figures, paragraph
from rarecare.ui.map import HEIGHT_PIXELS, Click, show_map
from rarecare.ui.theme import geometry_url

_DOORS = (
    (
        "couverture",
        "Je planifie l’offre de soins",
        "ARS, DGOS",
        "Voir qui vit loin d’un centre, département par département.",
    ),
    (
        "couverture?niveau=expertise",
        "Je travaille pour une filière",
        "Filières de santé maladies rares",
        "Choisir sa filière, lire sa couverture et emporter les chiffres sourcés.",
    ),
    (
        "annuaire",
        "Je cherche un centre",
        "Patients, proches, médecins",
        "Trouver les centres labellisés sur la carte et dans la liste.",
    ),
)


def doors() -> None:
    """Show the three ways in, as links."""
    cards = "".join(
        f'<li><a href="{escape(address)}" target="_self"><span class="rc-porte-qui">{escape(who)}</span>'
        f'<span class="rc-porte-titre">{escape(title)}</span>'
        f'<span class="rc-porte-texte">{escape(text)}</span></a></li>'
        for address, title, who, text in _DOORS
    )
    st.html(f'<nav aria-label="Entrées"><ul class="rc-portes">{cards}</ul></nav>')


def home_sentence(found: Overview) -> str:
    """Say what RareCare knows, in one sentence."""
    return (
        f"RareCare connaît {number(found.sites)} sites labellisés dans {number(found.hospitals)} hôpitaux, "
        f"pour {number(found.reseaux)} réseaux et {number(found.filieres)} filières : "
        "une liste encore incomplète, dont chaque ligne dit sa provenance."
    )


def home_figures(found: Overview, completeness_of_france: pd.DataFrame) -> None:
    """Show the key figures, each beside the published national one."""
    by_kind = completeness_of_france.set_index("poste")
    reference, competence = by_kind.loc["reference"], by_kind.loc["competence"]
    key_figures(
        [
            KeyFigure("Centres de référence connus", number(found.reference), _published(reference)),
            KeyFigure("Centres de compétence connus", number(found.competence), _published(competence)),
            KeyFigure("CRC connus", number(found.crc), "mucoviscidose, SLA, hémophilie"),
            KeyFigure(
                "Lus sur une page publiée",
                percent(found.on_page / found.sites),
                "",
                f"{number(found.on_page)} sites",
            ),
            KeyFigure(
                "Label 2023-2028 lu",
                percent(found.current_label / found.sites),
                "",
                f"{number(found.current_label)} sites",
            ),
        ]
    )


def _published(row: pd.Series) -> str:
    return f"sur {number(int(row['publies']))} publiés ({row['annee']})"


def hospital_map(
    access: SelectionAccess, *, key: str, departement: str = "", height: int = HEIGHT_PIXELS
) -> None:
    """Draw every hospital, its shape for the highest type and its size for the number of sites.

    With a chosen ``departement`` the map goes there, and the hospitals elsewhere are pale.
    """
    found, around = departement_markers(access, departement)
    drawn = (*around, *found)
    legend = Legend(
        "Hôpitaux et leurs sites labellisés",
        levels=tuple({marker.niveau for marker in drawn}),
        to_confirm=any(marker.to_confirm for marker in drawn),
    )
    show_map(
        Territories(
            geometry_url("departements_atlas.geojson"), selected=departement, clickable=False, named=False
        ),
        Frames(geometry_url("cadres.geojson")),
        Sites(around, pale=True, name="autour"),
        Sites(found),
        key=key,
        label="Carte des hôpitaux qui ont au moins un site labellisé",
        legend=legend,
        on_click=lambda click: _remember(key, click),
        view=departement_view(access.dataset, departement) if departement else None,
        height=height,
    )


def clicked_hospital(key: str) -> str:
    """Return the identifier of the hospital clicked on a map, empty for none."""
    return str(st.session_state.get(f"rc_hopital_{key}", ""))


def _remember(key: str, click: Click) -> None:
    if click.kind == "site":
        name = f"rc_hopital_{key}"
        st.session_state[name] = "" if st.session_state.get(name) == click.code else click.code


def completeness_block(table: pd.DataFrame, by_type: pd.DataFrame, notes: Sequence[tuple[str, str]]) -> None:
    """Show, filière by filière and by type, how many of the published sites are known; ``notes`` go into the files."""
    heading(
        "Complétude par filière", note="Sites connus de RareCare, rapportés au nombre que la filière publie"
    )
    known = table[table["publies"].notna()]
    unknown = table[table["publies"].isna()]
    rows = tuple(
        (row["filiere"], int(row["connus"]), int(row["publies"])) for row in known.to_dict("records")
    )
    chart(completeness(rows), key="rc_completude")
    if len(unknown):
        names = ", ".join(f"{row['filiere']} ({row['connus']})" for row in unknown.to_dict("records"))
        paragraph(
            f"Total publié inconnu ; sites connus entre parenthèses : {names}. Le détail dit les types comptés.",
            small=True,
        )
    with st.expander("Le détail en tableau"):
        data_table(
            table, {
                "filiere": ColumnMeta("Filière"),
                "connus": ColumnMeta("Sites connus", kind="nombre"),
                "publies": ColumnMeta("Sites publiés", kind="nombre", write=_count_or_unknown),
                "part": ColumnMeta("Part connue", kind="part", write=_share_or_unknown),
                "dont_publies": ColumnMeta("Lus sur une page", kind="nombre"),
                "dont_label_en_cours": ColumnMeta("Label 2023-2028", kind="nombre"),
                "phrase": ColumnMeta("En mots", write=typography),
            },
            file_name="completude", caption="Complétude de la liste des sites par filière",
            notes=notes,
        )  # fmt: skip
        paragraph(
            "Par type de site : connus sur publiés, ou connus seulement quand personne ne publie le nombre."
        )
        data_table(
            by_type, {"filiere": ColumnMeta("Filière")} | {name: ColumnMeta(words) for name, words in KINDS.items()},
            file_columns={"filiere": ColumnMeta("Filière")} | _counts_by_type(),
            file_name="completude_par_type", caption="Complétude de la liste des sites par filière et par type",
            notes=notes,
        )  # fmt: skip


def _counts_by_type() -> dict[str, ColumnMeta]:
    return {
        f"{name}_{part}": ColumnMeta(f"{words} {part.replace('publies', 'publiés')}", kind="nombre")
        for name, words in KINDS.items()
        for part in ("connus", "publies")
    }


def _count_or_unknown(value: float) -> str:
    return "inconnu" if pd.isna(value) else number(int(value))


def _share_or_unknown(value: float) -> str:
    return "inconnue" if pd.isna(value) else percent(value)

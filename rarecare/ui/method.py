"""Blocks of the page Méthode: indicators, accuracy, completeness, limits, sources."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import pandas as pd
import streamlit as st

from rarecare.dataset.attributions import ATTRIBUTIONS
from rarecare.dataset.provenance import is_published
from rarecare.dataset.store import Dataset
from rarecare.dataset.territory_notes import territory_notes
from rarecare.french import counted, number, percent, typography
from rarecare.indicators.expected import regional_modifiers
from rarecare.indicators.hypotheses import sentences
from rarecare.indicators.registry import registry
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table, heading, paragraphs
from rarecare.ui.donnees import package_of, tables_of
from rarecare.ui.donnees_files import table_about
from rarecare.ui.donnees_tables import date_of, shown_count
from rarecare.ui.question import dataset_notes
from rarecare.ui.site_table import COLUMNS
from rarecare.ui.start import Context

CONTROL = "controle"
CONTROL_NOTE = (
    "Trajets de contrôle, jamais regardés un à un. Leurs résumés par groupe ont départagé des constantes voisines du "
    "modèle : ces chiffres sont presque aveugles, mais pas tout à fait."
)

LIMITS = (
    "La liste des sites est incomplète : chaque réponse dit combien de sites publiés sont connus. Un site inconnu "
    "rallonge les temps affichés.",
    "Un site « à confirmer » n'a pas été lu sur une page publiée ; le public ne voit que les sites publiés.",
    "Un label 2017-2022 est montré quand le label 2023-2028 du même site n'a pas été lu : il peut avoir changé.",
    "Un hôpital est placé au point de sa commune (de son arrondissement à Paris, Lyon et Marseille).",
    "Les temps sont ceux d'une voiture sans trafic, entre mairies ; ni train, ni avion, ni transport sanitaire.",
    "« Pas de route » est un état et non un temps : îles sans bac, départements d'outre-mer sans site, Corse.",
    "Le public « moins de 20 ans » vient des classes d'âge publiées par l'INSEE, par département.",
    "Les personnes attendues et les files actives attendues sont modélisées, jamais observées : elles ont toujours une "
    "fourchette et des hypothèses.",
    "Les files actives observées viennent de fichiers importés : aucune n'est livrée. Un effectif de 1 à 10 patients "
    "s'écrit « ≤10 » pour tous, sauf un lecteur habilité dans son périmètre.",
)

_SOURCE_OF_ROW = "Citées sur chaque ligne"


def indicator_definitions() -> None:
    """Show every indicator of the registry: definition, formula, denominator, caveat, source, date of review."""
    for slug, entry in registry().items():
        meta = entry.meta
        with st.expander(meta.label, key=f"rc_indicateur_{slug}"):
            facts = (
                ("Définition", meta.definition), ("Formule", meta.formule), ("Unité", meta.unite),
                ("Dénominateur", meta.denominateur), ("Réserve", meta.reserve), ("Source", meta.source),
                ("Relu le", f"{meta.relu_le:%d/%m/%Y}"), ("Nom dans les fichiers", meta.colonne),
            )  # fmt: skip
            told = sentences()
            paragraphs(
                [
                    *(f"{title} : {text}" for title, text in facts),
                    *(f"Hypothèse : {told[name]}" for name in meta.hypotheses),
                ]
            )


def hypotheses_list() -> None:
    """Show every hypothesis of the modelled measures, with its reason."""
    heading(
        "Hypothèses",
        note="De toutes les mesures modélisées : accessibilité, personnes et files actives attendues",
    )
    _text_list(sentences().values())


def modifiers_table(dataset: Dataset, *, published_only: bool) -> None:
    """Show where a disease group is known to be more or less frequent, each factor with its reason."""
    frame = regional_modifiers(dataset)
    if published_only:
        frame = frame[is_published(frame["provenance"])]
    heading(
        "Modificateurs régionaux",
        note="Fréquence par rapport à la moyenne nationale (1), là où elle est inégale",
    )
    data_table(
        frame, {
            "groupe": ColumnMeta("Groupe de maladies"), "nom_departement": ColumnMeta("Département"),
            "facteur": ColumnMeta("Facteur", kind="nombre1"), "provenance": COLUMNS["provenance"],
            "note": ColumnMeta("Raison"), "source_url": ColumnMeta("Source"),
        },
        file_name="modificateurs_regionaux", caption="Modificateurs régionaux et leurs raisons",
        notes=dataset_notes(dataset, _SOURCE_OF_ROW),
    )  # fmt: skip


def accuracy_sentence(dataset: Dataset) -> str:
    """Say how far the travel times are from the reference times, on the trips kept to check the model."""
    whole = next(row for row in dataset.accuracy if row["jeu"] == CONTROL)
    median, worst = (percent(whole[name] / 100, 1) for name in ("median_ape_pct", "p90_ape_pct"))
    return (
        f"Sur {number(whole['trajets'])} trajets de contrôle, l'erreur médiane des temps de trajet est de {median} ; "
        f"une fois sur dix elle dépasse {worst}."
    )


def accuracy_table(dataset: Dataset) -> None:
    """Show the accuracy of travel times by length of trip and by kind of place."""
    frame = pd.DataFrame([row for row in dataset.accuracy if row["jeu"] == CONTROL])
    data_table(
        frame, {
            "groupe": ColumnMeta("Trajets"),
            "trajets": ColumnMeta("Nombre", kind="nombre"),
            "median_ape_pct": ColumnMeta("Erreur médiane", kind="pct1"),
            "p90_ape_pct": ColumnMeta("Dépassée une fois sur dix", kind="pct1"),
            "bias_pct": ColumnMeta("Biais médian (%)", kind="nombre1"),
            "within_tolerance_pct": ColumnMeta("Dans la marge annoncée", kind="pct"),
        },
        file_name="exactitude", caption="Exactitude des temps de trajet, trajets de contrôle",
        notes=dataset_notes(dataset, "Temps de trajet modélisés et temps de référence (RareCare)"),
    )  # fmt: skip


def limits() -> None:
    """Show what the numbers do not say."""
    _text_list(LIMITS)


def sources_table(context: Context, dataset: Dataset) -> None:
    """Show every table of the version in force, then every territory file, with sources, licence, date and rows."""
    package = package_of(context)
    tables = [
        {
            "titre": title,
            "lignes": shown_count(context, dataset, name),
            "sources": typography(about.sources_words),
            "licence": typography(about.licences_words),
            "date": date_of(dataset, table),
        }
        for name, title in tables_of(context, dataset).items()
        for table in (package.table(name),)
        for about in (table_about(context, dataset, table),)
    ]
    files = [
        {
            "titre": typography(note.title),
            "lignes": dataset.manifest["tables"].get(note.file.split(".")[0]),
            "sources": typography(note.sources),
            "licence": note.licences,
            "date": note.obtained,
        }
        for note in territory_notes(context.settings.geo_dir)
    ]
    told = f"{counted(len(tables), 'table')} de la version en vigueur et {counted(len(files), 'fichier')}"
    heading("Sources", note=f"{told} de territoires, avec leurs sources et leurs licences")
    data_table(
        pd.DataFrame(tables + files).astype({"lignes": "Int64"}), {
            "titre": ColumnMeta("Table"), "lignes": ColumnMeta("Lignes", kind="nombre", write=_rows_words),
            "sources": ColumnMeta("Sources"),
            "licence": ColumnMeta("Licence"), "date": ColumnMeta("Date", kind="date"),
        },
        file_name="sources", caption="Tables de données et leurs sources",
        notes=dataset_notes(dataset, _SOURCE_OF_ROW),
    )  # fmt: skip
    _text_list(attribution.text for attribution in ATTRIBUTIONS)


def _rows_words(count: int) -> str:
    return "" if pd.isna(count) else number(int(count))


def figures_table(dataset: Dataset) -> None:
    """Show the national figures with the page on which each was read."""
    heading("Chiffres nationaux", note="Lus sur les pages citées ; aucun n'est calculé par RareCare")
    data_table(
        dataset.query("headline_figures"), {
            "libelle": ColumnMeta("Chiffre"), "texte": ColumnMeta("Valeur"), "annee": ColumnMeta("Année"),
            "source_url": ColumnMeta("Source"),
        },
        file_name="chiffres_nationaux", caption="Chiffres nationaux et leurs sources",
        notes=dataset_notes(dataset, _SOURCE_OF_ROW),
    )  # fmt: skip


def _text_list(texts: Iterable[str]) -> None:
    items = "".join(f"<li>{escape(typography(text))}</li>" for text in texts)
    st.html(f"<ul class='rc-liste'>{items}</ul>")

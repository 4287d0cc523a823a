"""``rarecare nearest``: the sites nearest to a commune."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from rarecare.access.selection import Selection
from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.commands.selection_options import selection_from, selection_options
from rarecare.errors import UserError
from rarecare.settings import load_settings

if TYPE_CHECKING:
    from rarecare.dataset.store import Dataset

_COLUMNS = (
    Column("minutes", "Minutes"), Column("etat", "État"), Column("nom_etablissement", "Hôpital"),
    Column("ville", "Ville"), Column("departement", "Département"), Column("type", "Type"),
    Column("filiere", "Filière"), Column("reseau", "Réseau"), Column("periode_label", "Label"),
    Column("provenance", "Provenance"),
)  # fmt: skip
_FILE_COLUMNS = (
    Column("centre_id", ""), Column("etablissement_id", ""), Column("reseau_id", ""), Column("niveau", ""),
    Column("audience", ""), Column("source_url", ""), *_COLUMNS,
    Column("distance_km", ""), Column("version", ""), Column("completude", ""),
)  # fmt: skip


@click.command(short_help="Sites les plus proches d’une commune.")
@click.option(
    "--commune", required=True, metavar="CODE", help="Code INSEE de la commune, par exemple 48095 (Mende)."
)
@click.option("--maladie", help="Maladie : code ORPHA, nom ou synonyme.")
@selection_options
@click.option(
    "--limit", type=click.IntRange(1), default=10, show_default=True, help="Nombre de sites au plus."
)
@format_option
def nearest(commune: str, maladie: str | None, limit: int, output_format: str, **asked: Any) -> None:
    """Donne les sites labellisés les plus proches d’une commune, du plus proche au plus lointain."""
    from rarecare.dataset.store import open_dataset
    from rarecare.indicators.catalogue import completeness_sentence
    from rarecare.indicators.nearest_list import nearest_list
    from rarecare.indicators.view import SelectionAccess

    settings = load_settings()
    dataset = open_dataset(settings)
    selection = selection_from(settings, dataset, **asked)
    networks, caveats = (None, []) if maladie is None else _networks_of(dataset, maladie)
    frame = nearest_list(SelectionAccess(dataset, selection), commune, reseaux=networks, limit=limit)
    if frame.empty:
        raise UserError(
            "Aucun site labellisé connu ne correspond à cette question",
            remedy="Élargir le niveau, le public, la provenance ou la période de label.",
        )
    scopes = [selection] if maladie is None else _filieres_of(selection, networks or {})
    completeness = [completeness_sentence(dataset, scope) for scope in scopes]
    frame = frame.assign(version=dataset.version, completude=" ; ".join(completeness))
    columns = _COLUMNS if output_format == "table" else _FILE_COLUMNS
    notes = (*caveats, *completeness, f"Version {dataset.version}. Temps modélisés, sans trafic.")
    print_answer(Answer(columns, frame.to_dict("records"), notes=notes), output_format)


def _networks_of(dataset: Dataset, disease: str) -> tuple[dict[str, str], list[str]]:
    """Return the réseaux that follow a disease, each with its filière, and what to say of that link."""
    from rarecare.indicators.catalogue import disease_networks

    diseases = disease_networks(dataset, disease)
    known = diseases.dropna(subset="reseau_id")
    if known.empty:
        raise UserError(
            f"Aucun réseau n'est connu pour cette maladie : {diseases['nom'].iloc[0]}",
            remedy=f"Interroger la filière {diseases['filiere'].iloc[0]} (--filiere).",
        )
    unsure = known["provenance"].eq("a_confirmer").any()
    caveats = (
        [f"Le réseau qui suit cette maladie reste à confirmer : {known['nom'].iloc[0]}."] if unsure else []
    )
    return dict(zip(known["reseau_id"], known["filiere"], strict=True)), caveats


def _filieres_of(selection: Selection, networks: Mapping[str, str]) -> list[Selection]:
    """Return the question for each filière that follows the disease: their lists are what it rests on."""
    return [
        replace(selection, filiere=filiere, groupe=None, reseau=None)
        for filiere in sorted(set(networks.values()))
    ]

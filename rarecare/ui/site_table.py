"""The table of labelled sites, the same on every page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import data_table

TYPES = {
    "coordonnateur": "Coordonnateur",
    "ancien": "Ancien coordonnateur",
    "constitutif": "Constitutif",
    "competence": "Centre de compétence",
    "crc": "CRC",
}
AUDIENCES = {"enfant": "Enfants", "adulte": "Adultes", "mixte": "Enfants et adultes"}
PROVENANCES = {
    "publie": "Publié",
    "officiel": "Officiel",
    "a_confirmer": "À confirmer",
    "fictif": "Fictif",
}
_CONFIDENCES = {"forte": "Forte", "moyenne": "Moyenne", "faible": "Faible"}

COLUMNS = {
    "nom_etablissement": ColumnMeta("Hôpital"),
    "ville": ColumnMeta("Ville"),
    "departement": ColumnMeta("Dép."),
    "filiere": ColumnMeta("Filière"),
    "reseau": ColumnMeta("Réseau"),
    "type": ColumnMeta("Type", write=lambda value: TYPES.get(str(value), str(value))),
    "audience": ColumnMeta("Public", write=lambda value: AUDIENCES.get(str(value), "Non précisé")),
    "periode_label": ColumnMeta(
        "Label", write=lambda value: str(value) if isinstance(value, str) else "Non daté"
    ),
    "provenance": ColumnMeta("Provenance", write=lambda value: PROVENANCES.get(str(value), str(value))),
    "confiance": ColumnMeta("Confiance", write=lambda value: _CONFIDENCES.get(str(value), "Non précisée")),
    "source_url": ColumnMeta("Source"),
}

FILE_COLUMNS = {
    "centre_id": ColumnMeta("Identifiant du site"),
    "reseau_id": ColumnMeta("Identifiant du réseau"),
    "etablissement_id": ColumnMeta("Identifiant de l’hôpital"),
    "code_commune": ColumnMeta("Code Insee de la commune"),
    **COLUMNS,
    "note": ColumnMeta("Remarque"),
}


def site_table(
    sites: pd.DataFrame, *, file_name: str, caption: str, notes: Sequence[tuple[str, str]] = ()
) -> None:
    """Show labelled sites with their label, provenance and source, and their files."""
    shown = sites.assign(type=sites["type"].where(~sites["est_remplace"].astype(bool), "ancien"))
    data_table(shown, COLUMNS, file_columns=FILE_COLUMNS, file_name=file_name, caption=caption, notes=notes)

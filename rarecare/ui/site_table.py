"""The table of labelled sites, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from rarecare.dataset.store import Dataset
from rarecare.french import date, typography
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
    sites: pd.DataFrame,
    *,
    dataset: Dataset,
    public: bool,
    file_name: str,
    caption: str,
    notes: Sequence[tuple[str, str]] = (),
) -> None:
    """Show labelled sites with their label, provenance and source, and their files."""
    shown = sites.assign(
        type=sites["type"].where(~sites["est_remplace"].astype(bool), "ancien"),
        source_url=site_sources(sites, dataset, public=public),
    )
    data_table(shown, COLUMNS, file_columns=FILE_COLUMNS, file_name=file_name, caption=caption, notes=notes)


def site_sources(sites: pd.DataFrame, dataset: Dataset, *, public: bool) -> pd.Series:
    """Return where each site comes from: the page that says it, else the import that brought it.

    Who imported is not for the public.
    """
    words = {
        str(entry["import_id"]): _import_words(entry, public=public)
        for entry in dataset.manifest.get("imports", [])
    }
    # a version of an older RareCare, gone back to, does not know its imports row by row
    origins = sites["import_id"] if "import_id" in sites else [None] * len(sites)
    told = [
        url if isinstance(url, str) and url else words.get(str(origin))
        for url, origin in zip(sites["source_url"], origins, strict=True)
    ]
    return pd.Series(told, index=sites.index, dtype="str")


def _import_words(entry: Mapping[str, object], *, public: bool) -> str:
    who = "" if public else f" par {entry['who']}"
    return typography(f"Fichier importé « {entry['file']} », le {date(str(entry['when']))}{who}")

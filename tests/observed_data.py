"""A version of the data with planted files actives, made from the built one in a moment."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from rarecare.dataset import versions
from rarecare.dataset.store import ACCURACY_FILE, COMMUNES_FILE, DATABASE_FILE
from rarecare.settings import Settings

NANTES, GRENOBLE, RENNES = (
    f"respifil-respirare--{name}" for name in ("chu-de-nantes", "chu-grenoble-alpes", "chu-de-rennes")
)
"""Centres of one réseau, in three régions."""

Row = tuple[str, str, int, str, str, str, int | None]
"""centre_id, groupe_maladie, annee, modalite, classe_age, departement_residence, patients."""


def planted(
    settings: Settings,
    directory: Path,
    rows: Sequence[Row],
    *,
    residents: Sequence[tuple[str, str, str, int, int]] = (),
    details: dict[str, tuple[int | None, ...]] | None = None,
    activity: Sequence[tuple[str, int, float, int, int, int]] = (),
    provenance: str = "officiel",
) -> Settings:
    """Return settings of a copy of the built version whose files actives are ``rows``.

    Parameters
    ----------
    residents
        departement_residence, groupe_maladie, filiere, annee, patients of ``file_active_territoire``.
    details
        centre_id → new patients, confirmed, probable, undetermined diagnoses of its row of all patients.
    activity
        centre_id, annee, medical staff, consultations, teleconsultations, day hospitalisations of ``moyens``.
    provenance
        Of every row; "fictif" puts the banner on.
    """
    version = versions.current_version(settings.build_dir)
    assert version is not None
    build_dir = directory / "build"
    shutil.copytree(
        versions.version_dir(settings.build_dir, version), versions.version_dir(build_dir, version)
    )
    copy = versions.version_dir(build_dir, version)
    with duckdb.connect(str(copy / DATABASE_FILE)) as connection:
        for row in rows:
            extra = (
                (details or {}).get(row[0], (None,) * 4)
                if row[3:6] == ("total", "tous", "tous")
                else (None,) * 4
            )
            connection.execute(
                "insert into file_active by name select $1 as centre_id, $2 as groupe_maladie, $3 as annee, "
                "$4 as modalite, $5 as classe_age, $6 as departement_residence, $7 as patients, "
                "$8 as nouveaux_patients, $9 as diagnostics_confirmes, $10 as diagnostics_probables, "
                "$11 as diagnostics_indetermines, $12 as provenance",
                [*row, *extra, provenance],
            )
        for row in residents:
            connection.execute(
                "insert into file_active_territoire by name select $1 as departement_residence, "
                "$2 as groupe_maladie, $3 as filiere, $4 as annee, $5 as patients, 'tous' as classe_age, "
                "'total' as modalite, $6 as provenance",
                [*row, provenance],
            )
        for visits in activity:
            connection.execute(
                "insert into moyens by name select $1 as centre_id, $2 as annee, $3 as etp_medical, "
                "$4 as consultations, $5 as teleconsultations, $6 as hospitalisations_jour, $7 as provenance",
                [*visits, provenance],
            )
    manifest = versions.read_manifest(build_dir, version)
    counts = {
        "file_active": len(rows),
        "file_active_territoire": len(residents),
        "moyens": len(activity),
    }
    manifest |= {"fictitious": provenance == "fictif", "tables": manifest["tables"] | counts}
    versions.write_manifest(copy, manifest, files=(DATABASE_FILE, COMMUNES_FILE, ACCURACY_FILE))
    shutil.copy(settings.build_dir / "CURRENT", build_dir / "CURRENT")
    return replace(settings, build_dir=build_dir)

"""``rarecare check``: what the dataset holds and how complete it is."""

from __future__ import annotations

import click

from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.french import counted
from rarecare.settings import load_settings


@click.command(short_help="Contrôle les données et leur complétude.")
@format_option
def check(output_format: str) -> None:
    """Contrôle data/ et les imports règle par règle, puis dit ce que contient la version en service.

    Chaque filière a sa complétude : sites connus et sites publiés.
    """
    from rarecare.dataset.build import checked_tables
    from rarecare.dataset.imports.interrupted import unnamed_imports
    from rarecare.dataset.imports.journal import chain_in_force
    from rarecare.dataset.imports.removal import rows_by_table
    from rarecare.dataset.store import open_dataset
    from rarecare.indicators.catalogue import completeness_records
    from rarecare.territory.communes import load_communes

    settings = load_settings()
    chain = chain_in_force(settings)
    tables = checked_tables(settings, load_communes(settings.geo_dir), chain)
    interrupted, unnamed = unnamed_imports(settings)
    dataset = open_dataset(settings)
    records = completeness_records(dataset)
    rows = dataset.manifest["tables"]
    document = {
        "version": dataset.version,
        "construit_le": dataset.manifest["built_at"],
        "tables": rows,
        "imports": [entry.import_id for entry in chain],
        "tables_fictives": tables.fictitious,
        "mises_de_cote": tables.aside_rows,
        "imports_interrompus": interrupted,
        "imports_sans_version": unnamed,
        "completeness": {record["filiere"]: record for record in records},
    }
    columns = (Column("filiere", "Filière"), Column("phrase", "Complétude"))
    notes = [
        f"Version {dataset.version} ; {sum(rows.values())} lignes dans {len(rows)} tables ; aucune anomalie."
    ]
    if chain:
        notes.append(f"{counted(len(chain), 'import', 'imports')} en service, voir « rarecare versions ».")
    if interrupted:
        notes.append(
            f"{counted(len(interrupted), 'import interrompu', 'imports interrompus')} avant la fin, jamais en "
            f"service, dont le prochain import efface le reste : {', '.join(interrupted)}."
        )
    if unnamed:
        notes.append(
            f"{counted(len(unnamed), 'import gardé', 'imports gardés')} dans le journal et dans aucune version "
            f"présente : {', '.join(unnamed)}."
        )
    if tables.aside_rows:
        notes.append(f"Mis de côté avec un centre retiré, et gardé : {rows_by_table(tables.aside_rows)}.")
    if tables.fictitious:
        notes.append(f"Données fictives dans : {', '.join(tables.fictitious)}.")
    print_answer(Answer(columns, records, document=document, notes=notes), output_format)

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
    from rarecare.dataset.imports.journal import chain_in_force
    from rarecare.dataset.store import open_dataset
    from rarecare.indicators.catalogue import completeness_records
    from rarecare.territory.communes import load_communes

    settings = load_settings()
    chain = chain_in_force(settings)
    tables = checked_tables(settings, load_communes(settings.geo_dir), chain)
    dataset = open_dataset(settings)
    records = completeness_records(dataset)
    rows = dataset.manifest["tables"]
    document = {
        "version": dataset.version,
        "construit_le": dataset.manifest["built_at"],
        "tables": rows,
        "imports": [entry.import_id for entry in chain],
        "tables_fictives": tables.fictitious,
        "completeness": {record["filiere"]: record for record in records},
    }
    columns = (Column("filiere", "Filière"), Column("phrase", "Complétude"))
    notes = [
        f"Version {dataset.version} ; {sum(rows.values())} lignes dans {len(rows)} tables ; aucune anomalie."
    ]
    if chain:
        notes.append(f"{counted(len(chain), 'import', 'imports')} en service, voir « rarecare versions ».")
    if tables.fictitious:
        notes.append(f"Données fictives dans : {', '.join(tables.fictitious)}.")
    print_answer(Answer(columns, records, document=document, notes=notes), output_format)

"""``rarecare check``: what the dataset holds and how complete it is."""

from __future__ import annotations

import click

from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.settings import load_settings


@click.command(short_help="Contrôle les données et leur complétude.")
@format_option
def check(output_format: str) -> None:
    """Contrôle data/ règle par règle, puis dit ce que contient la version en service et ce qui lui manque."""
    from rarecare.dataset.build import checked_package
    from rarecare.dataset.store import open_dataset
    from rarecare.indicators.catalogue import completeness_records
    from rarecare.territory.communes import load_communes

    settings = load_settings()
    checked_package(settings, load_communes(settings.geo_dir))
    dataset = open_dataset(settings)
    records = completeness_records(dataset)
    tables = dataset.manifest["tables"]
    document = {
        "version": dataset.version,
        "construit_le": dataset.manifest["built_at"],
        "tables": tables,
        "completeness": {record["filiere"]: record for record in records},
    }
    columns = (Column("filiere", "Filière"), Column("phrase", "Complétude"))
    notes = [
        f"Version {dataset.version} ; {sum(tables.values())} lignes dans {len(tables)} tables ; aucune anomalie."
    ]
    print_answer(Answer(columns, records, document=document, notes=notes), output_format)

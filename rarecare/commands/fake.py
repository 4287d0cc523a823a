"""``rarecare fake``: fictitious files, for tests and training."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rarecare.commands.output import file_format_option
from rarecare.settings import load_settings

if TYPE_CHECKING:
    import pandas as pd

    from rarecare.dataset.fake import Country
    from rarecare.dataset.tables import Package, Table

_FORMATS = ("csv", "xlsx", "parquet")
_EVERYTHING = "tout"
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_MOST_YEARS = 20


@click.command(short_help="Fabrique des fichiers fictifs, pour essayer.")
@click.argument("table", metavar="TABLE|evenements|tout")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DOSSIER", help="Dossier où écrire."
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Graine : la même donne les mêmes fichiers.",
)
@click.option(
    "--years",
    metavar="ANNÉES",
    default="2023-2025",
    show_default=True,
    help="Par exemple 2025, ou 2021-2025.",
)
@click.option("--filiere", help="Ne fabriquer que les lignes d’une filière, par exemple RESPIFIL.")
@click.option(
    "--events",
    type=click.IntRange(1, 20_000_000),
    default=20_000,
    show_default=True,
    help="Nombre de venues de la table evenements.",
)
@file_format_option(_FORMATS, "Format des fichiers.")
def fake(
    table: str, out: Path, seed: int, years: str, filiere: str | None, events: int, file_format: str
) -> None:
    """Fabrique des fichiers fictifs de file active, de moyens, d’acteurs… et d’événements, à importer pour essayer.

    Leur nom commence par « fictif- », chaque ligne porte la provenance « fictif » et la note « donnée fictive ». Les
    nombres sont tirés autour de la file active modélisée des vrais centres. Rien n’est chargé : seul un import le fait,
    et chaque page prévient alors que des données fictives sont affichées.
    """
    from rarecare.dataset.store import open_dataset
    from rarecare.dataset.tables import load_package
    from rarecare.exports.files import write_set
    from rarecare.french import counted
    from rarecare.indicators.fictitious import country_of

    names = _names(table)
    kept_years = _years(years)
    settings = load_settings()
    country = country_of(open_dataset(settings), filiere=filiere)
    package = load_package(settings.data_dir)
    made = _files(
        names, country, package, seed=seed, years=kept_years, events=events, file_format=file_format
    )
    written = write_set(out, made)
    count = counted(len(written), "fichier fictif", "fichiers fictifs")
    click.echo(f"{count} dans {out}. Aucune page ne les montre tant qu’ils ne sont pas importés.")


def _names(table: str) -> tuple[str, ...]:
    from rarecare.dataset.fake import EVENTS, MAKERS, nothing_made_up_for

    known = (*MAKERS, EVENTS)
    if table == _EVERYTHING:
        return known
    if table not in known:
        raise nothing_made_up_for(table)
    return (table,)


def _years(text: str) -> tuple[int, ...]:
    from rarecare.errors import UserError

    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    years = range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)
    if not (years and years[0] >= _FIRST_YEAR and years[-1] <= _LAST_YEAR and len(years) <= _MOST_YEARS):
        raise UserError(
            f"Années illisibles : « {text} »",
            where="--years",
            remedy=f"Donner une année, ou la première et la dernière : 2021-2025 ({_MOST_YEARS} au plus).",
        )
    return tuple(years)


def _files(
    names: tuple[str, ...],
    country: Country,
    package: Package,
    *,
    seed: int,
    years: tuple[int, ...],
    events: int,
    file_format: str,
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file, made one after the other."""
    from rarecare.dataset.fake import EVENTS, fake_events, fake_table

    for name in names:
        if name == EVENTS:
            frame = fake_events(country, seed=seed, years=years, events=events)
        else:
            frame = fake_table(name, country, seed=seed, years=years)[package.table(name).columns]
            frame = frame if file_format == "csv" else _typed(frame, package.table(name))
        yield f"fictif-{name}.{file_format}", _content(frame, file_format)


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame with numbers where its schema has numbers, as office software would save them."""
    import pandas as pd

    kinds = {"integer": "Int64", "year": "Int64", "number": "Float64"}
    columns = {
        field.name: pd.to_numeric(frame[field.name], errors="coerce").astype(kinds[field.type])
        for field in table.fields
        if field.type in kinds
    }
    return frame.assign(**columns)


def _content(frame: pd.DataFrame, file_format: str) -> bytes:
    from rarecare.exports.writers import csv_bytes, plain_parquet_bytes, plain_xlsx_bytes

    writers = {"csv": csv_bytes, "parquet": plain_parquet_bytes, "xlsx": plain_xlsx_bytes}
    return writers[file_format](frame)

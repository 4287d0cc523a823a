"""``rarecare versions``: the versions of the dataset, and what differs between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.french import counted, number
from rarecare.settings import Settings, load_settings

if TYPE_CHECKING:
    from rarecare.dataset.imports.apply import Changes
    from rarecare.dataset.imports.history import VersionInfo
    from rarecare.dataset.imports.returns import Return

_BYTES_A_MEGABYTE = 1_000_000

_COLUMNS = (
    Column("version", "Version"),
    Column("construite_le", "Construite le", moment=True),
    Column("en_service", "En service"),
    Column("imports", "Imports"),
    Column("table", "Table importée"),
    Column("fichier", "Fichier"),
    Column("qui", "Par"),
    Column("quand", "Importé le", moment=True),
    Column("pourquoi", "Raison"),
    Column("remise_en_service", "Remise en service"),
    Column("taille_mo", "Taille (Mo)", 1),
)
_DIFFERENCES = (
    Column("table", "Table"),
    Column("ajoutees", "Lignes ajoutées"),
    Column("changees", "Lignes changées"),
    Column("retirees", "Lignes retirées"),
)


@click.command(short_help="Liste les versions du jeu de données, ou en compare deux.")
@click.option("--compare", nargs=2, metavar="AVANT APRÈS", help="Deux versions à comparer, table par table.")
@format_option
def versions(compare: tuple[str, str] | None, output_format: str) -> None:
    """Liste les versions, de la plus récente à la plus ancienne : date, dernier import, raison, place sur le disque.

    Les retours à une version antérieure y sont aussi : qui, quand, pourquoi, de quelle version à quelle autre.
    Aucune version n'est effacée : elles sont l'historique. « rarecare rollback VERSION » en remet une en service.
    """
    settings = load_settings()
    answer = _differences(settings, *compare) if compare else _listed(settings)
    print_answer(answer, output_format)


def _listed(settings: Settings) -> Answer:
    from rarecare.dataset.imports.history import list_versions
    from rarecare.dataset.imports.returns import list_returns

    found, returns = list_versions(settings), list_returns(settings)
    own = {version.name: [made for made in returns if made.version == version.name] for version in found}
    rows = [_row(version, own[version.name]) for version in found]
    document = [
        {
            **row,
            "tables": dict(version.tables),
            "mises_de_cote": dict(version.set_aside),
            "retours": [_return_record(made) for made in own[version.name]],
        }
        for row, version in zip(rows, found, strict=True)
    ]
    size = number(sum(version.size_bytes for version in found) / _BYTES_A_MEGABYTE)
    notes = [f"{counted(len(found), 'version')} ; {size} Mo sur le disque."] if found else []
    notes += [_return_words(made) for made in returns]
    return Answer(_COLUMNS, rows, document=document, notes=notes)


def _row(version: VersionInfo, returns: Sequence[Return]) -> dict[str, Any]:
    last = version.last_import
    return {
        "version": version.name,
        "construite_le": version.built_at,
        "en_service": version.in_force,
        "imports": len(version.chain),
        "table": last.table if last else None,
        "fichier": last.file if last else None,
        "qui": last.who if last else None,
        "quand": last.when if last else None,
        "pourquoi": last.why if last else None,
        "remise_en_service": returns[0].when if returns else None,
        "taille_mo": round(version.size_bytes / _BYTES_A_MEGABYTE, 1),
    }


def _return_record(made: Return) -> dict[str, str]:
    return {"de": made.left, "qui": made.who, "quand": made.when, "pourquoi": made.why}


def _return_words(made: Return) -> str:
    return f"Retour de {made.left} à {made.version}, {made.when}, par {made.who} : {made.why}"


def _differences(settings: Settings, before: str, after: str) -> Answer:
    from rarecare.dataset.imports.history import compare_versions

    found: Mapping[str, Changes] = compare_versions(settings, before, after)
    rows = [{"table": name, **changes.counts()} for name, changes in found.items()]
    document = {"avant": before, "apres": after, "tables": rows}
    notes = [f"De la version {before} à la version {after}."]
    return Answer(_DIFFERENCES, rows, document=document, notes=notes)

"""Options shared by the commands that ask about a selection of sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_args

import click

from rarecare.access.selection import PUBLIC_PROVENANCE, Niveau, Periode, Provenance, Public, Selection
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.indicators.catalogue import check_scope
from rarecare.settings import Settings

_ALL_PROVENANCES = "tous"
_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--filiere", help="Code de la filière, par exemple RESPIFIL."),
    click.option("--groupe", help="Code du groupe de maladies, par exemple huntington_chorees."),
    click.option("--reseau", help="Code du réseau (CRMR)."),
    click.option("--niveau", "--level", type=click.Choice(get_args(Niveau)), default="proximite", show_default=True,
                 help="expertise : coordonnateurs, constitutifs et CRC ; proximite : tous les sites labellisés."),
    click.option("--public", type=click.Choice(get_args(Public)), default="tous", show_default=True,
                 help="Personnes concernées : les sites mixtes ou sans précision servent tous les âges."),
    click.option("--provenance", type=click.Choice(get_args(Provenance)), default="tous", show_default=True,
                 help="publie : lus sur une page publiée, ou d’une liste officielle ; publie_date : et de label daté."),
    click.option("--periode", type=click.Choice(get_args(Periode)), default="en_cours", show_default=True,
                 help="Période de label ; en_cours : dernier label connu de chaque site."),
)  # fmt: skip


def selection_options(command: _Command) -> _Command:
    """Add the options that make a :class:`Selection`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def selection_from(
    settings: Settings,
    dataset: Dataset,
    *,
    filiere: str | None,
    groupe: str | None,
    reseau: str | None,
    **closed: Any,
) -> Selection:
    """Return the selection asked for; the public view keeps published sites only.

    Raises :class:`UserError` for an unknown filière, group or réseau, and for sites that the public view hides.
    """
    if settings.public and closed["provenance"] not in (_ALL_PROVENANCES, PUBLIC_PROVENANCE):
        raise UserError(
            "La vue du public ne montre que les sites lus sur une page publiée et dont le label est daté",
            where=f"--provenance {closed['provenance']}",
            remedy="Retirer --provenance, ou quitter la vue du public (RARECARE_PUBLIC=non).",
        )
    if settings.public:
        closed["provenance"] = PUBLIC_PROVENANCE
    return check_scope(dataset, Selection(filiere=filiere, groupe=groupe, reseau=reseau, **closed))

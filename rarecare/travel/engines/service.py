"""What a routing engine must answer, whatever its protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from rarecare.errors import UserError
from rarecare.travel.edges import Floats

RESUME = (
    "Rien n'a été modifié ; relancer la commande reprend là où le calcul s'est arrêté. "
    'Le réglage travel_engine = "graphe" se passe de ce service.'
)


class UnconnectedError(Exception):
    """An engine refused a whole table because some of its points are not linked by roads.

    Never shown: the table is asked again in smaller parts until the pairs concerned are known.
    """


class TableService(Protocol):
    """A routing engine that answers tables of durations.

    Points are arrays of shape ``(n, 2)``: longitude and latitude in WGS84 degrees.
    """

    @property
    def name(self) -> str:
        """Short name kept with the matrix."""

    @property
    def points_per_table(self) -> int:
        """Most points of a request, origins and destinations together."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Address, profile and limits of the service, kept with the matrix; no secret."""

    def data_version(self, point: Floats) -> str:
        """Return the date of the road data, empty when the engine does not say; fails when it is not there.

        ``point`` is a place that the engine should know, of shape ``(2,)``.
        """

    def metres_to_road(self, points: Floats) -> Floats:
        """Return how far from each point the nearest road is, shape ``(n,)``, in metres; inf = none known."""

    def seconds(self, origins: Floats, destinations: Floats, *, ferries: bool) -> Floats:
        """Return durations, shape ``(n_origins, n_destinations)``, in seconds; inf = no road leads there.

        ``ferries`` false forbids boats. Raises :class:`UnconnectedError` when the engine refuses the table for
        the sake of some of its pairs, :class:`~rarecare.errors.UserError` when it does not answer properly.
        """


def malformed(label: str, where: str, found: str) -> UserError:
    """Return the error of an engine whose answer has not the documented form."""
    return UserError(
        f"La réponse du moteur {label} n'a pas la forme attendue : {found}",
        where=where,
        remedy=f"Vérifier l'adresse et la version de {label}. {RESUME}",
    )


def seconds_table(rows: object, shape: tuple[int, int], label: str, where: str) -> Floats:
    """Check a table of durations received as JSON and return it; ``null`` becomes inf.

    Raises :class:`~rarecare.errors.UserError` when a row or a cell lacks, or is no duration: a table with holes
    would pass for one where no road leads.
    """
    if not isinstance(rows, list) or len(rows) != shape[0]:
        found = f"{len(rows)} lignes" if isinstance(rows, list) else "aucun tableau de durées"
        raise malformed(label, where, f"{found} au lieu de {shape[0]} lignes")
    for row in rows:
        if not isinstance(row, list) or len(row) != shape[1]:
            raise malformed(label, where, f"une ligne n'a pas {shape[1]} durées")
        for cell in row:
            if not _is_duration(cell):
                raise malformed(label, where, f"« {str(cell)[:40]} » n'est pas une durée")
    cells = [float("inf") if cell is None else cell for row in rows for cell in row]
    return np.array(cells, dtype=np.float64).reshape(shape)


def _is_duration(cell: object) -> bool:
    if cell is None:
        return True
    return isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell < float("inf")

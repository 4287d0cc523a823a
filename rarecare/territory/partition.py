"""A division of the country into territories, as an index over communes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rarecare.errors import UserError

Maille = Literal["france", "region", "departement", "commune"]
MAILLES: tuple[Maille, ...] = get_args(Maille)


@dataclass(frozen=True, eq=False)
class Partition:
    """Territories of one maille.

    ``codes`` and ``noms`` have one entry a territory, sorted by code; ``index`` (n_communes,) gives the territory of
    each commune of the canonical order.
    """

    maille: Maille
    codes: tuple[str, ...]
    noms: tuple[str, ...]
    index: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.codes)

    def position(self, code: str) -> int:
        """Return the rank of a territory; raises :class:`UserError` when the code is unknown."""
        try:
            return self.codes.index(code)
        except ValueError:
            raise UserError(
                f"Territoire inconnu : « {code} »",
                where=self.maille,
                remedy="Donner un code INSEE, par exemple 48 pour la Lozère ou 76 pour l'Occitanie.",
            ) from None


def partition(
    maille: Maille, code_of_commune: Sequence[str] | NDArray[np.str_], names: dict[str, str]
) -> Partition:
    """Group communes by their territory code.

    ``code_of_commune`` has one territory code a commune; ``names`` gives each code its French name.
    """
    codes, index = np.unique(np.asarray(code_of_commune, dtype=object).astype(str), return_inverse=True)
    kept = tuple(str(code) for code in codes)
    return Partition(maille, kept, tuple(names[code] for code in kept), index.astype(np.intp))

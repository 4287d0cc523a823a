"""The registry: every indicator is a folder with its description (``meta.yaml``) and its computation."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict

from rarecare.access.checks import Floats
from rarecare.errors import UserError
from rarecare.indicators.view import AccessView, SelectionAccess
from rarecare.territory.partition import MAILLES, Maille

_FOLDER = Path(__file__).parent
Compute = Callable[[AccessView, int], Floats]
"""From a view and a threshold in minutes to one value a territory; NaN = no people, inf = no road."""
Bounds = Callable[[AccessView, int], tuple[Floats, Floats]]
"""From the same to the low and the high value of each territory."""

Genre = Literal["duree", "part", "habitants", "nombre", "taux", "indice", "rapport", "patients"]
"""How a value is written: minutes, per cent, people, count, rate, index of 0 to 1, ratio, modelled patients."""
Need = Literal["groupe", "deux_lieux"]
"""What an indicator may require of a selection, see :data:`NEEDS`."""
NEEDS: dict[Need, str] = {
    "groupe": "une filière, un groupe de maladies ou un réseau dont la prévalence est connue",
    "deux_lieux": "des sites dans deux villes au moins",
}


class Meta(BaseModel):
    """What a reader must know of an indicator, in French, as shown on screen, in exports and on the method page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    court: str
    colonne: str
    unite: str
    genre: Genre
    sens: Literal["bas", "haut"]
    definition: str
    formule: str
    denominateur: str
    source: str
    reserve: str
    seuil: bool
    relu_le: date
    modele: bool = False
    """Modelled under hypotheses, never observed: always shown with them."""
    bornes: bool = False
    """Comes with a low and a high value (function ``bounds`` of the folder)."""
    exige: Need | None = None
    """What the selection must have for the indicator to mean something."""
    mailles: tuple[Maille, ...] = MAILLES
    """Territories for which it is defined."""
    hypotheses: tuple[str, ...] = ()
    """Names of :func:`rarecare.indicators.hypotheses.sentences`."""


@dataclass(frozen=True)
class Indicator:
    """One indicator of the registry; ``slug`` is its folder and its name in addresses and files."""

    slug: str
    meta: Meta
    compute: Compute
    bounds: Bounds | None = None

    def unavailable(self, access: SelectionAccess, maille: Maille) -> str:
        """Return why the indicator says nothing here, one French sentence; empty when it can be computed."""
        if maille not in self.meta.mailles:
            return (
                f"« {self.meta.label} » n'est pas défini par {maille} : toute une {maille} a le même temps."
            )
        if self.meta.exige == "groupe":
            return access.why_no_expected
        if self.meta.exige == "deux_lieux" and access.rows.size == 1:
            return "La sélection n'a de sites que dans une seule ville : il n'y a pas de second lieu."
        return ""

    def values(self, view: AccessView, seuil_minutes: int) -> Floats:
        """Return one value a territory: NaN everywhere when :meth:`unavailable` gives a reason."""
        if self.unavailable(view.access, view.partition.maille):
            return np.full(len(view.partition), np.nan)
        return self.compute(view, seuil_minutes)

    def columns(self, view: AccessView, seuil_minutes: int) -> dict[str, Floats]:
        """Return the values by column of files; an indicator with bounds has two more columns."""
        name = self.column(seuil_minutes)
        columns = {name: self.values(view, seuil_minutes)}
        if self.bounds is not None:
            missing = bool(self.unavailable(view.access, view.partition.maille))
            pair = (columns[name],) * 2 if missing else self.bounds(view, seuil_minutes)
            columns |= {f"{name}_bas": pair[0], f"{name}_haut": pair[1]}
        return columns

    def column(self, seuil_minutes: int) -> str:
        """Return the column name in files; the threshold is part of it when the indicator depends on one."""
        if not self.meta.seuil:
            return self.meta.colonne
        stem, _, unit = self.meta.colonne.rpartition("_pct")
        return f"{stem}_{seuil_minutes}_minutes_pct" if stem else f"{unit}_{seuil_minutes}_minutes"

    def label(self, seuil_minutes: int) -> str:
        """Return the French label, with the threshold in it when the indicator depends on one."""
        if not self.meta.seuil:
            return self.meta.label
        return self.meta.label.replace("du seuil", f"de {seuil_minutes} minutes").replace(
            "le seuil", f"{seuil_minutes} minutes"
        )


@cache
def registry() -> dict[str, Indicator]:
    """Return all indicators by slug, in the order of their folders' names."""
    return {path.parent.name: _load(path) for path in sorted(_FOLDER.glob("*/meta.yaml"))}


def indicator(slug: str) -> Indicator:
    """Return one indicator; raises :class:`UserError` when the slug is unknown."""
    try:
        return registry()[slug]
    except KeyError:
        raise UserError(
            f"Indicateur inconnu : « {slug} »", remedy=f"Indicateurs possibles : {', '.join(registry())}."
        ) from None


def _load(path: Path) -> Indicator:
    slug = path.parent.name
    meta = Meta.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    module = importlib.import_module(f"{__package__}.{slug}")
    bounds = cast(Bounds, module.bounds) if meta.bornes else None
    return Indicator(slug, meta, cast(Compute, module.compute), bounds)

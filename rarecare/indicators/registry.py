"""The registry: every indicator is a folder with its description (``meta.yaml``) and its computation."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict

from rarecare.access.checks import Floats
from rarecare.errors import UserError
from rarecare.indicators.view import AccessView

_FOLDER = Path(__file__).parent
Compute = Callable[[AccessView, int], Floats]
"""From a view and a threshold in minutes to one value a territory; NaN = no people, inf = no road."""


class Meta(BaseModel):
    """What a reader must know of an indicator, in French, as shown on screen, in exports and on the method page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    court: str
    colonne: str
    unite: str
    genre: Literal["duree", "part", "habitants", "nombre", "taux"]
    sens: Literal["bas", "haut"]
    definition: str
    formule: str
    denominateur: str
    source: str
    reserve: str
    seuil: bool
    relu_le: date


@dataclass(frozen=True)
class Indicator:
    """One indicator of the registry; ``slug`` is its folder and its name in addresses and files."""

    slug: str
    meta: Meta
    compute: Compute

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
    return Indicator(slug, meta, cast(Compute, module.compute))

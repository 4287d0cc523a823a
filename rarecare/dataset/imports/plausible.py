"""What a reader should look at twice: possible, but unlikely enough to be a slip; nothing here is refused.

No figure of the version in force is quoted: others may have supplied it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from rarecare.dataset.tables import Field, Table

JUMP = "ecart-a-verifier"
EARLIEST_YEAR = 1990
FACTORS = (0.1, 10.0)
RATIO, YEARLY_RATIO = 10.0, 5.0
LEAST_COMPARED = 10
"""Counts up to this one are hidden from most readers, and jump about: they are not compared."""

DOUBT_RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "annee-a-verifier": (
            f"L'année est à venir, ou d'avant {EARLIEST_YEAR}",
            "Vérifier l'année.",
        ),
        "facteur-a-verifier": (
            "Le facteur régional est nul ou très éloigné de 1",
            "Vérifier le facteur : 1 est la moyenne nationale, 2 le double.",
        ),
        JUMP: (
            "La valeur est très éloignée de la précédente",
            "Vérifier le nombre, son unité et la ligne.",
        ),
        "nom-de-medecin": (
            "Le texte semble nommer un médecin",
            "Retirer le nom s'il n'est pas public : le fichier est gardé tel que reçu.",
        ),
    }
)
"""Slug to what deserves a second look and what to do."""

_YEARLY = frozenset({"file_active", "file_active_territoire", "moyens"})


@dataclass(frozen=True, eq=False)
class Doubt:
    """Rows to look at twice: the column, and why in a few words."""

    slug: str
    rows: pd.Index
    column: str
    detail: str = ""


def doubts(
    frame: pd.DataFrame, table: Table, before: pd.DataFrame | None, *, today: dt.date
) -> Iterator[Doubt]:
    """Yield what is unlikely in rows already made canonical; *before* holds the rows in force of the same table."""
    numbers = [field for field in table.fields if field.type in {"integer", "number"} and field.name in frame]
    yield from _years(frame, table, today)
    if table.name == "modificateurs_regionaux" and "facteur" in frame:
        factor = _numbers(frame["facteur"])
        yield from _some("facteur-a-verifier", (factor < FACTORS[0]) | (factor > FACTORS[1]), "facteur")
    if before is None or not set(table.primary_key) <= set(frame.columns):
        return
    key = list(table.primary_key)
    yield from _jumps(frame, before, key, numbers, RATIO, "rapport de plus de 10 avec la ligne en service")
    if table.name in _YEARLY:
        known = pd.concat([before.reindex(columns=frame.columns, fill_value=""), frame]).drop_duplicates(
            key, keep="last"
        )
        year = _numbers(known["annee"])
        following = known[year.notna()].assign(annee=(year.dropna() + 1).astype("int64").astype("str"))
        words = "rapport de plus de 5 avec l'année précédente"
        yield from _jumps(frame, following, key, numbers, YEARLY_RATIO, words)


def _years(frame: pd.DataFrame, table: Table, today: dt.date) -> Iterator[Doubt]:
    for field in table.fields:
        if field.type == "year" and field.name in frame:
            year = _numbers(frame[field.name])
            yield from _some("annee-a-verifier", (year > today.year) | (year < EARLIEST_YEAR), field.name)


def _jumps(
    frame: pd.DataFrame, former: pd.DataFrame, key: list[str], fields: list[Field], ratio: float, words: str
) -> Iterator[Doubt]:
    wanted = pd.MultiIndex.from_frame(frame[key])
    known = former.drop_duplicates(key, keep="last")
    places = pd.MultiIndex.from_frame(known[key])
    for name in [field.name for field in fields if field.name in known and field.name not in key]:
        was = pd.Series(_numbers(known[name]).to_numpy(), index=places).reindex(wanted).to_numpy()
        now = _numbers(frame[name])
        jump = (now > was * ratio) | (now * ratio < was)
        yield from _some(JUMP, jump & (was > LEAST_COMPARED), name, words)


def _some(slug: str, wrong: pd.Series, column: str, detail: str = "") -> Iterator[Doubt]:
    if wrong.any():
        yield Doubt(slug, wrong.index[wrong], column, detail)


def _numbers(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells, errors="coerce").astype("float64")

"""Made-up patients, and every count that a centre or a territory could supply of them, some of them left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

GROUPS, AGES, HOMES, MODALITIES = (
    ("a", "b", "c"),
    ("enfant", "adulte"),
    ("44", "49", "53", "99"),
    ("site", "telemedecine"),
)
FILIERES = ("F", "G", "H")
DIAGNOSES = ("confirmes", "probables", "indetermines")


def people(draw: np.random.Generator, count: int, *, overlap: float) -> pd.DataFrame:
    """Return patients, unevenly spread; ``overlap`` is the share of those with two groups, filières and modalities."""
    some = {
        "groups": _sets(draw, GROUPS, count, overlap), "filieres": _sets(draw, FILIERES, count, overlap),
        "modalities": _sets(draw, MODALITIES, count, overlap),
        "classe_age": _uneven(draw, AGES, count), "departement_residence": _uneven(draw, HOMES, count),
        "nouveaux_patients": draw.random(count) < draw.choice([0.05, 0.3, 0.95]),
        "diagnostic": _uneven(draw, DIAGNOSES, count),
    }  # fmt: skip
    return pd.DataFrame(some)


def file_active(patients: pd.DataFrame, draw: np.random.Generator, *, kept: float) -> pd.DataFrame:
    """Return the rows of a centre and a year; only a share ``kept`` of them, as a file may leave some out."""
    cells = product(("tous", *GROUPS), ("total", *MODALITIES), ("tous", *AGES), ("tous", *HOMES))
    among = _Among(patients)
    rows = []
    for group, modality, age, home in cells:
        found = among.of(groups=group, modalities=modality, classe_age=age, departement_residence=home)
        statuses = [int((found & (among.columns["diagnostic"] == name)).sum()) for name in DIAGNOSES]
        new = int((found & among.columns["nouveaux_patients"]).sum())
        rows.append([group, modality, age, home, int(found.sum()), new, *statuses])
    columns = ["groupe_maladie", "modalite", "classe_age", "departement_residence", "patients", "nouveaux_patients",
               "diagnostics_confirmes", "diagnostics_probables", "diagnostics_indetermines"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).assign(
        centre_id="c", annee=2025, filiere="F", etablissement_id="e"
    )
    frame.loc[draw.random(len(frame)) >= kept, columns[5:]] = np.nan
    return _some(frame, draw, kept)


def territories(patients: pd.DataFrame, draw: np.random.Generator, *, kept: float) -> pd.DataFrame:
    """Return the rows of a year by residence, filière and group; only a share ``kept`` of them."""
    cells = product(("tous", *FILIERES), ("tous", *GROUPS), ("tous", *AGES), ("tous", *HOMES))
    among = _Among(patients)
    rows = []
    for filiere, group, age, home in cells:
        found = among.of(filieres=filiere, groups=group, classe_age=age, departement_residence=home)
        rows.append([filiere, group, age, home, int(found.sum())])
    columns = ["filiere", "groupe_maladie", "classe_age", "departement_residence", "patients"]
    return _some(pd.DataFrame(rows, columns=columns).assign(annee=2025, modalite="total"), draw, kept)


def _some(frame: pd.DataFrame, draw: np.random.Generator, kept: float) -> pd.DataFrame:
    rows = frame[
        (draw.random(len(frame)) < kept) & (frame["patients"].gt(0) | (draw.random(len(frame)) < 0.5))
    ]
    return rows.reset_index(drop=True)


def _sets(
    draw: np.random.Generator, names: Sequence[str], count: int, overlap: float
) -> list[frozenset[str]]:
    first, second = _uneven(draw, names, count), _uneven(draw, names, count)
    return [frozenset({a, b} if draw.random() < overlap else {a}) for a, b in zip(first, second, strict=True)]


def _uneven(draw: np.random.Generator, names: Sequence[str], count: int) -> list[str]:
    weights = draw.dirichlet([0.4] * len(names))
    return [names[rank] for rank in draw.choice(len(names), count, p=weights)]


class _Among:
    """Who has a value, "tous" and "total" being everybody."""

    def __init__(self, patients: pd.DataFrame) -> None:
        self.columns = {name: patients[name].to_numpy() for name in patients}
        self.having: dict[tuple[str, str], NDArray[np.bool_]] = {}

    def of(self, **values: str) -> NDArray[np.bool_]:
        return np.logical_and.reduce([self._having(name, value) for name, value in values.items()])

    def _having(self, name: str, value: str) -> NDArray[np.bool_]:
        if (name, value) not in self.having:
            column = self.columns[name]
            wanted = [value in ("tous", "total") or value == cell or value in cell for cell in column]
            self.having[name, value] = np.array(wanted, dtype=bool)
        return self.having[name, value]

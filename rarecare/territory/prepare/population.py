"""Population of each unit, with Mayotte brought to its current estimate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rarecare.errors import UserError

#: The only département whose official commune populations (2017 census) are far from the current estimate.
RESCALED = "976"


def read_estimates(data_dir: Path) -> pd.Series:
    """Return the Insee estimate of each département (inhabitants), from ``population_age_departements.csv``.

    Raises
    ------
    UserError
        When the table is absent or lacks a column.
    """
    path = data_dir / "population_age_departements.csv"
    try:
        table = pd.read_csv(path, usecols=["departement", "total"], dtype={"departement": str})
    except (OSError, ValueError) as error:
        raise UserError(
            "La population estimée des départements est illisible",
            where=f"{path} : {error}",
            remedy="Donner avec --data le dossier des tables de RareCare.",
        ) from None
    return table.set_index("departement", verify_integrity=True)["total"]


def unit_population(official: pd.Series, departements: pd.Series, estimates: pd.Series) -> pd.Series:
    """Return the population of each unit (inhabitants).

    Official municipal populations, except in Mayotte: there, each commune is multiplied by the same factor so that
    the département reaches its estimate of the year, with whole numbers that add up exactly.

    Parameters
    ----------
    official, departements : Series
        Indexed by unit.
    estimates : Series
        Inhabitants by département.
    """
    population = official.copy()
    rescaled = departements == RESCALED
    population[rescaled] = _share(official[rescaled], int(estimates[RESCALED]))
    return population


def compare_with_estimates(population: pd.Series, departements: pd.Series, estimates: pd.Series) -> pd.Series:
    """Return, by département, the estimate divided by the sum of its units."""
    return estimates / population.groupby(departements).sum()


def _share(weights: pd.Series, total: int) -> pd.Series:
    """Split ``total`` in proportion to ``weights`` into whole numbers (largest remainders)."""
    exact = weights / weights.sum() * total
    floor = np.floor(exact).astype(int)
    order = (exact - floor).sort_values(ascending=False, kind="stable").index
    floor[order[: total - floor.sum()]] += 1
    return floor

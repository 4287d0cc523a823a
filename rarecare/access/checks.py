"""What the measures of access accept.

Two kinds of refusal. What a reader chose (thresholds, a selection without any site) is a French
:class:`~rarecare.errors.UserError`, shown as it stands. What only a caller can get wrong (shapes, NaN,
negative people) is a :class:`ValueError`: a bug.

Minutes are never negative; ``np.inf`` means "no road", NaN is always refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rarecare.errors import UserError

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Integers: TypeAlias = npt.NDArray[np.integer[Any]]


def check_minutes(minutes: Floats) -> None:
    """Refuse anything but a (n_sites, n_communes) table of minutes with at least one site.

    Parameters
    ----------
    minutes : floating array, shape (n_sites, n_communes)
        Travel time in minutes; ``np.inf`` = no road.

    Raises
    ------
    UserError
        No site: the selection is empty.
    ValueError
        Not a two-dimensional floating array, no commune, NaN or negative minutes.
    """
    if minutes.ndim != 2:
        raise ValueError(f"minutes must be (n_sites, n_communes), got shape {minutes.shape}")
    if minutes.shape[0] == 0:
        raise UserError(
            "Aucun centre ne correspond à cette sélection",
            remedy="Changer de filière, de niveau ou de public, ou inclure les centres à confirmer.",
        )
    check_times(minutes)


def check_times(minutes: Floats) -> None:
    """Refuse an array of minutes that is empty, not floating, negative or NaN, whatever its shape.

    Raises
    ------
    ValueError
        Any of these faults.
    """
    # Stored tenths of a minute are integers with 65535 for "no road": never to be read as minutes.
    if not np.issubdtype(minutes.dtype, np.floating):
        raise ValueError(f"minutes must be floating, got {minutes.dtype}")
    if minutes.size == 0:
        raise ValueError("minutes hold no commune")
    # min() is NaN as soon as one value is: one pass over the table tells both faults.
    if not minutes.min() >= 0:
        raise ValueError("minutes hold NaN or negative values")


def check_quantities(name: str, values: Floats, shape: tuple[int, ...]) -> None:
    """Refuse quantities (people, supply, attraction) that are NaN, infinite, negative or of another shape.

    Parameters
    ----------
    name : str
        What the array holds, for the message.
    values : floating array
        Quantities, each finite and ≥ 0.
    shape : tuple of int
        Expected shape.

    Raises
    ------
    ValueError
        Any of these faults.
    """
    if values.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {values.shape}")
    if values.size and not (values.min() >= 0 and values.max() < np.inf):
        raise ValueError(f"{name} must be finite and not negative")


def check_groups(name: str, index: Integers, n_groups: int, shape: tuple[int, ...]) -> None:
    """Refuse an index of groups (territories, density classes) out of 0..n_groups-1 or of another shape.

    Raises
    ------
    ValueError
        Any of these faults.
    """
    if index.shape != shape or not np.issubdtype(index.dtype, np.integer):
        raise ValueError(f"{name} must be integers of shape {shape}, got {index.dtype} {index.shape}")
    if n_groups < 1 or (index.size and (index.min() < 0 or index.max() >= n_groups)):
        raise ValueError(f"{name} must lie in 0..{n_groups - 1}")


def check_thresholds(thresholds_minutes: Sequence[float]) -> tuple[float, ...]:
    """Return the thresholds as floats, or say in French what is wrong with them.

    Parameters
    ----------
    thresholds_minutes : sequence of float
        At least one; finite, ≥ 0, strictly increasing, in minutes.

    Returns
    -------
    thresholds : tuple of float
        The same values.

    Raises
    ------
    UserError
        No threshold, one that is negative or no number, or thresholds that do not increase.
    """
    thresholds = tuple(float(threshold) for threshold in thresholds_minutes)
    if not thresholds:
        raise UserError("Aucun seuil de temps n'est donné", remedy="Indiquer au moins une durée en minutes.")
    read = ", ".join(f"{threshold:g}" for threshold in thresholds)
    if not all(0 <= threshold < np.inf for threshold in thresholds):
        raise UserError(
            f"Un seuil de temps n'est pas une durée (lu\N{NO-BREAK SPACE}: {read})",
            remedy="Donner des nombres de minutes, zéro ou plus.",
        )
    if any(later <= earlier for earlier, later in pairwise(thresholds)):
        raise UserError(
            f"Les seuils de temps ne sont pas dans l'ordre (lu\N{NO-BREAK SPACE}: {read})",
            remedy="Les ranger du plus court au plus long, chacun une seule fois.",
        )
    return thresholds


def check_threshold(threshold_minutes: float) -> float:
    """Return one threshold as a float; raise the same UserError as :func:`check_thresholds`."""
    return check_thresholds((threshold_minutes,))[0]

"""Values that must be one of a few: a text from outside becomes one of them, or is refused with those possible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from rarecare.errors import UserError

Choice = TypeVar("Choice", bound=str)


def one_of(name: str, text: str, allowed: Iterable[Choice]) -> Choice:
    """Return the value of a closed list that a text names, typed as one of them.

    Raises :class:`UserError` when the list does not hold it; ``name`` is what the reader calls the value.
    """
    choices = tuple(allowed)
    for choice in choices:
        if choice == text:
            return choice
    raise UserError(
        f"Valeur inconnue pour « {name} » : « {text} »",
        remedy=f"Valeurs possibles : {', '.join(choices)}.",
    )

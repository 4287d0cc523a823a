"""Names as readers write them: hospitals against the register, réseaux, communes, départements."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DoubtfulMatch:
    """A hospital that could not be told with certainty: the reader chooses.

    ``text`` is the cell as read, the key to give in ``Mapping.matches``. ``lines`` are those of the file.
    ``candidates`` holds up to five pairs of etablissement_id and score from 0 to 100, the best first; it may be empty.
    """

    text: str
    lines: tuple[int, ...]
    candidates: tuple[tuple[str, float], ...]

"""Personal data in a file: whatever a person could be found again by must neither be read nor kept.

The file is kept as it was received, so every cell counts, those of columns and sheets that are not read included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rarecare.dataset.imports.sources import Sheet

PERSONAL, DOCTOR = "donnee-personnelle", "nom-de-medecin"

_SHORTEST = 6
_ADDRESSES = re.compile(r"https?://\S+")
_KINDS = (
    (
        "numéro de sécurité sociale",
        re.compile(
            r"(?<![0-9A-Za-z])[12][ .-]?[0-9]{2}[ .-]?(?:0[1-9]|1[0-2]|[2-35-9][0-9]|4[0-2])[ .-]?"
            r"(?:2[ABab]|[0-9]{2})[ .-]?[0-9]{3}[ .-]?[0-9]{3}(?:[ .-]{0,3}[0-9]{2})?(?![0-9A-Za-z])"
        ),
    ),
    ("adresse électronique", re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")),
    (
        "numéro de téléphone",
        re.compile(
            r"(?<![0-9A-Za-z.])(?:(?:\+|00)[ ]?33[ .-]?(?:\(0\)[ .-]?)?|0)[1-9](?:[ .-]?[0-9]{2}){4}(?![0-9A-Za-z])"
        ),
    ),
    (
        "date de naissance",
        re.compile(
            r"(?:\bn[ée]\(?e?\)? le|\bnaissance|\bd\.?d\.?n\.?)[ :]*(?:le )?"
            r"[0-9]{1,4}[ /.-](?:[0-9]{1,2}|[a-zéû]{3,9})[ /.-][0-9]{2,4}",
            re.IGNORECASE,
        ),
    ),
)
_DOCTOR = re.compile(
    r"(?:(?P<before>[^\W\d_]+)[ \u00a0])?(?:(?:la|le|du|de) )?\b(?:Drs?|Prs?|Docteure?|Professeure?)\b\.?[ \u00a0]+"
    r"(?:[A-ZÀ-Ý]\.[ \u00a0]?)?[A-ZÀ-Ý][\w'’-]+"
)
# a place may bear the name of a doctor
_PLACES = frozenset(
    {
        *(
            "hôpital",
            "hopital",
            "hôpitaux",
            "clinique",
            "centre",
            "institut",
            "fondation",
            "maison",
            "pavillon",
        ),
        *(
            "bâtiment",
            "service",
            "rue",
            "avenue",
            "boulevard",
            "place",
            "allée",
            "square",
            "quai",
            "école",
            "prix",
        ),
        *("ch", "chu"),
    }
)


@dataclass(frozen=True)
class Trace:
    """Cells of one column that hold personal data of one kind; ``column`` is counted from 0, ``line`` is the first."""

    slug: str
    kind: str
    sheet: str
    column: int
    line: int
    cells: int


def personal_kind(text: str) -> str:
    """Return what a text tells of a person, in French; empty when it tells nothing."""
    if len(text) < _SHORTEST:
        return ""
    plain = _ADDRESSES.sub(" ", text) if "://" in text else text
    return next((kind for kind, pattern in _KINDS if pattern.search(plain)), "")


def names_doctor(text: str) -> bool:
    """Tell whether a text seems to name a doctor; hospitals and streets that bear the name of one do not."""
    return any((found["before"] or "").casefold() not in _PLACES for found in _DOCTOR.finditer(text))


def traces(sheet: Sheet) -> Iterator[Trace]:
    """Yield the personal data of a sheet, column by column."""
    known: dict[str, str] = {}
    found: dict[tuple[int, str], list[int]] = {}
    for line, row in enumerate(sheet.rows, start=1):
        for column, text in enumerate(row):
            if len(text) < _SHORTEST:
                continue
            if text not in known:
                known[text] = personal_kind(text) or (DOCTOR if names_doctor(text) else "")
            if kind := known[text]:
                place = found.setdefault((column, kind), [line, 0])
                place[1] += 1
    for (column, kind), (line, cells) in sorted(found.items()):
        yield Trace(DOCTOR if kind == DOCTOR else PERSONAL, kind, sheet.name, column, line, cells)

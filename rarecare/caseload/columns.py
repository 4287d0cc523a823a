"""From the columns of a file of events, text or typed, to those that the SQL expects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from rarecare.errors import UserError

Kind = Literal["text", "whole", "date", "other"]
"""What a column of a file holds; everything is text in a CSV."""

REQUIRED = ("patient_id", "date", "centre_id", "code_commune", "modalite")
GROUPS = ("groupe_maladie", "maladie")
"""At least one of them is required."""
OPTIONAL = ("classe_age", "annee_naissance", "statut_diagnostic", "date_diagnostic", "date_premiers_signes")

SPACES = " \t\u00a0"
"""What is left out around a text."""

NOTHING = ("null", "na", "n/a", "nan", "none", "nil", "#n/a", "<na>")
"""What programs write in place of nothing, in small letters."""
_NOTHING = f"|{'|'.join(('', *NOTHING))}|"
_LONGEST_NOTHING = max(map(len, NOTHING))

_AS_EXPECTED = "Voir « rarecare caseload --help » pour les colonnes attendues."


def check_columns(kinds: Mapping[str, Kind], *, where: str) -> None:
    """Raise :class:`UserError` when a required column is missing, or when patients are decimal numbers."""
    missing = [name for name in REQUIRED if name not in kinds]
    if not any(name in kinds for name in GROUPS):
        missing.append(" ou ".join(GROUPS))
    if missing:
        raise UserError(
            f"Colonne{'s' if len(missing) > 1 else ''} absente{'s' if len(missing) > 1 else ''} : {', '.join(missing)}",
            where=where,
            remedy=_AS_EXPECTED,
        )
    unread = [name for name in (*REQUIRED, *GROUPS, *OPTIONAL) if kinds.get(name) == "other"]
    if unread:
        raise UserError(
            f"Type de colonne non reconnu : {', '.join(unread)}",
            where=where,
            remedy="Enregistrer ces colonnes comme du texte, des entiers ou des dates.",
        )


def events_view(kinds: Mapping[str, Kind], *, today: dt.date, table: str = "bruts") -> str:
    """Return the statement that reads ``table`` with the columns of ``evenements_lus``, in the dialect of DuckDB.

    Spaces around a text are left out, and a text that is empty or says that there is nothing (:data:`NOTHING`) is null;
    a column that the file does not have is null.
    """
    birth = _text(kinds, "annee_naissance")
    columns = {
        "fichier": "rarecare_fichier",
        "ligne": "rarecare_ligne",
        "aujourdhui": f"cast('{today.isoformat()}' as date)",
        "patient_id": _text(kinds, "patient_id"),
        "jour": _date(kinds, "date"),
        "centre_id": _text(kinds, "centre_id"),
        "groupe_maladie": _text(kinds, "groupe_maladie"),
        "maladie": f"lower({_text(kinds, 'maladie')})",
        "code_commune": _text(kinds, "code_commune"),
        "modalite": _text(kinds, "modalite"),
        "classe_age": _text(kinds, "classe_age"),
        "annee_naissance": _year(kinds, "annee_naissance"),
        "annee_naissance_illisible": f"{birth} is not null and {_year(kinds, 'annee_naissance')} is null",
        "statut_diagnostic": _text(kinds, "statut_diagnostic"),
        "date_diagnostic": _date(kinds, "date_diagnostic"),
        "date_premiers_signes": _date(kinds, "date_premiers_signes"),
        "date_diagnostic_illisible": " or ".join(
            f"({_text(kinds, name)} is not null and {_date(kinds, name)} is null)"
            for name in ("date_diagnostic", "date_premiers_signes")
        ),
    }
    listed = ",\n    ".join(f"{expression} as {name}" for name, expression in columns.items())
    return f"select\n    {listed}\nfrom {table}"


def _text(kinds: Mapping[str, Kind], name: str) -> str:
    """Return a text without the spaces around it, null when it says nothing.

    Most cells are already clean: trimming them all would take as long as reading them.
    """
    if name not in kinds:
        return "cast(null as varchar)"
    if kinds[name] != "text":
        return f'cast("{name}" as varchar)'
    cell = f'"{name}"'
    inside = f"{cell} > '!' and {cell} < '~' and " + " and ".join(
        f"not ends_with({cell}, '{space}')" for space in SPACES
    )
    trimmed = f"trim({cell}, '{SPACES}')"
    return (
        f"case when length({cell}) > {_LONGEST_NOTHING} and {inside} then {cell} "
        f"when instr('{_NOTHING}', '|' || lower({trimmed}) || '|') = 0 then {trimmed} end"
    )


def _year(kinds: Mapping[str, Kind], name: str) -> str:
    """Return a year from a whole number, or from four digits."""
    if kinds.get(name) == "whole":
        return f'cast("{name}" as integer)'
    text = _text(kinds, name)
    return f"case when regexp_matches({text}, '^[0-9]{{4}}$') then cast({text} as integer) end"


def _date(kinds: Mapping[str, Kind], name: str) -> str:
    """Return a date from a date, or from text: 2024-03-31, 2024-03-31T10:00:00 or 31/03/2024."""
    if name not in kinds:
        return "cast(null as date)"
    if kinds[name] == "date":
        return f'cast("{name}" as date)'
    text = _text(kinds, name)
    return (
        f"case when regexp_matches({text}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ].*)?$') "
        f"then try_cast(substr({text}, 1, 10) as date) "
        f"when regexp_matches({text}, '^[0-9]{{2}}/[0-9]{{2}}/[0-9]{{4}}$') "
        f"then try_cast(substr({text}, 7, 4) || '-' || substr({text}, 4, 2) || '-' || substr({text}, 1, 2) as date) end"
    )

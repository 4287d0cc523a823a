"""How far the mode ``remplacer`` goes: what the file names, or the whole that it is a part of.

By default only what the file names gives way: the réseaux whose centres it lists, the years and groups of the centres
whose patients it counts. The wider scope removes also what the file does not name, and is asked for by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rarecare.errors import UserError

COMPLETE, REPLACE = "completer", "remplacer"
MODES = (COMPLETE, REPLACE)


@dataclass(frozen=True)
class Scope:
    """Rows give way when they share the values of ``columns`` with a row of the file.

    ``name`` is how readers ask for it, ``words`` says in French what gives way.
    """

    name: str
    columns: tuple[str, ...]
    words: str


_LINES = "les lignes que le fichier nomme"
_WHOLE_FILIERE = Scope("filiere", ("filiere",), "toutes les lignes des filières que le fichier nomme")

SCOPES: Mapping[str, tuple[Scope, ...]] = {
    "acteurs": (
        Scope("type", ("filiere", "type"), "les acteurs des types que le fichier nomme, dans leurs filières"),
        _WHOLE_FILIERE,
    ),
    "centres": (
        Scope("reseau", ("reseau_id",), "les centres des réseaux que le fichier nomme"),
        Scope("filiere", ("filiere",), "tous les centres des filières que le fichier nomme"),
    ),
    "file_active": (
        Scope(
            "groupe",
            ("centre_id", "annee", "groupe_maladie"),
            "les effectifs des centres, années et groupes de maladies que le fichier nomme",
        ),
        Scope(
            "annee", ("centre_id", "annee"), "tous les effectifs des centres et années que le fichier nomme"
        ),
    ),
    "file_active_territoire": (
        Scope(
            "departement",
            ("filiere", "annee", "departement_residence"),
            "les effectifs des départements, filières et années que le fichier nomme",
        ),
        Scope(
            "filiere", ("filiere", "annee"), "tous les effectifs des filières et années que le fichier nomme"
        ),
    ),
    "groupes_maladies": (Scope("ligne", ("groupe_maladie",), _LINES), _WHOLE_FILIERE),
    "historique_labels": (
        Scope(
            "etablissement",
            ("reseau_id", "etablissement_id"),
            "les labels des réseaux et hôpitaux que le fichier nomme",
        ),
        Scope("reseau", ("reseau_id",), "tous les labels des réseaux que le fichier nomme"),
    ),
    "maladies": (Scope("ligne", ("maladie_id",), _LINES), _WHOLE_FILIERE),
    "modificateurs_regionaux": (
        Scope("ligne", ("groupe_maladie", "departement"), _LINES),
        Scope(
            "groupe", ("groupe_maladie",), "toutes les lignes des groupes de maladies que le fichier nomme"
        ),
    ),
    "moyens": (Scope("ligne", ("centre_id", "annee"), _LINES),),
    "reseaux": (Scope("ligne", ("reseau_id",), _LINES), _WHOLE_FILIERE),
}
"""The scopes of each table that knows the mode ``remplacer``, the narrowest first."""

NAMES = tuple(dict.fromkeys(scope.name for scopes in SCOPES.values() for scope in scopes))
"""The names of all scopes."""


def scope_of(table: str, mode: str, name: str = "") -> str:
    """Return the name of the scope asked for, the narrowest when none is; "" in the mode ``completer``.

    Raises :class:`UserError` when the table does not know it, or when nothing is replaced.
    """
    if mode != REPLACE:
        if name:
            raise UserError(
                f"« --couvre {name} » ne sert qu'à remplacer",
                remedy="Ajouter « --mode remplacer », ou retirer « --couvre ».",
            )
        return ""
    known = [scope.name for scope in SCOPES[table]]
    if name and name not in known:
        raise UserError(
            f"La table « {table} » ne se remplace pas par « {name} »",
            remedy=f"Choix possibles : {', '.join(known)}.",
        )
    return name or known[0]


def replaced_columns(table: str, name: str) -> list[str]:
    """Return the columns of a scope; of the widest when *name* is empty, as in the first journals."""
    scopes = SCOPES[table]
    found = next((scope for scope in scopes if scope.name == name), scopes[-1])
    return list(found.columns)

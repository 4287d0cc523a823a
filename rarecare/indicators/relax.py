"""What to change in a selection that keeps no site."""

from __future__ import annotations

from rarecare.access.selection import Selection
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.french import counted, listing
from rarecare.indicators.view import SelectionAccess, selection_access

_WIDER = (
    ("niveau", "proximite", "le niveau « Proximité »"),
    ("public", "tous", "tous les publics"),
    ("periode", "en_cours", "le label le plus récent"),
    ("provenance", "tous", "toutes les données"),
)


def require_sites(access: SelectionAccess, sites: str, *, locked: tuple[str, ...] = ()) -> None:
    """Check that a selection keeps at least one site.

    Parameters
    ----------
    access
        The selection.
    sites
        The sites in words, singular without article.
    locked
        Fields that the reader may not change.

    Raises
    ------
    UserError
        No site; the remedy names the one criterion to widen, with the number of sites that it gives.
    """
    if access.rows.size:
        return
    raise UserError(
        f"Aucun {sites} n'est connu de RareCare avec ces critères",
        remedy=_remedy(access.dataset, access.selection, locked),
    )


def _remedy(dataset: Dataset, selection: Selection, locked: tuple[str, ...]) -> str:
    changes = [
        (name, code, words)
        for name, code, words in _WIDER
        if name not in locked and getattr(selection, name) != code
    ]
    for tried in (*([change] for change in changes), changes):
        wider = selection.with_changes(**{name: code for name, code, _ in tried})
        count = len(selection_access(dataset, wider).sites)
        if count:
            words = listing([words for _, _, words in tried])
            return f"Choisir {words} : {counted(count, 'site répond', 'sites répondent')} alors."
    return "Choisir une autre filière, un autre groupe de maladies ou un autre réseau."

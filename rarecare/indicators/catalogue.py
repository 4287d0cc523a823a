"""What a reader may choose from: filières, disease groups, réseaux, diseases; how complete each list of sites is."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from rarecare.access.selection import Selection
from rarecare.dataset.store import Dataset
from rarecare.errors import UserError
from rarecare.french import NARROW_NBSP, NBSP, number
from rarecare.territory.locatives import in_region

_SCOPES = {
    "filiere": ("filieres_choices", "Filière inconnue"),
    "groupe": ("groupes_choices", "Groupe de maladies inconnu"),
    "reseau": ("reseaux_choices", "Réseau inconnu"),
}

_POSTES_OF_FRANCE = ("reference", "competence")
_ENOUGH = 0.5
"""Share of the published sites under which an answer begins by saying how few are known."""
_POSTES_OF_NETWORK: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "proximite": (
        ("proximite",),
        ("reference", "crc", "competence"),
        ("coordonnateur", "constitutif", "crc", "competence"),
    ),
    "expertise": (("expertise",), ("reference", "crc"), ("coordonnateur", "constitutif", "crc")),
}
"""Kinds of site that tell the completeness of a réseau, by level: all at once, else by parts, else by finer parts."""


@lru_cache(maxsize=16)
def choices(dataset: Dataset, scope: str) -> Mapping[str, str]:
    """Return code → French label of the filières ("filiere"), disease groups ("groupe") or réseaux ("reseau")."""
    return _labels(dataset.query(_SCOPES[scope][0]))


@lru_cache(maxsize=64)
def groups_of(dataset: Dataset, filiere: str) -> Mapping[str, str]:
    """Return the disease groups of a filière (all of them for an empty code), code → label."""
    frame = dataset.query("groupes_choices")
    return _labels(frame[frame["filiere"].eq(filiere)] if filiere else frame)


@lru_cache(maxsize=64)
def networks_of(dataset: Dataset, filiere: str) -> Mapping[str, str]:
    """Return the réseaux of a filière (all of them for an empty code), code → label."""
    frame = dataset.query("reseaux_choices")
    return _labels(frame[frame["filiere"].eq(filiere)] if filiere else frame)


def check_scope(dataset: Dataset, selection: Selection) -> Selection:
    """Return the selection once its filière, group or réseau is known to the dataset.

    Raises :class:`UserError` naming the closest known codes otherwise.
    """
    for scope, (_, message) in _SCOPES.items():
        code = getattr(selection, scope)
        if code is not None:
            _check_code(code, choices(dataset, scope), message)
    return selection


def disease_networks(dataset: Dataset, disease: str) -> pd.DataFrame:
    """Return the réseaux that follow a disease, given by its ORPHA code, identifier, name or synonym.

    Returns
    -------
    frame : DataFrame
        One row a (disease, réseau): ``maladie_id``, ``nom``, ``orpha_code``, ``filiere``, ``provenance`` (of
        the link to the filière and its réseaux), ``reseau_id`` (missing when no réseau is known).

    Raises
    ------
    UserError
        No disease of that name.
    """
    frame = dataset.query("disease_networks", maladie=disease.strip())
    if frame.empty:
        raise UserError(
            f"Maladie inconnue : « {disease} »",
            remedy="Donner un code ORPHA ou le nom exact ; la liste est dans la table « maladies » (rarecare export).",
        )
    return frame


def completeness_of(dataset: Dataset, selection: Selection) -> pd.DataFrame:
    """Return what is known of the sites of the selection's filière (or of France), one row a kind of site."""
    return dataset.query("completeness_of", filiere=filiere_of(dataset, selection))


@lru_cache(maxsize=256)
def completeness_sentence(dataset: Dataset, selection: Selection) -> str:
    """Return how many of the published sites of the selection's level are known, in French, with the scope.

    A réseau with a published count of its own is told first: its filière may be far more, or less, complete.
    A selection that leaves known sites out by their provenance or their label says how many it shows: an answer that
    rests on six sites of forty-six must not read as one that rests on all.
    """
    filiere = filiere_of(dataset, selection)
    frame = completeness_of(dataset, selection).set_index("poste")
    postes = _POSTES_OF_FRANCE if filiere is None else (selection.niveau,)
    phrases = [_dated_phrase(frame.loc[poste]) for poste in postes if poste in frame.index]
    if filiere is not None and pd.isna(frame.loc[selection.niveau, "publies"]):
        parts = [str(frame.loc[poste, "phrase"]) for poste in _counted_parts(frame, selection.niveau)]
        phrases = [f"{NARROW_NBSP}; ".join([*phrases, *parts])]
    known = int(frame.loc[selection.niveau, "connus"])
    shown = len(dataset.query("sites_selected", **_whole(selection, filiere).parameters()))
    left_out = f"{NARROW_NBSP}; {number(shown)} montrés ici, les autres étant écartés par les critères de provenance "
    left_out += "ou de label"
    own = network_completeness(dataset, selection)
    scope = f"{own}{NARROW_NBSP}; filière {filiere}" if own else filiere or "France"
    return f"{scope}{NBSP}: {', '.join(phrases)}{left_out if shown < known else ''}"


@lru_cache(maxsize=64)
def region_completeness(dataset: Dataset, region: str) -> str:
    """Return how many of the sites that a région publishes are known, all filières; empty without published count."""
    frame = dataset.query("completeness_of_region", region=region)
    if frame.empty:
        return ""
    where = in_region(region, str(frame["nom"].iloc[0]))
    return f"{where[:1].upper()}{where[1:]}, toutes filières confondues{NBSP}: {', '.join(frame['phrase'])}"


def network_completeness(dataset: Dataset, selection: Selection) -> str:
    """Return how many of the published sites of the selection's réseaux are known; empty without published count.

    A disease group is told by its réseaux when each of them has a published count.
    """
    sentences = [
        f"réseau «{NBSP}{name}{NBSP}»{NBSP}: {', '.join(_dated_phrase(row) for row in rows)}"
        for name, rows in _network_counts(dataset, selection)
    ]
    text = f"{NARROW_NBSP}; ".join(sentences)
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=256)
def sparse_knowledge(dataset: Dataset, selection: Selection) -> tuple[int, int] | None:
    """Return the sites known and the sites published when fewer than half are known; None otherwise.

    Counted on the selection's réseaux when each has a published count, else on its filière, else on France. None also
    when nobody published a count: the completeness sentence says so.
    """
    rows = [row for _, own in _network_counts(dataset, selection) for row in own]
    if not rows:
        frame = completeness_of(dataset, selection).set_index("poste")
        whole = filiere_of(dataset, selection) is None
        postes = _POSTES_OF_FRANCE if whole and selection.niveau == "proximite" else (selection.niveau,)
        rows = [frame.loc[poste] for poste in postes if poste in frame.index]
    counted = [row for row in rows if not pd.isna(row["publies"])]
    known, published = (int(sum(row[name] for row in counted)) for name in ("connus", "publies"))
    return (known, published) if known < _ENOUGH * published else None


def _network_counts(dataset: Dataset, selection: Selection) -> list[tuple[str, list[pd.Series]]]:
    """Return each réseau of the selection with the rows that count its sites; none unless all have such rows."""
    if not (selection.groupe or selection.reseau):
        return []
    frame = dataset.query("completeness_of_networks", groupe=selection.groupe, reseau=selection.reseau)
    counts = [
        (str(name), _network_rows(rows.set_index("poste"), selection.niveau))
        for name, rows in frame.groupby("nom", sort=False)
    ]
    return counts if all(rows for _, rows in counts) else []


def _network_rows(rows: pd.DataFrame, niveau: str) -> list[pd.Series]:
    """Return the rows of one réseau that count its sites: of the whole, else of its parts, else of finer parts."""
    divisions = _POSTES_OF_NETWORK[niveau]
    best = next((postes for postes in divisions if postes[0] in rows.index), divisions[-1])
    return [rows.loc[poste] for poste in best if poste in rows.index]


def _dated_phrase(row: pd.Series) -> str:
    """Return the sentence of one kind of site, with how many carry the label in force, which the count is about."""
    current = int(row["dont_label_en_cours"])
    return f"{row['phrase']}, dont {number(current)} sous le label 2023-2028"


@lru_cache(maxsize=256)
def filiere_site(dataset: Dataset, selection: Selection) -> str:
    """Return the address of the website of the selection's filière, empty when there is none."""
    frame = dataset.query("filiere_site", filiere=filiere_of(dataset, selection))
    return "" if frame.empty else str(frame["site_web"].iloc[0])


def _whole(selection: Selection, filiere: str | None) -> Selection:
    """Return the selection widened to its whole filière and to all ages: what completeness is counted on."""
    return replace(selection, filiere=filiere, groupe=None, reseau=None, public="tous")


def completeness_records(dataset: Dataset) -> list[dict[str, Any]]:
    """Return one record a filière (France first): ``filiere``, ``phrase`` of all its sites, and ``postes``.

    ``postes`` maps each kind of site to ``connus``, ``dont_publies``, ``dont_label_en_cours``, ``publies`` (None =
    nobody published it), ``part`` (found ÷ published), ``annee`` and ``periode`` of the published count.
    """
    frame = dataset.query("completeness_by_filiere").astype({"publies": "Int64"})
    frame = frame.astype(object).where(frame.notna(), None)
    return [
        {
            "filiere": filiere,
            "phrase": _whole_phrase(group.set_index("poste")),
            "postes": {
                row.pop("poste"): row for row in group.drop(columns=["filiere", "phrase"]).to_dict("records")
            },
        }
        for filiere, group in frame.groupby("filiere", sort=False)
    ]


def _whole_phrase(rows: pd.DataFrame) -> str:
    """Return the sentence of all the sites of a scope; when nobody counted them all, with the kinds that are counted.

    Kinds that make the whole speak alone; a part of it, such as the coordinators, comes after the sites known.
    """
    whole, parts = str(rows.loc["proximite", "phrase"]), _counted_parts(rows, "proximite")
    if not pd.isna(rows.loc["proximite", "publies"]) or not parts:
        return whole
    phrases = [str(rows.loc[poste, "phrase"]) for poste in parts]
    if set(_POSTES_OF_FRANCE) <= set(parts):
        return ", ".join(phrases)
    return f"{NARROW_NBSP}; ".join([whole, ", ".join(phrases)])


def _counted_parts(rows: pd.DataFrame, niveau: str) -> list[str]:
    """Return the kinds of site of a level that have a published count, the coarsest that tell them."""
    counted = set(rows.index[rows["publies"].notna()])
    reference = ("reference",) if "reference" in counted else ("coordonnateur", "constitutif")
    below = () if niveau == "expertise" else ("competence",)
    return [poste for poste in (*reference, "crc", *below) if poste in counted]


def filiere_of(dataset: Dataset, selection: Selection) -> str | None:
    """Return the filière that a selection belongs to, None when it covers them all."""
    if selection.filiere:
        return selection.filiere
    if not (selection.groupe or selection.reseau):
        return None
    frame = dataset.query("filiere_of_scope", groupe=selection.groupe, reseau=selection.reseau)
    return None if frame.empty else str(frame["filiere"].iloc[0])


def _labels(frame: pd.DataFrame) -> dict[str, str]:
    return dict(zip(frame["code"], frame["libelle"], strict=True))


def _check_code(code: str, known: Mapping[str, str], message: str) -> None:
    if code in known:
        return
    by_lower_case = {name.lower(): name for name in known}
    close = difflib.get_close_matches(code.lower(), by_lower_case, n=3, cutoff=0.6)
    exact = [name for name in close if name == code.lower()]
    named = [by_lower_case[name] for name in exact or close]
    hint = (
        f"Voulez-vous dire {' ou '.join(named)} ?"
        if named
        else f"Codes connus : {', '.join(list(known)[:30])}."
    )
    raise UserError(f"{message} : « {code} »", remedy=hint)

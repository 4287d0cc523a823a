"""How much of what is published RareCare knows: sites found ÷ sites published, never without the year.

What is found
    Distinct réseau × hospital pairs, under their latest label only (:func:`rarecare.dataset.latest.latest_rows`). A
    coordinator whose réseau has since been given another one is still a reference centre, no longer a coordinator.
    CRC (centres de ressources et de compétences) are counted apart from reference and competence centres.
What is published
    The counts of the filière itself (``filieres``), or of a country, région, hospital, hospital group or réseau
    (``comptes_publies``). Several counts are added only when each of them is published; otherwise the total is unknown,
    which is a state of its own and never zero.
What is compared
    The published count keeps the year and the label of its page. Of the sites found, we say how many rest on a page or
    on an official list (``publie``, ``officiel``) and how many carry the label in force, since the others may belong to
    an older label than the count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rarecare.dataset.latest import latest_rows
from rarecare.dataset.provenance import PUBLISHED
from rarecare.french import NARROW_NBSP, counted, number

Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

CURRENT_LABEL = "2023-2028"
FRANCE = "France"

# poste: (types of site that it counts, singular, plural)
POSTES: Mapping[str, tuple[frozenset[str], str, str]] = {
    "coordonnateur": (frozenset({"coordonnateur"}), "coordonnateur", "coordonnateurs"),
    "constitutif": (frozenset({"constitutif"}), "constitutif", "constitutifs"),
    "reference": (frozenset({"coordonnateur", "constitutif"}), "centre de référence", "centres de référence"),
    "competence": (frozenset({"competence"}), "centre de compétence", "centres de compétence"),
    "crc": (frozenset({"crc"}), "CRC", "CRC"),
    "expertise": (
        frozenset({"coordonnateur", "constitutif", "crc"}),
        "site d'expertise",
        "sites d'expertise",
    ),
    "proximite": (frozenset({"coordonnateur", "constitutif", "competence", "crc"}), "site", "sites"),
}


_SITE_COLUMNS = (
    "reseau_id", "etablissement_id", "filiere", "region", "groupe_hospitalier", "type", "provenance", "periode_label",
)  # fmt: skip


@dataclass(frozen=True)
class Completeness:
    """What is known of one kind of site (``poste``) in one scope.

    ``scope`` is "france", "filiere", "reseau", "region", "etablissement" or "groupe"; ``key`` its code. ``found``
    counts sites, of which ``on_page`` count as published and ``current_label`` carry the label in force.
    ``published`` is ``None`` when nobody published it; ``year`` and ``label`` are those of the published count, "" when
    not dated.
    """

    scope: str
    key: str
    poste: str
    found: int
    on_page: int
    current_label: int
    published: int | None
    year: str = ""
    label: str = ""

    @property
    def share(self) -> float | None:
        """Found ÷ published, which may exceed 1; ``None`` when the published count is unknown or zero."""
        return self.found / self.published if self.published else None

    @property
    def dated(self) -> str:
        """How the published count is dated, in French."""
        if self.year:
            return self.year
        return f"label {self.label}" if self.label else "page non datée"

    @property
    def sentence(self) -> str:
        """One French line, such as "24 sites connus sur 85 publiés (2023)"."""
        _, singular, plural = POSTES[self.poste]
        known = f"{counted(self.found, singular, plural)} connu{'s' if self.found > 1 else ''}"
        if self.published is None:
            return f"{known}{NARROW_NBSP}; total publié inconnu"
        published = f"{number(self.published)} publié{'s' if self.published > 1 else ''}"
        # "12 sur 10" would read as a mistake: both numbers are right, the lists are not of the same day
        link = " sur " if self.found <= self.published else f"{NARROW_NBSP}; "
        return f"{known}{link}{published} ({self.dated})"


def completeness_frame(
    tables: Mapping[str, pd.DataFrame], regions: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return the completeness of France, of each filière, and of each place or réseau with a published count.

    *tables* holds ``centres``, ``etablissements``, ``filieres`` and ``comptes_publies``, all text; *regions* gives the
    région of each département, and the régions are left out without it. One row a scope and kind of site, French names:

    ``portee`` and ``cle`` tell the scope; ``filiere`` is its code for a filière and empty otherwise; ``publies`` and
    ``part`` are missing when the published count is unknown.
    """
    names = ("centres", "etablissements", "filieres", "comptes_publies")
    records = measure_completeness(*(tables[name] for name in names), regions=regions or {})
    frame = pd.DataFrame(
        {
            "portee": [record.scope for record in records],
            "cle": [record.key for record in records],
            "filiere": [record.key if record.scope == "filiere" else "" for record in records],
            "poste": [record.poste for record in records],
            "connus": [record.found for record in records],
            "dont_publies": [record.on_page for record in records],
            "dont_label_en_cours": [record.current_label for record in records],
            "publies": pd.array([record.published for record in records], dtype="Int64"),
            "part": pd.array([record.share for record in records], dtype="Float64"),
            "annee": [record.year for record in records],
            "periode": [record.label for record in records],
            "phrase": [record.sentence for record in records],
        }
    )
    return frame


def measure_completeness(
    centres: pd.DataFrame,
    etablissements: pd.DataFrame,
    filieres: pd.DataFrame,
    comptes: pd.DataFrame,
    *,
    regions: Mapping[str, str],
) -> tuple[Completeness, ...]:
    """Return the completeness of each scope from the tables, all text; see :func:`completeness`."""
    located = centres[latest_rows(centres)].merge(etablissements, on="etablissement_id", how="left")
    sites = _Sites.of(located.assign(region=[regions.get(code, "") for code in located["departement"]]))
    return (
        *_of_france(sites, comptes),
        *_of_filieres(sites, filieres),
        *_of_counts(sites, comptes),
    )


@dataclass(frozen=True, eq=False)
class _Sites:
    """The sites in force as arrays, one element a site, so that hundreds of scopes are counted in no time.

    ``columns`` holds texts by column name; ``in_poste`` which sites each kind counts; ``coordinators`` the positions of
    the coordinators, the newest label last.
    """

    columns: Mapping[str, Texts]
    in_poste: Mapping[str, Flags]
    on_page: Flags
    current_label: Flags
    coordinators: NDArray[np.intp]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> _Sites:
        columns = {str(name): frame[name].to_numpy(dtype=object) for name in _SITE_COLUMNS}
        in_poste = {
            poste: np.array([kind in types for kind in columns["type"]], dtype=bool)
            for poste, (types, _, _) in POSTES.items()
        }
        coordinators = np.flatnonzero(in_poste["coordonnateur"])
        labels = columns["periode_label"][coordinators].astype(str)
        return cls(
            columns,
            in_poste,
            np.isin(columns["provenance"].astype(str), PUBLISHED),
            columns["periode_label"] == CURRENT_LABEL,
            coordinators[np.argsort(labels, kind="stable")],
        )

    @property
    def everywhere(self) -> Flags:
        """All the sites."""
        return np.ones(len(self.on_page), dtype=bool)

    def where(self, column: str, value: str) -> Flags:
        """Return which sites hold a value in a column."""
        flags: Flags = self.columns[column] == value
        return flags

    def counted(self, poste: str, inside: Flags) -> NDArray[np.intp]:
        """Return the positions of the sites of one kind in a scope; a réseau has one coordinator, the newest."""
        if poste != "coordonnateur":
            return np.flatnonzero(self.in_poste[poste] & inside)
        newest = {self.columns["reseau_id"][row]: row for row in self.coordinators if inside[row]}
        return np.fromiter(newest.values(), dtype=np.intp, count=len(newest))


def _of_france(sites: _Sites, comptes: pd.DataFrame) -> Iterator[Completeness]:
    national = comptes[comptes["niveau"] == "national"].sort_values("annee")
    if national.empty:
        yield from _measure("france", FRANCE, sites, sites.everywhere, {}, "", "")
    else:
        count = national.iloc[-1]
        published = _published_in(count)
        yield from _measure("france", FRANCE, sites, sites.everywhere, published, str(count["annee"]), "")


def _of_filieres(sites: _Sites, filieres: pd.DataFrame) -> Iterator[Completeness]:
    for _, filiere in filieres.iterrows():
        own = sites.where("filiere", filiere["filiere"])
        published = _published_by(filiere, has_crc=bool((sites.in_poste["crc"] & own).any()))
        yield from _measure(
            "filiere",
            str(filiere["filiere"]),
            sites,
            own,
            published,
            str(filiere["annee_comptes"]),
            str(filiere["periode_comptes"]),
        )


def _of_counts(sites: _Sites, comptes: pd.DataFrame) -> Iterator[Completeness]:
    for _, count in comptes.iterrows():
        scope, key, inside = _place_of(sites, count)
        if scope:
            published = _published_in(count)
            records = _measure(scope, key, sites, inside, published, str(count["annee"]), "")
            yield from (record for record in records if record.published is not None)


def _place_of(sites: _Sites, count: pd.Series) -> tuple[str, str, Flags]:
    """Return the scope, its code and the sites inside; an empty scope when the place cannot be told from our codes."""
    if count["reseau_id"]:
        return "reseau", str(count["reseau_id"]), sites.where("reseau_id", count["reseau_id"])
    if count["groupe_hospitalier"]:
        key = str(count["groupe_hospitalier"])
        return "groupe", key, sites.where("groupe_hospitalier", key)
    if count["region"] and not sites.where("region", "").all():
        return "region", str(count["region"]), sites.where("region", count["region"])
    if count["etablissement_id"]:
        key = str(count["etablissement_id"])
        # a hospital of several sites publishes one count: chu-de-lille holds chu-de-lille-hopital-cardiologique
        own = [f"{name}-".startswith(f"{key}-") for name in sites.columns["etablissement_id"]]
        return "etablissement", key, np.array(own, dtype=bool)
    return "", "", ~sites.everywhere


def _measure(
    scope: str, key: str, sites: _Sites, inside: Flags, published: Mapping[str, int], year: str, label: str
) -> Iterator[Completeness]:
    for poste in POSTES:
        rows = sites.counted(poste, inside)
        if poste == "crc" and not rows.size and poste not in published:
            continue
        yield Completeness(
            scope=scope,
            key=key,
            poste=poste,
            found=len(rows),
            on_page=int(sites.on_page[rows].sum()),
            current_label=int(sites.current_label[rows].sum()),
            published=published.get(poste),
            year=year if poste in published else "",
            label=label if poste in published else "",
        )


def _published_by(filiere: pd.Series, *, has_crc: bool) -> dict[str, int]:
    """Return the published counts of a filière; a filière that has CRC needs their count for its totals by level."""
    coordinators = _integer(filiere["coordonnateurs_publies"])
    constituents = _integer(filiere["constitutifs_publies"])
    competence = _integer(filiere["competences_publies"])
    crc = _integer(filiere["crc_publies"])
    reference = _total(coordinators, constituents)
    expertise = _total(reference, crc) if has_crc or crc is not None else reference
    return _known(
        coordonnateur=coordinators,
        constitutif=constituents,
        reference=reference,
        competence=competence,
        crc=crc,
        expertise=expertise,
        proximite=_total(expertise, competence),
    )


def _published_in(count: pd.Series) -> dict[str, int]:
    coordinators, constituents = _integer(count["coordonnateurs"]), _integer(count["constitutifs"])
    reference = _integer(count["references_total"])
    return _known(
        coordonnateur=coordinators,
        constitutif=constituents,
        reference=_total(coordinators, constituents) if reference is None else reference,
        competence=_integer(count["competences"]),
        crc=_integer(count["crc"]),
        expertise=_integer(count["expertise_total"]),
        proximite=_integer(count["total"]),
    )


def _integer(text: str) -> int | None:
    return int(text) if text else None


def _total(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _known(**counts: int | None) -> dict[str, int]:
    return {poste: count for poste, count in counts.items() if count is not None}

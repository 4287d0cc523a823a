"""From the filters of a page to the question they ask: a selection of sites, and its words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from rarecare.access.selection import Selection
from rarecare.closed_lists import one_of
from rarecare.dataset.store import Dataset
from rarecare.french import date
from rarecare.indicators.catalogue import (
    choices,
    completeness_sentence,
    groups_of,
    networks_of,
    region_completeness,
    sparse_knowledge,
)
from rarecare.indicators.places import place_names
from rarecare.indicators.registry import indicator, registry
from rarecare.indicators.view import SelectionAccess, selection_access
from rarecare.settings import Settings
from rarecare.territory.communes import CITY_HALLS
from rarecare.territory.partition import MAILLES, Maille
from rarecare.ui import texts
from rarecare.ui.filters import Choices, Filters, Options, render_filters
from rarecare.ui.sentences import cautious
from rarecare.ui.start import Context


@dataclass(frozen=True, eq=False)
class Question:
    """What a page was asked.

    ``access`` answers it; ``sites`` names the sites asked about, as in "centre labellisé de la filière RESPIFIL", and
    ``scope`` only their filière, group or réseau, as in " de la filière RESPIFIL".
    """

    filters: Filters
    access: SelectionAccess
    sites: str
    scope: str
    completeness: str
    settings: Settings

    @property
    def selection(self) -> Selection:
        """The selection of sites."""
        return self.access.selection

    @property
    def maille(self) -> Maille:
        """The territories that the page compares."""
        return one_of("maille", self.filters.maille, MAILLES)

    def cautious(self, sentence: str) -> str:
        """Return the answer of the page, headed by how few of the published sites are known when they are few."""
        return cautious(sentence, sparse_knowledge(self.access.dataset, self.selection))

    def notes(self) -> list[tuple[str, str]]:
        """Return what files say of themselves: question, completeness, sources, version and its date."""
        return [
            ("Question", f"Sites : {self.sites}"),
            ("Complétude", self.completeness),
            *dataset_notes(self.access.dataset, indicator("temps_median").meta.source),
        ]


def dataset_notes(dataset: Dataset, sources: str) -> list[tuple[str, str]]:
    """Return what files say of themselves when no question was asked: sources, version and its date."""
    return [
        ("Sources", sources),
        ("Version des données", dataset.version),
        ("Construite le", date(str(dataset.manifest["built_at"]))),
    ]


def ask(context: Context, fields: Sequence[str], *, own: Options | None = None, **drawing: Any) -> Question:
    """Draw the filter bar of a page and return the question asked.

    ``own`` are choices of this page alone; ``drawing`` goes to :func:`rarecare.ui.filters.render_filters`.
    """
    dataset = context.dataset
    options = {**_options(dataset), **(own or {})}
    filters = render_filters(options, fields, page=context.slug, locked=context.locked, **drawing)
    selection = selection_of(filters)
    place = region_completeness(dataset, _region_asked(dataset, filters, fields, **drawing))
    return Question(
        filters,
        selection_access(dataset, selection),
        sites_in_words(dataset, selection),
        _scope_in_words(dataset, selection),
        ". ".join(filter(None, (completeness_sentence(dataset, selection), place))),
        context.settings,
    )


def _region_asked(
    dataset: Dataset,
    filters: Filters,
    fields: Sequence[str],
    *,
    hidden: Callable[[Filters], Collection[str]] = lambda _: (),
    **_drawing: Any,
) -> str:
    """Return the région that the view is about, that of its département if it names one; empty for the country."""
    asked = set(fields) - set(hidden(filters))
    if filters.departement and "departement" in asked:
        return _regions(dataset)[filters.departement]
    return filters.region if "region" in asked else ""


@lru_cache(maxsize=2)
def _regions(dataset: Dataset) -> Mapping[str, str]:
    """Return the région of each département."""
    frame = dataset.query("departements")
    return dict(zip(frame["departement"], frame["region"], strict=True))


def selection_of(filters: Filters) -> Selection:
    """Return the selection that filters ask for; the narrowest of réseau, disease group and filière counts."""
    reseau = filters.reseau or None
    groupe = None if reseau else filters.groupe or None
    filiere = None if reseau or groupe else filters.filiere or None
    return Selection.of(
        filiere=filiere,
        groupe=groupe,
        reseau=reseau,
        niveau=filters.niveau,
        public=filters.public,
        provenance=filters.provenance,
        periode=filters.periode,
    )


def sites_in_words(dataset: Dataset, selection: Selection) -> str:
    """Return the sites of a selection in French, singular, without article."""
    kind = "centre de référence ou CRC" if selection.niveau == "expertise" else "centre labellisé"
    age = {"enfant": " pour enfants", "adulte": " pour adultes", "tous": ""}[selection.public]
    return f"{kind}{age}{_scope_in_words(dataset, selection)}"


def _scope_in_words(dataset: Dataset, selection: Selection) -> str:
    if selection.reseau:
        return f" du réseau « {choices(dataset, 'reseau')[selection.reseau].split(' – ', 1)[-1]} »"
    if selection.groupe:
        return f" pour le groupe « {choices(dataset, 'groupe')[selection.groupe]} »"
    return f" de la filière {selection.filiere}" if selection.filiere else ""


def _options(dataset: Dataset) -> Options:
    return {
        "filiere": {"": texts.ALL_LABELS["filiere"], **choices(dataset, "filiere")},
        "groupe": lambda filters: {"": texts.ALL_LABELS["groupe"], **groups_of(dataset, filters.filiere)},
        "reseau": lambda filters: {"": texts.ALL_LABELS["reseau"], **networks_of(dataset, filters.filiere)},
        "indicateur": {slug: entry.meta.label for slug, entry in registry().items()},
        "departement": {"": texts.ALL_LABELS["departement"], **_territories(dataset, "departement")},
        "region": {"": texts.ALL_LABELS["region"], **_territories(dataset, "region")},
        "commune": lambda _: _communes(dataset),
        "sans": lambda filters: place_choices(selection_access(dataset, selection_of(filters))),
        "filiere_b": {"": texts.ALL_LABELS["filiere"], **choices(dataset, "filiere")},
    }


@lru_cache(maxsize=2)
def _communes(dataset: Dataset) -> Choices:
    """Return the communes that an address may name, Paris, Lyon and Marseille among them."""
    communes = dataset.communes
    named = {code: f"{nom} ({code})" for code, nom in zip(communes.codes, communes.noms, strict=True)}
    return {"": "Aucune", **{str(code): nom for code, nom in named.items()}, **dict.fromkeys(CITY_HALLS, "")}


@lru_cache(maxsize=64)
def place_choices(access: SelectionAccess) -> Choices:
    """Return the places of a selection by commune code, by name; an empty code takes none away."""
    named = sorted(place_names(access).items(), key=itemgetter(1))
    return {"": "Aucun lieu retiré", **dict(named)}


def _territories(dataset: Dataset, maille: Maille) -> Choices:
    parts = dataset.partition(maille)
    named = sorted(zip(parts.noms, parts.codes, strict=True))
    return {code: f"{nom} ({code})" if maille == "departement" else nom for nom, code in named}

"""The numbers of each of the seven criteria: one generator a criterion."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from rarecare.access.checks import Floats
from rarecare.access.selection import PUBLIC_PROVENANCE
from rarecare.dataset.provenance import PUBLISHED, is_published
from rarecare.dataset.store import Dataset
from rarecare.disclosure.gate import Reader
from rarecare.french import counted, listing, number
from rarecare.indicators.catalogue import completeness_sentence
from rarecare.indicators.criteria_model import NAN, Measure, Nature
from rarecare.indicators.expected import regional_modifiers
from rarecare.indicators.expected_sites import RANGE_COLUMNS, ExpectedSites, expected_caseloads
from rarecare.indicators.frames import thresholds_with
from rarecare.indicators.hypotheses import HYPOTHESES
from rarecare.indicators.observed.centres import observed, years
from rarecare.indicators.observed.sums import CAVEAT, headline
from rarecare.indicators.view import MEDIAN, SelectionAccess

_PUBLISHED = ("publie", PUBLIC_PROVENANCE)
_METHODS = {
    "direct": "effectif lu", "taux": "taux lu, appliqué à la population",
    "incidence": "tiré d'une incidence et d'une durée de suivi", "panier": "somme de maladies, en partie par jugement",
}  # fmt: skip
_TYPES = {
    "coordonnateur": "Centres coordonnateurs", "constitutif": "Centres constitutifs",
    "crc": "Centres de ressources et de compétences",
}  # fmt: skip
_POSITIONS = {"au_dessus": "au-dessus", "incertain": "de part et d'autre", "au_dessous": "au-dessous"}
_PER = 100_000
_MODEL = "Modèle de RareCare"
_KNOWN_SITES = "Sites labellisés connus de RareCare"
_MODELLED_TIMES = "Temps de trajet modélisés (RareCare)"


@dataclass(frozen=True, eq=False)
class Place:
    """What the criteria of one sheet are made from.

    Parameters
    ----------
    access
        Sites of the group, of both levels.
    group
        Row of the group: prevalence and its source.
    region, nom
        Code and name of the région.
    seuil_minutes
        Threshold of the share of people too far.
    """

    access: SelectionAccess
    group: Mapping[Any, Any]
    region: str
    nom: str
    seuil_minutes: int

    @property
    def dataset(self) -> Dataset:
        """Data in force."""
        return self.access.dataset

    @cached_property
    def rank(self) -> int:
        """Rank of the région."""
        return self.dataset.partition("region").position(self.region)

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Sites of the group in the région."""
        return self.access.sites[self.access.sites["region"].eq(self.region)]

    @cached_property
    def completeness(self) -> str:
        """How complete the list of sites is, one French sentence."""
        return f"{completeness_sentence(self.dataset, self.access.selection)}."

    @property
    def known_prevalence(self) -> bool:
        """Whether people can be expected."""
        return not self.access.why_no_expected

    def residents(self) -> Floats:
        """Return the people expected to live in the région (3,): low, central, high."""
        patients: Floats = self.access.by("region").expected[:, self.rank]
        return patients

    def rows(self, name: str) -> pd.DataFrame:
        """Return the rows of a statement about the group, published ones only when only they are wanted."""
        rows = rows_of_group(self.dataset, name, str(self.access.selection.groupe))
        return self.allowed(rows)

    def allowed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that the provenance of the selection lets show."""
        if self.access.selection.provenance in _PUBLISHED and "provenance" in rows:
            return rows[is_published(rows["provenance"])]
        return rows


@lru_cache(maxsize=256)
def rows_of_group(dataset: Dataset, name: str, groupe: str) -> pd.DataFrame:
    """Return the rows of a statement of ``rarecare/dataset/sql`` about a disease group; not to be written into."""
    return dataset.query(name, groupe=groupe)


@lru_cache(maxsize=32)
def caseloads(access: SelectionAccess) -> ExpectedSites:
    """Return the patients expected at each site of a selection, computed once."""
    return expected_caseloads(access)


def distances(access: SelectionAccess, seuil_minutes: int) -> tuple[Floats, Floats]:
    """Return the median minutes and the share of people beyond, in per cent, by région; NaN without any site."""
    if not access.rows.size:
        missing = np.full(len(access.dataset.partition("region")), NAN)
        return missing, missing
    view = access.by("region", thresholds_minutes=thresholds_with(seuil_minutes))
    return view.quantile_minutes(MEDIAN), 100.0 * (1.0 - view.share_within(seuil_minutes))


def _prevalence(place: Place) -> Iterator[Measure]:
    group = place.group
    read = partial(
        Measure, "prevalence", portee="France", nature=_nature(group["provenance"]),
        provenance=str(group["provenance"]), source=_source(group["source_url"]),
    )  # fmt: skip
    if place.known_prevalence:
        low, central, high = (float(group[f"valeur_{end}"]) for end in ("basse", "centrale", "haute"))
        method = _METHODS.get(str(group["methode"]), "")
        yield read(
            libelle="Personnes concernées", genre="personnes", valeur=central, bas=low, haut=high,
            reserve=f"Méthode : {method}. {_text(group['note'])}".strip(),
        )  # fmt: skip
        people = float(place.dataset.people("tous").sum())
        yield Measure(
            "prevalence", "Personnes concernées pour 100 000 habitants", "France",
            "compte" if _nature(group["provenance"]) == "lu" else "estime", "taux",
            valeur=_PER * central / people, bas=_PER * low / people, haut=_PER * high / people,
            source="Ligne précédente, population INSEE",
        )  # fmt: skip
        yield read(
            libelle="Part d'enfants parmi elles", genre="part", valeur=float(group["part_enfants_pct"]),
            reserve="Souvent une estimation : voir la note de la prévalence.",
        )  # fmt: skip
    else:
        yield _absent("prevalence", "Personnes concernées", "France", place.access.why_no_expected)
    if int(group["maladies"]):
        yield Measure(
            "prevalence", "Maladies rattachées aux réseaux du groupe", "France", "compte",
            valeur=float(group["maladies"]), source="Orphanet, Orphadata, CC BY 4.0 ; rattachement RareCare",
            reserve="Leur type (évolutif, accessible à un traitement…) n'est renseigné pour aucun groupe.",
        )  # fmt: skip


def _caseload(place: Place) -> Iterator[Measure]:
    yield _observed_caseload(place)
    if not place.known_prevalence:
        return
    rate, minimum = HYPOTHESES.follow_up, HYPOTHESES.minimum_patients
    followed = place.residents() * rate.column()[:, 0]
    model = partial(_modelled, critere="file_active", portee=place.nom)
    yield model(
        followed, libelle="Patients suivis attendus parmi les habitants", genre="personnes",
        reserve=f"Personnes attendues × part suivie dans l'année ({number(rate.low, 2)} à {number(rate.high, 2)}).",
    )  # fmt: skip
    yield model(
        followed / minimum, libelle=f"Files actives de {minimum} patients qu'ils rempliraient", genre="taux",
        reserve=f"Les précédents ÷ {minimum}, minimum annuel d'un centre de compétence. Un plafond : les centres de "
        "référence suivent une part de ces patients.",
    )  # fmt: skip
    if len(place.sites):
        yield from _caseload_of_sites(place)


def _observed_caseload(place: Place) -> Measure:
    """Return what the sites of the région supplied, as anybody may read it, or what would be needed."""
    supplied = years(place.access.dataset)
    found = observed(place.access, Reader(), supplied[0] if supplied else 0, "region", place.region)
    known, sites = len(found.known), len(found.centres)
    if not known:
        hidden = " ou ne peut être montrée" if len(found.supplied) else ""
        return _absent(
            "file_active", "File active observée", place.nom,
            "Il faudrait, pour chaque centre, le nombre de patients différents vus dans l'année, sur place ou par "
            f"télémédecine ; aucune file active n'est importée{hidden}.",
        )  # fmt: skip
    return Measure(
        "file_active", "File active observée", place.nom, "lu", "personnes", valeur=headline(found).patients,
        source="Fichiers importés (page Files actives)",
        reserve=f"Année {found.annee}, {counted(known, 'site montré', 'sites montrés')} sur {sites}. {CAVEAT} ; les "
        "effectifs masqués n'y sont pas.",
    )  # fmt: skip


def _caseload_of_sites(place: Place) -> Iterator[Measure]:
    expected = caseloads(place.access).sites
    here = expected[place.access.sites["region"].eq(place.region).to_numpy()]
    model = partial(_modelled, critere="file_active", portee=place.nom)
    yield model(
        here[list(RANGE_COLUMNS)].to_numpy().sum(axis=0), libelle="Patients attendus dans les sites de la région",
        genre="personnes",
        reserve="Partage entre tous les sites connus du pays, selon le temps et le type de site (Huff). Un site "
        "inconnu grossit les autres.",
    )  # fmt: skip
    competence, minimum = here[here["type"].eq("competence")], HYPOTHESES.minimum_patients
    for position, words in _POSITIONS.items():
        count = int(competence["position"].eq(position).sum())
        if count:
            yield Measure(
                "file_active", f"Centres de compétence attendus {words} de {minimum} patients par an", place.nom,
                "modele", valeur=float(count), source=_MODEL,
                reserve="« De part et d'autre » : le minimum est dans la fourchette.",
            )  # fmt: skip


def _organisation(place: Place) -> Iterator[Measure]:
    counted = partial(Measure, "organisation", nature="compte", source=_KNOWN_SITES)
    for level, words in (("expertise", "Sites d'expertise"), ("proximite", "Centres de compétence")):
        for portee, frame in ((place.nom, place.sites), ("France", place.access.sites)):
            yield counted(
                libelle=words,
                portee=portee,
                valeur=float(frame["niveau"].eq(level).sum()),
                reserve=place.completeness,
            )
    towns = sorted(place.sites["ville"].unique())
    yield counted(
        libelle="Hôpitaux qui ont un site", portee=place.nom, valeur=float(place.sites["etablissement_id"].nunique()),
        reserve=f"Villes : {listing(towns)}." if towns else "Aucun site connu dans la région.",
    )  # fmt: skip
    yield from _distance_measures(place)
    yield from _platform_measures(place)


def _distance_measures(place: Place) -> Iterator[Measure]:
    if not place.access.rows.size:
        yield _absent(
            "organisation", "Temps médian vers un site du groupe", place.nom,
            "Aucun site du groupe n'est connu avec ces critères : élargir la provenance ou la période de label.",
        )  # fmt: skip
        return
    median, beyond = distances(place.access, place.seuil_minutes)
    country = place.access.by("france", thresholds_minutes=thresholds_with(place.seuil_minutes))
    nearby = (float(median[place.rank]), float(beyond[place.rank]))
    national = (
        float(country.quantile_minutes(MEDIAN)[0]),
        100.0 * (1.0 - float(country.share_within(place.seuil_minutes)[0])),
    )
    timed = partial(Measure, "organisation", nature="compte", source=_MODELLED_TIMES)
    for portee, (minutes, share) in ((place.nom, nearby), ("France", national)):
        yield timed(
            libelle="Temps médian vers un site du groupe", portee=portee, genre="duree", valeur=minutes
        )
        yield timed(
            libelle=f"Habitants à plus de {place.seuil_minutes} minutes ou sans route", portee=portee, genre="part",
            valeur=share,
        )  # fmt: skip


def _platform_measures(place: Place) -> Iterator[Measure]:
    rows = place.allowed(_platforms(place.dataset, place.region))
    if rows.empty:
        yield _absent(
            "organisation", "Plateformes d'expertise ou de coordination", place.nom,
            "Aucune n'est connue dans la région (table « Plateformes »).",
        )  # fmt: skip
        return
    published = is_published(rows["provenance"]).all()
    yield Measure(
        "organisation", "Plateformes d'expertise (PEMR) ou de coordination (PCOM)", place.nom, "compte",
        valeur=float(len(rows)), provenance="publie" if published else "a_confirmer",
        source=_source(rows["source_url"].iloc[0]),
        reserve=f"{listing(list(rows['nom']))}. Communes à toutes les filières.",
    )  # fmt: skip


def _burden(place: Place) -> Iterator[Measure]:
    return _read_numbers(
        place, "charge", "Charge de la prise en charge",
        "Il faudrait les consultations, les séjours et les professionnels mobilisés par patient et par an ; rien n'a "
        "été lu pour ce groupe (table « Recours et charge des soins »).",
    )  # fmt: skip


def _recourse(place: Place) -> Iterator[Measure]:
    return _read_numbers(
        place, "recours", "Venues par patient et par an",
        "Il faudrait le nombre de venues par patient et par an, sur place et à distance ; rien n'a été lu pour ce "
        "groupe (table « Recours et charge des soins »).",
    )  # fmt: skip


def _read_numbers(place: Place, critere: str, libelle: str, needed: str) -> Iterator[Measure]:
    """Give the numbers read for the group, or say that there is none; then those of all rare diseases, beside."""
    rows = place.rows("criteria_recourse")
    rows = rows[rows["critere"].eq(critere)]
    if rows["toutes_maladies"].all():
        yield _absent(critere, libelle, "France", needed)
    for row in rows.to_dict("records"):
        share, context = str(row["unite"]).startswith("%"), bool(row["toutes_maladies"])
        year = "année inconnue" if pd.isna(row["annee"]) else f"{int(row['annee'])}"
        yield Measure(
            critere, str(row["libelle"]), "Lieu nommé" if context else "France", _nature(row["provenance"]),
            "part" if share else "taux", valeur=float(row["valeur"]), unite="" if share else str(row["unite"]),
            provenance=str(row["provenance"]), source=_source(row["source_url"]), contexte=context,
            reserve=("Toutes maladies rares : ne dit rien du groupe. " if context else "") + f"{row['note']} ({year})",
        )  # fmt: skip


def _epidemiology(place: Place) -> Iterator[Measure]:
    factors = place.allowed(_modifiers(place.dataset))
    factors = factors[factors["groupe_maladie"].eq(place.access.selection.groupe)]
    listed = factors[factors["departement"].isin(_departements(place.dataset, place.region))]
    alike = ["facteur", "provenance", "source_url", "note"]
    for (factor, provenance, source, note), rows in listed.groupby(alike, dropna=False, sort=False):
        where = listing(list(rows["nom_departement"]))
        yield Measure(
            "epidemiologie", f"Fréquence ÷ moyenne nationale : {where}", place.nom, _nature(provenance),
            "rapport", valeur=float(factor), provenance=str(provenance), source=_source(source), reserve=_text(note),
        )  # fmt: skip
    if listed.empty:
        elsewhere = (
            " Le groupe est connu comme inégal ailleurs : le reste est réparti." if len(factors) else ""
        )
        yield _absent(
            "epidemiologie", "Fréquence propre à la région", place.nom,
            "Rien n'a été lu : la fréquence nationale s'applique. Il faudrait une prévalence ou une incidence "
            f"régionale (table « Modificateurs régionaux »).{elsewhere}",
        )  # fmt: skip
    if place.known_prevalence:
        yield _modelled(
            place.residents(), critere="epidemiologie", libelle="Personnes concernées attendues", portee=place.nom,
            genre="personnes", reserve="Habitants × prévalence × facteur du département × âge.",
        )  # fmt: skip


def _reference_centres(place: Place) -> Iterator[Measure]:
    counted = partial(Measure, "centres", nature="compte", source=_KNOWN_SITES)
    everywhere = place.access.sites["type"]
    for kind, words in _TYPES.items():
        if kind == "crc" and not everywhere.eq(kind).any():
            continue
        for portee, types in ((place.nom, place.sites["type"]), ("France", everywhere)):
            yield counted(
                libelle=words, portee=portee, valeur=float(types.eq(kind).sum()), reserve=place.completeness
            )
    yield counted(libelle="Réseaux du groupe", portee="France", valeur=float(place.group["reseaux"]))
    rows = place.rows("criteria_published_counts")
    for row in rows[rows["centres_reference"].notna()].to_dict("records"):
        year = "page non datée" if pd.isna(row["annee"]) else f"{int(row['annee'])}"
        yield Measure(
            "centres", f"Centres de référence publiés, réseau « {row['reseau']} »", "France", "lu",
            valeur=float(row["centres_reference"]), provenance="publie", source=_text(row["source_url"]),
            reserve=f"{_text(row['note'])} ({year})".strip(),
        )  # fmt: skip


MAKERS: tuple[Callable[[Place], Iterator[Measure]], ...] = (
    _prevalence, _caseload, _organisation, _burden, _epidemiology, _recourse, _reference_centres,
)  # fmt: skip
"""One generator a criterion, in the order of :data:`rarecare.indicators.criteria_model.CRITERIA`."""


def _absent(critere: str, libelle: str, portee: str, needed: str) -> Measure:
    return Measure(critere, libelle, portee, "absent", reserve=needed)


def _modelled(values: Floats, **fields: Any) -> Measure:
    low, central, high = map(float, values)
    return Measure(nature="modele", source=_MODEL, valeur=central, bas=low, haut=high, **fields)


@lru_cache(maxsize=4)
def _modifiers(dataset: Dataset) -> pd.DataFrame:
    return regional_modifiers(dataset)


@lru_cache(maxsize=64)
def _platforms(dataset: Dataset, region: str) -> pd.DataFrame:
    return dataset.query("criteria_platforms", region=region)


@lru_cache(maxsize=64)
def _departements(dataset: Dataset, region: str) -> tuple[str, ...]:
    rows = dataset.query("departements")
    return tuple(map(str, rows.loc[rows["region"].eq(region), "departement"]))


def _nature(provenance: object) -> Nature:
    """Return what a row of the data is: a value that is not published is a judgement to confirm."""
    return "lu" if provenance in PUBLISHED else "estime"


def _source(address: object) -> str:
    return _text(address) or "Aucune page lue"


def _text(value: object) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)

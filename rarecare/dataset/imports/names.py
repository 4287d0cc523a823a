"""Names as readers write them: hospitals against the register, réseaux, filières, groups, communes, départements.

A hospital taken for another is the worst error of an import, and the least visible. A name is therefore accepted only
when it leaves one reading: every word of it belongs to that hospital, every word that singles the hospital out is
there, the city, the group or the kind of hospital is told (or the name is known in the whole country), and no other
hospital of the register answers as well. Everything else is asked to the reader, with the nearest names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from rarecare.dataset.imports.values import listed_labels, normalised, squeezed
from rarecare.territory.communes import Communes
from rarecare.territory.search import plain

ACCEPTED = 95.0
"""Score from which a hospital is accepted without asking; candidates to choose from stay below."""
MAXIMUM_CANDIDATES = 5
MINIMUM_SCORE = 60.0
"""Below this score a hospital is not even worth proposing."""

NAME_RULES: Mapping[str, tuple[str, str]] = {
    "etablissement-a-confirmer": (
        "L'établissement peut être compris de plusieurs façons",
        "Choisir l'établissement dans l'assistant, ou par --match \"TEXTE=identifiant\".",
    ),
    "etablissement-inconnu": (
        "L'établissement n'est pas dans le registre",
        "Importer d'abord l'établissement (table etablissements), ou choisir celui dont il s'agit.",
    ),
    "reseau-inconnu": ("Le réseau n'existe pas", "Écrire le sigle ou le libellé du réseau labellisé."),
    "reseau-ambigu": ("Plusieurs réseaux portent ce nom", "Donner l'identifiant du réseau, ou la filière."),
    "filiere-inconnue": ("La filière n'existe pas", "Écrire le sigle de l'une des filières."),
    "groupe-inconnu": (
        "Le groupe de maladies n'existe pas",
        "Écrire le code ou le libellé d'un groupe, ou « tous ».",
    ),
    "departement-inconnu": (
        "Le département n'existe pas",
        "Écrire le code officiel du département ou son nom.",
    ),
    "departement-contredit": (
        "Le code et le nom du département ne vont pas ensemble",
        "Corriger l'un des deux.",
    ),
    "commune-inconnue": (
        "La commune n'existe pas",
        "Prendre le code officiel en vigueur (code INSEE, non le code postal), ou le nom exact.",
    ),
    "commune-ambigue": (
        "Plusieurs communes portent ce nom",
        "Donner le code officiel, ou le département dans sa colonne.",
    ),
    "commune-et-ville": (
        "Le code de commune n'est pas celui de la ville",
        "Vérifier que c'est le code INSEE et non le code postal.",
    ),
}
"""Slug to what the rule says and what to do."""

_NAMES_FILE = Path(__file__).with_name("hopitaux.toml")
_FAMILIES = frozenset({"chu", "ch", "chi", "chr", "chno", "gh", "ghu", "ghr", "aphp", "aphm", "hcl", "cmcr"})
_GROUPS = {"aphp": frozenset({"paris"}), "aphm": frozenset({"marseille"}), "hcl": frozenset({"lyon"})}
_NEUTRAL = {"aphp": {"chu", "gh", "ghu"}, "aphm": {"chu", "gh"}, "hcl": {"chu", "gh", "ch"}}
_SLIP_LETTERS, _SLIP_RATIO = 7, 88
_ARRONDISSEMENT = re.compile(
    r"(paris|lyon|marseille) (?:0?([0-9]{1,2}))(?:er|e|eme|ieme)?(?: arrondissement)?"
)
_DISTRICT = "donner l'arrondissement municipal"
_CITY_CODES = {"paris": "75056", "lyon": "69123", "marseille": "13055"}


@dataclass(frozen=True)
class DoubtfulMatch:
    """A hospital that could not be told with certainty: the reader chooses.

    ``text`` is the cell as read, the key to give in ``Mapping.matches``. ``lines`` are those of the file.
    ``candidates`` holds up to five pairs of etablissement_id and score from 0 to 100, the best first; it may be empty.
    """

    text: str
    lines: tuple[int, ...]
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class AcceptedMatch:
    """A hospital recognised under another name than that of the register; ``score`` runs from 95 to 100."""

    text: str
    etablissement_id: str
    score: float


@dataclass(frozen=True)
class HospitalMatch:
    """What the register answers: ``etablissement_id`` when it is sure, else the nearest ``candidates``."""

    etablissement_id: str
    score: float
    candidates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Found:
    """A code looked up from a name; ``slug`` says why there is none, ``detail`` adds what may help."""

    code: str = ""
    slug: str = ""
    detail: str = ""


@dataclass(frozen=True)
class _Hospital:
    """One hospital of the register, its name cut in words."""

    etablissement_id: str
    plain_name: str
    name: str
    family: str
    specific: frozenset[str]
    context: frozenset[str]
    places: frozenset[str]
    is_site: bool
    code_commune: str
    departement: str


class HospitalRegister:
    """The hospitals of the register, looked up by what people write."""

    def __init__(self, etablissements: pd.DataFrame) -> None:
        self._hospitals = [_hospital(row) for row in etablissements.to_dict("records")]
        self._ids = {hospital.etablissement_id for hospital in self._hospitals}

    def __contains__(self, etablissement_id: object) -> bool:
        return etablissement_id in self._ids

    def match(self, text: str, *, ville: str = "") -> HospitalMatch:
        """Return the hospital that a text names, or the nearest ones when there is the least doubt.

        *ville* is the city of another column: it may settle a name, and forbids the hospitals of other cities.
        """
        if text in self._ids:
            return HospitalMatch(text, 100.0)
        name, city = hospital_words(text), _place_words(ville)
        exact = plain(text)
        own = [h for h in self._hospitals if h.plain_name == exact and city <= h.places]
        if len(own) == 1:
            return HospitalMatch(own[0].etablissement_id, 100.0)
        sure = [hospital for hospital in self._hospitals if _is_sure(hospital, name.split(), city)]
        if len(sure) == 1:
            identical = 100.0 if sure[0].name == name else ACCEPTED + fuzz.ratio(name, sure[0].name) / 100 * 4
            return HospitalMatch(sure[0].etablissement_id, round(identical, 1))
        return HospitalMatch(
            "", 0.0, self._nearest(name, city, {hospital.etablissement_id for hospital in sure})
        )

    def likeness(self, text: str) -> float:
        """Return how close a text is to the nearest name of the register, from 0 to 100, letter by letter."""
        name = hospital_words(text)
        return max((fuzz.ratio(name, hospital.name) for hospital in self._hospitals), default=0.0)

    def _nearest(self, name: str, city: frozenset[str], sure: set[str]) -> tuple[tuple[str, float], ...]:
        scored = []
        words = set(name.split()) - _FAMILIES
        for hospital in self._hospitals:
            common = len(words & (hospital.specific | hospital.places)) / max(len(words), 1)
            whole = f"{hospital.name} {' '.join(sorted(hospital.places - set(hospital.name.split())))}"
            alike = 0.4 * fuzz.token_set_ratio(name, whole) + 0.4 * fuzz.token_sort_ratio(name, hospital.name)
            score = alike + 20 * common + (10 if city and city <= hospital.places else 0)
            score = ACCEPTED - 1 if hospital.etablissement_id in sure else min(score, ACCEPTED - 2)
            if score >= MINIMUM_SCORE:
                scored.append((hospital.etablissement_id, round(score, 1)))
        return tuple(sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:MAXIMUM_CANDIDATES])


class Labels:
    """Codes by the labels that people write: réseaux, filières, groups of diseases."""

    def __init__(self, pairs: Iterable[tuple[str, str]], *, unknown: str, ambiguous: str = "") -> None:
        self._codes: dict[str, list[str]] = {}
        for label, code in pairs:
            codes = self._codes.setdefault(_compact(label), []) if _compact(label) else []
            if code not in codes:
                codes.append(code)
        self._unknown, self._ambiguous = unknown, ambiguous or unknown

    def find(self, text: str, *, among: frozenset[str] | None = None, hint: bool = True) -> Found:
        """Return the code of a label; *among* keeps only some codes, when that leaves any.

        With *hint*, an unknown label comes with the nearest ones.
        """
        codes = self._codes.get(_compact(text), [])
        kept = [code for code in codes if among is None or code in among] or codes
        if len(kept) == 1:
            return Found(kept[0])
        if kept:
            return Found(slug=self._ambiguous, detail=", ".join(kept))
        if not hint:
            return Found(slug=self._unknown)
        near = process.extract(_compact(text), list(self._codes), scorer=fuzz.ratio, limit=3, score_cutoff=70)
        names = dict.fromkeys(code for key, _, _ in near for code in self._codes[key])
        return Found(slug=self._unknown, detail=f"le plus proche : {', '.join(names)}" if names else "")


def labels_of_networks(reseaux: pd.DataFrame) -> Labels:
    """Return the réseaux by identifier, sigle and label, alone or with their filière."""
    pairs = []
    for row in reseaux.to_dict("records"):
        code, filiere, libelle, sigle = row["reseau_id"], row["filiere"], row["libelle"], row["sigle"]
        names = [code, libelle, f"{filiere} {libelle}"]
        names += [sigle, f"{filiere} {sigle}", f"{sigle} {libelle}", f"{libelle} {sigle}"] if sigle else []
        pairs += [(name, code) for name in names]
    return Labels(pairs, unknown="reseau-inconnu", ambiguous="reseau-ambigu")


def labels_of_filieres(filieres: pd.DataFrame) -> Labels:
    """Return the filières by sigle and by full name."""
    rows = filieres.to_dict("records")
    pairs = [(name, row["filiere"]) for row in rows for name in (row["filiere"], row["nom_complet"])]
    return Labels(pairs, unknown="filiere-inconnue")


def labels_of_groups(groupes: pd.DataFrame) -> Labels:
    """Return the groups of diseases by code and by label."""
    rows = groupes.to_dict("records")
    pairs = [
        (name, row["groupe_maladie"]) for row in rows for name in (row["groupe_maladie"], row["libelle"])
    ]
    return Labels(pairs, unknown="groupe-inconnu")


def find_departement(
    text: str, *, codes: frozenset[str], names: Mapping[str, str], residence: bool = False
) -> Found:
    """Return the code of a département from « 1 », « 2a », « Ain », « 01 - Ain » or « Ain (01) ».

    With *residence*, « tous » and « 99 » (abroad or unknown) are understood too, and their usual labels.
    """
    if residence:
        label = listed_labels("departement_residence").get(normalised(text))
        if label or squeezed(text) == "99":
            return Found(label or "99")
    written = re.sub(r"\b0?([0-9])\b", r"0\1", squeezed(text).upper())
    code = next((word for word in re.split(r"[^0-9A-Z]+", written) if word in codes), "")
    if not code and re.search(r"[0-9]", written):
        return Found(slug="departement-inconnu")
    rest = _territory_name(re.sub(rf"\b{code}\b", " ", written) if code else written)
    by_name = {_territory_name(name): found for found, name in names.items()}
    if not rest:
        return Found(code) if code else Found(slug="departement-inconnu")
    named = by_name.get(rest, "")
    if code and named != code:
        return Found(slug="departement-contredit" if named else "departement-inconnu")
    return Found(named) if named else Found(slug="departement-inconnu")


def find_commune(text: str, *, communes: Communes, departement: str = "", cities: bool = False) -> Found:
    """Return the code of a commune from its code or from its exact name, alone in the country or in *departement*.

    « Rennes (35) » and « Paris 15e » are understood; Paris, Lyon and Marseille alone are ambiguous, but with *cities*.
    """
    body = squeezed(text)
    code = body.upper()
    if re.fullmatch(r"[0-9]{4}|[0-9][AB][0-9]{3}", code) and len(code) == 4:
        code = f"0{code}"
    if re.fullmatch(r"[0-9][0-9AB][0-9]{3}", code):
        if code in _CITY_CODES.values() and not cities:
            return Found(slug="commune-ambigue", detail=_DISTRICT)
        return Found(code) if code in communes else Found(slug="commune-inconnue")
    bracket = re.fullmatch(r"(.+?) ?\(([0-9AB]{2,3})\)", code)
    if bracket:
        body, departement = bracket[1], bracket[2]
    name = plain(body)
    if district := _ARRONDISSEMENT.fullmatch(name):
        name = f"{district[1]} {int(district[2])}"
    if cities and name in _CITY_CODES:
        return Found(_CITY_CODES[name])
    return _named_commune(name, communes=communes, departement=departement)


def same_city(ville: str, code_commune: str, *, communes: Communes) -> bool:
    """Tell whether a city and a commune code may go together: the same name, or an arrondissement of that city."""
    position = communes.resolve(code_commune)
    parent = str(communes.parents[position])
    names = {_article_less(plain(str(communes.noms[position])))}
    if parent:
        names.add(plain(communes.nom_of(parent)))
    written = _article_less(plain(ville))
    return (
        written in names
        or any(written.startswith(f"{name} ") and written.endswith("cedex") for name in names)
        or (bool(parent) and written.split(" ")[0] in names)
    )


def hospital_words(text: str) -> str:
    """Return a hospital name in plain words: abbreviations unfolded, kinds of hospitals made one word."""
    joined = re.sub(r"\b([a-z])((?: [a-z]\b){1,4})", _joined_letters, plain(_apostrophes(text)))
    words = _expressions().sub(lambda found: _names_file()["expressions"][found[0]], joined).split()
    empty, generic = set(_names_file()["mots"]["vides"]), set(_names_file()["mots"]["generiques"])
    return " ".join(dict.fromkeys(word for word in words if word not in empty and word not in generic))


def _hospital(row: Mapping[Any, str]) -> _Hospital:
    parent, _, site = row["nom"].partition(" – ")
    # unfolding needs the whole name: "CHU de Bordeaux – Groupe hospitalier Pellegrin"
    whole, head = hospital_words(row["nom"]), hospital_words(parent).split()
    family = next((word for word in head if word in _FAMILIES), "")
    places = _place_words(row["ville"]) | _GROUPS.get(family, frozenset())
    rest = [word for word in head if word not in _FAMILIES]
    if site:
        specific = frozenset(word for word in whole.split() if word not in head and word not in _FAMILIES)
        specific = specific or frozenset(
            word for word in hospital_words(site).split() if word not in _FAMILIES
        )
        places |= frozenset(rest)
    else:
        specific = frozenset(rest)
    context = places | ({family} if family else frozenset())
    return _Hospital(
        etablissement_id=row["etablissement_id"],
        plain_name=plain(row["nom"]),
        name=whole,
        family=family,
        specific=specific,
        context=context,
        places=places,
        is_site=bool(site),
        code_commune=row["code_commune"],
        departement=row["departement"],
    )


def _is_sure(hospital: _Hospital, words: list[str], city: frozenset[str]) -> bool:
    """Tell whether a name can only be that of a hospital."""
    if city and not city <= hospital.places:
        return False
    matched: set[str] = set()
    for word in words:
        if word in _FAMILIES:
            if word != hospital.family and not _is_neutral(word, hospital):
                return False
        elif found := _word_of(word, hospital.specific):
            matched.add(found)
        elif word not in hospital.context and not _is_number_of(word, hospital):
            return False
    return _singled_out(hospital, matched) and _placed(hospital, words, matched, city)


def _singled_out(hospital: _Hospital, matched: set[str]) -> bool:
    left = hospital.specific - matched
    if not left:
        return True
    words = _names_file()["mots"]
    strong = matched - set(words["faibles"]) - set(words["omis"])
    return bool(strong) and left <= set(words["omis"])


def _placed(hospital: _Hospital, words: list[str], matched: set[str], city: frozenset[str]) -> bool:
    """Tell whether the kind of hospital, the group or the city is told, or the name needs none of them."""
    own_family = bool(hospital.family) and hospital.family in words
    if any(set(name.split()) <= matched for name in _names_file()["noms"]["sans_ville"]):
        return True
    if not hospital.is_site:
        # the city alone names no hospital, and a hospital without a kind needs its city
        return own_family if hospital.family else bool(city or (hospital.places - matched) & set(words))
    told = bool(city) or bool((hospital.places - matched) & set(words)) or bool(hospital.places & matched)
    return told or (own_family and hospital.family in _GROUPS)


def _is_neutral(word: str, hospital: _Hospital) -> bool:
    return hospital.is_site and (word in _NEUTRAL.get(hospital.family, ()) or word == "gh")


def _word_of(word: str, specific: frozenset[str]) -> str:
    """Return the word of a hospital that a written word is, slips of the pen in long words included."""
    if word in specific:
        return word
    if len(word) < _SLIP_LETTERS:
        return ""
    long_words = [own for own in specific if len(own) >= _SLIP_LETTERS]
    return next((own for own in long_words if fuzz.ratio(word, own) >= _SLIP_RATIO), "")


def _is_number_of(word: str, hospital: _Hospital) -> bool:
    """Tell whether a number is harmless: the département, a post code of it, or the arrondissement of the city."""
    digits = re.sub(r"(?:er|e|eme|ieme)$", "", word)
    if not digits.isdigit():
        return word == hospital.departement.lower()
    if word == hospital.departement or (len(digits) == 5 and digits.startswith(hospital.departement)):
        return True
    in_city = hospital.places & {"paris", "lyon", "marseille"}
    return bool(in_city) and len(digits) <= 2 and hospital.code_commune.endswith(f"{int(digits):02d}")


def _place_words(ville: str) -> frozenset[str]:
    words = hospital_words(
        re.sub(r"(?i)\b(?:[0-9]+(?:er|e|ème|eme)?|arrondissement|cedex)\b", " ", ville)
    ).split()
    return frozenset(words)


def _joined_letters(found: re.Match[str]) -> str:
    return found[0].replace(" ", "")


def _apostrophes(text: str) -> str:
    # "l'Archet" must not leave a letter that joins its neighbours
    return re.sub(r"(?i)\b[dl]['’]", " ", text)


def _compact(label: str) -> str:
    name = plain(label).removeprefix("filiere ").removeprefix("crmr ").removeprefix("reseau ")
    return name.replace(" ", "")


def _territory_name(text: str) -> str:
    return _article_less(plain(text))


def _article_less(name: str) -> str:
    return re.sub(r"^(?:la|le|les|l) ", "", name)


def _named_commune(name: str, *, communes: Communes, departement: str) -> Found:
    units = _commune_names(communes).get(_article_less(name), ())
    kept = [code for code, own in units if not departement or own == departement]
    if len(kept) == 1:
        return Found(kept[0])
    if kept:
        return Found(slug="commune-ambigue", detail=", ".join(kept[:MAXIMUM_CANDIDATES]))
    if name in _CITY_CODES:
        return Found(slug="commune-ambigue", detail=_DISTRICT)
    return Found(slug="commune-inconnue")


@lru_cache(maxsize=2)
def _commune_names(communes: Communes) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for code, nom, departement in zip(communes.codes, communes.noms, communes.departements, strict=True):
        name = _article_less(plain(str(nom)))
        if district := _ARRONDISSEMENT.fullmatch(name):
            name = f"{district[1]} {int(district[2])}"
        found.setdefault(name, []).append((str(code), str(departement)))
    return {name: tuple(units) for name, units in found.items()}


@cache
def _names_file() -> dict[str, Any]:
    return tomllib.loads(_NAMES_FILE.read_text(encoding="utf-8"))


@cache
def _expressions() -> re.Pattern[str]:
    known = sorted(_names_file()["expressions"], key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(words) for words in known) + r")\b")

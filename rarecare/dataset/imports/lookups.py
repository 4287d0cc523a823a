"""What the fields of a file are looked up in, and the fields that others tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import pandas as pd

from rarecare.dataset.imports.names import (
    Found,
    HospitalMatch,
    HospitalRegister,
    Labels,
    find_commune,
    find_departement,
    labels_of_filieres,
    labels_of_groups,
    labels_of_networks,
    same_city,
)
from rarecare.dataset.imports.values import Cleaned, Cleaner, cleaner_of, listed_labels, normalised, squeezed
from rarecare.dataset.latest import latest_rows
from rarecare.dataset.tables import Field, Table
from rarecare.territory.communes import Communes
from rarecare.territory.search import plain

_OWN_KEYS = {
    "centres": "centre_id",
    "etablissements": "etablissement_id",
    "filieres": "filiere",
    "groupes_maladies": "groupe_maladie",
    "reseaux": "reseau_id",
}
_FIRST = (
    "filiere",
    "reseau_id",
    "groupe_maladie",
    "departement",
    "departement_residence",
    "ville",
    "code_commune",
)
_CONTEXT = {"reseau_id": "filiere", "code_commune": "departement"}
_SLUG = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
_ASK_BEFORE_ADDING = 85.0
_MAXIMUM_HINTS = 500
"""Unknown labels beyond this count are told without the nearest ones: the column is another one."""
_TYPES = ("coordonnateur", "constitutif", "competence", "crc")
_CITIES_ALLOWED = "communes_ou_villes"


@dataclass(frozen=True, eq=False)
class References:
    """What the names and codes of a file are looked up in: tables (all text), communes, départements.

    ``departement_names`` gives the name of each code; without it, only codes are understood. ``others`` holds the
    other tables by name, for the foreign keys that point to them.
    """

    etablissements: pd.DataFrame
    centres: pd.DataFrame
    reseaux: pd.DataFrame
    filieres: pd.DataFrame
    groupes: pd.DataFrame
    communes: Communes
    departements: frozenset[str]
    departement_names: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def of(
        cls, tables: Mapping[str, pd.DataFrame], *, communes: Communes, departements: Mapping[str, str]
    ) -> References:
        """Return the references made of tables by their names in the data package; *departements* is code to name."""
        return cls(
            etablissements=tables["etablissements"],
            centres=tables["centres"],
            reseaux=tables["reseaux"],
            filieres=tables["filieres"],
            groupes=tables["groupes_maladies"],
            communes=communes,
            departements=frozenset(departements),
            departement_names=dict(departements),
            others={name: frame for name, frame in tables.items() if name not in _OWN_KEYS},
        )

    def table(self, name: str) -> pd.DataFrame | None:
        """Return a table by its name in the data package, None when it was not given."""
        main = {
            "etablissements": self.etablissements,
            "centres": self.centres,
            "reseaux": self.reseaux,
            "filieres": self.filieres,
            "groupes_maladies": self.groupes,
        }
        return main.get(name, self.others.get(name))

    @cached_property
    def register(self) -> HospitalRegister:
        """The hospitals, looked up by what people write."""
        return HospitalRegister(self.etablissements)

    @cached_property
    def network_labels(self) -> Labels:
        """The réseaux by their names."""
        return labels_of_networks(self.reseaux)

    @cached_property
    def filiere_labels(self) -> Labels:
        """The filières by their names."""
        return labels_of_filieres(self.filieres)

    @cached_property
    def group_labels(self) -> Labels:
        """The groups of diseases by their names."""
        return labels_of_groups(self.groupes)

    @cached_property
    def filiere_of(self) -> dict[str, str]:
        """Réseau to filière."""
        reseaux = self.reseaux
        return dict(zip(reseaux["reseau_id"], reseaux["filiere"], strict=True))

    @cached_property
    def networks_of(self) -> dict[str, frozenset[str]]:
        """Filière to its réseaux."""
        found: dict[str, set[str]] = {}
        for reseau, filiere in self.filiere_of.items():
            found.setdefault(filiere, set()).add(reseau)
        return {filiere: frozenset(reseaux) for filiere, reseaux in found.items()}

    @cached_property
    def hospital_names(self) -> dict[str, str]:
        """Hospital to its name."""
        hospitals = self.etablissements
        return dict(zip(hospitals["etablissement_id"], hospitals["nom"], strict=True))

    @cached_property
    def departement_of(self) -> dict[str, str]:
        """Hospital to its département."""
        hospitals = self.etablissements
        return dict(zip(hospitals["etablissement_id"], hospitals["departement"], strict=True))

    @cached_property
    def departement_of_centre(self) -> dict[str, str]:
        """Centre to the département of its hospital."""
        centres = self.centres
        places = centres["etablissement_id"].map(self.departement_of)
        return dict(zip(centres["centre_id"], places, strict=True))

    @cached_property
    def centre_ids(self) -> frozenset[str]:
        """All the identifiers of centres."""
        return frozenset(self.centres["centre_id"])

    @cached_property
    def centre_of(self) -> dict[tuple[str, str], str]:
        """Return the latest centre of each réseau and hospital."""
        centres = self.centres
        latest = centres[latest_rows(centres)]
        pairs = zip(latest["reseau_id"], latest["etablissement_id"], strict=True)
        return dict(zip(pairs, latest["centre_id"], strict=True))

    @cached_property
    def ids_of_pair(self) -> dict[tuple[str, str], dict[str, str]]:
        """Réseau and hospital to their centres, with the period of each."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        columns = ["reseau_id", "etablissement_id", "centre_id", "periode_label"]
        for reseau, hospital, key, period in self.centres[columns].itertuples(index=False):
            found.setdefault((reseau, hospital), {})[key] = period
        return found


@dataclass(frozen=True, eq=False)
class Derived:
    """A field filled from others. ``wrong`` marks the rows to tell, ``shown`` and ``details`` what to tell of them.

    ``broken`` marks the rows whose cell cannot be trusted, because it is wrong or because what it comes from is.
    """

    name: str
    values: pd.Series
    broken: pd.Series
    slug: str = ""
    wrong: pd.Series | None = None
    told_by: str = ""
    shown: pd.Series | None = None
    details: Mapping[int, str] = field(default_factory=dict)


class Lookups:
    """The ways in which the cells of one table are read."""

    def __init__(self, references: References, table: Table) -> None:
        self._references = references
        self._table = table
        self._specs = {spec.name: spec for spec in table.fields}

    def order(self, columns: Iterable[str]) -> list[str]:
        """Return the columns to clean, those that others need first; hospitals are matched apart."""
        names = [name for name in columns if not (name == self.hospital_field == self.hospital_target)]
        return sorted(names, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))

    def looks_up(self, name: str) -> bool:
        """Tell whether a field is found by its names rather than read as it stands."""
        return name in {"reseau_id", "filiere", "groupe_maladie", "etablissement_id", "centre_id"}

    def context(self, name: str, columns: Iterable[str]) -> str:
        """Return the other column that helps to read a field, such as the département of a commune; often none."""
        other = _CONTEXT.get(name, "")
        return other if other in set(columns) and not self._is_own_key(name) else ""

    def cleaner(self, name: str, *, within: str = "") -> Cleaner:
        """Return the function that reads the cells of a field; *within* is the value of its context."""
        if self._is_own_key(name):
            return cleaner_of(self._specs[name], table=self._table.name)
        if name == "filiere":
            return self._label_cleaner(self._references.filiere_labels, "filiere")
        if name == "reseau_id":
            return self._label_cleaner(
                self._references.network_labels, "reseau_id", among=self._references.networks_of.get(within)
            )
        if name == "groupe_maladie":
            return self._label_cleaner(self._references.group_labels, "groupe_maladie")
        if name in {"departement", "departement_residence"}:
            return self._departement_cleaner(residence=name == "departement_residence")
        if name == "code_commune":
            return self._commune_cleaner(within)
        if name == "type" and name not in self._specs:
            return _kind
        if name == "centre_id":
            return _trimmed
        spec = self._specs.get(name, Field(name, name, ""))
        return cleaner_of(spec, table=self._table.name)

    @property
    def hospital_field(self) -> str:
        """Field where a hospital is written, empty when the table has none."""
        if self._table.name == "etablissements":
            return "nom"
        return "etablissement" if self._table.name == "plateformes" else "etablissement_id"

    @property
    def hospital_target(self) -> str:
        """Field that takes the identifier of the hospital."""
        return "etablissement_id"

    def accepts(self, etablissement_id: str) -> bool:
        """Tell whether a reader may decide for this identifier: one of the register, or a new one in its own table."""
        if self._table.name == "etablissements":
            return bool(_SLUG.fullmatch(etablissement_id))
        return etablissement_id in self._references.register

    def hospital(self, text: str, *, city: str, decided: Mapping[str, str]) -> HospitalMatch:
        """Return the hospital decided by the reader for a text, else what the register answers."""
        for key in (f"{text} ({city})", text):
            if key in decided:
                return HospitalMatch(decided[key] if self.accepts(decided[key]) else "", 100.0)
        return self._references.register.match(text, ville=city)

    def must_ask(self, text: str) -> bool:
        """Tell whether a hospital that is not recognised is a problem; a new list of hospitals may bring new ones."""
        if self._table.name == "plateformes":
            return False
        return (
            self._table.name != "etablissements"
            or self._references.register.likeness(text) >= _ASK_BEFORE_ADDING
        )

    def hospital_name(self, etablissement_id: str) -> str:
        """Return the name of a hospital of the register, its identifier when it is not there."""
        return self._references.hospital_names.get(etablissement_id, etablissement_id)

    def name_to_keep(self, etablissement_id: str) -> str:
        """Return the name of a known hospital in a list of hospitals: a usual spelling does not rename it."""
        if self._table.name != "etablissements":
            return ""
        return self._references.hospital_names.get(etablissement_id, "")

    def knows_centres(self, texts: Iterable[str]) -> bool:
        """Tell whether one of the texts is the identifier of a centre."""
        return any(squeezed(text) in self._references.centre_ids for text in texts)

    def are_of_centres(self, texts: Iterable[str], frame: pd.DataFrame) -> bool:
        """Tell whether texts, row by row, name the département where the hospital of the centre is."""
        if "centre_id" not in frame or self._table.name == "centres":
            return False
        own = self._references.departement_of_centre
        pairs = set(zip(map(squeezed, texts), frame["centre_id"].map(own), strict=True))
        read = self._departement_cleaner(residence=False)
        return all(not text or read(text).value == place for text, place in pairs)

    def values_of(self, table: str, column: str) -> frozenset[str] | None:
        """Return the values of a column of another table, None when that table was not given."""
        frame = self._references.table(table)
        return None if frame is None else frozenset(frame[column])

    def derived(self, frame: pd.DataFrame, broken: pd.DataFrame) -> Iterator[Derived]:
        """Yield the fields that others tell, one by one: the caller writes each into *frame* before the next."""
        columns = set(self._table.columns)
        if {"code_commune", "ville"} <= columns:
            yield from self._places(frame, broken)
        if "filiere" in columns and "reseau_id" in columns:
            yield _filled(
                frame,
                broken,
                "filiere",
                ["reseau_id"],
                lambda row: self._references.filiere_of.get(row["reseau_id"], ""),
            )
        if self._table.name == "epidemiologie":
            groups = dict(
                zip(
                    self._references.reseaux["reseau_id"],
                    self._references.reseaux["groupe_maladie"],
                    strict=True,
                )
            )
            yield _filled(
                frame, broken, "groupe_maladie", ["reseau_id"], lambda row: groups.get(row["reseau_id"], "")
            )
        if self._table.name in {"file_active", "moyens"}:
            yield from self._centres(frame, broken)
        yield from self._new_identifiers(frame, broken)

    def _places(self, frame: pd.DataFrame, broken: pd.DataFrame) -> Iterator[Derived]:
        communes = self._references.communes
        if "ville" in frame:
            yield self._commune_of_city(frame, broken)
            yield self._city_check(frame, broken)
        if "code_commune" not in frame:
            return

        def position(row: Mapping[str, str]) -> int | None:
            return communes.resolve(row["code_commune"]) if row["code_commune"] in communes else None

        def city(row: Mapping[str, str]) -> str:
            found = position(row)
            if found is None:
                return ""
            parent = str(communes.parents[found])
            return communes.nom_of(parent) if parent else str(communes.noms[found])

        def departement(row: Mapping[str, str]) -> str:
            found = position(row)
            return "" if found is None else str(communes.departements[found])

        def region(row: Mapping[str, str]) -> str:
            found = position(row)
            return "" if found is None else str(communes.regions[found])

        yield _filled(frame, broken, "ville", ["code_commune"], city)
        yield _filled(frame, broken, "departement", ["code_commune"], departement)
        if "region" in self._table.columns:
            yield _filled(frame, broken, "region", ["code_commune"], region)

    def _commune_of_city(self, frame: pd.DataFrame, broken: pd.DataFrame) -> Derived:
        required = self._specs["code_commune"].required
        if "code_commune" not in frame:
            frame["code_commune"], broken["code_commune"] = "", False
        empty = frame["code_commune"].eq("") & frame["ville"].ne("") & ~broken["code_commune"]
        own = frame["departement"] if "departement" in frame else pd.Series("", index=frame.index)
        asked = pd.DataFrame({"ville": frame["ville"], "departement": own})[empty]
        found = {
            row: answer
            for (ville, departement), rows in asked.groupby(["ville", "departement"]).groups.items()
            for answer in [
                find_commune(
                    ville,
                    communes=self._references.communes,
                    departement=departement,
                    cities=self._cities,
                )
            ]
            for row in rows
        }
        values = frame["code_commune"].copy()
        wrong = pd.Series(False, index=frame.index)
        for row, answer in found.items():
            values[row] = answer.code
            wrong[row] = required and bool(answer.slug)
        slugs = {answer.slug for row, answer in found.items() if wrong[row]}
        details = {row: answer.detail for row, answer in found.items()}
        slug = "commune-ambigue" if "commune-ambigue" in slugs else "commune-inconnue"
        return Derived(
            "code_commune",
            values,
            broken["code_commune"] | wrong,
            slug,
            wrong,
            "ville",
            frame["ville"],
            details,
        )

    def _city_check(self, frame: pd.DataFrame, broken: pd.DataFrame) -> Derived:
        pairs = frame[["ville", "code_commune"]].drop_duplicates()
        communes = self._references.communes
        bad = {
            (ville, code)
            for ville, code in pairs.itertuples(index=False)
            if ville and code in communes and not same_city(ville, code, communes=communes)
        }
        wrong = pd.Series(
            [pair in bad for pair in zip(frame["ville"], frame["code_commune"], strict=True)],
            index=frame.index,
            dtype=bool,
        )
        return Derived(
            "code_commune",
            frame["code_commune"],
            broken["code_commune"] | wrong,
            "commune-et-ville",
            wrong,
            "code_commune",
            frame["code_commune"] + " " + frame["ville"],
        )

    def _centres(self, frame: pd.DataFrame, broken: pd.DataFrame) -> Iterator[Derived]:
        """Find the centre of each row by its identifier, or by its réseau and hospital."""
        given = frame["centre_id"] if "centre_id" in frame else pd.Series("", index=frame.index)
        bad = broken["centre_id"] if "centre_id" in broken else pd.Series(False, index=frame.index)
        wrong = given.ne("") & ~given.isin(self._references.centre_ids)
        shown = given
        values = given.where(~wrong, "")
        told_by = "centre_id"
        details: dict[int, str] = {}
        if {"reseau_id", "etablissement_id"} <= set(frame.columns):
            pair_broken = broken["reseau_id"] | broken["etablissement_id"]
            both = frame["reseau_id"].ne("") & frame["etablissement_id"].ne("") & given.eq("")
            pairs = list(zip(frame["reseau_id"], frame["etablissement_id"], strict=True))
            found = pd.Series(
                [self._references.centre_of.get(pair, "") for pair in pairs], index=frame.index, dtype="str"
            )
            values = values.where(~both, found)
            absent = both & found.eq("") & ~pair_broken
            names = pd.Series(
                [f"{pair[0]} × {self.hospital_name(pair[1])}" for pair in pairs], index=frame.index
            )
            shown = shown.where(~absent, names)
            of_pair = {pair: "" for pair, wanted in zip(pairs, absent, strict=True) if wanted}
            of_pair = {pair: self._near_centres(*pair) for pair in islice(of_pair, _MAXIMUM_HINTS)}
            details = {
                row: of_pair.get(pair, "")
                for row, pair, wanted in zip(frame.index, pairs, absent, strict=True)
                if wanted
            }
            wrong |= absent
            bad = bad | (pair_broken & given.eq(""))
            told_by = "etablissement_id" if "centre_id" not in frame else "centre_id"
        yield Derived("centre_id", values, bad | wrong, "centre-inconnu", wrong, told_by, shown, details)
        if {"reseau_id", "etablissement_id"} <= set(frame.columns):
            yield self._contradiction(frame, broken)

    def _contradiction(self, frame: pd.DataFrame, broken: pd.DataFrame) -> Derived:
        own = {key: pair for pair, keys in self._references.ids_of_pair.items() for key in keys}
        wrong = pd.Series(
            [
                bool(key and reseau and hospital) and own.get(key) != (reseau, hospital)
                for key, reseau, hospital in frame[["centre_id", "reseau_id", "etablissement_id"]].itertuples(
                    index=False
                )
            ],
            index=frame.index,
            dtype=bool,
        )
        shown = frame["centre_id"]
        return Derived(
            "centre_id", shown, broken["centre_id"] | wrong, "centre-contredit", wrong, "centre_id", shown
        )

    def _near_centres(self, reseau: str, etablissement: str) -> str:
        """Return the centres of a réseau in the same département, which the file may mean."""
        place = self._references.departement_of.get(etablissement, "")
        near = [
            self.hospital_name(hospital)
            for (network, hospital) in self._references.centre_of
            if network == reseau and self._references.departement_of.get(hospital) == place
        ]
        return f"centres connus de ce réseau dans le département : {', '.join(near)}" if near else ""

    def _new_identifiers(self, frame: pd.DataFrame, broken: pd.DataFrame) -> Iterator[Derived]:
        name = self._table.name
        if name == "centres":
            yield self._new_centres(frame, broken)
        elif name == "etablissements":
            yield _filled(frame, broken, "etablissement_id", ["nom"], lambda row: slug_of(row["nom"]))
        elif name == "acteurs":
            known = self._known_ids("acteur_id", "type", "nom")
            yield _filled(
                frame,
                broken,
                "acteur_id",
                ["type", "nom"],
                lambda row: _known_or_new(known, row["type"], row["nom"]),
            )
        elif name == "plateformes":
            known = self._known_ids("plateforme_id", "type", "nom")
            yield _filled(
                frame,
                broken,
                "plateforme_id",
                ["type", "nom"],
                lambda row: _known_or_new(known, row["type"], row["nom"]),
            )
        elif name == "maladies":
            known = self._known_ids("maladie_id", "nom")
            yield _filled(frame, broken, "maladie_id", ["nom"], lambda row: _known_or_new(known, row["nom"]))
        elif name == "reseaux":
            yield _filled(frame, broken, "reseau_id", ["filiere", "libelle"], self._network_id)

    def _new_centres(self, frame: pd.DataFrame, broken: pd.DataFrame) -> Derived:
        """Name the centres: the latest label has the plain identifier, an older one adds its period."""
        periods = frame["periode_label"] if "periode_label" in frame else pd.Series("", index=frame.index)
        newest = periods.groupby([frame["reseau_id"], frame["etablissement_id"]]).transform("max")

        def identifier(row: Mapping[str, str]) -> str:
            pair, period = (row["reseau_id"], row["etablissement_id"]), row.get("periode_label", "")
            known = self._references.ids_of_pair.get(pair, {})
            # an undated row takes the period that the file tells
            of_period = [key for key, own in known.items() if own == period] or [
                key for key, own in known.items() if not own and len(known) == 1
            ]
            if of_period or (known and not period):
                return of_period[0] if of_period else self._references.centre_of[pair]
            base = "--".join(pair)
            older = base in self._references.centre_ids or period != row["_newest"]
            return f"{base}--{period}" if older and period else base

        return _filled(
            frame.assign(_newest=newest), broken, "centre_id", ["reseau_id", "etablissement_id"], identifier
        )

    def _network_id(self, row: Mapping[str, str]) -> str:
        found = (
            self._references.network_labels.find(row.get("sigle") or row["libelle"]).code
            or self._references.network_labels.find(row["libelle"]).code
        )
        return found or slug_of(f"{row['filiere']} {row.get('sigle') or row['libelle']}")

    def _known_ids(self, key: str, *names: str) -> dict[str, str]:
        frame = self._references.table(self._table.name)
        if frame is None:
            return {}
        return {" ".join(plain(row[name]) for name in names): row[key] for row in frame.to_dict("records")}

    def _is_own_key(self, name: str) -> bool:
        return _OWN_KEYS.get(self._table.name) == name

    def _label_cleaner(self, labels: Labels, name: str, *, among: frozenset[str] | None = None) -> Cleaner:
        everything = listed_labels(name) if name in self._table.primary_key else {}
        unknown = 0

        def clean(text: str) -> Cleaned:
            nonlocal unknown
            body = squeezed(text)
            if not body:
                return Cleaned()
            whole = everything.get(normalised(body), "")
            found = Found(whole) if whole else labels.find(body, among=among, hint=unknown < _MAXIMUM_HINTS)
            unknown += bool(found.slug)
            return _cleaned(found, text, change="nom")

        return clean

    def _departement_cleaner(self, *, residence: bool) -> Cleaner:
        codes, names = self._references.departements, self._references.departement_names

        def clean(text: str) -> Cleaned:
            if not squeezed(text):
                return Cleaned()
            found = find_departement(text, codes=codes, names=names, residence=residence)
            return _cleaned(found, text, change="code" if re.search("[0-9]", text) else "nom")

        return clean

    def _commune_cleaner(self, departement: str) -> Cleaner:
        def clean(text: str) -> Cleaned:
            if not squeezed(text):
                return Cleaned()
            found = find_commune(
                text, communes=self._references.communes, departement=departement, cities=self._cities
            )
            return _cleaned(found, text, change="code" if re.search("[0-9]{4}", text) else "nom")

        return clean

    @property
    def _cities(self) -> bool:
        spec = self._specs.get("code_commune")
        return spec is not None and spec.reference == _CITIES_ALLOWED


def stands_for(name: str) -> tuple[str, ...]:
    """Return the fields that may stand for another in a file: what is wrong with it is told under their headings."""
    return {
        "centre_id": ("etablissement_id", "reseau_id"),
        "code_commune": ("ville",),
        "departement": ("code_commune", "ville"),
        "etablissement_id": ("nom", "etablissement"),
        "filiere": ("reseau_id",),
    }.get(name, ())


def slug_of(text: str) -> str:
    """Return the identifier made of a name: ``chu-de-saint-etienne``."""
    return plain(text).replace(" ", "-")


def _known_or_new(known: Mapping[str, str], *names: str) -> str:
    return known.get(" ".join(plain(name) for name in names)) or slug_of(" ".join(names))


def _cleaned(found: Found, text: str, *, change: str) -> Cleaned:
    if found.slug:
        return Cleaned(slug=found.slug, detail=found.detail)
    return Cleaned(found.code, () if found.code == text else (change,))


def _trimmed(text: str) -> Cleaned:
    return Cleaned(squeezed(text))


def _kind(text: str) -> Cleaned:
    """Read the type of a centre where it only helps: what is not understood is left out."""
    value = listed_labels("type").get(normalised(text), "")
    return Cleaned(value if value in _TYPES else "")


def _filled(
    frame: pd.DataFrame,
    broken: pd.DataFrame,
    name: str,
    needed: list[str],
    make: Callable[[Mapping[str, str]], str],
) -> Derived:
    """Return a field with its empty cells made from the other fields of their rows."""
    values = frame[name].copy() if name in frame else pd.Series("", index=frame.index, dtype="str")
    bad = broken[name].copy() if name in broken else pd.Series(False, index=frame.index)
    if not set(needed) <= set(frame.columns):
        return Derived(name, values, bad)
    empty = values.eq("") & ~bad
    whole = empty & frame[needed].ne("").all(axis=1)
    made = [make(row) for row in frame[whole].to_dict("records")]
    values[whole] = made
    from_broken = empty & broken[[other for other in needed if other in broken]].any(axis=1)
    return Derived(name, values, bad | from_broken)

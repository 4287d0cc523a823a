"""What events are compared with: the centres, groups, diseases and départements of the dataset, numbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from rarecare.dataset.imports.values import without_accents, written_labels
from rarecare.dataset.store import Dataset

_LISTS: dict[str, dict[str, int]] = {
    "modalite": {"site": 1, "telemedecine": 2},
    "classe_age": {"enfant": 1, "adulte": 2},
    "statut_diagnostic": {"confirme": 3, "probable": 2, "indetermine": 1},
}
"""Columns with a short list of values, and their numbers in SQL."""
_STATUSES = {
    "confirmé": "confirme",
    "confirmée": "confirme",
    "indéterminé": "indetermine",
    "indéterminée": "indetermine",
}
_MODALITIES = {"total": (1, 1, 1), "site": (1, 0, 1), "telemedecine": (0, 1, 1)}


@dataclass(frozen=True, eq=False)
class References:
    """Small tables given to the engine, named ``ref_…``.

    ``centres``: centre_id, centre (number), filiere (number), groupe_maladie of its network. ``groupes``:
    groupe_maladie, groupe (number). ``filieres``: filiere, rang. ``departements``: prefixe of communes, departement
    (number from 1; 0 is abroad or unknown). ``communes``: code_commune, also as spreadsheets write it, departement.
    ``maladies``: maladie (identifier, ORPHA code or name, lower case), groupe_maladie, groupes (how many it has).
    ``modalites``: whether a patient seen by ``modalites`` (1 site, 2 telemedecine, 3 both) counts in a ``modalite``.
    ``ecritures``: colonne, ecriture (a way of writing one of its values), numero (of the value).
    """

    version: str
    centres: pa.Table
    groupes: pa.Table
    filieres: pa.Table
    departements: pa.Table
    communes: pa.Table
    maladies: pa.Table

    @classmethod
    def of(cls, dataset: Dataset, former_communes: Mapping[str, str] | None = None) -> References:
        """Return the references of a version of the dataset; ``former_communes``: code and département."""
        centres, networks, diseases, links = (
            dataset.table(table) for table in ("centres", "reseaux", "maladies", "maladies_reseaux")
        )
        groups = dataset.run("select groupe_maladie from groupes_maladies")
        return cls.from_frames(
            centres=centres,
            networks=networks,
            diseases=diseases,
            links=links,
            groups=groups,
            departements=list(dataset.query("departements")["departement"]),
            communes={**(former_communes or {}), **_communes_of(dataset)},
            version=dataset.version,
        )

    @classmethod
    def from_frames(
        cls,
        *,
        centres: pd.DataFrame,
        networks: pd.DataFrame,
        diseases: pd.DataFrame,
        links: pd.DataFrame,
        groups: pd.DataFrame,
        departements: list[str],
        communes: Mapping[str, str],
        version: str = "",
    ) -> References:
        """Return the references made of the tables of the data package; their order does not matter."""
        filieres = sorted(centres["filiere"].unique())
        joined = centres.merge(networks[["reseau_id", "groupe_maladie"]], on="reseau_id", how="left")
        joined = joined.sort_values("centre_id", ignore_index=True)
        return cls(
            version=version,
            centres=pa.table(
                {
                    "centre_id": pa.array(joined["centre_id"], pa.string()),
                    "centre": pa.array(range(len(joined)), pa.int32()),
                    "filiere": pa.array([filieres.index(name) for name in joined["filiere"]], pa.int32()),
                    "groupe_maladie": pa.array(joined["groupe_maladie"], pa.string(), from_pandas=True),
                }
            ),
            groupes=_numbered("groupe_maladie", sorted(groups["groupe_maladie"]), "groupe"),
            filieres=_numbered("filiere", filieres, "rang"),
            departements=_numbered("prefixe", sorted(departements), "departement", first=1),
            communes=_communes(communes, sorted(departements)),
            maladies=_diseases(diseases, links, networks),
        )

    def tables(self) -> dict[str, pa.Table]:
        """Return the tables by their names in SQL."""
        counts = [
            (modalites, modalite, counted[modalites - 1])
            for modalite, counted in _MODALITIES.items()
            for modalites in (1, 2, 3)
        ]
        modalites = pa.table(
            {
                "modalites": pa.array([row[0] for row in counts], pa.int8()),
                "modalite": pa.array([row[1] for row in counts], pa.string()),
                "compte": pa.array([row[2] for row in counts], pa.int32()),
            }
        )
        return {
            "ref_centres": self.centres,
            "ref_groupes": self.groupes,
            "ref_filieres": self.filieres,
            "ref_departements": self.departements,
            "ref_communes": self.communes,
            "ref_maladies": self.maladies,
            "ref_modalites": modalites,
            "ref_ecritures": _spellings(),
        }


def _spellings() -> pa.Table:
    """Return the ways of writing the values of the short lists: accents and capitals are often lost on the way."""
    rows = set()
    for column, numbers in _LISTS.items():
        ways = written_labels(column) | {value: value for value in numbers}
        ways |= _STATUSES if column == "statut_diagnostic" else {}
        for way, value in ways.items():
            for spelled in (way, without_accents(way)):
                cases = {spelled, spelled.lower(), spelled.upper(), spelled.capitalize()}
                rows |= {(column, written, numbers[value]) for written in cases if value in numbers}
    columns, texts, values = zip(*sorted(rows), strict=True)
    return pa.table(
        {
            "colonne": pa.array(columns, pa.string()),
            "ecriture": pa.array(texts, pa.string()),
            "numero": pa.array(values, pa.int32()),
        }
    )


def _communes_of(dataset: Dataset) -> dict[str, str]:
    """Return the département of every commune, municipal arrondissement and city that has them, by code."""
    communes = dataset.communes
    pairs = zip(
        communes.codes.tolist(), communes.departements.tolist(), communes.parents.tolist(), strict=True
    )
    return {code: departement for unit, departement, city in pairs for code in (unit, city) if code}


def _communes(communes: Mapping[str, str], departements: list[str]) -> pa.Table:
    """Return one row a way of writing a commune: its code, in small letters, or without the leading zero."""
    ways = {
        way: departement
        for code, departement in communes.items()
        for way in (code, code.lower(), code.removeprefix("0"))
    }
    return pa.table(
        {
            "code_commune": pa.array(sorted(ways), pa.string()),
            "departement": pa.array([departements.index(ways[way]) + 1 for way in sorted(ways)], pa.int32()),
        }
    )


def _numbered(key: str, values: list[str], number: str, *, first: int = 0) -> pa.Table:
    return pa.table(
        {
            key: pa.array(values, pa.string()),
            number: pa.array(range(first, first + len(values)), pa.int32()),
        }
    )


def _diseases(diseases: pd.DataFrame, links: pd.DataFrame, networks: pd.DataFrame) -> pa.Table:
    """Return one row a name of a disease and group; a name that two diseases share has the groups of both."""
    names = diseases.melt(id_vars="maladie_id", value_vars=["orpha_code", "nom"], value_name="maladie")
    names = pd.concat(
        [names[["maladie_id", "maladie"]], diseases[["maladie_id"]].assign(maladie=diseases["maladie_id"])]
    )
    names = names.assign(maladie=names["maladie"].astype("string").str.strip().str.lower()).dropna()
    groups = links.merge(networks[["reseau_id", "groupe_maladie"]], on="reseau_id")
    pairs = names[names["maladie"] != ""].merge(groups, on="maladie_id")[["maladie", "groupe_maladie"]]
    pairs = pairs.dropna().drop_duplicates().sort_values(["maladie", "groupe_maladie"], ignore_index=True)
    counts = pairs.groupby("maladie")["groupe_maladie"].transform("size")
    return pa.table(
        {
            "maladie": pa.array(pairs["maladie"].astype(str), pa.string()),
            "groupe_maladie": pa.array(pairs["groupe_maladie"].astype(str), pa.string()),
            "groupes": pa.array(counts.astype(int), pa.int32()),
        }
    )

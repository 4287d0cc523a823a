"""What events are compared with: the centres, groups, diseases and départements of the dataset, numbered."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from rarecare.dataset.store import Dataset

_MODALITIES = {"total": (1, 1, 1), "site": (1, 0, 1), "telemedecine": (0, 1, 1)}


@dataclass(frozen=True, eq=False)
class References:
    """Small tables given to the engine, named ``ref_…``.

    ``centres``: centre_id, centre (number), filiere (number), groupe_maladie of its network. ``groupes``:
    groupe_maladie, groupe (number). ``filieres``: filiere, rang. ``departements``: prefixe of communes, departement
    (number from 1; 0 is abroad or unknown). ``maladies``: maladie (identifier, ORPHA code or name, lower case),
    groupe_maladie, groupes (how many it has). ``modalites``: whether a patient seen by ``modalites`` (1 site,
    2 telemedecine, 3 both) counts in a ``modalite``.
    """

    version: str
    centres: pa.Table
    groupes: pa.Table
    filieres: pa.Table
    departements: pa.Table
    maladies: pa.Table

    @classmethod
    def of(cls, dataset: Dataset) -> References:
        """Return the references of a version of the dataset."""
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
            "ref_maladies": self.maladies,
            "ref_modalites": modalites,
        }


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

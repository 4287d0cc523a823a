"""A country of a few communes, written as tables, on which selections can be asked like on the real one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from rarecare.territory.partition import partition


def table(text):
    """Read « a | b » lines under a header; an empty cell is missing, numbers are numbers."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    frame = pd.DataFrame(lines[1:], columns=lines[0]).replace("", None)
    for name in frame.columns:
        try:
            frame[name] = frame[name].astype(float)
        except (TypeError, ValueError):
            continue
    return frame


class ToyDataset:
    """What the indicators read of a dataset, from four tables.

    ``communes``: commune, departement, enfants, adultes, densite, then the minutes to each town (« - » = no road).
    """

    def __init__(self, *, communes, groupes="", sites="", modificateurs=""):
        places = table(communes)
        self.towns = list(places.columns[5:])
        self.frames = {
            "groups_of_selection": table(groupes) if groupes else pd.DataFrame(),
            "sites_selected": self._sites(table(sites)) if sites else pd.DataFrame(),
            "regional_modifiers": table(modificateurs) if modificateurs else _NO_MODIFIER,
        }
        self.names = places["commune"].tolist()
        departements = [f"{code:02.0f}" for code in places["departement"]]
        minutes = places[self.towns].map(lambda cell: np.inf if cell == "-" else float(cell))
        self._minutes = minutes.to_numpy(dtype=np.float32).T
        self._people = {age: places[f"{age}s"].to_numpy(dtype=float) for age in ("enfant", "adulte")}
        self._people["tous"] = self._people["enfant"] + self._people["adulte"]
        self._parts = {
            "france": partition("france", ["FR"] * len(places), {"FR": "France entière"}),
            "region": partition("region", ["R"] * len(places), {"R": "Région"}),
            "departement": partition("departement", departements, {code: code for code in departements}),
            "commune": partition("commune", self.names, {name: name for name in self.names}),
        }
        self.communes = SimpleNamespace(
            codes=np.array(self.names), departements=np.array(departements), noms=self.names,
            densities=places["densite"].to_numpy(dtype=float), index_of=self._commune_of,
        )  # fmt: skip
        self.matrix = SimpleNamespace(minutes=lambda rows: self._minutes[np.asarray(rows)])

    def _sites(self, sites):
        rows = [self.towns.index(town) for town in sites["ville"]]
        ranks = range(len(sites))
        return sites.assign(
            centre_id=[f"site-{rank}" for rank in ranks], matrix_row=rows, code_commune=sites["ville"],
            etablissement_id=sites["hopital"], nom_etablissement=sites["hopital"], departement="01",
            filiere="F", reseau_id="r", reseau="r", provenance="publie",
        )  # fmt: skip

    def _commune_of(self, town):
        """A town stands in the commune nearest to it."""
        return int(self._minutes[self.towns.index(town)].argmin())

    def people(self, public):
        return self._people[public]

    def partition(self, maille):
        return self._parts[maille]

    def query(self, name, **parameters):
        frame = self.frames[name].copy()
        if name == "groups_of_selection":
            if parameters["groupe"]:
                frame = frame[frame["groupe_maladie"].eq(parameters["groupe"])]
            frame = frame.assign(
                unite="patients_france",
                filiere="F",
                exclu_des_sommes=frame["exclu_des_sommes"].eq("oui")
                if "exclu_des_sommes" in frame
                else False,
            )
        if name == "regional_modifiers":
            frame["departement"] = [f"{float(code):02.0f}" for code in frame["departement"]]
        if name == "sites_selected":
            if parameters["groupe"]:
                frame = frame[frame["groupe_maladie"].eq(parameters["groupe"])]
            if parameters["niveau"] == "expertise":
                frame = frame[~frame["type"].eq("competence")]
            if parameters["public"] != "tous":
                served = frame["audience"].isna() | frame["audience"].isin(["mixte", parameters["public"]])
                frame = frame[served]
        return frame.reset_index(drop=True)


_NO_MODIFIER = pd.DataFrame({"groupe_maladie": [], "departement": [], "facteur": [], "provenance": []})

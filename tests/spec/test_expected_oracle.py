"""Expected patients of the real country against a reading of the tables in plain Python."""

import csv
from collections import defaultdict

import numpy as np
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.expected import expected_by_commune
from rarecare.indicators.expected_sites import RANGE_COLUMNS, expected_caseloads
from rarecare.indicators.view import SelectionAccess


def rows_of(repository, name):
    with (repository / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def dataset(built_settings):
    return open_dataset(built_settings)


def by_departement(dataset, values):
    """Sum communes by département with a dictionary, one after another."""
    sums = defaultdict(float)
    for code, value in zip(dataset.communes.departements, values.tolist(), strict=True):
        sums[str(code)] += value
    return sums


def oracle(repository, dataset, group, column):
    """Return the patients of each département: children then adults, factor by factor, left-over to the others."""
    share = {row["departement"]: int(row["age_0_19"]) / int(row["total"])
             for row in rows_of(repository, "population_age_departements")}  # fmt: skip
    factors = {row["departement"]: float(row["facteur"])
               for row in rows_of(repository, "modificateurs_regionaux")
               if row["groupe_maladie"] == group["groupe_maladie"]}  # fmt: skip
    inhabitants = by_departement(dataset, np.asarray(dataset.communes.population, dtype=float))
    children_pct = float(group["part_enfants_pct"])
    patients = defaultdict(float)
    for part, young in ((children_pct / 100, True), (1 - children_pct / 100, False)):
        people = {code: n * (share[code] if young else 1 - share[code]) for code, n in inhabitants.items()}
        whole = sum(people.values())
        held = sum(people[code] * factor for code, factor in factors.items())
        others = sum(n for code, n in people.items() if code not in factors)
        for code, n in people.items():
            factor = factors.get(code, (whole - held) / others)
            patients[code] += float(group[column]) * part * n * factor / whole
    return patients


def test_each_group_sums_to_its_published_number_with_its_range(repository, dataset):
    groups = rows_of(repository, "groupes_maladies")
    for group in groups:
        found = expected_by_commune(dataset, Selection(groupe=group["groupe_maladie"])).sum(axis=1)
        published = [float(group[name]) for name in ("valeur_basse", "valeur_centrale", "valeur_haute")]
        assert found.tolist() == pytest.approx(published, rel=1e-9), group["groupe_maladie"]
    assert len(groups) > 90


def test_each_filiere_sums_its_groups_but_those_that_unite_others(repository, dataset):
    sums = defaultdict(float)
    for group in rows_of(repository, "groupes_maladies"):
        if group["exclu_des_sommes"] == "non":
            sums[group["filiere"]] += float(group["valeur_centrale"])
    for filiere, published in sums.items():
        found = expected_by_commune(dataset, Selection(filiere=filiere))[1].sum()
        assert found == pytest.approx(published, rel=1e-9), filiere
    assert len(sums) == 23


@pytest.mark.parametrize(
    "code", ["drepanocytose_thalassemies_globule_rouge", "mucoviscidose_cftr", "lupus_sapl", "fabry"]
)
@pytest.mark.parametrize("column", ["valeur_basse", "valeur_centrale", "valeur_haute"])
def test_each_departement_has_the_patients_that_a_plain_count_gives_it(repository, dataset, code, column):
    group = next(row for row in rows_of(repository, "groupes_maladies") if row["groupe_maladie"] == code)
    rank = ["valeur_basse", "valeur_centrale", "valeur_haute"].index(column)
    found = by_departement(dataset, expected_by_commune(dataset, Selection(groupe=code))[rank])
    wanted = oracle(repository, dataset, group, column)
    assert found.keys() == wanted.keys()
    assert [found[key] for key in wanted] == pytest.approx(list(wanted.values()), rel=1e-9)


@pytest.mark.parametrize("code", ["drepanocytose_thalassemies_globule_rouge", "mucoviscidose_cftr"])
def test_children_and_adults_make_all_in_every_commune(dataset, code):
    children, adults, everyone = (
        expected_by_commune(dataset, Selection(groupe=code, public=public))
        for public in ("enfant", "adulte", "tous")
    )
    np.testing.assert_allclose(children + adults, everyone, rtol=1e-12)


def test_half_of_the_sickle_cell_patients_live_in_ile_de_france_as_published(dataset):
    found = by_departement(
        dataset, expected_by_commune(dataset, Selection(groupe="drepanocytose_thalassemies_globule_rouge"))[1]
    )
    inside = sum(found[code] for code in ("75", "77", "78", "91", "92", "93", "94", "95"))
    assert 0.45 < inside / sum(found.values()) < 0.55


@pytest.mark.parametrize("selection", [Selection(filiere="MHEMO"), Selection(filiere="MARIH"),
                                       Selection(groupe="mucoviscidose_cftr", public="enfant")])  # fmt: skip
def test_every_followed_patient_of_the_country_is_given_to_a_site_or_told_apart(dataset, selection):
    found = expected_caseloads(SelectionAccess(dataset, selection))
    given = found.sites[list(RANGE_COLUMNS)].sum().to_numpy()
    apart = found.without_road + found.out_of_reach + found.without_site
    np.testing.assert_allclose(given + apart, found.followed, rtol=1e-9)
    low, central, high = (found.sites[name] for name in RANGE_COLUMNS)
    assert ((low <= central) & (central <= high)).all()

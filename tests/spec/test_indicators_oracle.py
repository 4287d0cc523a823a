"""Every indicator computed a second time in plain loops, from the files of data/ and geo/, gives the same figures.

Only two things are shared with the programme: the cells of the travel matrix, and the order of the communes.
"""

import csv
import math
from collections import defaultdict
from functools import cache
from itertools import pairwise

import pyarrow.parquet as pq
import pytest

from rarecare.access.selection import THRESHOLDS_MINUTES, Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.frames import indicator_table
from rarecare.indicators.registry import registry
from rarecare.indicators.view import SelectionAccess
from rarecare.settings import Settings

SELECTIONS = {
    "a filière": Selection(filiere="RESPIFIL"),
    "expertise for children": Selection(filiere="MCGRE", niveau="expertise", public="enfant"),
    "care near home for adults": Selection(filiere="G2M", public="adulte"),
    "a disease group": Selection(groupe="huntington_chorees"),
    "a réseau": Selection(reseau="marih-creak"),
    "published sites only": Selection(filiere="OSCAR", provenance="publie"),
    "what the public sees": Selection(filiere="FIMATHO", provenance="publie_date"),
    "sites to confirm": Selection(filiere="CARDIOGEN", provenance="a_confirmer"),
    "the present label": Selection(periode="2023-2028", niveau="expertise"),
    "the former label": Selection(periode="2017-2022"),
    "undated": Selection(periode="sans"),
    "everything": Selection(),
}
WITH_ALL_MAILLES = dict.fromkeys(
    ("a filière", "expertise for children", "a disease group"), ("departement", "region", "france")
)
# Checked against another programme or a hand-made country, in the file named.
ELSEWHERE = {
    "e2sfca": "test_access_e2sfca_pysal.py",
    "gini": "test_access_measures_spec.py",
    "palma": "test_access_measures_spec.py",
    "patients_attendus": "test_expected_spec.py",
}
EXPERTISE = {"coordonnateur", "constitutif", "crc"}
RANK = {"coordonnateur": 1, "constitutif": 2, "crc": 3, "competence": 4}


@cache
def rows_of(name):
    with (Settings().data_dir / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def country():
    columns = ["code_commune", "departement", "region", "population"]
    return pq.read_table(Settings().geo_dir / "communes.parquet", columns=columns).to_pydict()


@pytest.fixture(scope="module")
def dataset(built_settings):
    return open_dataset(built_settings)


def is_asked(selection, row):
    """Tell whether a row of data/centres.csv has the filière, réseau, group, provenance and label asked for."""
    group_of = {reseau["reseau_id"]: reseau["groupe_maladie"] for reseau in rows_of("reseaux")}
    label = row["periode_label"]
    provenances = {
        "tous": True,
        "publie": row["provenance"] == "publie",
        "a_confirmer": row["provenance"] == "a_confirmer",
        "publie_date": row["provenance"] == "publie" and label != "",
    }
    labels = {"en_cours": True, "sans": label == ""}
    return (
        selection.filiere in {None, row["filiere"]}
        and selection.reseau in {None, row["reseau_id"]}
        and selection.groupe in {None, group_of[row["reseau_id"]]}
        and provenances[selection.provenance]
        and labels.get(selection.periode, label == selection.periode)
    )


def sites_kept(selection):
    """Return the labelled sites of a selection: one row of data/centres.csv for each réseau and hospital."""
    candidates = defaultdict(list)
    for row in rows_of("centres"):
        if is_asked(selection, row):
            candidates[row["reseau_id"], row["etablissement_id"]].append(row)
    kept = []
    for rows in candidates.values():
        newest = max(row["periode_label"] for row in rows)
        same_age = [row for row in rows if row["periode_label"] == newest]
        row = min(same_age, key=lambda row: (RANK[row["type"]], row["centre_id"]))
        level_fits = selection.niveau == "proximite" or row["type"] in EXPERTISE
        if level_fits and (selection.public == "tous" or row["audience"] in {"", "mixte", selection.public}):
            kept.append(row)
    return kept


def commune_of(site):
    places = {row["etablissement_id"]: row["code_commune"] for row in rows_of("etablissements")}
    return places[site["etablissement_id"]]


def two_nearest(matrix, sites):
    """Return the times to the nearest and to the second nearest place of each commune."""
    places = sorted({commune_of(site) for site in sites})
    rows = [matrix.minutes([matrix.row_of(place)])[0].tolist() for place in places]
    nearest = []
    for times in zip(*rows, strict=True):
        ordered = sorted(times)
        nearest.append((ordered[0], ordered[1] if len(ordered) > 1 else math.inf))
    return nearest


def people_of_communes(public):
    counts = {
        row["departement"]: int(row["age_0_19"]) / int(row["total"])
        for row in rows_of("population_age_departements")
    }
    people = []
    for departement, population in zip(country()["departement"], country()["population"], strict=True):
        share = {"tous": 1.0, "enfant": counts[departement], "adulte": 1.0 - counts[departement]}[public]
        people.append(population * share)
    return people


def quantile(inhabited, share):
    """Return the smallest time that at least this share of the people do not exceed."""
    total = sum(people for _, _, people in inhabited)
    so_far = 0.0
    for minutes, people in sorted((minutes, people) for minutes, _, people in inhabited):
        so_far += people
        if so_far >= share * total * (1 - 1e-12):
            return round(minutes, 1)
    return math.nan


def share_of(part, whole):
    return 100.0 * part / whole if whole else math.nan


def figures(communes, site_count):
    """Return all the indicators of one territory from its communes: (minutes, second minutes, people)."""
    inhabited = [commune for commune in communes if commune[2] > 0]
    total = sum(people for _, _, people in inhabited)
    on_a_road = [commune for commune in inhabited if commune[0] < math.inf]
    travelling = sum(people for _, _, people in on_a_road)
    minutes_of_all = sum(minutes * people for minutes, _, people in on_a_road)
    answer = {
        "population": total,
        "sites": site_count,
        "sites_per_million": 1e6 * site_count / total if total else math.nan,
        "temps_median_minutes": quantile(inhabited, 0.5),
        "temps_p90_minutes": quantile(inhabited, 0.9),
        "temps_moyen_minutes": minutes_of_all / travelling if travelling else math.nan,
        "part_sans_route_pct": share_of(total - travelling, total),
        "second_temps_median_minutes": quantile(
            [(second, second, people) for _, second, people in inhabited], 0.5
        ),
    }
    for limit in THRESHOLDS_MINUTES:
        within = sum(people for minutes, _, people in inhabited if minutes <= limit)
        alone = sum(people for minutes, second, people in inhabited if minutes <= limit < second)
        answer[f"part_sous_seuil_{limit}_minutes_pct"] = share_of(within, total)
        answer[f"habitants_au_dela_{limit}_minutes"] = total - within
        answer[f"dependance_{limit}_minutes_pct"] = share_of(alone, total)
    return answer


def oracle(selection, communes, territory_of_commune):
    """Return the figures of each territory, by code; ``communes`` has (minutes, second minutes, people) of each."""
    members, site_count = defaultdict(list), defaultdict(int)
    for territory, commune in zip(territory_of_commune, communes, strict=True):
        members[territory].append(commune)
    territory_of = dict(zip(country()["code_commune"], territory_of_commune, strict=True))
    for site in sites_kept(selection):
        site_count[territory_of[commune_of(site)]] += 1
    return {
        territory: figures(inside, site_count[territory]) for territory, inside in sorted(members.items())
    }


def agree(found, expected):
    if math.isnan(expected) or math.isinf(expected):
        return found == expected or (math.isnan(found) and math.isnan(expected))
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-6)


@pytest.mark.parametrize("name", SELECTIONS)
def test_the_sites_kept_are_those_found_by_reading_the_file(dataset, name):
    selection = SELECTIONS[name]
    kept = sites_kept(selection)
    assert kept, "an empty selection would prove nothing"
    found = SelectionAccess(dataset, selection).sites
    assert sorted(found["centre_id"]) == sorted(site["centre_id"] for site in kept)
    assert list(found["code_commune"]) == [commune_of(site) for site in found.to_dict("records")]


@pytest.mark.parametrize("name", SELECTIONS)
def test_the_table_of_indicators_is_that_of_plain_loops(dataset, name):
    selection = SELECTIONS[name]
    nearest = two_nearest(dataset.matrix, sites_kept(selection))
    people = people_of_communes(selection.public)
    communes = [(*times, count) for times, count in zip(nearest, people, strict=True)]
    for maille in WITH_ALL_MAILLES.get(name, ("departement",)):
        territories = ["FR"] * len(communes) if maille == "france" else country()[maille]
        expected = oracle(selection, communes, territories)
        frame = indicator_table(SelectionAccess(dataset, selection), maille)
        rows = frame.set_index(frame.columns[0]).to_dict("index")
        assert list(rows) == list(expected)
        skipped = unavailable(dataset, name, maille)
        wrong = [
            (territory, column, rows[territory][column], value)
            for territory, columns in expected.items()
            for column, value in columns.items()
            if column not in skipped and not agree(rows[territory][column], value)
        ]
        assert wrong == []


def unavailable(dataset, name, maille):
    access = SelectionAccess(dataset, SELECTIONS[name])
    return {entry.column(0) for entry in registry().values() if entry.unavailable(access, maille)}


def test_every_indicator_of_the_registry_is_computed_twice():
    columns = set(figures([(10.0, 20.0, 5.0)], 1)) - {"population"}
    of_registry = {
        entry.column(minutes)
        for slug, entry in registry().items()
        if slug not in ELSEWHERE
        for minutes in (THRESHOLDS_MINUTES if entry.meta.seuil else (0,))
    }
    assert of_registry == columns


def test_the_tests_named_elsewhere_exist(repository):
    for slug, file in ELSEWHERE.items():
        assert slug in registry()
        assert (repository / "tests" / "spec" / file).is_file()


@pytest.mark.parametrize("name", SELECTIONS)
def test_territories_add_up_to_the_country(dataset, name):
    access = SelectionAccess(dataset, SELECTIONS[name])
    tables = {
        maille: indicator_table(access, maille) for maille in ("commune", "departement", "region", "france")
    }
    france = tables.pop("france").iloc[0]
    for table in tables.values():
        assert table["population"].sum() == pytest.approx(france["population"], rel=1e-12)
        assert table["sites"].sum() == france["sites"] == len(access.sites)
        for limit in THRESHOLDS_MINUTES:
            column = f"habitants_au_dela_{limit}_minutes"
            assert table[column].sum() == pytest.approx(france[column], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("name", SELECTIONS)
def test_shares_rise_with_the_threshold_and_leave_out_those_beyond(dataset, name):
    table = indicator_table(SelectionAccess(dataset, SELECTIONS[name]), "departement")
    for low, high in pairwise(THRESHOLDS_MINUTES):
        assert (
            table[f"part_sous_seuil_{low}_minutes_pct"] <= table[f"part_sous_seuil_{high}_minutes_pct"]
        ).all()
    for limit in THRESHOLDS_MINUTES:
        beyond = 100.0 * table[f"habitants_au_dela_{limit}_minutes"] / table["population"]
        within = table[f"part_sous_seuil_{limit}_minutes_pct"]
        assert (within + beyond).to_list() == pytest.approx([100.0] * len(table))
        assert (beyond >= table["part_sans_route_pct"] - 1e-9).all()
        assert within.between(0, 100).all()


def test_a_threshold_in_a_row_of_its_own_gives_what_the_table_gives(dataset):
    from rarecare.indicators.frames import indicator_values

    access = SelectionAccess(dataset, SELECTIONS["a filière"])
    table = indicator_table(access, "departement")
    for minutes in (45, 90):
        values = indicator_values(access, "part_sous_seuil", "departement", seuil_minutes=minutes)
        assert values["valeur"].to_list() == table[f"part_sous_seuil_{minutes}_minutes_pct"].to_list()
    odd = indicator_values(access, "part_sous_seuil", "departement", seuil_minutes=77)["valeur"]
    low, high = (table[f"part_sous_seuil_{minutes}_minutes_pct"] for minutes in (60, 90))
    assert ((low <= odd) & (odd <= high)).all()

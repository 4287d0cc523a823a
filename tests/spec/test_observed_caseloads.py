"""Observed files actives: what each measure gives on a few rows, and what hidden counts do to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import Dataset, open_dataset
from rarecare.disclosure.gate import Reader
from rarecare.indicators.criteria import criteria_sheet
from rarecare.indicators.observed.centres import Observed, observed, years
from rarecare.indicators.observed.flows import flow_rows, from_residence, leakage, of_centre, share_ranges
from rarecare.indicators.observed.minimum import (
    Minimums,
    against_expected,
    count_positions,
    expected_frame,
    expected_monitor,
    monitor,
)
from rarecare.indicators.observed.sums import AXES, concentration, evolution, part_of, parts_by, sums_of
from rarecare.indicators.view import selection_access
from rarecare.settings import Settings
from tests.observed_data import GRENOBLE, NANTES, RENNES, Row, planted

RESPIRARE = Selection(reseau="respifil-respirare")
RESPIFIL = Selection(filiere="RESPIFIL")
HYPERTENSION = "respifil-pulmotension--chu-de-nantes"

ROWS: list[Row] = [
    (NANTES, "tous", 2024, "total", "tous", "tous", 90),
    (NANTES, "tous", 2025, "total", "tous", "tous", 100),
    (NANTES, "tous", 2025, "total", "enfant", "tous", 70),
    (NANTES, "tous", 2025, "total", "adulte", "tous", 30),
    (NANTES, "tous", 2025, "site", "tous", "tous", 95),
    (NANTES, "tous", 2025, "telemedecine", "tous", "tous", 25),
    (NANTES, "tous", 2025, "total", "tous", "44", 60),
    (NANTES, "tous", 2025, "total", "tous", "35", 40),
    (GRENOBLE, "tous", 2025, "total", "enfant", "tous", 15),
    (GRENOBLE, "tous", 2025, "total", "adulte", "tous", 8),
    (RENNES, "tous", 2024, "total", "tous", "tous", 50),
    (RENNES, "tous", 2025, "total", "tous", "tous", 9),
    (RENNES, "tous", 2025, "total", "tous", "35", 9),
    (HYPERTENSION, "tous", 2025, "total", "tous", "tous", 28),
]
RESIDENTS = [
    ("44", "tous", "RESPIFIL", 2025, 80),
    ("35", "tous", "RESPIFIL", 2025, 6),
    ("44", "tous", "tous", 2025, 99),
]


@pytest.fixture(scope="module")
def dataset(built_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return open_dataset(
        planted(built_settings, tmp_path_factory.mktemp("observe"), ROWS, residents=RESIDENTS)
    )


def look(dataset: Dataset, selection: Selection = RESPIRARE, year: int = 2025, **place: str) -> Observed:
    return observed(selection_access(dataset, selection), Reader(), year, **place)


def of(frame: pd.DataFrame, centre: str) -> pd.Series:
    return frame.set_index("centre_id").loc[centre]


def test_each_site_has_its_counts_or_why_not(dataset: Dataset) -> None:
    centres = look(dataset).centres
    assert len(centres) == len(selection_access(dataset, RESPIRARE).sites)
    nantes = of(centres, NANTES)
    assert (nantes["patients"], nantes["enfants"], nantes["telemedecine"]) == (100, 70, 25)
    assert nantes["part_telemedecine_pct"] == 25.0
    assert of(centres, RENNES)["patients_texte"] == "≤10"
    assert set(centres["patients_texte"]) == {"100", "23", "≤10", "non fourni"}


def test_a_total_is_the_sum_of_children_and_adults_when_it_alone_is_missing(dataset: Dataset) -> None:
    grenoble = of(look(dataset).centres, GRENOBLE)
    assert grenoble["patients"] == 23
    assert (grenoble["enfants_texte"], grenoble["adultes_texte"]) == ("masqué", "≤10")


def test_years_are_those_supplied_latest_first(dataset: Dataset) -> None:
    assert years(dataset) == (2025, 2024)


@pytest.mark.parametrize(
    ("axe", "code", "patients", "text"),
    [
        ("filiere", "RESPIFIL", 151.0, "151"),
        ("reseau", "respifil-pulmotension", 28.0, "28"),
        ("etablissement", "chu-de-nantes", 128.0, "128"),
        ("etablissement", "chu-de-rennes", np.nan, "≤10"),
        ("departement", "44", 128.0, "128"),
        ("region", "52", 128.0, "128"),
    ],
)
def test_sums_hold_what_is_shown_and_count_the_rest(
    dataset: Dataset, axe: str, code: str, patients: float, text: str
) -> None:
    view = look(dataset, RESPIFIL)
    row = sums_of(view, axe).set_index("code").loc[code]
    np.testing.assert_equal(row["patients"], patients)
    assert row["patients_texte"] == text
    assert row["centres"] == view.centres[AXES[axe][0]].eq(code).sum()
    assert row["centres"] == row["montres"] + row["masques"] + row["non_fournis"]


def test_distinct_residents_are_another_thing_than_a_sum_of_centres(dataset: Dataset) -> None:
    rows = sums_of(look(dataset, RESPIFIL), "departement").set_index("code")
    assert rows.loc["44", "residents_texte"] == "80"
    assert rows.loc["35", "residents_texte"] == "≤10"
    assert rows.loc["38", "residents_texte"] == "non fourni"
    regions = sums_of(look(dataset, RESPIFIL), "region")
    assert set(regions["residents_texte"]) == {"non fourni"}


def test_years_compare_on_the_sites_shown_each_year(dataset: Dataset) -> None:
    frame = evolution(look(dataset)).set_index("annee")
    assert frame["patients"].to_dict() == {2024: 140.0, 2025: 123.0}
    assert frame["constants"].to_dict() == {2024: 90.0, 2025: 100.0}
    assert set(frame["centres_constants"]) == {1}


def test_the_monitor_tells_above_near_below_and_not_supplied(dataset: Dataset) -> None:
    minimums = Minimums((("competence", 25), ("constitutif", 0)), 20)
    frame = monitor(look(dataset, RESPIFIL), minimums)
    positions = frame.set_index("centre_id")["position"]
    assert positions[NANTES] == "au_dessus"
    assert positions[HYPERTENSION] == "proche"
    assert positions[GRENOBLE] == "proche"
    assert positions[RENNES] == "au_dessous"
    assert positions[frame.set_index("centre_id")["type"].eq("coordonnateur")].eq("sans_seuil").all()
    assert count_positions(frame)["non_fourni"] == (positions == "non_fourni").sum()


def test_a_hidden_count_near_a_low_minimum_hides_its_position(dataset: Dataset) -> None:
    positions = monitor(look(dataset), Minimums((("competence", 8),), 20)).set_index("centre_id")["position"]
    assert positions[RENNES] == "indetermine"
    assert positions[NANTES] == "au_dessus"


def test_minimums_come_from_the_settings() -> None:
    minimums = Minimums.of(replace(Settings(), minimum_crc=75))
    assert dict(minimums.by_type) == {"coordonnateur": 0, "constitutif": 0, "crc": 75, "competence": 25}
    assert minimums.of_types(pd.Series(["crc", "coordonnateur"])).tolist()[0] == 75.0


def test_modelled_sites_are_judged_on_their_whole_range() -> None:
    frame = pd.DataFrame(
        {
            "type": ["competence"] * 3, "nom_etablissement": list("abc"), "patients_suivis_bas": [25, 10, 2],
            "patients_suivis": [40, 30, 10], "patients_suivis_haut": [60, 50, 24],
        }
    )  # fmt: skip
    judged = expected_monitor(frame, Minimums((("competence", 25),), 20))
    assert dict(zip(judged["nom_etablissement"], judged["position"], strict=True)) == {
        "a": "au_dessus", "b": "incertain", "c": "au_dessous",
    }  # fmt: skip


def test_observed_is_set_against_the_range_expected(dataset: Dataset) -> None:
    frame = against_expected(look(dataset)).set_index("centre_id")
    ranges = expected_frame(selection_access(dataset, RESPIRARE)).set_index("centre_id")
    for centre in (NANTES, GRENOBLE):
        low, high = ranges.loc[centre, ["patients_suivis_bas", "patients_suivis_haut"]]
        patients = frame.loc[centre, "patients"]
        expected = "au_dessous" if patients < low else "dans" if patients <= high else "au_dessus"
        assert frame.loc[centre, "ecart"] == expected
        assert frame.loc[centre, "rapport"] == pytest.approx(patients / ranges.loc[centre, "patients_suivis"])
    assert frame.loc[RENNES, "ecart"] in ("au_dessous", "indetermine")
    assert np.isnan(frame.loc[RENNES, "rapport"])


def test_flows_say_where_patients_live_and_what_leaves_the_region(dataset: Dataset) -> None:
    view = look(dataset)
    homes = leakage(view, "departement").set_index("code")
    assert homes.loc["44", "fuite_pct"] == 0.0
    # 40 of Ille-et-Vilaine go to Nantes, another région; 1 to 10 stay in Rennes.
    assert homes.loc["35", "fuite_bas_pct"] == pytest.approx(80.0)
    assert homes.loc["35", "fuite_haut_pct"] == pytest.approx(100 * 40 / 41)
    assert homes.loc["35", "masques"] == 1
    assert np.isnan(homes.loc["35", "fuite_pct"])
    assert homes.loc["35", "autosuffisance_haut_pct"] == pytest.approx(20.0)
    assert homes.index.tolist() == [
        "44",
        "35",
    ]  # 35 leaks more, but its bounds are 18 points apart: it comes last.
    regions = leakage(view, "region").set_index("code")
    assert regions.loc["52", "autosuffisance_pct"] == 100.0
    assert regions.loc["52", "attraction_pct"] == pytest.approx(40.0)
    places = from_residence(view, "departement", "35")
    assert places["patients_texte"].tolist() == ["40", "≤10"]
    assert places["meme_region"].tolist() == [False, True]
    assert of_centre(view, NANTES)["pct"].tolist() == [60.0, 40.0]


def test_hidden_flows_widen_a_share_and_never_narrow_it() -> None:
    flows = pd.DataFrame({"code": ["a"] * 2, "bas": [1.0, 30.0], "haut": [10.0, 30.0]})
    share = share_ranges(flows, "code", pd.Series([True, False])).loc["a"]
    assert share["bas_pct"] == pytest.approx(100 / 31)
    assert share["haut_pct"] == pytest.approx(25.0)
    assert np.isnan(share["pct"])
    assert np.isnan(share["classe_pct"])


def test_a_share_between_near_bounds_is_classed_but_never_given_as_exact() -> None:
    flows = pd.DataFrame({"code": ["a"] * 2, "bas": [1.0, 300.0], "haut": [10.0, 300.0]})
    share = share_ranges(flows, "code", pd.Series([True, False])).loc["a"]
    assert share["bas_pct"] < share["classe_pct"] < share["haut_pct"]
    assert np.isnan(share["pct"])


def test_sites_that_hide_an_age_are_counted_between_its_bounds() -> None:
    ages = {"patients": [188, 100, 100], "enfants": [188, np.nan, np.nan], "adultes": [0, np.nan, np.nan]}
    states = {
        "patients_etat": ["connu"] * 3,
        "enfants_etat": ["connu", "masque", "non_fourni"],
        "adultes_etat": ["connu", "protege", "non_fourni"],
    }
    children = part_of(pd.DataFrame(ages | states), "enfants", beside="adultes")
    assert (children.low, children.high, children.patients) == (189.0, 198.0, 288.0)
    assert (children.sites, children.masked) == (2, 1)
    adults = part_of(pd.DataFrame(ages | states), "adultes", beside="enfants")
    assert (adults.low, adults.high) == (90.0, 99.0)


def test_concentration_of_equal_and_of_single_sites() -> None:
    equal = concentration(pd.DataFrame({"site": list("abcd"), "n": [25.0] * 4}), "n", ["site"], top=2)
    assert (equal["hhi"], equal["part_premiers_pct"], equal["equivalents"]) == (2500.0, 50.0, 4.0)
    single = concentration(pd.DataFrame({"site": ["a", "a"], "n": [3.0, 4.0]}), "n", ["site"])
    assert (single["hhi"], single["unites"]) == (10_000.0, 1.0)
    assert np.isnan(concentration(pd.DataFrame({"site": [], "n": []}), "n", ["site"])["hhi"])


def test_rows_to_confirm_are_left_out_after_the_gate(
    built_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = planted(
        built_settings, tmp_path_factory.mktemp("confirmer"), ROWS[:2], provenance="a_confirmer"
    )
    dataset = open_dataset(settings)
    assert len(look(dataset).known) == 1
    assert look(dataset, replace(RESPIRARE, provenance="publie")).known.empty


def test_nothing_supplied_gives_empty_measures(built_settings: Settings) -> None:
    dataset = open_dataset(built_settings)
    view = look(dataset, year=0)
    assert years(dataset) == ()
    assert view.supplied.empty
    assert evolution(view).empty
    assert flow_rows(view).empty
    assert leakage(view, "region").empty
    assert from_residence(view, "departement", "44").empty
    assert of_centre(view, NANTES).empty
    assert set(sums_of(view, "reseau")["patients_texte"]) == {"non fourni"}


def test_the_seven_criteria_take_what_was_supplied_in_the_region(dataset: Dataset) -> None:
    group = "maladies_respiratoires_rares_enfant"
    measures = {
        region: criteria_sheet(dataset, Selection(groupe=group), region).of("file_active")[0]
        for region in ("52", "53")
    }
    assert (measures["52"].nature, measures["52"].valeur) == ("lu", 100.0)
    assert "1\u00a0site montré sur" in measures["52"].reserve
    assert measures["53"].nature == "absent"
    assert "ne peut être montrée" in measures["53"].reserve


def test_hidden_parts_give_bounds_and_are_never_taken_for_nobody() -> None:
    frame = pd.DataFrame(
        {"departement": ["44", "44", "49"], "patients": [100, 50, 40], "patients_etat": "connu",
         "telemedecine": [None, 20, None], "telemedecine_etat": ["masque", "connu", "non_fourni"]}
    ).astype({"telemedecine": "Int64", "patients": "Int64"})  # fmt: skip
    parts = parts_by(frame, "departement", "telemedecine")
    assert list(parts) == ["44"]
    assert (parts["44"].low, parts["44"].high, parts["44"].patients, parts["44"].masked) == (
        21.0,
        30.0,
        150.0,
        1,
    )

"""The road model of the repository against remembered driving times, and its known limits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rarecare.settings import Settings
from rarecare.territory.communes import Communes, load_communes
from rarecare.travel.accuracy import SUBURBS, Accuracy, compared_trips, load_reference, measure_accuracy
from rarecare.travel.graph import RoadGraph, build_graph
from rarecare.travel.matrix import TravelMatrix, compute_matrix
from rarecare.travel.pairs import on_graph, travel_times
from rarecare.travel.tables import RoadTables, load_road_tables

ALL = "D'une ville à l'autre"
CITIES = "Entre grandes villes"
MIXED = "Petites villes, montagne, littoral"


@pytest.fixture(scope="module")
def communes() -> Communes:
    return load_communes(Settings().geo_dir)


@pytest.fixture(scope="module")
def tables() -> RoadTables:
    return load_road_tables(Settings().data_dir)


@pytest.fixture(scope="module")
def graph(communes: Communes, tables: RoadTables) -> RoadGraph:
    adjacency = pd.read_parquet(Settings().geo_dir / "adjacence.parquet")
    return build_graph(communes, adjacency, tables.roads, tables.crossings, tables.massifs)


@pytest.fixture(scope="module")
def accuracy(graph: RoadGraph, communes: Communes, tables: RoadTables) -> Accuracy:
    return measure_accuracy(on_graph(graph), communes, tables.massifs, load_reference())


@pytest.fixture(scope="module")
def from_hospitals(graph: RoadGraph) -> TravelMatrix:
    return compute_matrix(graph, ["75115", "2A004", "97411", "33063"])


@pytest.mark.parametrize(
    ("group", "median_pct", "p90_pct"),
    [(ALL, 5, 15), (CITIES, 4, 11), (MIXED, 6, 14)],
)
def test_unseen_trips_are_within_the_target(
    accuracy: Accuracy, group: str, median_pct: float, p90_pct: float
) -> None:
    summary = accuracy.of("controle", group)
    assert summary.trajets >= 50
    assert round(summary.median_ape_pct, 1) <= median_pct
    assert round(summary.p90_ape_pct, 1) <= p90_pct


def test_the_model_is_neither_fast_nor_slow_on_the_whole(accuracy: Accuracy) -> None:
    assert abs(accuracy.of("controle", ALL).bias_pct) <= 2


def test_no_reference_trip_is_without_road_or_wildly_wrong(
    graph: RoadGraph, communes: Communes, tables: RoadTables
) -> None:
    trips = compared_trips(on_graph(graph), communes, tables.massifs, load_reference())
    # A suburban trip of 15 minutes is allowed to be 8 minutes wrong.
    bound_pct = np.where(trips["categorie"] == SUBURBS, 55, 40)
    wild = trips[~(trips["erreur_pct"].abs() <= bound_pct)]
    assert wild[["depart", "arrivee", "erreur_pct"]].to_dict("records") == []


def test_the_split_between_calibration_and_control_is_that_of_the_checksum() -> None:
    import hashlib

    for row in load_reference().itertuples():
        digest = hashlib.sha256(f"{row.code_depart}-{row.code_arrivee}".encode()).hexdigest()
        assert row.jeu == ("calage" if int(digest, 16) % 5 < 2 else "controle")


def test_corsica_overseas_and_the_mainland_are_separate(
    from_hospitals: TravelMatrix, communes: Communes
) -> None:
    no_road = np.isinf(from_hospitals.minutes(range(4)))
    island = np.isin(communes.departements, ["2A", "2B"])
    reunion = communes.departements == "974"
    overseas = np.char.startswith(communes.departements, "97")
    paris, ajaccio, saint_denis, _ = no_road
    assert paris[island | overseas].all()
    assert ajaccio[~island].all()
    assert not ajaccio[island].any()
    assert saint_denis[~reunion].all()
    assert not saint_denis[reunion].any()


def test_only_known_islands_of_the_mainland_have_no_road(
    from_hospitals: TravelMatrix, communes: Communes
) -> None:
    mainland = ~np.char.startswith(communes.departements, "97") & ~np.isin(
        communes.departements, ["2A", "2B"]
    )
    stranded = communes.noms[mainland & np.isinf(from_hospitals.minutes([0])[0])]
    assert sorted(stranded) == []


@pytest.mark.parametrize(("island", "hospital"), [("56152", "75115"), ("85113", "75115"), ("17004", "33063")])
def test_islands_served_by_boat_are_marked(
    from_hospitals: TravelMatrix, communes: Communes, island: str, hospital: str
) -> None:
    row = from_hospitals.row_of(hospital)
    assert from_hospitals.etat(row, communes.index_of(island)) == "bac"


def test_islands_with_a_bridge_are_reached_by_road(from_hospitals: TravelMatrix, communes: Communes) -> None:
    re_oleron_noirmoutier = [communes.index_of(code) for code in ("17300", "17093", "85011")]
    assert from_hospitals.etat(0, re_oleron_noirmoutier).tolist() == ["route"] * 3


def test_crossing_paris_takes_a_plausible_time(graph: RoadGraph, communes: Communes) -> None:
    west, east = communes.index_of("75116"), communes.index_of("75120")
    minutes = travel_times(graph, [west, west], [east, communes.index_of("75115")]).minutes
    assert 18 <= minutes[0] <= 40
    assert minutes[1] < minutes[0]


def test_a_row_of_the_matrix_takes_two_bytes_a_commune(from_hospitals: TravelMatrix) -> None:
    megabytes_of_350_rows = 350 / 4 * (from_hospitals.tenths.nbytes + from_hospitals.by_ferry.nbytes) / 1e6
    assert megabytes_of_350_rows <= 50


def test_the_reference_trips_are_all_different(repository: Path) -> None:
    reference = load_reference(repository / "tests" / "spec" / "temps_de_reference.csv")
    pairs = {
        frozenset(pair) for pair in zip(reference["code_depart"], reference["code_arrivee"], strict=True)
    }
    assert len(pairs) == len(reference) >= 120

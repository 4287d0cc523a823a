"""Whatever the engine, a matrix says the same of the same territory: which trips are by road, by boat, impossible."""

from __future__ import annotations

import pandas as pd
import pytest

from rarecare.travel.engine import CommuneGraphEngine
from rarecare.travel.engines import pair_times
from rarecare.travel.engines.json_service import JsonService
from rarecare.travel.engines.osrm import OsrmService
from rarecare.travel.engines.table_engine import TableEngine
from rarecare.travel.engines.valhalla import LocalValhalla, ValhallaService
from rarecare.travel.graph import build_graph
from tests.engine_osrm import osrm_server
from tests.engine_places import PLACES, STATES_FROM_01001, ToyCommunes
from tests.engine_roads import build_tiles

SOURCES = ("01001", "02003", "02002")


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Return the matrix and the times of pairs from the first commune, by engine."""
    directory = tmp_path_factory.mktemp("moteurs")
    config = build_tiles(directory / "valhalla")
    with osrm_server() as double:
        osrm = OsrmService(JsonService("OSRM", "osrm_url", double.url))
        engines = {
            "graphe": CommuneGraphEngine(_graph()),
            "osrm": TableEngine(osrm, ToyCommunes(), directory / "osrm.sqlite"),
            "valhalla": TableEngine(
                ValhallaService(LocalValhalla(config)), ToyCommunes(), directory / "valhalla.sqlite"
            ),
        }
        return {
            name: (engine.matrix(SOURCES), pair_times(engine, [0] * 10, range(10)))
            for name, engine in engines.items()
        }


@pytest.fixture(scope="module")
def matrices(answers):
    return {name: matrix for name, (matrix, _) in answers.items()}


def _graph():
    adjacency = [("01001", "01002"), ("01002", "01003"), ("01003", "02001"), ("01003", "02002")]
    crossings = [("02001", "02003", "bac", 75)]
    return build_graph(
        ToyCommunes(),
        pd.DataFrame(adjacency, columns=["code_a", "code_b"]),
        pd.DataFrame(columns=["axe", "ordre", "code_commune", "vitesse_kmh", "type"]),
        pd.DataFrame(crossings, columns=["code_a", "code_b", "type", "minutes"]),
        pd.DataFrame(columns=["portee", "code", "classe", "facteur_vitesse", "facteur_longueur_nationale"]),
    )


@pytest.mark.parametrize("name", ["graphe", "osrm", "valhalla"])
def test_every_engine_gives_the_same_states(matrices, name):
    matrix = matrices[name]

    assert dict(zip(matrix.codes, matrix.etat(0, range(10)), strict=True)) == STATES_FROM_01001


@pytest.mark.parametrize("name", ["graphe", "osrm", "valhalla"])
def test_from_an_island_every_engine_needs_the_boat(matrices, name):
    states = matrices[name].etat(1, range(10)).tolist()

    assert states == ["bac"] * 5 + ["route"] + ["pas_de_route"] * 4


@pytest.mark.parametrize("name", ["osrm", "valhalla"])
def test_every_engine_gives_the_form_of_the_commune_graph(matrices, name):
    graph, other = matrices["graphe"], matrices[name]

    assert other.sources == graph.sources == SOURCES
    assert other.codes == graph.codes == tuple(PLACES)
    assert other.tenths.shape == graph.tenths.shape
    assert other.tenths.dtype == graph.tenths.dtype
    assert other.by_ferry.shape == graph.by_ferry.shape
    assert other.by_ferry.dtype == graph.by_ferry.dtype


@pytest.mark.parametrize("name", ["graphe", "osrm", "valhalla"])
def test_every_engine_gives_ten_minutes_inside_a_commune_and_never_less(matrices, name):
    matrix = matrices[name]

    own = [matrix.tenths[row, matrix.codes.index(source)] for row, source in enumerate(SOURCES)]
    assert own == [100, 100, 100]
    assert matrix.tenths.min() == 100


@pytest.mark.parametrize("name", ["graphe", "osrm", "valhalla"])
def test_pairs_say_the_same_as_the_matrix_of_their_engine(answers, name):
    matrix, times = answers[name]

    assert times.etat.tolist() == matrix.etat(0, range(10)).tolist()
    linked = times.etat != "pas_de_route"
    assert times.minutes[linked].tolist() == [cell / 10 for cell in matrix.tenths[0][linked].tolist()]

"""Which way a trip goes on small maps; every expected time is written as the sum of its legs.

On these maps a local road is driven at 60 km/h without detour: a minute a kilometre. Leaving and parking cost 3.
"""

from __future__ import annotations

import math

import pytest

from tests.travel_toys import communes_on_equator, graph_of, minutes_between, state_between

TRIP = 3
A_TENTH = 0.051
A_B_C = communes_on_equator({"A": 0, "B": 10, "C": 30})


def test_a_trip_follows_neighbours_at_local_speed() -> None:
    graph = graph_of(A_B_C, "A-B B-C")
    assert minutes_between(graph, "A", "C") == TRIP + 10 + 20


def test_communes_that_do_not_touch_have_no_direct_road() -> None:
    graph = graph_of(A_B_C, "A-B")
    assert math.isnan(minutes_between(graph, "A", "C"))
    assert state_between(graph, "A", "C") == "pas_de_route"


def test_a_trip_inside_one_commune_takes_the_fixed_time() -> None:
    assert minutes_between(graph_of(A_B_C, "A-B B-C"), "B", "B") == 4


def test_a_near_neighbour_is_never_announced_under_the_fixed_time() -> None:
    graph = graph_of(communes_on_equator({"A": 0, "B": 0.5}), "A-B")
    assert minutes_between(graph, "A", "B") == 4 > TRIP + 0.5


def test_a_motorway_is_worth_its_access_on_a_long_trip() -> None:
    communes = communes_on_equator({"A": 0, "B": 60, "C": 120})
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        A1  | 1     | A            | 120         | autoroute
        A1  | 2     | C            | 999         | autoroute
    """
    graph = graph_of(communes, "A-B B-C", roads=roads)
    assert minutes_between(graph, "A", "C") == TRIP + 5 + 60 + 5


def test_a_motorway_is_not_worth_its_access_on_a_short_trip() -> None:
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        A1  | 1     | A            | 120         | autoroute
        A1  | 2     | B            | 999         | autoroute
    """
    graph = graph_of(A_B_C, "A-B B-C", roads=roads)
    assert minutes_between(graph, "A", "B") == TRIP + 10


def test_one_changes_motorway_for_free_where_two_of_them_stop() -> None:
    communes = communes_on_equator({"A": 0, "B": 120, "C": 240})
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        A1  | 1     | A            | 120         | autoroute
        A1  | 2     | B            | 120         | autoroute
        A2  | 1     | B            | 60          | autoroute
        A2  | 2     | C            | 60          | autoroute
    """
    assert minutes_between(graph_of(communes, roads=roads), "A", "C") == TRIP + 5 + 60 + 120 + 5


def test_an_expressway_is_nearer_than_a_motorway() -> None:
    communes = communes_on_equator({"A": 0, "B": 100})
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        N1  | 1     | A            | 100         | voie_express
        N1  | 2     | B            | 100         | voie_express
    """
    assert minutes_between(graph_of(communes, roads=roads), "A", "B") == TRIP + 2 + 60 + 2


def test_a_town_on_both_is_left_by_the_nearer_expressway() -> None:
    communes = communes_on_equator({"A": 0, "B": 120})
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        A1  | 1     | A            | 120         | autoroute
        A1  | 2     | B            | 120         | autoroute
        N2  | 1     | B            | 60          | voie_express
        N2  | 2     | A            | 60          | voie_express
    """
    assert minutes_between(graph_of(communes, roads=roads), "A", "B") == TRIP + 2 + 60 + 2


def test_a_large_town_is_slower_to_leave() -> None:
    communes = communes_on_equator({"A": 0, "B": 120}, population={"A": 80_000})
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        A1  | 1     | A            | 120         | autoroute
        A1  | 2     | B            | 120         | autoroute
    """
    two_doublings_of_20_000 = 2 * 0.5
    assert minutes_between(graph_of(communes, roads=roads), "A", "B") == (
        TRIP + 5 + two_doublings_of_20_000 + 60 + 5
    )


def test_a_large_town_is_slower_to_leave_by_a_nationale_too() -> None:
    communes = communes_on_equator({"A": 0, "B": 60}, population={"A": 80_000})
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        N2  | 1     | A            | 60          | nationale
        N2  | 2     | B            | 60          | nationale
    """
    two_doublings_of_20_000 = 2 * 0.25
    assert minutes_between(graph_of(communes, roads=roads), "A", "B") == (
        TRIP + 1 + two_doublings_of_20_000 + 60 + 1
    )


def test_a_nationale_does_not_connect_to_a_motorway_without_going_through_town() -> None:
    communes = communes_on_equator({"A": 0, "B": 60, "C": 120})
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        A1  | 1     | A            | 120         | autoroute
        A1  | 2     | B            | 120         | autoroute
        N2  | 1     | B            | 60          | nationale
        N2  | 2     | C            | 60          | nationale
    """
    assert minutes_between(graph_of(communes, roads=roads), "A", "C") == TRIP + 5 + 30 + 5 + 1 + 60 + 1


def test_a_forbidden_crossing_sends_the_trip_round() -> None:
    communes = communes_on_equator({"A": (0, 0), "B": (10, 0), "C": (0, 10), "D": (10, 10)})
    crossings = """
        code_a | code_b | type     | minutes
        B      | A      | interdit |
    """
    graph = graph_of(communes, "A-B A-C C-D B-D", crossings=crossings)
    assert minutes_between(graph, "A", "B") == TRIP + 10 + 10 + 10


def test_a_bridge_takes_its_own_minutes_even_between_neighbours() -> None:
    crossings = """
        code_a | code_b | type | minutes
        A      | B      | pont | 25
    """
    graph = graph_of(A_B_C, "A-B B-C", crossings=crossings)
    assert minutes_between(graph, "A", "C") == TRIP + 25 + 20
    assert state_between(graph, "A", "C") == "route"


def test_a_ferry_is_taken_and_marked_also_beyond_its_landing() -> None:
    crossings = """
        code_a | code_b | type | minutes
        A      | B      | bac  | 40
    """
    graph = graph_of(A_B_C, "B-C", crossings=crossings)
    assert minutes_between(graph, "A", "C") == TRIP + 40 + 20
    states = {end: state_between(graph, "A", end) for end in "ABC"}
    assert states == {"A": "route", "B": "bac", "C": "bac"}
    assert state_between(graph, "B", "C") == "route"


def test_a_ferry_slower_than_the_road_round_is_left_alone() -> None:
    communes = communes_on_equator({"A": (0, 0), "B": (10, 0), "C": (0, 10), "D": (10, 10)})
    crossings = """
        code_a | code_b | type | minutes
        A      | B      | bac  | 31
    """
    graph = graph_of(communes, "A-B A-C C-D B-D", crossings=crossings)
    assert minutes_between(graph, "A", "B") == TRIP + 30
    assert state_between(graph, "A", "B") == "route"


def test_relief_slows_local_roads_and_the_higher_end_decides() -> None:
    massifs = """
        portee  | code | classe | facteur_vitesse | facteur_longueur_nationale
        commune | A    | 2      | 0.5             | 1.0
    """
    graph = graph_of(A_B_C, "A-B B-C", massifs=massifs)
    assert minutes_between(graph, "A", "C") == TRIP + 10 / 0.5 + 20


def test_relief_lengthens_a_nationale() -> None:
    communes = communes_on_equator({"A": 0, "B": 60})
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        N2  | 1     | A            | 60          | nationale
        N2  | 2     | B            | 60          | nationale
    """
    massifs = """
        portee      | code | classe | facteur_vitesse | facteur_longueur_nationale
        departement | 01   | 1      | 1.0             | 1.5
    """
    assert minutes_between(graph_of(communes, roads=roads, massifs=massifs), "A", "B") == TRIP + 1 + 90 + 1


def test_a_commune_overrides_its_arrondissement_and_that_its_departement() -> None:
    communes = communes_on_equator({"A1": 0, "A2": 10, "B1": 20, "B2": 40})
    massifs = """
        portee         | code | classe | facteur_vitesse | facteur_longueur_nationale
        commune        | A2   | 1      | 1.0             | 1.0
        arrondissement | A11  | 1      | 1.0             | 1.0
        departement    | 01   | 2      | 0.5             | 1.0
    """
    graph = graph_of(communes, "A1-A2 B1-B2", massifs=massifs)
    assert minutes_between(graph, "A1", "A2") == TRIP + 10
    assert minutes_between(graph, "B1", "B2") == TRIP + 20 / 0.5


def test_every_arrondissement_of_a_city_reaches_its_motorway_at_the_price_of_the_whole_city() -> None:
    communes = communes_on_equator(
        {"75104": (0, 0), "75115": (5, 0), "Z": (120, 0)},
        population={"75104": 10_000, "75115": 30_000},
        parents={"75104": "75056", "75115": "75056"},
    )
    roads = """
        axe | ordre | code_commune | vitesse_kmh | type
        A1  | 1     | 75056        | 120         | autoroute
        A1  | 2     | Z            | 120         | autoroute
    """
    # The halls of Paris are far from this toy: the nearest arrondissement to them stands for the city.
    graph = graph_of(communes, roads=roads)
    centre = str(communes.codes[communes.resolve("75056")])
    section = 120 / 2 if centre == "75104" else 115 / 2
    leaving_paris = 5 + 0.5 + 4
    for arrondissement in ("75104", "75115"):
        assert minutes_between(graph, arrondissement, "Z") == pytest.approx(
            TRIP + leaving_paris + section + 5, abs=A_TENTH
        )

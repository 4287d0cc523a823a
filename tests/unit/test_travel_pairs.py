"""Times of listed pairs: files as people write them, and all their mistakes at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rarecare.errors import DataProblems, UserError
from rarecare.territory.communes import Communes
from rarecare.travel.graph import RoadGraph
from rarecare.travel.pairs import on_graph, times_of_file, travel_times
from rarecare.travel.shortest import travel_minutes
from tests.travel_toys import communes_on_equator, graph_of


@pytest.fixture
def communes() -> Communes:
    return communes_on_equator({"01001": 0, "01002": 10, "2A004": 30, "97101": 90})


@pytest.fixture
def graph(communes: Communes) -> RoadGraph:
    ferry = "code_a | code_b | type | minutes\n01002 | 2A004 | bac | 50"
    return graph_of(communes, "01001-01002", crossings=ferry)


def _file(tmp_path: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = tmp_path / "trajets.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_the_file_comes_back_with_minutes_and_state(
    tmp_path: Path, graph: RoadGraph, communes: Communes
) -> None:
    path = _file(tmp_path, "from_commune,to_commune\n01001,01002\n01001,2A004\n97101,01001\n01001,01001\n")
    result = times_of_file(path, on_graph(graph), communes)
    assert list(result.columns) == ["from_commune", "to_commune", "minutes", "etat"]
    assert result["etat"].tolist() == ["route", "bac", "pas_de_route", "route"]
    np.testing.assert_array_equal(result["minutes"], [3 + 10, 3 + 10 + 50, np.nan, 4])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_spreadsheet_export_is_read(
    tmp_path: Path, graph: RoadGraph, communes: Communes, encoding: str
) -> None:
    text = "to_commune;qui;from_commune\r\n01002;Zoé, née Hélène;01001\r\n\r\n"
    result = times_of_file(_file(tmp_path, text, encoding=encoding), on_graph(graph), communes)
    assert result["qui"].tolist() == ["Zoé, née Hélène"]
    assert result["minutes"].tolist() == [13]


def test_corsican_codes_may_be_lower_case(tmp_path: Path, graph: RoadGraph, communes: Communes) -> None:
    result = times_of_file(
        _file(tmp_path, "from_commune,to_commune\n2a004,01002\n"), on_graph(graph), communes
    )
    assert result["from_commune"].tolist() == ["2a004"]
    assert result["minutes"].tolist() == [53]


def test_every_unknown_code_is_listed_with_its_line(
    tmp_path: Path, graph: RoadGraph, communes: Communes
) -> None:
    text = "from_commune,to_commune\n01001,99999\n\n01001,01002\n1001,XX\n01002,\n"
    with pytest.raises(DataProblems) as caught:
        times_of_file(_file(tmp_path, text), on_graph(graph), communes)
    found = {(problem.line, problem.column, problem.value) for problem in caught.value.problems}
    assert found == {
        (2, "to_commune", "99999"),
        (5, "from_commune", "1001"),
        (5, "to_commune", "XX"),
        (6, "to_commune", ""),
    }


def test_a_lost_leading_zero_is_explained(tmp_path: Path, graph: RoadGraph, communes: Communes) -> None:
    with pytest.raises(DataProblems, match="écrire « 01001 »"):
        times_of_file(_file(tmp_path, "from_commune,to_commune\n1001,01002\n"), on_graph(graph), communes)


def test_a_line_with_missing_cells_is_reported_with_its_number(
    tmp_path: Path, graph: RoadGraph, communes: Communes
) -> None:
    with pytest.raises(DataProblems, match="ligne 3"):
        times_of_file(
            _file(tmp_path, "from_commune,to_commune\n01001,01002\n01001\n"), on_graph(graph), communes
        )


@pytest.mark.parametrize("text", ["", "from_commune\n01001\n", "a,b\n1,2\n"])
def test_a_missing_column_is_named(tmp_path: Path, graph: RoadGraph, communes: Communes, text: str) -> None:
    with pytest.raises(UserError, match="to_commune"):
        times_of_file(_file(tmp_path, text), on_graph(graph), communes)


def test_a_repeated_column_is_refused(tmp_path: Path, graph: RoadGraph, communes: Communes) -> None:
    text = "from_commune,to_commune,to_commune\n01001,01002,01002\n"
    with pytest.raises(UserError, match="répétée"):
        times_of_file(_file(tmp_path, text), on_graph(graph), communes)


def test_an_absent_file_is_named(tmp_path: Path, graph: RoadGraph, communes: Communes) -> None:
    with pytest.raises(UserError, match=r"rien\.csv"):
        times_of_file(tmp_path / "rien.csv", on_graph(graph), communes)


def test_a_file_without_rows_gives_a_table_without_rows(
    tmp_path: Path, graph: RoadGraph, communes: Communes
) -> None:
    result = times_of_file(_file(tmp_path, "from_commune,to_commune\n"), on_graph(graph), communes)
    assert len(result) == 0
    assert list(result.columns) == ["from_commune", "to_commune", "minutes", "etat"]


def test_many_pairs_agree_with_whole_rows_whatever_their_order() -> None:
    communes = communes_on_equator({f"{number:05d}": number * 7.0 for number in range(60)})
    chain = " ".join(f"{number:05d}-{number + 1:05d}" for number in range(59) if number != 30)
    graph = graph_of(communes, chain)
    generator = np.random.default_rng(3)
    origins, destinations = generator.integers(0, 60, (2, 500))
    whole, _ = travel_minutes(graph, range(60))
    expected = np.round(whole[origins, destinations], 1)
    expected[np.isinf(expected)] = np.nan
    np.testing.assert_allclose(travel_times(graph, origins, destinations).minutes, expected, atol=1e-9)


def test_pairs_towards_few_places_cost_one_search_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    communes = communes_on_equator({f"{number:05d}": number * 7.0 for number in range(40)})
    graph = graph_of(communes, "00000-00001")
    searched: list[int] = []

    def counted(graph: RoadGraph, sources: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        searched.extend(sources)
        return travel_minutes(graph, sources)

    monkeypatch.setattr("rarecare.travel.pairs.travel_minutes", counted)
    towards_two = np.arange(40) % 2
    # Half of the pairs are written the other way round.
    everywhere = np.arange(40)
    flip = everywhere % 3 == 0
    travel_times(graph, np.where(flip, towards_two, everywhere), np.where(flip, everywhere, towards_two))
    assert sorted(searched) == [0, 1]

"""The travel-time matrix: what it stores, and what it refuses to load."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rarecare.errors import UserError
from rarecare.travel.engine import CommuneGraphEngine
from rarecare.travel.graph import RoadGraph
from rarecare.travel.matrix import NO_ROAD, TravelMatrix, compute_matrix, to_tenths
from tests.travel_toys import communes_on_equator, graph_of

NINE = [f"C{number}" for number in range(9)]


@pytest.fixture
def graph() -> RoadGraph:
    """Nine communes in a row every 10 km; the eighth is behind a ferry, the ninth is an island."""
    communes = communes_on_equator({code: 10.0 * number for number, code in enumerate(NINE)})
    ferry = "code_a | code_b | type | minutes\nC6 | C7 | bac | 50"
    return graph_of(communes, "C0-C1 C1-C2 C2-C3 C3-C4 C4-C5 C5-C6", crossings=ferry)


@pytest.fixture
def matrix(graph: RoadGraph) -> TravelMatrix:
    return compute_matrix(graph, ["C3", "C0"])


def test_rows_are_the_sources_in_the_order_given_and_once_each(graph: RoadGraph) -> None:
    matrix = compute_matrix(graph, ["C3", "C0", "C3"])
    assert matrix.sources == ("C3", "C0")
    assert [matrix.row_of(code) for code in ("C3", "C0")] == [0, 1]


def test_minutes_are_float32_and_infinite_without_road(matrix: TravelMatrix) -> None:
    minutes = matrix.minutes([1])
    assert minutes.dtype == np.float32
    assert minutes[0].tolist() == [4, 13, 23, 33, 43, 53, 63, 113, np.inf]


def test_minutes_follow_the_rows_asked(matrix: TravelMatrix) -> None:
    assert matrix.minutes([1, 0, 1])[:, 3].tolist() == [33, 4, 33]


def test_states_tell_road_ferry_and_no_road(matrix: TravelMatrix) -> None:
    assert matrix.etat(0, [6, 7, 8]).tolist() == ["route", "bac", "pas_de_route"]
    assert matrix.ferry([0])[0].tolist() == [False] * 7 + [True, False]


def test_an_unknown_source_is_named_in_the_error(graph: RoadGraph) -> None:
    with pytest.raises(UserError, match="C99"):
        compute_matrix(graph, ["C0", "C99"])


def test_a_hospital_commune_without_row_is_named_in_the_error(matrix: TravelMatrix) -> None:
    with pytest.raises(UserError, match="« C5 »"):
        matrix.row_of("C5")


def test_progress_ends_with_all_rows_done(graph: RoadGraph) -> None:
    seen: list[tuple[int, int]] = []
    compute_matrix(graph, NINE, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (9, 9)


def test_no_source_gives_an_empty_matrix_that_can_be_stored(graph: RoadGraph, tmp_path: Path) -> None:
    compute_matrix(graph, []).save(tmp_path)
    assert TravelMatrix.load(tmp_path).minutes([]).shape == (0, 9)


@pytest.mark.parametrize(
    ("minutes", "tenths"), [(0.04, 0), (12.34, 123), (6553.4, 65534), (99999.0, NO_ROAD), (np.inf, NO_ROAD)]
)
def test_tenths_round_and_never_wrap_around(minutes: float, tenths: int) -> None:
    assert to_tenths(np.array([minutes]))[0] == tenths


def test_a_saved_matrix_comes_back_equal_and_read_only(matrix: TravelMatrix, tmp_path: Path) -> None:
    matrix.save(tmp_path / "travel")
    loaded = TravelMatrix.load(tmp_path / "travel", NINE)
    assert (loaded.sources, loaded.codes, loaded.engine) == (matrix.sources, matrix.codes, matrix.engine)
    assert dict(loaded.parameters) == dict(matrix.parameters)
    np.testing.assert_array_equal(loaded.tenths, matrix.tenths)
    np.testing.assert_array_equal(loaded.by_ferry, matrix.by_ferry)
    with pytest.raises(ValueError, match="read-only"):
        loaded.tenths[0, 0] = 1


def test_saving_again_replaces_the_former_matrix_and_leaves_no_rest(
    graph: RoadGraph, matrix: TravelMatrix, tmp_path: Path
) -> None:
    matrix.save(tmp_path)
    compute_matrix(graph, ["C5"]).save(tmp_path)
    assert TravelMatrix.load(tmp_path).sources == ("C5",)
    # A matrix is a manifest, the minutes, the ferry bits and the list of communes.
    assert len(list(tmp_path.iterdir())) == 4


def test_a_reader_finds_the_former_matrix_when_a_writer_dies_before_the_manifest(
    graph: RoadGraph, matrix: TravelMatrix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix.save(tmp_path)

    def dies(*_arguments: object, **_options: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(json, "dumps", dies)
        with pytest.raises(KeyboardInterrupt):
            compute_matrix(graph, ["C5"]).save(tmp_path)
    assert TravelMatrix.load(tmp_path).sources == ("C3", "C0")


def test_an_absent_matrix_says_to_build(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"absente.*rarecare build"):
        TravelMatrix.load(tmp_path / "nothing")


def test_a_truncated_file_is_refused(matrix: TravelMatrix, tmp_path: Path) -> None:
    matrix.save(tmp_path)
    path = next(tmp_path.glob("minutes-*.bin"))
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(UserError, match="tronquée"):
        TravelMatrix.load(tmp_path)


@pytest.mark.parametrize("stem", ["minutes", "bacs", "communes"])
def test_one_altered_byte_is_refused(matrix: TravelMatrix, tmp_path: Path, stem: str) -> None:
    matrix.save(tmp_path)
    path = next(tmp_path.glob(f"{stem}-*.bin"))
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(UserError, match="altérée"):
        TravelMatrix.load(tmp_path)


def test_a_missing_file_is_named(matrix: TravelMatrix, tmp_path: Path) -> None:
    matrix.save(tmp_path)
    path = next(tmp_path.glob("bacs-*.bin"))
    path.unlink()
    with pytest.raises(UserError, match=path.name):
        TravelMatrix.load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1}'])
def test_an_unreadable_manifest_is_refused(matrix: TravelMatrix, tmp_path: Path, text: str) -> None:
    matrix.save(tmp_path)
    (tmp_path / "matrice.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="illisible ou d'un autre format"):
        TravelMatrix.load(tmp_path)


@pytest.mark.parametrize("codes", [NINE[:-1], [*NINE[1:], "C0"], [*NINE, "C9"]])
def test_another_list_of_communes_is_refused(matrix: TravelMatrix, tmp_path: Path, codes: list[str]) -> None:
    matrix.save(tmp_path)
    with pytest.raises(UserError, match="autre liste de communes"):
        TravelMatrix.load(tmp_path, codes)


def test_the_engine_names_itself_in_its_matrix(graph: RoadGraph) -> None:
    engine = CommuneGraphEngine(graph)
    matrix = engine.matrix(["C0"])
    assert matrix.engine == engine.name == "graphe-communes"
    assert matrix.parameters == engine.parameters
    assert matrix.parameters["trip_minutes"] == 3

"""The road tables and the corrections made to them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from rarecare.errors import DataProblems, UserError
from rarecare.travel.tables import RoadTables, apply_adjustments, load_road_tables
from tests.travel_toys import table

TABLES = RoadTables(
    roads=table("""
        axe | ordre | code_commune | vitesse_kmh | type
        A1  | 1     | A            | 100         | autoroute
        A1  | 2     | B            | 100         | autoroute
        A10 | 1     | A            | 110         | autoroute
        A10 | 2     | C            | 110         | autoroute
    """),
    crossings=table("""
        code_a | code_b | type     | minutes
        A      | B      | interdit |
    """),
    massifs=table("""
        portee         | code | classe | facteur_vitesse | facteur_longueur_nationale
        arrondissement | 011  | 1      | 0.82            | 1.04
        arrondissement | 012  | 2      | 0.76            | 1.14
        commune        | B    | 1      | 0.82            | 1.04
    """),
)


def _corrections(rows: str) -> pd.DataFrame:
    return table(f"table | cle_a | cle_b | champ | valeur | motif\n{rows}")


def test_a_speed_is_corrected_on_its_section_alone() -> None:
    corrected = apply_adjustments(TABLES, _corrections("reseau_routier | A1 | 1 | vitesse_kmh | 90 | pente"))
    assert corrected.roads["vitesse_kmh"].tolist() == ["90", "100", "110", "110"]
    assert TABLES.roads["vitesse_kmh"].tolist() == ["100", "100", "110", "110"]


def test_a_stop_is_moved_on_its_axis_alone() -> None:
    corrected = apply_adjustments(TABLES, _corrections("reseau_routier | A1 | 1 | code_commune | Z | sortie"))
    assert corrected.roads["code_commune"].tolist() == ["Z", "B", "A", "C"]


def test_a_crossing_replaces_that_of_the_same_pair_named_the_other_way() -> None:
    corrected = apply_adjustments(TABLES, _corrections("franchissements | B | A | pont | 12 | nouveau pont"))
    assert corrected.crossings.to_dict("records") == [
        {"code_a": "B", "code_b": "A", "type": "pont", "minutes": "12"}
    ]


def test_a_relief_class_brings_its_factors_and_replaces_that_of_the_commune() -> None:
    corrected = apply_adjustments(TABLES, _corrections("massifs | B | | classe | 2 | gorges"))
    assert corrected.massifs.iloc[-1].to_dict() == {
        "portee": "commune",
        "code": "B",
        "classe": "2",
        "facteur_vitesse": "0.76",
        "facteur_longueur_nationale": "1.14",
    }
    assert len(corrected.massifs) == 3


def test_corrections_that_correct_nothing_are_all_listed_with_their_lines() -> None:
    corrections = _corrections("""
        reseau_routier  | A1 | 9 | vitesse_kmh | 90   | section inconnue
        reseau_routier  | A1 | 1 | vitesse_kmh | vite | pas un nombre
        reseau_routier  | A1 | 1 | vitesse_kmh | 90   | bonne
        franchissements | A  | B | tunnel      | 5    | genre inconnu
        franchissements | A  | B | pont        |      | sans durée
        massifs         | A  |   | classe      | 9    | classe inconnue
        communes        | A  |   | nom         | X    | table inconnue
    """)
    with pytest.raises(DataProblems) as caught:
        apply_adjustments(TABLES, corrections)
    assert [problem.line for problem in caught.value.problems] == [2, 3, 5, 6, 7, 8]


def test_an_absent_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"reseau_routier\.csv"):
        load_road_tables(tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "reseau_routier.csv").write_text("axe,ordre,code_commune,type\n", encoding="utf-8")
    with pytest.raises(UserError, match="vitesse_kmh"):
        load_road_tables(tmp_path)


def test_tables_are_read_as_they_are_when_nothing_is_corrected(tmp_path: Path) -> None:
    for name, frame in {
        "reseau_routier": TABLES.roads,
        "franchissements": TABLES.crossings,
        "massifs": TABLES.massifs,
    }.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    loaded = load_road_tables(tmp_path)
    pd.testing.assert_frame_equal(loaded.roads, TABLES.roads)
    pd.testing.assert_frame_equal(loaded.crossings, TABLES.crossings)
    pd.testing.assert_frame_equal(loaded.massifs, TABLES.massifs)


def test_every_correction_of_the_repository_applies_and_gives_its_reason(repository: Path) -> None:
    load_road_tables(repository / "data")
    corrections = pd.read_csv(
        repository / "data" / "ajustements_routiers.csv", dtype=str, keep_default_na=False
    )
    assert (corrections["motif"].str.len() > 20).all()

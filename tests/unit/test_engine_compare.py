"""Two matrices compared: in all, by length, by département, by commune."""

from __future__ import annotations

import numpy as np
import pytest

from rarecare.errors import UserError
from rarecare.travel.engines.compare import compare_matrices
from rarecare.travel.matrix import NO_ROAD, TravelMatrix
from tests.engine_places import ToyCommunes

CODES = ("01001", "01002", "02001", "02002")
COMMUNES = ToyCommunes({code: (code[:2], 2.0, 47.0) for code in CODES})
NEVER = int(NO_ROAD)


def matrix(rows, sources=("01001",), codes=CODES, engine="graphe"):
    tenths = np.array(rows, dtype=np.uint16)
    flags = np.zeros((len(sources), 1), dtype=np.uint8)
    return TravelMatrix(tuple(sources), tuple(codes), tenths, flags, engine)


REFERENCE = matrix([[100, 200, 1000, NEVER]])


def test_a_matrix_compared_with_itself_has_no_difference():
    both = matrix([[100, 200, 1000, NEVER], [200, 100, 3000, NEVER]], sources=("01001", "01002"))

    compared = compare_matrices(both, both, COMMUNES)

    gap = compared.overall
    assert (gap.pairs, gap.only_reference, gap.only_other) == (4, 0, 0)
    assert (gap.median_minutes, gap.p90_minutes, gap.median_pct, gap.p90_pct) == (0, 0, 0, 0)
    assert (gap.bias_minutes, gap.bias_pct) == (0, 0)
    assert compared.worst_pairs.empty
    assert set(compared.by_commune["etat"]) == {"comparable", "pas_de_route"}
    assert compared.by_commune["ecart_minutes"].dropna().tolist() == [0, 0, 0]
    assert compared.by_commune["ecart_median_minutes"].dropna().tolist() == [0, 0, 0]


def test_differences_are_signed_from_the_reference():
    compared = compare_matrices(REFERENCE, matrix([[100, 220, 900, 500]], engine="osrm"), COMMUNES)

    gap = compared.overall
    assert (compared.reference_engine, compared.other_engine) == ("graphe", "osrm")
    assert (compared.sources, compared.communes) == (1, 4)
    assert gap.pairs == 2
    assert gap.median_minutes == pytest.approx((2 + 10) / 2)
    assert gap.p90_minutes == pytest.approx(2 + 0.9 * (10 - 2))
    assert gap.median_pct == pytest.approx(10.0)
    assert gap.bias_minutes == pytest.approx((2 - 10) / 2)
    assert gap.bias_pct == pytest.approx(100 * (2 - 10) / (20 + 100))
    assert (gap.only_reference, gap.only_other) == (0, 1)


def test_a_road_that_only_the_reference_knows_is_counted():
    compared = compare_matrices(REFERENCE, matrix([[100, NEVER, 1000, NEVER]]), COMMUNES)

    assert compared.overall.only_reference == 1
    assert compared.by_commune["etat"].tolist() == [
        "comparable",
        "route_reference_seule",
        "comparable",
        "pas_de_route",
    ]
    assert np.isnan(compared.by_commune["ecart_minutes"][1])
    assert np.isinf(compared.by_commune["minutes_autre"][1])


def test_lengths_are_those_of_the_reference():
    compared = compare_matrices(REFERENCE, matrix([[100, 320, 1100, NEVER]]), COMMUNES)

    table = compared.by_length.set_index("de_minutes")
    assert table["pairs"].to_dict() == {0: 1, 30: 0, 60: 1, 120: 0, 240: 0}
    assert table.loc[0, "median_minutes"] == pytest.approx(12)
    assert np.isnan(table.loc[30, "median_minutes"])
    assert np.isinf(table.loc[240, "a_minutes"])


def test_departements_are_those_of_the_communes():
    compared = compare_matrices(REFERENCE, matrix([[100, 220, 900, 500]]), COMMUNES)

    table = compared.by_departement.set_index("departement")
    assert table["median_minutes"].to_dict() == pytest.approx({"01": 2.0, "02": 10.0})
    assert table["only_other"].to_dict() == {"01": 0, "02": 1}


def test_a_commune_is_compared_at_its_nearest_hospital_and_over_all():
    sources = ("01001", "02001")
    first = matrix([[100, 200, 1000, 400], [1000, 300, 100, 600]], sources)
    other = matrix([[100, 260, 1100, 400], [1100, 240, 100, 900]], sources)

    row = compare_matrices(first, other, COMMUNES).by_commune.set_index("code_commune").loc["01002"]

    # Nearest: 20 min then 24 min at another hospital. Over all: +6 and -6 min.
    assert (row["minutes_reference"], row["minutes_autre"], row["ecart_minutes"]) == (20.0, 24.0, 4.0)
    assert row["ecart_median_minutes"] == 0.0


def test_the_worst_pairs_come_first():
    worst = compare_matrices(REFERENCE, matrix([[100, 220, 900, 500]]), COMMUNES).worst_pairs

    assert worst["code_commune"].tolist() == ["02001", "01002"]
    assert worst["ecart_minutes"].tolist() == [-10.0, 2.0]
    assert worst["source"].tolist() == ["01001", "01001"]


def test_only_what_both_share_is_compared():
    other = matrix([[9999, 1100, 100], [100, 1000, 220]], ("02002", "01001"), ("01001", "02001", "01002"))

    compared = compare_matrices(REFERENCE, other, COMMUNES)

    assert (compared.sources, compared.communes, compared.overall.pairs) == (1, 3, 2)
    assert compared.overall.median_minutes == pytest.approx(1.0)


def test_matrices_with_nothing_in_common_are_refused():
    with pytest.raises(UserError, match="aucun trajet en commun"):
        compare_matrices(REFERENCE, matrix([[1, 2, 3, 4]], sources=("02002",)), COMMUNES)
    with pytest.raises(UserError, match="aucun trajet en commun"):
        compare_matrices(REFERENCE, matrix([[1]], codes=("99999",)), COMMUNES)


def test_every_table_is_there_for_a_workbook():
    frames = compare_matrices(REFERENCE, REFERENCE, COMMUNES).frames()

    assert {name: len(frame) for name, frame in frames.items()} == {
        "ensemble": 1,
        "durees": 5,
        "departements": 2,
        "communes": 4,
        "plus_grands_ecarts": 0,
    }

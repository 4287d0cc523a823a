"""The comparison of two matrices against one written plainly, pair after pair."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rarecare.travel.engines.compare import compare_matrices
from rarecare.travel.matrix import NO_ROAD, TravelMatrix
from tests.engine_places import PLACES, ToyCommunes

CELLS = st.one_of(st.integers(100, 6000), st.just(int(NO_ROAD)))
CODES = tuple(PLACES)
SOURCES = CODES[:3]
MATRICES = st.lists(
    st.lists(CELLS, min_size=len(CODES), max_size=len(CODES)), min_size=len(SOURCES), max_size=len(SOURCES)
)


def matrix(rows):
    flags = np.zeros((len(SOURCES), 2), dtype=np.uint8)
    return TravelMatrix(SOURCES, CODES, np.array(rows, dtype=np.uint16), flags, "x")


def differences(first, second, columns):
    return [
        (first[row][column], second[row][column] - first[row][column])
        for row, source in enumerate(SOURCES)
        for column in columns
        if CODES[column] != source and NO_ROAD not in (first[row][column], second[row][column])
    ]


@given(MATRICES, MATRICES)
def test_every_figure_is_that_of_a_plain_count(first, second):
    compared = compare_matrices(matrix(first), matrix(second), ToyCommunes())

    found = differences(first, second, range(len(CODES)))
    gap = compared.overall
    assert gap.pairs == len(found)
    if found:
        assert gap.median_minutes == pytest.approx(median(abs(d) for _, d in found) / 10)
        assert gap.median_pct == pytest.approx(median(100 * abs(d) / t for t, d in found), rel=1e-5)
        assert gap.bias_minutes == pytest.approx(sum(d for _, d in found) / len(found) / 10)
    assert compared.by_length["pairs"].sum() == compared.by_departement["pairs"].sum() == gap.pairs
    assert compared.by_departement["only_other"].sum() == gap.only_other


@given(MATRICES, MATRICES)
def test_the_median_of_a_commune_is_over_the_hospitals_that_reach_it(first, second):
    by_commune = compare_matrices(matrix(first), matrix(second), ToyCommunes()).by_commune

    for column, value in enumerate(by_commune["ecart_median_minutes"]):
        found = [d for _, d in differences(first, second, [column])]
        assert np.isnan(value) if not found else value == pytest.approx(median(found) / 10)


@given(MATRICES, MATRICES)
def test_swapping_the_matrices_changes_signs_alone(first, second):
    one = compare_matrices(matrix(first), matrix(second), ToyCommunes())
    two = compare_matrices(matrix(second), matrix(first), ToyCommunes())

    assert one.overall.median_minutes == pytest.approx(two.overall.median_minutes, nan_ok=True)
    assert one.overall.bias_minutes == pytest.approx(-two.overall.bias_minutes, nan_ok=True)
    assert (one.overall.only_reference, one.overall.only_other) == (
        two.overall.only_other,
        two.overall.only_reference,
    )
    assert np.allclose(one.by_commune["ecart_minutes"], -two.by_commune["ecart_minutes"], equal_nan=True)

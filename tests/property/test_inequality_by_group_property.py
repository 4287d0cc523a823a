"""Gini and Palma of all groups at once are those of each group alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rarecare.access.inequality import gini, gini_and_palma, palma_ratio

commune = st.tuples(
    st.one_of(st.just(np.inf), st.just(0.0), st.integers(1, 6000).map(lambda tenths: tenths / 10)),
    st.one_of(st.just(0.0), st.integers(1, 100_000).map(float)),
    st.integers(0, 3),
)


@given(st.lists(commune, min_size=1, max_size=40))
def test_groups_at_once_are_groups_one_by_one(communes):
    minutes, people, index = (np.array(column) for column in zip(*communes, strict=True))
    minutes = minutes.astype(np.float32)
    found_gini, found_palma = gini_and_palma(minutes, people, index, 4)
    for group in range(4):
        inside = index == group
        wanted = (np.nan, np.nan)
        if inside.any():
            wanted = gini(minutes[inside], people[inside]), palma_ratio(minutes[inside], people[inside])
        np.testing.assert_allclose(found_gini[group], wanted[0], atol=1e-9)
        np.testing.assert_allclose(found_palma[group], wanted[1], rtol=1e-6)


@given(st.lists(commune, min_size=1, max_size=40), st.integers(1, 50))
def test_the_scale_of_minutes_and_of_people_does_not_matter(communes, factor):
    minutes, people, index = (np.array(column) for column in zip(*communes, strict=True))
    first = gini_and_palma(minutes, people, index, 4)
    second = gini_and_palma(minutes * 2, people * factor, index, 4)
    np.testing.assert_allclose(first[0], second[0], atol=1e-9)
    np.testing.assert_allclose(first[1], second[1], rtol=1e-6)

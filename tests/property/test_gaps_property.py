"""What must hold of the score of gaps for any values and any weights."""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rarecare.indicators.gaps import PARTS, Weights, points_of, score

SIZES = st.integers(1, 12)
TIMES = st.one_of(st.just(np.inf), st.integers(10, 6000).map(lambda tenths: tenths / 10))
SHARES = st.integers(0, 10_000).map(lambda share: share / 100)
RATIOS = st.integers(0, 5000).map(lambda ratio: ratio / 1000)
VALUES = {"temps": TIMES, "au_dela": SHARES, "offre": RATIOS, "dependance": SHARES}
WEIGHTS = st.lists(st.integers(0, 100), min_size=4, max_size=4).filter(any).map(lambda four: Weights(*four))


@st.composite
def territories(draw):
    size = draw(SIZES)
    return {slug: np.array(draw(st.lists(of, min_size=size, max_size=size))) for slug, of in VALUES.items()}


@given(territories(), WEIGHTS)
def test_the_score_lies_between_0_and_100_and_is_the_sum_of_its_contributions(values, weights):
    table = score(values, weights)
    assert table["score_points"].between(0, 100).all()
    parts = sum(table[f"contribution_{part.slug}"] for part in PARTS)
    assert table["score_points"].to_numpy() == pytest.approx(parts.to_numpy(), abs=1e-8)
    for part in PARTS:
        assert table[f"points_{part.slug}"].between(0, 100).all()


@given(territories(), WEIGHTS, st.data())
def test_a_worse_part_never_lowers_the_score(values, weights, data):
    part = data.draw(st.sampled_from(PARTS))
    position = data.draw(st.integers(0, len(values[part.slug]) - 1))
    other = data.draw(VALUES[part.slug])
    before = values[part.slug][position]
    worse = max(before, other) if part.worst == "haut" else min(before, other)
    changed = {slug: array.copy() for slug, array in values.items()}
    changed[part.slug][position] = worse
    first, second = score(values, weights), score(changed, weights)
    assert second["score_points"][position] >= first["score_points"][position]
    assert second[f"rang_{part.slug}"][position] <= first[f"rang_{part.slug}"][position]


@given(territories(), WEIGHTS, st.randoms())
def test_the_order_of_the_territories_does_not_matter(values, weights, random):
    order = list(range(len(values["temps"])))
    random.shuffle(order)
    shuffled = score({slug: array[order] for slug, array in values.items()}, weights)
    straight = score(values, weights).iloc[order].reset_index(drop=True)
    assert shuffled.equals(straight)


@given(territories(), st.lists(st.integers(0, 20), min_size=4, max_size=4).filter(any), st.integers(2, 5))
def test_only_the_ratios_of_weights_matter(values, four, scale):
    first, second = Weights(*four), Weights(*(scale * weight for weight in four))
    assert astuple(first) != astuple(second)
    tables = score(values, first), score(values, second)
    assert tables[0]["score_points"].to_numpy() == pytest.approx(
        tables[1]["score_points"].to_numpy(), abs=1e-8
    )
    assert tables[0]["rang"].tolist() == tables[1]["rang"].tolist()


@given(territories(), WEIGHTS, st.sampled_from(sorted(VALUES)), st.integers(2, 9))
def test_points_do_not_depend_on_the_scale_of_values(values, weights, slug, scale):
    stretched = {**values, slug: values[slug] * scale}
    assert (
        score(stretched, weights)["score_points"].tolist() == score(values, weights)["score_points"].tolist()
    )


@given(st.lists(st.one_of(st.just(np.nan), TIMES), min_size=1, max_size=15))
def test_points_count_those_who_do_strictly_better(values):
    array = np.array(values)
    known = [value for value in values if not np.isnan(value)]
    most = max((sum(other < value for other in known) for value in known), default=0)
    points = points_of(array)
    for value, given_points in zip(values, points, strict=True):
        if np.isnan(value):
            assert np.isnan(given_points)
        else:
            better = sum(other < value for other in known)
            assert given_points == pytest.approx(100 * better / max(most, 1))

"""Cutting a matrix in requests loses no pair and asks none twice, whatever the sizes."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from rarecare.travel.engines.blocks import MAINLAND, Block, plan_blocks, territories
from rarecare.travel.engines.table_engine import _packed, _unpacked

DEPARTEMENTS = st.lists(st.sampled_from(["01", "2A", "75", "971", "974"]), min_size=1, max_size=60)


@given(DEPARTEMENTS, st.integers(2, 30), st.data())
def test_every_pair_of_one_territory_is_in_exactly_one_block(departements, points, data):
    territory = territories(departements)
    places = st.lists(st.integers(0, len(departements) - 1), unique=True)
    rows = np.array(data.draw(places), dtype=np.int64)
    columns = np.array(data.draw(places), dtype=np.int64)

    blocks = plan_blocks(rows, columns, territory, points_per_table=points)

    asked = Counter((int(r), int(c)) for block in blocks for r in block.rows for c in block.columns)
    assert set(asked.values()) <= {1}
    assert set(asked) == {(r, c) for r in rows for c in columns if territory[r] == territory[c]}


@given(DEPARTEMENTS, st.integers(2, 30))
def test_no_block_exceeds_the_size_of_a_request(departements, points):
    every = np.arange(len(departements))

    blocks = plan_blocks(every, every, territories(departements), points_per_table=points)

    assert all(len(block.rows) + len(block.columns) <= points for block in blocks)
    assert all(block.cells for block in blocks)


@given(st.integers(1, 12), st.integers(1, 12))
def test_halves_share_the_cells_of_a_block(height, width):
    assume(height * width > 1)
    block = Block(np.arange(height), np.arange(100, 100 + width))

    cells = [{(r, c) for r in half.rows for c in half.columns} for half in block.halves()]

    assert not cells[0] & cells[1]
    assert all(cells)
    assert cells[0] | cells[1] == {(r, c) for r in block.rows for c in block.columns}


@given(
    st.integers(1, 5).flatmap(
        lambda height: st.integers(1, 20).flatmap(
            lambda width: st.tuples(
                st.lists(
                    st.lists(st.integers(0, 65535), min_size=width, max_size=width),
                    min_size=height,
                    max_size=height,
                ),
                st.lists(
                    st.lists(st.booleans(), min_size=width, max_size=width), min_size=height, max_size=height
                ),
            )
        )
    )
)
def test_answers_come_back_from_the_disk_as_they_went(cells):
    tenths, flags = np.array(cells[0], dtype=np.uint16), np.array(cells[1], dtype=bool)

    back = _unpacked(_packed(tenths, flags), tenths.shape[1])

    np.testing.assert_array_equal(back[0], tenths)
    np.testing.assert_array_equal(back[1], flags)


def test_corse_belongs_with_the_mainland_and_each_overseas_departement_is_alone():
    found = territories(["2A", "2B", "75", "971", "976"]).tolist()

    assert found == [MAINLAND, MAINLAND, MAINLAND, "971", "976"]

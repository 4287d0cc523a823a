"""Whoever reads all that is shown and solves for the rest finds no count of 1 to 10 patients."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rarecare.disclosure.gate import Reader, protect_counts
from rarecare.disclosure.tables import COUNT_TABLES, protect_table
from tests.disclosure_attack import Attack
from tests.patients import file_active, people, territories

TABLES = {"file_active": file_active, "file_active_territoire": territories}


def drawn(name: str, seed: int, *, kept: float) -> pd.DataFrame:
    """Return made-up rows; those of territories without ages, as screens show them."""
    draw = np.random.default_rng(seed)
    patients = people(draw, int(draw.choice([40, 150, 400])), overlap=float(draw.choice([0.0, 0.2])))
    frame = TABLES[name](patients, draw, kept=kept)
    whole = frame["classe_age"].eq("tous") | (name == "file_active")
    return frame[whole].reset_index(drop=True)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("seed", range(4))
def test_no_small_count_comes_back_from_all_that_is_shown(name: str, seed: int) -> None:
    frame = drawn(name, seed, kept=[0.3, 0.6][seed % 2])
    shown = protect_table(name, frame, reader=Reader())
    attack = Attack(name, frame, shown)
    assert attack.secrets
    assert attack.found() == []


@pytest.mark.parametrize("name", TABLES)
def test_the_attack_finds_them_where_small_counts_alone_are_hidden(name: str) -> None:
    frame = drawn(name, 1, kept=0.9)
    columns = [column for column in COUNT_TABLES[name].counts if column in frame]
    shown = protect_counts(frame, columns, reader=Reader(), owner_columns=[])
    assert Attack(name, frame, shown).found()


def test_much_is_shown_of_a_centre_where_nothing_is_few() -> None:
    draw = np.random.default_rng(0)
    frame = file_active(people(draw, 40, overlap=0.0), draw, kept=1.0)
    counts = [column for column in COUNT_TABLES["file_active"].counts if column in frame]
    many = frame.assign(**{name: frame[name] * 1000 for name in counts})
    assert protect_table("file_active", many, reader=Reader())["patients_etat"].eq("connu").all()

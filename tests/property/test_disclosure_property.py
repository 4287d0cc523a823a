"""No small count comes back: not from a value, a text, a file, nor a total minus its parts."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from rarecare.disclosure.complement import PROTECTED, SMALL, hide_parts
from rarecare.disclosure.gate import Breakdown, Reader, Role, protect_counts, protect_ratio, texts_of
from rarecare.disclosure.tables import protect_table

COUNTS = st.one_of(st.none(), st.just(0), st.integers(1, 14), st.integers(11, 400))
READERS = st.builds(
    Reader,
    st.sampled_from([role for role in get_args(Role) if role != "secret_habilite"]),
    st.frozensets(st.sampled_from(["*", "RESPIFIL", "chu-a"])),
)
PLANTED = 7


def possible(total: int, shown: int, codes: list[int], part: int) -> set[int]:
    """Return every value from 1 to 10 that a small part may have, for who knows what is shown and the rule."""
    low = sum(1 if code == SMALL else 0 for rank, code in enumerate(codes) if rank != part and code)
    high = sum(10 if code == SMALL else total for rank, code in enumerate(codes) if rank != part and code)
    hidden = total - shown
    return {value for value in range(1, 11) if low <= hidden - value <= high}


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_a_total_minus_what_is_shown_leaves_a_small_part_free(parts: list[int]) -> None:
    total = sum(parts)
    of_total, of_parts = hide_parts(np.array([float(total)]), np.array([parts], dtype=float))
    codes = of_parts[0].tolist()
    shown = sum(value for value, code in zip(parts, codes, strict=True) if not code)
    for rank, value in enumerate(parts):
        if 0 < value <= 10:
            assert codes[rank] in (SMALL, PROTECTED)
            if not of_total[0]:
                assert possible(total, shown, codes, rank) == set(range(1, 11))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_counts_without_a_small_one_are_all_shown(parts: list[int]) -> None:
    large = [value + 10 if value else 0 for value in parts]
    of_total, of_parts = hide_parts(np.array([float(sum(large))]), np.array([large], dtype=float))
    assert not of_total.any()
    assert not of_parts.any()


@settings(max_examples=40)
@given(st.lists(COUNTS, min_size=1, max_size=8), READERS)
def test_a_small_count_is_in_no_value_text_or_file(values: list[int | None], reader: Reader) -> None:
    frame = pd.DataFrame({"filiere": "RESPIFIL", "patients": pd.array([*values, PLANTED], dtype="Int64")})
    protected = protect_counts(frame, ["patients"], reader=reader, owner_columns=["filiere"])
    known = protected["patients"].dropna()
    assert not known.between(1, 10).any()
    assert protected["patients_etat"].iloc[-1] == "masque"
    assert texts_of(protected, "patients")[-1] == "≤10"
    fields = {field for line in protected.to_csv(index=False).splitlines()[1:] for field in line.split(",")}
    assert not fields & {str(small) for small in range(1, 11)}
    lines = repr(protected.reset_index(drop=True)).splitlines()
    assert not [word for line in lines for word in line.split()[1:] if word in set(map(str, range(1, 11)))]
    for value, state in zip(values, protected["patients_etat"], strict=False):
        assert (state == "non_fourni") == (value is None)
        assert (state == "connu") == (value == 0 or (value is not None and value > 10))


@settings(max_examples=40)
@given(st.lists(COUNTS, min_size=1, max_size=8), READERS)
def test_an_authorised_reader_sees_all_that_another_sees(values: list[int | None], reader: Reader) -> None:
    frame = pd.DataFrame({"filiere": "RESPIFIL", "patients": pd.array(values, dtype="Int64")})
    options = {"columns": ["patients"], "owner_columns": ["filiere"]}
    less = protect_counts(frame, reader=reader, **options)
    more = protect_counts(frame, reader=Reader("secret_habilite", frozenset({"RESPIFIL"})), **options)
    assert more["patients"].equals(frame["patients"])
    seen = less["patients"].notna()
    assert more.loc[seen, "patients"].equals(less.loc[seen, "patients"])


@settings(max_examples=40)
@given(st.integers(1, 10), st.integers(0, 400), READERS)
def test_a_ratio_of_a_small_count_is_hidden(small: int, other: int, reader: Reader) -> None:
    frame = pd.DataFrame({"part": [small], "reste": [other], "total": [small + other]})
    protected = protect_counts(
        frame, ["part", "reste", "total"], reader=reader, owner_columns=[],
        breakdowns=[Breakdown("total", ("part", "reste"))],
    )  # fmt: skip
    ratio = protect_ratio(protected, "part_pct", part="part", whole="total")
    assert ratio["part_pct"].isna().all()
    assert ratio["part_pct_etat"].iloc[0] == "protege"
    shown = protected[["reste", "total"]].iloc[0]
    assert shown.isna().any()


def rows(*cells: tuple[str, str, str, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["modalite", "classe_age", "departement_residence", "patients"])
    keys = {
        "centre_id": "c",
        "groupe_maladie": "tous",
        "annee": 2025,
        "filiere": "F",
        "etablissement_id": "e",
    }
    return frame.assign(**keys)


@settings(max_examples=60)
@given(st.integers(0, 80), st.integers(0, 80), st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 40)))
def test_the_rows_of_a_table_do_not_give_a_small_one_back(
    children: int, adults: int, homes: dict[str, int]
) -> None:
    total = max(children + adults, sum(homes.values()))
    frame = rows(
        ("total", "tous", "tous", total), ("total", "enfant", "tous", children), ("total", "adulte", "tous", adults),
        *(("total", "tous", home, count) for home, count in homes.items()),
    )  # fmt: skip
    protected = protect_table("file_active", frame, reader=Reader())
    assert not protected["patients"].dropna().between(1, 10).any()
    state = protected["patients_etat"]
    if state.iloc[0] != "connu":
        return
    for line in (protected.iloc[1:3], protected.iloc[3:]):
        hidden = line[line["patients_etat"].ne("connu")]
        true = frame.loc[hidden.index, "patients"]
        if true.between(1, 10).any():
            left = total - int(line["patients"].fillna(0).sum())
            assert len(hidden) > 1 or left > 10
            assert left != len(hidden)
            assert left != 10 * len(hidden) or hidden["patients_etat"].ne("masque").any()

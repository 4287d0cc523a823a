"""The gate of patient counts."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from rarecare.disclosure.gate import (
    Breakdown,
    Count,
    Reader,
    protect_count,
    protect_counts,
    protect_ratio,
    reader_of,
    texts_of,
)
from rarecare.disclosure.tables import protect_table
from rarecare.settings import Settings

PUBLIC = Reader()
HABILITE = replace(Settings(), reader_role="secret_habilite", reader_scope="RESPIFIL, chu-de-nantes")


@pytest.mark.parametrize(
    ("value", "text", "state"),
    [
        (0, "0", "connu"), (1, "≤10", "masque"), (10, "≤10", "masque"), (11, "11", "connu"),
        (1234, "1\u202f234", "connu"), (None, "non fourni", "non_fourni"), (float("nan"), "non fourni", "non_fourni"),
    ],
)  # fmt: skip
def test_a_count_is_known_small_or_not_supplied(value: float | None, text: str, state: str) -> None:
    count = protect_count(value, reader=PUBLIC)
    assert (count.text, count.state) == (text, state)
    assert "7" not in repr(protect_count(7, reader=PUBLIC))


def test_the_public_view_reads_as_the_public_whatever_the_settings() -> None:
    assert reader_of(HABILITE) == Reader("secret_habilite", frozenset({"RESPIFIL", "chu-de-nantes"}))
    assert reader_of(replace(HABILITE, public=True)) == Reader()
    assert reader_of(Settings()).role == "public"


def test_an_authorised_reader_reads_his_scope_only() -> None:
    reader = reader_of(HABILITE)
    assert protect_count(7, reader=reader, owners=["RESPIFIL", "chu-x"]).text == "7"
    assert protect_count(7, reader=reader, owners=["FAVA", "chu-de-nantes"]).text == "7"
    assert protect_count(7, reader=reader, owners=["FAVA", "chu-x"]).text == "≤10"
    assert protect_count(7, reader=Reader("planificateur", frozenset({"*"})), owners=["FAVA"]).text == "≤10"
    assert protect_count(7, reader=Reader("secret_habilite", frozenset({"*"}))).text == "7"


def test_a_known_count_without_a_value_is_a_bug() -> None:
    with pytest.raises(ValueError, match="only then"):
        Count(7.0, "masque")


@pytest.mark.parametrize("wrong", [-1, 2.5, "abc", float("inf")])
def test_what_is_no_count_is_refused_without_being_repeated(wrong: object) -> None:
    frame = pd.DataFrame({"patients": [wrong]})
    with pytest.raises(ValueError, match=r"whole counts|Unable to parse"):
        protect_counts(frame, ["patients"], reader=PUBLIC, owner_columns=[])


def test_children_and_adults_with_their_total_do_not_give_the_small_one_back() -> None:
    frame = pd.DataFrame({"patients": [105, 105, 12, 6], "enfants": [7, 40, 5, 2], "adultes": [98, 65, 7, 4]})
    protected = protect_counts(
        frame, list(frame), reader=PUBLIC, owner_columns=[],
        breakdowns=[Breakdown("patients", ("enfants", "adultes"))],
    )  # fmt: skip
    assert texts_of(protected, "patients") == ["105", "105", "12", "≤10"]
    assert texts_of(protected, "enfants") == ["≤10", "40", "masqué", "≤10"]
    assert texts_of(protected, "adultes") == ["masqué", "65", "masqué", "≤10"]
    share = protect_ratio(protected, "part_pct", part="enfants", whole="patients")
    assert share["part_pct_etat"].tolist() == ["protege", "connu", "protege", "protege"]
    assert share["part_pct"].round(1).tolist()[1] == 38.1


def _rows(lines: str) -> pd.DataFrame:
    names = [
        "centre_id",
        "groupe_maladie",
        "annee",
        "modalite",
        "classe_age",
        "departement_residence",
        "patients",
    ]
    cells = [line.split() for line in lines.strip().splitlines()]
    frame = pd.DataFrame(cells, columns=names)
    return frame.assign(filiere="F", etablissement_id="e")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Small part of a modality: its complement goes too, the total stays.
        ("""c tous 2025 total tous tous 105
            c tous 2025 site  tous tous 101
            c tous 2025 telemedecine tous tous 7""", "105 masqué ≤10"),
        # The département of residence of a few patients, and the smallest of the others.
        ("""c tous 2025 total tous tous 105
            c tous 2025 total tous 44 60
            c tous 2025 total tous 49 42
            c tous 2025 total tous 53 3""", "105 60 masqué ≤10"),
        # Two dimensions at once: hidden as soon as something is hidden in the family.
        ("""c tous 2025 total tous tous 105
            c tous 2025 total enfant tous 40
            c tous 2025 total adulte tous 65
            c tous 2025 site enfant tous 33
            c tous 2025 site enfant 44 3""", "105 40 65 masqué ≤10"),
        # A disease group hidden for another's sake takes its details with it.
        ("""c tous 2025 total tous tous 105
            c a 2025 total tous tous 98
            c a 2025 total enfant tous 40
            c b 2025 total tous tous 7""", "105 masqué masqué ≤10"),
        # Nothing small: everything is shown, zero included.
        ("""c tous 2025 total tous tous 105
            c tous 2025 total enfant tous 0
            c tous 2025 total adulte tous 105""", "105 0 105"),
        # Another year is another family.
        ("""c tous 2024 total tous tous 105
            c tous 2024 total enfant tous 98
            c tous 2025 total adulte tous 7""", "105 98 ≤10"),
    ],
)  # fmt: skip
def test_rows_that_are_parts_of_others(lines: str, expected: str) -> None:
    frame = _rows(lines)
    assert texts_of(protect_table("file_active", frame, reader=PUBLIC), "patients") == expected.split()
    whole = protect_table("file_active", frame, reader=Reader("secret_habilite", frozenset({"F"})))
    assert whole["patients"].tolist() == frame["patients"].astype(int).tolist()


def test_the_diagnoses_of_a_row_and_its_median_are_hidden_with_it() -> None:
    frame = _rows("c tous 2025 total tous tous 105\nd tous 2025 total tous tous 8").assign(
        nouveaux_patients=["12", ""], diagnostics_confirmes=["60", "8"], diagnostics_probables=["41", ""],
        diagnostics_indetermines=["4", "0"], delai_diagnostic_median_mois=["18.5", "30"],
    )  # fmt: skip
    protected = protect_table("file_active", frame, reader=PUBLIC)
    texts = {name: texts_of(protected, name) for name in frame if f"{name}_etat" in protected}
    assert texts == {
        "patients": ["105", "≤10"], "nouveaux_patients": ["12", "non fourni"],
        "diagnostics_confirmes": ["60", "≤10"], "diagnostics_probables": ["masqué", "non fourni"],
        "diagnostics_indetermines": ["≤10", "0"],
    }  # fmt: skip
    assert protected["delai_diagnostic_median_mois"].tolist()[0] == 18.5
    assert protected["delai_diagnostic_median_mois"].isna().tolist() == [False, True]

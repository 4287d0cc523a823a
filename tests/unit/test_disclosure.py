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
            c tous 2025 site enfant 44 3""", "105 40 65 masqué masqué"),
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
            c tous 2024 total enfant tous 60
            c tous 2025 total adulte tous 7""", "105 60 ≤10"),
        # Those that nobody supplied are the total minus the others: few of them are hidden too.
        ("""c tous 2025 total tous tous 105
            c tous 2025 total enfant tous 98""", "105 masqué"),
        ("""c tous 2025 total tous tous 105
            c a 2025 total tous tous 98""", "105 masqué"),
        # Seen at a distance only: the total minus those seen on site. Seen both ways: the two minus the total.
        ("""c tous 2025 total tous tous 105
            c tous 2025 site  tous tous 101
            c tous 2025 telemedecine tous tous 40""", "105 masqué 40"),
        ("""c tous 2025 total tous tous 105
            c tous 2025 site  tous tous 80
            c tous 2025 telemedecine tous tous 30""", "105 80 masqué"),
        # Groups share patients: no sum of them is exact, those outside one of them are.
        ("""c tous 2025 total tous tous 105
            c a 2025 total tous tous 98
            c b 2025 total tous tous 60
            c c 2025 total tous tous 7""", "105 masqué 60 ≤10"),
        # Groups by another dimension: a few patients in one group hide that detail in all the groups of the centre.
        ("""c tous 2025 total tous tous 105
            c tous 2025 total tous 44 50
            c tous 2025 total tous 49 55
            c a 2025 total tous tous 60
            c b 2025 total tous tous 45
            c a 2025 total tous 44 47
            c b 2025 total tous 44 3""", "105 50 55 60 45 masqué masqué"),
        # Without a total, ages and places of residence give it all the same.
        ("""c tous 2025 total enfant tous 40
            c tous 2025 total adulte tous 65
            c tous 2025 total tous 44 60
            c tous 2025 total tous 49 42
            c tous 2025 total tous 53 3""", "40 65 60 masqué ≤10"),
        ("""c tous 2025 total enfant tous 98
            c tous 2025 total tous 44 60
            c tous 2025 total tous 49 45""", "masqué 60 45"),
    ],
)  # fmt: skip
def test_rows_that_are_parts_of_others(lines: str, expected: str) -> None:
    frame = _rows(lines)
    assert texts_of(protect_table("file_active", frame, reader=PUBLIC), "patients") == expected.split()
    whole = protect_table("file_active", frame, reader=Reader("secret_habilite", frozenset({"F"})))
    assert whole["patients"].tolist() == frame["patients"].astype(int).tolist()


def test_the_diagnoses_of_a_row_and_its_median_are_hidden_with_it() -> None:
    frame = _rows(
        "c tous 2025 total tous tous 105\nd tous 2025 total tous tous 8\ne tous 2025 total tous tous 90"
    ).assign(
        nouveaux_patients=["98", "", "60"], diagnostics_confirmes=["60", "8", "7"],
        diagnostics_probables=["41", "", "70"], diagnostics_indetermines=["4", "0", ""],
        delai_diagnostic_median_mois=["18.5", "30", "24"],
    )  # fmt: skip
    protected = protect_table("file_active", frame, reader=PUBLIC)
    counts = [name for name in frame if f"{name}_etat" in protected and "delai" not in name]
    assert {name: texts_of(protected, name) for name in counts} == {
        "patients": ["105", "≤10", "90"],
        # 105 - 98: those who came before are few
        "nouveaux_patients": ["masqué", "non fourni", "60"],
        "diagnostics_confirmes": ["60", "≤10", "≤10"], "diagnostics_probables": ["masqué", "non fourni", "70"],
        "diagnostics_indetermines": ["≤10", "0", "non fourni"],
    }  # fmt: skip
    # of 105 patients, of 8, of 90 of whom 7 have a diagnosis
    assert protected["delai_diagnostic_median_mois_etat"].tolist() == ["connu", "protege", "protege"]
    assert protected["delai_diagnostic_median_mois"].isna().tolist() == [False, True, True]


def _residents(lines: str) -> pd.DataFrame:
    cells = [line.split() for line in lines.strip().splitlines()]
    frame = pd.DataFrame(cells, columns=["filiere", "groupe_maladie", "departement_residence", "patients"])
    return frame.assign(annee=2025, modalite="total", classe_age="tous")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Patients of the territory outside the only filière: few.
        ("tous tous 44 105\nF tous 44 98", "105 masqué"),
        # A filière that is left out is the total minus the others.
        ("tous tous 44 105\nF tous 44 60\nG tous 44 38", "105 60 masqué"),
        ("tous tous 44 105\nF tous 44 60\nG tous 44 38\nH tous 44 7", "105 60 masqué ≤10"),
        # What is hidden for the sake of one place does not come back from all the filières together.
        ("tous tous tous 200\ntous tous 44 98\ntous tous 49 102\n"
         "F tous tous 105\nF tous 44 98\nF tous 49 7", "200 masqué masqué 105 masqué ≤10"),
        # Groups of a filière, and outside both the filière and the group.
        ("F tous 44 105\nF a 44 98", "105 masqué"), ("tous tous 44 105\nF a 44 98", "105 masqué"),
    ],
)  # fmt: skip
def test_filieres_and_groups_of_a_territory_are_parts_of_all(lines: str, expected: str) -> None:
    frame = _residents(lines)
    assert (
        texts_of(protect_table("file_active_territoire", frame, reader=PUBLIC), "patients")
        == expected.split()
    )


def test_what_an_authorised_reader_sees_does_not_give_him_the_others() -> None:
    frame = _residents("tous tous 44 105\nF tous 44 60\nG tous 44 41\nH tous 44 4")
    shown = protect_table("file_active_territoire", frame, reader=Reader("secret_habilite", frozenset({"H"})))
    assert texts_of(shown, "patients") == ["105", "60", "41", "4"]
    shown = protect_table("file_active_territoire", frame, reader=Reader("secret_habilite", frozenset({"F"})))
    assert texts_of(shown, "patients") == ["105", "60", "masqué", "≤10"]


def test_visits_are_counts_of_patients_too_and_staff_is_not() -> None:
    frame = pd.DataFrame(
        {"centre_id": ["c", "d"], "annee": 2025, "filiere": "F", "etablissement_id": "e", "etp_medical": [0.4, 2.5],
         "consultations": ["7", "120"], "teleconsultations": ["0", "3"], "hospitalisations_jour": ["", "11"]}
    )  # fmt: skip
    shown = protect_table("moyens", frame, reader=PUBLIC)
    assert texts_of(shown, "consultations") == ["≤10", "120"]
    assert texts_of(shown, "teleconsultations") == ["0", "≤10"]
    assert texts_of(shown, "hospitalisations_jour") == ["non fourni", "11"]
    assert shown["etp_medical"].tolist() == [0.4, 2.5]

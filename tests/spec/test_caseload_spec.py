"""Files actives counted by hand from a few events.

P1 is seen in Lyon on site and at a distance, then in Rennes; moves from Ain to Paris during 2023.
P2 is only seen at a distance. P3 lives abroad. P4 is seen in three centres of two filières.
"""

import pytest

from tests.caseload_toys import COLUMNS, count, one, write_csv

EVENTS = """
P1  2022-03-01  lyon    foie  01004  site           2010
P1  2023-01-10  lyon    foie  01004  site           2010
P1  2023-02-10  lyon    foie  01004  telemedecine   2010
P1  2023-09-10  rennes  rein  75056  site           2010
P2  2023-05-05  lyon    foie  2A004  telemedecine   1960
P3  2023-06-06  lyon    foie  99109  site           1970
P3  2023-06-07  lyon    rein  99109  site           1970
P4  2023-01-01  lyon    foie  97105  site           1980
P4  2023-01-02  rennes  foie  97105  site           1980
P4  2023-01-03  paris   peau  97105  site           1980
P1  2024-01-01  lyon    foie  75056  site           2010
"""


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spec")
    events = write_csv(folder / "e.csv", EVENTS, columns=(*COLUMNS, "annee_naissance"))
    return count(events, folder / "out")


def centre(counted, name, year):
    return one(counted[1]["file_active_centre"], centre_id=name, annee=year)


def cell(counted, **key):
    everyone = {
        "groupe_maladie": "tous",
        "modalite": "total",
        "classe_age": "tous",
        "departement_residence": "tous",
    }
    return one(counted[1]["file_active"], **(everyone | {"annee": 2023, "centre_id": "lyon"} | key))[
        "patients"
    ]


def territory(counted, **key):
    everyone = {"groupe_maladie": "tous", "filiere": "tous", "modalite": "total", "classe_age": "tous"}
    return one(counted[1]["file_active_territoire"], **(everyone | {"annee": 2023} | key))["patients"]


def test_a_patient_counts_once_a_year_in_a_centre_on_site_or_by_telemedicine(counted):
    row = centre(counted, "lyon", 2023)
    assert (row["patients"], row["patients_site"], row["patients_telemedecine"]) == (4, 3, 2)
    assert row["evenements"] == 6


def test_a_patient_of_several_centres_counts_in_each_and_once_in_the_territory(counted):
    by_centre = sum(centre(counted, name, 2023)["patients"] for name in ("lyon", "rennes", "paris"))
    assert by_centre == 7
    assert territory(counted, departement_residence="tous") == 4
    assert centre(counted, "lyon", 2023)["patients_vus_ailleurs"] == 2


def test_patients_of_one_two_and_three_centres(counted):
    rows = {(row["annee"], row["centres"]): row["patients"] for row in counted[1]["multi_centres"]}
    assert rows == {(2022, "1"): 1, (2023, "1"): 2, (2023, "2"): 1, (2023, "3+"): 1, (2024, "1"): 1}


def test_a_patient_who_moves_counts_where_the_last_event_of_the_year_says(counted):
    assert cell(counted, departement_residence="75") == 1
    assert {row["annee"] for row in counted[1]["file_active"] if row["departement_residence"] == "01"} == {
        2022
    }
    assert territory(counted, departement_residence="75") == 1


def test_overseas_corse_and_abroad_are_departements_of_their_own(counted):
    assert (cell(counted, departement_residence="971"), cell(counted, departement_residence="2A")) == (1, 1)
    assert cell(counted, departement_residence="99") == 1


def test_ages_follow_the_first_event_of_the_year(counted):
    assert (cell(counted, classe_age="enfant"), cell(counted, classe_age="adulte")) == (1, 3)


def test_a_patient_of_two_groups_counts_in_each_and_once_in_all(counted):
    assert cell(counted, groupe_maladie="foie") == 4
    assert cell(counted, groupe_maladie="rein") == 1
    assert cell(counted) == 4


def test_a_territory_counts_by_group_and_by_filiere_of_the_centres(counted):
    assert territory(counted, departement_residence="971", groupe_maladie="foie") == 1
    assert territory(counted, departement_residence="971", filiere="F1") == 1
    assert territory(counted, departement_residence="971", filiere="F2") == 1


def test_new_patients_are_those_never_seen_before_in_the_centre(counted):
    assert centre(counted, "lyon", 2022)["nouveaux_patients"] is None
    assert centre(counted, "lyon", 2023)["nouveaux_patients"] == 3
    assert centre(counted, "rennes", 2023)["nouveaux_patients"] == 2
    assert centre(counted, "lyon", 2024)["nouveaux_patients"] == 0
    row = one(counted[1]["nouveaux"], centre_id="lyon", annee=2023, groupe_maladie="tous")
    assert (row["nouveaux_patients"], row["patients_deja_suivis"]) == (3, 1)


def test_flows_say_where_the_patients_of_a_departement_go(counted):
    flows = {
        row["centre_id"]: row["patients"]
        for row in counted[1]["flux"]
        if (row["departement_residence"], row["annee"], row["groupe_maladie"]) == ("75", 2023, "tous")
    }
    assert flows == {"lyon": 1, "rennes": 1}


STATUSES = """
P1  2023-01-10  lyon  foie  01004  site  indetermine  -           -
P1  2023-06-10  lyon  foie  01004  site  confirme     2023-06-01  2022-06-01
P1  2023-07-10  lyon  foie  01004  site  -            -           -
P2  2023-06-10  lyon  foie  01004  site  probable     2023-01-01  2013-01-01
P3  2023-06-10  lyon  foie  01004  telemedecine  confirme  2020-01-01  2021-01-01
P4  2023-06-10  lyon  foie  01004  site  -            -           -
"""


def test_status_and_delay_are_those_of_the_last_event_that_gives_them(tmp_path):
    columns = (*COLUMNS, "statut_diagnostic", "date_diagnostic", "date_premiers_signes")
    _, found = count(write_csv(tmp_path / "e.csv", STATUSES, columns=columns), tmp_path / "out")
    row = one(
        found["file_active"],
        groupe_maladie="foie",
        modalite="total",
        departement_residence="tous",
        classe_age="tous",
    )
    assert (row["diagnostics_confirmes"], row["diagnostics_probables"], row["diagnostics_indetermines"]) == (
        2,
        1,
        0,
    )
    # 365 and 3652 days; P3, diagnosed before the first signs, has no delay.
    assert row["delai_diagnostic_median_mois"] == 66.0


def test_without_birth_or_age_class_only_all_ages_are_given(tmp_path):
    _, found = count(write_csv(tmp_path / "e.csv", "P1 2023-01-10 lyon foie 01004 site"), tmp_path / "out")
    assert {row["classe_age"] for row in found["file_active"]} == {"tous"}
    assert found["file_active_centre"][0]["patients_enfants"] is None
    assert found["file_active"][0]["diagnostics_confirmes"] is None

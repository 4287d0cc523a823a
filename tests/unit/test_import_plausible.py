"""Values that are possible and unlikely are told before applying, and stop nothing."""

import dataclasses

import pytest

from rarecare.dataset.imports.draft import prepare
from rarecare.dataset.imports.mapping import propose_mapping
from rarecare.dataset.tables import read_table
from tests.import_sheets import TODAY, draft, package, references, sheet, source, table

KEY = {
    "groupe_maladie": "tous", "modalite": "total", "classe_age": "tous", "departement_residence": "tous",
}  # fmt: skip


def checked(name, text, *, before=None):
    """Return the slugs to check and the problems of a sheet read beside rows in force."""
    known = read_table(package(), name) if before is None else before
    beside = dataclasses.replace(references(), others={**references().others, name: known})
    origin = source(sheet(text))
    mapping = propose_mapping(origin, table(name)).mapping
    return prepare(origin, table(name), mapping, beside, today=TODAY)


@pytest.mark.parametrize(("factor", "told"), [("0", True), ("15", True), ("1,5", False), ("9", False)])
def test_a_regional_factor_far_from_one_is_to_check(factor, told):
    result = draft(
        "modificateurs_regionaux", f"Groupe | Dépt | Facteur | Remarque\nfabry | 01 | {factor} | x"
    )
    assert result.problems == ()
    assert [point.slug for point in result.to_check] == ["facteur-a-verifier"] * told


@pytest.mark.parametrize(("year", "told"), [("1989", True), ("2031", True), ("1995", False)])
def test_a_year_to_come_or_long_past_is_to_check(year, told):
    text = (
        "reseau_id | Valeur basse | Valeur centrale | Valeur haute | Part d'enfants (%) | Année\n"
        f"oscar-moc | 1000 | 2000 | 3000 | 20 | {year}"
    )
    result = checked("epidemiologie", text, before=read_table(package(), "epidemiologie").iloc[:0])
    assert not [
        problem for problem in result.problems if "annee" in problem.slug or problem.column == "Année"
    ]
    assert [point.slug for point in result.to_check] == ["annee-a-verifier"] * told


def test_a_prevalence_far_from_the_one_in_force_is_to_check_without_quoting_it():
    known = read_table(package(), "epidemiologie").iloc[0]
    text = (
        "reseau_id | Valeur basse | Valeur centrale | Valeur haute | Part d'enfants (%)\n"
        f"{known['reseau_id']} | {known['valeur_basse']} | {int(known['valeur_centrale']) * 11} "
        f"| {known['valeur_haute']} | {known['part_enfants_pct']}"
    )
    (point,) = checked("epidemiologie", text).to_check
    assert (point.slug, point.column, point.value) == ("ecart-a-verifier", "Valeur centrale", "")
    assert known["valeur_centrale"] not in point.sentence()


@pytest.mark.parametrize(
    ("former", "now", "told"),
    [
        ("100", "501", True),
        ("100", "499", False),
        ("100", "19", True),
        ("10", "400", False),
        ("0", "400", False),
    ],
)
def test_a_caseload_far_from_that_of_the_year_before_is_to_check(former, now, told):
    before = read_table(package(), "file_active")
    before.loc[0] = dict.fromkeys(before.columns, "") | KEY | {
        "centre_id": "oscar-cap--chu-de-rouen", "annee": "2023", "patients": former
    }  # fmt: skip
    text = f"Code centre | Année | Patients\noscar-cap--chu-de-rouen | 2024 | {now}"
    result = checked("file_active", text, before=before)
    assert result.problems == ()
    assert [point.slug for point in result.to_check] == ["ecart-a-verifier"] * told
    assert all(point.value == "" for point in result.to_check)


def test_two_years_of_one_file_are_compared():
    rows = "oscar-cap--chu-de-rouen | 2023 | 100\noscar-cap--chu-de-rouen | 2024 | 900"
    (point,) = checked("file_active", f"Code centre | Année | Patients\n{rows}").to_check
    assert (point.line, point.slug) == (3, "ecart-a-verifier")

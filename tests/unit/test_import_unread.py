"""No column is lost in silence: all those left aside are named, those that seem useful must be decided."""

import dataclasses

import pytest

from rarecare.dataset.imports.draft import prepare
from rarecare.dataset.imports.mapping import Mapping, propose_mapping
from rarecare.dataset.imports.personal import names_doctor, personal_kind, traces
from rarecare.dataset.imports.sources import Sheet
from rarecare.dataset.tables import read_table
from tests.import_sheets import TODAY, draft, package, references, sheet, slugs, source, table

HEAD = "Hôpital | CRMR | Année | File active"
ROW = "CHU Dijon | CLAD Est | 2024 | 120"


def with_column(heading, *cells, name="file_active"):
    rows = "\n".join(f"{ROW.replace('2024', str(2020 + rank))} | {cell}" for rank, cell in enumerate(cells))
    return draft(name, f"{HEAD} | {heading}\n{rows}")


@pytest.mark.parametrize(
    ("heading", "cell", "why"),
    [
        ("Télémédecine", "30", "porte des nombres"),
        ("Nvx patients", "12", "porte des nombres"),
        ("0-17 ans", "40", "porte des nombres"),
        ("Dont 65 ans et plus", "40", "porte des nombres"),
        ("File active 2023 (prov.)", "99", "Patients"),
        ("Département", "Finistère", "Département de résidence"),
        ("Effectif", "120", "Patients"),
        ("Mode principal de suivi", "Sur site", "Modalité"),
        ("Classes d'âge retenues", "Enfants", "Classe d'âge"),
    ],
)
def test_a_column_that_seems_useful_stops_the_import_until_it_is_decided(heading, cell, why):
    result = with_column(heading, cell)
    (problem,) = [problem for problem in result.problems if problem.slug == "colonne-non-lue"]
    assert (problem.column, problem.line) == (heading, 1)
    assert why in problem.rule
    assert [column.heading for column in result.unread] == [heading]
    decided = dataclasses.replace(result.mapping, ignored=(heading,))
    again = draft("file_active", f"{HEAD} | {heading}\n{ROW} | {cell}", mapping=decided)
    assert again.problems == ()
    assert [column.heading for column in again.unread] == [heading]


@pytest.mark.parametrize("heading", ["N° FINESS", "Avis du chef de projet", "Région"])
def test_a_column_without_use_is_only_named(heading):
    result = with_column(heading, "quelque chose")
    assert result.problems == ()
    assert [(column.heading, column.why) for column in result.unread] == [(heading, "")]


def test_the_columns_that_rarecare_adds_to_its_exports_lose_nothing():
    heads = "patients_etat | Sources | Version des données | Date"
    result = draft(
        "file_active", f"{HEAD} | {heads}\n{ROW} | connu | INSEE | 2026-01-01-abc | 1er janvier 2026"
    )
    assert result.problems == ()
    assert {column.why for column in result.unread} == {""}
    assert set(result.frame["source_url"]) == {""}


def test_a_departement_that_is_that_of_the_hospital_loses_nothing():
    assert with_column("Département", "Côte-d'Or", "21").problems == ()
    assert slugs(with_column("Département", "Côte-d'Or", "Ain")) == {"colonne-non-lue"}


def test_columns_of_ages_or_modalities_are_all_read_or_none():
    read = draft("file_active", f"{HEAD} | dont enfants | dont adultes\n{ROW} | 50 | 70")
    assert read.problems == ()
    assert read.frame["classe_age"].tolist() == ["tous", "adulte", "enfant"] or len(read.frame) == 3
    half = draft("file_active", f"{HEAD} | dont enfants | 18-64 ans\n{ROW} | 50 | 70")
    assert slugs(half) == {"colonne-non-lue"}


def test_an_empty_column_without_heading_is_not_named():
    result = draft("file_active", f"{HEAD} | |\n{ROW} | |")
    assert result.unread == ()


def test_the_columns_left_aside_are_kept_in_the_mapping():
    mapping = Mapping("file_active", columns={"patients": "FA"}, ignored=("Télémédecine", "Autre"))
    assert Mapping.from_toml(mapping.to_toml()) == mapping


HARMLESS = [
    "750100042", "https://doi.org/10.1016/0123456789", "S0248866318306404", "mis à jour le 12/03/2024", "12 345 678",
]  # fmt: skip
PERSONAL = {
    "numéro de sécurité sociale": ["1 85 05 75 123 456 78", "285057512345678", "185052A12345678", "NIR 1850575123456"],
    "adresse électronique": ["jean.dupont@exemple.fr", "écrire à secretariat@chu.exemple.fr"],
    "numéro de téléphone": ["06 12 34 56 78", "+33 6 12 34 56 78", "tél. 04.72.11.22.33", "0612345678"],
    "date de naissance": ["né le 12/03/2010", "Née le 3 mars 2010", "DDN : 12/03/2010"],
}  # fmt: skip


def test_personal_data_are_told_by_kind():
    for kind, texts in PERSONAL.items():
        assert {personal_kind(text) for text in texts} == {kind}
    assert {personal_kind(text) for text in HARMLESS} == {""}


@pytest.mark.parametrize("text", [text for texts in PERSONAL.values() for text in texts])
@pytest.mark.parametrize("heading", ["Remarque", "Contact", "Hôpital"])
def test_personal_data_are_refused_wherever_they_stand_and_never_quoted(text, heading):
    columns = ["Hôpital", "CRMR", "Année", "File active", "Remarque", "Contact"]
    cells = dict(zip(columns, ["CHU Dijon", "CLAD Est", "2024", "120", "", ""], strict=True))
    result = draft("file_active", " | ".join(columns) + "\n" + " | ".join((cells | {heading: text}).values()))
    (problem,) = [problem for problem in result.problems if problem.slug == "donnee-personnelle"]
    assert (problem.column, problem.line, problem.value) == (heading, 2, "")
    assert text not in "".join(each.sentence() for each in result.problems)
    assert text not in result.frame.to_csv()


def test_a_column_of_telephones_is_one_problem():
    result = with_column("Téléphone", *(f"04 72 11 22 3{digit}" for digit in range(5)))
    assert [(problem.slug, problem.column) for problem in result.problems] == [
        ("donnee-personnelle", "Téléphone")
    ]
    assert "numéro de téléphone : 5" in result.problems[0].rule


def test_personal_data_of_a_sheet_that_is_not_read_are_refused_too():
    origin = source(sheet(f"{HEAD}\n{ROW}", name="2024"), sheet("a | b\nx | 06 12 34 56 78", name="Contacts"))
    mapping = propose_mapping(origin, table("file_active")).mapping
    (problem,) = prepare(origin, table("file_active"), mapping, references(), today=TODAY).problems
    assert problem.slug == "donnee-personnelle"
    assert "feuille « Contacts »" in problem.rule


@pytest.mark.parametrize("name", ["file_active", "centres", "acteurs"])
def test_a_heading_that_names_a_person_is_refused_in_every_table(name):
    assert "donnees-nominatives" in slugs(draft(name, "Hôpital | Date de naissance\nCHU Dijon | 12"))


def test_a_doctor_is_a_point_to_check_and_a_hospital_named_after_one_is_not():
    named = draft("file_active", f"{HEAD} | Remarque\n{ROW} | vu avec le Dr Jean Martin")
    assert named.problems == ()
    assert [(point.slug, point.column, point.value) for point in named.to_check] == [
        ("nom-de-medecin", "Remarque", "")
    ]
    for text in ("Dr Jean DUPONT", "Pr Martin", "le Pr. A. Martin"):
        assert names_doctor(text), text
    for text in ("Hôpital Docteur Ducroquet", "rue du Pr Calmette", "Prévalence Drôme", "PR 2024"):
        assert not names_doctor(text), text


def test_the_data_shipped_hold_nothing_that_looks_personal():
    for described in package().tables:
        rows = read_table(package(), described.name).itertuples(index=False, name=None)
        assert list(traces(Sheet(described.name, tuple(rows)))) == [], described.name

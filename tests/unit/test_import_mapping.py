"""The mapping of columns: proposed from the file, kept as TOML, refused with a reason."""

import dataclasses

import pytest

from rarecare.dataset.imports.headings import headings_of, lexicon_of
from rarecare.dataset.imports.mapping import Mapping, missing_fields, propose_mapping
from rarecare.errors import UserError
from tests.import_sheets import (
    TODAY,
    draft,
    package,
    prepare,
    propose,
    references,
    sheet,
    slugs,
    source,
    table,
)

SIMPLE = """
Hôpital       | CRMR     | Année | Nb patients
CHU Dijon     | CLAD Est | 2024  | 1 120
CHU Besançon  | CLAD Est | 2024  | 310
"""


def test_usual_headings_give_a_complete_mapping():
    proposal = propose("file_active", SIMPLE)
    assert proposal.mapping.columns == {
        "etablissement_id": "Hôpital",
        "reseau_id": "CRMR",
        "annee": "Année",
        "patients": "Nb patients",
    }
    assert proposal.missing == ()
    assert proposal.unmatched == ()
    assert {match.score for match in proposal.matches} == {100.0}
    assert proposal.mapping.constants["classe_age"] == "tous"


def test_headings_are_found_under_a_title_and_empty_lines():
    proposal = propose("file_active", "Files actives de la filière 2023 | | |\n | | |\n" + SIMPLE.strip())
    assert proposal.mapping.header_line == 3
    assert proposal.mapping.header_height == 1


def test_headings_on_two_lines_are_joined():
    text = """
    Centre labellisé | | File active |
    Hôpital | CRMR | Total | Dont nouveaux patients
    CHU Dijon | CLAD Est | 120 | 12
    """
    proposal = propose("file_active", text, file="FA 2024.xlsx")
    assert (proposal.mapping.header_line, proposal.mapping.header_height) in {(1, 2), (2, 1)}
    assert proposal.mapping.columns["patients"] in {"File active Total", "Total"}
    result = draft("file_active", text, file="FA 2024.xlsx")
    assert result.problems == ()
    assert result.frame[["annee", "patients", "nouveaux_patients"]].to_numpy().tolist() == [
        ["2024", "120", "12"]
    ]


def test_year_above_the_headings_is_proposed_for_all_rows():
    text = "File active 2023 |\nHôpital | CRMR | Patients\nCHU Dijon | CLAD Est | 120"
    assert propose("file_active", text).mapping.constants["annee"] == "2023"


def test_year_is_not_guessed_when_two_are_written():
    text = "File active 2022 et 2023 |\nHôpital | CRMR | Patients\nCHU Dijon | CLAD Est | 120"
    proposal = propose("file_active", text)
    assert "annee" not in proposal.mapping.constants
    assert proposal.missing == ("annee",)


def test_year_of_the_only_column_of_numbers_holds_for_all_rows():
    proposal = propose(
        "file_active", "Hôpital | CRMR | File active 2024 | Nouveaux patients\nCHU Dijon | CLAD Est | 9 | 1"
    )
    assert proposal.mapping.constants["annee"] == "2024"
    assert proposal.mapping.pivot == {}


def test_one_column_a_year_gives_one_row_a_year():
    text = """
    Hôpital | CRMR | File active | | |
    | | 2022 | 2023 | 2024
    CHU Dijon | CLAD Est | 10 | | 30
    CHU Besançon | CLAD Est | 11 | 21 | 31
    """
    result = draft("file_active", text)
    assert result.problems == ()
    rows = result.frame[["centre_id", "annee", "patients"]].to_numpy().tolist()
    assert rows == [
        ["anddi-rares-clad-est--chu-dijon-bourgogne", "2022", "10"],
        ["anddi-rares-clad-est--chu-dijon-bourgogne", "2024", "30"],
        ["anddi-rares-clad-est--chu-de-besancon", "2022", "11"],
        ["anddi-rares-clad-est--chu-de-besancon", "2023", "21"],
        ["anddi-rares-clad-est--chu-de-besancon", "2024", "31"],
    ]
    assert result.places["line"].tolist() == [3, 3, 4, 4, 4]


def test_columns_by_age_give_rows_by_age_and_the_total_stays_a_total():
    text = """
    Hôpital | CRMR | Année | File active | dont enfants | dont adultes | Nouveaux patients
    CHU Dijon | CLAD Est | 2024 | 30 | 10 | 20 | 5
    """
    frame = draft("file_active", text).frame
    rows = {row.classe_age: (row.patients, row.nouveaux_patients) for row in frame.itertuples()}
    assert rows == {"tous": ("30", "5"), "enfant": ("10", ""), "adulte": ("20", "")}


def test_problem_of_a_wide_file_names_the_heading_of_its_cell():
    text = "Hôpital | CRMR | File active 2023 | File active 2024\nCHU Dijon | CLAD Est | 12 | <10"
    (problem,) = draft("file_active", text).problems
    assert (problem.column, problem.slug, problem.line) == ("File active 2024", "effectif-masque", 2)


def test_the_sheet_that_is_recognised_is_taken_and_all_are_listed():
    origin = source(
        sheet("Lisez-moi\nBonjour", name="Notice"),
        sheet(SIMPLE, name="Données"),
        sheet("Total\n12", name="Bilan"),
    )
    proposal = propose_mapping(origin, table("file_active"))
    assert proposal.mapping.sheet == "Données"
    assert [choice.name for choice in proposal.sheets] == ["Notice", "Données", "Bilan"]
    assert proposal.sheets[1].rows == 2


def test_another_sheet_can_be_asked_for_and_an_unknown_one_is_refused():
    origin = source(sheet(SIMPLE, name="2023"), sheet(SIMPLE, name="2024"))
    assert propose_mapping(origin, table("file_active"), sheet="2024").mapping.sheet == "2024"
    with pytest.raises(UserError, match="« 2025 » n'existe pas"):
        propose_mapping(origin, table("file_active"), sheet="2025")


def test_unknown_content_gives_an_empty_proposal():
    proposal = propose("file_active", "bonjour | monde\n1 | 2")
    assert proposal.mapping.columns == {}
    assert proposal.unmatched == ("bonjour", "monde")
    assert proposal.missing == ("centre_id", "annee", "patients")


def test_columns_that_do_not_serve_are_told_apart_from_unknown_ones():
    proposal = propose(
        "file_active",
        "N° FINESS | Hôpital | CRMR | Année | Patients | Couleur\n1 | CHU Dijon | CLAD Est | 2024 | 9 | bleu",
    )
    assert proposal.ignored == ("N° FINESS",)
    assert proposal.unmatched == ("Couleur",)


def test_two_columns_for_one_field_keep_the_first_and_ask():
    proposal = propose("file_active", "Hôpital | CHU | CRMR | Année | Patients\na | b | c | 2024 | 9")
    assert proposal.mapping.columns["etablissement_id"] == "Hôpital"
    assert proposal.ambiguous == {"CHU": "etablissement_id"}


def test_same_heading_twice_is_made_unique():
    words = lexicon_of(table("file_active"))
    assert headings_of(sheet("Patients | Patients | | Patients (2)"), words, line=1) == (
        "Patients", "Patients (2)", "colonne C", "Patients (2) (2)",
    )  # fmt: skip


@pytest.mark.parametrize("spec", package().tables, ids=lambda spec: spec.name)
def test_titles_of_the_schema_are_all_understood_with_the_star_of_templates(spec):
    titles = {field.name: field.title + (" *" if field.required else "") for field in spec.fields}
    proposal = propose(spec.name, " | ".join(titles.values()) + "\n" + " | ".join("x" for _ in titles))
    assert {name: proposal.mapping.columns.get(name) for name in titles} == titles


def test_names_of_the_schema_are_all_understood():
    for spec in (table("file_active"), table("centres"), table("etablissements"), table("groupes_maladies")):
        text = " | ".join(spec.columns) + "\n" + " | ".join("x" for _ in spec.columns)
        assert propose(spec.name, text).mapping.columns == {name: name for name in spec.columns}


def test_mapping_survives_its_file():
    mapping = Mapping(
        "file_active",
        sheet="Feuille « 1 »",
        header_line=3,
        columns={"patients": 'Nb "patients"\nvus'},
        constants={"annee": "2024"},
        matches={"CHU d'Angers": "chu-d-angers"},
        header_height=2,
        pivot={"File active 2022": {"champ": "patients", "annee": "2022"}},
    )
    assert Mapping.from_toml(mapping.to_toml(), where="m.toml") == mapping


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("table = ", "illisible"),
        ("feuille = 'A'", "« table » manque"),
        ("table = 3", "doit être un texte"),
        ("table = 't'\nligne_en_tete = 0", "nombre entier"),
        ("table = 't'\nligne_en_tete = 'a'", "nombre entier"),
        ("table = 't'\nhauteur_en_tete = true", "nombre entier"),
        ("table = 't'\ncolonnes = 3", "associer un texte"),
        ("table = 't'\n[colonnes]\na = 3", "associer un texte"),
        ("table = 't'\ncouleur = 'bleu'", "« couleur » est inconnue"),
        ("table = 't'\ntableau_croise = 3", "décrire chaque colonne"),
        ("table = 't'\n[tableau_croise.A]\nannee = '2022'", "n'a pas de « champ »"),
    ],
)
def test_bad_mapping_file_is_refused_with_its_place(text, message):
    with pytest.raises(UserError, match=message) as caught:
        Mapping.from_toml(text, where="ma_correspondance.toml")
    assert "ma_correspondance.toml" in caught.value.where


def test_missing_fields_count_what_can_be_derived():
    mapping = Mapping(
        "file_active", columns={"etablissement_id": "Hôpital", "reseau_id": "CRMR", "annee": "A"}
    )
    missing = missing_fields(mapping, table("file_active"))
    assert "centre_id" not in missing
    assert "patients" in missing


def test_remembered_mapping_forgives_case_and_accents_of_the_headings():
    mapping = propose("file_active", SIMPLE).mapping
    changed = dataclasses.replace(
        mapping, columns={name: text.upper() for name, text in mapping.columns.items()}
    )
    assert draft("file_active", SIMPLE, mapping=changed).problems == ()


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"table": "moyens"}, "correspondance-d-une-autre-table"),
        ({"header_line": 90}, "en-tete-introuvable"),
        ({"header_line": 0}, "en-tete-introuvable"),
        ({"header_line": 3}, "aucune-ligne"),
        ({"columns": {"patients": "Absente"}}, "intitule-introuvable"),
        ({"columns": {"couleur": "Hôpital"}}, "champ-inconnu"),
        ({"columns": {"patients": "Nb patients"}}, "colonne-manquante"),
        ({"pivot": {"Absente": {"champ": "patients", "annee": "2022"}}}, "intitule-introuvable"),
        ({"matches": {"CHU Dijon": "chu-de-nulle-part"}}, "rapprochement-inconnu"),
    ],
)  # fmt: skip
def test_mapping_that_does_not_suit_the_file_is_refused(changes, slug):
    mapping = dataclasses.replace(propose("file_active", SIMPLE).mapping, **changes)
    result = draft("file_active", SIMPLE, mapping=mapping)
    assert slug in slugs(result)


def test_sheet_that_is_not_in_the_workbook_is_refused():
    mapping = dataclasses.replace(propose("file_active", SIMPLE).mapping, sheet="2025")
    origin = source(sheet(SIMPLE, name="2023"), sheet(SIMPLE, name="2024"))
    (problem,) = prepare(origin, table("file_active"), mapping, references(), today=TODAY).problems
    assert problem.slug == "feuille-introuvable"
    assert "« 2023 », « 2024 »" in problem.rule


def test_mapping_kept_from_another_year_serves_a_file_of_one_sheet():
    mapping = dataclasses.replace(propose("file_active", SIMPLE).mapping, sheet="2023")
    result = prepare(
        source(sheet(SIMPLE, name="2024")), table("file_active"), mapping, references(), today=TODAY
    )
    assert result.problems == ()
    assert set(result.places["sheet"]) == {"2024"}
    assert result.mapping.sheet == "2024"


def test_wrong_constant_is_told_once_without_a_line():
    mapping = propose("file_active", SIMPLE).mapping
    columns = {name: heading for name, heading in mapping.columns.items() if name != "annee"}
    changed = dataclasses.replace(
        mapping, columns=columns, constants=mapping.constants | {"annee": "l'an dernier"}, ignored=("Année",)
    )
    (problem,) = draft("file_active", SIMPLE, mapping=changed).problems
    assert (problem.slug, problem.line, problem.column) == ("annee-illisible", 0, "Année")


def test_patient_data_are_refused_before_any_row_is_read():
    text = (
        "Hôpital | CRMR | Année | Patients | Date de naissance\nCHU Dijon | CLAD Est | 2024 | 12 | 01/02/2003"
    )
    result = draft("file_active", text)
    assert slugs(result) == {"donnees-nominatives"}
    assert result.frame.empty
    assert "2003" not in str(result.problems)


def test_a_hidden_sheet_is_only_read_when_it_is_named():
    seen = sheet("Hôpital | Patients\nCHU Dijon | 12", name="Résumé")
    hidden = dataclasses.replace(sheet(SIMPLE, name="Détail"), hidden=True)
    origin = source(seen, hidden)
    assert propose_mapping(origin, table("file_active")).mapping.sheet == "Résumé"
    named = propose_mapping(origin, table("file_active"), sheet="Détail").mapping
    assert prepare(origin, table("file_active"), named, references(), today=TODAY).problems == ()


def test_a_workbook_that_only_has_a_hidden_sheet_gives_no_row():
    origin = source(dataclasses.replace(sheet(SIMPLE, name="Détail"), hidden=True))
    mapping = propose_mapping(origin, table("file_active")).mapping
    result = prepare(origin, table("file_active"), mapping, references(), today=TODAY)
    assert (slugs(result), len(result.frame)) == ({"feuille-introuvable"}, 0)

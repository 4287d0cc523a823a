"""From cells to canonical text, and the count of every automatic change."""

import dataclasses

import pytest

from rarecare.dataset.imports import draft as draft_module
from rarecare.dataset.imports.draft import MAPPING_RULES, problems_frame
from rarecare.dataset.imports.mapping import propose_mapping
from tests.import_sheets import draft, propose, references, sheet, slugs, source, table

HEAD = "Hôpital | CRMR | Année | Patients | Nouveaux patients | Délai médian (mois) | Remarque\n"
NBSP = "\u00a0"


def test_rows_are_text_in_the_order_of_the_table_and_of_the_file():
    result = draft(
        "file_active",
        HEAD + "CHU Dijon | CLAD Est | 2024 | 1 120 | 12 | 18,5 | rien\nCHU Besançon | CLAD Est | 2024 | 30",
    )
    assert result.problems == ()
    assert list(result.frame.columns) == table("file_active").columns
    assert all(isinstance(cell, str) for cell in result.frame.to_numpy().ravel())
    assert result.frame.iloc[0].to_dict() == {
        "centre_id": "anddi-rares-clad-est--chu-dijon-bourgogne", "groupe_maladie": "tous", "annee": "2024",
        "modalite": "total", "classe_age": "tous", "departement_residence": "tous", "patients": "1120",
        "nouveaux_patients": "12", "diagnostics_confirmes": "", "diagnostics_probables": "",
        "diagnostics_indetermines": "", "delai_diagnostic_median_mois": "18.5", "provenance": "a_confirmer",
        "source_url": "", "note": "rien",
    }  # fmt: skip
    assert result.places.to_dict("list") == {"sheet": ["", ""], "line": [2, 3]}


def test_every_automatic_change_is_counted():
    rows = "\n".join(f"CHU Dijon | CLAD Est | {year} | 1 120 | 012 | 18,5 |" for year in (2021, 2022))
    notes = draft(
        "file_active", HEAD + rows + "\nCHU Dijon | CLAD Est | 31/12/2023 | 7,0 | | | deux  mots"
    ).notes
    assert f"2{NBSP}nombres avec espace" in notes
    assert f"2{NBSP}nombres à virgule" in notes
    assert f"2{NBSP}nombres écrits avec des zéros devant" in notes
    assert f"1{NBSP}nombre entier écrit avec des décimales" in notes
    assert f"1{NBSP}date réduite à son année" in notes
    assert f"1{NBSP}texte nettoyé de ses espaces en trop" in notes
    assert any(
        note.startswith(f"1{NBSP}hôpital reconnu sous un autre nom") and "CHU Dijon Bourgogne" in note
        for note in notes
    )
    assert f"«{NBSP}Modalité{NBSP}» vaut «{NBSP}total{NBSP}» sur toutes les lignes" in notes


def test_canonical_file_is_read_without_any_change():
    text = (
        "centre_id | groupe_maladie | annee | modalite | classe_age | departement_residence | patients | provenance\n"
        "anddi-rares-clad-est--chu-de-besancon | tous | 2024 | total | tous | 25 | 12 | officiel"
    )
    result = draft("file_active", text)
    assert result.problems == ()
    assert result.notes == ()


def test_total_lines_and_repeated_headings_are_left_aside_and_told():
    head = "Hôpital | CRMR | Année | Patients\n"
    rows = f"CHU Dijon | CLAD Est | 2024 | 12\n{head}TOTAL GÉNÉRAL | | | 12\n | Total | | 12\n"
    result = draft("file_active", head + rows)
    assert result.problems == ()
    assert len(result.frame) == 1
    assert f"2{NBSP}lignes de total laissées de côté (ligne 4, 5)" in result.notes
    assert f"1{NBSP}en-tête répété laissé de côté (ligne 3)" in result.notes


def test_total_is_a_value_where_the_field_has_one():
    text = "Département de résidence | Année | Patients\nTotal | 2024 | 12\nAin | 2024 | 5"
    assert draft("file_active_territoire", text).frame["departement_residence"].tolist() == ["tous", "01"]


def test_all_problems_of_a_file_are_told_together_at_their_place():
    text = HEAD + (
        "CHU Dijon | CLAD Est | 2024 | ≤10 | -1 | |\n"
        "CHU Dijon | CLAD Nulle part | 2024 | 12 | | |\n"
        "Zzyx | CLAD Est | 1924 | 12,5 | | |\n"
        "| | | | | |\n"
        "CHU Dijon | CLAD Est | | 12 | | |"
    )
    found = {(problem.line, problem.column, problem.slug) for problem in draft("file_active", text).problems}
    assert found == {
        (2, "Patients", "effectif-masque"),
        (2, "Nouveaux patients", "nombre-negatif"),
        (3, "CRMR", "reseau-inconnu"),
        (4, "Hôpital", "etablissement-inconnu"),
        (4, "Année", "borne-depassee"),
        (4, "Patients", "nombre-decimal"),
        (6, "Année", "valeur-obligatoire"),
    }


def test_masked_count_says_to_import_the_real_number_or_leave_empty():
    (problem,) = draft("file_active", HEAD + "CHU Dijon | CLAD Est | 2024 | ≤10").problems
    assert problem.value == "≤10"
    assert "nombre réel" in problem.remedy
    assert "vide" in problem.remedy


def test_duplicate_key_names_both_lines():
    rows = "CHU Dijon | CLAD Est | 2024 | 12\nCHU Besançon | CLAD Est | 2024 | 13\nCHU de Dijon | CLAD Est | 2024 | 14"
    (problem,) = draft("file_active", "Hôpital | CRMR | Année | Patients\n" + rows).problems
    assert (problem.slug, problem.line) == ("cle-en-double", 4)
    assert "déjà à la ligne 2" in problem.rule
    assert "14" not in problem.sentence()


def test_absurd_counts_and_years_to_come_are_refused():
    result = draft(
        "file_active",
        HEAD + "CHU Dijon | CLAD Est | 2027 | 100 001 | | |\nCHU Dijon | CLAD Est | 2026 | 100 000 | | |",
    )
    assert [(problem.line, problem.slug) for problem in result.problems] == [
        (2, "annee-future"),
        (2, "valeur-absurde"),
    ]


def test_a_file_full_of_faults_gives_a_bounded_list(monkeypatch):
    monkeypatch.setattr(draft_module, "MAXIMUM_PROBLEMS", 10)
    rows = "\n".join(f"CHU Dijon | CLAD Est | {year} | n.d." for year in range(2000, 2025))
    result = draft("file_active", "Hôpital | CRMR | Année | Patients\n" + rows)
    assert len(result.problems) == 11
    (last,) = [problem for problem in result.problems if problem.slug == "trop-d-anomalies"]
    assert "25 en tout" in last.rule


def test_problems_come_as_a_table_with_french_headings():
    result = draft("file_active", HEAD + "CHU Dijon | CLAD Est | 2024 | ≤10 | -1 | |")
    frame = problems_frame(reversed(result.problems))
    assert list(frame.columns) == [
        "fichier",
        "feuille",
        "ligne",
        "colonne",
        "valeur",
        "règle",
        "remède",
        "code",
    ]
    assert frame["code"].tolist() == [problem.slug for problem in result.problems]
    assert frame["ligne"].tolist() == ["2", "2"]
    assert problems_frame([]).empty


def test_problem_of_the_whole_file_has_no_line_in_the_table():
    frame = problems_frame(draft("file_active", "Hôpital | Patients\nCHU Dijon | 12").problems)
    assert set(frame["ligne"]) == {""}
    assert set(frame["code"]) == {"colonne-manquante"}


def test_every_rule_has_a_french_title_and_a_remedy():
    for slug, (rule, remedy) in MAPPING_RULES.items():
        assert rule, slug
        assert not rule.endswith("."), slug
        assert remedy.endswith("."), slug


def test_keys_are_made_for_new_rows_and_kept_for_known_ones():
    result = draft(
        "etablissements", "Hôpital | Ville | Dépt\nCHU de Nîmes | Nîmes | Gard\nCHU Rennes | Rennes | 35"
    )
    assert result.problems == ()
    assert result.frame.iloc[:, :5].to_numpy().tolist() == [
        ["chu-de-nimes", "CHU de Nîmes", "Nîmes", "30189", "30"],
        ["chu-de-rennes", "CHU de Rennes", "Rennes", "35238", "35"],
    ]


def test_identifier_given_with_another_name_renames_the_hospital():
    result = draft(
        "etablissements", "Identifiant | Nom | Code INSEE\nchu-de-rennes | CHU Rennes Bretagne | 35238"
    )
    assert result.problems == ()
    assert result.frame["nom"].tolist() == ["CHU Rennes Bretagne"]


def test_city_and_departement_are_told_by_the_commune():
    result = draft("etablissements", "Nom | Code INSEE\nCH de Trifouilly | 1053\nHôpital du Marais | 75104")
    assert result.problems == ()
    rows = result.frame[["ville", "code_commune", "departement"]].to_numpy().tolist()
    assert rows == [["Bourg-en-Bresse", "01053", "01"], ["Paris", "75104", "75"]]


def test_post_code_in_place_of_the_commune_is_refused_even_when_it_is_the_code_of_another():
    # 29200 is the post code of Brest; 35000 is no commune at all; 01001 is a commune that is not Bourg
    text = (
        "Nom | Ville | Code INSEE\nCH A | Rennes | 35000\nCH B | Bourg-en-Bresse | 01001\nCH C | Lyon | 69383"
    )
    found = [(problem.line, problem.slug) for problem in draft("etablissements", text).problems]
    assert found == [(2, "commune-inconnue"), (3, "commune-et-ville")]


def test_new_hospital_that_looks_like_a_known_one_is_asked():
    result = draft("etablissements", "Hôpital | Ville | Dépt\nCHU d'Angres | Angers | 49")
    assert slugs(result) == {"etablissement-a-confirmer"}
    (doubt,) = result.doubtful
    assert doubt.candidates[0][0] == "chu-d-angers"
    mapping = dataclasses.replace(result.mapping, matches={"CHU d'Angres": "chu-d-angres"})
    decided = draft("etablissements", "Hôpital | Ville | Dépt\nCHU d'Angres | Angers | 49", mapping=mapping)
    assert decided.problems == ()
    assert decided.frame["etablissement_id"].tolist() == ["chu-d-angres"]


def test_centres_keep_the_identifier_of_their_period():
    text = """
    CRMR | Hôpital | Type de centre | Période du label
    CRESCENDO | Robert Debré, Paris | Coordonnateur | 2023-2028
    CRESCENDO | Robert Debré, Paris | Constitutif | 2017-2022
    CLAD Est | CHU de Lille | Centre de compétence | 2023-2028
    CLAD Est | CHU de Lille | Centre de compétence | 2017-2022
    """
    result = draft("centres", text)
    assert result.problems == ()
    assert result.frame["centre_id"].tolist() == [
        "firendo-crescendo--ap-hp-hopital-robert-debre",
        "firendo-crescendo--ap-hp-hopital-robert-debre--2017-2022",
        "anddi-rares-clad-est--chu-de-lille",
        "anddi-rares-clad-est--chu-de-lille--2017-2022",
    ]
    assert set(result.frame["filiere"]) == {"FIRENDO", "ANDDI-RARES"}


def test_centres_of_the_register_give_back_themselves():
    centres = references().centres
    lines = [
        " | ".join(centres.columns),
        *(" | ".join(row) for row in centres.head(200).itertuples(index=False) if "|" not in "".join(row)),
    ]
    result = draft("centres", "\n".join(lines))
    assert result.problems == ()
    assert result.notes == ()


def test_hospitals_of_the_register_give_back_themselves():
    register = references().etablissements
    lines = [" | ".join(register.columns), *(" | ".join(row) for row in register.itertuples(index=False))]
    result = draft("etablissements", "\n".join(lines))
    assert result.problems == ()
    assert result.frame.to_numpy().tolist() == register.to_numpy().tolist()


USUAL_FILES = [
    (
        *("acteurs", "Type | Nom | Filière | Ville", "Association | Amis de X | FAI2R | Paris"),
        {"acteur_id": "association-amis-de-x", "code_commune": "75056"},
    ),
    (
        *("plateformes", "Type | Nom | Établissement porteur | Dépt", "PEMR | Plateforme X | CHU Lille | 59"),
        {"etablissement_id": "chu-de-lille", "etablissement": "CHU Lille"},
    ),
    (
        *("plateformes", "Type | Nom | Établissement porteur | Dépt", "Maison | Maison X | Mairie de X | 59"),
        {"etablissement_id": "", "plateforme_id": "maison-maison-x"},
    ),
    ("maladies", "Maladie | Filière", "Achondroplasie | OSCAR", {"maladie_id": "achondroplasie"}),
    (
        *(
            "reseaux",
            "CRMR | Sigle | Filière | Catégorie | Groupe",
            "Nouveau réseau | NR | OSCAR | CRMR | Maladie de Fabry",
        ),
        {"reseau_id": "oscar-nr", "groupe_maladie": "fabry"},
    ),
    (
        *(
            "modificateurs_regionaux",
            "Groupe | Dépt | Facteur | Remarque",
            "Maladie de Fabry | 2a | 1,50 | lu",
        ),
        {"departement": "2A", "facteur": "1.5"},
    ),
    (
        *(
            "moyens",
            "CRMR | Hôpital | Année | ETP médical | HDJ",
            "CLAD Est | CHU Dijon | 2024 | 2,5 | 1 200",
        ),
        {"etp_medical": "2.5", "hospitalisations_jour": "1200"},
    ),
    (
        "historique_labels",
        "CRMR | Hôpital | Type | Période | Date de fin",
        "CLAD Est | CHU Dijon | Coordonnateur | 2017/2022 | 31/12/2022",
        {"date_fin": "2022-12-31", "periode_label": "2017-2022"},
    ),
    (
        *("file_active_territoire", "Dépt | Filière | Année | Patients", "Réunion | fai²r | 2024 | 12"),
        {"departement_residence": "974", "filiere": "FAI2R"},
    ),
    (
        "groupes_maladies",
        "Code groupe | Libellé | Filière | Valeur basse | Prévalence | Valeur haute | % enfants | Méthode",
        "fabry | Maladie de Fabry | G2M | 1 000 | 2 000 | 3 000 | 10 % | Taux",
        {"valeur_basse": "1000", "part_enfants_pct": "10"},
    ),
]


@pytest.mark.parametrize(("name", "headings", "row", "expected"), USUAL_FILES)
def test_table_takes_its_usual_file(name, headings, row, expected):
    result = draft(name, f"{headings}\n{row}")
    assert result.problems == ()
    first = result.frame.iloc[0]
    assert {field: first[field] for field in expected} == expected


def test_today_bounds_the_years_by_default():
    origin = source(sheet("Hôpital | CRMR | Année | Patients\nCHU Dijon | CLAD Est | 2099 | 12"))
    mapping = propose("file_active", "Hôpital | CRMR | Année | Patients\nx | x | 1 | 1").mapping
    result = draft_module.prepare(origin, table("file_active"), mapping, references())
    assert slugs(result) == {"annee-future"}
    assert propose_mapping(origin, table("file_active")).mapping == mapping


@pytest.mark.parametrize(
    "written", ["NULL", "null", "NA", "N/A", "#N/A", "-", "–", "néant", "n.d.", "NaN", "None"]
)
def test_words_for_an_empty_cell_are_empty_where_it_may_be_and_refused_where_it_may_not(written):
    optional = draft("file_active", HEAD + f"CHU Dijon | CLAD Est | 2024 | 12 | {written} | | {written}")
    assert optional.problems == ()
    assert (optional.frame.at[0, "nouveaux_patients"], optional.frame.at[0, "note"]) == ("", "")
    assert f"2{NBSP}cellules « non disponible » lues comme des cellules vides" in optional.notes
    required = draft("file_active", HEAD + f"CHU Dijon | CLAD Est | 2024 | {written} | | |")
    assert slugs(required) == {"valeur-non-disponible"}


def test_words_for_an_empty_cell_keep_their_meaning_where_they_have_one():
    text = "Département de résidence | Année | Patients | Remarque\nInconnu | 2024 | 12 | aucun changement"
    result = draft("file_active_territoire", text)
    assert result.frame.at[0, "departement_residence"] == "99"
    assert result.frame.at[0, "note"] == "aucun changement"


def test_none_may_mean_zero_and_is_refused():
    result = draft("file_active", HEAD + "CHU Dijon | CLAD Est | 2024 | 12 | aucun | |")
    assert slugs(result) == {"valeur-non-disponible"}


def test_a_hospital_or_a_network_written_null_is_a_missing_value():
    head = "Hôpital | CRMR | Année | Patients\n"
    for row in ("NULL | CLAD Est | 2024 | 12", "CHU Dijon | #N/A | 2024 | 12"):
        result = draft("file_active", head + row)
        assert slugs(result) <= {"valeur-obligatoire", "valeur-non-disponible"}
        assert len(result.problems) == 1

"""Names in a file: hospitals asked once, centres found by réseau and hospital, what the reader decides."""

import dataclasses

from rarecare.dataset.imports import draft as draft_module
from rarecare.dataset.imports.draft import References
from rarecare.dataset.imports.names import Labels, same_city
from tests.import_sheets import draft, references, slugs

HEAD = "Hôpital | CRMR | Année | Patients\n"


def test_doubtful_hospital_is_asked_once_for_all_its_lines():
    result = draft(
        "file_active",
        HEAD
        + "Hôpital Nord | CLAD Est | 2023 | 12\nCHU Dijon | CLAD Est | 2023 | 1\nHôpital Nord | CLAD Est | 2024 | 12",
    )
    (doubt,) = result.doubtful
    assert (doubt.text, doubt.lines) == ("Hôpital Nord", (2, 4))
    assert {candidate for candidate, _ in doubt.candidates} >= {
        "ap-hm-hopital-nord",
        "chu-de-saint-etienne-hopital-nord",
    }
    (problem,) = result.problems
    assert problem.slug == "etablissement-a-confirmer"
    assert "CHU de Saint-Étienne – Hôpital Nord" in problem.rule
    assert "--match" in problem.remedy


def test_decision_of_the_reader_settles_a_doubt():
    text = HEAD + "Hôpital Nord | CLAD Sud-Est | 2024 | 12\nCHU Grenoble | CLAD Sud-Est | 2024 | 12"
    doubtful = draft("file_active", text)
    mapping = dataclasses.replace(doubtful.mapping, matches={"Hôpital Nord": "hcl-hopital-femme-mere-enfant"})
    result = draft("file_active", text, mapping=mapping)
    assert result.doubtful == ()
    assert "etablissement-a-confirmer" not in slugs(result)


def test_decision_goes_before_what_would_be_recognised():
    text = HEAD + "CHU de Lille | CLAD Nord-Ouest | 2024 | 12"
    mapping = dataclasses.replace(
        draft("file_active", text).mapping, matches={"CHU de Lille": "chu-de-lille-hopital-jeanne-de-flandre"}
    )
    result = draft("file_active", text, mapping=mapping)
    assert [match.etablissement_id for match in result.matched] == ["chu-de-lille-hopital-jeanne-de-flandre"]


def test_city_column_settles_a_name_that_two_hospitals_bear():
    rows = "Hôpital Nord | Marseille | CLAD Est | 2024 | 1\nHôpital Nord | Nulle-Part | CLAD Est | 2024 | 1"
    text = "Hôpital | Ville | CRMR | Année | Patients\n" + rows
    result = draft("file_active", text)
    assert [match.etablissement_id for match in result.matched] == ["ap-hm-hopital-nord"]
    assert [doubt.text for doubt in result.doubtful] == ["Hôpital Nord"]


def test_same_doubtful_name_in_two_cities_is_asked_city_by_city():
    rows = "Hôpital X Nord | Brest | CLAD Est | 2024 | 1\nHôpital X Nord | Caen | CLAD Est | 2024 | 1"
    text = "Hôpital | Ville | CRMR | Année | Patients\n" + rows
    result = draft("file_active", text)
    assert [doubt.text for doubt in result.doubtful] == ["Hôpital X Nord (Brest)", "Hôpital X Nord (Caen)"]
    matches = {"Hôpital X Nord (Brest)": "chu-de-brest", "Hôpital X Nord (Caen)": "chu-de-caen"}
    decided = draft("file_active", text, mapping=dataclasses.replace(result.mapping, matches=matches))
    assert decided.doubtful == ()


def test_unknown_hospital_without_any_near_name_says_so():
    (problem,) = draft("file_active", HEAD + "Zzyx | CLAD Est | 2024 | 12").problems
    assert problem.slug == "etablissement-inconnu"


def test_column_that_holds_no_hospital_is_not_looked_up_for_ever(monkeypatch):
    monkeypatch.setattr(draft_module, "MAXIMUM_ASKED", 2)
    rows = "\n".join(
        f"{name} | CLAD Est | 2024 | 12" for name in ("CHU Nancy", "Hôpital Sud", "Hôpital Nord")
    )
    result = draft("file_active", HEAD + rows)
    assert [bool(doubt.candidates) for doubt in result.doubtful] == [True, True, False]


def test_centre_unknown_shows_those_of_the_reseau_nearby():
    result = draft("file_active", HEAD + "CHU de Lille | CLAD Nord-Ouest | 2024 | 12")
    (problem,) = result.problems
    assert problem.slug == "centre-inconnu"
    assert "CHU de Lille – Clinique de génétique Guy Fontaine" in problem.rule


def test_centre_of_several_labels_is_the_latest():
    result = draft("file_active", HEAD + "Robert Debré, Paris | CRESCENDO | 2020 | 12")
    assert result.frame["centre_id"].tolist() == ["firendo-crescendo--ap-hp-hopital-robert-debre"]


def test_identifier_of_a_centre_is_enough():
    result = draft(
        "file_active",
        "Centre | Année | Patients\noscar-cap--chu-de-rouen | 2024 | 12\nrien-du-tout | 2024 | 12",
    )
    assert [(problem.line, problem.slug, problem.value) for problem in result.problems] == [
        (3, "centre-inconnu", "rien-du-tout")
    ]
    assert result.frame["centre_id"].tolist() == ["oscar-cap--chu-de-rouen", ""]


def test_column_centre_beside_the_reseau_may_hold_hospitals():
    result = draft("file_active", "Centre | Réseau | Année | Patients\nCHU Dijon | CLAD Est | 2024 | 12")
    assert result.problems == ()
    assert result.frame["centre_id"].tolist() == ["anddi-rares-clad-est--chu-dijon-bourgogne"]


def test_identifier_that_contradicts_the_hospital_is_refused():
    text = "Code centre | Hôpital | CRMR | Année | Patients\noscar-cap--chu-de-rouen | CHU Dijon | CLAD Est | 2024 | 12"
    assert slugs(draft("file_active", text)) == {"centre-contredit"}


def test_reseau_is_read_with_the_help_of_its_filiere():
    labels = Labels(
        [("Est", "a-est"), ("Est", "b-est"), ("Ouest", "b-ouest")], unknown="inconnu", ambiguous="ambigu"
    )
    assert labels.find("est").slug == "ambigu"
    assert labels.find("EST", among=frozenset({"b-est", "b-ouest"})).code == "b-est"
    assert labels.find("oest").detail == "le plus proche : b-ouest, a-est, b-est"
    assert labels.find("Ouest", among=frozenset({"a-est"})).code == "b-ouest"


def test_reseau_unknown_names_the_nearest():
    (problem,) = draft("file_active", HEAD + "CHU Dijon | CLAD Etat | 2024 | 12").problems
    assert problem.slug == "reseau-inconnu"
    assert "anddi-rares-clad-est" in problem.rule


def test_city_and_commune_go_together():
    communes = references().communes
    assert same_city("PARIS", "75115", communes=communes)
    assert same_city("Paris 15e", "75115", communes=communes)
    assert same_city("Le Kremlin Bicetre", "94043", communes=communes)
    assert same_city("Rennes Cedex", "35238", communes=communes)
    assert not same_city("Rennes", "29019", communes=communes)


def test_references_are_made_of_the_tables_of_a_version():
    known = references()
    assert known.table("centres") is known.centres
    assert known.table("maladies") is known.others["maladies"]
    assert known.table("inconnue") is None
    assert isinstance(known, References)
    assert known.departement_names["2A"] == "Corse-du-Sud"


def test_key_of_another_table_must_exist():
    text = "maladie_id | reseau_id\nachondroplasie | oscar-moc\nmaladie-de-la-lune | oscar-moc"
    result = draft("maladies_reseaux", text)
    assert [(problem.line, problem.slug) for problem in result.problems] == [(3, "cle-etrangere")]

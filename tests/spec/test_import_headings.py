"""Which column fills which field: headings met in real files, for a person of the trade to check."""

import pytest

from rarecare.dataset.imports.headings import lexicon_of
from rarecare.dataset.imports.mapping import propose_mapping
from tests.import_sheets import sheet, source, table

FILE_ACTIVE = """
Établissement                          | etablissement_id
Etablissement                          | etablissement_id
ÉTABLISSEMENT                          | etablissement_id
Hôpital                                | etablissement_id
Nom de l'hôpital                       | etablissement_id
CHU                                    | etablissement_id
CHU/CH                                 | etablissement_id
Etabl.                                 | etablissement_id
Établissement de santé                 | etablissement_id
Raison sociale                         | etablissement_id
Etablisement                           | etablissement_id
CRMR                                   | reseau_id
Centre de réf.                         | reseau_id
Centre de référence                    | reseau_id
Réseau                                 | reseau_id
Nom du CRMR                            | reseau_id
Sigle CRMR                             | reseau_id
Filière                                | filiere
FSMR                                   | filiere
Filière de santé                       | filiere
Type de centre                         | type
Type de site                           | type
Ville                                  | ville
Centre                                 | centre_id
Identifiant du centre                  | centre_id
Année                                  | annee
ANNEE                                  | annee
Exercice                               | annee
Année de référence                     | annee
Nb patients                            | patients
Nb. de patients                        | patients
Nbre de patients                       | patients
Nombre de patients suivis              | patients
File active                            | patients
FA                                     | patients
File active totale                     | patients
Nbre total de patients (file active)   | patients
Patients vus dans l'année              | patients
Patients vus                           | patients
Fileactive                             | patients
Nouveaux patients                      | nouveaux_patients
Nb nouveaux patients                   | nouveaux_patients
Dont nouveaux patients                 | nouveaux_patients
Diagnostics confirmés                  | diagnostics_confirmes
Diag. confirmé                         | diagnostics_confirmes
Diagnostic probable                    | diagnostics_probables
Sans diagnostic                        | diagnostics_indetermines
Délai médian de diagnostic (mois)      | delai_diagnostic_median_mois
Délai diagnostique médian              | delai_diagnostic_median_mois
Classe d'âge                           | classe_age
Tranche d’âge                          | classe_age
Enfants / adultes                      | classe_age
Modalité                               | modalite
Mode de suivi                          | modalite
Département de résidence               | departement_residence
Dépt de résidence                      | departement_residence
Groupe de maladies                     | groupe_maladie
Pathologie                             | groupe_maladie
Commentaires                           | note
Observations                           | note
Source                                 | source_url
Nb patients décédés                    | -
Nombre de lits                         | -
Consultations                          | -
Téléconsultations                      | -
"""

OTHER_TABLES = """
moyens         | ETP médical                    | etp_medical
moyens         | Temps médical (ETP)            | etp_medical
moyens         | ETP paramédicaux               | etp_paramedical
moyens         | Nb consultations               | consultations
moyens         | Téléconsultations              | teleconsultations
moyens         | HDJ                            | hospitalisations_jour
etablissements | Hôpital                        | nom
etablissements | CHU                            | nom
etablissements | Raison sociale                 | nom
etablissements | Dépt                           | departement
etablissements | Code INSEE                     | code_commune
etablissements | Commune                        | code_commune
etablissements | Groupe hospitalier             | groupe_hospitalier
centres        | CRMR                           | reseau_id
centres        | Centre de référence            | reseau_id
centres        | Hôpital                        | etablissement_id
centres        | Type de centre                 | type
centres        | Public                         | audience
centres        | Pédiatrique / adulte           | audience
centres        | Période de labellisation       | periode_label
reseaux        | Intitulé du CRMR               | libelle
reseaux        | Acronyme                       | sigle
plateformes    | Établissement porteur          | etablissement
plateformes    | Nom de la plateforme           | nom
acteurs        | Association                    | nom
acteurs        | Type d'acteur                  | type
maladies       | Maladie                        | nom
maladies       | Code ORPHA                     | orpha_code
modificateurs_regionaux | Coefficient           | facteur
modificateurs_regionaux | N° département        | departement
groupes_maladies | Hypothèse basse              | valeur_basse
groupes_maladies | % enfants                    | part_enfants_pct
epidemiologie  | Prévalence                     | valeur_centrale
historique_labels | Date de fin                 | date_fin
file_active_territoire | Dépt                   | departement_residence
file_active_territoire | Département            | departement_residence
"""

WIDE = """
File active 2024                    | patients | annee=2024
2023                                | patients | annee=2023
Nb patients 2022                    | patients | annee=2022
dont enfants                        | patients | classe_age=enfant
Adultes                             | patients | classe_age=adulte
File active pédiatrique 2023        | patients | annee=2023 classe_age=enfant
Patients vus en téléconsultation    | patients | modalite=telemedecine
Nouveaux patients 2024              | nouveaux_patients | annee=2024
"""

UNUSED = [
    "N° FINESS",
    "FINESS géographique",
    "SIRET",
    "Téléphone",
    "Adresse",
    "Code postal",
    "Région",
    "Responsable",
]
PERSONAL = ["NIR", "Date de naissance", "Nom du patient", "Prénom", "IPP", "N° de sécurité sociale", "DDN"]
VAGUE = ["Dépt", "Département", "N° département", "Code département"]


def lines(text):
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().split("\n")]


@pytest.mark.parametrize(("heading", "field"), lines(FILE_ACTIVE))
def test_heading_of_a_file_active_gives_its_field(heading, field):
    found = lexicon_of(table("file_active")).fields_of(heading)
    assert next(iter(found), "-") == field


@pytest.mark.parametrize(("name", "heading", "field"), lines(OTHER_TABLES))
def test_heading_means_what_it_means_in_its_table(name, heading, field):
    assert next(iter(lexicon_of(table(name)).fields_of(heading)), "-") == field


@pytest.mark.parametrize(("heading", "field", "told"), lines(WIDE))
def test_heading_tells_the_year_or_the_age_of_its_numbers(heading, field, told):
    expected = dict(pair.split("=") for pair in told.split())
    assert lexicon_of(table("file_active")).measure_of(heading) == (field, expected)


@pytest.mark.parametrize("heading", UNUSED)
def test_heading_without_use_is_known_as_such(heading):
    lexicon = lexicon_of(table("file_active"))
    assert lexicon.is_ignored(heading)
    assert not lexicon.fields_of(heading)


@pytest.mark.parametrize("heading", PERSONAL)
def test_heading_of_patient_data_is_recognised(heading):
    assert lexicon_of(table("file_active")).is_personal(heading)


@pytest.mark.parametrize("heading", VAGUE)
def test_departement_beside_a_hospital_is_asked_for_it_may_be_that_of_the_hospital(heading):
    text = f"Hôpital | CRMR | Année | Patients | {heading}\nCHU de Rennes | CLAD Ouest | 2024 | 12 | 35"
    proposal = propose_mapping(source(sheet(text)), table("file_active"))
    assert proposal.ambiguous == {heading: "departement_residence"}
    assert "departement_residence" not in proposal.mapping.columns

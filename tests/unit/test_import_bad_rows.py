"""Rows and files that must not pass: each is refused for its own reason, none breaks the reading."""

import pytest

from rarecare.dataset.imports.draft import MAPPING_RULES
from rarecare.dataset.imports.values import VALUE_RULES
from tests.import_sheets import draft, slugs

COUNTS = "Hôpital | CRMR | Année | Patients"
DETAILS = (
    "Code centre | Année | Patients | Nouveaux patients | Délai médian (mois) | Classe d'âge | Modalité | "
    "Département de résidence | Groupe de maladies | Source | Remarque"
)

BAD_COUNTS = """
CHU Dijon | CLAD Est | 2024 | ≤10 | effectif-masque
CHU Dijon | CLAD Est | 2024 | < 10 | effectif-masque
CHU Dijon | CLAD Est | 2024 | <5 | effectif-masque
CHU Dijon | CLAD Est | 2024 | <=10 | effectif-masque
CHU Dijon | CLAD Est | 2024 | 1 à 4 | effectif-masque
CHU Dijon | CLAD Est | 2024 | 1-10 | effectif-masque
CHU Dijon | CLAD Est | 2024 | moins de 11 | effectif-masque
CHU Dijon | CLAD Est | 2024 | secret statistique | effectif-masque
CHU Dijon | CLAD Est | 2024 | * | effectif-masque
CHU Dijon | CLAD Est | 2024 | n.d. | valeur-non-disponible
CHU Dijon | CLAD Est | 2024 | N/A | valeur-non-disponible
CHU Dijon | CLAD Est | 2024 | - | valeur-non-disponible
CHU Dijon | CLAD Est | 2024 | ? | valeur-non-disponible
CHU Dijon | CLAD Est | 2024 | NaN | valeur-non-disponible
CHU Dijon | CLAD Est | 2024 | à compléter | valeur-non-disponible
CHU Dijon | CLAD Est | 2024 | environ 30 | valeur-approchee
CHU Dijon | CLAD Est | 2024 | > 100 | valeur-approchee
CHU Dijon | CLAD Est | 2024 | 30/40 | valeur-approchee
CHU Dijon | CLAD Est | 2024 | 30± | valeur-approchee
CHU Dijon | CLAD Est | 2024 | 12,5 | nombre-decimal
CHU Dijon | CLAD Est | 2024 | 0.5 | nombre-decimal
CHU Dijon | CLAD Est | 2024 | -1 | nombre-negatif
CHU Dijon | CLAD Est | 2024 | −12 | nombre-negatif
CHU Dijon | CLAD Est | 2024 | 1e3 | notation-scientifique
CHU Dijon | CLAD Est | 2024 | 1.2E+4 | notation-scientifique
CHU Dijon | CLAD Est | 2024 | 12 % | pourcentage-inattendu
CHU Dijon | CLAD Est | 2024 | 12.345 | separateur-ambigu
CHU Dijon | CLAD Est | 2024 | 1,234,567 | separateur-ambigu
CHU Dijon | CLAD Est | 2024 | 1.234,56 | separateur-ambigu
CHU Dijon | CLAD Est | 2024 | 12 34 | nombre-illisible
CHU Dijon | CLAD Est | 2024 | 1 23 | nombre-illisible
CHU Dijon | CLAD Est | 2024 | douze | nombre-illisible
CHU Dijon | CLAD Est | 2024 | 12 patients | nombre-illisible
CHU Dijon | CLAD Est | 2024 | 12+3 | nombre-illisible
CHU Dijon | CLAD Est | 2024 | 0x1F | nombre-illisible
CHU Dijon | CLAD Est | 2024 | ١٢ | nombre-illisible
CHU Dijon | CLAD Est | 2024 | １２ | nombre-illisible
CHU Dijon | CLAD Est | 2024 | ½ | nombre-illisible
CHU Dijon | CLAD Est | 2024 | inf | nombre-illisible
CHU Dijon | CLAD Est | 2024 | 12€ | nombre-illisible
CHU Dijon | CLAD Est | 2024 | =12+3 | nombre-illisible
CHU Dijon | CLAD Est | 2024 | 12;13 | nombre-illisible
CHU Dijon | CLAD Est | 2024 | ,5 | nombre-illisible
CHU Dijon | CLAD Est | 2024 | 5, | nombre-illisible
CHU Dijon | CLAD Est | 2024 | 12/03/2024 | date-au-lieu-d-un-nombre
CHU Dijon | CLAD Est | 2024 | 2024-03-12 | date-au-lieu-d-un-nombre
CHU Dijon | CLAD Est | 2024 | mars-12 | date-au-lieu-d-un-nombre
CHU Dijon | CLAD Est | 2024 | 12-mars | date-au-lieu-d-un-nombre
CHU Dijon | CLAD Est | 2024 | 1er mars 2024 | date-au-lieu-d-un-nombre
CHU Dijon | CLAD Est | 2024 | #REF! | erreur-de-tableur
CHU Dijon | CLAD Est | 2024 | #DIV/0! | erreur-de-tableur
CHU Dijon | CLAD Est | 2024 | #NOM? | erreur-de-tableur
CHU Dijon | CLAD Est | 2024 | Err:502 | erreur-de-tableur
CHU Dijon | CLAD Est | 2024 | 9999999 | valeur-absurde
CHU Dijon | CLAD Est | 2024 | 100001 | valeur-absurde
CHU Dijon | CLAD Est | 2024 | 12345678901234567890 | valeur-absurde
CHU Dijon | CLAD Est | 2024 |  | valeur-obligatoire
CHU Dijon | CLAD Est |  | 12 | valeur-obligatoire
CHU Dijon | CLAD Est | 24 | 12 | annee-illisible
CHU Dijon | CLAD Est | 2023-2024 | 12 | annee-illisible
CHU Dijon | CLAD Est | deux mille | 12 | annee-illisible
CHU Dijon | CLAD Est | 2024.5 | 12 | annee-illisible
CHU Dijon | CLAD Est | 45292 | 12 | annee-illisible
CHU Dijon | CLAD Est | 31/02/2024 | 12 | date-impossible
CHU Dijon | CLAD Est | 12/31/2024 | 12 | date-impossible
CHU Dijon | CLAD Est | 1924 | 12 | borne-depassee
CHU Dijon | CLAD Est | 2124 | 12 | borne-depassee
CHU Dijon | CLAD Est | 2031 | 12 | annee-future
CHU de Dijon-sur-Mer | CLAD Est | 2024 | 12 | etablissement-a-confirmer
Hôpital Nord | CLAD Est | 2024 | 12 | etablissement-a-confirmer
Robert Debré | CLAD Est | 2024 | 12 | etablissement-a-confirmer
CH de Dijon | CLAD Est | 2024 | 12 | etablissement-a-confirmer
Qwxz | CLAD Est | 2024 | 12 | etablissement-inconnu
CHU Dijon | CLAD | 2024 | 12 | reseau-inconnu
CHU Dijon | Est | 2024 | 12 | reseau-inconnu
CHU Dijon | #N/A | 2024 | 12 | valeur-obligatoire
CHU Lille | CLAD Est | 2024 | 12 | centre-inconnu
 | CLAD Est | 2024 | 12 | valeur-obligatoire
CHU Dijon |  | 2024 | 12 | valeur-obligatoire
"""

BAD_DETAILS = """
-3 |  |  |  |  |  |  |  | nombre-negatif
3,5 |  |  |  |  |  |  |  | nombre-decimal
 | -4 |  |  |  |  |  |  | nombre-negatif
 | 3 mois |  |  |  |  |  |  | nombre-illisible
 | ~6 |  |  |  |  |  |  | valeur-approchee
 |  | 10-15 ans |  |  |  |  |  | valeur-hors-liste
 |  | ado |  |  |  |  |  | valeur-hors-liste
 |  |  | fax |  |  |  |  | valeur-hors-liste
 |  |  | 1 |  |  |  |  | valeur-hors-liste
 |  |  |  | 20 |  |  |  | departement-inconnu
 |  |  |  | 100 |  |  |  | departement-inconnu
 |  |  |  | 35000 |  |  |  | departement-inconnu
 |  |  |  | Bretagne |  |  |  | departement-inconnu
 |  |  |  | 35 - Finistère |  |  |  | departement-contredit
 |  |  |  | 2C |  |  |  | departement-inconnu
 |  |  |  |  | Grippe |  |  | groupe-inconnu
 |  |  |  |  | FABRYS |  |  | groupe-inconnu
 |  |  |  |  |  | ftp://exemple.fr |  | motif-non-respecte
 |  |  |  |  |  | www.exemple.fr |  | motif-non-respecte
 |  |  |  |  |  | rapport 2024 |  | motif-non-respecte
 |  |  |  |  |  |  | =1+1 | formule-dans-texte
 |  |  |  |  |  |  | @SUM(A1) | formule-dans-texte
 |  |  |  |  |  |  | +cmd | formule-dans-texte
 |  |  |  |  |  |  | mal d\ufffdcod\ufffd | caractere-interdit
 |  |  |  |  |  |  | a\x01b | caractere-interdit
"""

BAD_FILES = [
    ("file_active", "Hôpital | Patients\nCHU Dijon | 12", "colonne-manquante"),
    ("file_active", "Patients | Année\n12 | 2024", "colonne-manquante"),
    ("file_active", "a | b | c\n1 | 2 | 3", "colonne-manquante"),
    ("file_active", "CHU Dijon | CLAD Est | 2024 | 12\nCHU Besançon | CLAD Est | 2024 | 13", "colonne-manquante"),
    ("file_active", "Hôpital | CRMR | Année | Patients", "aucune-ligne"),
    ("file_active", "Hôpital | CRMR | Année | Patients\nTotal | | | 12", "aucune-ligne"),
    (
        "file_active",
        "Hôpital | CRMR | Année | Patients | IPP\n"
        "CHU Dijon | CLAD Est | 2024 | 12 | 8",
        "donnees-nominatives",
    ),
    (
        "file_active",
        "Hôpital | CRMR | Année | Patients | NIR\n"
        "CHU Dijon | CLAD Est | 2024 | 12 | 8",
        "donnees-nominatives",
    ),
    (
        "file_active",
        "Hôpital | CRMR | File active 2023 | File active 2024\n"
        "CHU Dijon | CLAD Est | 9 | n.d.",
        "valeur-non-disponible",
    ),
    (
        "file_active",
        "Hôpital | CRMR | File active 2023 | File active 2024\n"
        "CHU Dijon | CLAD Est |  | ",
        "aucune-ligne",
    ),
    (
        "file_active",
        "Hôpital | CRMR | Année | Patients\n"
        "CHU Dijon | CLAD Est | 2024 | 1\nCHU Dijon | CLAD Est | 2024 | 1",
        "cle-en-double",
    ),
    (
        "file_active",
        "Hôpital | CRMR | File active | dont enfants\n"
        "CHU Dijon | CLAD Est | 9 | 3",
        "colonne-manquante",
    ),
    ("file_active", "Centre | Année | Patients\nCHU Dijon | 2024 | 12", "centre-inconnu"),
    ("file_active", "Centre | Année | Patients\n | 2024 | 12", "valeur-obligatoire"),
    ("file_active_territoire", "Dépt | Année | Patients\nAin | 2024 | 12\n1 | 2024 | 13", "cle-en-double"),
    ("file_active_territoire", "Dépt | Filière | Année | Patients\nAin | Cancer | 2024 | 12", "filiere-inconnue"),
    ("file_active_territoire", "Région | Année | Patients\nBretagne | 2024 | 12", "colonne-manquante"),
    ("moyens", "CRMR | Hôpital | Année | ETP médical\nCLAD Est | CHU Dijon | 2024 | 2,5 ETP", "nombre-illisible"),
    ("moyens", "CRMR | Hôpital | Année | ETP médical\nCLAD Est | CHU Dijon | 2024 | 2500", "valeur-absurde"),
    ("moyens", "CRMR | Hôpital | Année | Consultations\nCLAD Est | CHU Dijon | 2024 | 12,5", "nombre-decimal"),
    ("moyens", "CRMR | Hôpital | Année | Consultations\nCLAD Est | CHU Dijon | 2024 | 500001", "valeur-absurde"),
    ("file_active_territoire", "Dépt | Année | Patients\nAin | 2024 | 1000001", "valeur-absurde"),
    ("etablissements", "Hôpital | Ville\nHôpital X | Paris", "commune-ambigue"),
    ("etablissements", "Hôpital | Ville\nHôpital X | Saint-Denis", "commune-ambigue"),
    ("etablissements", "Hôpital | Ville\nHôpital X | Atlantis", "commune-inconnue"),
    ("etablissements", "Hôpital | Code INSEE\nHôpital X | 35000", "commune-inconnue"),
    ("etablissements", "Hôpital | Code INSEE\nHôpital X | 75056", "commune-ambigue"),
    ("etablissements", "Hôpital | Ville | Code INSEE\nHôpital X | Brest | 35238", "commune-et-ville"),
    ("etablissements", "Hôpital | Ville | Dépt\nHôpital X | Rennes | 29", "commune-inconnue"),
    ("etablissements", "Hôpital | Ville | Dépt\nCHU d'Angres | Angers | 49", "etablissement-a-confirmer"),
    ("etablissements", "Hôpital | Code INSEE | Groupe hospitalier\nHôpital X | 35238 | GHT Z", "valeur-hors-liste"),
    ("etablissements", "Identifiant | Nom | Code INSEE\nHôpital X ! | Hôpital X | 35238", "motif-non-respecte"),
    ("centres", "CRMR | Hôpital | Type de centre\nCLAD Est | CHU Dijon | Centre de référence", "valeur-hors-liste"),
    ("centres", "CRMR | Hôpital | Type de centre\nCLAD Est | CHU de Nulle Part | CCMR", "etablissement-inconnu"),
    ("centres", "CRMR | Hôpital\nCLAD Est | CHU Dijon", "colonne-manquante"),
    ("centres", "CRMR | Hôpital | Type | Période\nCLAD Est | CHU Dijon | CCMR | 2012-2017", "valeur-hors-liste"),
    (
        "centres",
        "CRMR | Hôpital | Type\n"
        "CLAD Est | CHU Dijon | CCMR\nCLAD Est | CHU de Dijon | CCMR",
        "cle-en-double",
    ),
    ("modificateurs_regionaux", "Groupe | Dépt | Facteur | Remarque\nfabry | 01 | 200 | x", "borne-depassee"),
    ("modificateurs_regionaux", "Groupe | Dépt | Facteur | Remarque\nfabry | 01 | 1,5 | ", "valeur-obligatoire"),
    ("acteurs", "Type | Nom | Dépt\nMairie | Mairie de X | 35", "valeur-hors-liste"),
    (
        "historique_labels",
        "CRMR | Hôpital | Type | Période | Date de fin\n"
        "CLAD Est | CHU Dijon | CCMR | 2017-2022 | fin 2022",
        "date-illisible",
    ),
    (
        "historique_labels",
        "CRMR | Hôpital | Type | Période\n"
        "CLAD Est | CHU Dijon | CCMR | ancienne",
        "motif-non-respecte",
    ),
    (
        "file_active",
        "Hôpital | CRMR | Année | Patients | Télémédecine\n"
        "CHU Dijon | CLAD Est | 2024 | 12 | 5",
        "colonne-non-lue",
    ),
    (
        "file_active",
        "Hôpital | CRMR | Année | Patients | Contact\n"
        "CHU Dijon | CLAD Est | 2024 | 12 | secretariat@exemple.fr",
        "donnee-personnelle",
    ),
    ("maladies", "Maladie | Filière | Code ORPHA\nMaladie X | OSCAR | ORPHA:15", "motif-non-respecte"),
    ("maladies_reseaux", "maladie_id | reseau_id\nmaladie-de-la-lune | oscar-moc", "cle-etrangere"),
]  # fmt: skip


def bad_rows(text):
    """Return the cells and the expected slug of each line, spaces of the cells set aside."""
    lines = [line.split("|") for line in text.strip("\n").split("\n")]
    return [([cell.strip(" ") for cell in cells[:-1]], cells[-1].strip()) for cells in lines]


def told_by_line(headings, rows):
    text = "\n".join([headings, *(" | ".join(cells) for cells in rows)])
    result = draft("file_active", text)
    told = {}
    for problem in result.problems:
        told.setdefault(problem.line, set()).add(problem.slug)
    return told


def test_each_bad_count_is_refused_for_its_own_reason():
    rows = bad_rows(BAD_COUNTS)
    told = told_by_line(COUNTS, [cells for cells, _ in rows])
    refused = {" | ".join(cells): told.get(line, set()) for line, (cells, _) in enumerate(rows, 2)}
    # rows of one file repeat each other's keys, which is told besides
    assert {cells: found - {"cle-en-double"} for cells, found in refused.items()} == {
        " | ".join(cells): {slug} for cells, slug in rows
    }


def test_each_bad_detail_is_refused_for_its_own_reason():
    rows = bad_rows(BAD_DETAILS)
    start = ["anddi-rares-clad-est--chu-dijon-bourgogne", "2024", "12"]
    filled = [
        [nouveaux, delay, age or "tous", modality or "total", home or "tous", group or "tous", *rest]
        for (nouveaux, delay, age, modality, home, group, *rest), _ in rows
    ]
    told = told_by_line(DETAILS, [[*start, *cells] for cells in filled])
    found = [told.get(line, set()) - {"cle-en-double"} for line in range(2, len(rows) + 2)]
    assert found == [{slug} for _, slug in rows]


@pytest.mark.parametrize(("name", "text", "slug"), BAD_FILES)
def test_bad_file_is_refused(name, text, slug):
    result = draft(name, text)
    assert slug in slugs(result)
    for problem in result.problems:
        assert problem.file == "fichier.xlsx"
        rule, remedy = MAPPING_RULES[problem.slug]
        assert problem.rule.startswith(rule)
        assert problem.remedy == remedy


def test_more_than_a_hundred_and_twenty_cases_cover_the_rules():
    cases = [slug for _, slug in bad_rows(BAD_COUNTS) + bad_rows(BAD_DETAILS)] + [
        slug for *_, slug in BAD_FILES
    ]
    assert len(cases) >= 120
    others = {
        *(
            "correspondance-d-une-autre-table",
            "feuille-introuvable",
            "en-tete-introuvable",
            "intitule-introuvable",
        ),
        *("champ-inconnu", "rapprochement-inconnu", "trop-d-anomalies", "centre-contredit"),
        *("reseau-ambigu", "texte-trop-long"),
    }
    assert set(cases) | others == set(MAPPING_RULES)


@pytest.mark.parametrize("slug", ["effectif-masque", "valeur-approchee", "valeur-non-disponible"])
def test_the_remedy_of_a_count_that_nobody_knows_is_one_that_works(slug):
    bad = next(line for line in BAD_COUNTS.strip().splitlines() if line.endswith(slug))
    good = "CHU Dijon | CLAD Est | 2023 | 31"
    cells, empty = bad.rpartition(" | ")[0], f"{bad.rpartition(' | ')[0].rpartition(' | ')[0]} | "
    assert slugs(draft("file_active", "\n".join((COUNTS, good, cells)))) == {slug}
    assert slugs(draft("file_active", "\n".join((COUNTS, good, empty)))) == {"valeur-obligatoire"}
    assert slugs(draft("file_active", "\n".join((COUNTS, good)))) == set()
    assert "retirer la ligne" in VALUE_RULES[slug][1]

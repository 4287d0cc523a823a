"""What each cell becomes, or why it is refused: tables for a person of the trade to check."""

import pytest

from rarecare.dataset.imports.lookups import Lookups
from rarecare.dataset.imports.names import find_commune, find_departement
from rarecare.dataset.imports.values import clean_date, clean_number, clean_text, clean_year
from tests.import_sheets import references, table

COUNTS = """
12              | 12
0               | 0
12 345          | 12345
1 234 567       | 1234567
12,0            | 12
12.00           | 12
007             | 7
+12             | 12
12,5            | nombre-decimal
12.5            | nombre-decimal
12,500          | separateur-ambigu
12.500          | separateur-ambigu
1.234.567       | separateur-ambigu
1,234,567       | separateur-ambigu
12 34           | nombre-illisible
1'234           | nombre-illisible
12 patients     | nombre-illisible
douze           | nombre-illisible
(12)            | nombre-illisible
oui             | nombre-illisible
≤10             | effectif-masque
≤ 10            | effectif-masque
<10             | effectif-masque
<5              | effectif-masque
< 11            | effectif-masque
<= 10           | effectif-masque
1-10            | effectif-masque
1 à 10          | effectif-masque
entre 1 et 10   | effectif-masque
moins de 10     | effectif-masque
10 ou moins     | effectif-masque
inférieur à 10  | effectif-masque
secret          | effectif-masque
s.s.            | effectif-masque
***             | effectif-masque
>100            | valeur-approchee
≥ 50            | valeur-approchee
environ 30      | valeur-approchee
~30             | valeur-approchee
30+             | valeur-approchee
30 à 40         | valeur-approchee
30-40           | valeur-approchee
n.d.            | valeur-non-disponible
ND              | valeur-non-disponible
NC              | valeur-non-disponible
-               | valeur-non-disponible
?               | valeur-non-disponible
non renseigné   | valeur-non-disponible
-3              | nombre-negatif
−3              | nombre-negatif
- 3             | nombre-negatif
1E3             | notation-scientifique
1,2E+05         | notation-scientifique
12%             | pourcentage-inattendu
12/03/2024      | date-au-lieu-d-un-nombre
2024-03-12      | date-au-lieu-d-un-nombre
mars-12         | date-au-lieu-d-un-nombre
12 mars 2024    | date-au-lieu-d-un-nombre
#REF!           | erreur-de-tableur
#DIV/0!         | erreur-de-tableur
#VALEUR!        | erreur-de-tableur
12345678901234  | valeur-absurde
"""

NUMBERS = """
12,5      | 12.5
12.5      | 12.5
12 345,6  | 12345.6
0,50      | 0.5
1,234     | 1.234
1.234,5   | separateur-ambigu
-0,5      | nombre-negatif
"""

YEARS = """
2024        | 2024
2024.0      | 2024
31/12/2024  | 2024
2024-12-31  | 2024
24          | annee-illisible
2023-2024   | annee-illisible
N-1         | annee-illisible
31/02/2024  | date-impossible
"""

DATES = """
31/12/2025        | 2025-12-31
1/9/2017          | 2017-09-01
01.09.2017        | 2017-09-01
2025-12-31        | 2025-12-31
31 décembre 2025  | 2025-12-31
1er janvier 2023  | 2023-01-01
12/31/2025        | date-impossible
30/02/2025        | date-impossible
31/12/25          | date-illisible
décembre 2025     | date-illisible
45292             | date-illisible
"""

DEPARTEMENTS = """
01              | 01
1               | 01
2a              | 2A
2B              | 2B
Ain             | 01
ain             | 01
01 - Ain        | 01
Ain (01)        | 01
Côte d’Or       | 21
Seine St Denis  | 93
La Réunion      | 974
Réunion         | 974
Île-de-France   | departement-inconnu
20              | departement-inconnu
69M             | departement-inconnu
97              | departement-inconnu
35000           | departement-inconnu
Corse           | departement-inconnu
01 - Aisne      | departement-contredit
"""

RESIDENCES = """
tous            | tous
France entière  | tous
Étranger        | 99
Hors France     | 99
Inconnu         | 99
99              | 99
35              | 35
Ille-et-Vilaine | 35
"""

COMMUNES = """
35238           |    | 35238
1004            |    | 01004
2a004           |    | 2A004
Rennes          |    | 35238
rennes          | 35 | 35238
Saint-Denis     | 93 | 93066
Saint-Denis     | 974| 97411
Saint Denis (93)|    | 93066
St-Denis        |    | commune-ambigue
Paris 15e       |    | 75115
Paris 15e arrondissement | | 75115
Lyon 03         |    | 69383
Marseille 5     |    | 13205
Paris           |    | commune-ambigue
75056           |    | commune-ambigue
35000           |    | commune-inconnue
Rennnes         |    | commune-inconnue
"""

LABELS = """
centres     | type          | Centre de compétence             | competence
centres     | type          | Centres de compétences           | competence
centres     | type          | CCMR                             | competence
centres     | type          | CRMR coordonnateur               | coordonnateur
centres     | type          | Site coordonnateur               | coordonnateur
centres     | type          | Centre de référence constitutif  | constitutif
centres     | type          | Centre de référence              | valeur-hors-liste
centres     | type          | CRC                              | crc
centres     | audience      | Enfants                          | enfant
centres     | audience      | Enfants et adultes               | mixte
centres     | audience      | Pédiatrie                        | enfant
centres     | periode_label | 2023 – 2028                      | 2023-2028
centres     | periode_label | 2017/2022                        | 2017-2022
centres     | periode_label | 2012-2017                        | valeur-hors-liste
file_active | classe_age    | Pédiatrique                      | enfant
file_active | classe_age    | < 18 ans                         | enfant
file_active | classe_age    | 18 ans et plus                   | adulte
file_active | classe_age    | Tous âges                        | tous
file_active | classe_age    | 10-15 ans                        | valeur-hors-liste
file_active | modalite      | Téléconsultation                 | telemedecine
file_active | modalite      | Présentiel                       | site
file_active | provenance    | À confirmer                      | a_confirmer
acteurs     | type          | Association de patients          | association
acteurs     | type          | Médico-social                    | medico_social
plateformes | type          | Plateforme d'expertise           | pemr
etablissements | groupe_hospitalier | Hospices civils de Lyon | HCL
groupes_maladies | exclu_des_sommes | Oui                     | oui
file_active | filiere       | FAI²R                            | FAI2R
file_active | filiere       | Filière AnDDI-Rares              | ANDDI-RARES
file_active | filiere       | MHémo                            | MHEMO
file_active | filiere       | Muco CFTR                        | MUCO-CFTR
file_active | filiere       | Cancer                           | filiere-inconnue
file_active | reseau_id     | CLAD Est                         | anddi-rares-clad-est
file_active | reseau_id     | clad île de france               | anddi-rares-clad-ile-de-france
file_active | reseau_id     | Maladie de Fabry                 | g2m-fabry
file_active | reseau_id     | CRMR Wilson                      | g2m-crmr-wilson
file_active | reseau_id     | MARIH CEREMAST                   | marih-ceremast
file_active | reseau_id     | CLAD                             | reseau-inconnu
file_active | groupe_maladie | Maladie de Fabry                | fabry
file_active | groupe_maladie | fabry                           | fabry
file_active | groupe_maladie | Toutes pathologies              | tous
file_active | groupe_maladie | grippe                          | groupe-inconnu
"""


def lines(text):
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().split("\n")]


def answer(cell):
    return cell.slug or cell.value


@pytest.mark.parametrize(("text", "expected"), lines(COUNTS))
def test_count(text, expected):
    assert answer(clean_number(text, whole=True)) == expected


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009"])
def test_any_space_parts_the_thousands(space):
    assert clean_number(f"12{space}345", whole=True).value == "12345"


@pytest.mark.parametrize(("text", "expected"), lines(NUMBERS))
def test_number_with_decimals(text, expected):
    assert answer(clean_number(text, whole=False)) == expected


def test_percentage_loses_its_sign_where_the_field_is_one():
    assert clean_number("12,5 %", whole=False, percent=True).value == "12.5"


@pytest.mark.parametrize(("text", "expected"), lines(YEARS))
def test_year(text, expected):
    assert answer(clean_year(text)) == expected


@pytest.mark.parametrize(("text", "expected"), lines(DATES))
def test_date(text, expected):
    assert answer(clean_date(text)) == expected


@pytest.mark.parametrize(("text", "expected"), lines(DEPARTEMENTS))
def test_departement(text, expected):
    known = references()
    found = find_departement(text, codes=known.departements, names=known.departement_names)
    assert (found.slug or found.code) == expected


@pytest.mark.parametrize(("text", "expected"), lines(RESIDENCES))
def test_departement_where_patients_live(text, expected):
    known = references()
    found = find_departement(text, codes=known.departements, names=known.departement_names, residence=True)
    assert found.code == expected


@pytest.mark.parametrize(("text", "departement", "expected"), lines(COMMUNES))
def test_commune(text, departement, expected):
    found = find_commune(text, communes=references().communes, departement=departement)
    assert (found.slug or found.code) == expected


@pytest.mark.parametrize(("name", "field", "text", "expected"), lines(LABELS))
def test_label(name, field, text, expected):
    assert answer(Lookups(references(), table(name)).cleaner(field)(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  deux   mots ", "deux mots"),
        ("Hôpital\nNord", "Hôpital Nord"),
        ("e\u0301tude", "étude"),
        ("=SOMME(A1)", "formule-dans-texte"),
        ("@cmd", "formule-dans-texte"),
        ("+33 1 23", "+33 1 23"),
        ("HÃ´pital\ufffd", "caractere-interdit"),
        ("a\x07b", "caractere-interdit"),
        ("x" * 2001, "texte-trop-long"),
    ],
)
def test_text(text, expected):
    assert answer(clean_text(text)) == expected

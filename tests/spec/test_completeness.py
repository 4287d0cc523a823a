"""Completeness on tables small enough to count by hand.

Each table is text: names first, then one line a row; « - » is an empty cell.
"""

import pandas as pd
import pytest

from rarecare.dataset.completeness import Completeness, measure_completeness

PLACE = ["niveau", "region", "groupe_hospitalier", "etablissement_id", "reseau_id", "annee"]
PUBLISHED = [
    "coordonnateurs",
    "constitutifs",
    "references_total",
    "crc",
    "expertise_total",
    "competences",
    "total",
]


def table(text):
    header, *rows = [line.split() for line in text.strip().splitlines()]
    return pd.DataFrame(
        [["" if cell == "-" else cell for cell in row] for row in rows], columns=header, dtype="str"
    )


HOSPITALS = table("""
etablissement_id  departement  groupe_hospitalier
rennes            35           -
rennes-sud        35           -
brest             29           -
necker            75           AP-HP
""")

CENTRES = table("""
filiere  reseau_id  etablissement_id  type           periode_label  provenance
ALPHA    a1         rennes            coordonnateur  2023-2028      publie
ALPHA    a1         rennes            constitutif    2017-2022      publie
ALPHA    a1         necker            constitutif    2017-2022      publie
ALPHA    a1         brest             competence     -              a_confirmer
ALPHA    a2         necker            coordonnateur  2017-2022      publie
ALPHA    a2         rennes-sud        coordonnateur  2023-2028      a_confirmer
BETA     b1         rennes            crc            2023-2028      publie
BETA     b1         brest             crc            2017-2022      a_confirmer
BETA     b1         necker            coordonnateur  2023-2028      publie
""")

FILIERES = table("""
filiere  coordonnateurs_publies  constitutifs_publies  competences_publies  crc_publies  annee_comptes  periode_comptes
ALPHA    2                       3                     20                   -            2023           2023-2028
BETA     1                       0                     -                    4            -              2017-2022
GAMMA    -                       -                     -                    -            -              -
""")


def counts(text="niveau"):
    """Read a table of published counts; the columns that it does not name are empty."""
    return table(text).reindex(columns=[*PLACE, *PUBLISHED], fill_value="").astype("str")


def measured(comptes=None, regions=None):
    records = measure_completeness(
        CENTRES, HOSPITALS, FILIERES, counts() if comptes is None else comptes, regions=regions or {}
    )
    return {(record.scope, record.key, record.poste): record for record in records}


def test_found_counts_distinct_sites_under_their_latest_label():
    alpha = {key[2]: record for key, record in measured().items() if key[1] == "ALPHA"}
    # Rennes was constitutif of a1 and now coordinates it: one site, once
    assert alpha["constitutif"].found == 1
    assert alpha["competence"].found == 1
    # Rennes and Necker for a1, Necker and Rennes Sud for a2
    assert alpha["reference"].found == 2 + 2
    assert alpha["proximite"].found == 2 + 2 + 1


def test_a_replaced_coordinator_is_still_a_reference_centre_but_no_longer_a_coordinator():
    alpha = measured()
    assert alpha["filiere", "ALPHA", "coordonnateur"].found == 2
    assert alpha["filiere", "ALPHA", "reference"].found == 4


def test_found_says_how_many_rest_on_a_page_and_how_many_carry_the_label_in_force():
    record = measured()["filiere", "ALPHA", "proximite"]
    # read on a page: a1 Rennes, a1 Necker, a2 Necker; label in force: a1 Rennes, a2 Rennes Sud
    assert (record.on_page, record.current_label) == (3, 2)


def test_published_totals_are_sums_of_published_counts():
    records = measured()
    assert records["filiere", "ALPHA", "reference"].published == 2 + 3
    assert records["filiere", "ALPHA", "expertise"].published == 2 + 3
    assert records["filiere", "ALPHA", "proximite"].published == 2 + 3 + 20
    assert records["filiere", "ALPHA", "proximite"].share == 5 / 25


def test_crc_are_counted_apart_and_belong_to_the_expertise_level():
    records = measured()
    assert records["filiere", "BETA", "crc"].found == 2
    assert records["filiere", "BETA", "reference"].found == 1
    assert records["filiere", "BETA", "expertise"].found == 1 + 2
    assert records["filiere", "BETA", "expertise"].published == 1 + 0 + 4
    assert ("filiere", "ALPHA", "crc") not in records


def test_a_total_is_unknown_as_soon_as_one_of_its_parts_is():
    record = measured()["filiere", "BETA", "proximite"]
    assert (record.found, record.published, record.share) == (3, None, None)
    assert (record.year, record.label) == ("", "")


def test_a_filiere_without_any_row_has_zero_sites_and_an_unknown_total():
    record = measured()["filiere", "GAMMA", "proximite"]
    assert (record.found, record.published) == (0, None)


def test_france_is_compared_with_its_latest_published_count():
    comptes = counts("""
    niveau    annee  coordonnateurs  constitutifs  references_total  competences
    national  2017   104             259           363               1773
    national  2023   -               -             603               1708
    """)
    records = measured(comptes)
    reference = records["france", "France", "reference"]
    assert (reference.found, reference.published, reference.year) == (5, 603, "2023")
    assert records["france", "France", "coordonnateur"].published is None
    assert records["france", "France", "proximite"].published is None


def test_places_and_reseaux_are_compared_with_the_counts_published_for_them():
    comptes = counts("""
    niveau         region  groupe_hospitalier  etablissement_id  reseau_id  annee  coordonnateurs  constitutifs  total
    region         53      -                   -                 -          2024   -               -             141
    etablissement  -       -                   rennes            -          2024   -               -             76
    groupe         -       AP-HP               -                 -          2017   -               116           -
    reseau         -       -                   -                 a1         -      1               5             -
    """)
    records = measured(comptes, {"35": "53", "29": "53", "75": "11"})
    assert records["region", "53", "proximite"].found == 3 + 2
    # the hospital and its southern site publish one count
    assert records["etablissement", "rennes", "proximite"].found == 2 + 1
    assert records["groupe", "AP-HP", "constitutif"].found == 1
    assert records["reseau", "a1", "reference"].published == 1 + 5
    assert ("region", "53", "reference") not in records


def test_regions_are_left_out_when_nobody_tells_where_departements_are():
    comptes = counts("""
    niveau  region  annee  total
    region  53      2024   141
    """)
    assert not [key for key in measured(comptes) if key[0] == "region"]


def record(poste="proximite", found=24, published=85, year="2023", label=""):
    return Completeness("filiere", "X", poste, found, 0, 0, published, year, label)


@pytest.mark.parametrize(
    ("completeness", "sentence"),
    [
        (record(), "24 sites connus sur 85 publiés (2023)"),
        (record(found=12, published=None, year=""), "12 sites connus ; total publié inconnu"),
        (record("coordonnateur", 1, 1), "1 coordonnateur connu sur 1 publié (2023)"),
        (record("competence", 0, 67, ""), "0 centre de compétence connu sur 67 publiés (page non datée)"),
        (record("crc", 42, 47, "", "2017-2022"), "42 CRC connus sur 47 publiés (label 2017-2022)"),
        (record("constitutif", 14, 13, "2018"), "14 constitutifs connus ; 13 publiés (2018)"),
        (record("competence", 1_300, 1_708), "1 300 centres de compétence connus sur 1 708 publiés (2023)"),
    ],
)
def test_the_sentence_always_dates_the_published_count(completeness, sentence):
    assert completeness.sentence.replace("\u00a0", " ").replace("\u202f", " ") == sentence


def test_a_share_may_exceed_one_and_is_unknown_over_nothing():
    assert record(found=14, published=13).share == pytest.approx(14 / 13)
    assert record(published=0).share is None

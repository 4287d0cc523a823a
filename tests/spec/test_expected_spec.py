"""Expected patients and expected caseloads on countries small enough to check by hand."""

import numpy as np
import pandas as pd
import pytest

from rarecare.access.caseload import Estimate
from rarecare.access.decay import ExponentialDecay
from rarecare.access.selection import Selection
from rarecare.errors import UserError
from rarecare.indicators.expected import expected_by_commune
from rarecare.indicators.expected_sites import expected_caseloads
from rarecare.indicators.frames import indicator_table
from rarecare.indicators.hypotheses import Hypotheses
from rarecare.indicators.view import SelectionAccess
from tests.toy_country import ToyDataset

# 1,000 children and 4,000 adults; the last commune is an island.
COMMUNES = """
commune | departement | enfants | adultes | densite | A  | B
ville   | 1           | 400     | 1600    | 900     | 0  | 45
bourg   | 1           | 100     | 400     | 60      | 45 | 45
plaine  | 2           | 400     | 1600    | 60      | 90 | 0
ile     | 3           | 100     | 400     | 10      | -  | -
"""
# a quarter of the patients are children
GROUPES = """
groupe_maladie | libelle | valeur_basse | valeur_centrale | valeur_haute | part_enfants_pct | provenance
g              | Groupe  | 40           | 80              | 160          | 25               | publie
"""
ONE_SITE = """
hopital | ville | type | audience | groupe_maladie
h       | A     | crc  |          | g
"""
OF_GROUP = Selection(groupe="g")
EVERYONE = Hypotheses(attraction=ExponentialDecay(45), follow_up=Estimate.exactly(1))


def expected(selection=OF_GROUP, **tables):
    tables = {"communes": COMMUNES, "groupes": GROUPES} | tables
    return expected_by_commune(ToyDataset(**tables), selection)


def shared(sites, selection=OF_GROUP, hypotheses=EVERYONE, **tables):
    dataset = ToyDataset(**({"communes": COMMUNES, "groupes": GROUPES} | tables), sites=sites)
    return expected_caseloads(SelectionAccess(dataset, selection), hypotheses=hypotheses)


def test_patients_are_spread_like_people_when_nothing_is_known_to_be_uneven():
    # 80 patients for 5,000 people: 16 for 1,000.
    assert expected()[1].tolist() == pytest.approx([32, 8, 32, 8])


def test_low_and_high_keep_the_range_of_the_country():
    assert expected().sum(axis=1).tolist() == pytest.approx([40, 80, 160])


def test_children_are_spread_like_children_and_adults_like_adults():
    young = COMMUNES.replace(
        "plaine  | 2           | 400     | 1600", "plaine  | 2           | 1400    | 600 "
    )
    children = expected(Selection(groupe="g", public="enfant"), communes=young)[1]
    adults = expected(Selection(groupe="g", public="adulte"), communes=young)[1]
    # 20 child patients for 2,000 children, 60 adult patients for 3,000 adults.
    assert children.tolist() == pytest.approx([4, 1, 14, 1])
    assert adults.tolist() == pytest.approx([32, 8, 12, 8])
    assert expected(communes=young)[1].tolist() == pytest.approx((children + adults).tolist())


def test_a_listed_departement_has_its_factor_and_the_others_share_what_is_left():
    modified = expected(
        modificateurs="""
groupe_maladie | departement | facteur | provenance
g              | 2           | 2       | publie
"""
    )
    # Département 2 has 2/5 of the people: twice 32 patients there, 16 left for the other 3/5 instead of 48.
    assert modified[1].tolist() == pytest.approx([32 / 3, 8 / 3, 64, 8 / 3])


def test_a_factor_of_zero_empties_a_departement_and_keeps_the_total():
    modified = expected(
        modificateurs="""
groupe_maladie | departement | facteur | provenance
g              | 3           | 0       | publie
"""
    )
    assert modified[1].tolist() == pytest.approx([80 * 4 / 9, 80 / 9, 80 * 4 / 9, 0])


def test_factors_of_all_departements_keep_their_ratios_and_the_total():
    modified = expected(
        modificateurs="""
groupe_maladie | departement | facteur | provenance
g              | 1           | 3       | publie
g              | 2           | 3       | publie
g              | 3           | 6       | publie
"""
    )
    # Weights 2000 × 3, 500 × 3, 2000 × 3, 500 × 6 out of 16,500.
    assert modified[1].tolist() == pytest.approx([80 * w / 16_500 for w in (6000, 1500, 6000, 3000)])


def test_a_modifier_to_confirm_is_left_out_of_published_answers():
    modificateurs = """
groupe_maladie | departement | facteur | provenance
g              | 2           | 2       | a_confirmer
"""
    public = Selection(groupe="g", provenance="publie_date")
    assert expected(public, modificateurs=modificateurs)[1].tolist() == pytest.approx([32, 8, 32, 8])


def test_a_filiere_is_the_sum_of_its_groups_but_those_that_unite_others():
    groupes = """
groupe_maladie |libelle |valeur_basse |valeur_centrale |valeur_haute |part_enfants_pct |provenance | exclu_des_sommes
a              | Un       | 10           | 20              | 30           | 0                | publie     | non
b              | Deux     | 100          | 100             | 100          | 100              | publie     | non
tous           | Ensemble | 110          | 120             | 130          | 50               | publie     | oui
"""
    assert expected(Selection(filiere="F"), groupes=groupes).sum(axis=1).tolist() == pytest.approx(
        [110, 120, 130]
    )
    alone = expected(Selection(groupe="tous"), groupes=groupes)
    assert alone.sum(axis=1).tolist() == pytest.approx([110, 120, 130])


# ---- bad input


@pytest.mark.parametrize(
    ("selection", "groupes", "sentence"),
    [
        (Selection(), GROUPES, "se calculent pour une filière, un groupe de maladies ou un réseau"),
        (Selection(groupe="inconnu"), GROUPES, "Aucune prévalence n'est connue pour « inconnu »"),
        (
            Selection(groupe="g"),
            GROUPES.replace("| 80 ", "|    "),
            "La prévalence du groupe « Groupe » n'est pas",
        ),
        (
            Selection(groupe="g"),
            GROUPES.replace("| 25 ", "|    "),
            "La prévalence du groupe « Groupe » n'est pas",
        ),
        (
            Selection(groupe="g", provenance="publie"),
            GROUPES.replace("publie", "a_confirmer"),
            "n'a pas été lue sur une page publiée",
        ),
    ],
)
def test_what_cannot_be_expected_is_said_with_what_to_do(selection, groupes, sentence):
    with pytest.raises(UserError) as error:
        expected(selection, groupes=groupes)
    assert sentence in error.value.what
    assert error.value.remedy


def test_an_impossible_modifier_is_refused():
    with pytest.raises(UserError, match="plus de malades que n'en compte le pays"):
        expected(
            modificateurs="""
groupe_maladie | departement | facteur | provenance
g              | 2           | 3       | publie
"""
        )


def test_an_indicator_without_a_group_is_missing_and_says_why():
    dataset = ToyDataset(
        communes=COMMUNES,
        groupes=GROUPES,
        sites=ONE_SITE,
    )
    access = SelectionAccess(dataset, Selection())
    assert "Choisir l'un des trois" in access.why_no_expected
    found = indicator_table(access, "departement")
    for name in ("patients_attendus", "patients_attendus_bas", "patients_attendus_haut"):
        assert found[name].isna().all()


# ---- caseload


def test_patients_go_to_the_sites_by_type_and_time():
    found = shared(
        """
hopital | ville | type          | audience | groupe_maladie
h1      | A     | coordonnateur |          | g
h2      | B     | competence    |          | g
"""
    )
    # Attraction 3 and 1, halved by every 45 minutes; ville: 3 to 1/2, bourg: 3/2 to 1/2, plaine: 3/4 to 1.
    first = 32 * 6 / 7 + 8 * 3 / 4 + 32 * 3 / 7
    assert found.sites["patients_suivis"].tolist() == pytest.approx([first, 72 - first])
    assert found.without_road.tolist() == pytest.approx([4, 8, 16])
    assert found.followed.tolist() == pytest.approx([40, 80, 160])


def test_a_town_with_two_sites_shares_its_patients_by_weight():
    found = shared(
        """
hopital | ville | type          | audience | groupe_maladie
h1      | A     | coordonnateur |          | g
h2      | A     | competence    |          | g
"""
    )
    assert found.sites["patients_suivis"].tolist() == pytest.approx([54, 18])


def test_children_never_go_to_a_site_for_adults():
    found = shared(
        """
hopital | ville | type       | audience | groupe_maladie
h1      | A     | competence | adulte   | g
h2      | B     | competence | enfant   | g
"""
    )
    # 60 adults and 20 children, a tenth of them on the island.
    assert found.sites["patients_suivis"].tolist() == pytest.approx([54, 18])


def test_an_age_that_no_site_serves_is_told_apart_and_not_lost():
    found = shared(
        """
hopital | ville | type       | audience | groupe_maladie
h1      | A     | competence | adulte   | g
"""
    )
    assert found.without_site.tolist() == pytest.approx([10, 20, 40])
    total = found.sites["patients_suivis"].sum() + found.without_road[1] + found.without_site[1]
    assert total == pytest.approx(found.followed[1]) == pytest.approx(80)


def test_each_group_of_a_filiere_goes_to_its_own_sites_and_to_those_that_unite_groups():
    groupes = """
groupe_maladie |libelle |valeur_basse |valeur_centrale |valeur_haute |part_enfants_pct |provenance | exclu_des_sommes
a              | Un       | 20           | 20              | 20           | 0                | publie     | non
b              | Deux     | 200          | 200             | 200          | 0                | publie     | non
tous           | Ensemble | 220          | 220             | 220          | 0                | publie     | oui
"""
    found = shared(
        """
hopital | ville | type | audience | groupe_maladie
h1      | A     | crc  |          | a
h2      | A     | crc  |          | b
h3      | A     | crc  |          | tous
""",
        Selection(filiere="F"),
        groupes=groupes,
    )
    # Nine tenths have a road; each group is halved between its site and the one for all.
    assert found.sites["patients_suivis"].tolist() == pytest.approx([9, 90, 99])


def test_the_follow_up_share_makes_its_own_range():
    site = "hopital | ville | type | audience | groupe_maladie\nh1 | A | competence | | g"
    found = shared(site, hypotheses=Hypotheses(follow_up=Estimate(0.25, 0.5, 0.75)))
    assert found.followed.tolist() == pytest.approx([10, 40, 120])


@pytest.mark.parametrize(
    ("low", "central", "high", "position"),
    [(100, 110, 120, "au_dessus"), (10, 40, 120, "incertain"), (5, 10, 20, "au_dessous")],
)
def test_a_competence_centre_is_read_against_its_minimum_over_the_whole_range(low, central, high, position):
    groupes = f"""
groupe_maladie | libelle | valeur_basse | valeur_centrale | valeur_haute | part_enfants_pct | provenance
g              | Groupe  | {low}        | {central}       | {high}       | 0                | publie
"""
    found = shared(
        "hopital | ville | type | audience | groupe_maladie\nh | A | competence | | g", groupes=groupes
    )
    assert found.sites[["minimum", "position"]].to_numpy().tolist() == [[25, position]]


def test_a_type_without_a_known_minimum_has_no_position():
    found = shared("hopital | ville | type | audience | groupe_maladie\nh | A | coordonnateur | | g")
    assert np.isnan(found.sites["minimum"]).all()
    assert found.sites["position"].tolist() == [""]


def test_a_selection_without_site_is_refused():
    dataset = ToyDataset(
        communes=COMMUNES,
        groupes=GROUPES,
        sites=ONE_SITE.replace("| g\n", "| x\n"),
    )
    with pytest.raises(UserError, match="Aucun site labellisé"):
        expected_caseloads(SelectionAccess(dataset, Selection(groupe="g")))


def test_the_answer_leaves_the_tables_of_the_selection_as_they_were():
    dataset = ToyDataset(
        communes=COMMUNES,
        groupes=GROUPES,
        sites=ONE_SITE,
    )
    access = SelectionAccess(dataset, Selection(groupe="g"))
    before = access.sites.copy()
    expected_caseloads(access)
    pd.testing.assert_frame_equal(access.sites, before)

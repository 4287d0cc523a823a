"""Loss of each town, inequality by density and comparison of two selections, on a country of five communes."""

import numpy as np
import pytest

from rarecare.access.selection import Selection
from rarecare.errors import UserError
from rarecare.indicators.compare import compare, compare_communes
from rarecare.indicators.frames import indicator_table
from rarecare.indicators.inequality_table import DENSITY_CLASSES, density_class, inequality_table, lorenz_of
from rarecare.indicators.loss import loss_table, map_without
from rarecare.indicators.view import SelectionAccess
from tests.toy_country import ToyDataset

COMMUNES = """
commune | departement | enfants | adultes | densite | A  | B   | C
ville   | 1           | 200     | 800     | 2000    | 10 | 50  | -
bourg   | 1           | 100     | 400     | 300     | 30 | 100 | -
plaine  | 2           | 60      | 240     | 60      | 70 | 40  | -
cap     | 2           | 20      | 80      | 20      | -  | 20  | -
ile     | 3           | 10      | 90      | 20      | -  | -   | 10
"""
SITES = """
hopital | ville | type          | audience | groupe_maladie
h1      | A     | coordonnateur |          | g
h2      | A     | competence    |          | g
h3      | B     | competence    |          | g
h4      | C     | competence    | adulte   | g
"""
GROUPES = """
groupe_maladie | libelle | valeur_basse | valeur_centrale | valeur_haute | part_enfants_pct | provenance
g              | Groupe  | 10           | 20              | 40           | 0                | publie
"""


@pytest.fixture(scope="module")
def dataset():
    return ToyDataset(communes=COMMUNES, sites=SITES, groupes=GROUPES)


def access(dataset, **selection):
    return SelectionAccess(dataset, Selection(**selection))


# ---- loss


def test_the_loss_of_each_town_says_who_is_left_beyond_and_by_how_much(dataset):
    found = loss_table(access(dataset), 60).set_index("code_commune")
    # A: the bourg goes from 30 to 100 minutes; the ville from 10 to 50, still within 60.
    assert found.loc["A", ["habitants", "habitants_au_dela_en_plus", "minutes_ajoutees_mediane"]].tolist() == [
        1500, 500, 40,
    ]  # fmt: skip
    # B: the plaine goes from 40 to 70, the cap from 20 to no road at all.
    assert found.loc["B", ["habitants", "habitants_au_dela_en_plus", "habitants_sans_route_en_plus"]].tolist() == [
        400, 400, 100,
    ]  # fmt: skip
    assert found.loc["C", ["habitants", "minutes_ajoutees_mediane"]].tolist() == [100, np.inf]


def test_hospitals_and_sites_of_one_town_are_lost_together(dataset):
    found = loss_table(access(dataset), 60).set_index("code_commune")
    assert found.loc["A", ["hopitaux", "sites"]].tolist() == [2, 2]


def test_the_town_whose_loss_leaves_most_people_beyond_comes_first(dataset):
    assert loss_table(access(dataset), 60)["code_commune"].tolist() == ["A", "B", "C"]
    assert loss_table(access(dataset), 30)["code_commune"].tolist() == ["A", "B", "C"]
    assert loss_table(access(dataset), 15)["code_commune"].tolist() == ["A", "C", "B"]


def test_the_loss_of_a_group_has_its_expected_patients_and_that_of_everything_none(dataset):
    found = loss_table(access(dataset, groupe="g"), 60)
    # 20 adults, half followed.
    assert found["patients_suivis"].sum() == pytest.approx(10)
    assert loss_table(access(dataset), 60)["patients_suivis"].isna().all()


def test_the_map_without_a_town_is_the_map_of_the_others(dataset):
    assert map_without(access(dataset), "A").tolist() == [50, 100, 40, 20, 10]
    assert map_without(access(dataset), "B").tolist() == [10, 30, 70, np.inf, 10]


def test_a_town_without_site_is_refused_with_those_that_have_one(dataset):
    with pytest.raises(UserError, match=r"Aucun site de la sélection dans la commune « Z »") as error:
        map_without(access(dataset), "Z")
    assert "A (A), B (B), C (C)" in error.value.remedy


def test_the_only_town_cannot_be_taken_away(dataset):
    with pytest.raises(UserError, match="il ne reste aucun site"):
        map_without(access(dataset, niveau="expertise"), "A")


@pytest.mark.parametrize("threshold", [-1, float("nan"), float("inf")])
def test_a_threshold_that_is_no_duration_is_refused(dataset, threshold):
    with pytest.raises(UserError, match="n'est pas une durée"):
        loss_table(access(dataset), threshold)


def test_thresholds_out_of_order_are_refused(dataset):
    with pytest.raises(UserError, match="ne sont pas dans l'ordre"):
        indicator_table(access(dataset), "france", thresholds_minutes=(60, 30))


# ---- inequality


@pytest.mark.parametrize(
    ("density", "rank"),
    [(0, 0), (29.9, 0), (30, 1), (100, 2), (299, 2), (300, 3), (1499, 3), (1500, 4), (2e4, 4)],
)
def test_a_density_belongs_to_the_class_that_starts_at_it(density, rank):
    assert density_class(np.array([density])).tolist() == [rank]


def test_inequality_is_told_by_density_then_for_the_country(dataset):
    found = inequality_table(access(dataset, niveau="expertise"), interval=False)
    assert found["classe"].tolist() == [*DENSITY_CLASSES, "Ensemble"]
    assert found["personnes"].tolist() == [200, 300, 0, 500, 1000, 2000]
    # ville 1,000 × 10, bourg 500 × 30, plaine 300 × 70; the other 200 have no road.
    assert found["temps_moyen_minutes"].iloc[-1] == pytest.approx(46_000 / 1800)
    assert found["part_sans_route_pct"].iloc[-1] == pytest.approx(10)
    assert found["gini_indice"].tolist()[1] == 0
    assert np.isnan(found["gini_indice"].tolist()[0])


def test_the_interval_holds_the_index_and_is_wider_for_patients_than_for_people(dataset):
    question = access(dataset, groupe="g", niveau="expertise")
    people = inequality_table(question).iloc[-1]
    patients = inequality_table(question, weights="patients").iloc[-1]
    for row in (people, patients):
        assert row["gini_indice_bas"] <= row["gini_indice"] <= row["gini_indice_haut"]
    width = [row["gini_indice_haut"] - row["gini_indice_bas"] for row in (people, patients)]
    assert width[0] < width[1]
    assert patients["personnes"] == pytest.approx(20)


def test_the_farthest_tenth_and_the_nearest_forty_per_cent_make_palma(dataset):
    country = inequality_table(access(dataset, niveau="expertise"), interval=False).iloc[-1]
    # Of 1,800 people: the farthest 180 have 70 minutes each, the nearest 720 have 10.
    assert country["temps_des_plus_loin_pct"] == pytest.approx(100 * 180 * 70 / 46_000)
    assert country["temps_des_plus_proches_pct"] == pytest.approx(100 * 720 * 10 / 46_000)
    assert country["palma_ratio"] == pytest.approx(180 * 70 / (720 * 10))


def test_inequality_within_a_departement_counts_its_communes_only(dataset):
    question = access(dataset, niveau="expertise")
    found = inequality_table(question, interval=False, maille="departement", code="01")
    assert found["communes"].tolist() == [0, 0, 0, 1, 1, 2]
    assert found["temps_moyen_minutes"].iloc[-1] == pytest.approx((1000 * 10 + 500 * 30) / 1500)
    curve = lorenz_of(question, maille="departement", code="01")
    assert curve.people_share.tolist() == pytest.approx([0, 1000 / 1500, 1])
    assert curve.minutes_share.tolist() == pytest.approx([0, 10_000 / 25_000, 1])
    assert curve.held_by(0.5) == pytest.approx(0.3)
    assert np.isnan(lorenz_of(question, maille="departement", code="03").held_by(0.5))
    with pytest.raises(UserError, match="Territoire inconnu"):
        inequality_table(question, maille="departement", code="99")


def test_the_interval_of_few_people_is_around_the_index_and_that_of_one_person_unknown(dataset):
    # 20 patients, all adults, 16 of them in the first département; none of 1 or fewer can be unequal.
    question = access(dataset, groupe="g", niveau="expertise")
    found = inequality_table(question, weights="patients", maille="departement", code="01")
    row = found.iloc[-1]
    assert row["gini_indice_bas"] < row["gini_indice"] < row["gini_indice_haut"]
    plain = access(dataset, groupe="g")
    alone = inequality_table(plain, weights="patients", maille="departement", code="03").iloc[-1]
    assert alone["personnes"] < 1.5
    assert np.isnan([alone["gini_indice_bas"], alone["gini_indice_haut"]]).all()


def test_patients_cannot_weigh_what_has_no_group(dataset):
    with pytest.raises(UserError, match="Choisir l'un des trois"):
        inequality_table(access(dataset), weights="patients")


# ---- comparison


def test_communes_are_compared_where_both_have_a_road_and_named_where_one_has_not(dataset):
    found = compare_communes(access(dataset, niveau="expertise"), access(dataset))
    assert found.difference_minutes[:3].tolist() == [0, 0, -30]
    assert np.isnan(found.difference_minutes[3:]).all()
    assert found.state.tolist() == ["les_deux", "les_deux", "les_deux", "route_gagnee", "route_gagnee"]
    assert (
        compare_communes(access(dataset), access(dataset, niveau="expertise")).state.tolist()[3]
        == "route_perdue"
    )


def test_people_are_counted_once_by_what_the_second_selection_changes_for_them(dataset):
    found = compare(access(dataset, niveau="expertise"), access(dataset), "france").iloc[0]
    counted = found[["habitants_plus_pres", "habitants_plus_loin", "habitants_route_gagnee",
                     "habitants_route_perdue", "habitants_inchanges"]]  # fmt: skip
    assert counted.tolist() == [300, 0, 200, 0, 1500]
    assert counted.sum() == found["population"]


def test_a_difference_under_five_minutes_is_no_change(dataset):
    close = ToyDataset(communes=COMMUNES.replace("| 70 | 40 ", "| 70 | 66 "), sites=SITES, groupes=GROUPES)
    found = compare(access(close, niveau="expertise"), access(close), "france").iloc[0]
    assert found["habitants_plus_pres"] == 0


def test_medians_are_told_by_territory_with_the_state_of_the_road(dataset):
    found = compare(access(dataset, niveau="expertise"), access(dataset), "departement").set_index(
        "departement"
    )
    assert found["etat"].tolist() == ["les_deux", "les_deux", "route_gagnee"]
    assert found.loc["02", ["temps_median_a_minutes", "temps_median_b_minutes", "difference_minutes"]].tolist() == [
        70, 40, -30,
    ]  # fmt: skip
    assert np.isnan(found.loc["03", "difference_minutes"])


def test_two_publics_are_compared_for_everybody(dataset):
    found = compare(access(dataset, public="enfant"), access(dataset, public="adulte"), "france").iloc[0]
    assert found["population"] == 2000
    same = compare(access(dataset, public="enfant"), access(dataset, public="enfant"), "france").iloc[0]
    assert same["population"] == 390


def test_two_versions_of_the_data_are_not_compared(dataset):
    other = ToyDataset(communes=COMMUNES, sites=SITES)
    with pytest.raises(ValueError, match="same dataset"):
        compare_communes(access(dataset), access(other))

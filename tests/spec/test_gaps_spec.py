"""Ranked gaps on a country small enough to check by hand."""

import math

import pytest

from rarecare.access.selection import Selection
from rarecare.errors import UserError
from rarecare.indicators.gaps import PARTS, Weights, gap_table, parse_weights
from rarecare.indicators.view import SelectionAccess
from tests.toy_country import ToyDataset

# Five départements of 1,000 people each, two towns; 05 is an island without a road.
COMMUNES = """
commune | departement | enfants | adultes | densite | A  | B
a       | 1           | 200     | 800     | 900     | 10 | 30
b       | 2           | 200     | 800     | 900     | 30 | 10
c       | 3           | 200     | 800     | 60      | 50 | 100
d       | 4           | 100     | 400     | 60      | 80 | 200
e       | 4           | 100     | 400     | 60      | 90 | 200
ile     | 5           | 200     | 800     | 10      | -  | -
"""
SITES = """
hopital | ville | type       | audience | groupe_maladie
h       | A     | competence |          | g
k       | B     | competence |          | g
"""


def gaps(weights=None, seuil=60, communes=COMMUNES, sites=SITES, maille="departement"):
    access = SelectionAccess(ToyDataset(communes=communes, sites=sites), Selection())
    return gap_table(access, maille, weights=weights or Weights(), seuil_minutes=seuil).set_index(maille)


def test_each_part_is_shown_with_its_value_and_that_of_the_country():
    table = gaps()
    assert table["temps_median_minutes"].to_dict() == {
        "01": 10, "02": 10, "03": 50, "04": 80, "05": math.inf,
    }  # fmt: skip
    assert table["part_au_dela_pct"].to_dict() == {"01": 0, "02": 0, "03": 0, "04": 100, "05": 100}
    assert table["un_seul_lieu_pct"].to_dict() == {"01": 0, "02": 0, "03": 100, "04": 0, "05": 0}
    # Nobody of 04 and 05 has even one place: they are no better off than 03, which has one.
    assert table["sans_second_lieu_pct"].to_dict() == {"01": 0, "02": 0, "03": 100, "04": 100, "05": 100}
    france = table.iloc[0]
    assert france["temps_median_france_minutes"] == 50
    assert france["part_au_dela_france_pct"] == pytest.approx(40)
    assert france["sans_second_lieu_france_pct"] == pytest.approx(60)
    assert france["e2sfca_france_ratio"] == pytest.approx(1)


def test_points_count_who_does_better_as_a_share_of_who_does_better_than_the_worst():
    table = gaps()
    # 01 and 02 share the first place; 2 territories beat 03 and 3 beat 04, of the 4 that beat the island.
    assert table["points_temps"].to_dict() == {"01": 0, "02": 0, "03": 50, "04": 75, "05": 100}
    assert table["points_au_dela"].to_dict() == {"01": 0, "02": 0, "03": 0, "04": 100, "05": 100}
    assert table["points_dependance"].to_dict() == {"01": 0, "02": 0, "03": 100, "04": 100, "05": 100}
    assert table["rang_temps"].to_dict() == {"01": 4, "02": 4, "03": 3, "04": 2, "05": 1}


def test_the_score_is_the_weighted_mean_of_the_points():
    table = gaps(Weights(60, 20, 0, 20))
    assert table["score_points"].to_dict() == pytest.approx(
        {
            "05": 100,
            "04": 0.6 * 75 + 0.2 * 100 + 0.2 * 100,
            "03": 0.6 * 50 + 0.2 * 100,
            "01": 0,
            "02": 0,
        }
    )
    assert list(table.index) == ["05", "04", "03", "01", "02"]
    assert table["rang"].tolist() == [1, 2, 3, 4, 4]
    assert table["poids_temps_pct"].unique().tolist() == pytest.approx([60])


def test_weights_change_the_order():
    # More people of 04 than of 03 live beyond an hour and a half; 03 has more of its people beyond half an hour.
    communes = COMMUNES.replace("| 80 | 200", "| 20 | 200")
    by_time = gaps(Weights(100, 0, 0, 0), communes=communes)
    by_share = gaps(Weights(0, 100, 0, 0), communes=communes)
    assert by_time.loc["03", "score_points"] > by_time.loc["04", "score_points"]
    assert by_share.loc["04", "score_points"] > by_share.loc["03", "score_points"]


def test_a_territory_without_a_road_is_ranked_and_named_as_such():
    table = gaps()
    assert table.index[0] == "05"
    assert table.loc["05", "score_points"] == 100
    assert table.loc["05", "etat"] == "sans_route"
    assert set(table.loc[["01", "02", "03", "04"], "etat"]) == {"route"}


def test_a_territory_without_people_has_no_score_and_changes_no_other():
    empty = COMMUNES + "vide | 6 | 0 | 0 | 0 | 500 | 500\n"
    table = gaps(communes=empty)
    assert table.index[-1] == "06"
    assert table.loc["06", "etat"] == "sans_habitant"
    assert math.isnan(table.loc["06", "score_points"])
    assert math.isnan(table.loc["06", "rang"])
    assert table["score_points"].dropna().to_dict() == gaps()["score_points"].to_dict()


def test_opening_a_first_site_within_reach_never_makes_a_gap_worse():
    before = gaps(
        sites="""
hopital | ville | type       | audience | groupe_maladie
k       | B     | competence |          | g
"""
    )
    after = gaps()
    # 03 goes from no place to one place within an hour: more people « depend », yet no part is worse.
    assert (before.loc["03", "un_seul_lieu_pct"], after.loc["03", "un_seul_lieu_pct"]) == (0, 100)
    assert after.loc["03", "sans_second_lieu_pct"] <= before.loc["03", "sans_second_lieu_pct"]
    assert after.loc["03", "score_points"] <= before.loc["03", "score_points"]


def test_a_single_town_cannot_tell_territories_apart_by_dependence():
    table = gaps(sites=SITES.replace("k       | B     | competence |          | g\n", ""))
    assert set(table["sans_second_lieu_pct"]) == {100}
    assert set(table["points_dependance"]) == {0}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0,0,0,0", "Les quatre poids sont nuls"),
        ("40,30,20", "Poids illisibles"),
        ("40,30,20,10,5", "Poids illisibles"),
        ("40;30;20;10", "Poids illisibles"),
        ("-1,30,20,10", "Poids illisibles"),
        ("a,b,c,d", "Poids illisibles"),
        ("", "Poids illisibles"),
        ("²,1,1,1", "Poids illisibles"),
        ("101,30,20,10", "hors limites"),
        ("99999999999999999999,1,1,1", "hors limites"),
    ],
)
def test_weights_that_say_nothing_are_refused_with_what_to_write(text, reason):
    with pytest.raises(UserError, match=reason) as refused:
        parse_weights(text)
    assert refused.value.remedy


def test_weights_are_written_as_they_are_read():
    assert parse_weights(" 40, 30,20,10 ").text == "40,30,20,10"
    assert sum(parse_weights("1,2,3,4").shares.values()) == pytest.approx(1)
    assert list(parse_weights("1,2,3,4").shares) == [part.slug for part in PARTS]


def test_a_selection_without_site_and_a_wrong_level_are_refused():
    with pytest.raises(UserError, match="par commune"):
        gaps(maille="commune")
    with pytest.raises(UserError, match="Aucun site"):
        gap_table(
            SelectionAccess(ToyDataset(communes=COMMUNES, sites=SITES), Selection(groupe="autre")),
            "departement",
        )

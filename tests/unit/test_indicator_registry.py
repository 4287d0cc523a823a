"""The registry of indicators: each entry is complete, can be written, and says what it cannot tell."""

from dataclasses import replace

import numpy as np
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.errors import UserError
from rarecare.french import NOT_AVAILABLE
from rarecare.indicators.frames import indicator_table, indicator_values, unavailable_indicators
from rarecare.indicators.hypotheses import HYPOTHESES, sentences
from rarecare.indicators.registry import indicator, registry
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.choice import scale_for, value_text
from rarecare.territory.partition import MAILLES
from tests.toy_country import ToyDataset

SLUGS = sorted(registry())
COMMUNES = """
commune | departement | enfants | adultes | densite | A  | B
ville   | 1           | 200     | 800     | 2000    | 10 | 50
bourg   | 1           | 100     | 400     | 300     | 30 | 100
plaine  | 2           | 60      | 240     | 60      | 70 | 40
"""
GROUPES = """
groupe_maladie | libelle | valeur_basse | valeur_centrale | valeur_haute | part_enfants_pct | provenance
g              | Groupe  | 10           | 20              | 40           | 50               | publie
"""
SITES = """
hopital | ville | type       | audience | groupe_maladie
h1      | A     | crc        |          | g
h2      | B     | competence |          | g
"""


@pytest.fixture
def dataset():
    return ToyDataset(communes=COMMUNES, sites=SITES, groupes=GROUPES)


def test_the_measures_of_the_design_are_all_there():
    assert {
        "temps_median", "temps_p90", "temps_moyen", "second_temps_median", "part_sous_seuil", "habitants_au_dela",
        "part_sans_route", "dependance", "e2sfca", "gini", "palma", "patients_attendus", "sites", "sites_par_million",
    } <= set(SLUGS)  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
def test_a_modelled_indicator_names_hypotheses_that_exist_and_others_name_none(slug):
    meta = indicator(slug).meta
    assert set(meta.hypotheses) <= set(sentences())
    assert bool(meta.hypotheses) == meta.modele


@pytest.mark.parametrize("slug", SLUGS)
def test_a_label_with_a_threshold_tells_it(slug):
    entry = indicator(slug)
    assert ("47" in entry.label(47)) == entry.meta.seuil
    assert ("47" in entry.column(47)) == entry.meta.seuil


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("maille", MAILLES)
def test_each_indicator_is_defined_at_each_level_or_says_that_it_is_not(dataset, slug, maille):
    access = SelectionAccess(dataset, Selection(groupe="g"))
    values = indicator_values(access, slug, maille)["valeur"]
    reason = unavailable_indicators(access, maille).get(slug, "")
    assert values.isna().all() == bool(reason), reason
    assert (maille not in indicator(slug).meta.mailles) == bool(reason)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_value_can_be_written_and_classed(dataset, slug):
    entry = indicator(slug)
    values = indicator_values(SelectionAccess(dataset, Selection(groupe="g")), slug, "departement")["valeur"]
    assert all(value_text(entry, value) for value in values)
    assert value_text(entry, float("nan")) == NOT_AVAILABLE
    assert scale_for(entry, np.full(3, np.nan)).labels


@pytest.mark.parametrize(
    ("patients", "text"), [(3.24, "environ 3,2"), (9.96, "environ 10,0"), (1234, "environ 1\u202f230")]
)
def test_modelled_people_are_told_as_about(patients, text):
    assert value_text(indicator("patients_attendus"), patients) == text


def test_bounds_come_with_their_own_columns_in_order(dataset):
    found = indicator_table(SelectionAccess(dataset, Selection(groupe="g")), "france").iloc[0]
    names = ["patients_attendus_bas", "patients_attendus", "patients_attendus_haut"]
    assert found[names].tolist() == pytest.approx([10, 20, 40])


def test_one_place_has_no_second_one_and_says_so(dataset):
    access = SelectionAccess(dataset, Selection(groupe="g", niveau="expertise"))
    assert "pas de second lieu" in unavailable_indicators(access, "france")["second_temps_median"]
    assert indicator_values(access, "second_temps_median", "france")["valeur"].isna().all()


def test_no_group_no_patients_and_the_reason_says_what_to_choose(dataset):
    reasons = unavailable_indicators(SelectionAccess(dataset, Selection()), "departement")
    assert list(reasons) == ["patients_attendus"]
    assert "une filière, un groupe de maladies ou un réseau" in reasons["patients_attendus"]


def test_an_unknown_indicator_is_refused_with_the_known_ones():
    with pytest.raises(UserError, match="Indicateur inconnu") as error:
        indicator("beaute")
    assert "e2sfca" in error.value.remedy


def test_the_sentence_of_a_hypothesis_follows_its_value():
    changed = sentences(replace(HYPOTHESES, minimum_patients=40, weights=(("crc", 7.0),)))
    assert "40 patients" in changed["minimum"]
    assert "compétences 7" in changed["poids"]
    assert changed["suivi"] == sentences()["suivi"]


def test_every_territory_of_the_real_country_has_every_measure_or_no_people_or_no_road(built_settings):
    access = SelectionAccess(open_dataset(built_settings), Selection(filiere="RESPIFIL"))
    found = indicator_table(access, "departement").set_index("departement")
    assert len(found) == 101
    no_road = found["part_sans_route_pct"].eq(100)
    assert found.loc[~no_road].notna().all().all()
    without_numbers = found.loc[no_road].isna().any()
    assert set(without_numbers[without_numbers].index) == {
        "temps_moyen_minutes",
        "gini_indice",
        "palma_ratio",
    }

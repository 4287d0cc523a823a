"""Communes found by what a reader types."""

from __future__ import annotations

import pytest

from rarecare.settings import Settings
from rarecare.territory.communes import load_communes
from rarecare.territory.search import find_communes, plain


@pytest.fixture(scope="module")
def communes():
    return load_communes(Settings().geo_dir)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("48095", "48095"), ("Mende", "48095"), ("mende", "48095"), ("  MENDE ", "48095"), ("2a004", "2A004"),
        ("Nîmes", "30189"), ("nimes", "30189"), ("l'hay les roses", "94038"), ("L’Haÿ-les-Roses", "94038"),
        ("Ste-Foy-lès-Lyon", "69202"),
    ],
)  # fmt: skip
def test_a_code_or_a_name_finds_its_commune_however_it_is_written(communes, text, code):
    assert find_communes(communes, text)[0] == code


@pytest.mark.parametrize(
    ("city", "departement"), [("Paris", "75"), ("lyon", "69"), ("Marseille", "13"), ("75056", "75")]
)
def test_a_city_cut_in_arrondissements_is_that_of_its_town_hall(communes, city, departement):
    (code,) = find_communes(communes, city)
    assert communes.departements[communes.index_of(code)] == departement


def test_a_name_borne_by_several_communes_gives_them_all_the_most_inhabited_first(communes):
    found = find_communes(communes, "Saint-Denis")
    people = [communes.population[communes.index_of(code)] for code in found]
    assert people == sorted(people, reverse=True)
    assert {"93066", "97411"} <= set(found)
    assert {str(communes.noms[communes.index_of(code)]) for code in found} == {"Saint-Denis"}


def test_a_beginning_comes_before_a_part(communes):
    names = [str(communes.noms[communes.index_of(code)]) for code in find_communes(communes, "clermont-f")]
    assert names == ["Clermont-Ferrand"]
    inside = [str(communes.noms[communes.index_of(code)]) for code in find_communes(communes, "ermont-ferr")]
    assert inside == ["Clermont-Ferrand"]


def test_the_list_is_short(communes):
    assert len(find_communes(communes, "saint")) == 8
    assert len(find_communes(communes, "saint", limit=3)) == 3


@pytest.mark.parametrize("text", ["", "   ", "-", "xyzzy", "99999", "<script>"])
def test_what_names_no_commune_finds_nothing(communes, text):
    assert find_communes(communes, text) == []


def test_names_are_compared_without_accents_or_punctuation():
    assert plain("Saint-Étienne-du-Bœuf") == plain("St etienne du boeuf")

"""Inequality in words, for every kind of territory."""

import re

import numpy as np
import pandas as pd
import pytest

from rarecare.indicators.inequality_table import DENSITY_CLASSES, WHOLE
from rarecare.ui.inequality_sentences import inequality_sentence, interval_words

SITES = "centre labellisé de la filière RESPIFIL"
BARE = {
    "personnes": 0.0, "part_sans_route_pct": np.nan, "temps_median_minutes": np.nan, "gini_indice": np.nan,
    "gini_indice_bas": np.nan, "gini_indice_haut": np.nan, "temps_des_plus_loin_pct": np.nan,
}  # fmt: skip
KNOWN = {
    "personnes": 1000.0, "part_sans_route_pct": 0.0, "temps_median_minutes": 79.0, "gini_indice": 0.412,
    "gini_indice_bas": 0.401, "gini_indice_haut": 0.421, "temps_des_plus_loin_pct": 27.4,
}  # fmt: skip


def table(**rows):
    """Return a table whose rows are given by rank of the class, ``r5`` being the whole; the others are bare."""
    names = [*DENSITY_CLASSES, WHOLE]
    return pd.DataFrame(
        [{"classe": name, **BARE, **rows.get(f"r{rank}", {})} for rank, name in enumerate(names)]
    )


def said(frame, *, place="en France", weights="habitants"):
    return re.sub("[\u00a0\u202f]", " ", inequality_sentence(frame, place, SITES, weights))


def test_the_sentence_says_the_farthest_tenth_gini_with_its_interval_and_the_least_dense_communes():
    assert said(table(r0=KNOWN, r4=KNOWN, r5=KNOWN)) == (
        f"En France, les 10 % d'habitants les plus éloignés d'un {SITES} font 27 % du temps de trajet de tous ; indice "
        "de Gini 0,41 (entre 0,40 et 0,42 à 95 %) ; dans les communes de moins de 30 habitants par km², la moitié des "
        "habitants sont à 1 h 20 ou plus."
    )


def test_patients_are_named_and_people_without_a_road_are_said_to_be_left_out():
    frame = table(r0=KNOWN, r1=KNOWN, r5=KNOWN | {"part_sans_route_pct": 2.1})
    sentence = said(frame, place="dans le Gard", weights="patients")
    assert sentence.startswith("Dans le Gard, les 10 % de patients attendus les plus éloignés")
    assert "la moitié des patients attendus sont à" in sentence
    assert sentence.endswith(" Les patients attendus sans route (2 %) ne sont pas comptés.")


@pytest.mark.parametrize(
    ("rank", "words"),
    [(0, "de moins de 30"), (1, "de 30 à 100"), (3, "de 300 à 1 500")],
)
def test_the_least_dense_class_that_has_a_road_is_the_one_told(rank, words):
    frame = table(**{f"r{rank}": KNOWN, "r4": KNOWN, "r5": KNOWN})
    assert f"dans les communes {words} habitants par km², la moitié" in said(frame)


def test_a_territory_of_one_class_says_nothing_by_density():
    assert "dans les communes" not in said(table(r4=KNOWN, r5=KNOWN), place="à Paris")


def test_nobody_nobody_with_a_road_and_no_patient_have_their_own_sentences():
    assert said(table()) == "En France, personne n'est concerné pour cette sélection."
    assert said(table(), weights="patients") == "En France, aucun patient n'est attendu pour cette sélection."
    islands = table(r5={"personnes": 300.0, "part_sans_route_pct": 100.0})
    assert said(islands, place="en Guyane") == (
        f"En Guyane, personne n'a de route vers un {SITES} : il n'y a pas de temps à comparer."
    )


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.401, 0.421, "entre 0,40 et 0,42 à 95 %"),
        (0.3696, 0.3698, "à moins d'un centième près"),
        (np.nan, np.nan, "intervalle impossible à calculer : trop peu de personnes"),
    ],
)
def test_an_interval_too_narrow_or_impossible_is_said_in_words(low, high, words):
    assert interval_words({"gini_indice_bas": low, "gini_indice_haut": high}) == words

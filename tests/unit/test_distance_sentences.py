"""The answers of the page Distance, in every state."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from rarecare.french import typography
from rarecare.ui.distance_sentences import (
    comparison_sentence,
    dependence_sentence,
    loss_sentence,
    signed_duration,
)

LOZERE = ("departement", "48", "Lozère")


def plain(text):
    return typography(text).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (65, "+1 h 05"),
        (-25, "−25 min"),
        (0, "aucun écart"),
        (2.4, "aucun écart"),
        (-3, "−5 min"),
        (math.nan, "n. d."),
    ],
)
def test_a_difference_of_times_has_its_sign(minutes, text):
    assert plain(signed_duration(minutes)) == text


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((30_000, 10_000, 80_000), "En Lozère, 38 % des habitants (30 000) n’ont qu’un seul lieu à moins de 1 h pour "
         "un centre ; 13 % des habitants (10 000) n’en ont aucun."),
        ((0, 80_000, 80_000), "En Lozère, personne ne dépend d’un seul lieu à moins de 1 h pour un centre ; 100 % des "
         "habitants (80 000) n’en ont aucun."),
        ((30_000, 0, 80_000), "En Lozère, 38 % des habitants (30 000) n’ont qu’un seul lieu à moins de 1 h pour un "
         "centre ; tous les autres en ont au moins deux."),
        ((0, 0, 0), "En Lozère, personne n’est concerné par cette sélection."),
    ],
)  # fmt: skip
def test_dependence_in_words(counts, sentence):
    assert plain(dependence_sentence(LOZERE, counts, "centre", 60)) == sentence


def loss(**changes):
    row = {"habitants": 5e5, "habitants_au_dela_en_plus": 2e5, "minutes_ajoutees_mediane": 32.0}
    return pd.Series(row | changes)


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (loss(), "Sans Dijon, 200 000 habitants de plus seraient à plus de 1 h d’un centre, ou sans route vers lui ; "
         "la moitié de ceux dont c’est le lieu le plus proche feraient 30 min de plus, ou davantage."),
        (loss(habitants_au_dela_en_plus=0), "personne de plus ne serait à plus de 1 h"),
        (loss(minutes_ajoutees_mediane=math.inf), "n’auraient plus de route vers un autre"),
        (loss(minutes_ajoutees_mediane=0.0), "ne perdraient pas de temps"),
        (loss(habitants=0, minutes_ajoutees_mediane=math.nan), "n’est le lieu le plus proche de personne"),
    ],
)  # fmt: skip
def test_the_loss_of_a_place_in_words(row, part):
    assert part in plain(loss_sentence(row, "Dijon (21)", "centre", 60))


def table(*rows):
    names = (
        "departement",
        "nom",
        "temps_median_a_minutes",
        "temps_median_b_minutes",
        "difference_minutes",
        "etat",
    )
    return pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])


NEAR = ("75", "Paris", 20.0, 15.0, -5.0, "les_deux")
FAR = ("48", "Lozère", 200.0, 100.0, -100.0, "les_deux")
GAINED = ("972", "Martinique", math.inf, 20.0, math.nan, "route_gagnee")
LOST = ("974", "La Réunion", 20.0, math.inf, math.nan, "route_perdue")


def test_a_comparison_says_the_medians_and_where_the_gap_is_widest():
    text = plain(
        comparison_sentence("du niveau expertise au niveau proximité", (70, 40), table(NEAR, FAR), "")
    )
    assert text == (
        "Du niveau expertise au niveau proximité, la médiane nationale passe de 1 h 10 à 40 min ; "
        "c’est en Lozère que l’écart est le plus grand (−1 h 40)."
    )


def test_a_comparison_speaks_of_the_chosen_departement():
    text = plain(comparison_sentence("de a à b", (40, 40), table(NEAR, FAR), "48"))
    assert "la médiane nationale reste de 40 min" in text
    assert text.endswith("En Lozère, elle passe de 3 h 20 à 1 h 40.")


def test_a_comparison_names_the_departements_with_a_road_on_one_side():
    text = plain(comparison_sentence("de a à b", (math.inf, 40), table(NEAR, GAINED, LOST), ""))
    assert "passe de « pas de route » à 40 min" in text
    assert "une route n’existe que dans la seconde en Martinique" in text
    assert "une route n’existe que dans la première à La Réunion" in text


def test_many_departements_with_a_road_on_one_side_are_counted():
    text = plain(comparison_sentence("de a à b", (60, 40), table(*[GAINED] * 6), ""))
    assert "et dans 3 autres départements" in text
    assert "aucune médiane de département ne change" in text

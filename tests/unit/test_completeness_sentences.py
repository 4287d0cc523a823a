"""Completeness in words: a réseau with a published count is told before its filière, France by its known counts."""

import re

import pandas as pd
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.catalogue import (
    completeness_records,
    completeness_sentence,
    network_completeness,
    region_completeness,
    sparse_knowledge,
)
from rarecare.ui.sentences import cautious


@pytest.fixture
def dataset(built_settings):
    return open_dataset(built_settings)


def plain(text):
    return re.sub("[\u00a0\u202f]", " ", text)


def said(dataset, **selection):
    return plain(completeness_sentence(dataset, Selection(**selection)))


def test_a_reseau_with_a_published_total_is_told_before_its_filiere(dataset):
    sentence = said(dataset, reseau="neurosphinx-c-mavem")
    assert re.match(
        r"Réseau « C-MAVEM » : \d+ sites? connus? sur 34 publiés \(2023\), dont \d+ sous le label", sentence
    )
    assert re.search(r" ; filière NEUROSPHINX : \d+ sites? connu", sentence)


def test_a_reseau_without_total_is_told_by_its_published_parts(dataset):
    sentence = said(dataset, reseau="respifil-pulmotension")
    network, _, filiere = sentence.partition(" ; filière RESPIFIL : ")
    assert re.search(r"centres? de référence connus? sur 7 publiés", network)
    assert re.search(r"centres? de compétence connus? sur 22 publiés", network)
    assert "sites" not in network
    assert filiere


def test_the_expertise_level_leaves_competence_centres_out(dataset):
    network = plain(
        network_completeness(dataset, Selection(reseau="respifil-pulmotension", niveau="expertise"))
    )
    assert "centres de référence" in network
    assert "compétence" not in network


def test_a_group_of_one_reseau_is_told_like_this_reseau(dataset):
    assert said(dataset, groupe="hypertension_pulmonaire") == said(dataset, reseau="respifil-pulmotension")


@pytest.mark.parametrize(
    "selection",
    [
        {"groupe": "anomalies_developpement"},  # one of its six réseaux has a count
        {"reseau": "anddi-rares-clad-est"},  # no count of its own
        {"reseau": "brain-team-sgt", "niveau": "expertise"},  # a count of its competence centres only
        {"filiere": "RESPIFIL"},
        {},
    ],
)
def test_nothing_is_said_of_reseaux_without_a_count_that_answers(dataset, selection):
    assert network_completeness(dataset, Selection(**selection)) == ""
    assert not said(dataset, **selection).startswith("Réseau")


def test_france_is_told_by_the_counts_that_are_published(dataset):
    records = {record["filiere"]: plain(record["phrase"]) for record in completeness_records(dataset)}
    assert "sur 603 publiés (2023)" in records["France"]
    assert "sur 1 708 publiés (2023)" in records["France"]
    assert "inconnu" not in records["France"]
    assert records["G2M"].endswith("total publié inconnu")
    assert records["MUCO-CFTR"].endswith(" ; 42 CRC connus sur 47 publiés (2018)")
    assert records["BRAIN-TEAM"].endswith(" ; 10 coordonnateurs connus sur 10 publiés (page non datée)")
    assert re.fullmatch(r"\d+ sites connus sur 88 publiés \(2023\)", records["RESPIFIL"])


@pytest.mark.parametrize(
    ("selection", "sparse"),
    [
        ({"filiere": "SENSGENE"}, True),  # 11 of 91
        ({"filiere": "RESPIFIL"}, False),  # 68 of 88
        ({"filiere": "MARIH"}, False),  # nobody published its number of sites
        ({"reseau": "neurosphinx-c-mavem"}, True),  # 5 of 34, by its own count
        ({}, True),  # 664 of 2,311 in France
    ],
)
def test_an_answer_that_rests_on_less_than_half_of_the_sites_is_told_apart(dataset, selection, sparse):
    found = sparse_knowledge(dataset, Selection(**selection))
    assert (found is not None) is sparse
    if found:
        known, published = found
        assert 0 <= known < published / 2


def test_the_kinds_counted_are_told_where_nobody_counted_the_whole(dataset):
    assert said(dataset, filiere="MUCO-CFTR").endswith(" ; 42 CRC connus sur 47 publiés (2018)")
    assert "CRC" not in said(dataset, filiere="RESPIFIL")


def test_a_region_is_told_by_its_own_count_and_by_its_parts_without_a_total(dataset):
    assert re.fullmatch(
        r"En Bretagne, toutes filières confondues : \d+ sites connus sur 141 publiés \(2024\)",
        plain(region_completeness(dataset, "53")),
    )
    assert "centres de référence connus sur 17 publiés" in plain(region_completeness(dataset, "27"))
    assert region_completeness(dataset, "11") == region_completeness(dataset, "") == ""


class CountsOfOneReseau:
    """A dataset in which one réseau of two has a published count of its expert sites: 1 known of 9."""

    def query(self, name, **_):
        counts = {"dont_label_en_cours": 0, "phrase": ""}
        if name == "filiere_of_scope":
            return pd.DataFrame({"filiere": ["RESPIFIL"]})
        if name == "completeness_of":
            return pd.DataFrame([{"poste": "expertise", "connus": 8, "publies": 10, **counts}])
        return pd.DataFrame(
            [
                {"nom": "A", "poste": "expertise", "connus": 1, "publies": 9, **counts},
                {"nom": "B", "poste": "competence", "connus": 3, "publies": 4, **counts},
            ]
        )


def test_one_reseau_of_two_with_a_count_does_not_stand_for_the_group():
    assert sparse_knowledge(CountsOfOneReseau(), Selection(groupe="g", niveau="expertise")) is None


def test_a_cautious_answer_begins_with_what_is_known():
    sentence = "En Lozère, la moitié des habitants sont à 2 h."
    assert cautious(sentence, None) == sentence
    assert plain(cautious(sentence, (11, 91))).startswith("D'après 11 des 91 sites publiés : en Lozère, la")
    assert plain(cautious(sentence, (0, 14))).startswith(
        "Sans connaître aucun des 14 sites publiés : en Lozère"
    )

"""Couverture, view « Sept critères »."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from rarecare.indicators.criteria_model import CRITERIA, Measure
from rarecare.ui.criteria import unit_text, value_text
from tests.app.conftest import Reader

Visit = Callable[..., Reader]
VIEW = "Sept critères"


def card(page: Reader, title: str) -> str:
    found = re.search(rf"<section[^>]*><h3>\d\. {re.escape(title)}</h3>.*?</section>", " ".join(page.html))
    assert found, title
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", " ", found[0]))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "choisissez un groupe de maladies et une région"),
        ({"groupe": "fabry"}, "choisissez une région"),
        ({"region": "76"}, "choisissez un groupe de maladies"),
        ({"filiere": "RESPIFIL", "region": "76"}, "choisissez un groupe de maladies"),
    ],
)
def test_what_is_missing_is_asked_for(visit: Visit, query: dict[str, str], words: str) -> None:
    page = visit("couverture", vue=VIEW, **query)
    assert page.block("rc-reponse").endswith(f"{words} dans les critères de la vue.")
    for title in CRITERIA.values():
        assert title in page.words


def test_the_seven_criteria_are_side_by_side(visit: Visit) -> None:
    page = visit("couverture", vue=VIEW, groupe="anomalies_developpement", region="76")
    answer = page.block("rc-reponse")
    assert answer.startswith("En Occitanie, environ ")
    assert "reste à renseigner" in answer
    for title in CRITERIA.values():
        card(page, title)
    assert "167 000 (100 000 à 300 000)" in card(page, "Prévalence et type de maladies")
    assert "non renseigné" in card(page, "Charge de la prise en charge")
    assert "87 %" in card(page, "Fréquence de recours")
    assert "toutes maladies rares" in card(page, "Fréquence de recours")
    caseload = card(page, "Taille de la file active")
    assert "File active observée non renseigné" in caseload
    assert "modélisé" in caseload


def test_regions_are_compared_and_every_number_has_its_source(visit: Visit) -> None:
    page = visit("couverture", vue=VIEW, groupe="mucoviscidose_cftr", region="53")
    assert "Comparaison des régions" in page.words
    tables = [block for block in page.html if "<table" in block]
    assert len(tables) == 2
    assert len(re.findall("<tr", tables[0])) == 19
    assert "class=rc-choisi><th>Bretagne" in tables[0]
    headers = re.findall(r"rc-tri\">(.*?)<", " ".join(tables))
    assert not [header for header in headers if "_" in header]


def test_a_group_without_a_published_prevalence_is_said_to_the_public(visit: Visit) -> None:
    page = visit("couverture", public_view=True, vue=VIEW, groupe="aplasies_medullaires", region="11")
    assert "on ne sait pas combien de personnes attendre" in page.block("rc-reponse")
    assert "À confirmer" not in page.words
    assert "modélisé" not in card(page, "Taille de la file active").replace("modélisé seulement", "")


def test_a_group_without_site_keeps_its_sheet(visit: Visit) -> None:
    page = visit(
        "couverture", vue=VIEW, groupe="fabry", region="76", provenance="a_confirmer", periode="2017-2022"
    )
    assert "aucun site" in page.block("rc-reponse").lower() or "0 site" in page.block("rc-reponse")
    assert "élargir" in card(page, "Organisation territoriale des soins")


def test_the_bar_asks_only_for_what_the_view_uses(visit: Visit) -> None:
    labels = {box.label for box in visit("couverture", vue=VIEW).app.selectbox}
    assert {"Filière", "Groupe de maladies", "Région"} <= labels
    assert not {"Indicateur", "Département"} & labels


@pytest.mark.parametrize(
    ("measure", "text", "unit"),
    [
        (
            Measure("c", "l", "France", "modele", "personnes", 120.4, 60, 300.6),
            "environ 120 (60 à 301)",
            "personnes",
        ),
        (
            Measure("c", "l", "France", "modele", "personnes", 4.24, 2, 9.96),
            "environ 4,2 (2,0 à 10,0)",
            "personnes",
        ),
        (Measure("c", "l", "France", "lu", "part", 87.0), "87 %", "%"),
        (Measure("c", "l", "France", "compte", "duree", float("inf")), "pas de route", "minutes"),
        (Measure("c", "l", "France", "compte", "taux", 243.96, 146.1, 438.4), "244 (146 à 438)", ""),
        (Measure("c", "l", "France", "lu", "taux", 2.1, unite="consultations"), "2,1", "consultations"),
        (Measure("c", "l", "France", "absent"), "non renseigné", ""),
    ],
)
def test_values_are_written_in_french(measure: Measure, text: str, unit: str) -> None:
    assert re.sub(r"[\u00a0\u202f]", " ", value_text(measure)) == text
    assert unit_text(measure) == unit


def test_patients_shared_among_few_known_sites_are_said_to_be_too_many(visit: Visit) -> None:
    few = visit("couverture", vue=VIEW, groupe="huntington_chorees", region="76")
    assert "sont sans doute trop élevés" in card(few, "Taille de la file active")
    enough = visit("couverture", vue=VIEW, groupe="hypertension_pulmonaire", region="76")
    assert "trop élevés" not in " ".join(enough.html)

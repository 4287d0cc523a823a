"""Every page, with full, empty, partial and restricted data, and with wrong values in the address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.frames import indicator_table
from rarecare.indicators.sheet import TerritorySheet
from rarecare.indicators.view import SelectionAccess
from rarecare.settings import Settings
from tests.app.conftest import ROOT, Reader

Visit = Callable[..., Reader]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
ENGLISH = re.compile(
    r"\b(the|of|and|with|click|loading|page not found|error|none|nan|null|true|false)\b", re.IGNORECASE
)


@pytest.mark.parametrize("slug", PAGES)
def test_every_page_answers_in_french_with_its_sources(visit: Visit, slug: str) -> None:
    page = visit(slug)
    assert page.block("rc-reponse").endswith(".")
    assert "Sources :" in page.words
    assert "Version des données" in page.words
    assert not ENGLISH.findall(re.sub(r"\S+://\S+", "", page.words))


@pytest.mark.parametrize("slug", PAGES)
def test_no_page_shows_a_raw_column_name(visit: Visit, slug: str) -> None:
    headers = re.findall(r"<th scope=\"col\".*?</th>", " ".join(visit(slug).html))
    assert not [header for header in headers if re.search(r">[a-z]+_[a-z_]+<", header)]


@pytest.mark.parametrize("slug", PAGES)
def test_every_page_says_what_to_do_when_nothing_is_built(visit: Visit, slug: str, tmp_path: Path) -> None:
    page = visit(slug, build_dir=tmp_path)
    assert "Aucun jeu de données n’est construit" in page.words
    assert "rarecare build" in page.words


def test_the_coverage_of_a_departement_is_that_of_the_command_line(
    visit: Visit, built_settings: Settings
) -> None:
    page = visit("couverture", filiere="RESPIFIL", departement="48", seuil="90")
    dataset = open_dataset(built_settings)
    table = indicator_table(SelectionAccess(dataset, Selection(filiere="RESPIFIL")), "departement")
    lozere = table.set_index("departement").loc["48"]
    minutes = 5 * int(lozere["temps_median_minutes"] / 5 + 0.5)
    written = f"{minutes // 60} h {minutes % 60:02d}" if minutes % 60 else f"{minutes // 60} h"
    answer = page.block("rc-reponse")
    assert answer.startswith(f"En Lozère, la moitié des habitants sont à {written} ou plus")
    share = round(100 * lozere["habitants_au_dela_90_minutes"] / lozere["population"])
    assert f"{share} %" in answer
    assert "68 sites connus sur 88 publiés" in page.words


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"filiere": "RESPIFOL"}, "« RESPIFOL » de l’adresse est inconnue pour « Filière »"),
        ({"departement": "2C"}, "« 2C » de l’adresse est inconnue pour « Département »"),
        ({"seuil": "-30"}, "« -30 » de l’adresse est inconnue pour « Seuil de trajet »"),
        ({"niveau": "<script>"}, "« <script> » de l’adresse est inconnue"),
        ({"indicateur": "bonheur"}, "« bonheur » de l’adresse est inconnue pour « Indicateur »"),
    ],
)
def test_a_wrong_value_in_the_address_is_named_and_ignored(
    visit: Visit, query: dict[str, str], sentence: str
) -> None:
    page = visit("couverture", **query)
    assert any(sentence in warning for warning in page.warnings), page.warnings
    assert " : en France, la moitié" in page.block("rc-reponse")


def test_a_selection_without_site_says_so(visit: Visit) -> None:
    page = visit("couverture", filiere="FILSLAN", public="enfant", provenance="a_confirmer", periode="sans")
    assert "Aucun centre labellisé pour enfants de la filière FILSLAN n’est connu de RareCare" in page.words
    assert "Choisir" in page.words


def test_the_directory_finds_the_sites_of_a_departement(visit: Visit) -> None:
    page = visit("annuaire", filiere="RESPIFIL", departement="69")
    assert re.match(
        r"\d+ sites labellisés connus de la filière RESPIFIL dans le Rhône", page.block("rc-reponse")
    )
    assert "Louis-Pradel" in page.words
    assert "Clermont-Ferrand" not in page.words


def test_the_public_never_sees_a_site_to_confirm(visit: Visit) -> None:
    page = visit("annuaire", public_view=True, provenance="tous")
    assert "à confirmer" not in page.block("rc-reponse")
    assert "À confirmer" not in page.words
    assert "Non daté" not in page.words


def test_the_method_page_defines_every_indicator(visit: Visit) -> None:
    from rarecare.indicators.registry import registry

    page = visit("methode")
    labels = {expander.label for expander in page.app.expander}
    assert {entry.meta.label for entry in registry().values()} <= labels
    assert "trajets de contrôle" in page.block("rc-reponse")


def test_regions_and_communes_are_one_click_away(visit: Visit) -> None:
    regions = visit("couverture", filiere="RESPIFIL", maille="region", region="76")
    assert regions.block("rc-reponse").startswith("En Occitanie")
    communes = visit("couverture", filiere="RESPIFIL", maille="commune", vue="Tableau")
    assert "premières lignes sur 34 917" in communes.words


def test_a_filter_can_change_while_a_tab_is_named_in_the_address(visit: Visit) -> None:
    page = visit("couverture", vue="Tableau", filiere="RESPIFIL")
    page.app.selectbox(key="rc_f_indicateur").set_value("temps_p90").run()
    assert not page.app.exception
    assert page.app.query_params["indicateur"] in ("temps_p90", ["temps_p90"])
    assert page.app.query_params["vue"] in ("Tableau", ["Tableau"])


@pytest.mark.parametrize("departement", ["2A", "971", "973", "976"])
def test_a_territory_without_any_road_to_a_site_has_its_sheet(visit: Visit, departement: str) -> None:
    page = visit("couverture", filiere="FILSLAN", niveau="expertise", departement=departement)
    assert "pas de route vers" in page.block("rc-reponse")
    assert "Aucune route ne relie ce territoire à un site" in page.words
    assert "Comparaison régionale" in page.words


def test_the_public_is_told_how_many_known_sites_are_left_out_and_where_the_rest_is(visit: Visit) -> None:
    page = visit("annuaire", public_view=True, filiere="MUCO-CFTR")
    shown = int(re.match(r"(\d+) site", page.block("rc-reponse")).group(1))
    assert "46 sites connus" in page.words
    assert f"{shown} montrés ici" in page.words
    assert any('href="https://www.muco-cftr.fr"' in block for block in page.html)
    assert "montrés ici" not in visit("annuaire", filiere="MUCO-CFTR").words


def test_an_answer_on_a_nearly_empty_list_says_so_first(visit: Visit) -> None:
    for page in (visit("couverture", filiere="SENSGENE"), visit("distance", filiere="SENSGENE")):
        assert page.block("rc-reponse").startswith("D’après 11 des 91 sites publiés : en France, ")


def test_the_chosen_indicator_is_in_the_answer_and_in_the_table(visit: Visit) -> None:
    asked = {"groupe": "hypertension_pulmonaire", "indicateur": "patients_attendus", "departement": "48"}
    page = visit("couverture", vue="Tableau", **asked)
    figure = r"environ [\d ,]+ \([\d ,]+ à [\d ,]+\)"
    label = r"Personnes concernées attendues \(modèle\)"
    assert re.search(rf"{label} : {figure} \(France : {figure}\)\.$", page.block("rc-reponse"))
    assert {"Personnes attendues, bas", "Personnes attendues, haut"} <= set(
        re.findall(r"Personnes attendues, (?:bas|haut)", page.words)
    )


def test_the_communes_of_a_departement_are_those_of_its_table(visit: Visit) -> None:
    page = visit("couverture", filiere="RESPIFIL", maille="commune", departement="48", vue="Tableau")
    table = next(block for block in page.html if "Indicateurs par territoire" in block)
    assert "Langogne" in table
    assert "Selonnet" not in table


def test_a_directory_without_a_site_here_leads_to_the_nearest_ones(visit: Visit) -> None:
    page = visit("annuaire", filiere="RESPIFIL", departement="48")
    link = next(block for block in page.html if "les plus proches" in block)
    assert 'href="/distance?filiere=RESPIFIL&amp;niveau=proximite&amp;departement=48"' in link


def test_a_departement_that_the_map_of_regions_does_not_use_is_said(visit):
    (sentence,) = visit("couverture", maille="region", departement="48").warnings
    assert "Lozère" in sentence
    assert "ne sert pas à cette vue" in sentence


def test_a_group_of_another_filiere_is_not_called_unknown(visit):
    (sentence,) = visit("couverture", filiere="MHEMO", groupe="hypertension_pulmonaire").warnings
    assert "n’appartient pas à la filière MHEMO" in sentence


@pytest.mark.parametrize(
    ("slug", "query"),
    [
        ("couverture", {"departement": "35"}),
        ("couverture", {"maille": "region", "region": "53"}),
        ("annuaire", {"departement": "29"}),
    ],
)
def test_an_answer_about_a_region_quotes_the_count_of_this_region(visit, slug, query):
    page = visit(slug, filiere="RESPIFIL", **query)
    assert "En Bretagne, toutes filières confondues" in page.words
    assert "sur 141 publiés (2024)" in page.words


def test_a_region_without_published_count_is_not_quoted(visit):
    assert "toutes filières confondues" not in visit("couverture", departement="48").words


def test_the_completeness_of_each_type_is_in_a_table_of_the_home_page(visit):
    page = visit("accueil")
    assert "MUCO-CFTR 1 3 4 42 sur 47 0" in page.words
    assert "BRAIN-TEAM 10 sur 10 20 30" in page.words


def test_the_sheet_of_a_departement_names_the_nearest_sites_and_who_is_beyond(visit, built_settings):
    page = visit("couverture", filiere="RESPIFIL", departement="48")
    nearest = page.words.split("Hôpitaux et sites de ces villes")[1].split("dans le territoire")[0]
    assert "CHU de Clermont-Ferrand Maladies respiratoires rares Centre de compétence" in nearest
    assert re.search(r"\d habitants à plus de 1 h 30", page.words)
    sheet = TerritorySheet(
        SelectionAccess(open_dataset(built_settings), Selection(filiere="RESPIFIL")), "departement", "48"
    )
    shares = sheet.shares_within()
    assert (shares["habitants"] + shares["au_dela"]).tolist() == pytest.approx([sheet.people] * len(shares))
    assert set(sheet.nearest_sites()["code_commune"]) == set(sheet.nearest_places()["code_commune"])


def test_the_regional_comparison_is_offered_on_a_map_with_the_outlines_of_its_rows(
    visit, monkeypatch, built_settings
):
    files = {}
    draw = st.download_button
    monkeypatch.setattr(
        st,
        "download_button",
        lambda label, data, **rest: (files.update({rest["file_name"]: data}), draw(label, data, **rest)),
    )
    visit("couverture", filiere="RESPIFIL", departement="48")
    features = json.loads(files["comparaison_76.geojson"]())["features"]
    placed = {feature["properties"]["nom"] for feature in features if feature["geometry"]}
    assert {"Lozère", "Occitanie"} <= placed
    assert "France entière" not in placed

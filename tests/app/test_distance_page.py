"""The page Distance without a browser: each view, empty selections, wrong addresses, the public view."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import shared_dataset
from rarecare.indicators.nearest_list import nearest_list
from rarecare.indicators.view import SelectionAccess
from rarecare.settings import Settings
from tests.app.conftest import Reader

Visit = Callable[..., Reader]
EMPTY = {"filiere": "FILSLAN", "provenance": "a_confirmer", "periode": "sans"}


def maps(page: Reader) -> list[str]:
    """Return what is sent to each map of the page."""
    return [json.loads(sent.proto.json_args)["feature_group"] for sent in page.app.get("component_instance")]


def pictures(page: Reader) -> list[str]:
    """Return the address of the picture of each map."""
    return [re.search(r"communes\.png\?([^\"]+)", sent)[1].replace("\\u0026", "&") for sent in maps(page)]


def minutes_in_words(minutes: float) -> str:
    rounded = 5 * int(minutes / 5 + 0.5)
    hours, rest = divmod(rounded, 60)
    return f"{hours} h {rest:02d}" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def test_the_first_view_is_the_map_of_times_of_france(visit: Visit) -> None:
    page = visit("distance")
    assert page.block("rc-reponse").startswith(
        "D’après 664 des 2 311 sites publiés : en France, la moitié des habitants sont à"
    )
    (picture,) = pictures(page)
    assert picture.startswith("mode=temps&v=")
    assert "pas de route" in page.words
    assert "Un site inconnu rallonge les temps affichés" in page.words


def test_the_answer_of_a_departement_has_the_national_median_beside(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL", departement="48", niveau="expertise")
    answer = page.block("rc-reponse")
    assert answer.startswith("En Lozère, la moitié des habitants sont à")
    assert "centre de référence ou CRC de la filière RESPIFIL" in answer
    assert "Médiane nationale :" in answer


def test_the_sheet_of_a_commune_has_its_three_nearest_sites(visit: Visit, built_settings: Settings) -> None:
    page = visit("distance", filiere="RESPIFIL", commune="48095")
    dataset = shared_dataset(built_settings)
    rows = nearest_list(SelectionAccess(dataset, Selection(filiere="RESPIFIL")), "48095", limit=3)
    sheet = page.block("rc-fiche")
    assert sheet.startswith("Mende Lozère · 12 500 habitants · code Insee 48095 Les 3 sites les plus proches")
    for row in rows.to_dict("records"):
        assert f"{minutes_in_words(row['minutes'])} {row['nom_etablissement']}" in sheet
        assert row["reseau"].replace("'", "’") in sheet
    assert "publié" in sheet
    assert '"nom": "Mende"' in maps(page)[0]


def test_a_city_cut_in_arrondissements_shows_that_of_its_town_hall(visit: Visit) -> None:
    assert visit("distance", commune="75056").block("rc-fiche").startswith("Paris 4e Arrondissement")


def test_a_commune_without_a_road_says_so_and_draws_no_line(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL", niveau="expertise", commune="97302")
    assert "pas de route" in page.block("rc-fiche")
    assert '"lines": []' in maps(page)[0]


def test_a_commune_reached_by_a_ferry_says_so(visit: Visit, built_settings: Settings) -> None:
    dataset = shared_dataset(built_settings)
    access = SelectionAccess(dataset, Selection(filiere="RESPIFIL"))
    states = dataset.matrix.etat(access.nearest_row.clip(0), range(len(dataset.communes)))
    code = next(
        str(dataset.communes.codes[rank])
        for rank, state in enumerate(states)
        if state == "bac" and access.nearest_row[rank] >= 0
    )
    assert "trajet avec un bac" in visit("distance", filiere="RESPIFIL", commune=code).block("rc-fiche")


def test_a_departement_without_any_road_is_said_in_words(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL", niveau="expertise", departement="973")
    answer = page.block("rc-reponse")
    assert answer.startswith("En Guyane, plus de la moitié des habitants n’ont pas de route vers un")


def test_the_search_of_a_commune_chooses_it_and_its_departement(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL")
    page.app.text_input(key="rc_commune_cherchee").set_value("mende").run()
    assert page.block("rc-fiche").startswith("Mende")
    assert page.app.query_params["commune"] in ("48095", ["48095"])
    assert page.block("rc-reponse").startswith("En Lozère")


def test_a_name_borne_by_several_communes_offers_them(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL")
    page.app.text_input(key="rc_commune_cherchee").set_value("Saint-Denis").run()
    labels = [button.label for button in page.app.button]
    assert {"Saint-Denis (93)", "Saint-Denis (974)"} <= set(labels)
    page.app.button(key="rc_commune_97411").click().run()
    assert "La Réunion" in page.block("rc-fiche")


def test_a_name_that_no_commune_bears_is_said(visit: Visit) -> None:
    page = visit("distance")
    page.app.text_input(key="rc_commune_cherchee").set_value("Xyzzy<b>").run()
    assert "Aucune commune ne s’appelle « Xyzzy<b> »" in page.words
    assert "<b>»" not in " ".join(page.html).replace("\u00a0", "")


def test_a_closed_sheet_leaves_the_departement(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL", commune="48095", departement="48")
    page.app.button(key="rc_fermer").click().run()
    assert "rc-fiche" not in " ".join(page.html)
    assert page.block("rc-reponse").startswith("En Lozère")


@pytest.mark.parametrize(
    ("volet", "tab", "key"),
    [
        ("temps", "Tableau", "onglet"),
        ("dependance", "Tableau", "onglet_d"),
        ("comparer", "Tableau", "onglet_c"),
    ],
)
def test_every_view_has_its_numbers_in_a_table_with_files(
    visit: Visit, volet: str, tab: str, key: str
) -> None:
    page = visit("distance", filiere="RESPIFIL", volet=volet, **{key: tab})
    tables = [block for block in page.html if "<table" in block]
    assert tables
    assert not re.findall(r">[a-z]+_[a-z_]+<", " ".join(tables))
    names = {element.proto.label for element in page.app.get("download_button")}
    assert {
        "CSV",
        "Excel",
        "Communes, CSV",
        "Communes, Excel",
        "Communes, Parquet",
        "Communes, GeoJSON",
    } <= names


@pytest.mark.parametrize("key", ["onglet", "onglet_d", "onglet_c"])
def test_every_view_tells_its_method(visit: Visit, key: str) -> None:
    volet = {"onglet": "temps", "onglet_d": "dependance", "onglet_c": "comparer"}[key]
    page = visit("distance", filiere="RESPIFIL", volet=volet, **{key: "Méthode"})
    assert "Définition :" in page.words
    assert "Réserve :" in page.words


def test_the_curve_of_the_population_compares_the_departement_with_france(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL", departement="48", onglet="Courbe")
    charts = [json.loads(element.proto.spec) for element in page.app.get("plotly_chart")]
    curves = next(chart["data"] for chart in charts if chart["data"][0]["type"] == "scatter")
    assert {curve["name"] for curve in curves} == {"France", "Lozère"}
    assert all(len(curve["x"]) == 301 for curve in curves)


def test_dependence_counts_who_has_one_place_only(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL", volet="dependance", seuil="90", departement="21")
    answer = page.block("rc-reponse")
    assert answer.startswith("Dans la Côte-d") or answer.startswith("En Côte-d")
    assert "n’ont qu’un seul lieu à moins de 1 h 30" in answer
    assert "mode=dependance&filiere=RESPIFIL&seuil=90&v=" in pictures(page)[0]


def test_the_map_without_a_place_answers_what_its_loss_costs(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL", volet="dependance", sans="21231")
    assert page.block("rc-reponse").startswith("Sans Dijon, ")
    assert "mode=sans&filiere=RESPIFIL&sans=21231&v=" in pictures(page)[0]
    assert "Temps ajouté si Dijon n’avait plus de site" in page.words


def test_a_click_on_a_place_taken_away_twice_comes_back_to_all_of_them(visit: Visit) -> None:
    page = visit("distance", filiere="RESPIFIL", volet="dependance")
    page.app.selectbox(key="rc_f_sans").set_value("21231").run()
    assert page.block("rc-reponse").startswith("Sans Dijon, ")
    page.app.selectbox(key="rc_f_sans").set_value("").run()
    assert page.block("rc-reponse").startswith("En France, ")


@pytest.mark.parametrize(
    ("query", "start", "modes"),
    [
        ({"comparer": "niveaux"}, "Du niveau expertise au niveau proximité de la filière RESPIFIL, la médiane",
         "mode=difference&filiere=RESPIFIL&niveau=expertise&filiere_b=RESPIFIL&v="),
        ({"comparer": "publics"}, "Des sites pour enfants aux sites pour adultes de la filière RESPIFIL, la médiane",
         "mode=difference&filiere=RESPIFIL&public=enfant&filiere_b=RESPIFIL&public_b=adulte&v="),
        ({"comparer": "filieres", "filiere_b": "OSCAR"}, "De la filière RESPIFIL à la filière OSCAR, la médiane",
         "mode=difference&filiere=RESPIFIL&filiere_b=OSCAR&v="),
        ({"comparer": "filieres"}, "De la filière RESPIFIL à toutes les filières, la médiane",
         "mode=difference&filiere=RESPIFIL&v="),
        ({"comparer": "periodes", "periode": "2023-2028"}, "Du label 2023-2028 au label 2017-2022 de la filière",
         "mode=difference&filiere=RESPIFIL&periode=2023-2028&filiere_b=RESPIFIL&periode_b=2017-2022&v="),
    ],
)  # fmt: skip
def test_each_comparison_draws_the_difference_and_both_sides(
    visit: Visit, query: dict[str, str], start: str, modes: str
) -> None:
    page = visit("distance", volet="comparer", filiere="RESPIFIL", **query)
    assert page.block("rc-reponse").startswith(start)
    drawn = pictures(page)
    assert len(drawn) == 3
    assert drawn[0].startswith(modes)
    assert drawn[1] != drawn[2]
    assert all(picture.startswith("mode=temps&") for picture in drawn[1:])
    assert "sites comparés" in page.words


def test_a_commune_is_told_on_both_sides_of_a_comparison(visit: Visit) -> None:
    page = visit("distance", volet="comparer", filiere="RESPIFIL", commune="48095")
    assert re.search(r"Niveau expertise \d h.* Niveau proximité \d h", page.block("rc-fiche"))


def test_a_selection_compared_with_itself_says_so(visit: Visit) -> None:
    page = visit("distance", volet="comparer", comparer="filieres", filiere="RESPIFIL", filiere_b="RESPIFIL")
    assert "Les deux sélections sont les mêmes" in page.words
    assert "Choisir une seconde sélection" in page.words
    assert not maps(page)


def test_two_selections_in_the_same_towns_say_that_no_time_changes(
    visit: Visit, built_settings: Settings
) -> None:
    dataset = shared_dataset(built_settings)
    for code in dataset.query("reseaux_choices")["code"]:
        rows = [
            SelectionAccess(dataset, Selection(reseau=code, public=public)).rows
            for public in ("enfant", "adulte")
        ]
        if rows[0].size and list(rows[0]) == list(rows[1]):
            break
    page = visit("distance", volet="comparer", comparer="publics", reseau=code)
    assert "Les deux sélections ont leurs sites dans les mêmes villes" in page.words
    assert not maps(page)


def test_an_empty_side_of_a_comparison_is_named(visit: Visit) -> None:
    page = visit("distance", volet="comparer", **EMPTY)
    assert "Aucun centre de référence ou CRC de la filière FILSLAN n’est connu" in page.words
    assert "Niveau expertise" in page.words
    assert not maps(page)


@pytest.mark.parametrize("volet", ["temps", "dependance"])
def test_an_empty_selection_says_what_to_widen_and_draws_nothing(visit: Visit, volet: str) -> None:
    page = visit("distance", volet=volet, **EMPTY)
    assert "Aucun centre labellisé de la filière FILSLAN n’est connu de RareCare" in page.words
    assert re.search(r"Choisir .* : \d+ sites? répond(ent)? alors", page.words)
    assert not maps(page)
    assert not page.app.get("plotly_chart")
    assert "rc-barres" not in "".join(page.html)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"commune": "99999"}, "« 99999 » de l’adresse est inconnue pour « Commune »"),
        ({"departement": "2C"}, "« 2C » de l’adresse est inconnue pour « Département »"),
        ({"seuil": "-30"}, "« -30 » de l’adresse est inconnue pour « Seuil de trajet »"),
        ({"seuil": "100000"}, "« 100000 » de l’adresse est inconnue pour « Seuil de trajet »"),
        ({"volet": "bonheur"}, "« bonheur » de l’adresse est inconnue pour « Vue »"),
        (
            {"volet": "dependance", "sans": "48095"},
            "« 48095 » de l’adresse est inconnue pour « La carte sans ce lieu »",
        ),
        ({"volet": "comparer", "comparer": "x"}, "« x » de l’adresse est inconnue pour « Comparer »"),
        ({"volet": "comparer", "filiere_b": "X"}, "« X » de l’adresse est inconnue pour « Seconde filière »"),
        (
            {"volet": "comparer", "periode_b": "1999"},
            "« 1999 » de l’adresse est inconnue pour « Seconde période »",
        ),
    ],
)
def test_a_wrong_value_in_the_address_is_named_and_ignored(
    visit: Visit, query: dict[str, str], sentence: str
) -> None:
    page = visit("distance", filiere="RESPIFIL", **query)
    assert any(sentence in warning for warning in page.warnings), page.warnings
    assert page.block("rc-reponse").endswith(".")
    assert maps(page)


@pytest.mark.parametrize("volet", ["temps", "dependance", "comparer"])
def test_the_public_only_sees_published_and_dated_sites(visit: Visit, volet: str) -> None:
    page = visit(
        "distance", public_view=True, filiere="RESPIFIL", provenance="tous", volet=volet, commune="48095"
    )
    assert all("provenance=publie_date" in picture for picture in pictures(page))
    assert "À confirmer" not in page.words
    assert "à confirmer" not in page.words
    assert "Provenance des données" not in {box.label for box in page.app.selectbox}

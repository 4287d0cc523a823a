"""Couverture, view « Inégalités »: what a planner reads, with every kind of selection and of wrong address."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.inequality_table import inequality_table
from rarecare.indicators.view import SelectionAccess
from rarecare.settings import Settings
from rarecare.ui.export import csv_bytes
from rarecare.ui.inequality import file_columns, shown_columns
from tests.app.conftest import Reader

Visit = Callable[..., Reader]
VIEW = "Inégalités"


def rows_of(page: Reader) -> list[list[str]]:
    """Cells of the table by density, as written."""
    table = next(block for block in page.html if "Inégalités de temps par densité" in block)
    rows = re.findall(r"<tr[^>]*><th>(.*?)(?=<tr|</tbody>)", table.partition("<tbody>")[2], re.DOTALL)
    return [[html.unescape(cell) for cell in row.split("<td>")] for row in rows]


def table_of(settings: Settings, **asked: Any) -> pd.DataFrame:
    access = SelectionAccess(open_dataset(settings), Selection(filiere="RESPIFIL"))
    return inequality_table(access, **asked)


def charts(page: Reader) -> list[str]:
    """Return the texts of the curves, then those of the bars."""
    alts = [element.proto.alt for element in page.app.get("plotly_chart")]
    bars = re.findall(r'class="rc-barres" role="img" aria-label="([^"]*)"', "".join(page.html))
    return [re.sub(r"[\u00a0\u202f]", " ", html.unescape(alt)) for alt in [*alts, *bars]]


def test_the_country_is_told_in_a_sentence_two_charts_and_a_table(
    visit: Visit, built_settings: Settings
) -> None:
    page = visit("couverture", vue=VIEW, filiere="RESPIFIL")
    answer = page.block("rc-reponse")
    assert re.match(
        r"En France, les 10 % d’habitants les plus éloignés d’un centre labellisé de la filière RESPIFIL font \d+ % du "
        r"temps de trajet de tous ; indice de Gini 0,\d\d \(.+\) ; dans les communes de moins de 30 habitants par km², "
        r"la moitié des habitants sont à .+ ou plus\.",
        answer,
    )
    lorenz, medians = charts(page)
    assert lorenz.startswith("Courbe de Lorenz du temps de trajet")
    assert medians.startswith("Temps médian selon les habitants par km²")
    expected = table_of(built_settings, interval=False)
    rows = rows_of(page)
    assert [row[0] for row in rows] == [
        "Moins de 30", "De 30 à 100", "De 100 à 300", "De 300 à 1 500", "1 500 ou plus", "Ensemble",
    ]  # fmt: skip
    assert [row[6] for row in rows] == [f"{value:.2f}".replace(".", ",") for value in expected["gini_indice"]]
    for words in ("Rapport de Palma", "Intervalle à 95 %", "Réserve", "Sources", "Copier le lien"):
        assert words in page.words


def test_a_territory_is_compared_to_the_country(visit: Visit) -> None:
    page = visit("couverture", vue=VIEW, filiere="RESPIFIL", departement="48")
    assert page.block("rc-reponse").startswith("En Lozère, ")
    lorenz, _ = charts(page)
    assert "Lozère, les 40 %" in lorenz
    assert "France, les 40 %" in lorenz
    assert page.block("rc-chiffres").count("France : ") == 4
    # No commune of Lozère has 1,500 inhabitants per km²: no row.
    assert "1 500 ou plus" not in [row[0] for row in rows_of(page)]


def test_a_region_is_chosen_on_a_map_of_regions(visit: Visit) -> None:
    page = visit("couverture", vue=VIEW, filiere="RESPIFIL", maille="region", region="76")
    assert page.block("rc-reponse").startswith("En Occitanie, ")


def test_expected_patients_may_count_instead_of_inhabitants(visit: Visit) -> None:
    page = visit("couverture", vue=VIEW, filiere="RESPIFIL", departement="48", ponderation="patients")
    assert "les 10 % de patients attendus les plus éloignés" in page.block("rc-reponse")
    assert re.search(r"indice de Gini 0,\d\d \(entre 0,\d\d et 0,\d\d à 95 %\)", page.block("rc-reponse"))
    assert "Patients attendus" in next(
        block for block in page.html if "par densité" in block and "<table" in block
    )
    assert page.warnings == []
    assert page.app.query_params["ponderation"] in ("patients", ["patients"])


def test_patients_that_cannot_be_expected_are_said_and_inhabitants_counted(visit: Visit) -> None:
    page = visit("couverture", vue=VIEW, ponderation="patients")
    assert len(page.warnings) == 1
    assert "Choisir l’un des trois. Les habitants sont comptés en attendant." in page.warnings[0]
    assert "les 10 % d’habitants" in page.block("rc-reponse")


def test_a_territory_without_any_road_says_so_and_draws_no_empty_chart(
    visit: Visit, built_settings: Settings
) -> None:
    access = SelectionAccess(open_dataset(built_settings), Selection(filiere="RESPIFIL", niveau="expertise"))
    cut_off = access.by("departement")
    code = next(
        code
        for code, share in zip(cut_off.partition.codes, cut_off.share_without_road, strict=True)
        if share == 1
    )
    page = visit("couverture", vue=VIEW, filiere="RESPIFIL", niveau="expertise", departement=code)
    assert "personne n’a de route vers un centre de référence ou CRC" in page.block("rc-reponse")
    assert charts(page) == []
    assert {row[6] for row in rows_of(page)} == {"n. d."}


def test_a_selection_without_site_says_what_to_change(visit: Visit) -> None:
    page = visit(
        "couverture", vue=VIEW, filiere="FILSLAN", public="enfant", provenance="a_confirmer", periode="sans"
    )
    assert "n’est connu de RareCare avec ces critères" in page.words
    assert "Comment lire ces chiffres" not in page.words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"ponderation": "surface"}, "La valeur « surface » de l’adresse est inconnue pour « Qui compte »"),
        ({"departement": "999"}, "La valeur « 999 » de l’adresse est inconnue pour « Département »"),
    ],
)
def test_a_wrong_address_is_named_and_the_country_told(
    visit: Visit, query: dict[str, str], words: str
) -> None:
    page = visit("couverture", vue=VIEW, filiere="RESPIFIL", **query)
    assert any(words in warning for warning in page.warnings), page.warnings
    assert page.block("rc-reponse").startswith("En France, les 10 % d’habitants")


def test_the_choice_is_drawn_in_this_view_only_and_what_it_does_not_use_is_not(visit: Visit) -> None:
    labels = {control.label for control in visit("couverture", vue=VIEW).app.segmented_control}
    assert "Qui compte" in labels
    elsewhere = visit("couverture").app
    assert "Qui compte" not in {control.label for control in elsewhere.segmented_control}
    boxes = {box.label for box in visit("couverture", vue=VIEW).app.selectbox}
    assert not boxes & {"Indicateur", "Seuil de trajet"}


def test_files_have_french_headings_and_both_ends_of_the_interval(built_settings: Settings) -> None:
    table = table_of(built_settings, maille="departement", code="48")
    columns = file_columns("tous", "habitants")
    assert set(columns) == set(table.columns)
    assert not [column.header for column in columns.values() if "_" in column.header]
    assert set(columns) - set(shown_columns("tous", "habitants")) == {
        "gini_indice_bas", "gini_indice_haut", "temps_des_plus_proches_pct",
    }  # fmt: skip
    rows = pd.read_csv(io.StringIO(csv_bytes(table, columns).decode("utf-8")))
    assert rows["gini_indice"].tolist() == pytest.approx(
        table["gini_indice"].tolist(), abs=0.00051, nan_ok=True
    )

"""Couverture, view « Lacunes »: what a planner reads, with every kind of selection and of wrong weights."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import pandas as pd
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.gaps import Weights, gap_table
from rarecare.indicators.view import SelectionAccess
from rarecare.settings import Settings
from rarecare.ui.export import csv_bytes
from rarecare.ui.gaps import file_columns
from tests.app.conftest import Reader

Visit = Callable[..., Reader]
SLIDERS = ("rc_poids_temps", "rc_poids_au_dela", "rc_poids_offre", "rc_poids_dependance")


def weights(page: Reader) -> tuple[int, ...]:
    return tuple(page.app.slider(key=key).value for key in SLIDERS)


def ranked(page: Reader) -> list[str]:
    """Names of the territories of the big table, in order."""
    table = next(block for block in page.html if "Lacunes par territoire" in block)
    return [html.unescape(name) for name in re.findall(r"<tr[^>]*><th>(.*?)<td>", table)]


def table_of(
    settings: Settings,
    maille: str = "departement",
    seuil: int = 60,
    four: Weights | None = None,
    **selection: str,
):
    access = SelectionAccess(open_dataset(settings), Selection(**selection))
    return gap_table(access, maille, weights=four or Weights(), seuil_minutes=seuil)


def test_the_screen_ranks_like_the_function(visit: Visit, built_settings: Settings) -> None:
    page = visit("couverture", vue="Lacunes", filiere="RESPIFIL", seuil="90", poids="40,30,20,10")
    table = table_of(built_settings, seuil=90, four=Weights(40, 30, 20, 10), filiere="RESPIFIL")
    assert ranked(page) == table["nom"].tolist()
    assert weights(page) == (40, 30, 20, 10)
    assert page.app.query_params["poids"] in ("40,30,20,10", ["40,30,20,10"])


def test_the_answer_names_those_without_a_road_then_the_three_largest_gaps(visit: Visit) -> None:
    answer = visit("couverture", vue="Lacunes", filiere="RESPIFIL").block("rc-reponse")
    assert "Guyane" in answer.split(";")[0]
    assert "n’ont pas de route vers un centre labellisé de la filière RESPIFIL" in answer
    assert re.search(r"les trois plus grandes lacunes sont : .+ \(.+\), .+ \(.+\) et .+ \(.+\)\.$", answer)


def test_each_part_is_shown_with_its_value_the_country_and_its_weight(
    visit: Visit, built_settings: Settings
) -> None:
    page = visit("couverture", vue="Lacunes", filiere="RESPIFIL", departement="48", poids="40,30,20,10")
    detail = next(block for block in page.html if "Les quatre parties du score" in block)
    row = (
        table_of(built_settings, four=Weights(40, 30, 20, 10), filiere="RESPIFIL")
        .set_index("nom")
        .loc["Lozère"]
    )
    for words in (
        "Temps médian",
        "Habitants à plus de",
        "Offre à portée",
        "Sans second lieu",
        "France",
        "Contribution",
    ):
        assert words in detail
    plain = re.sub(r"[\u00a0\u202f]", " ", detail)
    for share in ("40 %", "30 %", "20 %", "10 %"):
        assert share in plain
    assert f"{row['contribution_temps']:.1f}".replace(".", ",") in plain
    assert "1 h 55" in plain


def test_regions_are_ranked_when_the_map_is_of_regions(visit: Visit, built_settings: Settings) -> None:
    page = visit("couverture", vue="Lacunes", filiere="RESPIFIL", maille="region")
    assert ranked(page) == table_of(built_settings, "region", filiere="RESPIFIL")["nom"].tolist()
    assert len(ranked(page)) == 18


def test_a_group_without_prevalence_has_gaps_all_the_same(visit: Visit) -> None:
    # Gaps are about people, not about patients: no prevalence is needed.
    page = visit("couverture", vue="Lacunes", groupe="craniostenoses", public_view=True)
    assert "Toutes les lacunes" in page.words


def test_a_selection_without_site_says_what_to_change(visit: Visit) -> None:
    page = visit(
        "couverture",
        vue="Lacunes",
        filiere="FILSLAN",
        public="enfant",
        provenance="a_confirmer",
        periode="sans",
    )
    assert "n’est connu de RareCare avec ces critères" in page.words
    assert "Choisir" in page.words
    assert "Toutes les lacunes" not in page.words


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0,0,0,0", "Les quatre poids sont nuls"),
        ("40,30", "Poids illisibles : « 40,30 »"),
        ("<b>,1,1,1", "Poids illisibles : « <b>,1,1,1 »"),
        ("500,1,1,1", "Un poids est hors limites"),
    ],
)
def test_wrong_weights_are_named_and_equal_ones_used(visit: Visit, text: str, sentence: str) -> None:
    page = visit("couverture", vue="Lacunes", filiere="RESPIFIL", poids=text)
    assert any(sentence in warning.replace("’", "'") for warning in page.warnings), page.warnings
    assert ranked(page) == ranked(visit("couverture", vue="Lacunes", filiere="RESPIFIL"))
    assert "poids" not in page.app.query_params


def test_a_slider_changes_the_ranking_and_the_address(visit: Visit, built_settings: Settings) -> None:
    page = visit("couverture", vue="Lacunes", filiere="RESPIFIL")
    before = ranked(page)
    for key in SLIDERS[1:]:
        page.app.slider(key=key).set_value(0)
        page.app.run()
    assert not page.app.exception
    only_time = table_of(built_settings, four=Weights(25, 0, 0, 0), filiere="RESPIFIL")["nom"].tolist()
    assert ranked(page) == only_time != before
    assert page.app.query_params["poids"] in ("25,0,0,0", ["25,0,0,0"])


def test_sliders_all_at_zero_say_so_and_stay_where_they_are(visit: Visit) -> None:
    page = visit("couverture", vue="Lacunes", filiere="RESPIFIL")
    for key in SLIDERS:
        page.app.slider(key=key).set_value(0)
        page.app.run()
    assert any("Les quatre poids sont nuls" in warning for warning in page.warnings)
    assert weights(page) == (0, 0, 0, 0)
    page.app.slider(key=SLIDERS[0]).set_value(50)
    page.app.run()
    assert page.warnings == []
    assert weights(page) == (50, 0, 0, 0)


def test_the_public_view_keeps_published_sites_only(visit: Visit, built_settings: Settings) -> None:
    page = visit("couverture", public_view=True, vue="Lacunes", filiere="RESPIFIL", provenance="tous")
    published = table_of(built_settings, filiere="RESPIFIL", provenance="publie_date")
    assert ranked(page) == published["nom"].tolist()


def test_the_indicator_is_not_asked_for_where_it_changes_nothing(visit: Visit) -> None:
    assert "Indicateur" not in [box.label for box in visit("couverture", vue="Lacunes").app.selectbox]
    assert "Indicateur" in [box.label for box in visit("couverture").app.selectbox]


def test_files_hold_everything_the_score_is_made_of(built_settings: Settings) -> None:
    table = table_of(built_settings, filiere="RESPIFIL").assign(seuil_minutes=60)
    columns = file_columns(60)
    # The code is put first by the files themselves.
    assert set(table.columns) - set(columns) == {"departement"}
    headers = [column.header for column in columns.values()]
    assert len(set(headers)) == len(headers)
    assert not [header for header in headers if "_" in header]


def test_the_csv_has_the_codes_and_the_per_cent_of_the_command_line(built_settings: Settings) -> None:
    table = table_of(built_settings, filiere="RESPIFIL").assign(seuil_minutes=60)
    text = csv_bytes(table, file_columns(60)).decode("utf-8")
    rows = pd.read_csv(io.StringIO(text), dtype={"departement": str}).set_index("departement")
    expected = table.set_index("departement")
    assert rows.index.tolist() == expected.index.tolist()
    for name in (name for name in expected if name.endswith("_pct")):
        assert rows[name].tolist() == pytest.approx(expected[name].tolist(), abs=0.051, nan_ok=True)
    assert rows["part_au_dela_pct"].max() > 1

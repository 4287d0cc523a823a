"""Files actives: nothing supplied, supplied, partly supplied, hidden; wrong values in the address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rarecare.settings import Settings
from rarecare.ui.files_actives import TABS
from tests.app.conftest import ROOT, Reader
from tests.observed_data import GRENOBLE, NANTES, RENNES, Row, planted

Visit = Callable[..., Reader]
ROWS: list[Row] = [
    (NANTES, "tous", 2024, "total", "tous", "tous", 1090),
    (NANTES, "tous", 2025, "total", "tous", "tous", 1100),
    (NANTES, "tous", 2025, "total", "enfant", "tous", 770),
    (NANTES, "tous", 2025, "total", "adulte", "tous", 330),
    (NANTES, "tous", 2025, "telemedecine", "tous", "tous", 275),
    (NANTES, "tous", 2025, "total", "tous", "44", 660),
    (NANTES, "tous", 2025, "total", "tous", "35", 440),
    (GRENOBLE, "tous", 2025, "total", "tous", "tous", 23),
    (RENNES, "tous", 2025, "total", "tous", "tous", 9),
]
PAGE = "files_actives"


@pytest.fixture(scope="session")
def supplied(built_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the build folder of a version with three files actives."""
    return planted(built_settings, tmp_path_factory.mktemp("fournies"), ROWS).build_dir


def table(page: Reader, caption: str) -> str:
    block = next(html for html in page.html if f"<caption>{caption}</caption>" in html)
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", " ", block.replace("<td>", " | ")))


def test_without_any_file_the_page_says_so_and_offers_the_template(visit: Visit) -> None:
    page = visit(PAGE)
    assert page.block("rc-reponse").startswith("En France, aucune file active observée n’est connue")
    assert "aucun fichier n’a été importé" in page.words
    labels = [button.proto.label for button in page.app.get("download_button")]
    assert "Modèle : file active par centre" in labels
    assert "Choisir une filière" in page.words


@pytest.mark.parametrize(("screen_imports", "offered"), [("oui", True), ("non", False)])
def test_the_import_is_offered_where_the_screen_takes_files(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, screen_imports: str, offered: bool
) -> None:
    monkeypatch.setenv("RARECARE_SCREEN_IMPORTS", screen_imports)
    assert ("Importer un fichier" in visit(PAGE).block("rc-note")) is offered


def test_what_is_expected_is_labelled_as_modelled_with_its_range(visit: Visit) -> None:
    page = visit(PAGE, filiere="RESPIFIL")
    assert re.search(
        r"le modèle en attend environ [\d ]+ \([\d ]+ à [\d ]+\) patients", page.block("rc-reponse")
    )
    assert "Patients suivis, attendu (modélisé)" in page.words
    monitor = table(page, "Position de chaque site, attendu (modélisé)")
    assert "Attendu (modélisé)" in monitor
    assert "Incertain" in monitor


@pytest.mark.parametrize("query", [{}, {"filiere": "RESPIFIL", "maille": "region", "region": "52"}])
def test_every_view_answers_without_a_file(visit: Visit, query: dict[str, str]) -> None:
    page = visit(PAGE, **query)
    for tab in TABS:
        page.app.query_params["vue"] = tab
        del page.app.session_state["vue"]
        page.app.run()
        assert not page.app.exception, tab
        assert page.block("rc-reponse").endswith(".")
        assert not re.search(r"\bnan\b|None|NaN|<NA>", page.words), tab


def test_the_public_is_offered_no_import(visit: Visit) -> None:
    page = visit(PAGE, public_view=True)
    assert "Aucune file active observée" in page.words
    assert not [button for button in page.app.get("download_button") if "Modèle" in button.proto.label]
    assert "Importer" not in page.words


def test_the_answer_counts_patients_hidden_counts_and_silent_sites(visit: Visit, supplied: Path) -> None:
    answer = visit(PAGE, build_dir=supplied, filiere="RESPIFIL").block("rc-reponse")
    assert answer.startswith(
        "En France, en 2025, 3 centres labellisés de la filière RESPIFIL sur 68 ont fourni leur file active"
    )
    assert "1 123 patients dans les 2 effectifs montrés (un patient de deux sites compte deux fois)" in answer
    assert "1 effectif est masqué" in answer
    assert "65 sites n’ont rien fourni" in answer


def test_the_monitor_shows_small_counts_as_such(visit: Visit, supplied: Path) -> None:
    page = visit(PAGE, build_dir=supplied, filiere="RESPIFIL")
    monitor = table(page, "Position de chaque site")
    assert re.search(
        r"CHU de Rennes \| Rennes \|[^|]+\| Centre de compétence \| ≤10 \| 25 \| Au-dessous", monitor
    )
    assert re.search(r"CHU Grenoble Alpes \|[^|]+\|[^|]+\|[^|]+\| 23 \| 25 \| Proche du seuil", monitor)
    assert re.search(r"CHU de Nantes \|[^|]+\|[^|]+\|[^|]+\| 1 100 \| 25 \| Au-dessus", monitor)
    assert "non fourni | 25 | Non fourni" in monitor


@pytest.mark.parametrize(
    ("tab", "query", "words"),
    [
        ("Par centre", {}, "1 100 770 330 non fourni 275"),
        ("Par réseau ou territoire", {"axe": "region"}, "Pays de la Loire 1 100"),
        ("Par réseau ou territoire", {"axe": "groupe"}, "Files actives par groupe de maladies"),
        ("Évolution", {}, "Patients du seul site dont la file active est montrée chaque année"),
        ("Enfants et adultes", {}, "70 %"),
        ("Observé et attendu", {}, "Observé ÷ attendu"),
        ("Flux", {"departement": "35"}, "Où vont les patients du territoire Ille-et-Vilaine"),
        ("Flux", {"centre": NANTES}, "Loire-Atlantique 660 60 %"),
        ("Concentration", {}, "Indice de concentration des sites"),
        ("Méthode", {}, "Herfindahl-Hirschman"),
    ],
)
def test_every_view_shows_what_was_supplied(
    visit: Visit, supplied: Path, tab: str, query: dict[str, str], words: str
) -> None:
    page = visit(PAGE, build_dir=supplied, vue=tab, filiere="RESPIFIL", **query)
    assert words in page.words
    assert not re.search(r"\bnan\b|None|NaN|<NA>", page.words)


HIDDEN: list[Row] = [
    (NANTES, "tous", 2025, "total", "tous", "tous", 188),
    (NANTES, "tous", 2025, "total", "enfant", "tous", 188),
    (NANTES, "tous", 2025, "total", "adulte", "tous", 0),
    (NANTES, "tous", 2025, "total", "tous", "44", 88),
    (NANTES, "tous", 2025, "total", "tous", "35", 40),
    (GRENOBLE, "tous", 2025, "total", "tous", "tous", 212),
    (GRENOBLE, "tous", 2025, "total", "enfant", "tous", 6),
    (GRENOBLE, "tous", 2025, "total", "adulte", "tous", 206),
    (RENNES, "tous", 2025, "total", "tous", "tous", 9),
    (RENNES, "tous", 2025, "total", "tous", "35", 9),
]


@pytest.fixture(scope="session")
def hidden(built_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the build folder of a version whose secret hides an age, a flow and a whole territory."""
    return planted(built_settings, tmp_path_factory.mktemp("masquees"), HIDDEN).build_dir


def test_ages_hidden_on_a_site_give_bounds_and_not_a_share_of_the_other_sites(
    visit: Visit, hidden: Path
) -> None:
    page = visit(PAGE, build_dir=hidden, filiere="RESPIFIL", vue="Enfants et adultes")
    assert "Enfants de 47 à 50 % Sur 2 sites qui le disent, dont 1 masqué" in page.words
    assert "Adultes de 50 à 53 % Sur 2 sites qui le disent, dont 1 masqué" in page.words


def test_a_hidden_leakage_is_written_with_its_bounds_alone(visit: Visit, hidden: Path) -> None:
    page = visit(PAGE, build_dir=hidden, filiere="RESPIFIL", vue="Flux")
    leaks = table(page, "Fuite hors de la région, par territoire de résidence")
    assert re.search(r"Ille-et-Vilaine.* \| de 80 à 98 % \| de 2 à 20 %", leaks)
    assert "environ" not in leaks
    assert "Masqué (bornes à plus de 10 points)" in page.words


def test_a_territory_whose_counts_are_hidden_is_hatched_and_not_in_the_lowest_class(
    visit: Visit, supplied: Path, hidden: Path
) -> None:
    for folder in (supplied, hidden):
        page = visit(PAGE, build_dir=folder, filiere="RESPIFIL")
        legend = next(
            html for html in page.html if "Patients suivis en 2025" in html and "rc-classes" in html
        )
        assert '<i class="rc-hachure"></i>Masqué' in legend


def test_years_are_names_on_the_axis(visit: Visit, supplied: Path) -> None:
    page = visit(PAGE, build_dir=supplied, filiere="RESPIFIL", vue="Évolution")
    spec = json.loads(page.app.get("plotly_chart")[0].proto.spec)
    assert spec["layout"]["xaxis"]["type"] == "category"
    assert spec["data"][0]["x"] == ["2024", "2025"]


@pytest.mark.parametrize(
    "query", [{}, {"filiere": "RESPIFIL"}, {"filiere": "RESPIFIL", "niveau": "expertise"}]
)
def test_the_minimum_says_how_many_sites_have_none(visit: Visit, query: dict[str, str]) -> None:
    words = visit(PAGE, vue="Seuil minimal", **query).words
    assert re.search(r"[\d ]+ sites? sur [\d ]+ sans seuil minimal", words)


def test_a_territory_without_a_file_says_so_among_others(visit: Visit, supplied: Path) -> None:
    page = visit(PAGE, build_dir=supplied, filiere="RESPIFIL", departement="69")
    assert page.block("rc-reponse").startswith(
        "Dans le Rhône, aucune file active observée n’est connue en 2025"
    )
    assert "Files actives fournies (fichiers importés)" in page.words


def test_another_year_is_one_choice_away(visit: Visit, supplied: Path) -> None:
    answer = visit(PAGE, build_dir=supplied, filiere="RESPIFIL", annee="2024").block("rc-reponse")
    assert answer.startswith("En France, en 2024, 1 centre labellisé")
    assert "1 090 patients" in answer


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ({"annee": "1789"}, "Année"), ({"axe": "<script>"}, "Regrouper par"), ({"centre": "nulle-part"}, "Centre"),
        ({"maille": "commune"}, "Maille"), ({"filiere": "RESPIFOL"}, "Filière"),
    ],
)  # fmt: skip
def test_a_wrong_value_in_the_address_is_named_and_ignored(
    visit: Visit, supplied: Path, query: dict[str, str], label: str
) -> None:
    page = visit(PAGE, build_dir=supplied, vue="Flux", **query)
    assert any(f"inconnue pour « {label} »" in warning for warning in page.warnings), page.warnings
    assert page.block("rc-reponse").startswith("En France")


def test_an_unknown_view_opens_the_first(visit: Visit) -> None:
    assert "Seuil minimal de patients par an" in visit(PAGE, vue="Rien").words


def test_a_selection_without_site_says_so(visit: Visit) -> None:
    page = visit(PAGE, filiere="FILSLAN", public="enfant", provenance="a_confirmer", periode="sans")
    assert "Aucun centre labellisé pour enfants de la filière FILSLAN n’est connu de RareCare" in page.words


def test_a_group_without_a_known_prevalence_says_it(visit: Visit) -> None:
    page = visit(PAGE, public_view=True, groupe="aplasies_medullaires")
    assert "les patients attendus ne sont pas connus non plus" in page.block("rc-reponse")


def test_made_up_data_puts_a_banner_on_every_page(
    visit: Visit, built_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = planted(built_settings, tmp_path_factory.mktemp("fictif"), ROWS[:2], provenance="fictif")
    for page in sorted((ROOT / "pages").glob("*.py")):
        assert "Données fictives" in visit(page.stem, build_dir=settings.build_dir).block("rc-fictif")
    assert "rc-fictif" not in " ".join(visit(PAGE).html)

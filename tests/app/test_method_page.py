"""Méthode: engine, completeness, references, and the last comparison of two engines."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rarecare.cli import main
from rarecare.dataset.attributions import ATTRIBUTIONS
from rarecare.dataset.engine_comparison import DIRECTORY
from rarecare.settings import Settings
from rarecare.territory.search import plain
from rarecare.ui.method_engine import COMPLETENESS, REFERENCES
from tests.app.conftest import Reader
from tests.observed_data import planted

Visit = Callable[..., Reader]


@pytest.fixture
def build_dir(built_settings: Settings, tmp_path: Path) -> Path:
    """Return a build folder of our own, whose version is that of the session."""
    (tmp_path / "versions").symlink_to(built_settings.build_dir / "versions")
    shutil.copy(built_settings.build_dir / "CURRENT", tmp_path)
    return tmp_path


def test_the_engine_the_completeness_and_the_references_are_shown(visit: Visit) -> None:
    page = visit("methode")
    assert "Moteur des temps de trajet Graphe de communes" in page.words
    assert "Vitesse locale en ville dense 30 km/h" in page.words
    assert all(doi in page.words for *_, doi in REFERENCES)
    assert COMPLETENESS[0] in page.words


def test_hypotheses_and_regional_modifiers_are_shown_with_their_reasons(visit: Visit) -> None:
    page = visit("methode")
    assert "Poids d’un site selon son type" in page.words
    assert "Une naissance sur 3 268 en Bretagne" in page.words


def test_the_public_sees_published_modifiers_only(visit: Visit) -> None:
    assert (
        "connaissance générale"
        not in visit("methode", public_view=True)
        .words.split("Modificateurs régionaux")[1]
        .split("Exactitude")[0]
    )


def test_without_any_comparison_the_page_says_how_to_make_one(visit: Visit, build_dir: Path) -> None:
    page = visit("methode", build_dir=build_dir)
    assert "Aucune comparaison n’a été faite" in page.words
    assert "rarecare compare-engines" in page.words


def test_the_last_comparison_is_shown_and_a_damaged_one_leaves_the_rest_of_the_page(
    visit: Visit, build_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RARECARE_BUILD_DIR", str(build_dir))
    assert main(["compare-engines", "--with", "graphe", "--format", "json"]) == 0
    page = visit("methode", build_dir=build_dir)
    assert "graphe de communes (en service) et graphe de communes" in page.words
    assert "la moitié diffèrent de 0,0 minutes ou plus" in page.words
    assert "Écarts entre les deux moteurs, par département de départ" in page.words
    (build_dir / DIRECTORY / "communes.csv").unlink()
    (build_dir / DIRECTORY / "comparaison.json").touch()
    damaged = visit("methode", build_dir=build_dir)
    assert "La dernière comparaison de moteurs est illisible" in damaged.words
    assert "Références des méthodes" in damaged.words


def test_sources_count_the_rows_of_the_version_in_force(
    visit: Visit, built_settings: Settings, tmp_path: Path
) -> None:
    rows = [
        ("oscar-cap--chu-de-rouen", "tous", year, "total", "tous", "tous", 120) for year in (2023, 2024, 2025)
    ]
    imported = planted(built_settings, tmp_path, rows)
    page = visit("methode", build_dir=imported.build_dir)
    assert "File active des centres 3 " in page.words.split(" de la version en vigueur")[1]


def test_sources_name_the_territory_files_with_their_producers_and_dates(visit: Visit) -> None:
    sources = visit("methode").words.split(" de la version en vigueur")[1]
    assert (
        "Communes et arrondissements municipaux : population, point, surface, densité 34 917 Découpage"
        in sources
    )
    assert "Etalab (DINUM), d’après l’Insee" in sources
    assert "publié le 9 mars 2026, obtenu le 21 novembre 2026" in sources
    assert "d’après l’IGN, l’Insee et l’annuaire du service public (publié en octobre 2026" in sources


def test_the_accuracy_is_said_to_be_almost_blind_only_as_in_the_documentation(
    visit: Visit, repository: Path
) -> None:
    told = "presque aveugles"
    assert told in (repository / "docs" / "exactitude.md").read_text(encoding="utf-8")
    assert told in visit("methode").words.split("Exactitude des temps de trajet")[1]


def test_the_texts_that_licences_require_are_those_of_the_data_on_every_screen(
    visit: Visit, repository: Path
) -> None:
    licence = (repository / "data" / "LICENCE.md").read_text(encoding="utf-8")
    required = re.findall(r"^> (.+)$", licence, flags=re.MULTILINE)
    assert required == [attribution.text for attribution in ATTRIBUTIONS]
    shown = visit("donnees").block("rc-pied")
    assert [text for text in required if plain(text) not in plain(shown)] == []
    sources = (
        visit("methode").words.split("de la version en vigueur")[1].split("Chiffres nationaux Lus sur")[0]
    )
    assert [text for text in required if plain(text) not in plain(sources)] == []

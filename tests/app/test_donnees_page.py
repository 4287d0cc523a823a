"""Données: tables and their files, the import of a reader's file step by step, versions and the way back."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from rarecare.dataset import versions
from rarecare.dataset.imports.draft import problems_frame
from rarecare.dataset.imports.history import list_versions
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import load_package
from rarecare.disclosure.gate import Reader
from rarecare.errors import Problem
from rarecare.settings import Settings
from rarecare.ui import donnees_versions
from rarecare.ui.donnees_files import table_bytes, version_package
from rarecare.ui.donnees_problems import problem_words, shown_columns
from rarecare.ui.donnees_tables import columns_of, preview_frame, shown_rows
from rarecare.ui.export import FORMATS
from rarecare.ui.start import Context
from rarecare.ui.table import table_html
from tests.app.conftest import Reader as Page
from tests.building import copy_of_build

Visit = Callable[..., Page]
SMALL = 7
HEADINGS = ["Réseau", "Hôpital", "Ville", "Année", "File active"]
CENTRES = (
    ("Maladies pulmonaires rares", "AP-HP – Hôpital Tenon", "Paris", "2024", "1 240"),
    ("Maladies pulmonaires rares", "CHRU de Tours", "Tours", "2024", str(SMALL)),
    ("Maladies pulmonaires rares", "CHU de Rennes", "Rennes", "2024", "312"),
)


def written(
    rows: tuple[tuple[str, ...], ...], *, headings: list[str] = HEADINGS, encoding: str = "cp1252"
) -> bytes:
    """Return a file as a French spreadsheet writes it."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows([headings, *rows])
    return buffer.getvalue().encode(encoding)


@pytest.fixture
def own(built_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings whose build and imports may be changed."""
    settings = replace(copy_of_build(built_settings, tmp_path / "build"), imports_dir=tmp_path / "imports")
    monkeypatch.setenv("RARECARE_IMPORTS_DIR", str(settings.imports_dir))
    return settings


@pytest.fixture
def drop(visit: Visit, built_settings: Settings) -> Callable[..., Page]:
    """Return a function that opens the import of a table and drops a file there."""

    def drop_file(
        content: bytes,
        *,
        name: str = "fichier.csv",
        table: str = "file_active",
        settings: Settings = built_settings,
    ) -> Page:
        page = visit("donnees", build_dir=settings.build_dir, vue="Importer", table=table)
        page.app.file_uploader[0].set_value((name, content, "application/octet-stream"))
        page.app.run()
        assert not page.app.exception, page.app.exception
        return page

    return drop_file


def buttons(page: Page) -> list[str]:
    return [button.label for button in page.app.button]


def unfold(page: Page, key: str) -> None:
    page.app.session_state[key] = True
    page.app.run()
    assert not page.app.exception, page.app.exception


def key_figures(page: Page) -> str:
    return page.block("rc-chiffres")


def fill_and_apply(page: Page, *, who: str = "A. Martin", why: str = "Rapport 2024") -> None:
    page.app.text_input(key="rc_qui").set_value(who)
    page.app.text_input(key="rc_pourquoi").set_value(why)
    click(page, "Appliquer cet import")


def click(page: Page, label: str) -> None:
    next(button for button in page.app.button if button.label == label).click().run()
    assert not page.app.exception, page.app.exception


def imports_of(settings: Settings) -> list[Path]:
    return sorted(settings.imports_dir.glob("*/import.json"))


def test_every_table_is_listed_with_its_rows_and_where_it_comes_from(
    visit: Visit, built_settings: Settings
) -> None:
    page = visit("donnees")
    for table in load_package(built_settings.data_dir).tables:
        assert table.title.replace("'", "’") in page.words.replace("'", "’")
    assert "Centres labellisés 751 21 novembre 2026 publié" in page.words
    assert "Licence Ouverte 2.0" in page.words
    assert "aucun fichier n’y a été importé" in page.block("rc-reponse")


def test_the_table_of_the_address_is_shown_and_an_unknown_one_is_told(visit: Visit) -> None:
    shown = visit("donnees", table="filieres")
    assert shown.app.selectbox(key="rc_table_vue").value == "filieres"
    assert shown.warnings == []
    told = visit("donnees", table="<script>")
    assert told.app.selectbox(key="rc_table_vue").value == "centres"
    assert "La valeur « <script> » de l’adresse est inconnue" in told.warnings[0]


def test_every_table_can_be_written_on_screen(built_settings: Settings) -> None:
    dataset = open_dataset(built_settings)
    for table in load_package(built_settings.data_dir).tables:
        rows = preview_frame(table, shown_rows(dataset, table.name, Reader(), public=True))
        assert list(rows.columns) == table.columns
        drawn = table_html(rows, columns_of(table, rows), caption=table.title)
        assert not re.search(r">(nan|None|<NA>|&lt;NA&gt;|NaT)<", drawn), table.name


def test_an_empty_table_says_so_and_offers_its_template(visit: Visit) -> None:
    page = visit("donnees", table="moyens")
    assert "Cette table n’a encore aucune ligne" in page.words
    assert "Modèle à remplir (Excel)" in [button.label for button in page.app.get("download_button")]


def test_an_unknown_view_opens_the_tables(visit: Visit) -> None:
    assert "Toutes les tables" in visit("donnees", vue="Nimporte").words


def test_the_public_sees_published_rows_and_has_no_import_nor_comparison(visit: Visit) -> None:
    page = visit("donnees", public_view=True)
    assert "Importer" not in [tab.label for tab in page.app.tabs]
    assert re.search(r"publié \d+ \(100 %\)", page.words)
    assert not re.search(r"à confirmer \d", page.words)
    assert "À confirmer" not in page.words
    assert "Exceptions décidées" not in page.words
    refused = visit("donnees", public_view=True, vue="Importer", table="file_active")
    assert "Cette table n’a aucune ligne publiée" in refused.words
    assert "Toutes les tables" in refused.words
    assert len(refused.app.get("file_uploader")) == 0
    listed = visit("donnees", public_view=True, vue="Versions")
    assert "Versions des données" in listed.words
    assert "Comparer" not in listed.words
    assert "Revenir" not in listed.words


def test_settings_may_close_the_import(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RARECARE_SCREEN_IMPORTS", "non")
    page = visit("donnees", vue="Importer")
    assert [tab.label for tab in page.app.tabs] == ["Tables", "Versions"]
    assert "Revenir à une version" not in visit("donnees", vue="Versions").words


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", "page-html"),
        (b"", "fichier-vide"),
        (b"%PDF-1.7 ...", "document-pdf"),
        (b"Centre;Patients\nx;=1+1\n", "formule"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_precise_reason(
    drop: Callable[..., Page], content: bytes, rule: str
) -> None:
    page = drop(content)
    assert "Ce fichier ne peut pas être lu" in page.words
    assert rule in page.words
    assert "Faire correspondre les colonnes" not in page.words
    assert "Appliquer cet import" not in buttons(page)


def test_all_the_faults_of_the_rows_are_told_at_once_and_nothing_can_be_applied(
    drop: Callable[..., Page],
) -> None:
    rows = (
        ("Maladies pulmonaires rares", "CHRU de Tours", "Tours", "2024", "≤10"),
        ("Maladies pulmonaires rares", "CHU de Rennes", "Rennes", "2024", "douze"),
        ("Maladies pulmonaires rares", "AP-HP – Hôpital Tenon", "Paris", "24", "-5"),
    )
    page = drop(written(rows, encoding="utf-8"))
    assert "4 anomalies à corriger." in page.words
    assert all(slug in page.words for slug in ("effectif-masque", "nombre-illisible", "nombre-negatif"))
    assert "Rien n’a été changé" in page.words
    assert "Appliquer cet import" not in buttons(page)


def test_a_missing_column_is_named_and_may_be_given_the_same_value_everywhere(
    drop: Callable[..., Page],
) -> None:
    rows = tuple((network, hospital, town, patients) for network, hospital, town, _, patients in CENTRES)
    page = drop(written(rows, headings=["Réseau", "Hôpital", "Ville", "File active"]))
    assert "Il manque 1 colonne obligatoire : « Année »" in page.words
    assert "Relire les lignes" not in page.words
    page.app.selectbox(key="rc_col_annee").set_value("\x00").run()
    page.app.text_input(key="rc_valeur_annee").set_value("2024").run()
    assert "Il manque" not in page.words
    assert "Lignes ajoutées 3" in key_figures(page)


def test_a_hospital_in_doubt_is_asked_for_and_the_choice_is_kept(drop: Callable[..., Page]) -> None:
    rows = (("Maladies pulmonaires rares", "Hospices Paris", "Paris", "2024", "250"),)
    page = drop(written(rows))
    assert "1 nom d’hôpital reste à préciser" in page.words
    box = next(box for box in page.app.selectbox if "Hospices Paris" in box.label)
    assert box.options[0].endswith("%")
    box.set_value("ap-hp-hopital-tenon").run()
    assert "reste à préciser" not in page.words
    assert "Lignes ajoutées 1" in key_figures(page)


def test_the_sheet_and_the_line_of_headings_can_be_corrected(drop: Callable[..., Page]) -> None:
    page = drop(written((("", "", "", "", ""), *CENTRES), headings=HEADINGS))
    assert page.app.selectbox(key="rc_ligne_titres").value == "1"
    assert "Lignes ajoutées 3" in key_figures(page)
    page.app.selectbox(key="rc_ligne_titres").set_value("3").run()
    assert "Il manque" in page.words


def test_a_saved_mapping_is_taken_again(drop: Callable[..., Page]) -> None:
    page = drop(
        written(CENTRES, headings=["Reseau X", "Lieu", "Commune X", "Exercice clos", "Total suivi X"])
    )
    assert "Il manque" in page.words
    page.app.file_uploader[0].set_value(("c.toml", b"table = [", "application/toml")).run()
    assert "La correspondance des colonnes est illisible" in page.words
    saved = (
        'table = "file_active"\n[colonnes]\nreseau_id = "Reseau X"\netablissement_id = "Lieu"\n'
        'ville = "Commune X"\nannee = "Exercice clos"\npatients = "Total suivi X"\n'
        '[constantes]\ngroupe_maladie = "tous"\nmodalite = "total"\nclasse_age = "tous"\n'
        'departement_residence = "tous"\nprovenance = "officiel"\n'
    )
    page.app.file_uploader[0].set_value(("c.toml", saved.encode(), "application/toml")).run()
    assert not page.app.exception
    assert "Lignes ajoutées 3" in key_figures(page)


def test_a_good_file_goes_all_the_way_and_its_small_counts_are_never_shown(
    drop: Callable[..., Page], visit: Visit, own: Settings
) -> None:
    before = versions.current_version(own.build_dir)
    page = drop(written(CENTRES), settings=own)
    assert "Lignes ajoutées 3" in key_figures(page)
    assert "≤10" in page.words.replace(" ", "")
    fill_and_apply(page, who="", why="")
    assert "Il faut dire qui le fait et pourquoi" in page.words
    assert imports_of(own) == []
    fill_and_apply(page)
    after = versions.current_version(own.build_dir)
    assert after != before
    assert "Import appliqué" in page.words
    assert f"La version {after} est en vigueur" in page.words
    assert "un import y est appliqué" in page.block("rc-reponse")
    assert len(imports_of(own)) == 1

    assert_no_small_count(own)
    shown = visit("donnees", build_dir=own.build_dir, table="file_active")
    assert "≤10" in shown.words.replace(" ", "")
    assert f" {SMALL} " not in shown.words.split("File active des centres")[-1].split("Sources")[0]

    listed = visit("donnees", build_dir=own.build_dir, vue="Versions")
    assert (
        "Import de « fichier.csv » dans la table « File active des centres » : 3 lignes ajoutées"
        in listed.words
    )
    assert "A. Martin Rapport 2024" in listed.words
    unfold(listed, "rc_difference_file_active")
    assert "Les effectifs de patients ne sont pas comparés ligne à ligne" in listed.words

    listed.app.button(key="rc_revenir").click().run()
    assert versions.current_version(own.build_dir) == after
    listed.app.button(key="rc_annuler_retour").click().run()
    listed.app.button(key="rc_revenir").click().run()
    click(listed, "Confirmer le retour")
    assert "Il faut dire qui le fait et pourquoi" in listed.words
    assert versions.current_version(own.build_dir) == after
    listed.app.text_input(key="rc_retour_par").set_value("B. Durand")
    listed.app.text_input(key="rc_retour_pourquoi").set_value("Fichier d’une autre année")
    click(listed, "Confirmer le retour")
    assert f"{after} {before} B. Durand Fichier d’une autre année" in listed.words
    assert versions.current_version(own.build_dir) == before
    assert f"La version {before} est de nouveau en vigueur" in listed.words
    assert "aucun fichier n’y a été importé" in listed.block("rc-reponse")
    assert {version.name for version in list_versions(own)} == {before, after}


def assert_no_small_count(settings: Settings) -> None:
    """Look for the small count in every file that the page offers."""
    dataset, context = open_dataset(settings), Context("donnees", settings)
    table = load_package(settings.data_dir).table("file_active")
    files = {kind.suffix: table_bytes(context, dataset, table, Reader(), kind.suffix) for kind in FORMATS}
    rows = pd.read_csv(io.BytesIO(files["csv"]), dtype=str).fillna("")
    assert sorted(rows["patients"]) == ["", "1240", "312"]
    assert sorted(rows["patients_etat"]) == ["connu", "connu", "masque"]
    assert set(rows["Version des données"]) == {dataset.version}
    assert "1 à 10 patients" in rows["Secret"][0]
    assert pd.read_parquet(io.BytesIO(files["parquet"]))["patients"].dropna().tolist() == [1240, 312]
    assert f'"patients":{SMALL}' not in files["geojson"].decode().replace(" ", "")
    workbook = pd.read_excel(io.BytesIO(files["xlsx"]), dtype=str, engine="calamine")
    assert str(SMALL) not in set(workbook["patients"])
    with zipfile.ZipFile(io.BytesIO(version_package(context, dataset, Reader()))) as archive:
        packed = pd.read_csv(archive.open("data/file_active.csv"), dtype=str)
    assert str(SMALL) not in set(packed["patients"])


def test_an_import_that_came_in_between_is_told_and_nothing_is_applied_unread(
    drop: Callable[..., Page], own: Settings
) -> None:
    page = drop(written(CENTRES), settings=own)
    first = versions.current_version(own.build_dir)
    shutil.copytree(
        versions.version_dir(own.build_dir, first), versions.version_dir(own.build_dir, f"{first}-2")
    )
    versions.put_in_force(own.build_dir, f"{first}-2")
    fill_and_apply(page)
    assert any("Un autre import est passé entre-temps" in warning for warning in page.warnings)
    assert imports_of(own) == []
    assert versions.current_version(own.build_dir) == f"{first}-2"


def test_cells_that_change_are_shown_before_and_after(
    drop: Callable[..., Page], built_settings: Settings
) -> None:
    text = (built_settings.data_dir / "etablissements.csv").read_text(encoding="utf-8")
    same = drop(text.encode(), name="etablissements.csv", table="etablissements")
    assert "il n’y a rien à appliquer" in same.words
    assert "Appliquer cet import" not in buttons(same)
    changed = text.replace("CHU de Rennes,", "CHU de Rennes – Pontchaillou,")
    page = drop(changed.encode(), name="etablissements.csv", table="etablissements")
    assert "Lignes changées 1" in key_figures(page)
    unfold(page, "rc_detail")
    assert "Nom CHU de Rennes CHU de Rennes – Pontchaillou" in page.words


def test_a_list_of_one_reseau_replaces_no_other_unless_asked_and_what_goes_is_shown(
    drop: Callable[..., Page], own: Settings
) -> None:
    sites = open_dataset(own).run("select * from centres where filiere = 'OSCAR' order by all").fillna("")
    network = sites[sites["reseau_id"] == sites["reseau_id"].iloc[0]]
    others = sites[sites["reseau_id"] != network["reseau_id"].iloc[0]]
    page = drop(network.to_csv(index=False).encode(), table="centres", settings=own)
    page.app.radio(key="rc_mode").set_value("remplacer").run()
    assert f"{len(others)} lignes restent, que le fichier ne nomme pas" in page.words
    page.app.radio(key="rc_couvre").set_value("filiere").run()
    assert not page.app.exception, page.app.exception
    assert f"Lignes retirées {len(others)}" in key_figures(page)
    assert any("hors de ce que le fichier nomme" in warning.value for warning in page.app.warning)
    names = open_dataset(own).run("select reseau_id, libelle from reseaux").set_index("reseau_id")["libelle"]
    for reseau in others["reseau_id"].unique():
        assert names[reseau].replace("'", "’") in page.words.replace("'", "’")


def test_problems_name_their_file_when_it_is_not_the_one_dropped() -> None:
    own, other = (
        Problem(file, 2, "centre_id", "cle-etrangere", "x", "r", "s") for file in ("a.csv", "b.csv")
    )
    assert "fichier" not in shown_columns(problems_frame([own]), "a.csv")
    assert list(shown_columns(problems_frame([own, other]), "a.csv"))[:2] == ["ligne", "fichier"]
    assert "fichier" in shown_columns(problems_frame([other]), "a.csv")


def test_many_problems_are_summed_up_by_rule() -> None:
    few = [Problem("a.csv", line, "c", "nombre-illisible", "x", "r", "s") for line in range(3)]
    assert problem_words(few) == "3\u00a0anomalies à corriger."
    many = [Problem("a.csv", line, "c", f"regle-{line % 6}", "x", "r", "s") for line in range(30)]
    assert problem_words(many).endswith("« regle-3 » et 2\u00a0autres règles.")


def test_a_name_of_a_file_is_never_read_as_formatting(drop: Callable[..., Page]) -> None:
    name = "![x](https://exemple.fr/a.png) :red[Hospices] $a$"
    page = drop(written((("Maladies pulmonaires rares", name, "Paris", "2024", "250"),)))
    label = next(box.label for box in page.app.selectbox if "Hospices" in box.label)
    assert r"!\[x\](https" in label
    assert r"\:red\[Hospices\] \$a\$" in label


def test_names_of_files_and_versions_are_never_read_as_html(monkeypatch: pytest.MonkeyPatch) -> None:
    written_as: list[str] = []
    monkeypatch.setattr(donnees_versions.st, "html", written_as.append)
    monkeypatch.setattr(donnees_versions.st, "button", lambda *_words, **_options: False)
    state = {donnees_versions._DONE: "La version <img src=x onerror=alert(1)> est en vigueur"}
    monkeypatch.setattr(donnees_versions.st, "session_state", state)
    donnees_versions._said_of_return()
    # The form below it cannot be drawn here: outside a script, Streamlit would take the whole process for that form.
    asked = donnees_versions._asked_html("v1", "21 novembre – <script>.csv")
    assert "&lt;img" in written_as[0]
    assert "&lt;script&gt;.csv" in asked
    assert not any("<img" in html or "<script" in html for html in (*written_as, asked))


def test_columns_that_are_not_read_are_named_and_decided_before_anything_is_applied(
    drop: Callable[..., Page], built_settings: Settings
) -> None:
    rows = tuple((*row, "30", "favorable") for row in CENTRES)
    page = drop(written(rows, headings=[*HEADINGS, "Télémédecine", "Avis du pôle"]))
    words = page.words.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Colonnes du fichier qui ne sont pas lues : « Télémédecine » et « Avis du pôle »" in words
    assert "1 colonne à décider : « Télémédecine »" in words
    assert "Appliquer cet import" not in buttons(page)
    (box,) = page.app.checkbox
    box.check().run()
    assert not page.app.exception, page.app.exception
    assert "Appliquer cet import" in buttons(page)
    assert "à décider" not in page.words


def test_rows_are_checked_while_a_column_is_still_missing(drop: Callable[..., Page]) -> None:
    page = drop(
        written(
            (("Maladies pulmonaires rares", "CHRU de Tours", "Tours", "-4"),),
            headings=[*HEADINGS[:3], "File active"],
        )
    )
    assert "Il manque 1 colonne obligatoire" in page.words.replace("\u00a0", " ")
    assert "nombre-negatif" in page.words


def test_what_is_unlikely_is_shown_and_does_not_stop_the_import(drop: Callable[..., Page]) -> None:
    hospital = CENTRES[2][:3]
    page = drop(written(((*hospital, "2023", "100"), (*hospital, "2024", "900"))))
    assert "1 point à vérifier" in page.words.replace("\u00a0", " ")
    assert "Appliquer cet import" in buttons(page)

"""Problems as a reader reads them: one fault once, under his own headings; rows of older imports named."""

from dataclasses import replace

import pytest

from rarecare.commands.import_ import plan_of as plan_of_file
from rarecare.dataset.imports.journal import chain_in_force
from rarecare.dataset.imports.mapping import propose_mapping
from rarecare.dataset.imports.presenting import presented
from rarecare.errors import Problem
from tests.import_sheets import draft, package, references, sheet, source, table
from tests.importing import COUNT, imported, own_settings, plan_of, without_long_work

HEAD = "CRMR | Hôpital | Exercice | Nb pts | Nouveaux patients\n"
WIDE = "CRMR | Hôpital | File active 2023 | File active 2024\nCAP | CHU de Rouen | n.d. | 20"


@pytest.fixture
def settings(built_settings, tmp_path):
    return own_settings(built_settings, tmp_path)


def read_communes():
    return references().communes


def told(settings, text):
    """Return what a reader is told of a sheet, rules on all the tables included."""
    read = draft("file_active", text)
    planned = plan_of_file(settings, read, table("file_active"), "completer", read_communes())
    problems = presented(planned.problems, read, package())
    return [(problem.line, problem.column, problem.slug) for problem in problems]


def test_each_fault_is_told_once_under_the_heading_and_the_french_title(settings):
    rows = (
        "CAP | CHU de Rouen | 2025 | <10 |\n"
        "CAP | CHU de Nulle Part | 2025 | 20 |\n"
        "XYZ | CHU de Rouen | 2024 | 20 | 3\n"
        "CAP | CHU de Rouen | 2023 | 20 | 30\n"
        "CAP | CHU de Rouen | | 20 | 3\n"
    )
    assert told(settings, HEAD + rows) == [
        (2, "Nb pts (Patients)", "effectif-masque"),
        (3, "Hôpital (Établissement)", "etablissement-inconnu"),
        (4, "CRMR (Réseau)", "reseau-inconnu"),
        (5, "Nouveaux patients", "total-inferieur-aux-parties"),
        (6, "Exercice (Année)", "valeur-obligatoire"),
    ]


def test_a_repeated_key_is_told_once(settings):
    rows = "CAP | CHU de Rouen | 2025 | 20 |\n" * 2
    assert told(settings, HEAD + rows) == [(3, "Hôpital (Établissement)", "cle-en-double")]


def test_a_column_that_is_missing_is_told_once_for_the_file(settings):
    text = "CRMR | Hôpital | Nb pts\nCAP | CHU de Rouen | 20\nCAP | CHU de Rouen | 21"
    assert told(settings, text) == [(0, "Année", "colonne-manquante")]


def test_a_cell_of_a_wide_file_is_told_once(settings):
    assert told(settings, WIDE) == [(2, "File active 2023 (Patients)", "valeur-non-disponible")]


def test_columns_never_keep_their_technical_name(settings):
    read = draft("file_active", HEAD + "CAP | CHU de Rouen | 2025 | 20 | 3")
    rules = [
        Problem("fichier.xlsx", 2, name, "regle", "", "Anomalie", "Corriger.")
        for name in ("centre_id", "departement_residence", "annee")
    ]
    assert {problem.column for problem in presented(rules, read, package())} == {
        "Hôpital (Centre)", "Département de résidence", "Exercice (Année)"
    }  # fmt: skip


def test_rows_of_another_file_are_kept_even_when_the_draft_tells_the_same_line():
    read = draft("file_active", HEAD + "CAP | CHU de Rouen | | 20 | 3")
    other = Problem("centres.csv", 2, "etablissement_id", "cle-etrangere", "", "Anomalie", "Corriger.")
    shown = presented([*read.problems, other], read, package())
    assert [(problem.file, problem.slug) for problem in shown] == [
        ("centres.csv", "cle-etrangere"), ("fichier.xlsx", "valeur-obligatoire")
    ]  # fmt: skip


@pytest.mark.parametrize("older_is", ["total", "part"])
def test_a_total_and_its_parts_of_two_imports_name_each_other(older_is, settings, built_settings):
    total, part = COUNT | {"patients": "31"}, COUNT | {"modalite": "site", "patients": "47"}
    older, newer = (total, part) if older_is == "total" else (part, total)
    with pytest.MonkeyPatch.context() as patch:
        without_long_work(built_settings, patch.setattr)
        imported(settings, "file_active", [older])
    (problem,) = plan_of(settings, "file_active", [newer], file="nouveau.csv").problems
    (entry,) = chain_in_force(settings)
    theirs = f"f.csv (import {entry.import_id})"
    assert problem.slug == "total-inferieur-aux-parties"
    if older_is == "total":
        assert problem.file == theirs
        assert "en cause : nouveau.csv, ligne 2 (Modalité « site », 2025)" in problem.rule
    else:
        assert f"en cause : {theirs}, ligne 2 (Modalité « site », 2025)" in problem.rule
    assert "mode « remplacer »" in problem.remedy
    # the count of another import is told nowhere
    hidden = "31" if older_is == "total" else "47"
    assert hidden not in problem.sentence().replace(entry.import_id, "")


def test_a_total_and_its_parts_of_one_file_name_their_lines(settings):
    rows = [COUNT | {"patients": "31"}, COUNT | {"classe_age": "enfant", "patients": "47"}]
    (problem,) = plan_of(settings, "file_active", rows).problems
    assert "en cause : ligne 3 (Classe d'âge « enfant », 2025)" in problem.rule
    assert "remplacer" not in problem.remedy


def test_a_file_with_endless_faults_is_not_planned(settings):
    text = HEAD + "CAP | CHU de Rouen | 2025 | 20 |\n" * 1_500
    read = draft("file_active", text)
    nowhere = replace(settings, data_dir=settings.data_dir / "absent")
    planned = plan_of_file(nowhere, read, table("file_active"), "completer", read_communes())
    assert planned.problems == read.problems
    assert planned.changes.is_empty


def test_the_proposal_of_a_wide_file_names_its_years():
    proposal = propose_mapping(source(sheet(WIDE)), table("file_active"))
    assert set(proposal.mapping.pivot) == {"File active 2023", "File active 2024"}

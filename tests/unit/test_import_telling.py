"""What is told of a file with many faults: each once, all at once, and never an endless list."""

import pytest

from rarecare.dataset.imports import draft as draft_module
from rarecare.dataset.imports.rows import Fault
from rarecare.dataset.imports.telling import MANY, Told
from rarecare.french import NARROW_NBSP
from tests.import_sheets import draft, slugs

HEAD = "Hôpital | CRMR | Année | Patients | Nouveaux patients\n"


def test_many_faults_of_one_rule_do_not_hide_those_of_another():
    bad = "\n".join(f"CHU Dijon | CLAD Est | 2024 | douze | {count}" for count in range(5_100))
    result = draft("file_active", f"{HEAD}{bad}\nCHU Lille | CLAD Est | 2024 | 12 |")
    told = [problem for problem in result.problems if problem.slug == "nombre-illisible"]
    assert len(told) == draft_module.MAXIMUM_OF_A_RULE
    assert "centre-inconnu" in slugs(result)
    (last,) = [problem for problem in result.problems if problem.slug == MANY]
    assert f"5{NARROW_NBSP}100 « nombre-illisible »" in last.rule


def test_a_file_of_repeated_keys_says_how_many_without_listing_them_all():
    rows = "CHU Dijon | CLAD Est | 2024 | 12 | \n" * 3_000
    result = draft("file_active", HEAD + rows)
    told = [problem for problem in result.problems if problem.slug == "cle-en-double"]
    assert [problem.line for problem in told] == list(range(3, draft_module.MAXIMUM_OF_A_RULE + 3))
    assert all("déjà à la ligne 2" in problem.rule for problem in told)
    (last,) = [problem for problem in result.problems if problem.slug == MANY]
    assert f"2{NARROW_NBSP}999 « cle-en-double »" in last.rule


@pytest.mark.parametrize(
    ("headings", "cells", "missing"),
    [
        ("Hôpital | CRMR | Patients", "CHU Dijon | CLAD Est | -4", "Année"),
        ("Hôpital | Année | Patients", "CHU Dijon | 2024 | -4", "Centre"),
        ("Patients | Année", "-4 | 2024", "Centre"),
    ],
)
def test_rows_are_checked_even_when_a_column_is_missing(headings, cells, missing):
    result = draft("file_active", f"{headings}\n{cells}")
    told = {(problem.slug, problem.line) for problem in result.problems}
    assert told == {("colonne-manquante", 0), ("nombre-negatif", 2)}
    (absent,) = [problem for problem in result.problems if problem.slug == "colonne-manquante"]
    assert absent.column.startswith(missing)


def test_the_same_fault_is_told_once():
    told = Told(most=10, most_of_a_rule=10)
    for _ in range(3):
        told.add(Fault("valeur-obligatoire", line=2, column="Année"))
    assert list(told.faults()) == [Fault("valeur-obligatoire", line=2, column="Année")]


def test_rules_beyond_the_commonest_are_counted():
    told = Told(most=1, most_of_a_rule=1)
    for rank in range(7):
        told.add(Fault(f"regle-{rank}"))
    *_, last = told.faults()
    assert last.slug == MANY
    assert last.detail.startswith("7 en tout")
    assert last.detail.endswith("et 2\N{NO-BREAK SPACE}autres règles")

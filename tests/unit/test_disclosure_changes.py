"""What an import is told to change does not depend on counts that its author may not see."""

from __future__ import annotations

import pandas as pd
import pytest

from rarecare.dataset.imports.accept import Plan
from rarecare.dataset.imports.apply import changes
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import load_package
from rarecare.disclosure.changes import told_plan
from rarecare.disclosure.gate import Reader
from tests.importing import CENTRE, COUNT, draft_of
from tests.observed_data import planted

LARGE = "240"


@pytest.fixture(scope="module")
def settings(built_settings, tmp_path_factory):
    rows = [
        (CENTRE, "tous", 2025, "total", "tous", "tous", 7),
        (CENTRE, "tous", 2024, "total", "tous", "tous", int(LARGE)),
    ]
    return planted(built_settings, tmp_path_factory.mktemp("plante"), rows)


def told(settings, reader, *, small, large):
    """Return what is told of a file that gives both years again."""
    table = load_package(settings.data_dir).table("file_active")
    file = [{**COUNT, "patients": small}, {**COUNT, "annee": "2024", "patients": large}]
    draft = draft_of(settings, "file_active", file)
    before = draft.frame.assign(patients=["7", LARGE])
    plan = Plan(draft, "completer", "v", changes(before, draft.frame, table), ())
    return told_plan(plan, open_dataset(settings), reader).changes


def test_a_guess_of_a_hidden_count_is_told_as_any_other(settings):
    right, wrong = (told(settings, Reader(), small=guess, large=LARGE) for guess in ("7", "8"))
    assert right.changed_rows == wrong.changed_rows == 1
    assert not right.is_empty
    columns = ["annee", "colonne", "avant"]
    pd.testing.assert_frame_equal(right.changed[columns], wrong.changed[columns])
    assert right.changed[columns].values.tolist() == [["2025", "patients", ""]]
    assert [frame.changed["apres"].tolist() for frame in (right, wrong)] == [["7"], ["8"]]


def test_counts_that_are_shown_are_told_as_they_are(settings):
    found = told(settings, Reader(), small="7", large="241")
    assert found.changed_rows == 2
    assert found.changed.set_index("annee").loc["2024", ["avant", "apres"]].tolist() == [LARGE, "241"]


def test_an_authorised_reader_is_told_the_truth(settings):
    reader = Reader("secret_habilite", frozenset({"*"}))
    assert told(settings, reader, small="7", large=LARGE).is_empty
    assert told(settings, reader, small="8", large=LARGE).changed["avant"].tolist() == ["7"]

"""An import killed at any moment: the former version or the new one is served, whole, and trying again works."""

import pytest

from rarecare.dataset import versions
from rarecare.dataset.imports.accept import ANOTHER_CAME_FIRST
from rarecare.dataset.imports.interrupted import named_imports
from rarecare.dataset.imports.journal import chain_in_force, kept_imports, read_rows
from rarecare.dataset.imports.returns import list_returns
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import load_package
from tests.importing import own_settings
from tests.interrupted import OtherProcess


@pytest.fixture
def settings(built_settings, tmp_path):
    return own_settings(built_settings, tmp_path)


@pytest.fixture
def importer(settings, repository):
    other = OtherProcess(
        "tests.interrupted_import", settings.build_dir, settings.imports_dir, repository=repository
    )
    yield other
    other.close()


def served(settings):
    """Open the version in force, all checksums verified; return its patients, which are those of its last import."""
    dataset = open_dataset(settings)
    patients = list(dataset.run("select patients from file_active")["patients"])
    chain = chain_in_force(settings)
    table = load_package(settings.data_dir).table("file_active")
    kept = [read_rows(settings, entry, table).frame["patients"][0] for entry in chain]
    assert patients == [int(number) for number in kept[-1:]]
    return patients


def test_killed_before_any_change_to_a_file_an_import_leaves_a_whole_version_in_service(settings, importer):
    former, event = served(settings), 0
    started = 0
    while (answer := importer.order("event", event := event + 1)) == "killed":
        now = served(settings)
        assert now in (former, [importer.orders])
        former = now
        started += any(path.name.startswith(".staging") for path in settings.imports_dir.glob("*"))
    assert answer == "done"
    assert event > 20
    assert started > 3
    assert served(settings) == [importer.orders]
    left_over = [*settings.build_dir.glob(".[!l]*"), *settings.imports_dir.glob(".*")]
    assert left_over == []
    # killed between its last file and its coming in force, a version is whole: it is listed, and its import kept
    assert kept_imports(settings) == sorted(named_imports(settings) or ())


def test_killed_before_any_change_to_a_file_going_back_leaves_a_whole_version_in_service(settings, importer):
    assert importer.order("event", 1000) == "done"
    second, event = served(settings), 0
    while (answer := importer.order("rollback", event := event + 1)) == "killed":
        # who went back is told when it was done, and only then
        assert [made.who for made in list_returns(settings)] == (
            [] if served(settings) == second else [f"essai {importer.orders}"]
        )
        if served(settings) == []:
            break
    assert answer in {"done", "killed"}
    assert served(settings) == []
    assert len(list_returns(settings)) == 1
    assert event >= 2


def test_killed_at_moments_of_the_whole_work_an_import_leaves_a_whole_version_in_service(settings, importer):
    former = served(settings)
    for seconds in (0.7, 1.5, 2.2):
        answer = importer.order("after", seconds)
        assert answer in {"killed", "done"}
        now = served(settings)
        assert now in (former, [importer.orders])
        former = now


def test_of_two_imports_at_once_one_wins_and_the_other_is_told(settings, importer):
    answers = importer.order("both", 2).split(" | ")
    assert answers.count("done") == 1
    (refused,) = (answer for answer in answers if answer != "done")
    assert refused.startswith((ANOTHER_CAME_FIRST, "Une autre construction est en cours"))
    (winner,) = served(settings)
    assert winner in (1001, 2001)
    assert len(chain_in_force(settings)) == 1
    assert versions.current_version(settings.build_dir) is not None

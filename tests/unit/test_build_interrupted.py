"""A build killed at any moment, or out of room, leaves the version in force whole and in service."""

import random

import pytest

from rarecare.dataset.store import open_dataset
from tests.building import copy_of_build
from tests.interrupted import OtherProcess


@pytest.fixture
def settings(built_settings, tmp_path):
    return copy_of_build(built_settings, tmp_path / "build")


@pytest.fixture
def builder(settings, repository):
    other = OtherProcess("tests.interrupted_build", settings.build_dir, repository=repository)
    yield other
    other.close()


def served(settings):
    """Open the version in force, all its checksums verified, and ask it something."""
    dataset = open_dataset(settings)
    assert dataset.query("departements").shape == (101, 3)
    return dataset.version


def leftovers(settings):
    return [
        path.name for path in settings.build_dir.iterdir() if path.name.startswith((".staging", ".CURRENT"))
    ]


def test_killed_before_any_change_to_a_file_a_build_leaves_a_whole_version_in_service(settings, builder):
    versions_seen, leftovers_seen = {served(settings)}, set()
    event = 0
    while (answer := builder.order("event", event := event + 1)) == "killed":
        versions_seen.add(served(settings))
        leftovers_seen.update(name[:8] for name in leftovers(settings))
    assert answer == "done"
    assert event > 12
    assert leftovers_seen == {".staging", ".CURRENT"}
    assert served(settings) not in versions_seen
    assert leftovers(settings) == []


def test_killed_at_random_moments_of_the_whole_work_a_build_leaves_a_whole_version_in_service(
    settings, builder
):
    known = {served(settings)}
    moments = random.Random(20261121)
    for longest in (0.3, 1.0, 2.0, 4.0):
        answer = builder.order("after", moments.uniform(0.5, 1.0) * longest)
        assert answer in {"killed", "done"}
        assert (served(settings) in known) or not leftovers(settings)
        known.add(served(settings))


@pytest.mark.parametrize(
    "bytes_allowed", [0, 1000, 100_000, 1_000_000, 6_500_000], ids=lambda size: f"{size} bytes"
)
def test_without_room_a_build_says_so_and_leaves_nothing_behind(settings, builder, bytes_allowed):
    before = served(settings)
    answer = builder.order("limit", bytes_allowed)
    assert answer.startswith("Espace disque insuffisant ("), answer
    assert answer.endswith("Libérer de la place puis relancer.")
    assert served(settings) == before
    assert leftovers(settings) == []
    assert [path.name for path in (settings.build_dir / "versions").iterdir()] == [before]


def test_with_room_the_same_build_succeeds(settings, builder):
    before = served(settings)
    assert builder.order("limit", 50_000_000) == "done"
    assert served(settings) != before

"""What the repository itself must hold: locks that follow the declarations, nothing of one machine."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


def pins(name):
    """Return {package: (version, number of hashes)} of a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    found = {}
    for entry in entries:
        package, version = re.match(r"([A-Za-z0-9._-]+)==(\S+)", entry).groups()
        found[package.lower()] = (version.rstrip(";"), entry.count("--hash=sha256:"))
    return found


def names(requirements):
    return {_NAME.match(requirement)[0].lower() for requirement in requirements}


def test_everything_declared_is_pinned():
    assert names(DECLARED["project"]["dependencies"]) <= pins("requirements.txt").keys()
    assert names(DECLARED["dependency-groups"]["dev"]) <= pins("requirements-dev.txt").keys()


def test_what_builds_the_package_is_pinned_to_the_same_version_everywhere():
    locked = pins("requirements.txt")
    for requirement in DECLARED["build-system"]["requires"]:
        package, version = requirement.split("==")
        assert locked[package][0] == version


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_its_hashes(name):
    assert [package for package, (_, hashes) in pins(name).items() if not hashes] == []


def test_testing_installs_the_versions_that_run():
    run, tested = pins("requirements.txt"), pins("requirements-dev.txt")
    shared = run.keys() & tested.keys()
    assert shared
    assert {name: tested[name][0] for name in shared} == {name: run[name][0] for name in shared}


def test_no_file_names_a_machine_or_a_package_registry(tracked_texts):
    # In pieces, so that this file does not hold what it forbids.
    forbidden = re.compile(
        "|".join(
            [
                "/wo" + "rk/main",
                "/tm" + "p/rc",
                "/ro" + "ot/",
                "py" + r"pi\.org",
                "python" + "hosted",
                "registry" + r"\.npm",
            ]
        )
    )
    found = {name: match[0] for name, text in tracked_texts.items() if (match := forbidden.search(text))}
    assert found == {}


def test_text_files_end_with_one_line_break_and_have_no_windows_ones(tracked_texts):
    generated = ("static/", "data/", "geo/")
    wrong = [
        name
        for name, text in tracked_texts.items()
        if not name.startswith(generated)
        and text
        and (not text.endswith("\n") or text.endswith("\n\n") or "\r" in text)
    ]
    assert wrong == []


def test_no_large_file_is_committed(tracked):
    large = {path.name: path.stat().st_size for path in tracked if path.stat().st_size > 5_000_000}
    assert large == {}


def test_the_licence_is_the_one_declared():
    assert DECLARED["project"]["license"] == "EUPL-1.2"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")


def test_the_version_is_the_same_in_the_package_and_in_its_declaration():
    from rarecare import __version__

    assert DECLARED["project"]["version"] == __version__

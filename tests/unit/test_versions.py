"""Versions on disk: whole or absent, never changed, never taken for what they are not."""

import errno
import json
import os
import stat

import pytest

from rarecare.dataset import versions
from rarecare.errors import UserError


@pytest.fixture
def build_dir(tmp_path):
    return tmp_path / "build"


def publish(build_dir, version, text="contenu"):
    """Publish a version of one file."""
    with versions.build_lock(build_dir), versions.staging(build_dir) as directory:
        (directory / "fichier").write_text(text)
        manifest = {"version": version, "built_at": "2026-11-21", "inputs_sha256": "", "tables": {}}
        versions.write_manifest(directory, manifest, files=["fichier"])
        versions.publish(build_dir, directory, version)


def test_nothing_is_in_force_before_the_first_build(build_dir):
    assert versions.current_version(build_dir) is None
    assert versions.named_version(build_dir) is None


def test_the_last_published_version_is_in_force_and_the_former_stays(build_dir):
    publish(build_dir, "un", "premier")
    publish(build_dir, "deux", "second")
    assert versions.current_version(build_dir) == "deux"
    assert (versions.version_dir(build_dir, "un") / "fichier").read_text() == "premier"


def test_only_the_version_and_its_name_are_left_after_a_build(build_dir):
    publish(build_dir, "un")
    assert sorted(path.name for path in build_dir.iterdir()) == [".lock", "CURRENT", "versions"]
    assert sorted(path.name for path in (build_dir / "versions" / "un").iterdir()) == [
        "fichier",
        "manifest.json",
    ]


def test_the_builder_alone_may_read_a_version_and_everybody_its_name(build_dir):
    publish(build_dir, "un")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((build_dir / "CURRENT").stat().st_mode) == 0o666 & ~mask
    for path in [build_dir / "versions", *(build_dir / "versions").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name


def test_a_name_is_never_used_twice(build_dir):
    assert versions.free_name(build_dir, "jour") == "jour"
    publish(build_dir, "jour")
    assert versions.free_name(build_dir, "jour") == "jour-2"
    publish(build_dir, "jour-2")
    assert versions.free_name(build_dir, "jour") == "jour-3"


def test_a_failed_build_leaves_no_trace(build_dir):
    publish(build_dir, "un")

    def fail():
        with versions.build_lock(build_dir), versions.staging(build_dir) as directory:
            (directory / "moitié").write_text("à")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert versions.current_version(build_dir) == "un"
    assert sorted(path.name for path in build_dir.iterdir()) == [".lock", "CURRENT", "versions"]


def test_a_build_removes_what_an_interrupted_one_has_left(build_dir):
    publish(build_dir, "un")
    (build_dir / ".staging-abc" / "travel").mkdir(parents=True)
    (build_dir / ".staging-abc" / "travel" / "minutes.bin").write_bytes(b"x")
    (build_dir / ".CURRENT-abc").write_text("de")
    publish(build_dir, "deux")
    assert sorted(path.name for path in build_dir.iterdir()) == [".lock", "CURRENT", "versions"]


def test_two_builds_at_once_are_refused_and_the_first_goes_on(build_dir):
    with versions.build_lock(build_dir):
        with (
            pytest.raises(UserError, match="Une autre construction est en cours"),
            versions.build_lock(build_dir),
        ):
            pytest.fail("the second build was let in")
        (build_dir / "first").touch()
    with versions.build_lock(build_dir):
        assert (build_dir / "first").exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"inconnue", b"../..", b"versions/un"])
def test_a_name_that_leads_to_no_version_puts_nothing_in_force(build_dir, content):
    publish(build_dir, "un")
    (build_dir / "CURRENT").write_bytes(content)
    assert versions.current_version(build_dir) is None


def test_a_folder_in_place_of_the_name_puts_nothing_in_force(build_dir):
    (build_dir / "CURRENT").mkdir(parents=True)
    assert versions.current_version(build_dir) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"version": "un", "files": []}', "\x00"])
def test_a_manifest_that_is_none_is_refused_in_french(build_dir, content):
    publish(build_dir, "un")
    (build_dir / "versions" / "un" / "manifest.json").write_text(content)
    with pytest.raises(UserError, match=r"fiche du jeu de données est absente ou illisible.*rarecare build"):
        versions.read_manifest(build_dir, "un")


def test_a_manifest_lists_size_and_checksum_of_each_file(build_dir):
    publish(build_dir, "un", "abc")
    manifest = versions.read_manifest(build_dir, "un")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert manifest["files"] == {"fichier": {"bytes": 3, "sha256": digest}}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "absent"),
        (lambda path: path.write_text("conten"), "tronqué ou a été modifié"),
        (lambda path: path.write_text("Contenu"), "tronqué ou a été modifié"),
        (lambda path: path.write_text(""), "tronqué ou a été modifié"),
    ],
    ids=["absent", "truncated", "altered", "empty"],
)
def test_a_damaged_file_is_told(build_dir, damage, said):
    publish(build_dir, "un")
    directory = build_dir / "versions" / "un"
    manifest = versions.read_manifest(build_dir, "un")
    versions.check_files(directory, manifest)
    damage(directory / "fichier")
    with pytest.raises(UserError, match=said) as caught:
        versions.check_files(directory, manifest)
    assert "fichier" in caught.value.where
    assert "rarecare build --force" in caught.value.remedy


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "note.json"
    versions.write_atomically(path, b"avant")

    def fail(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UserError, match="Espace disque insuffisant"):
        versions.write_atomically(path, b"apres")
    assert path.read_bytes() == b"avant"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "Espace disque insuffisant"),
        (errno.EDQUOT, "Espace disque insuffisant"),
        (errno.EFBIG, "Espace disque insuffisant"),
        (errno.EROFS, "Écriture impossible"),
        (errno.EACCES, "Écriture impossible"),
        (errno.EPERM, "Écriture impossible"),
    ],
    ids=errno.errorcode.get,
)
def test_what_a_disk_refuses_is_told_in_french(tmp_path, number, said):
    with pytest.raises(UserError, match=said) as caught, versions.disk_errors(tmp_path):
        raise OSError(number, os.strerror(number), str(tmp_path / "fichier"))
    assert caught.value.where == str(tmp_path)


def test_a_file_that_may_not_be_read_is_named(tmp_path):
    with (
        pytest.raises(UserError, match="Lecture impossible") as caught,
        versions.disk_errors(tmp_path / "build"),
    ):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "data" / "centres.csv"))
    assert caught.value.where.endswith("centres.csv")


def test_another_error_is_left_as_it_is(tmp_path):
    with pytest.raises(OSError, match="Input/output"), versions.disk_errors(tmp_path):
        raise OSError(errno.EIO, "Input/output error", str(tmp_path))


def test_a_file_that_vanished_is_named(tmp_path):
    with pytest.raises(UserError) as caught, versions.disk_errors(tmp_path / "build"):
        (tmp_path / "absent").read_bytes()
    assert caught.value.where == str(tmp_path / "absent")


@pytest.mark.parametrize("obstacle", ["file", "inside a file"])
def test_a_build_directory_that_cannot_be_is_told(tmp_path, obstacle):
    (tmp_path / "build").write_text("")
    place = tmp_path / "build" if obstacle == "file" else tmp_path / "build" / "inside"
    with (
        pytest.raises(UserError, match=r"Écriture impossible.*en choisir un autre"),
        versions.build_lock(place),
    ):
        pytest.fail("the lock was taken")


def test_the_manifest_is_readable_text(build_dir):
    publish(build_dir, "un")
    text = (build_dir / "versions" / "un" / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["version"] == "un"
    assert text.count("\n") > 3

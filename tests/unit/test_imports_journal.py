"""The journal of imports: nothing is lost in silence, nothing is done without a trace."""

import json
import shutil

import pytest

from rarecare.dataset import versions
from rarecare.dataset.build import build, ensure_built
from rarecare.dataset.imports import returns as returning
from rarecare.dataset.imports.accept import accept, roll_back
from rarecare.dataset.imports.intact import check_imports
from rarecare.dataset.imports.interrupted import clean_interrupted, pending, unnamed_imports
from rarecare.dataset.imports.journal import chain_in_force, kept_imports, remembered_chain
from rarecare.dataset.imports.restore import restore_chain
from rarecare.dataset.imports.returns import list_returns, settle_returns
from rarecare.errors import UserError
from rarecare.settings import Settings
from tests.building import version_in_force
from tests.importing import COUNT, OTHER, imported, own_settings, plan_of, without_long_work

SAID = {"who": "Bruno", "why": "Erreur de fichier"}


@pytest.fixture
def settings(built_settings, tmp_path, monkeypatch):
    own = own_settings(built_settings, tmp_path)
    without_long_work(built_settings, monkeypatch.setattr)
    return own


def ids(chain):
    return [entry.import_id for entry in chain]


def folder_of(settings, position=0):
    return settings.imports_dir / chain_in_force(settings)[position].import_id


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / "source.csv").unlink(), "source.csv est absent"),
        (lambda folder: (folder / "source.csv").write_bytes(b"fichier recU"), "source.csv a été modifié"),
        (lambda folder: (folder / "rows.csv").write_bytes(b""), "rows.csv a été modifié"),
        (shutil.rmtree, "source.csv est absent et rows.csv est absent"),
    ],
    ids=["no source", "altered source", "altered rows", "no folder"],
)
def test_a_damaged_import_stops_a_build_and_says_what_where_and_what_to_do(settings, spoil, told):
    version = imported(settings, "file_active", [COUNT])
    folder = folder_of(settings)
    build(settings)
    spoil(folder)
    with pytest.raises(UserError) as caught:
        build(settings)
    assert told in caught.value.what
    assert "« f.csv »" in caught.value.what
    assert "Agathe" in caught.value.what
    assert caught.value.where == str(folder)
    assert "sauvegarde" in caught.value.remedy
    assert version in {path.name for path in (settings.build_dir / "versions").iterdir()}
    assert ensure_built(settings) == version_in_force(settings).name


def test_all_damaged_imports_are_told_together(settings):
    imported(settings, "file_active", [COUNT])
    imported(settings, "file_active", [COUNT | {"patients": "130"}])
    for position in (0, 1):
        (folder_of(settings, position) / "source.csv").unlink()
    with pytest.raises(UserError, match="2\u00a0imports") as caught:
        check_imports(settings, chain_in_force(settings))
    assert caught.value.what.count("source.csv est absent") == 2


def test_a_lost_chain_beside_a_wiped_build_directory_is_refused_and_restored(settings):
    imported(settings, "file_active", [COUNT])
    imported(settings, "file_active", [COUNT | {"centre_id": OTHER}])
    known = ids(chain_in_force(settings))
    shutil.rmtree(settings.build_dir)
    (settings.imports_dir / "CHAINE.json").unlink()
    for start in (ensure_built, build, chain_in_force):
        with pytest.raises(UserError, match="liste des imports en service est perdue") as caught:
            start(settings)
        assert "rarecare restore" in caught.value.remedy
    assert ids(restore_chain(settings, dry_run=True)) == known
    assert not (settings.imports_dir / "CHAINE.json").exists()
    assert ids(restore_chain(settings)) == known == ids(remembered_chain(settings))
    build(settings)
    assert ids(chain_in_force(settings)) == known


def test_a_lost_chain_is_that_of_the_last_going_back(settings, monkeypatch):
    first = imported(settings, "file_active", [COUNT])
    imported(settings, "file_active", [COUNT | {"patients": "130"}])
    known = ids(chain_in_force(settings))
    later = returning.now().replace(year=returning.now().year + 1)
    monkeypatch.setattr(returning, "now", lambda: later)
    roll_back(settings, first, **SAID)
    shutil.rmtree(settings.build_dir)
    (settings.imports_dir / "CHAINE.json").write_text("{", encoding="utf-8")
    assert ids(restore_chain(settings, dry_run=True)) == known[:1]
    assert ids(restore_chain(settings, known[1], dry_run=True)) == known
    assert restore_chain(settings, "aucun") == ()
    assert remembered_chain(settings) == ()


@pytest.mark.parametrize("name", ["inconnu", "../imports", ".."])
def test_restoring_from_an_import_that_is_not_there_is_told(settings, name):
    imported(settings, "file_active", [COUNT])
    shutil.rmtree(settings.build_dir)
    (settings.imports_dir / "CHAINE.json").unlink()
    with pytest.raises(UserError, match="absent ou illisible"):
        restore_chain(settings, name)
    assert not (settings.imports_dir / "CHAINE.json").exists()


def test_a_chain_with_an_import_missing_is_not_restored(settings):
    imported(settings, "file_active", [COUNT])
    imported(settings, "file_active", [COUNT | {"patients": "130"}])
    shutil.rmtree(folder_of(settings))
    shutil.rmtree(settings.build_dir)
    (settings.imports_dir / "CHAINE.json").unlink()
    with pytest.raises(UserError, match="absent ou illisible"):
        restore_chain(settings)


def test_nothing_is_restored_when_nothing_is_lost(settings):
    with pytest.raises(UserError, match="est en service"):
        restore_chain(settings)
    shutil.rmtree(settings.build_dir)
    with pytest.raises(UserError, match="rien à rétablir"):
        restore_chain(settings)
    imported(settings, "file_active", [COUNT])
    shutil.rmtree(settings.build_dir)
    with pytest.raises(UserError, match="la liste des imports en service est là"):
        restore_chain(settings)


@pytest.mark.parametrize("said", [{"who": "", "why": "Essai"}, {"who": "Agathe", "why": " \n"}])
def test_who_and_why_are_said_by_whoever_changes_what_is_in_force(settings, said):
    first = version_in_force(settings).name
    planned = plan_of(settings, "file_active", [COUNT])
    with pytest.raises(UserError, match="qui le fait et pourquoi"):
        accept(settings, planned, source=b"1", **said)
    second = imported(settings, "file_active", [COUNT])
    with pytest.raises(UserError, match="qui le fait et pourquoi"):
        roll_back(settings, first, **said)
    assert version_in_force(settings).name == second
    assert list_returns(settings) == ()


def test_every_going_back_is_recorded_and_its_record_never_changes(settings):
    first = version_in_force(settings).name
    second = imported(settings, "file_active", [COUNT])
    last = chain_in_force(settings)[-1].import_id
    roll_back(settings, first, **SAID)
    kept = {path: path.read_bytes() for path in (settings.imports_dir / "retours").iterdir()}
    roll_back(settings, second, who="Chloé", why="Fichier vérifié")
    imported(settings, "file_active", [COUNT | {"patients": "130"}])
    found = {(made.left, made.version): made for made in list_returns(settings)}
    assert {pair: (made.who, made.why, made.last_import) for pair, made in found.items()} == {
        (second, first): ("Bruno", "Erreur de fichier", ""),
        (first, second): ("Chloé", "Fichier vérifié", last),
    }
    assert all(made.when for made in found.values())
    assert {path: path.read_bytes() for path in kept} == kept
    assert len(list((settings.imports_dir / "retours").iterdir())) == 2


def test_a_going_back_that_fails_leaves_no_record(settings, monkeypatch):
    first = version_in_force(settings).name
    second = imported(settings, "file_active", [COUNT])
    with monkeypatch.context() as patched:
        patched.setattr(
            versions, "put_in_force", lambda *_given, **_named: (_ for _ in ()).throw(UserError("Disque"))
        )
        with pytest.raises(UserError, match="Disque"):
            roll_back(settings, first, **SAID)
    assert list_returns(settings) == ()
    assert version_in_force(settings).name == second
    assert list((settings.imports_dir / "retours").iterdir()) == []


@pytest.mark.parametrize("done", [True, False])
def test_the_record_of_a_going_back_that_was_killed_says_what_was_done(settings, done):
    first = version_in_force(settings).name
    second = imported(settings, "file_active", [COUNT])
    recorded = returning.recorded_return(settings, **SAID, left=second, version=first, chain=())
    return_id = recorded.__enter__()
    if done:
        versions.put_in_force(settings.build_dir, first, return_id=return_id)
    expected = [(second, first)] if done else []
    # killed here
    assert [(made.left, made.version) for made in list_returns(settings)] == expected
    settle_returns(settings)
    assert [(made.left, made.version) for made in list_returns(settings)] == expected
    assert [path.name for path in (settings.imports_dir / "retours").iterdir()] == (
        [f"{return_id}.json"] if done else []
    )


def test_an_unreadable_record_hides_no_other(settings):
    first = version_in_force(settings).name
    imported(settings, "file_active", [COUNT])
    roll_back(settings, first, **SAID)
    for name, content in {"a": "{", "b": "[]", "c": "{}"}.items():
        (settings.imports_dir / "retours" / f"{name}.json").write_text(content, encoding="utf-8")
    assert [made.version for made in list_returns(settings)] == [first]


def killed_acceptance(settings, name="20261122T000000-moyens-00000000"):
    """Leave what an acceptance killed before its build leaves."""
    folder = settings.imports_dir / name
    shutil.copytree(folder_of(settings), folder)
    record = json.loads((folder / "import.json").read_text(encoding="utf-8")) | {"import_id": name}
    (folder / "import.json").write_text(json.dumps(record), encoding="utf-8")
    (settings.imports_dir / f".en-cours-{name}").touch()
    return folder


def test_what_a_killed_acceptance_leaves_is_told_then_removed_by_the_next_one(settings):
    imported(settings, "file_active", [COUNT])
    folder = killed_acceptance(settings)
    assert unnamed_imports(settings) == ([folder.name], [])
    imported(settings, "file_active", [COUNT | {"patients": "130"}])
    assert not folder.exists()
    assert kept_imports(settings) == sorted(ids(chain_in_force(settings)))
    assert list(settings.imports_dir.glob(".*")) == []


def test_an_import_whose_version_was_removed_by_hand_is_told_and_never_removed(settings):
    first = version_in_force(settings).name
    second = imported(settings, "file_active", [COUNT])
    (name,) = kept_imports(settings)
    roll_back(settings, first, **SAID)
    shutil.rmtree(versions.version_dir(settings.build_dir, second))
    assert unnamed_imports(settings) == ([], [name])
    imported(settings, "file_active", [COUNT | {"patients": "130"}])
    assert name in kept_imports(settings)


def test_a_mark_left_after_the_end_of_an_acceptance_does_not_remove_its_import(settings):
    imported(settings, "file_active", [COUNT])
    (name,) = kept_imports(settings)
    (settings.imports_dir / f".en-cours-{name}").touch()
    assert unnamed_imports(settings) == ([], [])
    clean_interrupted(settings)
    assert kept_imports(settings) == [name]
    assert list(settings.imports_dir.glob(".*")) == []


def test_nothing_is_cleaned_beside_an_acceptance_under_way(settings):
    imported(settings, "file_active", [COUNT])
    other = Settings(build_dir=settings.build_dir.parent / "autre", imports_dir=settings.imports_dir)
    with pending(other, "20261122T000000-moyens-00000000"):
        folder = settings.imports_dir / "20261122T000000-moyens-00000000"
        folder.mkdir()
        (settings.imports_dir / ".staging-1").mkdir()
        clean_interrupted(settings)
        assert folder.is_dir()
        assert (settings.imports_dir / ".staging-1").is_dir()
    assert unnamed_imports(settings) == ([], [])


def test_nothing_is_cleaned_when_what_the_versions_name_cannot_be_read(settings):
    imported(settings, "file_active", [COUNT])
    folder = killed_acceptance(settings)
    (version_in_force(settings) / "manifest.json").write_text("{", encoding="utf-8")
    clean_interrupted(settings)
    assert folder.is_dir()
    assert unnamed_imports(settings) == ([], [])


def test_the_very_first_import_killed_before_its_version_does_not_pass_for_a_lost_list(settings, monkeypatch):
    shutil.rmtree(settings.build_dir)
    planned = plan_of(settings, "file_active", [COUNT])

    class Killed(BaseException):
        """Stands for a kill: nothing is tidied after it."""

    def kill(*_inputs, **_named):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("rarecare.dataset.imports.accept.build_under_lock", kill)
        patched.setattr("rarecare.dataset.imports.accept.shutil.rmtree", lambda *_inputs, **_named: None)
        with pytest.raises(Killed):
            accept(settings, planned, source=b"1", **SAID)
    assert len(kept_imports(settings)) == 1
    ensure_built(settings)
    assert chain_in_force(settings) == ()

"""Accepting an import: a new version that contains it, the file kept, the former version untouched."""

import hashlib
import json
import shutil
import stat
from dataclasses import replace

import pandas as pd
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset import versions
from rarecare.dataset.build import build, ensure_built, inputs_digest
from rarecare.dataset.export import public_rows
from rarecare.dataset.imports.accept import ANOTHER_CAME_FIRST, accept, plan, references, roll_back
from rarecare.dataset.imports.apply import changes, effective_tables
from rarecare.dataset.imports.history import compare_versions, list_versions
from rarecare.dataset.imports.journal import chain_in_force, remembered_chain
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import load_package
from rarecare.errors import DataProblems, Problem, UserError
from rarecare.indicators.expected import expected_by_commune, regional_modifiers
from tests.building import copy_of_data, version_in_force
from tests.importing import CENTRE, COUNT, OTHER, draft_of, imported, own_settings, plan_of, without_long_work


@pytest.fixture
def true_settings(built_settings, tmp_path):
    """Return settings of one's own, where a build does all its work."""
    return own_settings(built_settings, tmp_path)


@pytest.fixture
def settings(true_settings, built_settings, monkeypatch):
    """Return the same, where a build checks no rule and writes no table but the files actives."""
    without_long_work(built_settings, monkeypatch.setattr)
    return true_settings


@pytest.fixture
def to_plan(built_settings, tmp_path):
    """Return settings to plan with: nothing may be written."""
    return replace(built_settings, imports_dir=tmp_path / "imports")


def counts(settings):
    frame = open_dataset(settings).run(
        "select centre_id, patients from file_active order by centre_id, annee"
    )
    return list(frame.itertuples(index=False, name=None))


def went_back(settings, version):
    return roll_back(settings, version, who="Bruno", why="Essai")


def change(path):
    path.write_bytes(path.read_bytes().replace(b",Dijon,", b",Beaune,", 1))


def files_of(directory):
    return {
        str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def test_an_accepted_import_is_served_and_its_file_is_kept_with_who_when_and_why(true_settings):
    before = version_in_force(true_settings)
    kept = files_of(before)
    version = imported(true_settings, "file_active", [COUNT], who="Agathe", why="Rapport 2025")
    assert version_in_force(true_settings).name == version != before.name
    assert counts(true_settings) == [(CENTRE, 120)]
    assert files_of(before) == kept
    (entry,) = chain_in_force(true_settings)
    folder = true_settings.imports_dir / entry.import_id
    assert (folder / "source.csv").read_bytes() == b"fichier recu"
    assert sorted(path.name for path in folder.iterdir()) == [
        "import.json",
        "mapping.toml",
        "rows.csv",
        "source.csv",
    ]
    record = json.loads((folder / "import.json").read_text(encoding="utf-8"))
    assert record["sha256"] == hashlib.sha256(b"fichier recu").hexdigest()
    assert (record["who"], record["why"], record["file"], record["added"]) == (
        "Agathe",
        "Rapport 2025",
        "f.csv",
        1,
    )
    manifest = open_dataset(true_settings).manifest
    assert (manifest["imports"], manifest["previous"]) == ([record], before.name)
    assert remembered_chain(true_settings) == (entry,)


def test_an_import_takes_the_travel_times_of_the_version_before_and_they_are_those_computed_anew(
    settings, monkeypatch
):
    before = open_dataset(settings)
    with monkeypatch.context() as patched:
        patched.setattr("rarecare.dataset.build.engine_from", lambda *_inputs: pytest.fail("computed again"))
        imported(settings, "file_active", [COUNT])
    after = open_dataset(settings)
    build(settings)
    anew = open_dataset(settings)
    for version in (after, anew):
        assert version.matrix.sources == before.matrix.sources
        assert version.matrix.tenths.tobytes() == before.matrix.tenths.tobytes()
        assert version.matrix.by_ferry.tobytes() == before.matrix.by_ferry.tobytes()
        assert version.accuracy == before.accuracy
    assert anew.manifest["imports"] == after.manifest["imports"] != []


def test_a_hospital_in_a_new_commune_has_travel_times_at_once(settings):
    hospital = {
        "etablissement_id": "hopital-lozere", "nom": "Hôpital Lozère", "ville": "Mende", "code_commune": "48095",
        "departement": "48",
    }  # fmt: skip
    assert "48095" not in open_dataset(settings).matrix.sources
    imported(settings, "etablissements", [hospital])
    assert "48095" in open_dataset(settings).matrix.sources


def test_the_mode_completer_changes_rows_by_their_key_and_keeps_what_the_file_does_not_give(settings):
    imported(settings, "file_active", [COUNT | {"nouveaux_patients": "10", "note": "ancienne"}])
    rows = [COUNT | {"patients": "130"}, COUNT | {"centre_id": OTHER}]
    planned = plan_of(settings, "file_active", rows)
    assert planned.changes.counts() == {"ajoutees": 1, "changees": 1, "retirees": 0}
    cells = planned.changes.changed[["colonne", "avant", "apres"]].to_dict("records")
    assert {"colonne": "patients", "avant": "120", "apres": "130"} in cells
    # where a row comes from is now the file: its remark does not survive it
    assert {"colonne": "note", "avant": "ancienne", "apres": ""} in cells
    imported(settings, "file_active", rows)
    assert counts(settings) == [(CENTRE, 130), (OTHER, 120)]
    assert open_dataset(settings).run("select max(nouveaux_patients) as n from file_active")["n"][0] == 10


def test_the_mode_remplacer_drops_the_rows_of_the_centres_and_years_of_the_file_and_no_other(settings):
    detail = {"classe_age": "enfant", "patients": "20"}
    imported(settings, "file_active", [COUNT, COUNT | detail, COUNT | detail | {"annee": "2024"},
                                       COUNT | detail | {"centre_id": OTHER}])  # fmt: skip
    planned = plan_of(settings, "file_active", [COUNT], mode="remplacer")
    assert planned.changes.counts() == {"ajoutees": 0, "changees": 0, "retirees": 1}
    imported(settings, "file_active", [COUNT], mode="remplacer")
    assert counts(settings) == [(CENTRE, 20), (CENTRE, 120), (OTHER, 20)]


def test_an_official_list_replaces_the_sites_of_its_filiere_and_says_so(true_settings):
    tables = effective_tables(true_settings, ())
    centres = tables["centres"]
    own = centres[(centres["filiere"] == "FILSLAN") & (centres["periode_label"] != "")]
    own = own.drop_duplicates(["reseau_id", "etablissement_id"])
    own = own[(own["type"] != "coordonnateur") | ~own.duplicated(["reseau_id", "type"])]
    said = {
        "provenance": "officiel",
        "confiance": "forte",
        "periode_label": "2023-2028",
        "source_url": "",
        "note": "",
    }
    official = [
        dict(row) | said | {"centre_id": f"{row['centre_id']}--2023-2028"} for row in own.to_dict("records")
    ]
    # patients hang on the identifier of a centre, which a new label does not change
    followed = own["centre_id"].iloc[0]
    imported(true_settings, "file_active", [COUNT | {"centre_id": followed}])
    before = open_dataset(true_settings).run("select count(*) as n from centres where filiere <> 'FILSLAN'")[
        "n"
    ][0]
    imported(true_settings, "centres", official, mode="remplacer", scope="filiere")
    after = open_dataset(true_settings)
    assert after.run("select count(*) as n from centres where filiere <> 'FILSLAN'")["n"][0] == before
    kept = after.run("select distinct provenance, periode_label from sites where filiere = 'FILSLAN'")
    assert kept.to_numpy().tolist() == [["officiel", "2023-2028"]]
    named = after.run("select centre_id from centres where filiere = 'FILSLAN'")["centre_id"]
    assert set(named) == set(own["centre_id"])
    everywhere = {
        "groupe": None,
        "reseau": None,
        "niveau": "proximite",
        "public": "tous",
        "periode": "en_cours",
    }
    for provenance, expected in {"publie": len(own), "publie_date": len(own), "a_confirmer": 0}.items():
        found = after.query("sites_selected", filiere="FILSLAN", provenance=provenance, **everywhere)
        assert len(found) == expected, provenance
    known = after.query("completeness_by_filiere")
    row = known[(known["filiere"] == "FILSLAN") & (known["poste"] == "proximite")].iloc[0]
    assert row["dont_publies"] == row["connus"] == len(own)


def test_made_up_rows_are_told_by_the_dataset(settings):
    assert not open_dataset(settings).has_fictitious
    first = version_in_force(settings).name
    imported(settings, "file_active", [COUNT | {"provenance": "fictif"}])
    assert open_dataset(settings).has_fictitious
    assert open_dataset(settings).manifest["fictitious"] == ["file_active"]
    went_back(settings, first)
    assert not open_dataset(settings).has_fictitious


def test_made_up_rows_break_no_rule_when_imported_and_are_never_public(to_plan):
    planned = plan_of(to_plan, "file_active", [COUNT | {"provenance": "fictif"}])
    assert planned.problems == ()
    assert planned.is_acceptable
    rows = pd.DataFrame({"provenance": ["publie", "officiel", "a_confirmer", "fictif"]})
    assert list(public_rows(rows)["provenance"]) == ["publie", "officiel"]


def test_rules_broken_by_an_import_are_told_at_the_lines_of_its_file(to_plan):
    rows = [
        COUNT | {"patients": "10"},
        COUNT | {"modalite": "site", "patients": "11"},
        COUNT | {"centre_id": "inconnu"},
    ]
    draft = draft_of(to_plan, "file_active", rows, file="files.xlsx", sheet="2025")
    planned = plan(to_plan, draft)
    assert [
        (problem.slug, problem.file, problem.sheet, problem.line, problem.column)
        for problem in planned.problems
    ] == [
        ("total-inferieur-aux-parties", "files.xlsx", "2025", 2, "patients"),
        ("cle-etrangere", "files.xlsx", "2025", 4, "centre_id"),
    ]
    with pytest.raises(DataProblems):
        accept(to_plan, planned, source=b"", who="", why="Essai")
    assert not to_plan.imports_dir.exists()


def test_a_repeated_key_is_told_at_its_second_line(to_plan):
    planned = plan_of(to_plan, "file_active", [COUNT, COUNT | {"patients": "121"}])
    assert [(problem.slug, problem.line) for problem in planned.problems] == [("cle-en-double", 3)]


def test_a_cell_that_the_draft_has_told_is_not_told_twice(to_plan):
    told = Problem("fichier.csv", 2, "patients", "nombre-illisible", "≤10", "Illisible", "Corriger.")
    draft = draft_of(to_plan, "file_active", [COUNT | {"patients": ""}], problems=[told])
    assert plan(to_plan, draft).problems == (told,)


def test_rules_name_the_column_as_the_file_does(to_plan):
    draft = draft_of(to_plan, "file_active", [COUNT | {"patients": "100001"}])
    headings = draft.mapping.columns | {"patients": "File active 2025"}
    draft = replace(draft, mapping=replace(draft.mapping, columns=headings))
    assert [(problem.slug, problem.column) for problem in plan(to_plan, draft).problems] == [
        ("valeur-absurde", "File active 2025")
    ]


def test_rows_of_an_older_import_that_a_new_one_breaks_are_told_by_its_name(true_settings):
    imported(true_settings, "file_active", [COUNT])
    planned = plan_of(true_settings, "file_active", [COUNT | {"modalite": "site", "patients": "121"}])
    (entry,) = chain_in_force(true_settings)
    assert [(problem.slug, problem.file) for problem in planned.problems] == [
        ("total-inferieur-aux-parties", f"f.csv (import {entry.import_id})")
    ]
    # a count supplied by somebody else is not told to the one who brings this file
    assert {problem.value for problem in planned.problems} == {""}


def test_an_import_that_changes_nothing_is_refused(settings):
    imported(settings, "file_active", [COUNT])
    with pytest.raises(UserError, match="ne change rien"):
        imported(settings, "file_active", [COUNT])
    assert len(chain_in_force(settings)) == 1


@pytest.mark.parametrize("table", ["exceptions", "massifs", "reseau_routier"])
def test_tables_of_the_road_model_and_decided_exceptions_are_not_imported(to_plan, table):
    with pytest.raises(UserError, match="ne s'importe pas"):
        plan_of(to_plan, table, [])


def test_a_table_without_a_scope_is_not_replaced(to_plan):
    with pytest.raises(UserError, match="completer"):
        plan_of(to_plan, "plateformes", [], mode="remplacer")


def test_of_two_imports_planned_on_the_same_version_the_second_is_told_and_changes_nothing(settings):
    first = plan_of(settings, "file_active", [COUNT])
    second = plan_of(settings, "file_active", [COUNT | {"patients": "121"}])
    accept(settings, first, source=b"1", who="Agathe", why="Essai")
    kept = files_of(settings.imports_dir)
    with pytest.raises(UserError, match=ANOTHER_CAME_FIRST):
        accept(settings, second, source=b"2", who="Bruno", why="Essai")
    assert counts(settings) == [(CENTRE, 120)]
    assert files_of(settings.imports_dir) == kept


def test_an_import_beside_a_build_is_told_and_changes_nothing(settings):
    planned = plan_of(settings, "file_active", [COUNT])
    with versions.build_lock(settings.build_dir), pytest.raises(UserError, match="construction est en cours"):
        accept(settings, planned, source=b"1", who="Agathe", why="Essai")
    assert not settings.imports_dir.exists()


def test_a_build_that_fails_leaves_no_import_behind(settings, monkeypatch):
    planned = plan_of(settings, "file_active", [COUNT])

    def refuse(*_inputs):
        raise UserError("Espace disque insuffisant")

    monkeypatch.setattr("rarecare.dataset.build._write_database", refuse)
    before = version_in_force(settings)
    with pytest.raises(UserError, match="Espace disque"):
        accept(settings, planned, source=b"1", who="Agathe", why="Essai")
    assert version_in_force(settings) == before
    assert [path.name for path in settings.imports_dir.iterdir()] == ["CHAINE.json"]


def test_a_reader_of_the_former_version_is_not_disturbed(settings):
    reader = open_dataset(settings)
    imported(settings, "file_active", [COUNT])
    assert reader.run("select count(*) as n from file_active")["n"][0] == 0
    assert reader.query("departements").shape == (101, 3)
    assert reader.matrix.tenths[0, 0] >= 0
    assert len(open_dataset(settings).run("select * from file_active")) == 1


def test_going_back_and_forth_serves_each_version_with_its_imports(settings):
    empty = version_in_force(settings).name
    first = imported(settings, "file_active", [COUNT])
    second = imported(settings, "file_active", [COUNT | {"patients": "130"}])
    assert went_back(settings, first) == second
    assert (version_in_force(settings).name, counts(settings)) == (first, [(CENTRE, 120)])
    assert [entry.import_id for entry in chain_in_force(settings)] == [
        entry.import_id for entry in remembered_chain(settings)
    ]
    went_back(settings, second)
    assert counts(settings) == [(CENTRE, 130)]
    went_back(settings, empty)
    assert (counts(settings), chain_in_force(settings), remembered_chain(settings)) == ([], (), ())


def test_an_import_after_going_back_starts_from_the_version_chosen(settings):
    first = imported(settings, "file_active", [COUNT])
    imported(settings, "file_active", [COUNT | {"patients": "130"}])
    went_back(settings, first)
    imported(settings, "file_active", [COUNT | {"centre_id": OTHER}])
    assert counts(settings) == [(CENTRE, 120), (OTHER, 120)]


def test_starting_again_keeps_the_version_chosen_even_when_the_data_changed_since(settings, tmp_path):
    first = version_in_force(settings).name
    own = copy_of_data(settings, tmp_path / "data")
    change(own.data_dir / "filieres.csv")
    second = ensure_built(own)
    assert second != first
    went_back(own, first)
    assert ensure_built(own) == first
    third = imported(own, "file_active", [COUNT])
    assert ensure_built(own) == third
    assert open_dataset(own).manifest["inputs_sha256"] == inputs_digest(own)


def test_new_code_builds_the_version_chosen_again_with_its_imports(settings, monkeypatch):
    first = imported(settings, "file_active", [COUNT])
    imported(settings, "file_active", [COUNT | {"patients": "130"}])
    went_back(settings, first)
    monkeypatch.setattr("rarecare.dataset.build.code_digest", lambda _settings: "another code")
    again = ensure_built(settings)
    assert again != first
    assert counts(settings) == [(CENTRE, 120)]
    assert ensure_built(settings) == again


def test_a_version_that_lost_its_description_is_built_again_with_what_was_imported(settings):
    imported(settings, "file_active", [COUNT])
    (version_in_force(settings) / "manifest.json").write_text("{", encoding="utf-8")
    ensure_built(settings)
    assert counts(settings) == [(CENTRE, 120)]


def test_changed_data_are_built_again_with_what_was_imported(settings, tmp_path):
    imported(settings, "file_active", [COUNT])
    own = copy_of_data(settings, tmp_path / "data")
    change(own.data_dir / "filieres.csv")
    ensure_built(own)
    assert counts(own) == [(CENTRE, 120)]


def test_a_wiped_build_directory_is_built_again_with_what_was_imported(settings):
    imported(settings, "file_active", [COUNT])
    shutil.rmtree(settings.build_dir)
    ensure_built(settings)
    assert counts(settings) == [(CENTRE, 120)]


def test_the_very_first_version_may_come_from_an_import(settings):
    shutil.rmtree(settings.build_dir)
    planned = plan_of(settings, "file_active", [COUNT])
    assert planned.version == ""
    accept(settings, planned, source=b"fichier", who="Agathe", why="Essai")
    assert counts(settings) == [(CENTRE, 120)]


def test_the_copy_of_the_chain_is_mended_at_the_next_start(settings):
    imported(settings, "file_active", [COUNT])
    (settings.imports_dir / "CHAINE.json").unlink()
    ensure_built(settings)
    assert len(remembered_chain(settings)) == 1


def test_an_unreadable_chain_stops_the_build_of_a_wiped_directory(settings):
    imported(settings, "file_active", [COUNT])
    shutil.rmtree(settings.build_dir)
    for content in ("", "{", "[]", '{"imports": [{}]}', '{"imports": 3}', '{"imports": [3]}'):
        (settings.imports_dir / "CHAINE.json").write_text(content, encoding="utf-8")
        with pytest.raises(UserError, match="liste des imports"):
            ensure_built(settings)


@pytest.mark.parametrize("spoil", ["remove", "change"])
def test_a_missing_or_altered_import_is_told_and_the_version_in_force_is_still_served(settings, spoil):
    version = imported(settings, "file_active", [COUNT])
    (folder,) = (path for path in settings.imports_dir.iterdir() if path.is_dir())
    if spoil == "remove":
        shutil.rmtree(folder)
    else:
        (folder / "rows.csv").write_text("patients\n1\n", encoding="utf-8")
    assert ensure_built(settings) == version
    with pytest.raises(UserError, match=r"f\.csv") as caught:
        build(settings)
    assert "sauvegarde" in caught.value.remedy
    assert counts(settings) == [(CENTRE, 120)]


@pytest.mark.parametrize("version", ["inconnue", "../versions", "", "."])
def test_going_back_to_a_version_that_does_not_exist_is_told(settings, version):
    before = version_in_force(settings)
    with pytest.raises(UserError, match=r"Version inconnue|illisible"):
        went_back(settings, version)
    assert version_in_force(settings) == before


def test_going_back_to_a_damaged_version_is_told(settings):
    first = version_in_force(settings)
    second = imported(settings, "file_active", [COUNT])
    (first / "communes.parquet").write_bytes(b"")
    with pytest.raises(UserError, match="tronqué"):
        went_back(settings, first.name)
    assert version_in_force(settings).name == second


def test_versions_are_listed_with_what_made_them_and_their_size(settings):
    first = version_in_force(settings).name
    second = imported(settings, "file_active", [COUNT], who="Agathe", why="Rapport")
    build(settings)
    found = {version.name: version for version in list_versions(settings)}
    assert found[first].made_by is None
    assert found[second].made_by.who == "Agathe"
    assert found[second].tables["file_active"] == 1
    (third,) = set(found) - {first, second}
    assert found[third].in_force
    assert found[third].made_by is None
    assert found[third].last_import.why == "Rapport"
    assert all(version.size_bytes > 1_000_000 for version in found.values())


def test_two_versions_are_compared_table_by_table(settings):
    first = imported(settings, "file_active", [COUNT])
    second = imported(settings, "file_active", [COUNT | {"patients": "130"}, COUNT | {"centre_id": OTHER}])
    found = compare_versions(settings, first, second)
    assert {name: differences.counts() for name, differences in found.items()} == {
        "file_active": {"ajoutees": 1, "changees": 1, "retirees": 0}
    }
    assert found["file_active"].changed[["colonne", "avant", "apres"]].to_numpy().tolist() == [
        ["patients", "120", "130"]
    ]
    assert compare_versions(settings, first, first) == {}
    back = compare_versions(settings, second, first)["file_active"].counts()
    assert back == {"ajoutees": 0, "changees": 1, "retirees": 1}


def test_what_did_not_change_is_no_change(to_plan):
    package = load_package(to_plan.data_dir)
    for name, frame in effective_tables(to_plan, ()).items():
        assert changes(frame, frame, package.table(name)).is_empty, name


def test_references_hold_the_tables_in_force(settings):
    hospital = {
        "etablissement_id": "hopital-dijon-essai", "nom": "Hôpital d'essai", "ville": "Dijon", "code_commune": "21231",
        "departement": "21",
    }  # fmt: skip
    imported(settings, "etablissements", [hospital])
    known = references(settings)
    assert "hopital-dijon-essai" in set(known.etablissements["etablissement_id"])
    assert known.departement_names["21"] == "Côte-d'Or"


def test_an_imported_regional_modifier_changes_the_patients_expected_and_is_listed_with_its_reason(
    true_settings,
):
    selection = Selection(groupe="huntington_chorees")
    before = open_dataset(true_settings)
    departements = before.communes.departements
    in_lozere = departements == "48"
    modifier = {
        "groupe_maladie": "huntington_chorees", "departement": "48", "facteur": "3", "provenance": "officiel",
        "note": "Registre régional, 2025",
    }  # fmt: skip
    imported(true_settings, "modificateurs_regionaux", [modifier])
    after = open_dataset(true_settings)
    for age in ("enfant", "adulte"):
        asked, people = selection.with_changes(public=age), after.people(age)
        former, changed = (expected_by_commune(version, asked)[1] for version in (before, after))
        national = former.sum() / people.sum()
        assert changed[in_lozere].sum() == pytest.approx(3 * national * people[in_lozere].sum())
        assert changed.sum() == pytest.approx(former.sum())
    listed = regional_modifiers(after)
    row = listed[(listed["groupe_maladie"] == "huntington_chorees") & (listed["departement"] == "48")].iloc[0]
    assert (row["facteur"], row["note"], row["provenance"]) == (3.0, "Registre régional, 2025", "officiel")


def test_what_is_kept_of_an_import_and_of_a_version_is_for_its_owner_alone(settings):
    settings.imports_dir.mkdir(mode=0o755)
    version = imported(settings, "file_active", [COUNT])
    places = [
        settings.imports_dir,
        *settings.imports_dir.rglob("*"),
        settings.build_dir / "versions",
        *(settings.build_dir / "versions" / version).rglob("*"),
    ]
    assert len(places) > 8
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in places}
    assert found == {path.name: 0o700 if path.is_dir() else 0o600 for path in places}

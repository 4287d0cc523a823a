"""Reading the tables as text, and the data package that describes them."""

import csv
import hashlib
import json
import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rarecare.dataset.tables import load_package, read_table, refresh_package, scan_table
from rarecare.errors import DataProblems, UserError

DESCRIPTION = {
    "title": "Essai",
    "rarecare:date": "2026-01-31",
    "resources": [
        {
            "name": "villes",
            "title": "Villes",
            "description": "Une ligne par ville.",
            "path": "villes.csv",
            "bytes": 0,
            "hash": "sha256:0",
            "rarecare:rows": 2,
            "rarecare:date": "2026-01-31",
            "sources": [{"title": "Essai"}],
            "licenses": [{"name": "etalab-2.0"}],
            "schema": {
                "fields": [
                    {"name": "code", "title": "Code", "description": "Code.", "type": "string"},
                    {"name": "nom", "title": "Nom", "description": "Nom.", "type": "string"},
                ],
                "primaryKey": "code",
            },
        }
    ],
}


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "datapackage.json").write_text(json.dumps(DESCRIPTION), encoding="utf-8")
    (tmp_path / "villes.csv").write_bytes(b"code,nom\n01004,Amb\xc3\xa9rieu\n2A004,Ajaccio\n")
    return tmp_path


def slugs_after(directory, content):
    """Return the (slug, line, column) that reading gives once the file holds *content*."""
    (directory / "villes.csv").write_bytes(content)
    scan = scan_table(load_package(directory).table("villes"), directory)
    return [(problem.slug, problem.line, problem.column) for problem in scan.problems]


def test_codes_stay_text_with_their_leading_zero(directory):
    frame = read_table(load_package(directory), "villes")
    assert frame["code"].tolist() == ["01004", "2A004"]
    assert frame["nom"].tolist() == ["Ambérieu", "Ajaccio"]


def test_empty_cells_are_empty_texts_and_na_stays_a_name(directory):
    (directory / "villes.csv").write_bytes(b"code,nom\n01004,\nNA,null\n")
    frame = read_table(load_package(directory), "villes")
    assert frame.to_numpy().tolist() == [["01004", ""], ["NA", "null"]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("fichier-vide", 0, "")]),
        (b" \n\n", [("fichier-vide", 0, "")]),
        (b"\xef\xbb\xbfcode,nom\n1,A\n2,B\n", [("marque-bom", 1, "")]),
        ("code,nom\n1,A\n2,B\n".encode("utf-16"), [("octet-nul", 1, "")]),
        (b"code,nom\n1,A\n2,B\x00\n", [("octet-nul", 3, "")]),
        (b"code,nom\n1,A\n2,\xe9\n", [("encodage-incorrect", 3, "")]),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>\n", [("page-html", 1, "")]),
        (b"code\n1\n2\n", [("colonne-manquante", 1, "nom")]),
        (b"code,nom,age\n1,A,3\n2,B,4\n", [("colonne-en-trop", 1, "age")]),
        (b"code,nom,nom\n1,A,A\n2,B,B\n", [("colonne-en-double", 1, "nom")]),
        (b"nom,code\nA,1\nB,2\n", [("colonnes-en-desordre", 1, "")]),
        (b"code;nom\n1;A\n2;B\n", [
            ("colonne-manquante", 1, "code"), ("colonne-manquante", 1, "nom"), ("colonne-en-trop", 1, "code;nom"),
        ]),
        (b"code,nom\n1,A,trop\n2\n", [("nombre-de-cellules", 2, ""), ("nombre-de-cellules", 3, "")]),
        (b"code,nom\n1,A\n", [("nombre-de-lignes", 0, "")]),
        (b'code,nom\n1,A\n2,"B"x\n', [("csv-illisible", 3, ""), ("nombre-de-lignes", 0, "")]),
    ],
)  # fmt: skip
def test_each_fault_of_shape_is_named_with_its_line_and_column(directory, content, expected):
    assert slugs_after(directory, content) == expected


def test_lines_are_those_of_the_file_when_a_cell_runs_over_two_lines(directory):
    assert slugs_after(directory, b'code,nom\n1,"A\nbis"\n2\n') == [("nombre-de-cellules", 4, "")]


def test_an_absent_file_is_said(directory):
    (directory / "villes.csv").unlink()
    scan = scan_table(load_package(directory).table("villes"), directory)
    assert [problem.slug for problem in scan.problems] == ["fichier-absent"]


def test_reading_a_broken_table_raises_all_its_problems(directory):
    (directory / "villes.csv").write_bytes(b"code,nom\n1,A,trop\n2\n")
    with pytest.raises(DataProblems) as raised:
        read_table(load_package(directory), "villes")
    assert [problem.line for problem in raised.value.problems] == [2, 3]


def test_an_unknown_table_names_those_that_exist(directory):
    with pytest.raises(UserError, match="villes"):
        read_table(load_package(directory), "pays")


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"resources": [{}]}', "null", '{"resources": [{"name": "x", "path": "../x"}]}'],
)
def test_a_broken_description_is_a_problem_not_a_crash(directory, content):
    (directory / "datapackage.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataProblems) as raised:
        load_package(directory)
    assert [problem.slug for problem in raised.value.problems] == ["paquet-illisible"]


@pytest.mark.parametrize(
    "change",
    [
        {"primaryKey": "age"},
        {"foreignKeys": [{"fields": "nom", "reference": {"resource": "pays", "fields": "nom"}}]},
        {"foreignKeys": [{"fields": "nom", "reference": {"resource": "villes", "fields": "age"}}]},
        {"fields": [{"name": "code", "title": "Code", "description": "Code.", "type": "duration"}]},
        {"fields": [{"name": "code", "title": "C", "description": "C.", "constraints": {"pattern": "("}}]},
        {"fields": [{"name": "code", "title": "C", "description": "C."}] * 2},
    ],
)
def test_a_description_that_contradicts_itself_is_refused(directory, change):
    content = json.loads((directory / "datapackage.json").read_text(encoding="utf-8"))
    content["resources"][0]["schema"] |= change
    (directory / "datapackage.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataProblems):
        load_package(directory)


def test_a_description_never_points_outside_its_directory(directory):
    content = json.loads((directory / "datapackage.json").read_text(encoding="utf-8"))
    content["resources"][0]["path"] = "../villes.csv"
    (directory / "datapackage.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataProblems):
        load_package(directory)


def test_refreshing_writes_counts_sizes_and_checksums_back(directory):
    (directory / "villes.csv").write_bytes(b'code,nom\n1,"A\nbis"\n')
    refresh_package(directory)
    table = load_package(directory).table("villes")
    assert table.rows == 1
    assert table.sha256 == hashlib.sha256((directory / "villes.csv").read_bytes()).hexdigest()
    assert slugs_after(directory, b"code,nom\n1,A\n") == []


# What the repository ships.


@pytest.fixture(scope="module")
def package(repository):
    return load_package(repository / "data")


def test_every_table_reads(package):
    for table in package.tables:
        frame = read_table(package, table.name)
        assert (list(frame.columns), len(frame)) == (table.columns, table.rows)


def test_row_counts_and_checksums_of_the_description_are_right(package):
    for table in package.tables:
        content = (package.directory / table.file).read_bytes()
        rows = list(csv.reader(content.decode("utf-8").splitlines(keepends=True)))
        assert (table.file, hashlib.sha256(content).hexdigest(), len(rows) - 1) == (
            table.file, table.sha256, table.rows,
        )  # fmt: skip


def test_files_are_sorted_by_key_with_unix_line_ends(package):
    for table in package.tables:
        content = (package.directory / table.file).read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
        frame = read_table(package, table.name)
        keys = list(frame[list(table.primary_key)].itertuples(index=False, name=None))
        if table.name == "reseau_routier":
            keys = [(axe, int(ordre)) for axe, ordre in keys]
        assert keys == sorted(keys), table.name


def test_frictionless_finds_the_package_and_each_resource_valid(package):
    from frictionless import Package

    report = Package(str(package.directory / "datapackage.json")).validate()
    faults = [(task.name, error.message) for task in report.tasks for error in task.errors]
    assert (faults, [error.message for error in report.errors], report.valid) == ([], [], True)
    assert len(report.tasks) == len(package.tables)


def test_each_table_says_its_grain_its_source_and_its_licence_in_french(package):
    for table in package.tables:
        assert "Une ligne par " in table.description, table.name
        assert table.sources, table.name
        assert {licence["name"] for licence in table.licenses} <= {"etalab-2.0", "CC-BY-4.0"}
        for field in table.fields:
            assert field.title, (table.name, field.name)
            assert field.description.endswith("."), (table.name, field.name)


def test_no_english_note_reaches_the_screen(package):
    english = re.compile(
        r"\b(the|undated|inferred|hospital|network|renewed|reference centre|general knowledge)\b"
    )
    for table in package.tables:
        frame = read_table(package, table.name)
        for column in {"note", "decision", "libelle", "motif"} & set(frame.columns):
            for text in frame[column]:
                assert not english.search(re.sub(r"https?://\S+", "", text)), (table.name, text)


@given(content=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_in_place_of_a_table_give_problems_or_rows_never_a_crash(directory, content):
    (directory / "villes.csv").write_bytes(content)
    scan = scan_table(load_package(directory).table("villes"), directory)
    assert scan.problems or len(scan.frame) == 2


def test_reading_does_not_change_the_files(repository, tmp_path):
    shutil.copytree(repository / "data", tmp_path / "data")
    package = load_package(tmp_path / "data")
    before = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    for table in package.tables:
        read_table(package, table.name)
    assert {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()} == before

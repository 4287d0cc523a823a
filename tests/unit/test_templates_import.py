"""What templates, fictitious files and exports become when they are imported: the same rows, and nothing to correct."""

import datetime as dt
import io
import re
import zipfile
from xml.sax.saxutils import escape

import pandas as pd
import pytest

from rarecare.dataset.imports.accept import references
from rarecare.dataset.imports.draft import prepare
from rarecare.dataset.imports.mapping import propose_mapping
from rarecare.dataset.imports.reading import read_content
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import load_package, read_table
from rarecare.dataset.templates import DATA_SHEET, dataset_references, template_heading, template_xlsx
from rarecare.settings import Settings
from tests.commands import is_one_french_message, runner
from tests.importing import own_settings

PACKAGE = load_package(Settings().data_dir)
TODAY = dt.date(2026, 11, 21)
FILLED = (
    "centres",
    "etablissements",
    "plateformes",
    "modificateurs_regionaux",
    "epidemiologie",
    "recours_soins",
)
WORDS = ("--filiere", "RESPIFIL", "--years", "2025")


@pytest.fixture(scope="module")
def settings(built_settings, tmp_path_factory):
    return own_settings(built_settings, tmp_path_factory.mktemp("imports"))


@pytest.fixture(scope="module")
def known(settings):
    return references(settings)


def running(settings, monkeypatch, capsys):
    monkeypatch.setenv("RARECARE_IMPORTS_DIR", str(settings.imports_dir))
    return runner(settings, monkeypatch, capsys)


@pytest.fixture
def run(settings, monkeypatch, capsys):
    return running(settings, monkeypatch, capsys)


def filled(content, rows):
    """Return a template with rows typed under its headings, text as text, as office software saves them."""
    lines = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(ord("A") + column)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for column, cell in enumerate(row)
            if cell
        )
        + "</row>"
        for number, row in enumerate(rows, start=2)
    )
    copied = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(copied, "w") as copy:
        for name in book.namelist():
            part = book.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.decode().replace("</sheetData>", f"{lines}</sheetData>").encode()
                width = chr(ord("A") + max(map(len, rows)) - 1)
                part = re.sub(
                    rb'<dimension ref="[^"]*"', f'<dimension ref="A1:{width}{len(rows) + 1}"'.encode(), part
                )
            copy.writestr(name, part)
    return copied.getvalue()


def draft_of(content, name, table, known):
    source = read_content(content, name=name)
    return prepare(source, table, propose_mapping(source, table).mapping, known, today=TODAY)


@pytest.mark.parametrize("table", PACKAGE.tables, ids=lambda table: table.name)
def test_the_assistant_recognises_every_heading_of_a_template(table):
    proposal = propose_mapping(read_content(template_xlsx(table), name="modele.xlsx"), table)
    assert proposal.mapping.sheet == DATA_SHEET
    assert proposal.mapping.header_line == 1
    assert proposal.mapping.columns == {field.name: template_heading(field) for field in table.fields}
    assert proposal.missing == ()


@pytest.mark.parametrize("name", FILLED)
def test_a_filled_template_gives_back_the_rows_typed_with_nothing_to_correct(name, known, settings):
    table = PACKAGE.table(name)
    typed = read_table(PACKAGE, name).head(4)
    content = template_xlsx(table, references=dataset_references(open_dataset(settings)))
    draft = draft_of(filled(content, typed.values.tolist()), "modele.xlsx", table, known)
    assert [problem.sentence() for problem in draft.problems] == []
    assert draft.doubtful == ()
    pd.testing.assert_frame_equal(draft.frame, typed, check_dtype=False)


def test_a_code_typed_in_a_template_keeps_its_leading_zero(known):
    table = PACKAGE.table("etablissements")
    first = read_table(PACKAGE, "etablissements").query("departement == '06'").head(1)
    draft = draft_of(filled(template_xlsx(table), first.values.tolist()), "modele.xlsx", table, known)
    assert draft.frame.loc[0, "departement"] == "06"
    assert draft.frame.loc[0, "code_commune"].startswith("06")


def test_the_command_writes_the_template_where_it_is_told(run, tmp_path):
    outcome = run("template", "file_active", "--out", tmp_path / "a" / "b.xlsx")
    assert (outcome.code, outcome.out) == (0, f"Modèle écrit : {tmp_path / 'a' / 'b.xlsx'}\n")
    source = read_content((tmp_path / "a" / "b.xlsx").read_bytes(), name="b.xlsx")
    lists = {sheet.name: sheet.rows for sheet in source.sheets}["Listes"]
    assert len(lists) > 700


@pytest.mark.parametrize(
    ("table", "said"),
    [("inconnue", "Table inconnue : « inconnue »"), ("massifs", "La table « massifs » ne s'importe pas")],
)
def test_a_table_that_cannot_be_imported_has_no_template(run, tmp_path, table, said):
    outcome = run("template", table, "--out", tmp_path / "modele.xlsx")
    assert is_one_french_message(outcome)
    assert said in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_an_empty_template_is_refused_and_changes_nothing(run, tmp_path):
    assert run("template", "moyens", "--out", tmp_path).code == 0
    outcome = run("import", "moyens", tmp_path / "modele-moyens.xlsx", "--who", "Agathe", "--why", "Essai")
    assert outcome.code == 1
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(("name", "file_format"), [("moyens", "xlsx"), ("file_active_territoire", "parquet")])
def test_a_fictitious_file_of_any_format_is_ready_to_import(run, tmp_path, known, name, file_format):
    run("fake", name, "--out", tmp_path, "--format", file_format, *WORDS)
    path = tmp_path / f"fictif-{name}.{file_format}"
    draft = draft_of(path.read_bytes(), path.name, PACKAGE.table(name), known)
    assert len(draft.frame) > 0
    assert draft.notes == ()
    assert [problem.sentence() for problem in draft.problems] == []


def test_a_fictitious_file_is_imported_then_exported_and_said_to_be_fictitious(
    built_settings, tmp_path, monkeypatch, capsys
):
    run = running(own_settings(built_settings, tmp_path), monkeypatch, capsys)
    run("fake", "file_active", "--out", tmp_path, *WORDS)
    given = pd.read_csv(tmp_path / "fictif-file_active.csv", dtype=str, keep_default_na=False)
    imported = run(
        "import", "file_active", tmp_path / "fictif-file_active.csv", "--who", "Agathe", "--why", "Formation"
    )
    assert imported.code == 0, imported.err
    assert run("export", "--out", tmp_path / "sortie", "--tables", "file_active").code == 0
    text = (tmp_path / "sortie" / "sources.json").read_text(encoding="utf-8")
    assert "données fictives" in text
    shown = pd.read_csv(tmp_path / "sortie" / "file_active.csv", dtype=str, keep_default_na=False)
    assert len(shown) == len(given)
    assert set(shown["provenance"]) == {"fictif"}
    small = given["patients"].astype(int).between(1, 10)
    assert small.any()
    key = list(PACKAGE.table("file_active").primary_key)
    beside = given[small].merge(shown, on=key, suffixes=("", "_montre"))
    assert len(beside) == small.sum()
    assert set(beside["patients_montre"]) == {""}
    assert "connu" not in set(beside["patients_etat"])

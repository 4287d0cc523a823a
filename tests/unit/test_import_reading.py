"""Files that readers bring: read whole and true, or refused with every fault told."""

import csv
import datetime
import hashlib
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from textwrap import dedent

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from rarecare.dataset.imports.cells import fault_of_text
from rarecare.dataset.imports.encodings import first_fault
from rarecare.dataset.imports.reading import LIMITS, Limits, Sheet, read_content, read_source
from rarecare.dataset.imports.refusals import KEPT_PER_RULE, READING_RULES, column_letters
from rarecare.dataset.imports.texts import NoTextError, text_of
from rarecare.dataset.imports.xlsx_parts import column_index
from rarecare.errors import DataProblems, UserError
from tests.bad_files import GRID, bad_files
from tests.table_files import (
    csv_bytes,
    ods_bytes,
    ods_cell,
    ods_row,
    ods_sheet,
    ods_workbook,
    parquet_bytes,
    rezip,
    xlsx_bytes,
)

TEXTS = tuple(tuple(str(cell) for cell in row) for row in GRID)
WRITERS = {"csv": csv_bytes, "xlsx": xlsx_bytes, "ods": ods_bytes, "parquet": parquet_bytes}
DAY = datetime.datetime(2024, 1, 31)


def refused(content, *, name="fichier.csv", limits=LIMITS):
    with pytest.raises(DataProblems) as caught:
        read_content(content, name=name, limits=limits)
    return caught.value.problems


def rows_of(content, *, name="fichier.csv"):
    return read_content(content, name=name).sheets[0].rows


# what is read


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_grid_is_read_the_same_from_every_format(kind):
    content = WRITERS[kind](GRID)
    source = read_content(content, name=f"centres.{kind}")
    assert source.kind == kind
    assert source.sheets[0].rows == TEXTS
    assert source.sha256 == hashlib.sha256(content).hexdigest()
    assert (source.file, source.bytes) == (f"centres.{kind}", len(content))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        *(
            ("utf-8", ""),
            ("utf-8-sig", ""),
            ("utf-16", "UTF-16"),
            ("utf-32", "UTF-32"),
            ("cp1252", "Windows-1252"),
        ),
        *(("mac_roman", "Mac Roman"), ("cp850", "DOS 850")),
    ],
)
def test_a_csv_is_understood_in_each_separator_and_encoding(delimiter, encoding, told):
    source = read_content(csv_bytes(GRID, delimiter=delimiter, encoding=encoding), name="x.csv")
    assert source.sheets == (Sheet("", TEXTS),)
    assert (source.delimiter, source.encoding) == (delimiter, encoding)
    assert [note for note in source.notes if "encodage" in note] == (
        [f"Texte lu dans l'encodage {told} : vérifier quelques accents."] if told else []
    )


def test_the_euro_and_the_ligature_tell_the_cousin_of_windows_1252():
    grid = [("Cœur", "Coût"), ("sœurs", "3 €"), ("œdème", "Œuvre")]
    source = read_content(csv_bytes(grid, encoding="iso8859_15"), name="x.csv")
    assert (source.encoding, source.sheets[0].rows) == ("iso8859_15", tuple(grid))


def test_curly_quotes_alone_are_those_of_windows():
    source = read_content("nom,mot\na,“b”\nc,l’œil…\n".encode("cp1252"), name="x.csv")
    assert source.encoding == "cp1252"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_line_ends_of_every_system_are_understood(newline):
    assert rows_of(csv_bytes(GRID, newline=newline)) == TEXTS


def test_a_decimal_comma_is_no_separator():
    assert rows_of(b"a;b\n1,5;2,5\n3,5;4,5\n") == (("a", "b"), ("1,5", "2,5"), ("3,5", "4,5"))


def test_commas_in_every_line_do_not_hide_the_semicolons():
    content = b"Nom, ville;Patients\nNecker, Paris;1\nHCL, Lyon;2\n"
    assert rows_of(content)[0] == ("Nom, ville", "Patients")


def test_the_separator_announced_is_obeyed_and_keeps_its_line():
    content = b"sep=;\r\na,x;b,y\r\n1,2;3,4\r\n"
    assert rows_of(content) == (("", ""), ("a,x", "b,y"), ("1,2", "3,4"))


def test_empty_lines_keep_their_place_but_at_the_end():
    assert rows_of(b"\n\na,b\n\n1,2\n,\n\n") == (("", ""), ("", ""), ("a", "b"), ("", ""), ("1", "2"))


def test_a_title_above_the_table_is_no_fault():
    assert rows_of(b"Files actives 2024\n\na,b,c\n1,2,3\n")[0] == ("Files actives 2024", "", "")


def test_empty_cells_beyond_the_last_column_are_left_out():
    assert rows_of(b"a;b;;\n1;2;;\n3;;;\n") == (("a", "b"), ("1", "2"), ("3", ""))


def test_a_cell_of_several_lines_is_one_line_of_the_sheet():
    assert rows_of(b'a,b\n"x\ny",1\nz,2\n') == (("a", "b"), ("x\ny", "1"), ("z", "2"))


def test_two_lines_of_headings_may_repeat_a_word():
    content = b"Patients,Patients,Nom\ntotal,nouveaux,centre\n12,3,Brest\n"
    assert rows_of(content)[0] == ("Patients", "Patients", "Nom")


def test_values_of_a_workbook_become_plain_texts():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row("B3", [12.0, 12.5, 0.1 + 0.2, 1e20, -3, True, False, "01004", " a "])
        for column, pattern, value in (
            ("B4", "dd/mm/yyyy", DAY),
            ("C4", "dd/mm/yyyy hh:mm", DAY.replace(hour=3)),
            ("D4", "hh:mm", datetime.time(3, 4)),
            ("E4", "[h]:mm", datetime.timedelta(hours=30)),
        ):
            sheet.write_datetime(column, value, workbook.add_format({"num_format": pattern}))
    rows = rows_of(written.getvalue(), name="x.xlsx")
    assert rows[:2] == (("",) * 10,) * 2
    assert rows[2] == ("", "12", "12.5", "0.3", "1" + "0" * 20, "-3", "oui", "non", "01004", " a ")
    assert rows[3][:5] == ("", "2024-01-31", "2024-01-31 03:00:00", "03:04:00", "30:00:00")


def test_values_of_an_ods_become_the_same_texts():
    cells = [ods_cell(value) for value in (12.0, 12.5, 0.1 + 0.2, True, DAY.date(), " a\tb\nc  d ", "01004")]
    typed = {
        "percentage": 'office:value="0.125"',
        "currency": 'office:value="3"',
        "date": 'office:date-value="2024-01-31T03:00:00"',
        "time": 'office:time-value="PT30H00M00S"',
    }
    cells += [f'<table:table-cell office:value-type="{kind}" {value}/>' for kind, value in typed.items()]
    content = ods_workbook([ods_sheet("A", [ods_row([]), ods_row(cells), ods_row([ods_cell("x")])])])
    assert rows_of(content, name="x.ods")[1] == (
        *("12", "12.5", "0.3", "oui", "2024-01-31", " a\tb\nc  d ", "01004"),
        *("0.125", "3", "2024-01-31 03:00:00", "30:00:00"),
    )


def test_a_comment_beside_a_value_is_not_read():
    note = "<office:annotation><text:p>brouillon</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{note}<text:p>Br<text:span>est</text:span></text:p>'
    cell += "</table:table-cell>"
    content = ods_workbook([ods_sheet("A", [ods_row([cell, ods_cell("b")])] * 2)])
    assert rows_of(content, name="x.ods")[0] == ("Brest", "b")


def test_repeated_lines_and_columns_of_an_ods_are_written_out_and_empty_ones_keep_places():
    rows = [
        ods_row([ods_cell("", repeated=16_384)], repeated=2),
        ods_row(
            [ods_cell("", repeated=2), ods_cell("x", repeated=2), ods_cell("", repeated=16_000)], repeated=2
        ),
        ods_row([ods_cell("", repeated=16_384)], repeated=1_048_000),
    ]
    content = ods_workbook([ods_sheet("A", rows)])
    assert rows_of(content, name="x.ods") == (("",) * 4, ("",) * 4, ("", "", "x", "x"), ("", "", "x", "x"))


def test_the_value_of_merged_cells_is_repeated_and_said():
    grid = [["Brest", "Patients", ""], ["", "total", "nouveaux"], ["CHU", 3, 1], ["", 4, 2]]
    merged = read_content(xlsx_bytes(grid, merged=["A1:A2", "B1:C1", "A3:A4"]), name="x.xlsx")
    cells = [
        [ods_cell("Brest", rows=2), ods_cell("Patients", columns=2)],
        [ods_cell(""), ods_cell("total"), ods_cell("nouveaux")],
        [ods_cell("CHU", rows=2), ods_cell(3), ods_cell(1)],
        [ods_cell(""), ods_cell(4), ods_cell(2)],
    ]
    same = read_content(ods_workbook([ods_sheet("Feuille1", [ods_row(row) for row in cells])]), name="x.ods")
    assert merged.sheets[0].rows == (
        ("Brest", "Patients", "Patients"),
        ("Brest", "total", "nouveaux"),
        ("CHU", "3", "1"),
        ("CHU", "4", "2"),
    )
    assert same.sheets == merged.sheets
    said = "Feuille « Feuille1 » : 3 zones fusionnées, dont la valeur est répétée dans chaque cellule."
    assert merged.notes == same.notes == (said,)


def test_a_cell_hidden_by_a_merged_area_takes_the_value_seen():
    cells = [
        ods_row(
            [
                ods_cell("Vu", columns=2),
                "<table:covered-table-cell><text:p>caché</text:p></table:covered-table-cell>",
            ]
        )
    ]
    cells.append(ods_row([ods_cell("a"), ods_cell("b")]))
    assert rows_of(ods_workbook([ods_sheet("A", cells)]), name="x.ods")[0] == ("Vu", "Vu")


def test_an_area_merged_beyond_the_table_adds_no_line():
    rows = [
        ods_row([ods_cell("Titre", columns=1_000, rows=1_000_000)]),
        ods_row([ods_cell(""), ods_cell("b")]),
    ]
    assert rows_of(ods_workbook([ods_sheet("A", rows)]), name="x.ods") == (
        ("Titre", "Titre"),
        ("Titre", "Titre"),
    )


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_all_the_sheets_of_a_workbook_are_read_in_order(kind):
    source = read_content(
        WRITERS[kind](GRID, sheet="Centres", others={"Vide": [], "Notes": [["é"]]}), name=f"x.{kind}"
    )
    assert source.sheets == (Sheet("Centres", TEXTS), Sheet("Vide", ()), Sheet("Notes", (("é",),)))


def test_a_hidden_sheet_is_said_and_a_chart_is_left_out():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as workbook:
        for name in ("Centres", "Ancien"):
            sheet = workbook.add_worksheet(name)
            for index, row in enumerate(GRID):
                sheet.write_row(index, 0, row)
        workbook.get_worksheet_by_name("Ancien").hide()
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "=Centres!$C$2:$C$4"})
        workbook.add_chartsheet("Courbe").set_chart(chart)
    source = read_content(written.getvalue(), name="x.xlsx")
    assert [sheet.name for sheet in source.sheets] == ["Centres", "Ancien"]
    assert [sheet.hidden for sheet in source.sheets] == [False, True]
    assert source.notes == (
        "La feuille « Ancien » est masquée dans le classeur : elle n'est lue que si on la choisit.",
    )


def hidden_parts_xlsx():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as workbook:
        sheet = workbook.add_worksheet("Centres")
        for index, row in enumerate([["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]]):
            sheet.write_row(index, 0, row)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(90, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_column(8, 900, None, None, {"hidden": True})
    return written.getvalue()


def hidden_parts_ods():
    lines = [ods_row([ods_cell(cell) for cell in cells]) for cells in ("abc", "123", "456")]
    lines[1] = lines[1].replace("<table:table-row>", '<table:table-row table:visibility="filter">')
    columns = (
        '<table:table-column/><table:table-column table:visibility="collapse"/>'
        '<table:table-column/><table:table-column table:number-columns-repeated="900" table:visibility="collapse"/>'
    )
    return ods_workbook([ods_sheet("Centres", [columns, *lines])])


@pytest.mark.parametrize(("write", "name"), [(hidden_parts_xlsx, "x.xlsx"), (hidden_parts_ods, "x.ods")])
def test_hidden_lines_and_columns_are_read_and_said(write, name):
    source = read_content(write(), name=name)
    assert source.sheets[0].rows == (("a", "b", "c"), ("1", "2", "3"), ("4", "5", "6"))
    assert source.notes == (
        "Feuille « Centres » : 1\u00a0ligne masquée (2) et 1\u00a0colonne masquée (B) sont lues aussi.",
    )


def test_a_hidden_sheet_of_an_ods_workbook_is_said():
    style = (
        '<office:automatic-styles><style:style style:name="ta2" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body>'
    )
    sheets = [
        ods_sheet(name, [ods_row([ods_cell("a")]), ods_row([ods_cell("b")])]) for name in ("Vue", "Cachée")
    ]
    sheets[1] = sheets[1].replace("<table:table ", '<table:table table:style-name="ta2" ')
    content = ods_workbook(sheets)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("content.xml").decode().replace("<office:body>", style)
    source = read_content(rezip(content, changes={"content.xml": text.encode()}), name="x.ods")
    assert [(sheet.name, sheet.hidden) for sheet in source.sheets] == [("Vue", False), ("Cachée", True)]
    assert "« Cachée » est masquée" in source.notes[0]


def test_lists_of_values_and_conditional_formats_are_no_formulas():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as workbook:
        sheet = workbook.add_worksheet()
        for index, row in enumerate(GRID):
            sheet.write_row(index, 0, row)
        sheet.data_validation("E2:E9", {"validate": "list", "source": "=$A$2:$A$4"})
        sheet.conditional_format(
            "C2:C9", {"type": "formula", "criteria": "=$C2>9", "format": workbook.add_format()}
        )
    assert rows_of(written.getvalue(), name="x.xlsx") == TEXTS


def test_empty_cells_with_a_style_far_away_are_no_cells():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as workbook:
        sheet = workbook.add_worksheet()
        for index, row in enumerate(GRID):
            sheet.write_row(index, 0, row)
        sheet.write_blank("XFD1048576", None, workbook.add_format({"bold": True}))
    assert rows_of(written.getvalue(), name="x.xlsx") == TEXTS


def test_values_of_parquet_become_plain_texts():
    table = pa.table(
        {
            "texte": pa.array(["é", None]),
            "mot": pa.array(["a", "b"]).dictionary_encode(),
            "entier": pa.array([12, None]),
            "court": pa.array([12.1, None], pa.float32()),
            "exact": pa.array([Decimal("12.50"), None]),
            "jour": pa.array([DAY.date(), None]),
            "moment": pa.array([DAY, DAY.replace(hour=3)], pa.timestamp("ns")),
            "vrai": pa.array([True, False]),
            "rien": pa.nulls(2),
            "absent": pa.array([float("nan"), 1.0]),
        }
    )
    written = io.BytesIO()
    pq.write_table(table, written)
    assert rows_of(written.getvalue(), name="x.parquet")[1:] == (
        ("é", "a", "12", "12.1", "12.5", "2024-01-31", "2024-01-31", "oui", "", ""),
        ("", "b", "", "", "", "", "2024-01-31 03:00:00", "non", "", "1"),
    )


def test_the_content_is_believed_rather_than_the_name():
    source = read_content(xlsx_bytes(GRID), name="centres.csv")
    assert source.kind == "xlsx"
    assert source.notes == ("Le contenu du fichier a été reconnu malgré son nom : classeur XLSX.",)


# what is refused


def test_more_than_three_hundred_bad_files_are_all_refused_with_the_expected_reason():
    files = bad_files()
    assert len({file.name for file in files}) == len(files) >= 300
    assert len({(file.content, file.limits) for file in files}) == len(files)
    wrong = []
    for file in files:
        try:
            read_content(file.content, name=file.name, limits=file.limits)
        except DataProblems as refusal:
            wrong += faults_of_refusal(file, refusal.problems)
        else:
            wrong.append(f"{file.name}: accepted")
    assert wrong == []
    assert {file.slug for file in files} == set(READING_RULES)


def faults_of_refusal(file, problems):
    if file.slug not in {problem.slug for problem in problems}:
        yield f"{file.name}: {file.slug} expected, got {problems}"
    for problem in problems:
        if (problem.rule, problem.remedy) != READING_RULES[problem.slug] or problem.file != file.name:
            yield f"{file.name}: {problem}"
        if not problem.value.isprintable() or len(problem.value) > 120:
            yield f"{file.name}: value {problem.value!r}"


def test_a_formula_is_told_by_its_sheet_line_and_column():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as workbook:
        workbook.add_worksheet("Lisez-moi").write("A1", "Bonjour")
        sheet = workbook.add_worksheet("Centres")
        sheet.write_formula("C12", "=1+2", None, 3)
        sheet.write_formula("AB3", "=1/0", None, "#DIV/0!")
    problems = refused(written.getvalue(), name="centres.xlsx")
    assert [(p.sheet, p.line, p.column, p.slug, p.value) for p in problems] == [
        ("Centres", 3, "AB", "cellule-en-erreur", "cellule AB3"),
        ("Centres", 3, "AB", "formule", "cellule AB3"),
        ("Centres", 12, "C", "formule", "cellule C12"),
    ]
    assert "feuille « Centres », ligne 12, colonne « C »" in problems[2].sentence()


def test_all_the_faults_of_a_csv_are_told_at_once():
    content = 'a;b\nHÃ´pital;1\n=1+2;2\nx;3;4\ny\n\x07;5\n"z;6\n'.encode()
    found = [(p.line, p.column, p.slug) for p in refused(content)]
    assert found == [
        (2, "A", "texte-deforme"),
        (3, "A", "formule"),
        (4, "", "nombre-de-cellules"),
        (5, "", "nombre-de-cellules"),
        (6, "A", "caractere-de-controle"),
        (7, "", "csv-illisible"),
    ]


def test_all_the_faults_of_an_ods_are_told_at_once():
    row = ods_row([ods_cell("HÃ´pital"), ods_cell(3, formula="of:=1+2"), ods_cell("=x")])
    problems = refused(ods_workbook([ods_sheet("A", [row]), ods_sheet("B", [row])]), name="x.ods")
    assert [(p.sheet, p.column, p.slug) for p in problems] == [
        (sheet, column, slug)
        for column, slug in (("A", "texte-deforme"), ("B", "formule"), ("C", "formule"))
        for sheet in ("A", "B")
    ]


def test_a_thousand_faults_of_one_kind_are_counted_rather_than_listed():
    problems = refused(csv_bytes([("a", "b"), *[("=1", "2")] * 1_000]))
    assert len(problems) == KEPT_PER_RULE + 1
    assert problems[0].value == "et 800 autres cellules ou lignes de ce fichier"


def test_a_character_that_does_not_decode_is_told_by_its_line_and_byte():
    (problem,) = refused(b"a,b\n1,2\n\xff\xfe\xfd,\x81\n")
    assert (problem.line, problem.slug) == (3, "encodage-incorrect")
    assert problem.value.startswith("octet 0xff")


def test_a_character_cut_at_the_edge_of_a_block_is_still_told_at_its_place():
    assert first_fault(b"a" * ((1 << 20) - 1) + "é".encode()[:1] + b"bc", "utf-8") == (1 << 20) - 1
    assert first_fault(b"a" * ((1 << 20) - 1) + "é".encode(), "utf-8") is None


def test_the_size_is_said_in_the_refusal_of_a_heavy_file():
    (problem,) = refused(b"a,b\n" * 1_000, limits=LIMITS.of_megabytes(0.002))
    assert (problem.slug, problem.value) == ("fichier-trop-lourd", "4,0 ko, il en faut moins de 2,0 ko")
    assert LIMITS.of_megabytes(200) == LIMITS == Limits()


def test_a_heavy_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "lourd.csv"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    with pytest.raises(DataProblems) as caught:
        read_source(path)
    (problem,) = caught.value.problems
    assert (problem.slug, problem.value) == ("fichier-trop-lourd", "200,0 Mo, il en faut moins de 200,0 Mo")


# paths


def test_a_file_is_read_under_the_name_given(tmp_path):
    path = tmp_path / "tmp12"
    path.write_bytes(csv_bytes(GRID))
    assert read_source(path, name="centres.csv").file == "centres.csv"
    assert read_source(path).file == "tmp12"
    assert read_source(path, name="centres.csv") == read_content(path.read_bytes(), name="centres.csv")


def test_a_path_that_cannot_be_read_is_told_to_its_giver(tmp_path):
    for path, what in (
        (tmp_path / "absent.csv", "Le fichier est absent ou ne peut pas être lu"),
        (tmp_path, "C'est un dossier, pas un fichier"),
        (tmp_path / "a\0b", "Le fichier est absent ou ne peut pas être lu"),
        (tmp_path / ("x" * 5_000), "Le fichier est absent ou ne peut pas être lu"),
    ):
        with pytest.raises(UserError) as caught:
            read_source(path)
        assert not isinstance(caught.value, DataProblems)
        assert caught.value.what == what


# memory


def test_memory_stays_a_small_multiple_of_the_size_of_a_csv(tmp_path):
    path = tmp_path / "lourd.csv"
    rows = [
        (f"Hôpital {n}", n % 97, n % 12, 2_000 + n % 30, "Maladies osseuses constitutionnelles")
        for n in range(2_000)
    ]
    body = csv_bytes(rows, delimiter=";")
    with path.open("wb") as stream:
        stream.write(b"etablissement;patients;mois;annee;reseau\r\n")
        for _ in range(60):
            stream.write(body)
    assert path.stat().st_size > 6_000_000
    assert peak_memory_bytes(path) < 9 * path.stat().st_size


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_bomb_is_refused_within_a_tight_memory(tmp_path, kind):
    path = tmp_path / f"bombe.{kind}"
    part = "xl/worksheets/sheet1.xml" if kind == "xlsx" else "content.xml"
    path.write_bytes(rezip(WRITERS[kind](GRID), changes={part: b" " * 30_000_000}))
    assert path.stat().st_size < 200_000
    assert peak_memory_bytes(path, refused=True) < 40_000_000


def peak_memory_bytes(path, *, refused=False):
    """Return by how much reading a file makes a new process grow, under a hard limit on its memory."""
    script = dedent(
        """
        import resource, sys
        from pathlib import Path
        from rarecare.dataset.imports.reading import read_source
        from rarecare.errors import DataProblems
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            read_source(Path(sys.argv[1]))
            outcome = "read"
        except DataProblems as refusal:
            outcome = refusal.problems[0].slug
        print(outcome, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    outcome, grown = done.stdout.split()
    assert outcome == ("archive-demesuree" if refused else "read")
    return int(grown)


# small parts


def test_columns_are_named_as_spreadsheets_do():
    assert [column_letters(index) for index in (0, 25, 26, 701, 702, 16_383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert all(column_index(column_letters(index)) == index for index in range(2_000))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(
            (None, ""),
            ("", ""),
            (True, "oui"),
            (0, "0"),
            (-0.0, "0"),
            (12.0, "12"),
            (1e15, "1000000000000000"),
        ),
        *(
            (1.5e-7, "0.00000015"),
            (1 / 3, "0.333333333333333"),
            (float("nan"), ""),
            (Decimal("1E+3"), "1000"),
        ),
        (datetime.timedelta(minutes=-90), "-01:30:00"),
    ],
)
def test_a_value_has_one_plain_text(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize("value", [float("inf"), Decimal("-Infinity"), b"octets", [1], object()])
def test_a_value_without_a_text_is_refused(value):
    with pytest.raises(NoTextError):
        text_of(value)


@pytest.mark.parametrize(
    "text",
    ["SÃO PAULO", "≤10", "a\tb", "x\ny", "=", "l’œil", "12\u202f345", "Łódź", "病院", "-3", "+33", "@"],
)
def test_unusual_texts_are_not_faults(text):
    assert fault_of_text(text, longest=100) == ""


def test_no_more_cells_than_allowed_are_taken_from_every_line_together():
    limits = replace(LIMITS, cells=len(GRID) * 4)
    assert read_content(csv_bytes(GRID), name="x.csv", limits=limits).sheets[0].rows == TEXTS
    assert {p.slug for p in refused(csv_bytes([*GRID, GRID[1]]), limits=limits)} == {"trop-de-cellules"}


def test_quoting_everything_changes_nothing():
    assert rows_of(csv_bytes(GRID, quoting=csv.QUOTE_ALL)) == TEXTS


@pytest.mark.parametrize(
    "text",
    [
        "centre,annee,patients\na,2022,1,234\nb,2021,1,200\n",
        "centre;annee;patients\na;2022;12;345\n",
        "File active du CHU;;\ncentre;annee;patients\na;2022;12;345\nb;2023;11;111\n",
    ],
)
def test_rows_that_are_all_wider_than_the_headings_are_refused(text):
    problems = refused(text.encode())
    assert {problem.slug for problem in problems} == {"nombre-de-cellules"}


@pytest.mark.parametrize(
    "text",
    [
        "Files actives;;\n;;\ncentre;2022;2023\na;12;13\n",
        "centre;patients\na;12;;\nb;13;;\n",
        "Titre\ncentre;patients\na;12\n",
    ],
)
def test_titles_empty_cells_and_years_as_headings_are_no_fault(text):
    assert rows_of(text.encode())

"""Whatever a file holds, reading it gives its cells or a list of problems; what was written is read back."""

import io
import string
import zipfile

import pytest
import xlsxwriter
from hypothesis import assume, given
from hypothesis import strategies as st

from rarecare.dataset.imports.cells import fault_of_text
from rarecare.dataset.imports.reading import Source, read_content
from rarecare.dataset.imports.refusals import READING_RULES
from rarecare.errors import DataProblems
from tests.table_files import csv_bytes, ods_bytes, parquet_bytes, xlsx_bytes

GRID = (("Établissement", "Patients"), ("Hôpital Necker", 120), ("CHU de Brest", 34), ("Lyon", 57))
FILES = {
    "virgule": csv_bytes(GRID),
    "ancien": csv_bytes(GRID, delimiter=";", encoding="cp1252"),
    "large": csv_bytes(GRID, delimiter="\t", encoding="utf-16"),
    "xlsx": xlsx_bytes(GRID, merged=["A2:A3"]),
    "ods": ods_bytes(GRID),
    "parquet": parquet_bytes(GRID),
}
FRENCH = string.ascii_letters + string.digits + " éèàçêôûîïüœÉÀŒ’«»-.,;|\t'\"\n()/&≤"


def outcome(content):
    """Return what reading gave, once it is known to be one of the only two things allowed."""
    try:
        source = read_content(content, name="fichier")
    except DataProblems as refusal:
        check_problems(refusal.problems)
        return refusal
    assert isinstance(source, Source)
    for sheet in source.sheets:
        assert len({len(row) for row in sheet.rows}) <= 1
        assert not sheet.rows or any(sheet.rows[-1])
        assert all(isinstance(cell, str) for row in sheet.rows for cell in row)
    return source


def check_problems(problems):
    assert problems
    for problem in problems:
        assert problem.slug in READING_RULES
        assert problem.sentence().isprintable()


@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    outcome(content)


@given(text=st.text(max_size=200), encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_any_text_is_read_or_refused(text, encoding):
    outcome(text.encode(encoding, "surrogatepass"))


@given(start=st.sampled_from([content[:8] for content in FILES.values()]), content=st.binary(max_size=300))
def test_any_bytes_after_a_known_start_are_read_or_refused(start, content):
    outcome(start + content)


@st.composite
def changes(draw):
    """Return a function that spoils a content at some places."""
    kind = draw(st.sampled_from(["cut", "flip", "insert", "remove", "swap"]))
    places = draw(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=6))
    blob = draw(st.binary(min_size=1, max_size=12))

    def spoil(content):
        spoiled = bytearray(content)
        for share in places:
            at = int(share * len(spoiled))
            if kind == "cut":
                del spoiled[at:]
            elif kind == "flip" and spoiled:
                spoiled[at] ^= blob[0] or 1
            elif kind == "insert":
                spoiled[at:at] = blob
            elif kind == "remove":
                del spoiled[at : at + len(blob)]
            else:
                spoiled[at : at + len(blob)] = blob
        return bytes(spoiled)

    return spoil


@pytest.mark.parametrize("kind", FILES)
@given(spoil=changes())
def test_a_spoiled_file_is_read_or_refused(kind, spoil):
    outcome(spoil(FILES[kind]))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@given(spoil=changes(), which=st.integers(0, 30))
def test_a_spoiled_part_of_a_sound_archive_is_read_or_refused(kind, spoil, which):
    outcome(with_spoiled_part(FILES[kind], which, spoil))


def with_spoiled_part(content, which, spoil):
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(written, "w") as target:
        names = source.namelist()
        for index, name in enumerate(names):
            data = source.read(name)
            target.writestr(name, spoil(data) if index == which % len(names) else data)
    return written.getvalue()


def grids(cells):
    """Return grids of a line of distinct headings and some lines of cells, the last of them not empty."""

    @st.composite
    def drawn(draw):
        columns = draw(st.integers(2, 5))
        rows = draw(st.lists(st.lists(cells, min_size=columns, max_size=columns), min_size=1, max_size=6))
        rows.append([f"fin {index}" for index in range(columns)])
        return ((*(f"Colonne {index}" for index in range(columns)),), *map(tuple, rows))

    return drawn()


def is_sound(text):
    return not fault_of_text(text, longest=32_767)


ANY_CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=12).filter(is_sound)


@given(
    grid=grids(ANY_CELLS | st.sampled_from(["a\r\nb", "\n", "a\tb", '"', '""', ";", ",", "|", " a ", "1,5"])),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_any_grid_written_as_csv_is_read_back(grid, delimiter, encoding, newline):
    source = outcome(csv_bytes(grid, delimiter=delimiter, encoding=encoding, newline=newline))
    assert (source.sheets[0].rows, source.delimiter) == (grid, delimiter)


@given(
    grid=grids(
        st.sampled_from(["Hôpital Necker", "Mère-Enfant", "CHU d’Orléans", "Œil", "cœur", "A", "12", "3 €"])
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["cp1252", "mac_roman"]),
)
def test_any_french_grid_is_read_back_from_the_encodings_of_before(grid, delimiter, encoding):
    assume(any("é" in cell or "è" in cell or "ô" in cell for row in grid for cell in row))
    source = outcome(csv_bytes(grid, delimiter=delimiter, encoding=encoding))
    assert source.sheets[0].rows == grid


@given(grid=grids(st.text(FRENCH, max_size=12).filter(is_sound)))
def test_any_grid_of_texts_written_as_a_workbook_is_read_back(grid):
    assert outcome(xlsx_bytes(grid)).sheets[0].rows == grid
    assert outcome(ods_bytes(grid)).sheets[0].rows == grid
    assert outcome(parquet_bytes(grid)).sheets[0].rows == grid


@given(
    numbers=st.lists(st.integers(-(10**14), 10**14), min_size=2, max_size=8),
    divisor=st.sampled_from([1, 10, 100]),
)
def test_any_number_is_read_as_written_by_hand(numbers, divisor):
    texts = [plain(number, divisor) for number in numbers]
    grid = [["Nom", "Nombre"], *[[f"n{index}", number / divisor] for index, number in enumerate(numbers)]]
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for index, row in enumerate(grid):
            sheet.write_row(index, 0, row)
    for content in (written.getvalue(), ods_bytes(grid), parquet_bytes(grid)):
        assert [row[1] for row in outcome(content).sheets[0].rows[1:]] == texts


def plain(number, divisor):
    """Return number / divisor in figures, from whole numbers alone."""
    whole, rest = divmod(abs(number), divisor)
    decimals = str(rest).zfill(len(str(divisor)) - 1).rstrip("0") if divisor > 1 else ""
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"

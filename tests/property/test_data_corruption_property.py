"""However the files of the data are spoiled, the check answers with problems: it never crashes, never loops."""

import csv
import io
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rarecare.dataset.rules import check_tables
from rarecare.errors import Problem

LINES_KEPT = 8
CODES = frozenset({"35238", "29019", "75115"})

TABLES = st.sampled_from(
    [
        *(
            "centres.csv",
            "reseaux.csv",
            "filieres.csv",
            "exceptions.csv",
            "reseau_routier.csv",
            "massifs.csv",
        ),
        *("epidemiologie.csv", "comptes_publies.csv", "franchissements.csv", "datapackage.json"),
    ]
)
HOSTILE_CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "nan", "NaN", "inf", "-1", "1e400", "٣", "9" * 40, "=cmd()", "\u202f", "a\nb", '"', "é", "0x1F"]
    ),
)


@st.composite
def cell_changes(draw):
    row, column, text = draw(st.integers(0, LINES_KEPT)), draw(st.integers(0, 20)), draw(HOSTILE_CELLS)

    def change(content):
        rows = list(csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline="")))
        if rows and rows[row % len(rows)]:
            cells = rows[row % len(rows)]
            cells[column % len(cells)] = text
        written = io.StringIO(newline="")
        csv.writer(written, lineterminator="\n").writerows(rows)
        return written.getvalue().encode("utf-8", "surrogatepass")

    return change


@st.composite
def byte_changes(draw):
    place, length, inserted = (
        draw(st.integers(0, 4000)),
        draw(st.integers(0, 60)),
        draw(st.binary(max_size=20)),
    )

    def change(content):
        start = place % (len(content) + 1)
        return content[:start] + inserted + content[start + length :]

    return change


@st.composite
def line_changes(draw):
    order = draw(st.lists(st.integers(0, LINES_KEPT), max_size=2 * LINES_KEPT))

    def change(content):
        lines = content.splitlines(keepends=True)
        return b"".join(lines[index % len(lines)] for index in order) if lines else content

    return change


@pytest.fixture(scope="module")
def small_data(repository, tmp_path_factory):
    """Return a copy of the data whose tables are cut short: what is checked is the reader, not the contents."""
    directory = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(repository / "data", directory)
    for path in directory.glob("*.csv"):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[: LINES_KEPT + 1]))
    return directory


@given(
    changes=st.lists(
        st.tuples(TABLES, st.one_of(cell_changes(), byte_changes(), line_changes())), min_size=1, max_size=4
    )
)
@settings(max_examples=25)
def test_spoiled_files_give_problems_and_never_a_crash(small_data, changes):
    kept = {name: (small_data / name).read_bytes() for name, _ in changes}
    try:
        for name, change in changes:
            (small_data / name).write_bytes(change((small_data / name).read_bytes()))
        problems = check_tables(small_data, CODES, frozenset({"35", "29", "75"}))
    finally:
        for name, content in kept.items():
            (small_data / name).write_bytes(content)
    assert problems
    assert problems == sorted(problems)
    for problem in problems:
        assert isinstance(problem, Problem)
        assert problem.slug in problem.sentence()

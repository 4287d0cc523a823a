"""What holds for any file: numbers read as they are written, mappings kept, order without effect, no crash."""

import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rarecare import french
from rarecare.dataset.imports.mapping import Mapping, propose_mapping
from rarecare.dataset.imports.sources import Sheet
from rarecare.dataset.imports.values import clean_date, clean_number, clean_text
from tests.import_sheets import TODAY, draft, prepare, references, source, table

# one draft takes some tens of milliseconds: a few examples go far, and are told as they are found
FEW = settings(
    max_examples=12, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)

HEADINGS = ["Hôpital", "CRMR", "Année", "Patients", "Délai médian (mois)", "Remarque"]
ROWS = [
    ["CHU Dijon", "CLAD Est", "2023", "1 120", "12,5", "a"],
    ["CHU Dijon", "CLAD Est", "2024", "≤10", "", "b"],
    ["Hôpital Nord", "CLAD Est", "2024", "12", "", "c"],
    ["CHU Besançon", "CLAD Est", "31/12/2024", "7", "1", "d"],
    ["CHU Lille", "CLAD Est", "2024", "12", "x", "e"],
]

cells = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "12",
            "CHU Dijon",
            "CLAD Est",
            "2024",
            "≤10",
            "Total",
            "=1",
            "\u202f",
            "nan",
            "9" * 30,
            "²",
            "é" * 50,
        ]
    ),
)
texts = st.dictionaries(st.text(min_size=1, max_size=12), st.text(max_size=12), max_size=4)
mappings = st.builds(
    Mapping,
    table=st.text(min_size=1, max_size=12),
    sheet=st.text(max_size=12),
    header_line=st.integers(1, 10_000),
    columns=texts,
    constants=texts,
    matches=texts,
    header_height=st.integers(1, 3),
    pivot=st.dictionaries(
        st.text(min_size=1, max_size=12),
        st.fixed_dictionaries(
            {"champ": st.text(min_size=1, max_size=8)}, optional={"annee": st.text(max_size=4)}
        ),
        max_size=3,
    ),
)


@given(st.integers(0, 10**12 - 1))
def test_whole_number_written_in_french_is_read_back(value):
    assert clean_number(french.number(value), whole=True).value == str(value)


@given(st.integers(0, 10**9), st.integers(0, 3))
def test_decimal_number_written_in_french_is_read_back(value, decimals):
    number = value / 10**decimals
    assert float(clean_number(french.number(number, decimals), whole=False).value) == number


@given(st.dates())
def test_date_written_in_french_is_read_back(day):
    for written in (day.isoformat(), f"{day.day:02d}/{day.month:02d}/{day.year:04d}"):
        assert clean_date(written).value == day.isoformat()
    if day.year >= 1000:
        assert clean_date(french.date(day)).value == day.isoformat()


@given(st.text())
def test_number_is_refused_or_canonical(text):
    cell = clean_number(text, whole=True)
    assert bool(cell.slug) != bool(cell.value)
    if cell.value:
        assert cell.value == str(int(cell.value))


@given(st.text())
def test_clean_text_is_clean(text):
    cell = clean_text(text)
    if not cell.slug:
        assert clean_text(cell.value).value == cell.value
        assert clean_text(cell.value).changes == ()


@given(mappings)
def test_mapping_survives_its_file(mapping):
    assert Mapping.from_toml(mapping.to_toml()) == mapping


def as_rows(result):
    frame = result.frame.assign(line=result.places["line"])
    return {row.note: tuple(row)[1:-1] for row in frame.itertuples()}


@FEW
@given(st.permutations(range(len(HEADINGS))), st.permutations(range(len(ROWS))))
def test_order_of_columns_and_rows_does_not_matter(columns, rows):
    plain = draft("file_active", "\n".join(" | ".join(row) for row in [HEADINGS, *ROWS]))
    shuffled = [[row[column] for column in columns] for row in [HEADINGS, *(ROWS[row] for row in rows)]]
    result = draft("file_active", "\n".join(" | ".join(row) for row in shuffled))
    assert as_rows(result) == as_rows(plain)
    assert result.notes == plain.notes
    assert {(p.slug, p.value, p.column) for p in result.problems} == {
        (p.slug, p.value, p.column) for p in plain.problems
    }
    assert [(doubt.text, doubt.candidates) for doubt in result.doubtful] == [
        (doubt.text, doubt.candidates) for doubt in plain.doubtful
    ]


@FEW
@given(
    st.sampled_from(
        ["file_active", "centres", "etablissements", "moyens", "acteurs", "file_active_territoire"]
    ),
    st.lists(st.lists(cells, min_size=6, max_size=6), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_any_cells_under_the_right_headings_give_rows_or_reasons(name, rows, chance: random.Random):
    spec = table(name)
    headings = [field.title for field in spec.fields if field.required or chance.random() < 0.5][:12]
    filled = [(row * 2)[: len(headings)] + [""] * (len(headings) - 12) for row in rows]
    origin = source(Sheet("", (tuple(headings), *(tuple(row) for row in filled))))
    result = prepare(origin, spec, propose_mapping(origin, spec).mapping, references(), today=TODAY)
    assert list(result.frame.columns) == spec.columns
    assert len(result.places) == len(result.frame)
    required = [field.name for field in spec.fields if field.required]
    if not result.problems:
        assert (result.frame[required] != "").all(axis=None)
        assert not result.frame.duplicated(list(spec.primary_key)).any()


@FEW
@given(st.lists(st.lists(cells, max_size=5), min_size=1, max_size=6))
def test_any_sheet_is_proposed_something_and_never_breaks(rows):
    width = max(len(row) for row in rows)
    origin = source(Sheet("A", tuple(tuple(row + [""] * (width - len(row))) for row in rows)))
    spec = table("file_active")
    result = prepare(origin, spec, propose_mapping(origin, spec).mapping, references(), today=TODAY)
    assert result.problems

"""Whatever the texts of a table, its CSV holds one line a row and nothing that a spreadsheet would run."""

import csv
import io

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from rarecare.exports.cells import csv_text, is_dangerous
from rarecare.exports.writers import csv_bytes

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
FORMULAS = st.builds("{}{}".format, st.sampled_from("=+-@\t\r\n＝＋－＠"), TEXTS)


@given(st.lists(TEXTS | FORMULAS, min_size=1, max_size=8))
@example(["\r=1", '"', ",", "=\r\n", "'=1", ""])
def test_every_text_is_read_back_harmless_and_on_its_own_row(texts):
    content = csv_bytes(pd.DataFrame({"rang": range(len(texts)), "note": texts})).decode()
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["rang"] for row in rows] == [str(rank) for rank in range(len(texts))]
    assert [row["note"] for row in rows] == [csv_text(text) for text in texts]
    assert not any(is_dangerous(row["note"]) for row in rows)


@given(TEXTS | FORMULAS)
def test_making_harmless_twice_changes_nothing_more(text):
    assert csv_text(csv_text(text)) == csv_text(text)
    assert str(csv_text(text)).endswith(text.replace("\r\n", "\n").replace("\r", "\n"))

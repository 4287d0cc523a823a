"""The accuracy page says what the model does today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rarecare.errors import UserError
from rarecare.settings import Settings
from rarecare.travel.accuracy import END, START, Accuracy, ErrorSummary, measured, tables_markdown, write_page


def test_the_tables_of_the_page_are_up_to_date(repository: Path) -> None:
    page = (repository / "docs" / "exactitude.md").read_text(encoding="utf-8")
    written = page.partition(START)[2].partition(END)[0].strip()
    assert _same_up_to_rounding(written, tables_markdown(measured(Settings())).strip())


def test_the_page_is_rewritten_between_its_markers_only(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Avant.\n{START}\nancien\n{END}\nAprès.\n", encoding="utf-8")
    summary = ErrorSummary("controle", "Ensemble", 3, 4.25, 10.0, -1.5, 66.6)
    write_page(page, Accuracy((summary,)))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Avant.\n")
    assert text.endswith("Après.\n")
    assert "ancien" not in text
    assert "| Ensemble | 3 | 4,2\u00a0% | 10,0\u00a0% | −1,5\u00a0% | 67\u00a0% |" in text


def test_a_page_without_markers_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Rien.", encoding="utf-8")
    with pytest.raises(UserError, match="repères"):
        write_page(page, Accuracy(()))


def _same_up_to_rounding(written: str, measured_now: str) -> bool:
    """Compare texts, allowing a last digit that another processor rounds otherwise."""
    number = re.compile(r"[+−]?\d+(?:,\d+)?")
    values = [
        [float(text.replace(",", ".").replace("−", "-")) for text in number.findall(table)]
        for table in (written, measured_now)
    ]
    same_words = number.sub("#", written) == number.sub("#", measured_now)
    return same_words and all(abs(a - b) <= 0.11 for a, b in zip(*values, strict=True))

"""The page on imports says what the reading of files does."""

from rarecare.dataset.imports.refusals import READING_RULES, rules_table
from rarecare.dataset.imports.sources import LIMITS
from rarecare.dataset.tables import SHAPE_RULES

NARROW = "\N{NARROW NO-BREAK SPACE}"


def test_every_rule_of_reading_is_documented_with_its_title_and_remedy(repository):
    text = (repository / "docs" / "imports.md").read_text(encoding="utf-8")
    assert rules_table() in text, (
        "run: python -m rarecare.dataset.imports.refusals, and put it in docs/imports.md"
    )


def test_the_limits_written_are_those_of_the_code(repository):
    text = (repository / "docs" / "imports.md").read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    for limit in (LIMITS.rows, LIMITS.columns, LIMITS.cells, LIMITS.cell_characters):
        assert f"| {limit:,} |".replace(",", NARROW) in text
    assert f"| Feuilles d’un classeur | {LIMITS.sheets} |" in text
    assert f"moins de {LIMITS.file_bytes // 1_000_000} Mo" in text
    assert f"| {LIMITS.unpacked_bytes // 1_000_000} Mo, et {LIMITS.ratio} fois" in text
    assert f"au-delà de {LIMITS.ratio_from_bytes // 1_000_000} Mo" in text


def test_a_slug_shared_with_the_rules_on_the_shape_of_tables_means_the_same():
    shared = READING_RULES.keys() & SHAPE_RULES.keys()
    assert {"octet-nul", "page-html", "csv-illisible", "nombre-de-cellules"} <= shared
    for slug in ("octet-nul", "csv-illisible", "colonne-en-double"):
        assert READING_RULES[slug] == SHAPE_RULES[slug]

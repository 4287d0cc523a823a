"""The page on imports says how columns, values and hospitals are read, and every reason for refusing a row."""

from rarecare.dataset.imports.draft import MAPPING_RULES, doubt_rules_table, mapping_rules_table
from rarecare.dataset.imports.headings import HEADER_SEARCH_LINES
from rarecare.dataset.imports.names import ACCEPTED, MAXIMUM_CANDIDATES
from rarecare.dataset.imports.plausible import RATIO, YEARLY_RATIO
from rarecare.dataset.rules import rules_document


def page(repository):
    return (repository / "docs" / "imports.md").read_text(encoding="utf-8")


def test_every_rule_of_the_rows_is_documented_with_its_title_and_remedy(repository):
    assert mapping_rules_table() in page(repository), (
        "run: python -m rarecare.dataset.imports.draft, and put it in docs/imports.md"
    )
    assert all(f"| `{slug}` |" in page(repository) for slug in MAPPING_RULES)


def test_what_deserves_a_second_look_is_documented(repository):
    assert doubt_rules_table() in page(repository)
    assert f"plus de {RATIO:.0f} fois" in page(repository)
    assert f"plus de {YEARLY_RATIO:.0f} fois" in page(repository)


def test_the_limits_of_the_recognition_are_those_of_the_code(repository):
    assert HEADER_SEARCH_LINES == 30
    assert "trente premières lignes" in page(repository)
    assert f"à partir de {ACCEPTED:.0f}" in page(repository)
    assert MAXIMUM_CANDIDATES == 5
    assert "cinq candidats au plus" in page(repository)


def test_a_slug_shared_with_the_rules_on_data_says_the_same_thing():
    document = rules_document()
    for slug in ("valeur-obligatoire", "valeur-hors-liste", "borne-depassee", "motif-non-respecte"):
        assert f"| `{slug}` | {MAPPING_RULES[slug][0]} |" in document

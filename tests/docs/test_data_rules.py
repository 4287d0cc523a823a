"""The catalogue of the rules on the data says what the code does."""

from rarecare.dataset.rule_registry import REGISTRY
from rarecare.dataset.rules import EXCEPTION_RULES, rules_document
from rarecare.dataset.tables import SHAPE_RULES, load_package


def test_every_rule_is_documented_with_its_title_and_remedy(repository):
    text = (repository / "docs" / "regles-donnees.md").read_text(encoding="utf-8")
    rules = {rule.slug: (rule.title, rule.remedy) for rule in REGISTRY.rules.values()}
    for slug, (title, remedy) in (rules | dict(SHAPE_RULES) | EXCEPTION_RULES).items():
        assert f"| `{slug}` | {title} | {remedy} |" in text
    assert text == rules_document(), "run: python -m rarecare.dataset.rules > docs/regles-donnees.md"


def test_every_table_is_described_in_the_readme_of_the_data(repository):
    text = (repository / "data" / "README.md").read_text(encoding="utf-8")
    for table in load_package(repository / "data").tables:
        assert f"| `{table.file}` | {table.description} |" in text, table.file


def test_every_decided_exception_is_explained_in_the_corrections(repository):
    text = (repository / "data" / "CORRECTIONS.md").read_text(encoding="utf-8")
    package = load_package(repository / "data")
    for line in (repository / "data" / "exceptions.csv").read_text(encoding="utf-8").splitlines()[1:]:
        slug, _, key = line.split(",")[:3]
        assert slug in REGISTRY.rules
        assert f"`{key}`" in text, key
    assert package.table("exceptions").rows == 4

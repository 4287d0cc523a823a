"""The published schemas follow the data package."""

import json
from pathlib import Path

import pytest

from rarecare.dataset.tables import load_package
from tests.docs.schemas import FOLDER, schema_pages
from tests.docs.typeset import typeset

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = load_package(ROOT / "data")


def test_every_table_has_its_page_and_no_page_is_left_over():
    written = {path.stem for path in (ROOT / FOLDER).glob("*.md")}
    assert written == {table.name for table in PACKAGE.tables} | {"README"}


@pytest.mark.parametrize("page", sorted(schema_pages()))
def test_every_page_says_what_the_schema_says(page):
    written = (ROOT / page).read_text(encoding="utf-8")
    assert written == typeset(schema_pages()[page]), f"{page} is behind the data package: run « make docs »"


@pytest.mark.parametrize("table", PACKAGE.tables, ids=lambda table: table.name)
def test_every_column_is_described_with_its_limits(table):
    text = (ROOT / FOLDER / f"{table.name}.md").read_text(encoding="utf-8")
    described = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    schema = next(resource["schema"] for resource in described if resource["name"] == table.name)
    for field in schema["fields"]:
        section = text.split(f"– `{field['name']}`\n")[1].split("\n### ")[0]
        constraints = field.get("constraints", {})
        assert f"`{field['type']}`" in section
        assert ("obligatoire" in section) == constraints.get("required", False)
        assert all(f"`{value}`" in section for value in constraints.get("enum", ()))
        assert f"`{field.get('example', '')}`" in section or "example" not in field

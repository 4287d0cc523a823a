"""Documentation that must follow the code: what exists is documented, what is documented exists."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from rarecare.api.pages import HOME, page_slugs
from rarecare.settings import Settings
from rarecare.ui import texts
from tests.browser.docs_images import SHOTS
from tests.docs.generated import FRENCH, PAGES, renewed
from tests.docs.typeset import typeset

ROOT = Path(__file__).resolve().parents[2]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_command_option_and_indicator_is_documented_as_it_is(page):
    assert read(page) == renewed(page), f"{page} is behind the code: run « make docs »"


@pytest.mark.parametrize("page", FRENCH)
def test_french_pages_have_french_typography(page):
    assert read(page) == typeset(read(page)), f"run « make docs » to typeset {page}"


def test_every_setting_is_documented_with_its_default():
    rows = dict(re.findall(r"^\| `RARECARE_(\w+)` \| (.+?) \|", read("docs/exploitation.md"), re.MULTILINE))
    expected = {}
    for field in fields(Settings):
        default = field.default
        if isinstance(default, bool):
            shown = "`oui`" if default else "`non`"
        elif isinstance(default, Path):
            shown = f"`{default.relative_to(ROOT)}`"
        else:
            shown = f"`{default}`" if default != "" else "vide"
        expected[field.name.upper()] = shown
    assert rows == expected


@pytest.mark.parametrize("slug", sorted(page_slugs(ROOT / "pages")))
def test_every_page_has_its_section_in_the_user_guide(slug):
    menu = {page.slug: page.menu for page in texts.PAGES}
    address = "/" if slug == HOME else f"/{slug}"
    assert f"\n## {menu[slug]}\n\nAdresse\u00a0: `{address}`" in read("docs/guide-utilisateur.md")


@pytest.mark.parametrize("slug", sorted(page_slugs(ROOT / "pages")))
def test_every_page_has_a_picture_in_its_section_of_the_user_guide(slug):
    sections = read("docs/guide-utilisateur.md").split("\n## ")
    own = next(text for text in sections if f"`/{'' if slug == HOME else slug}`" in text[:200])
    pictures = re.findall(r"!\[[^\]]+\]\(images/([\w-]+)\.png\)", own)
    assert slug in {shot.name.removesuffix("-tables") for shot in SHOTS if shot.name in pictures}


def test_every_picture_of_the_user_guide_is_one_that_is_taken_again():
    pictures = set(re.findall(r"\(images/([\w-]+)\.png\)", read("docs/guide-utilisateur.md")))
    assert pictures == {shot.name for shot in SHOTS}


def test_the_user_guide_describes_no_page_that_does_not_exist():
    described = {
        address.strip("/") or HOME
        for address in re.findall(r"^Adresse\s: `([^`]+)`", read("docs/guide-utilisateur.md"), re.M)
    }
    assert described == page_slugs(ROOT / "pages")


def test_the_addresses_that_machines_read_are_documented():
    for address in ("/healthz", "/metrics"):
        assert f"`{address}`" in read("docs/exploitation.md")


def test_every_counter_is_documented():
    named = set(re.findall(r'(?:Counter|Gauge|Histogram|Info)\(\s*"(\w+)"', read("rarecare/metrics.py")))
    page = read("docs/exploitation.md")
    assert len(named) >= 5
    assert [name for name in sorted(named) if name not in page] == []


def test_every_decision_is_listed_and_has_the_four_parts():
    decisions = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    listed = re.findall(r"^\| \[\d+\]\(([^)]+)\)", read("docs/adr/README.md"), re.MULTILINE)
    assert listed == [path.name for path in decisions]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Status",
            "Context",
            "Decision",
            "Consequences",
        ], path
        assert re.search(r"^Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE), path


def test_the_changelog_names_the_version_of_the_programme():
    from rarecare import __version__

    assert re.search(rf"^## {re.escape(__version__)}\b", read("CHANGELOG.md"), re.MULTILINE)


def test_the_commands_of_the_documentation_exist_in_the_makefile():
    targets = set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md", "docs/exploitation.md", "docs/ligne-de-commande.md"):
        named = set(re.findall(r"(?:^\s*|`|&& )make ([a-z][a-z-]+)", read(page), re.MULTILINE))
        assert named <= targets, page


def test_every_target_of_the_makefile_explains_itself():
    for target in re.findall(r"^([a-z][a-z-]*):.*$", read("Makefile"), re.MULTILINE):
        assert re.search(rf"^{target}:.* ## \w", read("Makefile"), re.MULTILINE), target

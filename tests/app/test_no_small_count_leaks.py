"""Small counts planted in the data come out nowhere: two datasets that differ by them alone say exactly the same.

Every page, view, download, route, command and log is compared, byte for byte, between two versions of the data whose
only differences are counts of 1 to 10 and the larger counts that go with them. What is the same for both tells nothing
about either.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette

from rarecare.api.routes import routes
from rarecare.dataset.store import open_dataset
from rarecare.settings import Settings
from rarecare.ui.files_actives import TABS
from tests.app.conftest import ROOT, Reader
from tests.asgi import ask
from tests.commands import runner
from tests.observed_data import Row, planted

Visit = Callable[..., Reader]
OTHER_PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "files_actives")
SECRETS = ((3, 7, 9), (5, 2, 4))
"""The same cells in two versions of the data; what is shown must not depend on which."""
TOTAL = 1205
"""A distinctive total, shown by both."""


def _rows(centres: list[str], secrets: tuple[int, int, int]) -> list[Row]:
    one, two, three = secrets
    cells: list[tuple[int, int, str, str, str, int]] = [
        (0, 2025, "total", "tous", "tous", TOTAL),
        (0, 2025, "total", "enfant", "tous", one), (0, 2025, "total", "adulte", "tous", TOTAL - one),
        (0, 2025, "site", "tous", "tous", TOTAL - two), (0, 2025, "telemedecine", "tous", "tous", two),
        (0, 2025, "total", "tous", "44", 900), (0, 2025, "total", "tous", "38", three),
        (0, 2025, "total", "tous", "69", TOTAL - 900 - three), (0, 2025, "site", "enfant", "44", one),
        (0, 2025, "site", "adulte", "44", 880 - one),
        (1, 2025, "total", "tous", "tous", two), (1, 2025, "total", "tous", "38", two),
        (2, 2025, "total", "enfant", "tous", 100), (2, 2025, "total", "adulte", "tous", 140),
        (2, 2025, "total", "tous", "tous", 240), (2, 2025, "total", "tous", "75", 240),
        (3, 2024, "total", "tous", "tous", three), (3, 2025, "total", "tous", "tous", 30),
    ]  # fmt: skip
    return [
        (centres[rank], "tous", year, modality, age, home, count)
        for rank, year, modality, age, home, count in cells
    ]


@pytest.fixture(scope="session")
def twins(built_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[Settings]:
    """Return the settings of two versions of the data that differ by small counts alone."""
    sites = (
        open_dataset(built_settings)
        .run(
            "select centre_id from sites where filiere = 'RESPIFIL' and type = 'competence' and provenance = 'publie' "
            "and periode_label is not null order by centre_id"
        )["centre_id"]
        .tolist()
    )
    return [
        planted(
            built_settings, tmp_path_factory.mktemp("jumeau"), _rows(sites[:4], secrets),
            residents=[("44", "tous", "RESPIFIL", 2025, 931), ("38", "tous", "RESPIFIL", 2025, secrets[2])],
            details={sites[0]: (secrets[0], 1000, 205 - secrets[1], secrets[1])},
            activity=[(sites[0], 2025, 2.5, 1900, secrets[0], 40), (sites[1], 2025, 0.5, secrets[1], 0, secrets[2])],
        )
        for secrets in SECRETS
    ]  # fmt: skip


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Return the files that pages offer, written as if every button had been pressed."""
    written: dict[str, bytes] = {}
    draw = st.download_button

    def button(label: str, data: Any, *args: Any, **options: Any) -> bool:
        content = data() if callable(data) else data
        written[str(options.get("file_name", label))] = (
            content if isinstance(content, bytes) else str(content).encode()
        )
        return draw(label, data, *args, **options)

    monkeypatch.setattr(st, "download_button", button)
    return written


def shown(page: Reader, downloads: dict[str, bytes]) -> list[str]:
    """Return all that a page draws and offers, names drawn at random made alike."""
    kinds = (
        "html",
        "plotly_chart",
        "component_instance",
        "selectbox",
        "warning",
        "markdown",
        "arrow_data_frame",
    )
    elements = [str(element.proto) for kind in kinds for element in page.app.get(kind)]
    files = [f"{name}: {_content(name, content)}" for name, content in sorted(downloads.items())]
    return [re.sub(r"[0-9a-f]{32}", "", text) for text in [*elements, *files]]


def _content(name: str, content: bytes) -> str:
    if not name.endswith((".xlsx", ".zip", ".ods")):
        return content.decode("utf-8", "backslashreplace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(
            f"{part}: {_content(part, book.read(part))}"
            for part in sorted(book.namelist())
            if "docProps" not in part
        )


def test_no_view_of_files_actives_tells_two_small_counts_apart(
    visit: Visit, twins: list[Settings], downloads: dict[str, bytes]
) -> None:
    seen: list[dict[str, list[str]]] = []
    for settings in twins:
        asked = {"filiere": "RESPIFIL", "centre": _first(settings)}
        page = visit("files_actives", build_dir=settings.build_dir, vue=TABS[0], **asked)
        views = {}
        for tab in TABS:
            downloads.clear()
            page.app.query_params["vue"] = tab
            del page.app.session_state["vue"]
            page.app.run()
            assert not page.app.exception
            views[tab] = shown(page, downloads)
            assert downloads or tab == "Méthode", tab
        page = visit(
            "files_actives", build_dir=settings.build_dir, vue="Flux", filiere="RESPIFIL", departement="38"
        )
        seen.append(views | {"Flux du territoire": shown(page, downloads)})
    for tab in seen[0]:
        assert seen[0][tab] == seen[1][tab], tab
    for tab in ("Par centre", "Enfants et adultes", "Moyens", "Observé et attendu"):
        assert any(re.search(r"<td>≤10|≤10</t", text) for text in seen[0][tab]), tab
        assert any(text.startswith("files_actives_") and ",≤10," in text for text in seen[0][tab]), tab


def _first(settings: Settings) -> str:
    return str(open_dataset(settings).run("select min(centre_id) as c from file_active")["c"].iloc[0])


SEVEN_CRITERIA = {"vue": "Sept critères", "groupe": "maladies_respiratoires_rares_enfant", "region": "52"}


@pytest.mark.parametrize(
    ("slug", "query"),
    [*((slug, {"filiere": "RESPIFIL"}) for slug in OTHER_PAGES), ("couverture", SEVEN_CRITERIA)],
)
def test_no_other_page_tells_them_apart(
    visit: Visit, twins: list[Settings], downloads: dict[str, bytes], slug: str, query: dict[str, str]
) -> None:
    seen = []
    for settings in twins:
        downloads.clear()
        seen.append(shown(visit(slug, build_dir=settings.build_dir, **query), downloads))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("role", "scope", "reads"),
    [
        ("planificateur", "*", False), ("secret_habilite", "FAVA-MULTI", False), ("secret_habilite", "RESPIFIL", True),
    ],
)  # fmt: skip
def test_only_an_authorised_reader_within_his_scope_reads_them(
    visit: Visit,
    twins: list[Settings],
    monkeypatch: pytest.MonkeyPatch,
    role: str,
    scope: str,
    *,
    reads: bool,
) -> None:
    monkeypatch.setenv("RARECARE_READER_ROLE", role)
    monkeypatch.setenv("RARECARE_READER_SCOPE", scope)
    views = [
        visit("files_actives", build_dir=settings.build_dir, vue="Enfants et adultes", filiere="RESPIFIL")
        for settings in twins
    ]
    assert (shown(views[0], {}) != shown(views[1], {})) == reads
    assert ("<td>≤10" not in " ".join(views[0].html)) == reads


def test_the_public_view_hides_them_whatever_the_role(
    visit: Visit, twins: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RARECARE_READER_ROLE", "secret_habilite")
    monkeypatch.setenv("RARECARE_READER_SCOPE", "*")
    views = [
        visit(
            "files_actives",
            public_view=True,
            build_dir=settings.build_dir,
            vue="Par centre",
            filiere="RESPIFIL",
        )
        for settings in twins
    ]
    assert shown(views[0], {}) == shown(views[1], {})
    assert "≤10" in views[0].words


def test_no_route_tells_them_apart(twins: list[Settings]) -> None:
    answers = []
    for settings in twins:
        server = Starlette(routes=routes(settings))
        answers.append(
            [
                ask(server, path, query=query).body
                for path, query in (
                    ("/healthz", ""), ("/carte/sites.json", "filiere=RESPIFIL"),
                    ("/carte/communes.png", "filiere=RESPIFIL&indicateur=temps_median&seuil=60"),
                    ("/carte/departements.geojson", ""), ("/app/static/rarecare.js", ""),
                )
            ]
        )  # fmt: skip
    assert answers[0] == answers[1]


COMMANDS = (
    ("check", "--format", "json"),
    ("indicators", "--filiere", "RESPIFIL", "--by", "departement", "--format", "csv"),
    ("nearest", "--filiere", "RESPIFIL", "--commune", "44109", "--format", "json"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_command_tells_them_apart(
    twins: list[Settings],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
) -> None:
    first, second = (runner(settings, monkeypatch, capsys)(*command) for settings in twins)
    assert first.code == 0, first.err
    assert (first.out, first.err) == (second.out, second.err)


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "parquet", "geojson", "paquet"])
def test_no_export_tells_them_apart(
    twins: list[Settings],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    file_format: str,
) -> None:
    written = []
    for rank, settings in enumerate(twins):
        out = tmp_path / str(rank)
        asked = ("--table", "file_active,file_active_territoire,moyens", "--format", file_format)
        outcome = runner(settings, monkeypatch, capsys)("export", "--out", str(out), *asked)
        assert outcome.code == 0, outcome.err
        files = sorted(path for path in out.rglob("*") if path.is_file()) if out.exists() else []
        written.append([(path.name, _content(path.name, path.read_bytes())) for path in files])
    assert len(written[0]) > 0
    assert written[0] == written[1]
    if file_format == "csv":
        assert str(TOTAL) in str(written[0])
        assert "≤10" in str(written[0]) or "masque" in str(written[0])


def test_no_log_tells_them_apart(
    visit: Visit, twins: list[Settings], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    # The second visit of each: the first also says which version was opened, when no other test had done so.
    for twin in (*twins, *twins):
        caplog.clear()
        visit("files_actives", build_dir=twin.build_dir, vue="Par centre", filiere="RESPIFIL")
        said = [record for record in caplog.records if record.name.startswith("rarecare")]
        told.append([(record.name, record.levelname, record.getMessage()) for record in said])
        assert not [line for *_, line in told[-1] if str(TOTAL) in line or "patients" in line]
    assert told[2] == told[3]

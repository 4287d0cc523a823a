import json
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette

from rarecare.api.routes import routes
from rarecare.metrics import script_timed
from rarecare.settings import Settings
from tests.asgi import ask


@pytest.fixture
def settings(tmp_path):
    return replace(Settings(), build_dir=tmp_path / "build")


@pytest.fixture
def built(settings):
    directory = settings.build_dir / "versions" / "2026-11-21-abcdef"
    directory.mkdir(parents=True)
    (directory / "manifest.json").write_text("{}")
    (settings.build_dir / "CURRENT").write_text("2026-11-21-abcdef\n")
    return settings


def health(settings):
    reply = ask(Starlette(routes=routes(settings)), "/healthz")
    return reply.status, json.loads(reply.body), reply.headers["cache-control"]


def test_the_service_is_well_when_a_dataset_is_in_force(built):
    assert health(built) == (
        200,
        {"status": "ok", "version": "0.1.0", "dataset": "2026-11-21-abcdef"},
        "no-store",
    )


def test_without_a_dataset_the_service_says_what_to_do(settings):
    status, body, _ = health(settings)
    assert (status, body["status"], body["dataset"]) == (503, "indisponible", "")
    assert "rarecare build" in body["message"]


def test_a_dataset_that_was_deleted_is_noticed_without_a_restart(built):
    assert health(built)[0] == 200
    (built.build_dir / "versions" / "2026-11-21-abcdef" / "manifest.json").unlink()
    assert health(built)[0] == 503


def test_the_counters_are_readable_by_prometheus_and_name_the_versions(built):
    reply = ask(Starlette(routes=routes(built)), "/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'rarecare_info{dataset="2026-11-21-abcdef",version="0.1.0"} 1.0' in reply.body.decode()


def test_the_counters_are_served_without_a_dataset_too(settings):
    reply = ask(Starlette(routes=routes(settings)), "/metrics")
    assert 'rarecare_info{dataset="",version="0.1.0"} 1.0' in reply.body.decode()


def test_a_page_that_fails_is_timed_too():
    def runs():
        return REGISTRY.get_sample_value("rarecare_script_seconds_count", {"page": "essai"}) or 0

    before = runs()
    with pytest.raises(ValueError, match="x"), script_timed("essai"):
        raise ValueError("x")
    assert runs() == before + 1

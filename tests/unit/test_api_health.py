import json
import shutil
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette

from rarecare.api.routes import routes
from rarecare.dataset.versions import current_version, version_dir
from rarecare.metrics import script_timed
from rarecare.settings import Settings
from tests.asgi import ask


@pytest.fixture
def settings(tmp_path):
    return replace(Settings(), build_dir=tmp_path / "build")


@pytest.fixture
def built(settings, built_settings):
    shutil.copytree(built_settings.build_dir, settings.build_dir)
    return settings


def health(settings):
    reply = ask(Starlette(routes=routes(settings)), "/healthz")
    return reply.status, json.loads(reply.body), reply.headers["cache-control"]


def test_the_service_is_well_when_a_dataset_is_in_force(built):
    version = current_version(built.build_dir)
    assert health(built) == (200, {"status": "ok", "version": "0.1.0", "dataset": version}, "no-store")


def test_without_a_dataset_the_service_says_what_to_do(settings):
    status, body, _ = health(settings)
    assert (status, body["status"], body["dataset"]) == (503, "indisponible", "")
    assert "rarecare build" in body["message"]


def test_a_dataset_that_was_deleted_is_noticed_without_a_restart(built):
    assert health(built)[0] == 200
    (version_dir(built.build_dir, current_version(built.build_dir)) / "manifest.json").unlink()
    assert health(built)[0] == 503


@pytest.mark.parametrize("path", ["/carte/communes.png", "/carte/sites.json"])
def test_a_damaged_dataset_is_told_by_the_watch_and_by_the_maps(built, path):
    database = version_dir(built.build_dir, current_version(built.build_dir)) / "rarecare.duckdb"
    database.write_bytes(database.read_bytes()[:4096])
    status, body, _ = health(built)
    assert (status, body["status"]) == (503, "indisponible")
    assert "tronqué" in body["message"]
    assert str(built.build_dir) not in body["message"]
    reply = ask(Starlette(routes=routes(built)), path)
    assert reply.status == 503
    assert "tronqué" in reply.body.decode()
    assert str(built.build_dir) not in reply.body.decode()


def test_the_counters_are_readable_by_prometheus_and_name_the_versions(built):
    reply = ask(Starlette(routes=routes(built)), "/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert (
        f'rarecare_info{{dataset="{current_version(built.build_dir)}",version="0.1.0"}} 1.0'
        in reply.body.decode()
    )


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

"""The engine that the settings choose, and what they must say for it."""

from __future__ import annotations

import os
import re
from dataclasses import fields, replace

import pytest

from rarecare.errors import UserError
from rarecare.settings import Settings, load_settings
from rarecare.travel.engine import CommuneGraphEngine
from rarecare.travel.engines import engine_fingerprint, engine_from
from rarecare.travel.engines.table_engine import TableEngine
from rarecare.travel.engines.valhalla import HttpValhalla, LocalValhalla
from tests.engine_places import ToyCommunes

OSRM = Settings(travel_engine="osrm", osrm_url="http://127.0.0.1:5000/")
VALHALLA = Settings(travel_engine="valhalla", valhalla_url="http://127.0.0.1:8002")


def chosen(settings, load_graph=lambda: pytest.fail("the commune graph is not needed")):
    return engine_from(settings, ToyCommunes(), load_graph)


def test_the_commune_graph_is_chosen_unless_told_otherwise():
    graph = object()

    engine = chosen(Settings(), lambda: graph)

    assert isinstance(engine, CommuneGraphEngine)
    assert engine.graph is graph


def test_osrm_takes_its_settings(tmp_path):
    settings = replace(
        OSRM,
        build_dir=tmp_path,
        osrm_profile="voiture",
        engine_table_size=40,
        engine_timeout_seconds=7,
        engine_retries=1,
        engine_snap_metres=500,
        engine_ferries=False,
    )

    engine = chosen(settings)

    assert isinstance(engine, TableEngine)
    assert engine.name == "osrm"
    assert engine.parameters["address"] == "http://127.0.0.1:5000"
    assert engine.parameters["profile"] == "voiture"
    assert engine.service.points_per_table == 40
    assert (engine.service.http.timeout_seconds, engine.service.http.retries) == (7, 1)
    assert (engine.snap_limit_metres, engine.mark_ferries) == (500.0, False)
    assert engine.store_path == tmp_path / "moteurs" / "osrm.sqlite"


def test_valhalla_runs_on_a_server_or_in_the_process(tmp_path):
    config = str(tmp_path / "valhalla.json")
    local = chosen(Settings(travel_engine="valhalla", valhalla_config=config))

    assert isinstance(chosen(VALHALLA).service.backend, HttpValhalla)
    assert isinstance(local.service.backend, LocalValhalla)
    assert local.service.backend.where == config


def test_the_name_of_an_engine_may_be_written_in_capitals():
    assert chosen(replace(OSRM, travel_engine=" OSRM ")).name == "osrm"


def test_an_unknown_engine_is_refused_with_those_there_are():
    with pytest.raises(UserError, match="« google »") as caught:
        chosen(Settings(travel_engine="google"))

    assert caught.value.remedy == "Écrire graphe, osrm ou valhalla."


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(travel_engine="osrm"), "osrm_url"),
        (Settings(travel_engine="valhalla"), "valhalla_config"),
        (replace(VALHALLA, valhalla_config="x.json"), "un seul"),
        (replace(VALHALLA, valhalla_url="127.0.0.1"), "valhalla_url"),
        (replace(OSRM, osrm_profile=""), "osrm_profile"),
        (replace(OSRM, engine_table_size=1), "engine_table_size"),
        (replace(VALHALLA, engine_table_size=0), "engine_table_size"),
        (replace(OSRM, engine_timeout_seconds=0), "engine_timeout_seconds"),
        (replace(OSRM, engine_retries=-1), "engine_retries"),
        (replace(OSRM, engine_snap_metres=0), "engine_snap_metres"),
    ],
)
def test_a_setting_that_lacks_or_makes_no_sense_is_named(settings, named):
    with pytest.raises(UserError, match=named):
        chosen(settings)


def test_settings_of_engines_are_read_from_the_environment():
    settings = load_settings(
        {
            "RARECARE_TRAVEL_ENGINE": "osrm",
            "RARECARE_ENGINE_FERRIES": "non",
            "RARECARE_CONFIG": os.devnull,
        }
    )

    assert (settings.travel_engine, settings.engine_ferries) == ("osrm", False)


@pytest.mark.parametrize(
    "change",
    [
        {"travel_engine": "graphe"},
        {"osrm_url": "http://127.0.0.1:5001"},
        {"osrm_profile": "voiture"},
        {"engine_snap_metres": 1},
        {"engine_ferries": False},
    ],
)
def test_what_changes_times_changes_the_fingerprint(change):
    assert engine_fingerprint(replace(OSRM, **change)) != engine_fingerprint(OSRM)


@pytest.mark.parametrize(
    "change", [{"engine_retries": 9}, {"engine_table_size": 9}, {"valhalla_url": "http://x"}, {"port": 1}]
)
def test_what_does_not_change_times_leaves_the_fingerprint(change):
    assert engine_fingerprint(replace(OSRM, **change)) == engine_fingerprint(OSRM)


def test_the_commune_graph_has_one_fingerprint():
    assert engine_fingerprint(Settings(osrm_url="http://x")) == engine_fingerprint(Settings()) == "graphe"


def test_the_page_on_engines_names_every_setting_of_engines(repository):
    page = (repository / "docs" / "moteurs.md").read_text(encoding="utf-8")
    prefixes = ("engine_", "osrm_", "valhalla_", "travel_engine")

    expected = {field.name for field in fields(Settings) if field.name.startswith(prefixes)}

    named = set(re.findall(r"\b(?:engine|osrm)_\w+|\bvalhalla_(?:url|config)\b|\btravel_engine\b", page))
    assert named == expected

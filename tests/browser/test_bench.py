"""The measures of the maps, made once on a real server and a real browser."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from websockets.exceptions import InvalidStatus

from rarecare import bench, bench_maps
from rarecare.ui.crowd_timing import crowd_p95_seconds


def test_each_map_has_its_three_measures(built_settings, monkeypatch):
    monkeypatch.setattr(bench_maps, "_VISITS", 1)
    monkeypatch.setattr(bench_maps, "_CHANGES", 2)
    # In a thread of its own: Playwright allows one loop a thread, and the browser of the other tests has this one.
    with ThreadPoolExecutor(1) as thread:
        measures = thread.submit(bench.run, built_settings, ("maps",)).result()
    by_name = {measure.name: measure for measure in measures}
    assert set(by_name) == {
        f"{page}_{name}"
        for page in bench_maps.PAGES
        for name in ("first_map", "map_after_filter", "websocket_filter")
    }
    assert all(measure.value > 0 and measure.ok is (measure.value <= measure.budget) for measure in measures)
    assert all(by_name[f"{page}_websocket_filter"].ratio > 1 for page in bench_maps.PAGES)


def test_a_crowd_is_served_and_its_wait_is_measured(server):
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(crowd_p95_seconds, server.url, ["RESPIFIL"], readers=2).result() > 0


def test_a_crowd_at_an_address_that_fails_has_no_wait(server):
    with ThreadPoolExecutor(1) as thread, pytest.raises(InvalidStatus):
        thread.submit(crowd_p95_seconds, f"{server.url}/ailleurs", ["RESPIFIL"], readers=1).result()

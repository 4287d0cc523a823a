"""The measures of the maps, made once on a real server and a real browser."""

from concurrent.futures import ThreadPoolExecutor

from rarecare import bench, bench_maps


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

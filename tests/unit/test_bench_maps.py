import pytest

from rarecare import bench, bench_maps


@pytest.mark.parametrize(
    ("installed", "chromium", "said"),
    [(None, "chromium", "playwright"), (object(), None, "aucun Chromium")],
    ids=["no playwright", "no browser"],
)
def test_maps_that_cannot_be_measured_say_why_and_pass_no_budget(monkeypatch, installed, chromium, said):
    monkeypatch.setattr(bench_maps.importlib.util, "find_spec", lambda _name: installed)
    monkeypatch.setattr(bench_maps, "find_chromium", lambda: chromium)
    measures = bench.run(None, ("maps",))
    assert len(measures) == 3 * len(bench_maps.PAGES)
    assert all(measure.value is None and measure.ok is None for measure in measures)
    assert all(said in measure.sizes for measure in measures)


def test_a_chromium_that_is_named_and_absent_is_not_replaced(monkeypatch, tmp_path):
    monkeypatch.setenv("RARECARE_CHROMIUM", str(tmp_path / "chromium"))
    assert bench_maps.find_chromium() is None

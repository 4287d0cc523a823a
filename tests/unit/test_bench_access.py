"""The benchmark of the access engine: equal results before any speed, and a word when the peer is absent."""

import numpy as np
import pytest

from rarecare import bench, bench_access
from rarecare.access.decay import StepDecay
from rarecare.bench_access import E2sfcaCase, paired_seconds

CASE = E2sfcaCase(
    np.array([[10, 40, np.inf], [50, 20, np.inf]], dtype=np.float32),
    np.array([3.0, 1.0]),
    np.array([100.0, 200.0, 50.0]),
    StepDecay((30, 60), (1.0, 0.5)),
)


def test_both_sides_give_the_same_access_and_a_time():
    assert CASE.peer(CASE.pairs()).tolist() == pytest.approx(CASE.ours().tolist())
    assert all(seconds > 0 for seconds in paired_seconds(CASE))


def test_a_place_that_the_peer_drops_counts_as_zero():
    assert CASE.peer(CASE.pairs())[2] == 0


def test_results_that_differ_have_no_speed(monkeypatch):
    monkeypatch.setattr(E2sfcaCase, "peer", lambda self, _pairs: self.ours() * 1.001)
    with pytest.raises(RuntimeError, match="do not agree"):
        paired_seconds(CASE)


def test_an_absent_peer_is_said_in_french(monkeypatch, built_settings):
    monkeypatch.setattr(bench_access, "peer_is_installed", lambda: False)
    measures = {measure.name: measure for measure in bench.run(built_settings, ("access",))}
    assert {"selection_query_ms", "nearest_coverage_ms", "indicators_departement_ms", "e2sfca_ms"} == set(
        measures
    )
    assert "paquet « access » absent" in measures["e2sfca_ms"].peer
    assert measures["e2sfca_ms"].ok is None

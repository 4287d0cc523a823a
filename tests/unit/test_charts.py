"""Charts speak French, fetch nothing, and have a text that replaces them."""

import json
import re

import pytest

from rarecare.charts import CONFIG, Bar, completeness, histogram, ranking, sensitivity

BARS = (Bar("2A", "Corse-du-Sud", 260.0, "4 h 20", "#123456"), Bar("58", "Nièvre", 155.0, "2 h 35"))
THRESHOLDS = tuple(range(0, 181, 10))
SHARES = tuple(min(1.0, minutes / 150) for minutes in THRESHOLDS)
CHARTS = (
    ranking(BARS, title="Temps médian", reference=45.0, reference_label="France : 45 min", selected="58"),
    ranking((), title="Temps médian"),
    sensitivity(THRESHOLDS, SHARES, compared={"Nièvre": SHARES}, chosen=60),
    completeness([("RESPIFIL", 68, 88), ("MHEMO", 0, 0)]),
    histogram(("près", "loin"), (10.0, 20.0), colours=("#111111", "#222222"), title="Habitants par classe"),
)


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_is_described_by_a_sentence(chart):
    assert len(chart.alt) > 20
    assert chart.alt.endswith(".")


@pytest.mark.parametrize("chart", CHARTS)
def test_no_chart_brings_plotlys_own_template_or_an_outside_address(chart):
    text = chart.figure.to_json()
    assert json.loads(text)["layout"].get("template", {}) in ({}, None)
    assert "http" not in text


@pytest.mark.parametrize("chart", CHARTS)
def test_numbers_of_the_axes_are_french(chart):
    assert chart.figure.layout.separators == ",\u202f"


def test_the_toolbar_in_english_is_off_and_geometry_would_come_from_here():
    assert CONFIG["displayModeBar"] is False
    assert CONFIG["topojsonURL"].startswith("/")


def test_the_empty_topology_that_plotly_asks_for_is_there(repository):
    topology = json.loads((repository / "static/un/world_110m.json").read_text(encoding="utf-8"))
    assert topology["type"] == "Topology"
    assert topology["arcs"] == []


def test_a_ranking_keeps_its_order_marks_the_choice_and_states_the_reference():
    chart = CHARTS[0]
    bars = chart.figure.data[0]
    assert list(bars.x) == [260.0, 155.0]
    assert list(bars.y) == ["Corse-du-Sud", "<b>Nièvre</b>"]
    assert list(bars.marker.line.width) == [0, 2]
    assert chart.figure.layout.shapes[0].x0 == 45.0
    assert re.search(r"Corse-du-Sud, 4 h 20, à Nièvre, 2 h 35\. France : 45 min\.", chart.alt)


def test_the_curve_says_the_share_at_each_usual_threshold():
    assert "20\u202f% à moins de 30\u00a0min" in CHARTS[2].alt
    assert "67\u202f% à moins de 1\u00a0h\u00a040" not in CHARTS[2].alt
    assert [trace.name for trace in CHARTS[2].figure.data] == ["Nièvre", "France"]


def test_the_values_of_a_ranking_are_written_over_the_line_of_the_reference():
    figure = CHARTS[0].figure
    written = [note for note in figure.layout.annotations if note.text in {"4 h 20", "2 h 35"}]
    assert [note.bgcolor for note in written] == ["#ffffff", "#ffffff"]
    assert figure.layout.margin.r > 6 * len("4 h 20")


def test_a_long_name_takes_two_lines_and_its_rows_are_taller():
    long = ranking([Bar("13205", "Marseille 5e Arrondissement (13)", 2.0, "2")], title="Habitants")
    short = ranking([Bar("59350", "Lille (59)", 2.0, "2")], title="Habitants")
    assert list(long.figure.data[0].y) == ["Marseille 5e\u00a0\u00a0<br>Arrondissement (13)"]
    assert long.figure.layout.height > short.figure.layout.height


@pytest.mark.parametrize("ends", [(1.0, 1.0), (0.98, 0.97), (0.0, 0.0), (0.4, 0.9)])
def test_the_names_of_two_curves_never_overlap(ends):
    chart = sensitivity((0, 60), (0.0, ends[0]), compared={"Nièvre": (0.0, ends[1])})
    low, high = sorted(note.y for note in chart.figure.layout.annotations)
    assert high - low > 0.07
    assert low >= 0


def test_completeness_never_passes_the_whole():
    chart = completeness([("A", 12, 10)])
    assert list(chart.figure.data[1].x) == [1.0]
    assert "12 sur 10" in chart.alt

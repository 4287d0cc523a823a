"""Charts speak French, fetch nothing, and have a text that replaces them."""

import json
import re

import pytest

from rarecare.charts import CONFIG, Bar, BarChart, completeness, histogram, ranking, sensitivity
from rarecare.charts.stacked import StackedBar, stacked

BARS = (Bar("2A", "Corse-du-Sud", 260.0, "4 h 20", "#123456"), Bar("58", "Nièvre", 155.0, "2 h 35"))
THRESHOLDS = tuple(range(0, 181, 10))
SHARES = tuple(min(1.0, minutes / 150) for minutes in THRESHOLDS)
CHARTS = (
    ranking(BARS, title="Temps médian", reference=45.0, reference_label="France : 45 min", selected="58"),
    ranking((), title="Temps médian"),
    sensitivity(THRESHOLDS, SHARES, compared={"Nièvre": SHARES}, chosen=60),
    completeness([("RESPIFIL", 68, 88), ("MHEMO", 0, 0)]),
    stacked([StackedBar("48", "Lozère", (10.0, 20.0))], ("Temps", "Offre"), title="Score", top=100.0),
    histogram(("près", "loin"), (10.0, 20.0), colours=("#111111", "#222222"), title="Habitants par classe"),
)


FIGURES = [chart for chart in CHARTS if not isinstance(chart, BarChart)]
BAR_CHARTS = [chart for chart in CHARTS if isinstance(chart, BarChart)]


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_is_described_by_a_sentence(chart):
    assert len(chart.alt) > 20
    assert chart.alt.endswith(".")


@pytest.mark.parametrize("chart", FIGURES)
def test_no_chart_brings_plotlys_own_template_or_an_outside_address(chart):
    text = chart.figure.to_json()
    assert json.loads(text)["layout"].get("template", {}) in ({}, None)
    assert "http" not in text


@pytest.mark.parametrize("chart", FIGURES)
def test_numbers_of_the_axes_are_french(chart):
    assert chart.figure.layout.separators == ",\u202f"


def test_the_toolbar_in_english_is_off_and_geometry_would_come_from_here():
    assert CONFIG["displayModeBar"] is False
    assert CONFIG["topojsonURL"].startswith("/")


def test_the_empty_topology_that_plotly_asks_for_is_there(repository):
    topology = json.loads((repository / "static/un/world_110m.json").read_text(encoding="utf-8"))
    assert topology["type"] == "Topology"
    assert topology["arcs"] == []


def widths(chart):
    return [
        float(share) for share in re.findall(r'class="rc-barre" style="width:calc\(([\d.]+) ', chart.rows)
    ]


def names(chart):
    return re.findall(r'<span class="rc-barres-nom">([^<]*)<', chart.rows)


def test_a_ranking_keeps_its_order_marks_the_choice_and_states_the_reference():
    chart = CHARTS[0]
    assert names(chart) == ["Corse-du-Sud", "Nièvre"]
    assert widths(chart) == pytest.approx([1.0, 155 / 260], abs=1e-4)
    assert re.findall(r"rc-choisi\"><span class=\"rc-barres-nom\">([^<]*)<", chart.rows) == ["Nièvre"]
    assert "background:#123456" in chart.rows
    assert {float(part) for part in re.findall(r"--part:([\d.]+)", chart.rows)} == {round(45 / 260, 4)}
    assert re.search(r"Corse-du-Sud, 4 h 20, à Nièvre, 2 h 35\. France : 45 min\.", chart.alt)


def test_a_reference_beyond_all_bars_stays_inside_the_chart():
    chart = ranking(BARS, title="Temps médian", reference=520.0, reference_label="France : 8 h 40")
    assert widths(chart) == pytest.approx([0.5, 155 / 520], abs=1e-4)
    assert "--part:1.0000" in chart.rows


@pytest.mark.parametrize("chart", BAR_CHARTS)
def test_bars_are_one_picture_with_a_text_and_fetch_nothing(chart):
    assert chart.html.startswith('<div class="rc-barres" role="img" aria-label="')
    assert "http" not in chart.html


def test_names_are_never_read_as_html():
    chart = ranking([Bar("x", "<b>A & B</b>", 1.0, "<i>1</i>")], title='Dire "oui" <b>')
    assert "<b>" not in chart.html
    assert "<i>" not in chart.html
    assert "&lt;b&gt;A &amp; B" in chart.html


def test_the_curve_says_the_share_at_each_usual_threshold():
    assert "20\u202f% à moins de 30\u00a0min" in CHARTS[2].alt
    assert "67\u202f% à moins de 1\u00a0h\u00a040" not in CHARTS[2].alt
    assert [trace.name for trace in CHARTS[2].figure.data] == ["Nièvre", "France"]


@pytest.mark.parametrize("ends", [(1.0, 1.0), (0.98, 0.97), (0.0, 0.0), (0.4, 0.9)])
def test_the_names_of_two_curves_never_overlap(ends):
    chart = sensitivity((0, 60), (0.0, ends[0]), compared={"Nièvre": (0.0, ends[1])})
    low, high = sorted(note.y for note in chart.figure.layout.annotations)
    assert high - low > 0.07
    assert low >= 0


def test_completeness_never_passes_the_whole():
    chart = completeness([("A", 12, 10)])
    assert widths(chart) == [1.0]
    assert "12 sur 10" in chart.alt

"""The Lorenz curve: what is drawn, what is said of it, and how little is sent."""

import json
import re

import numpy as np
import pytest

from rarecare.access.inequality import lorenz_curve
from rarecare.charts.lorenz import LorenzWords, lorenz

# Ten people: the farthest one makes 100 of 320 minutes, the nearest four 60.
TIMES = np.array([10.0, 10, 20, 20, 30, 30, 40, 40, 50, 70])
CURVE = lorenz_curve(TIMES, np.ones(10))
EVEN = lorenz_curve(np.full(10, 15.0), np.ones(10))
ALONE = lorenz(CURVE, LorenzWords("France", "habitants"))
BOTH = lorenz(CURVE, LorenzWords("Lozère", "patients attendus"), compared={"France": EVEN})


def plain(text):
    return re.sub("[\u00a0\u202f]", " ", text)


def test_the_text_says_what_nearest_half_and_farthest_hold():
    assert plain(ALONE.alt) == (
        "Courbe de Lorenz du temps de trajet, part du temps de tous selon la part des habitants : France, les 40 % les "
        "plus proches font 19 % du temps, la moitié la plus proche 28 %, les 10 % les plus éloignés 22 %. La diagonale "
        "serait le même temps pour tous."
    )


def test_a_compared_curve_is_in_the_text_and_told_apart_without_colour():
    assert "Lozère, les 40 %" in plain(BOTH.alt)
    assert "France, les 40 % les plus proches font 40 % du temps" in plain(BOTH.alt)
    assert "patients attendus" in BOTH.alt
    lines = {trace.name: trace.line for trace in BOTH.figure.data if trace.name}
    assert (lines["France"].dash, lines["Lozère"].dash) == ("dot", None)
    assert lines["Lozère"].width > lines["France"].width
    assert BOTH.figure.layout.showlegend
    assert not ALONE.figure.layout.showlegend


def test_the_diagonal_and_the_farthest_tenth_are_labelled_where_they_are():
    labels = {plain(note.text): note for note in ALONE.figure.layout.annotations}
    diagonal = labels["même temps pour tous"]
    assert diagonal.x == diagonal.y
    tenth = labels["les 10 % les plus<br>éloignés : 22 %"]
    assert tenth.x == ALONE.figure.layout.shapes[0].x0 == pytest.approx(0.9)


def test_the_curve_goes_from_nobody_to_all_in_a_hundred_steps_whatever_the_number_of_times():
    thousands = lorenz_curve(np.arange(1.0, 6000), np.ones(5999))
    drawn = lorenz(thousands, LorenzWords("France", "habitants")).figure.data[1]
    assert len(drawn.x) == 101
    assert (drawn.x[0], drawn.y[0], drawn.x[-1], drawn.y[-1]) == (0, 0, 1, 1)
    assert drawn.y[50] == pytest.approx(0.25, abs=0.001)


@pytest.mark.parametrize("chart", [ALONE, BOTH])
def test_words_are_french_and_nothing_comes_from_outside(chart):
    text = chart.figure.to_json()
    assert "http" not in text
    assert json.loads(text)["layout"].get("template", {}) in ({}, None)
    assert "Part du temps de trajet de tous" in text
    assert chart.figure.layout.separators == ",\u202f"
    assert plain(chart.figure.data[1].customdata[40]).startswith("40 % des ")

"""Stacked bars: a score cut in its parts, said in words too."""

import re
from itertools import pairwise

from rarecare.charts.stacked import STACK_COLOURS, StackedBar, stacked
from rarecare.maps.colours import contrast, to_oklab

LABELS = ("Temps", "Au-delà", "Offre", "Dépendance")
BARS = [StackedBar("48", "Lozère", (30.0, 20.0, 10.0, 5.5)), StackedBar("75", "Paris", (0.0, 0.0, 0.0, 0.0))]


def chart(bars=BARS, **options):
    return stacked(bars, LABELS, title="Score de lacune", top=100, **options)


def test_each_part_has_its_trace_and_the_score_is_written_at_the_end():
    figure = chart().figure
    assert [trace.name for trace in figure.data[:4]] == list(LABELS)
    assert [trace.x[0] for trace in figure.data[:4]] == [30, 20, 10, 5.5]
    assert [text.strip() for text in figure.data[4].text] == ["66", "0"]
    assert figure.layout.barmode == "stack"


def test_the_text_says_the_score_and_its_parts():
    text = re.sub(r"[\u00a0\u202f]", " ", chart().alt)
    assert text.startswith(
        "Score de lacune : Lozère, 66 points (Temps 30, Au-delà 20, Offre 10, Dépendance 6) ; Paris"
    )


def test_the_selected_territory_stands_out_and_no_territory_is_no_error():
    assert chart(selected="48").figure.data[0].y[0] == "<b>Lozère</b>"
    assert chart([]).figure.data[0].x == ()


def test_neighbouring_parts_are_told_apart_in_grey():
    lightness = [float(to_oklab(colour)[0]) for colour in STACK_COLOURS]
    assert all(abs(first - second) > 0.12 for first, second in pairwise(lightness))
    assert contrast(STACK_COLOURS[0], "#ffffff") > 3

"""Whatever the value, its French text keeps order, bounds and spaces."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from rarecare import french

FINITE = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


def read(text: str) -> float:
    return float(re.sub(r"[\s\u00a0\u202f]", "", text).replace("−", "-").replace(",", "."))


@given(FINITE, st.integers(0, 4))
def test_a_written_number_is_within_half_a_unit_of_its_last_figure(value, decimals):
    assert abs(read(french.number(value, decimals)) - value) <= 0.5 * 10**-decimals + abs(value) * 1e-12


@given(FINITE)
def test_no_written_number_can_be_cut_at_the_end_of_a_line(value):
    assert " " not in french.number(value, 1)


@given(st.floats(0, 1), st.integers(0, 2))
def test_only_nobody_is_zero_percent_and_only_everybody_is_a_hundred(share, decimals):
    text = french.percent(share, decimals)
    assert (read(text.strip("<>%")) == 0) == (share == 0)
    assert ("100" in text) == (share == 1)


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_a_longer_travel_time_never_reads_shorter(first, second):
    def minutes(text: str) -> int:
        if text.startswith("<"):
            return 0
        hours, _, rest = text.replace("\u00a0min", "").rpartition("\u00a0h")
        return int(read(rest or "0")) + 60 * int(read(hours or "0"))

    low, high = sorted((first, second))
    assert minutes(french.duration(low)) <= minutes(french.duration(high))
    assert abs(minutes(french.duration(high)) - high) <= 5


@given(st.integers(1, 10**9))
def test_rounded_people_stay_within_half_a_percent(count):
    assert abs(french.significant(count) - count) <= max(0.005 * count, 0.5)


@given(st.text(alphabet="ab1 :;!?%«»'\u00a0\u202f.,/"))
def test_typography_applied_twice_changes_nothing_more(text):
    once = french.typography(text)
    assert french.typography(once) == once


@given(st.text(alphabet="ab1 :;!?%«»'."))
def test_typography_only_touches_spaces_and_apostrophes(text):
    def bare(value: str) -> str:
        return re.sub(r"[\s\u00a0\u202f]", "", value).replace("’", "'")

    assert bare(french.typography(text)) == bare(text)


@given(st.one_of(st.none(), st.just(math.nan)))
def test_an_unknown_value_reads_the_same_in_every_form(value):
    texts = {french.number(value), french.percent(value), french.duration(value), french.people(value)}
    assert texts == {french.NOT_AVAILABLE}

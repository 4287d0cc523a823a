"""French numbers, durations, people, dates."""

import datetime as dt
import math

import pytest

from rarecare import french
from rarecare.ui import format as screen_format

NBSP, NARROW = french.NBSP, french.NARROW_NBSP


def test_the_names_that_pages_use_are_those_of_the_french_module():
    assert all(getattr(screen_format, name) is getattr(french, name) for name in screen_format.__all__)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1234.5, 1, f"1{NARROW}234,5"),
        (1234567, 0, f"1{NARROW}234{NARROW}567"),
        (0.5, 0, "1"),
        (2.675, 2, "2,68"),
        (-3, 0, "−3"),
        (-0.4, 0, "0"),
        (7, 2, "7,00"),
        (None, 0, french.NOT_AVAILABLE),
        (math.nan, 0, french.NOT_AVAILABLE),
    ],
)
def test_a_number_has_french_signs_and_rounds_half_up(value, decimals, expected):
    assert french.number(value, decimals) == expected


def test_an_infinite_number_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="finite"):
        french.number(math.inf)


@pytest.mark.parametrize(("value", "expected"), [(3, "+3"), (-3, "−3"), (0, "0"), (-0.2, "0"), (0.2, "0")])
def test_a_difference_carries_its_sign_unless_it_rounds_to_zero(value, expected):
    assert french.signed(value) == expected


@pytest.mark.parametrize(
    ("share", "decimals", "expected"),
    [
        (0.125, 1, f"12,5{NARROW}%"),
        (1, 0, f"100{NARROW}%"),
        (0, 0, f"0{NARROW}%"),
        (0.9996, 0, f">{NBSP}99{NARROW}%"),
        (0.9996, 1, f">{NBSP}99,9{NARROW}%"),
        (0.0004, 0, f"<{NBSP}1{NARROW}%"),
        (None, 0, french.NOT_AVAILABLE),
    ],
)
def test_a_share_never_looks_like_a_bound_it_does_not_reach(share, decimals, expected):
    assert french.percent(share, decimals) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, f"<{NBSP}5{NBSP}min"),
        (4.99, f"<{NBSP}5{NBSP}min"),
        (5, f"5{NBSP}min"),
        (57.4, f"55{NBSP}min"),
        (57.5, f"1{NBSP}h"),
        (62.5, f"1{NBSP}h{NBSP}05"),
        (85, f"1{NBSP}h{NBSP}25"),
        (1500, f"25{NBSP}h"),
        (math.inf, "pas de route"),
        (math.nan, french.NOT_AVAILABLE),
    ],
)
def test_a_travel_time_is_rounded_to_five_minutes(minutes, expected):
    assert french.duration(minutes) == expected


def test_a_negative_travel_time_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="negative"):
        french.duration(-1)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (12_345, f"12{NARROW}300{NBSP}habitants"),
        (1, f"1{NBSP}habitant"),
        (0, f"aucun{NBSP}habitant"),
        (999_999, f"1{NBSP}million{NBSP}d’habitants"),
        (67_432_000, f"67,4{NBSP}millions{NBSP}d’habitants"),
        (1_990_000, f"1,99{NBSP}million{NBSP}d’habitants"),
        (None, french.NOT_AVAILABLE),
    ],
)
def test_people_are_rounded_to_three_figures(count, expected):
    assert french.people(count) == expected


def test_people_without_a_noun_are_a_bare_figure():
    assert french.people(67_432_000, "") == f"67,4{NBSP}millions"
    assert french.people(0, "") == "0"
    assert french.people(2_500_000, "patient") == f"2,5{NBSP}millions{NBSP}de{NBSP}patients"


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 site"), (1, "1 site"), (1.5, "1,5 site"), (2, "2 sites"), (1200, f"1{NARROW}200 sites")],
)
def test_french_takes_the_singular_below_two(count, expected):
    assert french.counted(count, "site").replace(NBSP, " ") == expected


def test_ranks_and_lists_read_as_french():
    assert [french.ordinal(1), french.ordinal(1, feminine=True), french.ordinal(12)] == ["1er", "1re", "12e"]
    assert [french.listing([]), french.listing(["a"]), french.listing(["a", "b", "c"])] == [
        "",
        "a",
        "a, b et c",
    ]
    with pytest.raises(ValueError, match="rank"):
        french.ordinal(0)


def test_a_date_is_written_in_full_and_an_unknown_text_is_left_alone():
    assert french.date("2026-11-21T20:14:00+00:00") == f"21{NBSP}novembre 2026"
    assert french.date(dt.date(2026, 5, 1)) == f"1er{NBSP}mai 2026"
    assert french.date("hier") == "hier"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'Ain : 12 % !", f"l’Ain{NBSP}: 12{NARROW}%{NARROW}!"),
        ("« oui » ; « non » ?", f"«{NBSP}oui{NBSP}»{NARROW}; «{NBSP}non{NBSP}»{NARROW}?"),
        ("12 300 habitants en 2026", f"12{NARROW}300 habitants en 2026"),
        ("https://exemple.fr/a:b à 12:30", "https://exemple.fr/a:b à 12:30"),
    ],
)
def test_french_typography_is_put_where_a_plain_text_lacks_it(text, expected):
    assert french.typography(text) == expected


def test_a_moment_is_a_day_and_an_hour_and_another_text_is_left_alone():
    here = dt.datetime(2026, 11, 22, 4, 5).astimezone()
    assert french.moment(here.isoformat()) == f"22{NBSP}novembre 2026 à 4{NBSP}h{NBSP}05"
    assert french.moment("jamais") == "jamais"

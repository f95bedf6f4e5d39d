"""Normalised gain: worked by hand, by its properties, and against published figures."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Sequence
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kasuskit.training.course import Score
from kasuskit.training.course.gain import (
    FEWEST,
    ClassGain,
    Taken,
    class_gain,
    newcombe,
    normalised_change,
    normalised_gain,
    wilson,
)

MOST = 20


def taken(name: str, right: int, form: str = "A") -> Score:
    """Return a test in which the first so many of twenty aims were right."""
    return Score(form, {f"T{number:02}": number <= right for number in range(1, MOST + 1)}, MOST)


def gained(points: Sequence[tuple[int, int]]) -> ClassGain:
    return class_gain([Taken(f"P{n}", taken("", pre), taken("", post, "B")) for n, (pre, post) in enumerate(points)])


# one person ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pre", "post", "gain", "change"),
    [
        (10, 15, 0.5, 0.5),  # half of what was left
        (0, 20, 1.0, 1.0),
        (8, 8, 0.0, 0.0),
        (0, 0, 0.0, 0.0),
        (10, 5, -0.5, -0.5),  # half of what was there
        (16, 12, -1.0, -0.25),  # a loss of a quarter, where the gain would say that all was lost
        (19, 0, -19.0, -1.0),
        (20, 15, None, -0.25),
        (20, 20, None, None),
    ],
)
def test_a_person_worked_by_hand(pre: int, post: int, gain: float | None, change: float | None) -> None:
    assert normalised_gain(pre, post, MOST) == (gain if gain is None else pytest.approx(gain))
    assert normalised_change(pre, post, MOST) == (change if change is None else pytest.approx(change))


@given(st.integers(0, 20), st.integers(0, 20))
def test_a_change_lies_between_minus_one_and_one_and_has_the_sign_of_what_happened(pre: int, post: int) -> None:
    change = normalised_change(pre, post, MOST)
    if change is None:
        assert pre == post == MOST
        return
    assert -1 <= change <= 1
    assert (change > 0) == (post > pre) and (change < 0) == (post < pre)
    mirrored = normalised_change(MOST - pre, MOST - post, MOST)
    if pre != post:
        assert mirrored == pytest.approx(-change)  # a loss weighs as a gain does


# a class ------------------------------------------------------------------------------------------------------

POINTS = [(5, 12), (8, 15), (20, 20), (3, 2), (10, 18), (20, 18), (0, 0)]


def test_a_class_worked_by_hand() -> None:
    found = gained(POINTS)
    by_hand = [7 / 15, 7 / 12, -1 / 3, 8 / 10, -2 / 20, 0]
    assert found.full == 1
    assert [each.change for each in found.people if each.change is not None] == pytest.approx(by_hand)
    assert found.change is not None and found.gain is not None
    assert found.change.value == pytest.approx(mean(by_hand))
    assert found.gain.value == pytest.approx((85 - 66) / (140 - 66))  # all seven, also who was full
    assert found.change.method == found.gain.method == "BCa"
    for estimate in (found.change, found.gain):
        assert estimate.low is not None and estimate.high is not None
        assert estimate.low < estimate.value < estimate.high


def test_the_same_class_always_has_the_same_interval() -> None:
    assert gained(POINTS).change == gained(POINTS).change


def test_the_interval_of_a_class_is_that_of_its_persons_not_of_their_order() -> None:
    one, other = gained(POINTS).change, gained(POINTS[::-1]).change
    assert one is not None and other is not None and one.low is not None and other.low is not None
    assert one.low == pytest.approx(other.low, abs=0.03)


def test_more_people_make_the_interval_narrower() -> None:
    few, many = gained(POINTS).change, gained(POINTS * 6).change
    assert few is not None and many is not None
    widths = [each.high - each.low for each in (few, many) if each.high is not None and each.low is not None]
    assert widths[1] < widths[0] / 2


def test_when_all_are_alike_the_percentiles_are_given_and_it_says_so() -> None:
    found = gained([(10, 15)] * 6)
    assert found.change is not None
    assert (found.change.low, found.change.high, found.change.method) == (0.5, 0.5, "percentile")


@pytest.mark.parametrize("count", range(1, FEWEST))
def test_with_fewer_than_five_no_interval_is_given(count: int) -> None:
    found = gained([(5, 12), (8, 15), (3, 4), (2, 9)][:count])
    estimates = [found.change, found.gain, *(each.difference for each in found.aims)]
    for estimate in estimates:
        assert estimate is not None
        assert (estimate.low, estimate.high, estimate.method) == (None, None, "")


def test_who_was_full_before_and_after_everywhere_gives_no_figure() -> None:
    found = gained([(20, 20)] * 6)
    assert (found.change, found.gain, found.full) == (None, None, 6)
    assert all(each.gain is None and each.difference.value == 0 for each in found.aims)


def test_nearly_full_classes_have_figures_too() -> None:
    found = gained([(20, 20)] * 5 + [(19, 20)])
    assert found.gain is not None and found.change is not None
    assert found.gain.value == pytest.approx(1)
    assert found.gain.low is not None and math.isfinite(found.gain.low)
    assert (found.full, found.change.method) == (5, "")


def test_only_who_handed_in_both_counts_and_the_others_are_listed() -> None:
    half = [Taken("Ana", taken("", 3), None), Taken("Ben", None, taken("", 9)), Taken("Cis", None, None)]
    whole = Taken("Dia", taken("", 5), taken("", 10), "Desa Contoh A")
    found = class_gain([*half, whole])
    assert [each.name for each in found.incomplete] == ["Ana", "Ben", "Cis"]
    assert [(each.name, each.village) for each in found.people] == [("Dia", "Desa Contoh A")]
    assert {each.people for each in found.aims} == {1}


def test_nobody_gives_no_figure() -> None:
    found = class_gain([])
    assert (found.people, found.change, found.gain, found.aims) == ((), None, None, ())


# an aim -------------------------------------------------------------------------------------------------------


def test_an_aim_worked_by_hand() -> None:
    aims = {each.aim: each for each in gained(POINTS).aims}
    assert list(aims) == [f"T{number:02}" for number in range(1, MOST + 1)]
    aim = aims["T06"]  # right before: 8, 20, 10, 20; right after: 12, 15, 20, 18, 18
    assert (aim.people, aim.before, aim.after) == (7, pytest.approx(4 / 7), pytest.approx(5 / 7))
    assert aim.gain == pytest.approx(1 / 3)
    assert aim.difference.value == pytest.approx(1 / 7)
    assert aim.difference.method == "Newcombe"
    assert (aim.difference.low, aim.difference.high) == newcombe(both=4, only_after=1, only_before=0, neither=2)


def test_only_aims_of_both_tests_count() -> None:
    one = Score("A", {"T01": True, "T02": False}, 2)
    other = Score("B", {"T02": True, "T03": True}, 2)
    found = class_gain([Taken("Ana", one, other)])
    assert [each.aim for each in found.aims] == ["T02"]
    assert (found.people[0].before.total, found.people[0].change) == (1, 1)


@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [
        # Newcombe 1998, tables of worked examples: 36, 12, 2, 0 by method 10
        ((36, 12, 2, 0), 0.0569, 0.3404),
        # M. Fagerland and others, Statistical Analysis of Contingency Tables (2017), airway data: 1, 1, 7, 12
        ((1, 1, 7, 12), -0.507, -0.026),
        # D. Altman and others, Statistics with Confidence (2000), table 6.2: 14, 5, 0, 22
        ((14, 5, 0, 22), 0.011, 0.226),
    ],
)
def test_the_interval_of_a_paired_difference_as_published(
    cells: tuple[int, int, int, int], low: float, high: float
) -> None:
    assert newcombe(*cells) == pytest.approx((low, high), abs=0.0006)


cells = st.integers(0, 20)


@settings(deadline=None)
@given(cells, cells, cells, cells)
def test_the_interval_of_a_paired_difference_holds_it_and_mirrors(a: int, b: int, c: int, d: int) -> None:
    people = a + b + c + d
    if not people:
        return
    low, high = newcombe(a, b, c, d)
    assert -1 <= low <= (b - c) / people + 1e-12 and (b - c) / people - 1e-12 <= high <= 1
    assert newcombe(a, c, b, d) == pytest.approx((-high, -low))
    assert newcombe(d, c, b, a) == pytest.approx((low, high)) or newcombe(d, c, b, a) == pytest.approx((-high, -low))


def test_a_share_of_all_or_none_still_has_an_interval() -> None:
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)
    assert wilson(20, 20) == pytest.approx((0.8389, 1), abs=1e-4)


def test_reading_a_course_and_marking_bring_neither_scipy_nor_numpy() -> None:
    code = (
        "import sys; from kasuskit.training.course import load_course; import kasuskit.training.course.gain; "
        "load_course('dua-hari').problems; print(*({'scipy', 'numpy', 'pandas', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

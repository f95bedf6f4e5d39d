"""The answers of two copies of one attempt come into one order that everybody can follow."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kasuskit.classroom.weaving import woven

TABS = st.sampled_from("abc")
KEYS = st.tuples(TABS, st.integers(1, 9))
COPIES = st.lists(KEYS, unique=True, max_size=14)


def keys(text):
    """Return the answers that ``"a1 b2"`` stands for."""
    return [(each[0], int(each[1:])) for each in text.split()]


def shown(order):
    return " ".join(f"{tab}{n}" for tab, n in order)


def test_a_copy_that_went_on_elsewhere():
    assert shown(woven(keys("a1 a2"), keys("a1 a2 b1 a3"))) == "a1 a2 b1 a3"
    assert shown(woven(keys("a1 a2 b1 a3"), keys("a1 a2"))) == "a1 a2 b1 a3"
    assert shown(woven([], keys("a1 b1"))) == "a1 b1"
    assert shown(woven(keys("a1 b1"), [])) == "a1 b1"


def test_copies_that_both_went_on():
    assert shown(woven(keys("a1 b1 b2"), keys("a1 c1 c2"))) == "a1 b1 b2 c1 c2"


def test_what_one_tab_said_stays_in_its_order():
    # The phone went over to the other laptop; what it had said last is only in the first one's file.
    assert shown(woven(keys("a1 a2 a5"), keys("a1 a2 a3 a4"))) == "a1 a2 a3 a4 a5"
    assert shown(woven(keys("a1 b1 a3 b2"), keys("a1 c1 a2 c2"))) == "a1 b1 c1 a2 a3 b2 c2"


def test_a_copy_that_was_merged_already():
    assert shown(woven(keys("a1 b1"), keys("a1 c1 b1"))) == "a1 c1 b1"


@given(COPIES, COPIES)
def test_each_answer_comes_once_and_ours_stay_in_their_order(ours, theirs):
    order = woven(ours, theirs)
    assert sorted(order) == sorted({*ours, *theirs})
    assert [key for key in order if key in ours] == ours
    new = [key for key in theirs if key not in ours]
    assert [key for key in order if key in new] == new
    assert woven(order, theirs) == woven(order, ours) == order


@given(COPIES, st.data())
def test_what_holds_all_of_the_other_is_the_result(longer, data):
    kept = data.draw(st.lists(st.booleans(), min_size=len(longer), max_size=len(longer)))
    shorter = [key for key, keep in zip(longer, kept, strict=True) if keep]
    assert woven(shorter, longer) == longer
    assert woven(longer, shorter) == longer


@given(st.lists(TABS, max_size=8), st.lists(st.tuples(TABS, st.booleans()), max_size=12))
def test_a_tab_is_in_order_whichever_laptop_it_spoke_to(together, apart):
    counts = dict.fromkeys("abc", 0)

    def said(tab):
        counts[tab] += 1
        return tab, counts[tab]

    both = [said(tab) for tab in together]
    rest = [(said(tab), here) for tab, here in apart]
    order = woven(both + [key for key, here in rest if here], both + [key for key, here in rest if not here])
    assert order[: len(both)] == both
    for tab in "abc":
        assert all(before < after for before, after in pairwise(n for each, n in order if each == tab))

"""Totals of categories: every method, dropping and keeping, extra credit, missing ones, and the ceiling."""

from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.gradebook.combining import METHODS, Entry, Total, chosen, combine, entry

SHARES = st.fractions(0, 1, max_denominator=20)
ENTRIES = st.lists(
    st.builds(Entry, st.none() | SHARES, st.integers(1, 20).map(F), st.integers(0, 5).map(F), st.booleans()), max_size=7
)
KINDS = st.sampled_from(sorted(METHODS))


def shares(*values: int | F | None) -> list[Entry]:
    return [Entry(None if value is None else F(value) / 10) for value in values]


@pytest.mark.parametrize(
    ("method", "values", "expected"),
    [
        ("mean", (2, 4, 9), F(1, 2)), ("median", (9, 2, 4), F(4, 10)), ("median", (9, 2, 4, 5), F(45, 100)),
        ("min", (9, 2, 4), F(2, 10)), ("max", (9, 2, 4), F(9, 10)), ("mode", (2, 9, 2, 9, 4), F(9, 10)),
        ("mode", (2, 2, 9), F(2, 10)), ("mode", (2, 4, 9), F(9, 10)), ("mean", (0, 0), F(0)),
        ("weighted", (2, 4), F(3, 10)), ("simple_weighted", (2, 4), F(3, 10)), ("median", (7,), F(7, 10)),
    ],
)  # fmt: skip
def test_each_method_on_plain_shares(method: str, values: tuple[int, ...], expected: F) -> None:
    assert combine(shares(*values), method) == Total(expected, expected, F(1))
    assert combine(shares(*values), method, maximum=F(50)) == Total(expected, expected * 50, F(50))


def test_weights_of_zero_and_below_take_no_part() -> None:
    entries = [Entry(F(1), weight=F(3)), Entry(F(0), weight=F(1)), Entry(F(1), weight=F(0)), Entry(F(0), weight=F(-5))]
    assert combine(entries, "weighted") == Total(F(3, 4), F(3, 4), F(1))
    assert combine(entries[2:], "weighted") is None


def test_by_maximum_with_extra_credit_on_top() -> None:
    entries = [entry(F(8), F(10)), entry(F(15), F(30)), entry(F(4), F(5), extra=True)]
    assert combine(entries, "simple_weighted", maximum=F(100)) == Total(F(27, 40), F(135, 2), F(100))
    assert combine(entries, "natural") == Total(F(27, 40), F(27), F(40))
    assert combine(entries, "mean") == Total(F(1), F(1), F(1))  # (0.8 + 0.5 + 0.8) / 2, clamped
    assert combine(entries[2:], "simple_weighted") is None
    assert combine(entries[2:], "natural") is None


def test_extra_credit_never_pulls_a_median_down() -> None:
    entries = [Entry(F(1, 2)), Entry(F(0), extra=True)]
    for method in ("median", "min", "max", "mode"):
        assert combine(entries, method) == Total(F(1, 2), F(1, 2), F(1))
        assert combine(entries[1:], method) is None


def test_natural_sums_points_and_is_clamped() -> None:
    entries = [entry(F(9), F(10)), entry(F(5), F(5)), entry(F(3), F(3), extra=True)]
    assert combine(entries, "natural") == Total(F(1), F(15), F(15))
    assert combine(entries, "natural", maximum=F(20)) == Total(F(17, 20), F(17), F(20))
    assert combine([entry(F(-3), F(10))], "natural") == Total(F(0), F(0), F(10))
    assert combine([entry(F(3), F(0))], "natural") is None


@pytest.mark.parametrize("method", sorted(METHODS))
def test_missing_ones_are_left_out_or_count_as_nothing(method: str) -> None:
    entries = shares(8, None)
    left_out = combine(entries, method)
    assert left_out is not None
    assert left_out.share == F(8, 10)
    counted = combine(entries, method, missing_is_zero=True)
    expected = {"max": F(8, 10), "mode": F(8, 10), "min": F(0)}.get(method, F(4, 10))
    assert counted is not None
    assert counted.share == expected
    assert combine(shares(None), method) is None
    assert combine([], method) is None


def test_the_lowest_go_and_of_equals_the_larger_first() -> None:
    small, large, best = Entry(F(1, 2), F(5)), Entry(F(1, 2), F(20)), Entry(F(1), F(5))
    bonus = Entry(F(0), F(5), extra=True)
    assert chosen([small, large, best, bonus], drop_lowest=1) == [small, best, bonus]
    assert chosen([small, large, best, bonus], drop_lowest=2) == [best, bonus]
    assert chosen([small, large, best, bonus], drop_lowest=9) == [bonus]
    assert chosen([small, large, best, bonus], keep_highest=2) == [small, best, bonus]
    assert chosen([small, large, best, bonus], keep_highest=0) == [bonus]
    assert chosen([small, large, best, bonus], keep_highest=9) == [small, large, best, bonus]
    assert chosen([small, large, best, bonus], drop_lowest=1, keep_highest=1) == [best, bonus]
    assert chosen([small, large], drop_lowest=-1) == [small, large]


def test_a_missing_one_that_counts_is_the_first_to_be_dropped() -> None:
    entries = shares(8, None, 6)
    assert combine(entries, "mean", missing_is_zero=True, drop_lowest=1) == Total(F(7, 10), F(7, 10), F(1))
    assert combine(entries, "mean", drop_lowest=1) == Total(F(8, 10), F(8, 10), F(1))


def test_points_become_shares() -> None:
    assert entry(F(3), F(4)) == Entry(F(3, 4), F(4))
    assert entry(None, F(4)) == Entry(None, F(4))
    assert entry(F(3), F(0)) == Entry(F(0), F(0))


def test_an_unknown_method_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no such way to combine: best"):
        combine([], "best")


@given(ENTRIES, KINDS, st.integers(0, 3), st.none() | st.integers(0, 4), st.booleans())
def test_a_total_lies_between_nothing_and_the_maximum(
    entries: list[Entry], method: str, drop: int, keep: int | None, zero: bool
) -> None:
    options: dict[str, Any] = {"drop_lowest": drop, "keep_highest": keep, "missing_is_zero": zero}
    total = combine(entries, method, **options)
    assert total == combine(entries, method, **options)
    assert total is None or (0 <= total.share <= 1 and total.mark == total.share * total.maximum)
    plain = [each for each in entries if not each.extra]
    if total is not None and len(plain) == len(entries) and method != "natural":
        found = [each.earned for each in plain if zero or each.share is not None]
        assert min(found) <= total.share <= max(found)


@given(ENTRIES, KINDS, st.randoms())
def test_the_order_of_entries_does_not_matter(entries: list[Entry], method: str, chance: Any) -> None:
    turned = list(entries)
    chance.shuffle(turned)
    assert combine(entries, method) == combine(turned, method)

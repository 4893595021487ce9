"""Nine ways of scoring an order, against examples worked by hand and slow but plain definitions."""

from fractions import Fraction as F
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.sequences import METHODS, Given, places, relative_shares, score

NAMES = [
    "relative_to_correct", "all_or_nothing", "absolute", "next_exclude_last", "next_include_last", "one_before_after",
    "all_before_after", "longest_ordered", "longest_contiguous",
]  # fmt: skip
# Per response to the right order W X Y Z: what each method of NAMES earns.
WORKED = {
    "WXYZ": "1 1 1 1 1 1 1 1 1",
    "ZYXW": "1/3 0 0 0 0 0 0 0 0",
    "XWYZ": "5/6 0 1/2 1/3 1/2 3/8 5/6 3/4 3/4",
    "XYZW": "1/2 0 0 2/3 1/2 1/2 1/2 3/4 3/4",
    "WZXY": "2/3 0 1/4 1/3 1/4 3/8 2/3 3/4 3/4",
    "WYXZ": "5/6 0 1/2 0 1/4 1/4 5/6 3/4 1/2",
    "ZWXY": "1/2 0 0 2/3 1/2 1/2 1/2 3/4 3/4",
    "YZWX": "1/3 0 0 2/3 1/2 1/2 1/3 1/2 1/2",
}
# The same where entries are missing (.), foreign (?) or repeated.
HOLED = {
    "WX..": "1/2 0 1/2 1/3 1/4 3/8 1/6 1/2 1/2",
    "..YZ": "1/2 0 1/2 1/3 1/2 3/8 1/6 1/2 1/2",
    "W.YZ": "3/4 0 3/4 1/3 1/2 1/2 1/2 3/4 1/2",
    "W?YZ": "3/4 0 3/4 1/3 1/2 1/2 1/2 3/4 1/2",
    "W.X.": "5/12 0 1/4 0 0 1/8 1/6 1/2 1/2",
    "WWXY": "1/3 0 0 1/3 1/4 1/4 1/6 1/2 1/2",
    "WXYY": "1/2 0 1/2 1/3 1/4 3/8 1/6 1/2 1/2",
    "W": "1/4 0 1/4 0 0 1/8 0 0 0",
    "Z": "0 0 0 0 1/4 1/8 0 0 0",
    "...Z": "1/4 0 1/4 0 1/4 1/8 0 0 0",
    "": "0 0 0 0 0 0 0 0 0",
    "....": "0 0 0 0 0 0 0 0 0",
    "????": "0 0 0 0 0 0 0 0 0",
    "WXYZ?": "1 0 1 1 3/4 7/8 1 1 1",
    "????W": "0 0 0 0 0 0 0 0 0",
}


def line(text: str) -> list[str | None]:
    return [None if mark == "." else mark for mark in text]


@pytest.mark.parametrize(
    ("method", "response", "earned"),
    [
        (method, response, earned)
        for response, row in (WORKED | HOLED).items()
        for method, earned in zip(NAMES, row.split(), strict=True)
    ],
)
def test_worked_examples(method: str, response: str, earned: str) -> None:
    assert score(method, "WXYZ", line(response)) == F(earned)


def test_the_methods_have_these_names() -> None:
    assert list(METHODS) == NAMES
    with pytest.raises(KeyError):
        score("nearly", "WXYZ", "WXYZ")


def test_six_entries_the_other_way_round_still_earn_something() -> None:
    assert score("relative_to_correct", "abcdef", "fedcba") == F(2, 5)


@pytest.mark.parametrize("method", NAMES)
def test_one_entry_alone_and_two(method: str) -> None:
    assert score(method, "a", "a") == 1
    assert score(method, "a", "b") == score(method, "a", "") == 0
    assert score(method, "ab", "ab") == 1
    assert score(method, "ab", "ba") == 0


def test_places_and_shares() -> None:
    assert places("WXYZ", ["X", None, "W", "?", "Y", "Y"]) == {"W": 2, "X": 0}
    assert relative_shares("WXYZ", line("X.W?")) == {"W": F(1, 3), "X": F(2, 3), "Y": 0, "Z": 0}
    assert relative_shares("WXYZ", line(".....W")) == {"W": 0, "X": 0, "Y": 0, "Z": 0}


# --- what must always hold ---------------------------------------------------------------------------------

RIGHT = "abcdef"
RESPONSES = st.lists(st.sampled_from([*RIGHT, "?", None]), max_size=9) | st.permutations(list(RIGHT))


def longest(response: Given, groups: list[tuple[str, ...]]) -> F:
    """Return the size of the largest of these groups that stands in rising order, over six."""
    at = places(RIGHT, response)
    rising = [
        len(group)
        for group in groups
        if all(key in at for key in group) and sorted(group, key=lambda key: at[key]) == list(group)
    ]
    return F(max(rising, default=0), 6)


@given(RESPONSES)
def test_longest_subsets_are_the_longest(response: Given) -> None:
    subsets = [group for size in range(2, 7) for group in combinations(RIGHT, size)]
    runs = [tuple(RIGHT[i:j]) for i in range(6) for j in range(i + 2, 7)]
    assert score("longest_ordered", RIGHT, response) == longest(response, subsets)
    assert score("longest_contiguous", RIGHT, response) == longest(response, runs)


@given(RESPONSES, st.sampled_from(NAMES))
def test_every_method_stays_within_bounds(response: Given, method: str) -> None:
    earned = score(method, RIGHT, response)
    assert 0 <= earned <= 1
    assert earned in {0, 1} or method != "all_or_nothing"
    assert (list(response) == list(RIGHT)) <= (earned == 1)


@given(st.permutations(list(RIGHT)))
def test_an_order_and_its_mirror_image(order: list[str]) -> None:
    """Turning both orders round changes no pair, neighbour or distance."""
    for method in ("relative_to_correct", "absolute", "one_before_after", "all_before_after", "longest_ordered"):
        assert score(method, RIGHT[::-1], order[::-1]) == score(method, RIGHT, order)
    pairs = score("all_before_after", RIGHT, order)
    assert score("all_before_after", RIGHT, order[::-1]) == 1 - pairs
    assert score("absolute", RIGHT, order) <= score("relative_to_correct", RIGHT, order)
    assert score("longest_contiguous", RIGHT, order) <= score("longest_ordered", RIGHT, order)

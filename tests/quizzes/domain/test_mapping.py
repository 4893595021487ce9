"""QTI mapping, against examples worked by hand."""

from collections.abc import Collection
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.mapping import bounded, mapped

WORTH = {"a": F(2), "b": F(1)}


@pytest.mark.parametrize(
    ("values", "earned"),
    [(["a", "b"], 1), (["a", "c"], "1/3"), (["c"], 0), (["a", "a"], "2/3"), (["a", "c", "d"], 0),
     (["c", "c", "a"], "1/3"), ([], 0), (None, 0)],
)  # fmt: skip
def test_distinct_values_are_added_within_bounds(values: Collection[str] | None, earned: str | int) -> None:
    assert mapped(values, WORTH, maximum=F(3), default=F(-1), lower=F(0), upper=F(3)) == F(earned)


def test_without_bounds_and_default() -> None:
    assert mapped(["a", "c"], WORTH, maximum=F(4)) == F(1, 2)
    assert mapped(["c"], WORTH, maximum=F(2), default=F(-1)) == F(-1, 2)
    assert mapped(["a", "b"], WORTH, maximum=F(2)) == F(3, 2)


def test_no_response_is_nothing_even_above_a_lower_bound() -> None:
    assert mapped([], WORTH, maximum=F(2), lower=F(1)) == 0
    assert mapped(["c"], WORTH, maximum=F(2), lower=F(1)) == F(1, 2)
    assert mapped(["a"], WORTH, maximum=F(0)) == 0
    assert mapped(["a"], WORTH, maximum=F(1, 2)) == 4
    assert mapped(["a"], WORTH, maximum=F(-1)) == 0


@pytest.mark.parametrize(
    ("total", "lower", "upper", "kept"),
    [(5, None, None, 5), (5, None, 3, 3), (-5, -2, None, -2), (1, 0, 3, 1), (0, 0, 3, 0), (3, 0, 3, 3), (-1, 0, 3, 0)],
)
def test_bounds(total: int, lower: int | None, upper: int | None, kept: int) -> None:
    low, high = (None if each is None else F(each) for each in (lower, upper))
    assert bounded(F(total), low, high) == kept


@given(st.lists(st.sampled_from("abcd"), max_size=8))
def test_repeating_and_turning_never_matter(values: list[str]) -> None:
    terms = {"maximum": F(3), "default": F(-1, 2)}
    assert mapped(values, WORTH, **terms) == mapped(values[::-1] * 2, WORTH, **terms)

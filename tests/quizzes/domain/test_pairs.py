"""Pairs: grading, several tries, what is kept and what a review shows."""

from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given as given_that
from hypothesis import strategies as st

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import pairs
from learnapp.quizzes.domain.grading import Part, State
from learnapp.quizzes.domain.review import EVERYTHING, NOTHING, Disclosure
from learnapp.quizzes.domain.tries import part_counted_back

KEY = {"p": "x", "q": "y", "r": "x", "s": "z"}
THIRD = F(1, 3)


@pytest.mark.parametrize(
    ("answer", "read"),
    [(None, {}), ({}, {}), ({"f": 3}, {}), ({"f": ["p"]}, {}), ({"g": {"p": "x"}}, {}),
     ({"f": {"p": "x", "q": 5}}, {"p": "x"})],
)  # fmt: skip
def test_reads_what_is_paired(answer: Any, read: Any) -> None:
    assert pairs.given(answer, "f") == read


def test_is_complete_when_everything_has_a_choice() -> None:
    def codes(answer: Any) -> list[Problem]:
        return pairs.complete(["p", "q"], answer, "f", "one_missing")

    assert codes(None) == codes({"f": {}}) == [Problem("not_answered")]
    assert codes({"f": {"p": "x"}}) == codes({"f": {"q": "x"}}) == [Problem("one_missing")]
    assert codes({"f": {"p": "x", "q": "any"}}) == codes({"unsure": True}) == []


@pytest.mark.parametrize(
    ("given", "share", "whole"),
    [
        ({}, 0, 0),
        ({"p": "x"}, "1/4", 0),
        ({"p": "x", "q": "x", "r": "x", "s": "x"}, "1/2", 0),
        ({"p": "x", "q": "y", "r": "x", "s": "z"}, 1, 1),
        ({"p": "x", "q": "y", "r": "x", "s": "z", "gone": "x"}, 1, 1),
        ({"gone": "x", "p": "gone"}, 0, 0),
    ],
)
def test_right_pairs_over_pairs(given: dict[str, str], share: str | int, whole: int) -> None:
    assert pairs.score(KEY, given) == pairs.score(KEY, given, "pairs") == F(share)
    assert pairs.score(KEY, given, "all_or_nothing") == whole


def test_grades_with_parts() -> None:
    grade = pairs.grade(KEY, {"f": {"s": "z", "p": "x", "q": "z"}}, "f")
    assert (grade.fraction, grade.state, grade.rule) == (F(1, 2), State.PARTIAL, "pairs")
    assert grade.parts == (
        Part("p", F(1)), Part("q", F(0), "wrong_choice"), Part("r", F(0), "blank"), Part("s", F(1)),
    )  # fmt: skip
    whole = pairs.grade(KEY, {"f": {"s": "z"}}, "f", "all_or_nothing")
    assert (whole.fraction, whole.state, whole.rule, len(whole.parts)) == (0, State.WRONG, "all_or_nothing", 4)


def test_a_blank_is_given_up_and_unsure_is_unsure() -> None:
    for answer in (None, {}, {"f": {}}, {"f": {"p": 1}}):
        grade = pairs.grade(KEY, answer, "f", "all_or_nothing")
        assert (grade.fraction, grade.state, grade.rule) == (0, State.GAVE_UP, "all_or_nothing")
    assert pairs.grade(KEY, {"unsure": True}, "f").state is State.UNSURE
    assert pairs.grade(KEY, {"unsure": True, "f": KEY}, "f").state is State.UNSURE


@pytest.mark.parametrize(
    ("hits", "earned"),
    [("", 0), ("1", 1), ("0", 0), ("01", "2/3"), ("001", "1/3"), ("0001", 0), ("00001", 0), ("10", 0), ("101", "1/3"),
     ("111", 1), ("011", "2/3"), ("0101", 0)],
)  # fmt: skip
def test_a_part_loses_by_its_last_wrong_try(hits: str, earned: str | int) -> None:
    assert part_counted_back([hit == "1" for hit in hits], THIRD) == F(earned)


def test_each_part_is_counted_back_by_itself() -> None:
    one, two = {"p": "x", "q": "x", "r": "z"}, {"p": "x", "q": "y", "r": "z"}
    assert pairs.count_back(KEY, [one, two, KEY], THIRD) == (1 + F(2, 3) + F(1, 3) + F(1, 3)) / 4
    assert pairs.count_back(KEY, [KEY, one | {"q": "y", "r": "x", "s": "z"}], THIRD) == 1
    assert pairs.count_back(KEY, [KEY, one, KEY], F(1, 2)) == F(1, 4)
    assert pairs.count_back(KEY, [], THIRD) == pairs.count_back(KEY, [KEY, {}], THIRD) == 0


def test_the_whole_is_counted_back_where_only_the_whole_counts() -> None:
    one = KEY | {"p": "z"}
    assert pairs.count_back(KEY, [one, KEY], THIRD, "all_or_nothing") == F(2, 3)
    assert pairs.count_back(KEY, [one, one, KEY], F(1, 4), "all_or_nothing") == F(1, 2)
    assert pairs.count_back(KEY, [KEY, one], THIRD, "all_or_nothing") == 0


def test_keeps_what_is_right() -> None:
    answer = {"f": {"q": "y", "p": "z", "gone": "x", "r": "x"}}
    assert pairs.keep_right(KEY, answer, "f") == {"f": {"q": "y", "r": "x"}}
    assert pairs.keep_right(KEY, {"f": {"p": "z"}}, "f") is None
    assert pairs.keep_right(KEY, {"unsure": True}, "f") is None


TEXTS = {"x": "X", "y": "Y", "z": "Z"}
OWN = Disclosure(correctness=True, own_reason=True)


@pytest.mark.parametrize(
    ("chosen", "allowed", "more"),
    [
        ("x", NOTHING, {"chosen": "X"}),
        ("x", OWN, {"chosen": "X", "right": True, "reason": "why"}),
        ("y", OWN, {"chosen": "Y", "right": False}),
        ("gone", OWN, {"chosen": None}),
        (None, OWN, {"chosen": None}),
        ("y", Disclosure(key=True), {"chosen": "Y", "best": "X"}),
        ("x", Disclosure(correctness=True), {"chosen": "X", "right": True}),
        (None, EVERYTHING, {"chosen": None, "best": "X", "reason": "why"}),
        ("y", EVERYTHING, {"chosen": "Y", "right": False, "best": "X", "reason": "why"}),
    ],
)
def test_a_row_shows_what_is_allowed(chosen: str | None, allowed: Disclosure, more: Any) -> None:
    given = {} if chosen is None else {"p": chosen}
    assert pairs.row(("p", "P"), "why", KEY, given, TEXTS, allowed) == {"id": "p", "text": "P", **more}


@pytest.mark.parametrize("seed", range(20))
def test_samples_are_right_or_miss_one(seed: int) -> None:
    assert pairs.sample(KEY, list("xyz"), seed, True) == KEY
    wrong = pairs.sample(KEY, list("xyz"), seed, False)
    assert sum(wrong[thing] != KEY[thing] for thing in KEY) == 1
    assert set(wrong.values()) <= set("xyz")
    assert wrong == pairs.sample(KEY, list("zyx"), seed, False)


def test_samples_miss_here_and_there() -> None:
    wrong = [pairs.sample(KEY, list("xyz"), seed, False) for seed in range(30)]
    assert {thing for each in wrong for thing in KEY if each[thing] != KEY[thing]} == set(KEY)
    assert {each["p"] for each in wrong} == set("xyz")


TRY = st.dictionaries(st.sampled_from([*KEY, "gone"]), st.sampled_from("xyz"))
PENALTY = st.sampled_from([F(0), F(1, 10), F(1, 5), F(1, 3), F(1, 2), F(1)])


@given_that(st.lists(TRY, min_size=1, max_size=5), PENALTY, st.sampled_from(pairs.RULES))
def test_several_tries_never_earn_more_than_the_last(tries: list[dict[str, str]], penalty: F, scoring: str) -> None:
    earned = pairs.count_back(KEY, tries, penalty, scoring)
    last = pairs.score(KEY, tries[-1], scoring)
    assert max(0, last * (1 - penalty * (len(tries) - 1))) <= earned <= last
    assert pairs.count_back(KEY, tries, F(0), scoring) == last
    assert pairs.count_back(KEY, tries[-1:] * 3, penalty, "pairs") <= pairs.score(KEY, tries[-1])

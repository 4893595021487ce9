"""What a ruling says about a grade, and which ids a question's public part holds."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from learnapp.quizzes.domain import options
from learnapp.quizzes.domain.grading import Grade, State
from learnapp.quizzes.domain.options import Option
from learnapp.quizzes.domain.ruling import Policy, Ruling, better, ids_in, ruling_in, without_key

HALF = Grade(F(1, 2), State.PARTIAL, (), "x")
FULL = Grade(F(1), State.RIGHT, (), "y")
WAITS = Grade(None, State.NEEDS_GRADING, (), "z")


@pytest.mark.parametrize("policy", Policy)
def test_a_ruling_is_read_as_it_was_stored(policy: Policy) -> None:
    ruling = Ruling(policy, "b" if policy is Policy.OPTION else None)
    assert ruling_in(ruling.as_json()) == ruling
    assert ruling.as_json() == {"policy": str(policy), "option": ruling.option}


def test_nothing_stored_is_no_ruling() -> None:
    assert ruling_in(None) is None
    assert ruling_in({}) is None
    assert ruling_in({"policy": "both"}) == Ruling(Policy.BOTH)


@pytest.mark.parametrize("policy", Policy)
def test_only_two_rulings_need_no_answer(policy: Policy) -> None:
    grade = without_key(Ruling(policy))
    expected = {
        Policy.FULL_CREDIT: Grade(F(1), State.RIGHT, (), "correction"),
        Policy.DISREGARD: Grade(None, State.DISREGARDED, (), "correction"),
    }
    assert grade == expected.get(policy)
    assert without_key(None) is None


def test_the_better_of_two_grades_counts() -> None:
    assert better(HALF, FULL) is FULL
    assert better(FULL, HALF) is FULL
    same = replace(HALF, rule="other")
    assert better(HALF, same) is HALF
    assert better(WAITS, FULL) is WAITS
    assert better(HALF, WAITS) is HALF


def test_ids_are_found_with_their_places_whatever_their_order() -> None:
    one = {"stem": "x", "options": [{"id": "a", "text": "A"}, {"id": "b"}], "n": 3}
    other = {"options": [{"id": "b", "text": "new words"}, {"id": "a"}]}
    assert ids_in(one) == ids_in(other) == {("//options", "a", ""), ("//options", "b", "")}
    assert ids_in({"options": [{"id": "a"}]}) != ids_in(one)
    assert ids_in({"lines": one["options"]}) != ids_in(one)
    assert ids_in("text") == frozenset()


def test_ids_inside_a_part_belong_to_that_part_and_its_type() -> None:
    def case(step: str, kind: str) -> dict[str, object]:
        return {"steps": [{"id": step, "type": kind, "options": [{"id": "a"}]}]}

    assert ids_in(case("first", "choice")) == {("//steps", "first", "choice"), ("//steps/first/options", "a", "")}
    assert ids_in(case("first", "choice")) != ids_in(case("second", "choice"))
    assert ids_in(case("first", "choice")) != ids_in(case("first", "numeric"))


def _option(key: str, fraction: F) -> Option:
    return Option(id=key, text=key, reason="", fraction=fraction)


@pytest.mark.parametrize(
    ("fractions", "called", "after"),
    [
        ((F(1), F(0), F(-1, 2)), "b", (F(1), F(1), F(-1, 2))),
        ((F(1), F(0), F(-1, 2)), "c", (F(1), F(0), F(1))),
        ((F(1, 2), F(0), F(1, 2)), "b", (F(1, 2), F(1, 2), F(1, 2))),
        ((F(1), F(0), F(0)), "a", (F(1), F(0), F(0))),
        ((F(0), F(0), F(0)), "a", (F(1), F(0), F(0))),
        ((F(0), F(0), F(0)), "z", (F(0), F(0), F(0))),
    ],
)
def test_an_option_that_is_called_right_is_worth_as_much_as_the_best(
    fractions: tuple[F, ...], called: str, after: tuple[F, ...]
) -> None:
    found = options.called_right([_option(key, one) for key, one in zip("abc", fractions, strict=True)], called)
    assert tuple(each.fraction for each in found) == after


def test_of_no_options_none_is_called_right() -> None:
    assert options.called_right([], "a") == ()

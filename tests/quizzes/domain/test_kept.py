"""Which attempt counts, and what is kept of several: every method, and what never counts."""

from datetime import UTC, datetime
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.attempt import Attempt, Status
from learnapp.quizzes.domain.kept import METHODS, Kept, counted, counting, kept, overall, scaled

MARKS = st.lists(st.none() | st.fractions(0, 20, max_denominator=12), max_size=8)


def attempt(
    number: int, score: int | None, maximum: int = 10, status: str = "submitted", kind: str = "graded",
    passed: bool | None = False,
) -> Attempt:  # fmt: skip
    when = datetime(2026, 3, number, tzinfo=UTC)
    points = None if score is None else F(score)
    return Attempt(
        Status(status), when, number=number, kind=kind, score=points, maximum=F(maximum), passed=passed
    )  # fmt: skip


UNCOUNTED = [
    attempt(1, 9, status="abandoned"), attempt(2, 9, kind="practice"), attempt(3, 9, kind="preview"),
    attempt(4, None), attempt(9, 9, status="open"), attempt(10, 9, status="abandoned"),
]  # fmt: skip


def test_the_highest_counts_and_of_equals_the_earliest() -> None:
    attempts = [attempt(3, 8), attempt(2, 8), attempt(1, 5), attempt(4, 7)]
    assert counting(attempts) == attempts[1]
    assert counting([attempt(1, 8, 10), attempt(2, 8, 9)]) == attempt(2, 8, 9)
    assert counting([attempt(1, 0)]) == attempt(1, 0)


def test_first_last_and_average_by_number() -> None:
    attempts = [attempt(3, 8), attempt(2, 8), attempt(1, 5), attempt(4, 7)]
    assert counting(attempts, "first") == attempts[2]
    assert counting(attempts, "last") == attempts[3]
    assert counting(attempts, "average") == attempts[3]


@pytest.mark.parametrize("method", METHODS)
def test_only_submitted_graded_attempts_count_in_every_method(method: str) -> None:
    # The trap: an abandoned first or last attempt, or practice, must not be picked (rules A6).
    assert counting(UNCOUNTED, method) is None
    assert counting([], method) is None
    assert kept(UNCOUNTED, method, F(80)) is None
    assert counting([*UNCOUNTED, attempt(5, 3)], method) == attempt(5, 3)
    assert counted([attempt(6, 1), *UNCOUNTED, attempt(5, 3)]) == [attempt(5, 3), attempt(6, 1)]


@pytest.mark.parametrize("method", ["best", "", "median"])
def test_an_unknown_method_is_a_fault(method: str) -> None:
    with pytest.raises(ValueError, match="no such way to keep a score"):
        counting([], method)
    with pytest.raises(ValueError, match="no such way to keep a score"):
        overall([], method)


def test_what_is_kept_is_the_attempt_that_counts() -> None:
    one, two = attempt(1, 9, passed=True), attempt(2, 4, maximum=8)
    assert kept([two, one], "highest", F(80)) == Kept(one, F(9), F(10), True)
    assert kept([two, one], "first", F(80)) == Kept(one, F(9), F(10), True)
    assert kept([two, one], "last", F(80)) == Kept(two, F(4), F(8), False)
    assert kept([attempt(1, 9, passed=None)], "last", F(80)) == Kept(attempt(1, 9, passed=None), F(9), F(10), False)


def test_a_better_retake_takes_no_pass_away() -> None:
    # More points, but a safety question missed: the score rises, the pass stays (rules A6, D8, D9).
    one, two = attempt(1, 3, maximum=5, passed=True), attempt(2, 4, maximum=5)
    assert kept([one, two], "highest", F(60)) == Kept(two, F(4), F(5), True)
    assert kept([two], "highest", F(60)) == Kept(two, F(4), F(5), False)
    assert kept([one, two], "first", F(60)) == Kept(one, F(3), F(5), True)
    assert kept([one, two], "last", F(60)) == Kept(two, F(4), F(5), False), "the last one alone counts"
    assert kept([attempt(1, 5, maximum=5, kind="practice", passed=True), two], "highest", F(60)) == Kept(
        two, F(4), F(5), False
    ), "practice passes nobody"
    assert kept([attempt(1, 4, maximum=5), attempt(2, 4, maximum=5, passed=True)], "highest", F(60)) == Kept(
        attempt(1, 4, maximum=5), F(4), F(5), True
    ), "of equals the earliest counts, and the pass is the learner's"


def test_an_average_is_in_points_of_the_newest() -> None:
    one, two = attempt(1, 10, passed=True), attempt(2, 4, maximum=8)
    assert kept([one, two], "average", F(75)) == Kept(two, F(6), F(8), True)  # 100 and 50 percent: 75 of 8
    assert kept([one, two], "average", F(76)) == Kept(two, F(6), F(8), False)
    equal = [attempt(n, score) for n, score in enumerate((10, 9, 8), 1)]
    assert kept(equal, "average", F(80)) == Kept(equal[2], F(9), F(10), False), "no attempt had its safety right"
    nothing = [attempt(1, 0), attempt(2, 0)]
    assert kept(nothing, "average", F(80)) == Kept(nothing[1], F(0), F(10), False)


@pytest.mark.parametrize(
    ("marks", "method", "expected"),
    [
        ([10, 20, None], "average", 15), ([10, 20, None], "highest", 20), ([None, 10, 20], "first", 10),
        ([10, 20, None], "last", 20), ([0, 0], "average", 0), ([0, 0], "highest", 0), ([0], "first", 0),
        ([None, None], "average", None), ([], "highest", None), ([-2, -1], "highest", -1),
    ],
)  # fmt: skip
def test_one_mark_of_several(marks: list[int | None], method: str, expected: int | None) -> None:
    assert overall([None if mark is None else F(mark) for mark in marks], method) == expected


@given(MARKS, st.sampled_from(METHODS))
def test_ungraded_marks_change_nothing_and_the_result_lies_between(marks: list[F | None], method: str) -> None:
    graded = [mark for mark in marks if mark is not None]
    result = overall(marks, method)
    assert result == overall(graded, method)
    assert (result is None) == (not graded)
    assert result is None or min(graded) <= result <= max(graded)


@pytest.mark.parametrize(
    ("mark", "quiz_sum", "grade", "expected"),
    [
        (F(15), F(20), F(10), F(15, 2)), (F(0), F(20), F(10), F(0)), (None, F(20), F(10), None),
        (F(3), F(0), F(10), F(0)), (F(3), F(4, 1_000_000), F(10), F(0)),
        (F(5, 1_000_000), F(5, 1_000_000), F(10), F(10)), (None, F(0), F(10), None),
    ],
)  # fmt: skip
def test_marks_on_the_scale_of_the_quiz(mark: F | None, quiz_sum: F, grade: F, expected: F | None) -> None:
    assert scaled(mark, quiz_sum, grade) == expected

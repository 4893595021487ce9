"""Certainty: marks by level, what a report says, and what an answer and its level say together (rules A8, D7)."""

from fractions import Fraction

import pytest

from learnapp.quizzes.domain.certainty import Fit, Kind, Said, best_with_one_level, fit, kind, marks, report

F = Fraction
HALF = F(1, 2)


@pytest.mark.parametrize(
    ("fraction", "level", "expected"),
    [
        (F(1), 1, F(1)),
        (F(1), 2, F(2)),
        (F(1), 3, F(3)),
        (HALF, 2, F(1)),
        (F(0), 1, F(0)),
        (F(0), 2, F(-2)),
        (F(0), 3, F(-6)),
        (F(-1, 2), 3, F(-6)),
        (F(1, 10_000_000), 3, F(-6)),
        (F(1, 1_000_000), 3, F(3, 1_000_000)),
        (F(1), None, F(1)),
        (F(0), None, F(0)),
        (F(1), 9, F(1)),
    ],
)
def test_marks_by_level(fraction: Fraction, level: int | None, expected: Fraction) -> None:
    assert marks(fraction, level) == Said(fraction, level).marks == expected


@pytest.mark.parametrize(
    ("fraction", "level", "expected"),
    [
        (F(1), 3, Kind.SURE_RIGHT),
        (HALF, 2, Kind.SURE_RIGHT),
        (F(1), 1, Kind.UNSURE_RIGHT),
        (F(0), 3, Kind.SURE_WRONG),
        (F(49, 100), 2, Kind.SURE_WRONG),
        (F(0), 1, Kind.UNSURE_WRONG),
        (F(1), None, None),
        (F(1), 0, None),
    ],
)
def test_what_an_answer_and_its_level_say(fraction: Fraction, level: int | None, expected: Kind | None) -> None:
    assert kind(fraction, level) is expected


def test_the_best_single_level_changes_at_two_thirds_and_four_fifths() -> None:
    assert best_with_one_level(F(0)) == 0
    assert best_with_one_level(HALF) == HALF
    assert best_with_one_level(F(2, 3)) == F(2, 3)
    assert best_with_one_level(F(3, 4)) == 1
    assert best_with_one_level(F(4, 5)) == F(6, 5)
    assert best_with_one_level(F(9, 10)) == F(21, 10)
    assert best_with_one_level(F(1)) == 3


def test_no_answers_give_no_report() -> None:
    assert report([]) is None


def test_a_report() -> None:
    said = [Said(F(1), 3), Said(F(1), 3), Said(F(0), 3), Said(F(1), 2), Said(F(0), None), Said(HALF, 1)]
    found = report(said)
    assert found is not None
    assert found.accuracy == F(7, 12)
    assert found.average == F(3 + 3 - 6 + 2 + 0, 6) + F(1, 12)
    assert found.bonus == (found.average - F(7, 12)) / 10
    assert found.with_bonus == found.accuracy + found.bonus
    one, two, three = found.levels
    assert (one.level, one.answers, one.accuracy, one.fit) == (1, 2, F(1, 4), Fit.GOOD)
    assert (two.level, two.answers, two.accuracy, two.fit) == (2, 1, F(1), Fit.SLIGHTLY_UNDER)
    assert (three.level, three.answers, three.accuracy, three.fit) == (3, 3, F(2, 3), Fit.SLIGHTLY_OVER)


def test_a_level_that_nobody_chose() -> None:
    found = report([Said(F(1), 1)])
    assert found is not None
    assert [(one.answers, one.accuracy, one.fit) for one in found.levels[1:]] == [(0, None, None)] * 2


@pytest.mark.parametrize(
    ("accuracy", "level", "answers", "expected"),
    [
        (F(0), 1, 50, Fit.GOOD),
        (F(2, 3), 1, 50, Fit.GOOD),
        (F(1), 1, 4, Fit.SLIGHTLY_UNDER),
        (F(1), 1, 5, Fit.UNDER),
        (F(2, 3), 2, 50, Fit.GOOD),
        (F(4, 5), 2, 50, Fit.GOOD),
        (F(1, 6), 2, 2, Fit.SLIGHTLY_OVER),
        (F(1, 6), 2, 3, Fit.OVER),
        (F(1), 3, 50, Fit.GOOD),
        (F(4, 5), 3, 50, Fit.GOOD),
        (F(3, 10), 3, 2, Fit.SLIGHTLY_OVER),
        (F(3, 10), 3, 3, Fit.OVER),
    ],
)
def test_how_a_level_fits(accuracy: Fraction, level: int, answers: int, expected: Fit) -> None:
    assert fit(accuracy, level, answers) is expected

"""The score table: cells, bands, averages, sorting, and who needs a hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.gradebook import domain, export
from learnapp.gradebook.domain import Cell, Learner, Quiz, Row, Try

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
ANA = Learner(1, "ana", "Ana", NOW - timedelta(days=20), NOW - timedelta(days=1), 2)
HEALING = Quiz(7, "healing", "Healing quiz", Fraction(80))


def a_try(number: int = 1, score: int | None = 6, **changes) -> Try:
    submitted = None if score is None else NOW + timedelta(minutes=5)
    base = Try(
        1, 7, f"t{number}", number, "open" if score is None else "submitted", NOW, submitted,
        None if score is None else Fraction(score), Fraction(7), None if score is None else score >= 6, False, 7, False,
    )  # fmt: skip
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("percent", "band"),
    [
        (0, 1),
        (Fraction(499, 10), 1),
        (50, 2),
        (Fraction(7999, 100), 2),
        (80, 3),
        (Fraction(8499, 100), 3),
        (85, 4),
        (100, 4),
    ],
)
def test_bands_are_inclusive_below(percent, band: int):
    assert domain.band(Fraction(percent), Fraction(80)) == band


def test_a_cell_shows_the_try_that_counts_not_the_last():
    tries = [a_try(1, 7, counts=True), a_try(2, 3)]
    cell = domain.cell(tries, HEALING)
    assert (cell.percent, cell.attempt, cell.tries, cell.band) == (Fraction(100), "t1", 2, 4)
    assert domain.cell([a_try(1, 3), a_try(2, 7, counts=True)], HEALING, "first").attempt == "t1"


def test_open_and_missing_are_not_zero():
    assert domain.cell([], HEALING) == Cell("none")
    opened = domain.cell([a_try(1, None)], HEALING)
    assert (opened.state, opened.percent, opened.tries) == ("open", None, 1)
    assert domain.average([opened, domain.cell([], HEALING)]) is None


def test_missing_scores_leave_the_divisor():
    cells = [Cell("score", Fraction(50)), Cell("none"), Cell("score", Fraction(100))]
    assert domain.average(cells) == 75


def test_rows_without_a_value_sort_last_both_ways():
    rows = [Row(replace(ANA, name=name), (Cell("score", value) if value is not None else Cell("none"),), value)
            for name, value in (("b", Fraction(50)), ("a", None), ("c", Fraction(20)))]  # fmt: skip
    assert [r.learner.name for r in domain.sort_rows(rows, "average", False)] == ["c", "b", "a"]
    assert [r.learner.name for r in domain.sort_rows(rows, "average", True)] == ["b", "c", "a"]
    assert [r.learner.name for r in domain.sort_rows(rows, "q0", False)] == ["c", "b", "a"]
    assert [r.learner.name for r in domain.sort_rows(rows, "q9", False)] == ["a", "b", "c"]
    assert [r.learner.name for r in domain.sort_rows(rows, "name", True)] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("tries", "learner", "code"),
    [
        ([a_try(1, 2), a_try(2, 3)], ANA, "low_twice"),
        ([a_try(1, 6, passed=False, safety_missed=True)], ANA, "safety"),
        ([a_try(1, 4, submitted_at=NOW + timedelta(seconds=20))], ANA, "fast"),
        ([], replace(ANA, last_active=NOW - timedelta(days=14)), "quiet"),
        ([], replace(ANA, last_active=None), "never"),
        ([a_try(1, 2), a_try(2, 3), a_try(3, 7)], ANA, None),
        ([a_try(1, 6, submitted_at=NOW + timedelta(seconds=20))], ANA, None),
        ([], ANA, None),
    ],
)
def test_who_needs_a_hand_and_why(tries, learner, code):
    found = domain.needs([learner], [HEALING], tries, NOW)
    assert [need.code for need in found] == ([code] if code else [])


def test_facts_count_each_learner_once():
    done = Row(ANA, (Cell("score", Fraction(90), 1, True),), Fraction(90))
    idle = Row(replace(ANA, lessons_read=0), (Cell("none"),), None)
    low = Row(ANA, (Cell("score", Fraction(40), 1),), Fraction(40))
    facts = domain.facts([done, idle, low], 1)
    assert (facts.learners, facts.passed_all, facts.not_started, facts.middle) == (3, 1, 1, 65)
    assert domain.facts([], 0).middle is None


@given(st.text(max_size=20))
def test_no_text_cell_can_be_a_formula(text: str):
    assert not export.text_cell(text).startswith(export.FORMULA_STARTS)
    assert export.text_cell(text).removeprefix("'") == text.removeprefix("'")


def test_a_negative_number_is_not_touched():
    assert export.text_cell("Ana") == "Ana"
    assert export.text_cell("=1+1") == "'=1+1"


def test_a_score_that_may_still_grow_is_shown_so_far_and_averaged_nowhere():
    waiting = a_try(1, 3, provisional=True)
    cell = domain.cell([waiting], HEALING)
    assert (cell.state, cell.score, cell.provisional, cell.attempt) == ("score", 3, True, "t1")
    assert domain.cell([waiting], HEALING, "first").provisional is True
    assert domain.cell([waiting, a_try(2, 2, provisional=True)], HEALING).attempt == "t2"
    assert domain.cell([waiting, a_try(2, 6, counts=True)], HEALING).attempt == "t2"
    assert domain.cell([a_try(1, 6, counts=True), a_try(2, 6, provisional=True)], HEALING).attempt == "t1"
    assert domain.cell([a_try(1, 6, counts=True)], HEALING).provisional is False
    assert domain.average([cell]) is None
    assert domain.average([cell, Cell("score", Fraction(50))]) == 50


def test_nobody_needs_a_hand_for_what_is_not_marked_yet():
    low = [a_try(1, 2, provisional=True), a_try(2, 3, provisional=True)]
    assert domain.needs([ANA], [HEALING], low, NOW) == []
    unsafe = [a_try(1, 6, passed=False, safety_missed=True, provisional=True)]
    assert domain.needs([ANA], [HEALING], unsafe, NOW) == []
    passed = [a_try(1, 2), a_try(2, 3), a_try(3, 7, provisional=True)]
    assert domain.needs([ANA], [HEALING], passed, NOW) == []


def test_the_file_says_so_far_before_anything_else():
    assert export.result_word(Cell("score", Fraction(90), passed=True, provisional=True)).startswith("So far")
    assert export.result_word(Cell("score", Fraction(90), passed=True)) == "Passed"

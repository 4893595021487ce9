"""Points, totals, verdicts and the attempt that counts: exact, and rounded once."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain import scoring
from learnapp.quizzes.domain.grading import EDGE, State, blank, graded, is_unsure, state_of, unmarked, unsure
from learnapp.quizzes.domain.overview import Groups, Overview, Place, groups, overview
from learnapp.quizzes.domain.scoring import Counts, Mark, Tally, Verdict

FRACTIONS = st.fractions(0, 1, max_denominator=12)
MARKS = st.builds(
    lambda fraction, weight, critical: Mark(fraction, weight, state_of(fraction), critical),
    FRACTIONS, st.fractions(0, 5, max_denominator=4), st.booleans(),
)  # fmt: skip


def mark(fraction: F | int | None, weight: int = 1, critical: bool = False, objective: str = "O1") -> Mark:
    state = State.NEEDS_GRADING if fraction is None else state_of(F(fraction))
    return Mark(None if fraction is None else F(fraction), F(weight), state, critical, objective)


def test_points_are_fraction_times_weight_and_stay_exact() -> None:
    marks = [mark(F(1, 3), 2), mark(F(2, 3), 2), mark(1), mark(None, 5)]
    assert scoring.total(marks) == 3
    assert scoring.maximum(marks) == 10
    assert scoring.percent(F(3), F(10)) == 30
    assert scoring.percent(F(0), F(0)) == 0
    assert scoring.points_to_pass(F(10), F(70)) == 7


def test_points_given_by_a_person_are_a_share_of_the_question() -> None:
    assert scoring.share(F(3, 2), F(4)) == F(3, 8)
    assert scoring.share(F(0), F(4)) == 0
    assert scoring.share(F(1), F(0)) == 0, "a question without points"


def test_pages_to_read_are_in_no_tally() -> None:
    page = Mark(F(0), F(0), State.INFORMATION, objective="O2")
    assert scoring.by_objective([page, mark(1), page]) == [Tally("O1", F(1), F(1), 1, 1)]


def test_a_total_never_falls_below_zero() -> None:
    assert scoring.total([mark(F(-1, 2)), mark(F(1, 4))]) == 0
    assert scoring.total([mark(F(-1, 2)), mark(1)]) == F(1, 2)
    assert scoring.total([]) == 0


@pytest.mark.parametrize(
    ("points", "criticals", "verdict"),
    [
        (F(8), [], Verdict(True, False)),
        (F(8), [F(1)], Verdict(True, False)),
        (F(8), [1 - EDGE / 2], Verdict(True, False)),
        (F(8), [F(1), F(1, 2)], Verdict(False, True)),
        (F(8), [F(0)], Verdict(False, True)),
        (F(8), [None], Verdict(False, True)),
        (F(7999999, 10**6), [F(1)], Verdict(False, False)),
        (F(5), [F(0)], Verdict(False, False)),
    ],
)
def test_passing_needs_the_mark_and_every_critical_question(points: F, criticals: list[F], verdict: Verdict) -> None:
    assert scoring.verdict(points, F(10), F(80), criticals) == verdict


def test_the_verdict_of_a_paper() -> None:
    assert scoring.verdict_of([mark(1, 4), mark(0, 1, critical=True)], F(80)) == Verdict(False, True)
    assert scoring.verdict_of([mark(1, 4, critical=True), mark(0)], F(80)) == Verdict(True, False)
    assert scoring.verdict_of([], F(0)) == Verdict(True, False)


@given(st.lists(MARKS, max_size=12), st.integers(0, 100))
def test_a_better_answer_never_turns_a_pass_into_a_fail(marks: list[Mark], pass_percent: int) -> None:
    better = [Mark(F(1), each.weight, State.RIGHT, each.critical) for each in marks]
    assert 0 <= scoring.total(marks) <= scoring.total(better) == scoring.maximum(marks)
    if scoring.verdict_of(marks, F(pass_percent)).passed:
        assert scoring.verdict_of(better, F(pass_percent)).passed


def test_tallies_by_objective_keep_the_papers_order() -> None:
    marks = [mark(1, objective="O2"), mark(F(1, 2), 2), mark(0, objective="O2"), mark(1)]
    assert scoring.by_objective(marks) == [Tally("O2", F(1), F(2), 1, 2), Tally("O1", F(2), F(3), 1, 2)]


def test_counts_add_up() -> None:
    assert scoring.counts(State) == Counts(right=1, partial=1, wrong=1, unsure=1, blank=1, ungraded=3)


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (F(0), "0"),
        (F(7), "7"),
        (F(15, 2), "7.5"),
        (F(2, 3), "0.67"),
        (F(1, 200), "0.01"),
        (F(1, 3), "0.33"),
        (F(100), "100"),
        (F(999, 1000), "1"),
        (F(10), "10"),
    ],
)
def test_points_for_people(points: F, text: str) -> None:
    assert scoring.points_text(points) == text


@pytest.mark.parametrize(
    ("value", "mark_at", "text"),
    [
        (F(80), F(80), "80"),
        (F(799, 10), F(80), "79"),
        (F(799, 10), None, "80"),
        (F(795, 10), F(90), "80"),
        (F(133, 2), None, "67"),
        (F(0), F(80), "0"),
        (F(100), F(80), "100"),
        (F(401, 5), F(80), "80"),
    ],
)
def test_percentages_for_people_never_round_up_to_a_pass(value: F, mark_at: F | None, text: str) -> None:
    assert scoring.percent_text(value, mark_at) == text


def test_states_have_exact_edges() -> None:
    assert [state_of(f) for f in (F(-1), F(0), EDGE, F(1, 2), 1 - EDGE, F(1))] == [
        State.WRONG, State.WRONG, State.PARTIAL, State.PARTIAL, State.PARTIAL, State.RIGHT,
    ]  # fmt: skip
    assert state_of(3 * F("0.3333333")) is State.RIGHT
    assert graded(F(1)).state is State.RIGHT


def test_blank_and_unsure_are_nought_and_counted_apart() -> None:
    assert unmarked(None) == blank()
    assert unmarked({}) == blank()
    assert unmarked({"unsure": True}) == unsure()
    assert not is_unsure(None)
    assert not is_unsure({"unsure": 1})
    assert is_unsure({"unsure": True})


def test_the_navigator_line_and_the_check_page() -> None:
    paper = [Place(n, answered=n <= 3, flagged=n in {2, 5}) for n in range(1, 11)]
    assert overview(paper) == Overview(answered=3, flagged=2, to_go=7)
    assert groups(paper) == Groups(unanswered=(4, 5, 6, 7, 8, 9, 10), flagged=(2,), rest=(1, 3))

"""The moves of an attempt: what is accepted, when it is late, and what can never happen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from learnapp.quizzes.domain.attempt import (
    LATENCY,
    MOVES,
    Attempt,
    Event,
    Status,
    apply,
    deadline_for,
    ended_by,
    is_over,
    is_overdue,
    may_start,
    tries_left,
)

START = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DEADLINE = START + timedelta(minutes=15)
TIMED = Attempt(Status.OPEN, START, DEADLINE)
UNTIMED = Attempt(Status.OPEN, START)
DONE = replace(TIMED, status=Status.SUBMITTED, submitted_at=START + timedelta(minutes=5))
LOST = replace(TIMED, status=Status.ABANDONED)
LEARNER = (Event.SAVE, Event.FLAG, Event.SUBMIT)


@pytest.mark.parametrize("event", LEARNER)
@pytest.mark.parametrize(
    ("offset", "late"), [(-SECOND, False), (0 * SECOND, False), (SECOND, True), (LATENCY, True)], ids=str
)
def test_what_arrives_in_time_or_just_after_is_accepted(event: Event, offset: timedelta, late: bool) -> None:
    decision = apply(TIMED, event, DEADLINE + offset)
    assert (decision.accepted, decision.late, decision.problem) == (True, late, None)
    assert decision.attempt.late_by_latency is late
    assert decision.closed is (event is Event.SUBMIT)
    assert decision.attempt.submitted_at == (DEADLINE + offset if event is Event.SUBMIT else None)


@pytest.mark.parametrize("event", [*LEARNER, Event.ABANDON])
def test_what_comes_later_is_refused_with_the_reason_and_hands_in_what_was_saved(event: Event) -> None:
    decision = apply(TIMED, event, DEADLINE + LATENCY + SECOND)
    assert (decision.accepted, decision.closed, decision.late) == (False, True, False)
    assert decision.problem
    assert decision.problem.code == "too_late"
    assert decision.problem.values == {"deadline": DEADLINE}
    assert decision.attempt == replace(TIMED, status=Status.SUBMITTED, submitted_at=DEADLINE)


def test_an_overdue_attempt_is_handed_in_as_of_its_deadline() -> None:
    decision = apply(TIMED, Event.EXPIRE, DEADLINE + timedelta(days=3))
    assert (decision.accepted, decision.closed, decision.problem) == (True, True, None)
    assert decision.attempt.submitted_at == DEADLINE


@pytest.mark.parametrize("attempt", [TIMED, UNTIMED])
def test_nothing_expires_before_everything_sent_in_time_can_have_arrived(attempt: Attempt) -> None:
    decision = apply(attempt, Event.EXPIRE, DEADLINE + LATENCY)
    assert (decision.attempt, decision.accepted, decision.closed) == (attempt, False, False)
    assert decision.problem
    assert decision.problem.code == "not_over"


def test_without_a_limit_there_is_no_lateness() -> None:
    decision = apply(UNTIMED, Event.SUBMIT, START + timedelta(days=900))
    assert decision.accepted
    assert not decision.late
    assert not is_over(UNTIMED, START + timedelta(days=900))


def test_a_late_mark_stays() -> None:
    late = apply(TIMED, Event.SAVE, DEADLINE + SECOND).attempt
    assert apply(late, Event.EXPIRE, DEADLINE + timedelta(minutes=1)).attempt.late_by_latency


@pytest.mark.parametrize("event", [Event.SUBMIT, Event.EXPIRE])
def test_handing_in_twice_changes_nothing(event: Event) -> None:
    decision = apply(DONE, event, DEADLINE + timedelta(days=1))
    assert (decision.attempt, decision.accepted, decision.closed, decision.problem) == (DONE, False, False, None)


def test_abandoning_leaves_no_finish_time() -> None:
    decision = apply(TIMED, Event.ABANDON, DEADLINE + SECOND)
    assert decision.closed
    assert not decision.late
    assert decision.attempt == replace(TIMED, status=Status.ABANDONED)


@pytest.mark.parametrize(("attempt", "event"), list(product((TIMED, DONE, LOST), Event)), ids=str)
def test_every_cell_of_the_table(attempt: Attempt, event: Event) -> None:
    decision = apply(attempt, event, START)
    if (attempt.status, event) in MOVES:
        assert decision.problem is None or decision.problem.code == "not_over"
        assert decision.attempt.status in {MOVES[attempt.status, event], attempt.status}
    else:
        assert decision.problem
        assert decision.problem.code == attempt.status
        assert decision.attempt is attempt
        assert not decision.accepted


def test_over_and_overdue() -> None:
    assert not is_over(TIMED, DEADLINE)
    assert is_over(TIMED, DEADLINE + SECOND)
    assert not is_overdue(TIMED, DEADLINE + LATENCY)
    assert is_overdue(TIMED, DEADLINE + LATENCY + SECOND)
    assert not is_overdue(DONE, DEADLINE + timedelta(days=1))


CLOSES = START + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("limit", "closes", "ends", "by"),
    [
        (None, None, None, None),
        (0, None, None, None),
        (15, None, DEADLINE, "limit"),
        (15, CLOSES, CLOSES, "closing"),
        (5, CLOSES, START + timedelta(minutes=5), "limit"),
        (None, CLOSES, CLOSES, "closing"),
        (10, CLOSES, CLOSES, "closing"),
    ],
)
def test_the_earlier_end_wins_and_is_named(
    limit: int | None, closes: datetime | None, ends: object, by: object
) -> None:
    assert deadline_for(START, limit, closes) == ends
    assert ended_by(START, limit, closes) == by


@pytest.mark.parametrize(
    ("used", "limit", "has_open", "closes", "code"),
    [
        (0, None, False, None, None),
        (99, None, False, None, None),
        (99, 0, False, None, None),
        (2, 3, False, CLOSES, None),
        (3, 3, False, None, "no_tries_left"),
        (4, 3, False, None, "no_tries_left"),
        (3, 3, True, None, "open_attempt"),
        (0, 3, False, START, "closed"),
        (3, 3, False, START, "closed"),
        (0, 3, True, START, "open_attempt"),
    ],
)
def test_who_may_start(used: int, limit: int | None, has_open: bool, closes: datetime | None, code: str | None) -> None:
    problem = may_start(used, limit, has_open, START, closes)
    assert (problem and problem.code) == code


def test_tries_left() -> None:
    assert [tries_left(used, 3) for used in (0, 2, 3, 5)] == [3, 1, 0, 0]
    assert tries_left(7, None) is None


class Sitting(RuleBasedStateMachine):
    """A learner, a worker and a moving clock on one attempt; answers are kept as the actions keep them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.steps: list[int] = []
        self.closings = 0
        self.first = self.attempt = UNTIMED

    @initialize(limit=st.one_of(st.none(), st.integers(1, 30)))
    def start(self, limit: int | None) -> None:
        self.first = self.attempt = Attempt(Status.OPEN, START, deadline_for(START, limit, None))

    @rule(seconds=st.one_of(st.integers(0, 40), st.integers(0, 1200)))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.first.deadline)
    @rule(seconds=st.integers(-1, 32))
    def the_deadline_comes_near(self, seconds: int) -> None:
        assert self.first.deadline
        self.now = max(self.now, self.first.deadline + timedelta(seconds=seconds))

    @rule(event=st.sampled_from(Event), answer=st.integers())
    def something_happens(self, event: Event, answer: int) -> None:
        before, kept = self.attempt, list(self.steps)
        decision = apply(before, event, self.now)
        if decision.accepted and event is Event.SAVE:
            self.steps.append(answer)
        self.attempt = decision.attempt
        self.closings += decision.closed
        assert self.steps[: len(kept)] == kept
        assert decision == apply(before, event, self.now)
        assert decision.closed is (before.status is Status.OPEN and decision.attempt.status is not Status.OPEN)
        if before.status is not Status.OPEN:
            assert decision.attempt == before
            assert not decision.accepted
        if decision.accepted and event in LEARNER and before.deadline:
            assert self.now <= before.deadline + LATENCY
            assert decision.late is (self.now > before.deadline)

    @invariant()
    def the_deadline_never_moves(self) -> None:
        assert (self.attempt.deadline, self.attempt.started_at) == (self.first.deadline, START)

    @invariant()
    def it_closes_at_most_once_and_for_good(self) -> None:
        assert self.closings == (self.attempt.status is not Status.OPEN)
        assert (self.attempt.submitted_at is not None) is (self.attempt.status is Status.SUBMITTED)

    @invariant()
    def the_finish_time_is_never_past_the_allowance(self) -> None:
        if self.attempt.submitted_at and self.attempt.deadline:
            assert START <= self.attempt.submitted_at <= self.attempt.deadline + LATENCY


TestSitting = Sitting.TestCase

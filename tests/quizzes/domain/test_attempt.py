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
    Policy,
    Status,
    apply,
    is_over,
    is_overdue,
    only_hand_in,
)
from learnapp.quizzes.domain.times import deadline_for

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


GRACE = replace(TIMED, policy=Policy.GRACE, grace=timedelta(hours=1))
GIVEN_UP = replace(TIMED, policy=Policy.ABANDON)
END = DEADLINE + timedelta(hours=1)


def test_when_somebody_must_look_is_the_deadline_or_the_end_of_its_grace() -> None:
    assert (TIMED.check_at, GIVEN_UP.check_at, GRACE.check_at, UNTIMED.check_at) == (DEADLINE, DEADLINE, END, None)
    assert replace(UNTIMED, policy=Policy.GRACE).check_at is None


@pytest.mark.parametrize("event", list(Event))
def test_an_attempt_that_counts_only_when_handed_in_is_given_up_at_its_end(event: Event) -> None:
    decision = apply(GIVEN_UP, event, DEADLINE + LATENCY + SECOND)
    assert decision.attempt == replace(GIVEN_UP, status=Status.ABANDONED)
    assert decision.closed
    assert decision.accepted is (event is Event.EXPIRE)
    assert (decision.problem and decision.problem.code) == (None if event is Event.EXPIRE else "too_late")


@pytest.mark.parametrize("attempt", [GIVEN_UP, GRACE])
@pytest.mark.parametrize("event", LEARNER)
def test_every_policy_takes_what_was_sent_in_time(attempt: Attempt, event: Event) -> None:
    decision = apply(attempt, event, DEADLINE + LATENCY)
    assert (decision.accepted, decision.late) == (True, True)


@pytest.mark.parametrize("now", [DEADLINE + LATENCY + SECOND, END, END + LATENCY])
def test_in_its_grace_an_attempt_takes_no_answer_but_can_be_handed_in(now: datetime) -> None:
    assert only_hand_in(GRACE, now)
    for event in (Event.SAVE, Event.FLAG):
        refused = apply(GRACE, event, now)
        assert (refused.accepted, refused.closed, refused.attempt) == (False, False, GRACE)
        assert refused.problem
        assert (refused.problem.code, refused.problem.values) == ("hand_in_only", {"deadline": DEADLINE, "until": END})
    handed_in = apply(GRACE, Event.SUBMIT, now)
    assert (handed_in.accepted, handed_in.late, handed_in.closed) == (True, False, True)
    assert (handed_in.attempt.status, handed_in.attempt.submitted_at) == (Status.SUBMITTED, now)
    looked = apply(GRACE, Event.EXPIRE, now)
    assert looked.problem
    assert looked.problem.code == "not_over"


def test_after_its_grace_an_attempt_is_given_up() -> None:
    now = END + LATENCY + SECOND
    assert not only_hand_in(GRACE, now)
    assert is_overdue(GRACE, now)
    assert apply(GRACE, Event.SUBMIT, now).attempt.status is Status.ABANDONED


def test_grace_begins_only_when_nothing_sent_in_time_can_arrive() -> None:
    assert not only_hand_in(GRACE, DEADLINE + LATENCY)
    assert not only_hand_in(TIMED, DEADLINE + LATENCY + SECOND)
    assert not only_hand_in(replace(GRACE, deadline=None), END)
    assert not only_hand_in(replace(GRACE, status=Status.SUBMITTED), END)


def test_an_abandoned_attempt_is_given_back_while_time_remains() -> None:
    reopened = apply(LOST, Event.REOPEN, DEADLINE)
    assert (reopened.accepted, reopened.closed, reopened.attempt) == (True, False, TIMED)
    untimed = apply(replace(UNTIMED, status=Status.ABANDONED), Event.REOPEN, END)
    assert untimed.attempt.status is Status.OPEN


def test_an_abandoned_attempt_without_time_is_handed_in_as_of_its_deadline() -> None:
    late = apply(LOST, Event.REOPEN, DEADLINE + SECOND)
    assert (late.accepted, late.closed) == (True, True)
    assert (late.attempt.status, late.attempt.submitted_at) == (Status.SUBMITTED, DEADLINE)


class Sitting(RuleBasedStateMachine):
    """A learner, a worker and a moving clock on one attempt; answers are kept as the actions keep them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.steps: list[int] = []
        self.closings = 0
        self.first = self.attempt = UNTIMED

    @initialize(limit=st.one_of(st.none(), st.integers(1, 30)), policy=st.sampled_from(Policy))
    def start(self, limit: int | None, policy: Policy) -> None:
        ends = deadline_for(START, limit, None)
        self.first = self.attempt = Attempt(Status.OPEN, START, ends, policy=policy, grace=timedelta(minutes=10))

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
        self.closings += decision.closed and before.status is Status.OPEN
        given_back = event is Event.REOPEN and before.status is Status.ABANDONED
        self.closings -= given_back and not decision.closed
        assert self.steps[: len(kept)] == kept
        assert decision == apply(before, event, self.now)
        if not given_back:
            assert decision.closed is (before.status is Status.OPEN and decision.attempt.status is not Status.OPEN)
        if before.status is not Status.OPEN and not given_back:
            assert decision.attempt == before
            assert not decision.accepted
        if decision.accepted and event in LEARNER and before.deadline and before.check_at:
            allowed = before.check_at if event is Event.SUBMIT else before.deadline
            assert self.now <= allowed + LATENCY
            assert decision.late is (before.deadline < self.now <= before.deadline + LATENCY)

    @invariant()
    def the_deadline_never_moves(self) -> None:
        assert (self.attempt.deadline, self.attempt.started_at) == (self.first.deadline, START)

    @invariant()
    def it_closes_at_most_once_and_for_good(self) -> None:
        assert self.closings == (self.attempt.status is not Status.OPEN)
        assert (self.attempt.submitted_at is not None) is (self.attempt.status is Status.SUBMITTED)

    @invariant()
    def the_finish_time_is_never_past_the_allowance(self) -> None:
        if self.attempt.submitted_at and self.attempt.check_at:
            assert START <= self.attempt.submitted_at <= self.attempt.check_at + LATENCY


TestSitting = Sitting.TestCase

"""The life of an attempt: its states, the moves between them, and what its deadline does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from learnapp.kit.errors import Problem

# A save or submit may have been sent in time and be slow to arrive (rules D10).
LATENCY = timedelta(seconds=30)


class Status(StrEnum):
    """Where an attempt is. Only an open one takes answers; the other two are final."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ABANDONED = "abandoned"


class Policy(StrEnum):
    """What the deadline does to an attempt that is not handed in (rules A4.6)."""

    AUTO_SUBMIT = "auto_submit"  # it is handed in from its saved answers
    GRACE = "grace"  # no more answering, but handing in for a while; then it is given up
    ABANDON = "abandon"  # it is given up unless it was handed in


class Event(StrEnum):
    """What may happen to an attempt: the learner's three acts, the clock, giving it up, and taking it up again."""

    SAVE = "save"
    FLAG = "flag"
    SUBMIT = "submit"
    EXPIRE = "expire"  # somebody looked (the worker or a reader): close it if its time is over
    ABANDON = "abandon"  # closed without a score
    REOPEN = "reopen"  # staff give an abandoned one back (rules A4.7)


MOVES: Mapping[tuple[Status, Event], Status] = {
    (Status.OPEN, Event.SAVE): Status.OPEN,
    (Status.OPEN, Event.FLAG): Status.OPEN,
    (Status.OPEN, Event.SUBMIT): Status.SUBMITTED,
    (Status.OPEN, Event.EXPIRE): Status.SUBMITTED,
    (Status.OPEN, Event.ABANDON): Status.ABANDONED,
    # Handing in twice and looking again are harmless; everything else on a closed attempt is refused.
    (Status.SUBMITTED, Event.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Event.EXPIRE): Status.SUBMITTED,
    (Status.ABANDONED, Event.EXPIRE): Status.ABANDONED,
    (Status.ABANDONED, Event.REOPEN): Status.OPEN,
}


@dataclass(frozen=True)
class Attempt:
    """One sitting of one quiz, without its answers.

    number: 1, 2, ... per learner and quiz. kind: "graded", "practice" or "preview". Times are aware UTC.
    deadline: None when there is no limit; pinned at the start, moved only by an override. policy: what happens
    then; grace: how long it may still be handed in under Policy.GRACE. score and maximum: points, exact; score is
    None until it is submitted and graded. late_by_latency: something that arrived up to 30 s after the deadline
    was accepted (rules D10).
    """

    status: Status
    started_at: datetime
    deadline: datetime | None = None
    submitted_at: datetime | None = None
    late_by_latency: bool = False
    number: int = 1
    kind: str = "graded"
    score: Fraction | None = None
    maximum: Fraction = Fraction(0)
    passed: bool | None = None
    id: int | None = None
    policy: Policy = Policy.AUTO_SUBMIT
    grace: timedelta = timedelta(0)

    @property
    def check_at(self) -> datetime | None:
        """Return when the attempt ends for good unless it is handed in: the deadline, or the end of its grace."""
        if self.deadline is None or self.policy is not Policy.GRACE:
            return self.deadline
        return self.deadline + self.grace


@dataclass(frozen=True)
class Decision:
    """What becomes of an event.

    attempt: how the attempt is afterwards; store it even when the event itself was refused, since a late
    save closes it. accepted: what came with the event counts (store the answer, flag or score).
    late: accepted although the deadline had passed; the step is to be marked so.
    closed: this event closed the attempt; when it is submitted now, it is to be graded now.
    problem: why it was refused ("too_late", "hand_in_only", "submitted", "abandoned", "open", "not_over"), else None.
    """

    attempt: Attempt
    accepted: bool
    late: bool = False
    closed: bool = False
    problem: Problem | None = None


def is_over(attempt: Attempt, now: datetime) -> bool:
    """Say whether the time for answering has passed: a page offers no more answering (rules D10)."""
    return attempt.deadline is not None and now > attempt.deadline


def is_overdue(attempt: Attempt, now: datetime) -> bool:
    """Say whether an open attempt must be closed now: nothing sent in time can still arrive (rules A4.5, D10)."""
    return attempt.status is Status.OPEN and attempt.check_at is not None and now > attempt.check_at + LATENCY


def only_hand_in(attempt: Attempt, now: datetime) -> bool:
    """Say whether an open attempt takes no more answers but may still be handed in: its grace (rules A4.6).

    This is what others store as the state "overdue"; here it follows from the clock, so nothing has to notice it.
    """
    over = attempt.deadline is not None and now > attempt.deadline + LATENCY
    return attempt.status is Status.OPEN and attempt.policy is Policy.GRACE and over and not is_overdue(attempt, now)


def apply(attempt: Attempt, event: Event, now: datetime) -> Decision:
    """Decide what an event does to an attempt at a moment (rules A4, D10).

    An overdue attempt is first closed as its policy says: handed in from its saved answers with the deadline as
    its finish time, or abandoned; then a save, flag, submit or abandon that comes too late is refused as
    "too_late". In its grace an attempt can be handed in, and refuses answers as "hand_in_only". A move that
    MOVES does not know is refused with the status as its reason. Handing in twice changes nothing.
    """
    if is_overdue(attempt, now):
        return _expire(attempt, event)
    if (attempt.status, event) not in MOVES:
        return Decision(attempt, False, problem=Problem(str(attempt.status)))
    if event is Event.REOPEN:
        return _reopen(attempt, now)
    if attempt.status is not Status.OPEN:
        return Decision(attempt, False)
    if event is Event.EXPIRE:
        return Decision(attempt, False, problem=Problem("not_over"))
    if event in {Event.SAVE, Event.FLAG} and only_hand_in(attempt, now):
        values = {"deadline": attempt.deadline, "until": attempt.check_at}
        return Decision(attempt, False, problem=Problem("hand_in_only", values=values))
    return _move(attempt, event, now)


def _expire(attempt: Attempt, event: Event) -> Decision:
    if attempt.policy is Policy.AUTO_SUBMIT:
        closed = replace(attempt, status=MOVES[attempt.status, Event.EXPIRE], submitted_at=attempt.deadline)
    else:
        closed = replace(attempt, status=MOVES[attempt.status, Event.ABANDON], submitted_at=None)
    if event is Event.EXPIRE:
        return Decision(closed, True, closed=True)
    return Decision(closed, False, problem=Problem("too_late", values={"deadline": attempt.deadline}), closed=True)


def _reopen(attempt: Attempt, now: datetime) -> Decision:
    """Give an abandoned attempt back: open while time remains, else handed in as of its deadline (rules A4.7)."""
    reopened = replace(attempt, status=Status.OPEN)
    if not is_over(attempt, now):
        return Decision(reopened, True)
    handed_in = replace(attempt, status=Status.SUBMITTED, submitted_at=attempt.deadline)
    return Decision(handed_in, True, closed=True)


def _move(attempt: Attempt, event: Event, now: datetime) -> Decision:
    status = MOVES[attempt.status, event]
    late = is_over(attempt, now) and event is not Event.ABANDON and not only_hand_in(attempt, now)
    moved = replace(
        attempt,
        status=status,
        submitted_at=now if status is Status.SUBMITTED else None,
        late_by_latency=attempt.late_by_latency or late,
    )
    return Decision(moved, True, late, closed=status is not Status.OPEN)

"""The life of an attempt: its states, the moves between them, its deadline, and who may start one."""

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


class Event(StrEnum):
    """What may happen to an attempt: the learner's three acts, the clock, and giving it up."""

    SAVE = "save"
    FLAG = "flag"
    SUBMIT = "submit"
    EXPIRE = "expire"  # somebody looked (the worker or a reader): close it if its time is over
    ABANDON = "abandon"  # closed for good without a score


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
}


@dataclass(frozen=True)
class Attempt:
    """One sitting of one quiz, without its answers.

    number: 1, 2, ... per learner and quiz. kind: "graded", "practice" or "preview". Times are aware UTC.
    deadline: None when there is no limit; pinned at the start, never moved by a move. score and maximum:
    points, exact; score is None until it is submitted and graded. late_by_latency: something that
    arrived up to 30 s after the deadline was accepted (rules D10).
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


@dataclass(frozen=True)
class Decision:
    """What becomes of an event.

    attempt: how the attempt is afterwards; store it even when the event itself was refused, since a late
    save closes it. accepted: what came with the event counts (store the answer, flag or score).
    late: accepted although the deadline had passed; the step is to be marked so.
    closed: this event closed the attempt; when it is submitted now, it is to be graded now.
    problem: why it was refused ("too_late", "submitted", "abandoned", "not_over"), else None.
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
    """Say whether an open attempt must be closed now: nothing sent in time can still arrive (rules D10)."""
    return attempt.status is Status.OPEN and attempt.deadline is not None and now > attempt.deadline + LATENCY


def apply(attempt: Attempt, event: Event, now: datetime) -> Decision:
    """Decide what an event does to an attempt at a moment (rules A4, D10).

    An overdue attempt is first handed in from its saved answers, with the deadline as its finish time;
    then a save, flag, submit or abandon that comes too late is refused as "too_late". A move that
    MOVES does not know is refused with the status as its reason. Handing in twice changes nothing.
    """
    if is_overdue(attempt, now):
        return _expire(attempt, event)
    if (attempt.status, event) not in MOVES:
        return Decision(attempt, False, problem=Problem(str(attempt.status)))
    if attempt.status is not Status.OPEN:
        return Decision(attempt, False)
    if event is Event.EXPIRE:
        return Decision(attempt, False, problem=Problem("not_over"))
    return _move(attempt, event, now)


def _expire(attempt: Attempt, event: Event) -> Decision:
    closed = replace(attempt, status=MOVES[attempt.status, Event.EXPIRE], submitted_at=attempt.deadline)
    if event is Event.EXPIRE:
        return Decision(closed, True, closed=True)
    return Decision(closed, False, problem=Problem("too_late", values={"deadline": attempt.deadline}), closed=True)


def _move(attempt: Attempt, event: Event, now: datetime) -> Decision:
    status = MOVES[attempt.status, event]
    late = is_over(attempt, now) and event is not Event.ABANDON
    moved = replace(
        attempt,
        status=status,
        submitted_at=now if status is Status.SUBMITTED else None,
        late_by_latency=attempt.late_by_latency or late,
    )
    return Decision(moved, True, late, closed=status is not Status.OPEN)


def deadline_for(started_at: datetime, limit_minutes: int | None, closes_at: datetime | None) -> datetime | None:
    """Return when an attempt started at `started_at` ends: the earlier of time limit and closing (rules D10).

    limit_minutes: None or 0 means no limit (rules A4.2). Returns None when nothing ends it.
    """
    ends = [closes_at] if closes_at is not None else []
    if limit_minutes:
        ends.append(started_at + timedelta(minutes=limit_minutes))
    return min(ends, default=None)


def ended_by(started_at: datetime, limit_minutes: int | None, closes_at: datetime | None) -> str | None:
    """Return "limit" or "closing", whichever ends the attempt, or None: the start page says which (rules D10)."""
    end = deadline_for(started_at, limit_minutes, closes_at)
    if end is None:
        return None
    return "closing" if end == closes_at else "limit"


def tries_left(used: int, attempt_limit: int | None) -> int | None:
    """Return how many attempts may still be started, None when there is no limit (None or 0, rules A4.2).

    used: graded attempts already started, whatever became of them.
    """
    return max(0, attempt_limit - used) if attempt_limit else None


def may_start(
    used: int, attempt_limit: int | None, has_open: bool, now: datetime, closes_at: datetime | None = None
) -> Problem | None:
    """Return why no new attempt may start, or None when one may (rules A4.1).

    "open_attempt": there is one to resume, which always goes first; "closed": the closing date has
    passed; "no_tries_left": the limit (values: limit) is used up.
    """
    if has_open:
        return Problem("open_attempt")
    if closes_at is not None and now >= closes_at:
        return Problem("closed", values={"closes_at": closes_at})
    if tries_left(used, attempt_limit) == 0:
        return Problem("no_tries_left", values={"limit": attempt_limit})
    return None

"""When an attempt may start and when it ends: opening, closing, time limit, waits, number of tries (rules A4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from learnapp.cohorts.domain import Allowance
from learnapp.kit.errors import Problem


@dataclass(frozen=True, slots=True)
class Terms(Allowance):
    """What holds for one learner in one quiz, overrides included. Times are aware UTC, lengths are minutes.

    waits: how long after the first try, and after each later one, the next may start; 0 for at once.
    """

    waits: tuple[int, int] = (0, 0)
    stop_once_passed: bool = False

    @property
    def minutes(self) -> int | None:
        """Return the learner's whole time in minutes, None without a limit."""
        return self.limit + self.extra if self.limit else None

    def ends(self, started_at: datetime) -> datetime | None:
        """Return the deadline of an attempt that starts at this moment; None when nothing ends it."""
        return deadline_for(started_at, self.minutes, self.closes_at)


@dataclass(frozen=True, slots=True)
class Past:
    """What a learner has done in a quiz. used: graded attempts started, whatever became of them.

    ended_at: when the newest of them ended, by being handed in or by its time running out.
    """

    used: int = 0
    has_open: bool = False
    passed: bool = False
    ended_at: datetime | None = None


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


def next_start(terms: Terms, past: Past) -> datetime | None:
    """Return before when no further attempt may start because of a wait, None when there is none (rules A4.1)."""
    if not past.used or past.ended_at is None:
        return None
    wait = terms.waits[0] if past.used == 1 else terms.waits[1]
    return past.ended_at + timedelta(minutes=wait) if wait else None


def may_start(terms: Terms, past: Past, now: datetime) -> Problem | None:
    """Return why no new attempt may start, or None when one may (rules A4.1).

    "open_attempt": there is one to resume, which always goes first. "closed" (closes_at): the closing date has
    passed. "passed": the quiz stops once it is passed. "no_tries_left" (limit): all are used. "not_open" (opens_at):
    too early. "wait" (until): the wait after the last try is not over, and "wait_past_closing" (until, closes_at)
    when it ends only after the quiz has closed.
    """
    if past.has_open:
        return Problem("open_attempt")
    for code, stops, values in _stops(terms, past, now):
        if stops:
            return Problem(code, values=values)
    return _must_wait(terms, past, now)


def _stops(terms: Terms, past: Past, now: datetime) -> tuple[tuple[str, bool, Mapping[str, object]], ...]:
    closed = terms.closes_at is not None and now >= terms.closes_at
    return (
        ("closed", closed, {"closes_at": terms.closes_at}),
        ("passed", terms.stop_once_passed and past.passed, {}),
        ("no_tries_left", tries_left(past.used, terms.attempt_limit) == 0, {"limit": terms.attempt_limit}),
        ("not_open", terms.opens_at is not None and now < terms.opens_at, {"opens_at": terms.opens_at}),
    )


def _must_wait(terms: Terms, past: Past, now: datetime) -> Problem | None:
    until = next_start(terms, past)
    if until is None or now >= until or (past.ended_at is not None and past.ended_at > now):
        return None  # what has ended did not end later than now: an abandoned try keeps a deadline that was moved
    if terms.closes_at is not None and until >= terms.closes_at:
        return Problem("wait_past_closing", values={"until": until, "closes_at": terms.closes_at})
    return Problem("wait", values={"until": until})

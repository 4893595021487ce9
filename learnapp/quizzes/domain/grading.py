"""The words of grading: a grade, the state of an answer, and how a fraction becomes a state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any


class State(StrEnum):
    """What became of one question (rules A1, D15)."""

    UNANSWERED = "todo"  # not answered yet, attempt open
    COMPLETE = "complete"  # answered, not graded yet
    RIGHT = "right"
    PARTIAL = "partial"
    WRONG = "wrong"
    UNSURE = "unsure"  # "I am not sure": answered, 0 points, counted apart
    GAVE_UP = "gave_up"  # left blank: 0 points
    NEEDS_GRADING = "needs_grading"  # a person must grade it
    INFORMATION = "information"  # only read: no mark, never counted
    DISREGARDED = "disregarded"  # a correction took it out: neither points nor maximum (rules A7)


MILLION = 1_000_000
EDGE = Fraction(1, MILLION)


@dataclass(frozen=True, slots=True)
class Part:
    """How one part of an answer (an option, a pair, a place) was judged.

    key: the part's stable id. fraction: its share earned, 0..1. why: a short code such as "wrong_tick".
    """

    key: str
    fraction: Fraction
    why: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """The result of grading one answer.

    fraction: exact share of the question's weight; None when a person must grade (never shown as 0).
    state: see State. parts: the judged parts. rule: the name of the scoring rule that was used.
    """

    fraction: Fraction | None
    state: State
    parts: tuple[Part, ...] = field(default=())
    rule: str = ""


def state_of(fraction: Fraction) -> State:
    """Return right, partial or wrong for a fraction (rules B: below 1e-6 wrong, above 1 - 1e-6 right)."""
    earned, of = fraction.numerator, fraction.denominator  # whole numbers compare several times as fast
    if earned * MILLION < of:
        return State.WRONG
    return State.RIGHT if (of - earned) * MILLION < of else State.PARTIAL


def graded(fraction: Fraction, parts: tuple[Part, ...] = (), rule: str = "") -> Grade:
    """Return the grade of an answer that a machine could judge."""
    return Grade(fraction, state_of(fraction), parts, rule)


def blank(rule: str = "") -> Grade:
    """Return the grade of no answer at all: 0, "gave up" (rules D15)."""
    return Grade(Fraction(0), State.GAVE_UP, (), rule)


def unsure(rule: str = "") -> Grade:
    """Return the grade of "I am not sure": 0, counted apart."""
    return Grade(Fraction(0), State.UNSURE, (), rule)


def needs_grading(parts: tuple[Part, ...] = (), rule: str = "") -> Grade:
    """Return the grade of an answer that waits for a person: no fraction yet."""
    return Grade(None, State.NEEDS_GRADING, parts, rule)


def information() -> Grade:
    """Return the grade of what is only read: it earns nothing, and is never counted."""
    return Grade(Fraction(0), State.INFORMATION)


def is_unsure(answer: Mapping[str, Any] | None) -> bool:
    """Say whether a stored answer is "I am not sure"."""
    return answer is not None and answer.get("unsure") is True


def unmarked(answer: Mapping[str, Any] | None, rule: str = "") -> Grade:
    """Return the grade of what needs no judging: "I am not sure", or else a blank."""
    return unsure(rule) if is_unsure(answer) else blank(rule)

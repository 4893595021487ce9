"""Which attempt counts, and what a learner's grade in a quiz is: highest, first, last or average (rules A6, D9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from learnapp.quizzes.domain.attempt import Attempt, Status
from learnapp.quizzes.domain.scoring import NOTHING, percent

METHODS = ("highest", "first", "last", "average")
TINY = Fraction(5, 1_000_000)  # a quiz whose marks sum to less is worth nothing (rules B)


@dataclass(frozen=True, slots=True)
class Kept:
    """A learner's grade in a quiz.

    attempt: the one that counts; for an average the newest of those that went into it. score, maximum: exact
    points. passed: the learner's, which may be by another attempt; see `kept`.
    """

    attempt: Attempt
    score: Fraction
    maximum: Fraction
    passed: bool


def counted(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Return the attempts that may count, the earliest first: submitted, graded, and no practice or preview.

    Every method chooses among these and no others, so that an abandoned or ungraded attempt is never "the
    first" or "the last" (the trap of rules A6).
    """
    return sorted((each for each in attempts if _counts(each)), key=lambda each: each.number)


def _counts(attempt: Attempt) -> bool:
    return attempt.status is Status.SUBMITTED and attempt.kind == "graded" and attempt.score is not None


def counting(attempts: Iterable[Attempt], method: str = METHODS[0]) -> Attempt | None:
    """Return the attempt that counts, None when none does (never 0).

    highest: by share of the maximum, since papers differ in size; of equals the earliest. first and last: by
    number. average: the newest, since all of them count. Raises ValueError for another method.
    """
    if method not in METHODS:
        raise ValueError(f"no such way to keep a score: {method}")
    found = counted(attempts)
    if not found:
        return None
    if method == "highest":
        return max(found, key=_share)  # the first of equals
    return found[0] if method == "first" else found[-1]


def _share(attempt: Attempt) -> Fraction:
    return percent(attempt.score or NOTHING, attempt.maximum)


def kept(attempts: Iterable[Attempt], method: str, pass_percent: Fraction) -> Kept | None:
    """Return a learner's grade in a quiz, None when no attempt counts.

    Highest: the score is the best attempt's, and the learner has passed once any attempt that may count has. A
    further attempt can only help (rules A6, D9): one with more points but a critical question missed (rules D8)
    raises the score and takes no pass away. First and last: score and pass are that attempt's, since no other counts.

    An average is that of the shares, in points of the newest attempt's maximum: papers of the same size give
    the plain mean of their points. It passes when it reaches the pass mark and one attempt passed, with all
    its critical questions right (rules D8).
    """
    found = counted(attempts)
    attempt = counting(found, method)
    if attempt is None:
        return None
    if method != "average":
        decisive = found if method == "highest" else [attempt]
        passed = any(each.passed for each in decisive)
        return Kept(attempt, attempt.score or NOTHING, attempt.maximum, passed)
    share = sum((_share(each) for each in found), NOTHING) / len(found)
    passed = share >= pass_percent and any(each.passed for each in found)
    return Kept(attempt, share * attempt.maximum / 100, attempt.maximum, passed)


def overall(marks: Sequence[Fraction | None], method: str) -> Fraction | None:
    """Return one mark out of those of finished attempts, the earliest first (rules B, "attempts").

    None among the marks: not graded; it never counts and leaves the divisor of an average. Returns None when
    none is graded, and 0 when all are 0. Raises ValueError for an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"no such way to keep a score: {method}")
    graded = [mark for mark in marks if mark is not None]
    if not graded:
        return None
    if method == "average":
        return sum(graded, NOTHING) / len(graded)
    if method == "highest":
        return max(graded)
    return graded[0] if method == "first" else graded[-1]


def scaled(mark: Fraction | None, quiz_sum: Fraction, quiz_grade: Fraction) -> Fraction | None:
    """Return a mark on the scale of the quiz's grade: mark x quiz grade / sum of the quiz's marks (rules B).

    A quiz whose marks sum to less than 0.000005 gives 0; no mark stays None.
    """
    if mark is None:
        return None
    return NOTHING if quiz_sum < TINY else mark * quiz_grade / quiz_sum

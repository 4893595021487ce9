"""From fractions to points, totals and a verdict: exact inside, rounded once, when shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from learnapp.quizzes.domain.grading import State, state_of

NOTHING = Fraction(0)
PLACES = 2  # decimals of points that are shown


@dataclass(frozen=True, slots=True)
class Mark:
    """What one slot of a paper earned.

    fraction: exact share of `weight`, None while a person must grade it. weight: its points.
    """

    fraction: Fraction | None
    weight: Fraction
    state: State
    critical: bool = False
    objective: str = ""

    @property
    def points(self) -> Fraction:
        """Points earned: fraction x weight; an ungraded one has none yet (rules B)."""
        return NOTHING if self.fraction is None else self.fraction * self.weight

    @property
    def counts(self) -> bool:
        """Say whether it belongs to the paper: a correction may have taken it out (rules A7)."""
        return self.state is not State.DISREGARDED


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an attempt passed. safety_missed: it failed only on a critical question ("not yet: safety")."""

    passed: bool
    safety_missed: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What was earned for one objective: points of maximum, and how many of its questions are right."""

    objective: str
    points: Fraction
    maximum: Fraction
    right: int
    questions: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions of an attempt ended in which way; pages that are only read are not among them."""

    right: int
    partial: int
    wrong: int
    unsure: int
    blank: int
    ungraded: int


def total(marks: Iterable[Mark]) -> Fraction:
    """Return an attempt's points: the sum over its slots, never below 0 (rules D3)."""
    return max(NOTHING, sum((mark.points for mark in marks), NOTHING))


def maximum(marks: Iterable[Mark]) -> Fraction:
    """Return the points that an attempt could have earned; what a correction took out is not among them (rules A7)."""
    return sum((mark.weight for mark in marks if mark.counts), NOTHING)


def percent(points: Fraction, of: Fraction) -> Fraction:
    """Return points as an exact percentage of a maximum; 0 when the maximum is 0."""
    return 100 * points / of if of else NOTHING


def share(points: Fraction, of: Fraction) -> Fraction:
    """Return points that a person gave as an exact share of a question's points (rules B: its fraction from now on)."""
    return points / of if of else NOTHING


def points_to_pass(of: Fraction, pass_percent: Fraction) -> Fraction:
    """Return the points that the pass mark asks for, exact: 7 for 70 percent of 10."""
    return of * pass_percent / 100


def verdict(points: Fraction, of: Fraction, pass_percent: Fraction, criticals: Iterable[Fraction | None]) -> Verdict:
    """Decide passing: the percentage reaches the pass mark and every critical slot has full marks (rules D8).

    criticals: the fractions of the critical slots; None (not graded yet) is not full marks.
    """
    reached = percent(points, of) >= pass_percent
    safe = all(fraction is not None and state_of(fraction) is State.RIGHT for fraction in criticals)
    return Verdict(passed=reached and safe, safety_missed=reached and not safe)


def verdict_of(marks: Sequence[Mark], pass_percent: Fraction) -> Verdict:
    """Decide passing for a whole paper; see `verdict`."""
    criticals = [mark.fraction for mark in marks if mark.critical and mark.counts]
    return verdict(total(marks), maximum(marks), pass_percent, criticals)


def by_objective(marks: Iterable[Mark]) -> list[Tally]:
    """Return one tally per objective, in the order in which the paper first asks for it."""
    groups: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.state is not State.INFORMATION and mark.counts:
            groups.setdefault(mark.objective, []).append(mark)
    return [_tally(objective, group) for objective, group in groups.items()]


def _tally(objective: str, marks: Sequence[Mark]) -> Tally:
    right = sum(mark.state is State.RIGHT for mark in marks)
    return Tally(objective, total(marks), maximum(marks), right, len(marks))


def counts(states: Iterable[State]) -> Counts:
    """Count how the questions of a submitted attempt ended; "I am not sure" and blanks apart from wrong."""
    ended = list(states)
    return Counts(
        right=ended.count(State.RIGHT),
        partial=ended.count(State.PARTIAL),
        wrong=ended.count(State.WRONG),
        unsure=ended.count(State.UNSURE),
        blank=ended.count(State.GAVE_UP),
        ungraded=sum(state in {State.UNANSWERED, State.COMPLETE, State.NEEDS_GRADING} for state in ended),
    )


@lru_cache(maxsize=1024)  # the same few sums come again and again, and a page shows dozens
def points_text(points: Fraction) -> str:
    """Return points for a person: at most 2 decimals, half up, no trailing zeros ("7", "7.5", "0.67")."""
    return _decimal(points, PLACES)


def percent_text(value: Fraction, mark: Fraction | None = None) -> str:
    """Return a percentage as a whole number, half up, without the sign: "80".

    mark: a pass mark. A value below it is never rounded up to it: 79.9 of 80 is shown as "79".
    """
    if mark is not None and value < mark <= _half_up(value, 0):
        return str(value.numerator // value.denominator)
    return _decimal(value, 0)


def _half_up(value: Fraction, places: int) -> Fraction:
    scaled = value * 10**places + Fraction(1, 2)
    return Fraction(scaled.numerator // scaled.denominator, 10**places)


def _decimal(value: Fraction, places: int) -> str:
    rounded = _half_up(value, places)
    text = f"{rounded.numerator * 10**places // rounded.denominator:0{places + 1}d}"
    if not places:
        return text
    return f"{text[:-places]}.{text[-places:]}".rstrip("0").rstrip(".")

"""How sure a learner was: what it earns where marks go by certainty, and how well it fits (rules A8, D7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from learnapp.quizzes.domain.grading import EDGE

LEVELS = (1, 2, 3)
WRONG = {1: 0, 2: -2, 3: -6}  # marks of a wrong answer by level
IDEAL = {
    1: (Fraction(0), Fraction(2, 3)),
    2: (Fraction(2, 3), Fraction(4, 5)),
    3: (Fraction(4, 5), Fraction(1)),
}  # the share of right answers that each level claims
BONUS = Fraction(1, 10)
CLEARLY = Fraction(1, 2)


class Mode(StrEnum):
    """A quiz's setting."""

    OFF = "off"
    ASK = "ask"  # asked, told back, never scored
    MARKS = "marks"  # practice of trainees only: marks go by certainty


class Fit(StrEnum):
    """How a level's share of right answers lies to what it claims."""

    GOOD = "good"
    SLIGHTLY_OVER = "slightly_over"
    OVER = "over"
    SLIGHTLY_UNDER = "slightly_under"
    UNDER = "under"


class Kind(StrEnum):
    """What an answer and its certainty say together."""

    SURE_RIGHT = "sure_right"
    UNSURE_RIGHT = "unsure_right"
    SURE_WRONG = "sure_wrong"
    UNSURE_WRONG = "unsure_wrong"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: its fraction, and the level chosen, None when none was (it then counts as level 1)."""

    fraction: Fraction
    level: int | None = None

    @property
    def marks(self) -> Fraction:
        """Return its marks by certainty."""
        return marks(self.fraction, self.level)


@dataclass(frozen=True, slots=True)
class LevelReport:
    """The answers of one level. accuracy: their mean fraction, None when there are none."""

    level: int
    answers: int
    accuracy: Fraction | None
    fit: Fit | None


@dataclass(frozen=True, slots=True)
class Report:
    """A paper by certainty: shares of 1, where 1 is "all right at level 1" (rules A8).

    bonus: a tenth of what the choice of levels won or lost against the best single level.
    """

    average: Fraction
    accuracy: Fraction
    bonus: Fraction
    levels: tuple[LevelReport, ...]

    @property
    def with_bonus(self) -> Fraction:
        """Return accuracy and bonus together."""
        return self.accuracy + self.bonus


def marks(fraction: Fraction, level: int | None) -> Fraction:
    """Return the marks of one answer (rules A8): 1, 2 or 3 x fraction, or when it is wrong 0, -2 or -6.

    fraction: share of the question, may be below 0. level: 1 to 3; None and anything else counts as 1.
    """
    known = level if level in LEVELS else 1
    return Fraction(WRONG[known]) if fraction < EDGE else fraction * known


def kind(fraction: Fraction, level: int | None) -> Kind | None:
    """Return what an answer and its certainty say together; None when no level was chosen.

    Sure: level 2 or 3, "more likely right than two in three". Right: at least half of the points, since a
    mostly right answer shows no firm mistake.
    """
    if level not in LEVELS:
        return None
    right, sure = 2 * fraction >= 1, level > 1
    if right:
        return Kind.SURE_RIGHT if sure else Kind.UNSURE_RIGHT
    return Kind.SURE_WRONG if sure else Kind.UNSURE_WRONG


def report(answers: Iterable[Said]) -> Report | None:
    """Return the report of a paper, or of its answered questions only; None without any (rules A8)."""
    said = list(answers)
    if not said:
        return None
    accuracy = _mean([one.fraction for one in said])
    average = _mean([one.marks for one in said])
    bonus = BONUS * (average - best_with_one_level(accuracy))
    return Report(average, accuracy, bonus, tuple(_level(said, level) for level in LEVELS))


def best_with_one_level(accuracy: Fraction) -> Fraction:
    """Return the best mean mark that one level throughout can be expected to bring at this accuracy (rules A8)."""
    return max(accuracy * level + (1 - accuracy) * WRONG[level] for level in LEVELS)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _level(said: Sequence[Said], level: int) -> LevelReport:
    own = [one.fraction for one in said if (one.level or 1) == level]
    if not own:
        return LevelReport(level, 0, None, None)
    accuracy = _mean(own)
    return LevelReport(level, len(own), accuracy, fit(accuracy, level, len(own)))


def fit(accuracy: Fraction, level: int, answers: int) -> Fit:
    """Return how accuracy lies to a level's ideal range; clearly off when distance squared x n > 0.5 (rules A8)."""
    low, high = IDEAL[level]
    distance = max(low - accuracy, accuracy - high, Fraction(0))
    if not distance:
        return Fit.GOOD
    clear = distance**2 * answers > CLEARLY
    if accuracy < low:
        return Fit.OVER if clear else Fit.SLIGHTLY_OVER
    return Fit.UNDER if clear else Fit.SLIGHTLY_UNDER

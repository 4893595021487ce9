"""What a correction says about one question after people answered it, and what that makes of a grade (rules A7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from learnapp.quizzes.domain.grading import Grade, State

RULE = "correction"


class Policy(StrEnum):
    """What to do with the answers that a question already has (rules A7, A2)."""

    KEEP = "keep"  # leave every attempt as it is
    NEW_KEY = "new_key"  # grade by the key of the newer wording
    BOTH = "both"  # both keys are right: the better of the two counts
    FULL_CREDIT = "full_credit"  # everybody gets all the points, blank answers too
    DISREGARD = "disregard"  # as if it had not been asked: out of the score and out of the maximum
    OPTION = "option"  # one more option is right; never lowers
    OWN_KEY = "own_key"  # take earlier corrections back: the key of the wording that was answered


NEEDS_KEY = frozenset({Policy.NEW_KEY, Policy.BOTH})  # those that go by the key of a newer wording
WITHOUT_KEY = frozenset({Policy.FULL_CREDIT, Policy.DISREGARD})  # those for which no answer and no mark matters


@dataclass(frozen=True, slots=True)
class Ruling:
    """What holds for one question of one attempt. option: the id of the one that is right too, for `option` only."""

    policy: Policy
    option: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        return {"policy": str(self.policy), "option": self.option}


@dataclass(frozen=True, slots=True)
class Alternative:
    """An option that a correction may count as right too.

    answer: the one that names this option alone; its type puts it in words. item: the question with it right.
    """

    answer: Mapping[str, Any]
    item: Any


def ruling_in(stored: Mapping[str, Any] | None) -> Ruling | None:
    """Return the ruling that `as_json` wrote, None for none."""
    return Ruling(Policy(stored["policy"]), stored.get("option")) if stored else None


def without_key(ruling: Ruling | None) -> Grade | None:
    """Return the grade of a ruling that no answer changes, None when the answer decides."""
    if ruling is None or ruling.policy not in WITHOUT_KEY:
        return None
    if ruling.policy is Policy.FULL_CREDIT:
        return Grade(Fraction(1), State.RIGHT, (), RULE)
    return Grade(None, State.DISREGARDED, (), RULE)


def better(first: Grade, second: Grade) -> Grade:
    """Return the grade that is worth more; of equals the first, and the first when a person must grade one."""
    if first.fraction is None or second.fraction is None:
        return first
    return second if second.fraction > first.fraction else first


def ids_in(shown: Any, place: str = "") -> frozenset[tuple[str, str, str]]:
    """Return the stable ids that an answer to a question can name, each with its place and kind.

    shown: the public part of a question. Two wordings with the same ids take the same answers, in whatever order
    their parts stand: a key is carried over by id, never by position.
    """
    if isinstance(shown, Mapping):
        own = {(place, str(shown["id"]), str(shown.get("type", "")))} if "id" in shown else set()
        below = (ids_in(value, f"{place}/{shown.get('id', '')}/{name}") for name, value in shown.items())
        return frozenset(own).union(*below)
    if isinstance(shown, list):
        return frozenset().union(*(ids_in(each, place) for each in shown))
    return frozenset()

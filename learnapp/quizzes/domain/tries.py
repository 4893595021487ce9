"""How a question behaves while it is answered: once, checked at once, or several tries; pure, over its steps.

Rules A3 and B. A step is one saved answer; a check is a step that the learner asked to have judged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from learnapp.quizzes.domain.grading import State, state_of

NOTHING = Fraction(0)
DEFAULT_PENALTY = Fraction(1, 3)


class Behaviour(StrEnum):
    """A quiz's setting: what happens between opening a question and its final mark (rules A3)."""

    DEFERRED = "deferred"  # only saved; graded when handed in
    IMMEDIATE = "immediate"  # one check, then locked
    INTERACTIVE = "interactive"  # hints + 1 tries, each later one worth less
    ADAPTIVE = "adaptive"  # as many checks as one likes, each later one worth less
    ADAPTIVE_NO_PENALTY = "adaptive_no_penalty"  # as many checks as one likes, the best one counts


class Action(StrEnum):
    """What a step did."""

    SAVE = "save"
    CHECK = "check"
    AGAIN = "again"  # opened the question again after a wrong try


class Phase(StrEnum):
    """What a question on an open paper takes now."""

    OPEN = "open"  # answers
    HINT = "hint"  # a wrong try with its hint is shown: only "try again"
    LOCKED = "locked"  # nothing more


@dataclass(frozen=True, slots=True)
class Try:
    """One saved answer. answer: anything that can be compared. raw: its fraction, None when nothing could be graded.

    checked: the learner asked to have it judged; the last one of all may be saved only.
    """

    answer: Any
    raw: Fraction | None
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """One step as the phases see it. raw: the fraction of a checked answer."""

    action: Action
    raw: Fraction = NOTHING


def tries_allowed(behaviour: Behaviour, hints: int) -> int | None:
    """Return how many checks a question takes; None when there is no limit (rules A3: hints + 1)."""
    if behaviour is Behaviour.INTERACTIVE:
        return hints + 1
    return {Behaviour.DEFERRED: 0, Behaviour.IMMEDIATE: 1}.get(behaviour)


def phase(behaviour: Behaviour, moves: Sequence[Move], hints: int) -> Phase:
    """Return what a question takes after these steps, oldest first (rules A3).

    immediate: locked by its one check. interactive: a wrong check shows its hint until "try again"; the
    right one, or the last that is allowed, locks. The others never lock.
    """
    checks = [move for move in moves if move.action is Action.CHECK]
    allowed = tries_allowed(behaviour, hints)
    if not checks or not allowed:
        return Phase.OPEN
    if len(checks) >= allowed or state_of(checks[-1].raw) is State.RIGHT:
        return Phase.LOCKED
    return Phase.HINT if moves[-1].action is Action.CHECK else Phase.OPEN


def counted(behaviour: Behaviour, tries: Sequence[Try], hints: int = 0) -> list[Try]:
    """Return the tries that count, oldest first: checks, and a last answer that was saved but not checked.

    The same answer checked twice running is one try under `adaptive` (rules A3). Saved answers before
    the last are not tries. What comes after the end (the right answer, the last try) is left out.
    """
    if behaviour is Behaviour.DEFERRED:
        return [tries[-1]] if tries else []
    kept = [one for n, one in enumerate(tries) if one.checked or n == len(tries) - 1]
    if len(kept) > 1 and not kept[-1].checked and kept[-1].answer == kept[-2].answer:
        kept = kept[:-1]  # saved again as it was checked
    if behaviour in (Behaviour.ADAPTIVE, Behaviour.ADAPTIVE_NO_PENALTY):
        return [one for n, one in enumerate(kept) if n == 0 or one.answer != kept[n - 1].answer]
    return kept[: _end(kept, tries_allowed(behaviour, hints) or 1)]


def _end(tries: Sequence[Try], allowed: int) -> int:
    right = (n for n, one in enumerate(tries, 1) if one.checked and state_of(one.raw or NOTHING) is State.RIGHT)
    return min(next(right, allowed), allowed)


def score(
    behaviour: Behaviour, tries: Sequence[Try], hints: int = 0, penalty: Fraction = DEFAULT_PENALTY
) -> Fraction | None:
    """Return the fraction that a question earns in the end (rules A3, B).

    deferred, immediate: the raw fraction of the answer that counts, nothing saved is 0 (rules D15).
    adaptive: the best of raw - penalty x earlier tries; adaptive_no_penalty: the best raw.
    interactive: of the last try, raw - penalty x earlier tries, never below 0. None when nothing was saved
    in a behaviour with several tries, or when a person must still grade the answer.
    """
    kept = counted(behaviour, tries, hints)
    if not kept:
        return NOTHING if tries_allowed(behaviour, 0) in (0, 1) and behaviour is not Behaviour.INTERACTIVE else None
    if any(one.raw is None for one in kept):
        return None
    return SCORES[behaviour]([one.raw or NOTHING for one in kept], penalty)


def _last(raws: Sequence[Fraction], _penalty: Fraction) -> Fraction:
    return raws[-1]


def _last_less_penalties(raws: Sequence[Fraction], penalty: Fraction) -> Fraction:
    return max(NOTHING, raws[-1] - penalty * (len(raws) - 1))


def _best_less_penalties(raws: Sequence[Fraction], penalty: Fraction) -> Fraction:
    return max(NOTHING, *(raw - penalty * earlier for earlier, raw in enumerate(raws)))


def _best(raws: Sequence[Fraction], _penalty: Fraction) -> Fraction:
    return max(NOTHING, *raws)


SCORES: Mapping[Behaviour, Callable[[Sequence[Fraction], Fraction], Fraction]] = {
    Behaviour.DEFERRED: _last,
    Behaviour.IMMEDIATE: _last,
    Behaviour.INTERACTIVE: _last_less_penalties,
    Behaviour.ADAPTIVE: _best_less_penalties,
    Behaviour.ADAPTIVE_NO_PENALTY: _best,
}


def part_counted_back(right: Sequence[bool], penalty: Fraction) -> Fraction:
    """Return what one part earns over several tries: its last wrong try is what costs (rules A3, B).

    right: whether the part was right, for each try. 1 - penalty x (index of the last wrong try + 1), never
    below 0, when it is right in the end, else 0.
    """
    if not right or not right[-1]:
        return NOTHING
    wrong = [n for n, was in enumerate(right, 1) if not was]
    return max(NOTHING, 1 - penalty * (wrong[-1] if wrong else 0))


def gap_counted_back(given: Sequence[tuple[Any, Fraction]], penalty: Fraction) -> Fraction:
    """Return what one gap earns over several tries: the try that last changed it is what costs (rules B, cloze).

    given: (answer, fraction) for each try. The last fraction - penalty x index of that try, never below 0.
    """
    if not given:
        return NOTHING
    changed = max((n for n in range(1, len(given)) if given[n][0] != given[n - 1][0]), default=0)
    return max(NOTHING, given[-1][1] - penalty * changed)


def weighted_mean(parts: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Return sum(fraction x weight) / sum(weights) of (fraction, weight) pairs; 0 without any weight (rules A1, B)."""
    whole = sum((weight for _fraction, weight in parts), NOTHING)
    return sum((fraction * weight for fraction, weight in parts), NOTHING) / whole if whole else NOTHING

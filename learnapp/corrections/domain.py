"""What a decision about a question does to the attempts that answered it: pure (rules A7, A2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.ruling import NEEDS_KEY, Policy, ids_in

REASON_LENGTH = 500
# What rules on the attempts that there are: later ones are asked the wording as it is, and graded by its own key.
NOT_LATER = frozenset({Policy.FULL_CREDIT, Policy.DISREGARD, Policy.OPTION})
CHOSEN = tuple(policy for policy in Policy if policy is not Policy.OWN_KEY)  # the six of rules A7


@dataclass(frozen=True, slots=True)
class Wording:
    """One published wording of a question. shown: its public part. options: the ids that may be called right too."""

    id: int
    number: int
    type: str
    shown: Any
    options: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody wants done. upto: the number of the newest wording whose answers it is about.

    option: for `option` only. may_lower: ticked, so that an attempt may lose its pass. reason: told to learners.
    """

    policy: Policy
    upto: int
    option: str | None = None
    may_lower: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an attempt stands. fraction: of the question in it; None: a person grades it, or it does not count."""

    fraction: Fraction | None
    score: Fraction
    maximum: Fraction
    passed: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision does to one attempt that was handed in.

    problem: why it cannot be done to this attempt ("other_type", "other_options", "no_such_option"); it stays then.
    kept_pass_lost: the score that is kept for the quiz no longer passes, though this attempt may (rules D9).
    allowed: the decision says that a pass may be lost.
    """

    public_id: str
    position: int
    before: Standing
    after: Standing
    problem: str | None = None
    kept_pass_lost: bool = False
    allowed: bool = False

    @property
    def loses(self) -> bool:
        """Say whether a pass would be lost."""
        return (self.before.passed and not self.after.passed) or self.kept_pass_lost

    @property
    def gains(self) -> bool:
        """Say whether it passes only now."""
        return self.after.passed and not self.before.passed

    @property
    def applied(self) -> bool:
        """Say whether it is done: not where it cannot be, and not where it takes a pass without being allowed to."""
        return self.problem is None and (self.allowed or not self.loses)

    @property
    def told(self) -> bool:
        """Say whether the learner would see a difference."""
        return _seen(self.before) != _seen(self.after)

    @property
    def lowered(self) -> bool:
        """Say whether the attempt earns a smaller share."""
        return _share(self.after) < _share(self.before)

    @property
    def raised(self) -> bool:
        """Say whether the attempt earns a larger share."""
        return _share(self.after) > _share(self.before)


def _seen(standing: Standing) -> tuple[Fraction, Fraction, bool]:
    """Return what a learner sees of a standing: score, maximum, passed."""
    return standing.score, standing.maximum, standing.passed


def _share(standing: Standing) -> Fraction:
    return standing.score / standing.maximum if standing.maximum else Fraction(0)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many attempts a decision touches, and how. still_open: not handed in; graded so when they are."""

    attempts: int = 0
    raised: int = 0
    lowered: int = 0
    gains: int = 0
    loses: int = 0
    stays: int = 0
    unchanged: int = 0
    still_open: int = 0
    problems: dict[str, int] = field(default_factory=dict)


def counts(effects: Iterable[Effect], still_open: int = 0) -> Counts:
    """Count what a decision does; `loses` and `stays` count attempts whatever is allowed."""
    found = list(effects)
    done = [each for each in found if each.problem is None]
    problems: dict[str, int] = {}
    for each in found:
        if each.problem is not None:
            problems[each.problem] = problems.get(each.problem, 0) + 1
    return Counts(
        attempts=len(found),
        raised=sum(each.raised for each in done),
        lowered=sum(each.lowered for each in done),
        gains=sum(each.gains for each in done),
        loses=sum(each.loses for each in done),
        stays=sum(problems.values()),
        unchanged=sum(not each.told for each in done),
        still_open=still_open,
        problems=problems,
    )


def worth_a_look(effects: Sequence[Effect]) -> list[Effect]:
    """Return the attempts that change or cannot change: lost passes first, then new ones, lowered, raised, the rest."""
    seen = [each for each in effects if each.told or each.problem or each.loses]
    return sorted(seen, key=lambda each: (not each.loses, not each.gains, not each.lowered, not each.raised))


def impossible(decision: Decision, own: Wording, newest: Wording) -> str | None:
    """Return why a decision cannot be carried out for the answers to a wording, None when it can (rules A7).

    A key is carried over by stable ids, never by position: the newer wording must be of the same type and have
    the same ids ("other_type", "other_options"). One option can be called right only where it is ("no_such_option").
    """
    if decision.policy in NEEDS_KEY:
        if own.type != newest.type:
            return "other_type"
        return None if ids_in(own.shown) == ids_in(newest.shown) else "other_options"
    if decision.policy is Policy.OPTION and decision.option not in own.options:
        return "no_such_option"
    return None


def problems_of(decision: Decision, wordings: Sequence[Wording], corrected: bool) -> list[Problem]:
    """Return what is wrong with a decision. wordings: of the question, the oldest first. corrected: it was before.

    A newer key needs a newer wording, an option one that some wording has, taking back an earlier correction.
    """
    numbers = [each.number for each in wordings]
    newest = numbers[-1]
    found = []
    if decision.upto not in numbers or (decision.policy in NEEDS_KEY and decision.upto >= newest):
        found.append(Problem("no_newer_wording", "policy"))
    known = {key for each in wordings if each.number <= decision.upto for key in each.options}
    if decision.policy is Policy.OPTION and decision.option not in known:
        found.append(Problem("option_missing", "option"))
    if decision.policy is Policy.OWN_KEY and not corrected:
        found.append(Problem("nothing_to_take_back", "policy"))
    return found


def reason_problems(reason: str) -> list[Problem]:
    """Return what is wrong with a reason: it is told to learners, so it is never blank, and at most 500 signs."""
    if not reason.strip():
        return [Problem("reason_missing", "reason")]
    return [Problem("reason_long", "reason", {"most": REASON_LENGTH})] if len(reason) > REASON_LENGTH else []

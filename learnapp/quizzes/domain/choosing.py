"""The six ways of scoring a choose-all, over plain decisions that know no words (rules A2, B, D2)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Decision:
    """One option as a thing to decide: to tick or not to tick.

    right: it should be ticked. fraction: what a tick adds under `sum`, may be negative. weight: what a tick adds
    (right) or takes (wrong) under `weighted`.
    """

    key: str
    right: bool
    fraction: Fraction = ZERO
    weight: Fraction = ONE


@dataclass(frozen=True, slots=True)
class Terms:
    """What an author may set beside the rule's name.

    dock: the share of the question that each wrong tick takes under `dock`. blank_is_zero: under `every_decision`
    ticking nothing earns nothing. pass_percent: under `weighted` all or nothing against this percentage.
    """

    dock: Fraction = ZERO
    blank_is_zero: bool = True
    pass_percent: Fraction | None = None


Decisions = Sequence[Decision]
Ticked = Collection[str]


def counts(decisions: Decisions, ticked: Ticked) -> tuple[int, int, int]:
    """Return how many options are right, how many of them are ticked, and how many wrong ones are."""
    right = sum(each.right for each in decisions)
    hits = sum(each.right for each in decisions if each.key in ticked)
    wrong = sum(not each.right for each in decisions if each.key in ticked)
    return right, hits, wrong


def balanced(decisions: Decisions, ticked: Ticked) -> Fraction:
    """Return (right ticks - wrong ticks) / number of right options, floor 0 (rules B, D2)."""
    right, hits, wrong = counts(decisions, ticked)
    return _floor(Fraction(hits - wrong, right)) if right else _nothing(wrong)


def summed(decisions: Decisions, ticked: Ticked) -> Fraction:
    """Return the sum of the ticked fractions, cut to 0..1 after adding, not before (rules A1, B)."""
    chosen = [each for each in decisions if each.key in ticked]
    if not chosen and not any(each.right for each in decisions):
        return ONE
    return _clamp(_total(each.fraction for each in chosen), ONE)


def docked(decisions: Decisions, ticked: Ticked, dock: Fraction) -> Fraction:
    """Return right ticks / number of right options - dock for each wrong tick, floor 0 (rules A2, B)."""
    right, hits, wrong = counts(decisions, ticked)
    return _floor(Fraction(hits, right) - dock * wrong) if right else _nothing(wrong)


def every_decision(decisions: Decisions, ticked: Ticked, blank_is_zero: bool = True) -> Fraction:
    """Return (right ones ticked + wrong ones left) / number of options (rules A2, B).

    blank_is_zero: ticking nothing earns 0 in spite of that, unless no option is right (rules D2).
    """
    right, hits, wrong = counts(decisions, ticked)
    if blank_is_zero and right and not hits + wrong:
        return ZERO
    return Fraction(hits + len(decisions) - right - wrong, len(decisions))


def weighted(decisions: Decisions, ticked: Ticked, pass_percent: Fraction | None = None) -> Fraction:
    """Return weights of right ticks - weights of wrong ticks, cut to 0..the most there is, over the most (rules B).

    pass_percent: with it, full marks from this percentage on, else nothing. No right option: ticking nothing
    is full marks, anything else 0.
    """
    right, _hits, wrong = counts(decisions, ticked)
    most = _total(each.weight for each in decisions if each.right)
    if not right:
        return _nothing(wrong)
    if most <= 0:
        return ZERO
    earned = _total(each.weight if each.right else -each.weight for each in decisions if each.key in ticked)
    share = _clamp(earned, most) / most
    return share if pass_percent is None else Fraction(share * 100 >= pass_percent)


def all_or_nothing(decisions: Decisions, ticked: Ticked) -> Fraction:
    """Return 1 when the right options are ticked and no other, else 0 (rules A2)."""
    return Fraction(all(each.right == (each.key in ticked) for each in decisions))


RULES: Mapping[str, Callable[[Decisions, Ticked, Terms], Fraction]] = MappingProxyType(
    {
        "balanced": lambda decisions, ticked, _terms: balanced(decisions, ticked),
        "sum": lambda decisions, ticked, _terms: summed(decisions, ticked),
        "dock": lambda decisions, ticked, terms: docked(decisions, ticked, terms.dock),
        "every_decision": lambda decisions, ticked, terms: every_decision(decisions, ticked, terms.blank_is_zero),
        "weighted": lambda decisions, ticked, terms: weighted(decisions, ticked, terms.pass_percent),
        "all_or_nothing": lambda decisions, ticked, _terms: all_or_nothing(decisions, ticked),
    }
)
USUAL = Terms()


def score(rule: str, decisions: Decisions, ticked: Ticked, terms: Terms = USUAL) -> Fraction:
    """Return what these ticks earn under the named rule. Unknown ids and ticks made twice count for nothing."""
    return RULES[rule](decisions, ticked, terms)


def _nothing(wrong: int) -> Fraction:
    """Where no option is right, ticking nothing is full marks (rules D2)."""
    return Fraction(not wrong)


def _total(values: Iterable[Fraction]) -> Fraction:
    return sum(values, ZERO)


def _floor(value: Fraction) -> Fraction:
    return max(ZERO, value)


def _clamp(value: Fraction, most: Fraction) -> Fraction:
    return min(most, _floor(value))

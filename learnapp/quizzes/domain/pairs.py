"""Things that each get one of several choices: what matching, categorise and label_image grade alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.domain.tries import part_counted_back

PAIRS = "pairs"
ALL_OR_NOTHING = "all_or_nothing"
RULES = (PAIRS, ALL_OR_NOTHING)
ZERO, ONE = Fraction(0), Fraction(1)
Key = Mapping[str, str]  # {thing: its right choice}
Answer = Mapping[str, Any]


def given(answer: Answer | None, field: str) -> dict[str, str]:
    """Return what a stored answer pairs, as in {field: {thing: choice}}; what is no text is nothing."""
    pairs = (answer or {}).get(field)
    if not isinstance(pairs, Mapping):
        return {}
    return {thing: choice for thing, choice in pairs.items() if isinstance(choice, str)}


def complete(things: Sequence[str], answer: Answer | None, field: str, missing: str) -> list[Problem]:
    """Return "not_answered" for a blank, and the code `missing` until every thing has a choice."""
    if is_unsure(answer):
        return []
    pairs = given(answer, field)
    if not pairs:
        return [Problem("not_answered")]
    return [] if all(thing in pairs for thing in things) else [Problem(missing)]


def judge(key: Key, pairs: Mapping[str, str]) -> tuple[Part, ...]:
    """Return a part for each thing of the key, in its order: right, "wrong_choice" or "blank"."""
    return tuple(_part(thing, choice, pairs.get(thing)) for thing, choice in key.items())


def _part(thing: str, choice: str, chosen: str | None) -> Part:
    if chosen == choice:
        return Part(thing, ONE)
    return Part(thing, ZERO, "blank" if chosen is None else "wrong_choice")


def score(key: Key, pairs: Mapping[str, str], scoring: str = PAIRS) -> Fraction:
    """Return right things over things, a blank one is wrong; all_or_nothing: 1 when all are (rules A1, B, D6)."""
    share = Fraction(sum(part.fraction == 1 for part in judge(key, pairs)), len(key))
    return share if scoring != ALL_OR_NOTHING or share == 1 else ZERO


def grade(key: Key, answer: Answer | None, field: str, scoring: str = PAIRS) -> Grade:
    """Grade a stored answer {field: {thing: choice}} (rules A1, B, D6); without any pair it is a blank (D15)."""
    pairs = given(answer, field)
    if is_unsure(answer) or not pairs:
        return unmarked(answer, scoring)
    return graded(score(key, pairs, scoring), judge(key, pairs), scoring)


def count_back(key: Key, tries: Sequence[Mapping[str, str]], penalty: Fraction, scoring: str = PAIRS) -> Fraction:
    """Return the fraction of several tries, oldest first, each thing counted by itself (rules A3, B).

    A thing that is right at the end earns 1 - penalty x (index of its last wrong try + 1), at least 0; otherwise
    0; averaged over the things. So changing a right one and back costs that thing alone. With all_or_nothing
    the whole answer is counted like one thing. No try at all: 0.
    """
    if scoring == ALL_OR_NOTHING:
        return part_counted_back([score(key, pairs, scoring) == 1 for pairs in tries], penalty)
    each = [part_counted_back([one.get(thing) == choice for one in tries], penalty) for thing, choice in key.items()]
    return sum(each, ZERO) / len(each)


def keep_right(key: Key, answer: Answer, field: str) -> dict[str, Any] | None:
    """Return the answer with its right pairs alone, for a hint that clears the wrong ones; None when none is."""
    kept = {thing: choice for thing, choice in given(answer, field).items() if key.get(thing) == choice}
    return {field: kept} if kept else None


class Keyed(Protocol):
    """An item that says which choice is right for each of its things, and how it is scored."""

    @property
    def key(self) -> Mapping[str, str]:
        """{thing: its right choice}, in the author's order."""

    @property
    def scoring(self) -> str:
        """One of RULES."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """What types whose answers are {things: {thing: choice}} do alike: these methods are functions of their record.

    things: the field of a stored answer, and of `shown`, that lists them. missing: the code of an unfinished answer.
    """

    things: str
    missing: str

    def complete(self, shown: Mapping[str, Any], answer: Answer | None) -> list[Problem]:
        """Return "not_answered" for a blank, and the code `missing` until every thing has a choice."""
        return complete([thing["id"] for thing in shown[self.things]], answer, self.things, self.missing)

    def grade(self, item: Keyed, answer: Answer | None) -> Grade:
        """Grade right things over things, a blank one is wrong; all_or_nothing: every one (rules A1, B, D6)."""
        return grade(item.key, answer, self.things, item.scoring)

    def count_back(self, item: Keyed, answers: Sequence[Answer | None], penalty: Fraction) -> Fraction:
        """Return the fraction of several tries, each thing counted by itself (rules A3, B)."""
        return count_back(item.key, [given(each, self.things) for each in answers], penalty, item.scoring)

    def keep_right(self, item: Keyed, answer: Answer) -> dict[str, Any] | None:
        """Return the answer without its wrong pairs; None when none is right."""
        return keep_right(item.key, answer, self.things)


def row(
    thing: tuple[str, str],
    reason: str,
    key: Key,
    pairs: Mapping[str, str],
    texts: Mapping[str, str],
    allowed: Disclosure,
) -> dict[str, Any]:
    """Return one review row: id, text, chosen, and right, best and reason where the disclosure allows them.

    thing: (id, inline HTML). texts: of the choices. The reason tells the right choice, so with the learner's own
    reasons alone it is shown only for what is right.
    """
    name, text = thing
    chosen = pairs.get(name)
    told: dict[str, Any] = {"id": name, "text": text, "chosen": texts.get(chosen or "")}
    if allowed.correctness and told["chosen"] is not None:
        told["right"] = chosen == key[name]
    if allowed.key:
        told["best"] = texts[key[name]]
    if allowed.all_reasons or (allowed.own_reason and chosen == key[name]):
        told["reason"] = reason
    return told


def sample(key: Key, choices: Sequence[str], seed: int, right: bool) -> dict[str, str]:
    """Return believable pairs by seed: all right, or one of them wrong."""
    pairs = dict(key)
    if not right:
        missed = shuffle(pairs, seed, "sample")[0]
        pairs[missed] = shuffle([each for each in choices if each != pairs[missed]], seed, "sample choice")[0]
    return pairs

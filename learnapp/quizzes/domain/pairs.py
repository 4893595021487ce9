"""Things that each get one of several choices: what matching, categorise and label_image grade alike."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure

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
        return counted([score(key, pairs, scoring) == 1 for pairs in tries], penalty)
    each = [counted([pairs.get(thing) == choice for pairs in tries], penalty) for thing, choice in key.items()]
    return sum(each, ZERO) / len(each)


def counted(hits: Sequence[bool], penalty: Fraction) -> Fraction:
    """Return what one part earns that was right or not in each try, oldest first (rules A3, B)."""
    if not hits or not hits[-1]:
        return ZERO
    wrong_until = max((n for n, hit in enumerate(hits, 1) if not hit), default=0)
    return max(ZERO, 1 - penalty * wrong_until)


def keep_right(key: Key, answer: Answer, field: str) -> dict[str, Any] | None:
    """Return the answer with its right pairs alone, for a hint that clears the wrong ones; None when none is."""
    kept = {thing: choice for thing, choice in given(answer, field).items() if key.get(thing) == choice}
    return {field: kept} if kept else None


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
    if allowed.marks and told["chosen"] is not None:
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

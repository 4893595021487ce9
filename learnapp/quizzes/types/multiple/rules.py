"""Choose all that apply: several options, one or more of them right."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, options
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.options import Option
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"options", "scoring"})
BALANCED = "balanced"
ALL_OR_NOTHING = "all_or_nothing"
RULES = (BALANCED, ALL_OR_NOTHING)


@dataclass(frozen=True)
class Item:
    """A choose-all question; answers are {"choices": sorted option ids}."""

    options: tuple[Option, ...]
    scoring: str = BALANCED


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, options.TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the options."""
    return authored.tags(data, "options")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored choose-all: at least one option is right, one wrong."""
    problems = list(options.check(data))
    right = len(options.right_places(data))
    if not right:
        problems.append(Problem("no_right_option", "options"))
    elif right == len(authored.mappings(data, "options")):
        problems.append(Problem("no_wrong_option", "options"))
    return problems + list(authored.scoring_problems(data, RULES))


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(options.parse(data), data.get("scoring", BALANCED))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    return {"v": authored.VERSION, "options": options.dump(item.options), "scoring": item.scoring}


def public(item: Item) -> dict[str, Any]:
    """Return options, scoring rule and how many to select, without keys and reasons."""
    wanted = sum(option.right for option in item.options)
    return {"options": options.public(item.options), "scoring": item.scoring, "select": wanted}


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of the options by seed."""
    return options.arrange(item.options, seed)


def complete(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" unless something is ticked; ticking fewer or more than asked is an answer."""
    return [] if answer and (is_unsure(answer) or ticks(answer)) else [Problem("not_answered")]


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade by the item's rule (rules A2, B, D2).

    balanced: (right ticks - wrong ticks) / number of right options, floor 0. all_or_nothing: exactly
    the right ones. Unknown ids count for nothing; a blank is 0.
    """
    if not answer or is_unsure(answer):
        return unmarked(answer, item.scoring)
    ticked = _ticked(item, answer)
    if not ticked:
        return unmarked(None, item.scoring)
    return graded(SCORING[item.scoring](item.options, ticked), _parts(item, ticked), item.scoring)


def ticks(answer: Mapping[str, Any] | None) -> list[Any]:
    """Return what a stored answer ticks, unknown ids included."""
    listed = (answer or {}).get("choices")
    return listed if isinstance(listed, list) else []


def _ticked(item: Item, answer: Mapping[str, Any] | None) -> list[str]:
    return [option.id for option in item.options if option.id in ticks(answer)]


def _balanced(known: Collection[Option], ticked: Collection[str]) -> Fraction:
    right = sum(option.right for option in known)
    hits = sum(option.right for option in known if option.id in ticked)
    return max(Fraction(0), Fraction(hits - (len(ticked) - hits), right))


def _all_or_nothing(known: Collection[Option], ticked: Collection[str]) -> Fraction:
    return Fraction(all(option.right == (option.id in ticked) for option in known))


SCORING = {BALANCED: _balanced, ALL_OR_NOTHING: _all_or_nothing}


def _parts(item: Item, ticked: Collection[str]) -> tuple[Part, ...]:
    return tuple(_part(option, option.id in ticked) for option in item.options)


def _part(option: Option, tick: bool) -> Part:
    if option.right == tick:
        return Part(option.id, Fraction(1))
    return Part(option.id, Fraction(0), "missed" if option.right else "wrong_tick")


def reveal(
    item: Item, answer: Mapping[str, Any] | None, arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return the options as arranged, with what the disclosure allows of key and reasons."""
    return {
        "rows": options.rows(item.options, _ticked(item, answer), arrangement, allowed),
        "unsure": is_unsure(answer),
        "blank": not answer,
    }


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    chosen = {option.id for option in item.options if option.right}
    if not right:  # one decision the other way round is how people usually miss
        turned = [option.id for option in item.options if chosen != {option.id}]  # nothing ticked is no answer
        chosen ^= {shuffle(turned, seed, "sample")[0]}
    return {"choices": sorted(chosen)}

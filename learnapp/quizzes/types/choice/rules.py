"""Single choice: one of several options, exactly one of them right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, options
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.options import Option
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"options"})
RULE = "single"


@dataclass(frozen=True)
class Item:
    """A single-choice question; answers are {"choice": option id}."""

    options: tuple[Option, ...]


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, options.TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the options."""
    return authored.tags(data, "options")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored single choice: exactly one option is right (rules A1)."""
    problems = list(options.check(data))
    right = options.right_places(data)
    if not right:
        problems.append(Problem("no_right_option", "options"))
    problems += [Problem("second_right_option", f"{place}.right") for place in right[1:]]
    return problems


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(options.parse(data))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    return {"v": authored.VERSION, "options": options.dump(item.options)}


def public(item: Item) -> dict[str, Any]:
    """Return the options without their keys and reasons."""
    return {"options": options.public(item.options)}


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of the options by seed; "I am not sure" is always last and not in it."""
    return options.arrange(item.options, seed)


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" unless one of the options, or "I am not sure", is chosen."""
    known = [option["id"] for option in shown["options"]]
    answered = is_unsure(answer) or (answer is not None and answer.get("choice") in known)
    return [] if answered else [Problem("not_answered")]


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade full marks for the right option, 0 for any other or an unknown id (rules A1, D1)."""
    if not answer or is_unsure(answer):
        return unmarked(answer, RULE)
    chosen = [option for option in item.options if option.id == answer.get("choice")]
    parts = tuple(Part(option.id, Fraction(option.right), "" if option.right else "wrong_option") for option in chosen)
    return graded(sum((part.fraction for part in parts), Fraction(0)), parts, RULE)


def reveal(
    item: Item, answer: Mapping[str, Any] | None, arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return the options as arranged, with what the disclosure allows of key and reasons."""
    chosen = [(answer or {}).get("choice")]
    rows = options.rows(item.options, chosen, arrangement, allowed)
    return {"rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    ids = [option.id for option in item.options if option.right is right]
    return {"choice": shuffle(ids, seed, "sample")[0]}

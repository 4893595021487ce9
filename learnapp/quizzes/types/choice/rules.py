"""Single choice: one of several options, exactly one of them worth full marks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, options
from learnapp.quizzes.domain.grading import Grade, is_unsure
from learnapp.quizzes.domain.options import Option
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.domain.ruling import Alternative

FIELDS = frozenset({"options"})


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
    """Return every problem of an authored single choice: exactly one option is worth full marks (rules A1)."""
    return [*options.check(data), *options.one_right_problems(data)]


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(options.parse(data))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    return {"v": authored.VERSION, "options": options.dump(item.options)}


def public(item: Item) -> dict[str, Any]:
    """Return the options without their keys and reasons, and whether one of them takes points away."""
    return options.public_one(item.options)


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of the options by seed; "I am not sure" is always last and not in it."""
    return options.arrange(item.options, seed)


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" unless one of the options, or "I am not sure", is chosen."""
    known = [option["id"] for option in shown["options"]]
    answered = is_unsure(answer) or (answer is not None and answer.get("choice") in known)
    return [] if answered else [Problem("not_answered")]


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade the chosen option's fraction; 0 for a blank or an unknown id (rules A1, D1)."""
    return options.grade_one(item.options, answer)


def reveal(
    item: Item, answer: Mapping[str, Any] | None, arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return the options as arranged, with what the disclosure allows of key and reasons."""
    chosen = [(answer or {}).get("choice")]
    rows = options.rows(item.options, chosen, options.full(item.options), arrangement, allowed)
    return {"rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def alternatives(item: Item) -> dict[str, Alternative]:
    """Return, for each option, the question with it right too (rules A7)."""
    return {
        each.id: Alternative({"choice": each.id}, replace(item, options=options.called_right(item.options, each.id)))
        for each in item.options
    }


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    ids = [option.id for option in item.options if (option.fraction == 1) is right]
    return {"choice": shuffle(ids, seed, "sample")[0]}

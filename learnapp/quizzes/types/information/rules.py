"""Information: a text to read, without an answer and without a mark."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored
from learnapp.quizzes.domain.grading import Grade, information
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"text"})
TEXTS = ("text",)


@dataclass(frozen=True)
class Item:
    """What is to be read: inline HTML. There is no answer."""

    text: str


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with the text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(_data: Mapping[str, Any]) -> list[str]:
    """Return nothing: who answers nothing shows no misconception."""
    return []


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return a problem when there is nothing to read."""
    return list(authored.text_problems(data, "", text="missing_text"))


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(data["text"])


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    return {"v": authored.VERSION, "text": item.text}


def public(item: Item) -> dict[str, Any]:
    """Return the text: it holds no secret."""
    return {"text": item.text}


def arrange(_item: Item, _seed: int) -> dict[str, Any]:
    """Return nothing: there is nothing to shuffle."""
    return {}


def complete(_shown: Mapping[str, Any], _answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return nothing: a text asks for no answer."""
    return []


def grade(_item: Item, _answer: Mapping[str, Any] | None) -> Grade:
    """Return the grade of what is only read (rules A1: no mark, never counted)."""
    return information()


def reveal(
    item: Item, _answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], _allowed: Disclosure
) -> dict[str, Any]:
    """Return the text again."""
    return {"rows": [], "text": item.text, "unsure": False, "blank": False}


def sample(_item: Item, _seed: int, _right: bool) -> dict[str, Any]:
    """Return no answer: there is none to give."""
    return {}

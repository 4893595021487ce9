"""Free text: an answer in the learner's own words, without a mark until a person gives one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored
from learnapp.quizzes.domain.grading import Grade, is_unsure, needs_grading, unmarked
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"limit", "model", "guide", "reason"})
TEXTS = ("model", "guide", "reason")
LIMIT = 600  # characters, when the author says nothing
MOST = 5000
KEPT = 10  # a text up to this many times its limit is stored as typed, so that nobody loses words
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Item:
    """A question for the learner's own words; answers are {"text": as typed}.

    model: a good answer. guide: what the marker looks for. reason: why the model is good. limit: characters.
    """

    model: str
    guide: str
    reason: str
    limit: int = LIMIT


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(_data: Mapping[str, Any]) -> list[str]:
    """Return nothing: no machine can tell a misconception in own words."""
    return []


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem: a limit that is no number of characters, a missing model, guide or reason."""
    problems = list(
        authored.text_problems(data, "", model="missing_text", guide="missing_text", reason="missing_reason")
    )
    limit = data.get("limit", LIMIT)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        problems.append(Problem("bad_limit", "limit", {"most": MOST}))
    return problems


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(data["model"], data["guide"], data["reason"], data.get("limit", LIMIT))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    texts = {"model": item.model, "guide": item.guide, "reason": item.reason}
    return {"v": authored.VERSION, **texts, "limit": item.limit}


def public(item: Item) -> dict[str, Any]:
    """Return how long an answer may be, and that no machine grades it."""
    return {"limit": item.limit, "waits": True}


def arrange(_item: Item, _seed: int) -> dict[str, Any]:
    """Return nothing: there is nothing to shuffle."""
    return {}


def typed(answer: Mapping[str, Any] | None) -> str:
    """Return the text of a stored answer; what is no text, or only white space, is none."""
    text = (answer or {}).get("text")
    return str(text) if authored.is_text(text) else ""


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" for a blank, "too_long" (values: over, limit) for more than the limit allows."""
    if is_unsure(answer):
        return []
    text = typed(answer)
    if not text:
        return [Problem("not_answered")]
    over = len(text) - shown["limit"]
    return [Problem("too_long", values={"over": over, "limit": shown["limit"]})] if over > 0 else []


def grade(_item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade nothing but a blank: every text waits for a person (rules A1), also one that is too long."""
    return needs_grading() if typed(answer) else unmarked(answer)


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return one row: the text as typed, with the model answer, its reason and the guide where allowed."""
    row: dict[str, Any] = {"text": typed(answer)}
    if allowed.key:
        row["best"] = item.model
    if allowed.all_reasons:
        row |= {"reason": item.reason, "guide": item.guide}
    return {"rows": [row], "unsure": is_unsure(answer), "blank": not row["text"] and not is_unsure(answer)}


def sample(item: Item, _seed: int, right: bool) -> dict[str, Any]:
    """Return the model answer as plain text, or only its beginning; for made-up learners, measurements and tests."""
    text = unescape(TAG.sub("", item.model)).strip()[: item.limit]
    return {"text": text if right else text[: max(1, len(text) // 3)].strip()}

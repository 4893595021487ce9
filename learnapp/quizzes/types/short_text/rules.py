"""A word or a few words to type, compared with the accepted texts in order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, texts
from learnapp.quizzes.domain.grading import Grade, Part, State, graded, is_unsure, state_of, unmarked
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.domain.texts import TextRule, TextVerdict

FIELDS = frozenset({"reason", "otherwise", "limit", *texts.RULE_FIELDS})
TEXTS = ("reason", "otherwise", "answers[].reason")  # accepted texts are patterns, not words for people
RULE = "accepted"
LIMIT, MOST = 100, 500
WRONG = ("something else", "I do not know", "no idea at all", "another thing", "xyzzy")


@dataclass(frozen=True)
class Item:
    """A short-text question; answers are {"text": as typed}.

    reason: why a right text is right; otherwise: for any text that has no reason of its own. limit: characters.
    """

    rule: TextRule
    reason: str
    otherwise: str
    limit: int = LIMIT


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the answers."""
    return authored.tags(data, "answers")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored short text: at least one text is worth full marks."""
    problems = list(authored.text_problems(data, "", reason="missing_reason", otherwise="missing_reason"))
    limit = data.get("limit", LIMIT)
    if type(limit) is not int or not 1 <= limit <= MOST:
        problems.append(Problem("bad_limit", "limit", {"most": MOST}))
    return problems + list(texts.rule_problems(data))


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(texts.parse_rule(data), data["reason"], data["otherwise"], data.get("limit", LIMIT))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    own = {"v": authored.VERSION, "reason": item.reason, "otherwise": item.otherwise, "limit": item.limit}
    return own | texts.dump_rule(item.rule)


def public(item: Item) -> dict[str, Any]:
    """Return how long a text may be, and which differences count."""
    return {"limit": item.limit, "case_sensitive": item.rule.folding.case_sensitive, "slips": item.rule.typos > 0}


def arrange(_item: Item, _seed: int) -> dict[str, Any]:
    """Return nothing: there is nothing to shuffle."""
    return {}


def complete(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" for a blank."""
    return [] if is_unsure(answer) or typed_text(answer).strip() else [Problem("not_answered")]


def typed_text(answer: Mapping[str, Any] | None) -> str:
    """Return the text in a stored answer; "" when there is none."""
    text = (answer or {}).get("text")
    return text if isinstance(text, str) else ""


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade by the first answer that takes the text (rules A1, B, D5)."""
    text = typed_text(answer)
    if is_unsure(answer) or not text.strip():
        return unmarked(answer, RULE)
    verdict = item.rule.judge(text)
    return graded(verdict.fraction, (Part("text", verdict.fraction, verdict.why),), RULE)


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return a row for what was typed, and where allowed one for the best answer."""
    rows = []
    text = "" if is_unsure(answer) else typed_text(answer)
    if text.strip():
        rows.append(_own_row(item, text, allowed))
    if allowed.key:
        rows.append(_key_row(item, allowed, [row.get("reason") for row in rows]))
    return {"rows": rows, "unsure": is_unsure(answer), "blank": not text.strip() and not is_unsure(answer)}


def _own_row(item: Item, text: str, allowed: Disclosure) -> dict[str, Any]:
    verdict = item.rule.judge(text)
    row: dict[str, Any] = {"text": text, "mine": True}
    if allowed.correctness:
        state = state_of(verdict.fraction)
        row |= {"right": state is State.RIGHT, "partly": state is State.PARTIAL}
        row["slip"] = verdict.slip and verdict.fraction > 0
    if allowed.own_reason:
        row["reason"] = _reason(item, verdict)
    return row


def _reason(item: Item, verdict: TextVerdict) -> str:
    taken = None if verdict.index is None else item.rule.answers[verdict.index]
    if taken is None:
        return item.otherwise
    return taken.reason or (item.reason if taken.fraction == 1 else item.otherwise)


def _key_row(item: Item, allowed: Disclosure, told: list[str | None]) -> dict[str, Any]:
    best = item.rule.best
    row: dict[str, Any] = {"text": "…".join(texts.split(best.text)).strip(), "mine": False, "best": True}
    reason = best.reason or item.reason
    if allowed.all_reasons and reason not in told:
        row["reason"] = reason
    return row


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    if right:
        return {"text": "".join(texts.split(item.rule.best.text)).strip()}
    misses = [each.text for each in item.rule.answers if each.fraction < 1 and len(texts.split(each.text)) == 1]
    believable = [text for text in (*misses, *WRONG) if item.rule.judge(text).fraction < 1]
    return {"text": shuffle(believable, seed, "sample")[0]}

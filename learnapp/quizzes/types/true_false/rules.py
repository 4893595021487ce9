"""True or false: one statement to judge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.domain.ruling import Alternative

FIELDS = frozenset({"answer", "reasons", "misconception"})
TEXTS = ("reasons.*",)
CHOICES = ("true", "false")
RULE = "single"


@dataclass(frozen=True)
class Item:
    """A true-or-false question; answers are {"choice": "true"} or {"choice": "false"}.

    reason_true, reason_false: inline HTML for who chose that. misconception: behind the wrong choice.
    """

    right: bool
    reason_true: str
    reason_false: str
    misconception: str | None = None


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception code, if there is one."""
    code = data.get("misconception")
    return [code] if isinstance(code, str) else []


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored true-or-false: a truth value and a reason for both choices."""
    problems = list(authored.tag_problems(data, ""))
    if not isinstance(data.get("answer"), bool):
        problems.append(Problem("not_true_or_false", "answer"))
    reasons = data.get("reasons")
    if not isinstance(reasons, Mapping):
        return [*problems, *(Problem("missing_reason", f"reasons.{choice}") for choice in CHOICES)]
    problems += authored.unknown_fields(reasons, "reasons", CHOICES)
    problems += authored.text_problems(reasons, "reasons", true="missing_reason", false="missing_reason")
    return problems


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(data["answer"], data["reasons"]["true"], data["reasons"]["false"], data.get("misconception"))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    reasons = {"true": item.reason_true, "false": item.reason_false}
    return {"v": authored.VERSION, "answer": item.right, "reasons": reasons, "misconception": item.misconception}


def public(_item: Item) -> dict[str, Any]:
    """Return nothing: the statement itself is the stem."""
    return {}


def arrange(_item: Item, _seed: int) -> dict[str, Any]:
    """Return nothing: "True" always stands before "False"."""
    return {}


def complete(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" unless true, false or "I am not sure" is chosen."""
    answered = is_unsure(answer) or (answer is not None and answer.get("choice") in CHOICES)
    return [] if answered else [Problem("not_answered")]


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade 1 for the right judgement, else 0 (rules A1)."""
    if not answer or is_unsure(answer):
        return unmarked(answer, RULE)
    choice = answer.get("choice")
    if choice not in CHOICES:
        return graded(Fraction(0), (), RULE)
    right = choice == _key(item)
    return graded(Fraction(right), (Part(choice, Fraction(right), "" if right else "wrong_option"),), RULE)


def _key(item: Item) -> str:
    return CHOICES[0] if item.right else CHOICES[1]


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return a row for "true" and one for "false", with what the disclosure allows of key and reasons."""
    chosen = (answer or {}).get("choice")
    rows = [_row(item, choice, choice == chosen, allowed) for choice in CHOICES]
    return {"rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def _row(item: Item, choice: str, mine: bool, allowed: Disclosure) -> dict[str, Any]:
    row: dict[str, Any] = {"id": choice, "mine": mine}
    if mine and allowed.correctness:
        row["right"] = choice == _key(item)
    if allowed.key:
        row["best"] = choice == _key(item)
    if allowed.all_reasons or (mine and allowed.own_reason):
        row["reason"] = item.reason_true if choice == "true" else item.reason_false
    return row


def alternatives(item: Item) -> dict[str, Alternative]:
    """Return, for both judgements, the statement with that one right (rules A7)."""
    return {choice: Alternative({"choice": choice}, replace(item, right=choice == CHOICES[0])) for choice in CHOICES}


def sample(item: Item, _seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    return {"choice": "true" if item.right is right else "false"}

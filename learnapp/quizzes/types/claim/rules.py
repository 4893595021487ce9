"""Judge evidence: which wording it supports, or what grade a statement deserves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, options
from learnapp.quizzes.domain.grading import Grade, is_unsure
from learnapp.quizzes.domain.options import Option
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.domain.ruling import Alternative

FIELDS = frozenset({"asks", "options", "statement", "grade", "reasons", "misconceptions"})
TEXTS = (*options.TEXTS, "statement", "reasons.*")
WORDING, GRADE = "wording", "grade"
ASKS = (WORDING, GRADE)
LETTERS = ("A", "B", "C", "D")  # of evidence, the best first


@dataclass(frozen=True)
class Item:
    """A question about evidence; answers are {"choice": option id}.

    asks: "wording", with the author's options; or "grade", about the statement (inline HTML), whose options are a,
    b, c and d without a text of their own.
    """

    asks: str
    options: tuple[Option, ...]
    statement: str = ""


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the options, or of the grades."""
    named = set(authored.tags(data, "options"))
    if isinstance(data.get("misconceptions"), Mapping):
        named |= {code for code in data["misconceptions"].values() if isinstance(code, str)}
    return sorted(named)


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored question about evidence; exactly one option is worth full marks."""
    asks = data.get("asks")
    if asks == WORDING:
        return [*options.check(data), *options.one_right_problems(data)]
    return (
        list(_grade_problems(data)) if asks == GRADE else [Problem("unknown_asks", "asks", {"known": ", ".join(ASKS)})]
    )


def _grade_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    yield from authored.text_problems(data, "", statement="missing_text")
    if data.get("grade") not in LETTERS:
        yield Problem("bad_grade", "grade")
    reasons, codes = data.get("reasons"), data.get("misconceptions")
    reasons = reasons if isinstance(reasons, Mapping) else {}
    yield from authored.unknown_fields(reasons, "reasons", LETTERS)
    yield from authored.text_problems(reasons, "reasons", **dict.fromkeys(LETTERS, "missing_reason"))
    if codes is None:
        return
    if not isinstance(codes, Mapping):
        yield Problem("not_a_mapping", "misconceptions")
        return
    yield from authored.unknown_fields(codes, "misconceptions", LETTERS)
    for letter, code in codes.items():
        if not authored.is_text(code):
            yield Problem("bad_misconception", f"misconceptions.{letter}")


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    if data["asks"] == WORDING:
        return Item(WORDING, options.parse(data))
    codes = data.get("misconceptions") or {}
    grades = [
        {"id": letter.lower(), "text": "", "reason": data["reasons"][letter], "right": letter == data["grade"],
         "misconception": codes.get(letter)}
        for letter in LETTERS
    ]  # fmt: skip
    return Item(GRADE, options.parse({"options": grades}), data["statement"])


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    if item.asks == WORDING:
        return {"v": authored.VERSION, "asks": WORDING, "options": options.dump(item.options)}
    by_letter = dict(zip(LETTERS, item.options, strict=True))
    return {
        "v": authored.VERSION,
        "asks": GRADE,
        "statement": item.statement,
        "grade": next(letter for letter, option in by_letter.items() if option.right),
        "reasons": {letter: option.reason for letter, option in by_letter.items()},
        "misconceptions": {key: option.misconception for key, option in by_letter.items() if option.misconception},
    }


def public(item: Item) -> dict[str, Any]:
    """Return the wordings without keys and reasons, or the statement to grade."""
    if item.asks == WORDING:
        return {"asks": WORDING, **options.public_one(item.options)}
    return {"asks": GRADE, "statement": item.statement}


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of the wordings by seed; grades always stand from A to D."""
    return options.arrange(item.options, seed) if item.asks == WORDING else {}


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" unless one of the options, or "I am not sure", is chosen."""
    answered = is_unsure(answer) or (answer or {}).get("choice") in choices(shown)
    return [] if answered else [Problem("not_answered")]


def choices(shown: Mapping[str, Any]) -> list[str]:
    """Return the ids that may be chosen."""
    if shown["asks"] == WORDING:
        return [option["id"] for option in shown["options"]]
    return [letter.lower() for letter in LETTERS]


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade the chosen option's fraction; 0 for a blank or an unknown id (rules A1, D1)."""
    return options.grade_one(item.options, answer)


def reveal(
    item: Item, answer: Mapping[str, Any] | None, arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return the statement and the options as shown, with what the disclosure allows of key and reasons."""
    chosen = [(answer or {}).get("choice")]
    order = {"options": [option.id for option in item.options], **arrangement}
    rows = options.rows(item.options, chosen, options.full(item.options), order, allowed)
    return {
        "asks": item.asks,
        "statement": item.statement,
        "rows": rows,
        "unsure": is_unsure(answer),
        "blank": not answer,
    }


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

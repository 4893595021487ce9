"""Match pairs: every thing on the left gets one of the choices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, paper
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"choices", "pairs", "scoring", "choose"})
TEXTS = ("choose", "choices[].text", "pairs[].text", "pairs[].reason")
PAIRS = "pairs"
ALL_OR_NOTHING = "all_or_nothing"
RULES = (PAIRS, ALL_OR_NOTHING)
AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose; several pairs may share it, or none have it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing on the left with its right choice. reason: why that choice."""

    id: str
    text: str
    choice: str
    reason: str
    misconception: str | None = None


@dataclass(frozen=True)
class Item:
    """A matching question; answers are {"pairs": {pair id: choice id}}. choose: text of the empty option."""

    pairs: tuple[Pair, ...]
    choices: tuple[Choice, ...]
    choose: str
    scoring: str = PAIRS


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the pairs."""
    return authored.tags(data, "pairs")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored matching: each pair's choice is one of the choices."""
    problems = list(authored.list_problems(data, "choices", AT_LEAST, ("id", "text")))
    problems += authored.list_problems(data, "pairs", AT_LEAST, ("id", "text", "choice", "reason", "misconception"))
    for field in ("choices", "pairs"):
        problems += authored.id_problems(data, field)
    known = [choice.get("id") for _, choice in authored.mappings(data, "choices")]
    for place, choice in authored.mappings(data, "choices"):
        problems += authored.text_problems(choice, place, text="missing_text")
    for place, pair in authored.mappings(data, "pairs"):
        problems += authored.text_problems(pair, place, text="missing_text", reason="missing_reason")
        problems += authored.tag_problems(pair, place)
        if pair.get("choice") is None or pair["choice"] not in known:
            problems.append(Problem("key_not_a_choice", f"{place}.choice"))
    problems += authored.text_problems(data, "", choose="missing_text")
    return problems + list(authored.scoring_problems(data, RULES))


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(
        pairs=tuple(
            Pair(each["id"], each["text"], each["choice"], each["reason"], each.get("misconception"))
            for each in data["pairs"]
        ),
        choices=tuple(Choice(each["id"], each["text"]) for each in data["choices"]),
        choose=data["choose"],
        scoring=data.get("scoring", PAIRS),
    )


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    names = ("id", "text", "choice", "reason", "misconception")
    return {
        "v": authored.VERSION,
        "choices": [{"id": choice.id, "text": choice.text} for choice in item.choices],
        "pairs": [{name: getattr(pair, name) for name in names} for pair in item.pairs],
        "choose": item.choose,
        "scoring": item.scoring,
    }


def public(item: Item) -> dict[str, Any]:
    """Return both sides without the key; pairs as authored, choices in an order that does not depend on it."""
    texts = {choice.id: choice.text for choice in item.choices}
    return {
        "pairs": [{"id": pair.id, "text": pair.text} for pair in item.pairs],
        "choices": [{"id": key, "text": texts[key]} for key in paper.shuffle(texts, 0, "public")],
        "choose": item.choose,
        "scoring": item.scoring,
    }


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of the choices by seed; the left side keeps the author's order."""
    return {"choices": paper.shuffle([choice.id for choice in item.choices], seed, "choices")}


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" for a blank, "pair_missing" until every pair has a choice."""
    if is_unsure(answer):
        return []
    given = given_pairs(answer)
    if not given:
        return [Problem("not_answered")]
    return [] if all(pair["id"] in given for pair in shown["pairs"]) else [Problem("pair_missing")]


def given_pairs(answer: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the pairs in a stored answer; what is no id is none."""
    pairs = (answer or {}).get("pairs")
    if not isinstance(pairs, Mapping):
        return {}
    return {key: choice for key, choice in pairs.items() if isinstance(choice, str)}


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade right pairs over pairs, a blank pair is wrong; all_or_nothing: every pair (rules A1, D6)."""
    if not answer or is_unsure(answer):
        return unmarked(answer, item.scoring)
    given = given_pairs(answer)
    if not given:
        return unmarked(None, item.scoring)
    parts = tuple(_part(pair, given) for pair in item.pairs)
    fraction = sum((part.fraction for part in parts), Fraction(0)) / len(parts)
    if item.scoring == ALL_OR_NOTHING:
        fraction = Fraction(fraction == 1)
    return graded(fraction, parts, item.scoring)


def _part(pair: Pair, given: Mapping[str, str]) -> Part:
    if pair.id not in given:
        return Part(pair.id, Fraction(0), "blank")
    right = given[pair.id] == pair.choice
    return Part(pair.id, Fraction(right), "" if right else "wrong_choice")


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return a row per pair with the learner's choice, and what the disclosure allows of key and reasons.

    A pair's reason tells its right choice, so with the learner's own reasons alone it is shown only for
    pairs that are right.
    """
    given = given_pairs(answer)
    texts = {choice.id: choice.text for choice in item.choices}
    rows = [_row(pair, given, texts, allowed) for pair in item.pairs]
    return {"rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def _row(pair: Pair, given: Mapping[str, str], texts: Mapping[str, str], allowed: Disclosure) -> dict[str, Any]:
    chosen = given.get(pair.id)
    hit = chosen == pair.choice
    row: dict[str, Any] = {"id": pair.id, "text": pair.text, "chosen": texts.get(chosen or "")}
    if allowed.marks and row["chosen"] is not None:
        row["right"] = hit
    if allowed.key:
        row["best"] = texts[pair.choice]
    if allowed.all_reasons or (allowed.own_reason and hit):
        row["reason"] = pair.reason
    return row


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    pairs = {pair.id: pair.choice for pair in item.pairs}
    if not right:
        missed = shuffle(pairs, seed, "sample")[0]
        others = [choice.id for choice in item.choices if choice.id != pairs[missed]]
        pairs[missed] = shuffle(others, seed, "sample choice")[0]
    return {"pairs": pairs}

"""Match pairs: every thing on the left gets one of the choices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, pairs, paper
from learnapp.quizzes.domain.grading import is_unsure
from learnapp.quizzes.domain.pairs import PAIRS
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"choices", "pairs", "scoring", "choose"})
TEXTS = ("choose", "choices[].text", "pairs[].text", "pairs[].reason")
FIELD = "pairs"  # of a stored answer
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

    @property
    def key(self) -> dict[str, str]:
        """The right choice of each pair."""
        return {pair.id: pair.choice for pair in self.pairs}


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
    return problems + list(authored.scoring_problems(data, pairs.RULES))


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


PAIRING = pairs.Pairing(FIELD, "pair_missing")
complete, grade = PAIRING.complete, PAIRING.grade
count_back, keep_right = PAIRING.count_back, PAIRING.keep_right


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return a row per pair with the learner's choice, and what the disclosure allows of key and reasons.

    A pair's reason tells its right choice, so with the learner's own reasons alone it is shown only for
    pairs that are right.
    """
    given = pairs.given(answer, FIELD)
    texts = {choice.id: choice.text for choice in item.choices}
    rows = [pairs.row((pair.id, pair.text), pair.reason, item.key, given, texts, allowed) for pair in item.pairs]
    return {"rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    return {FIELD: pairs.sample(item.key, [choice.id for choice in item.choices], seed, right)}

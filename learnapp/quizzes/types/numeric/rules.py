"""A number to type, right within a tolerance, with its unit where the author wants it typed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, numbers
from learnapp.quizzes.domain.grading import Grade, Part, State, graded, is_unsure, state_of, unmarked
from learnapp.quizzes.domain.numbers import Accepted, NumberRule, NumberVerdict, number_text
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"unit", "reason", "misses", "otherwise", *numbers.RULE_FIELDS})
TEXTS = ("unit", "reason", "otherwise", "answers[].reason", "misses[].reason")
RULE = "tolerance"
AFTER, BEFORE = "after", "before"  # where a typed unit stands


@dataclass(frozen=True, slots=True)
class Miss:
    """A range of wrong numbers with its own reason; an end of None is open, ends are inclusive."""

    low: Fraction | None
    high: Fraction | None
    reason: str
    misconception: str | None = None

    def holds(self, number: Fraction) -> bool:
        """Say whether a number is in the range."""
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


@dataclass(frozen=True)
class Item:
    """A numeric question; answers are {"text": as typed}.

    rule: the accepted numbers, and the units that are typed with them. unit: shown beside the field, never
    typed. reason: for a right number; otherwise: for any number that neither an answer nor a miss explains.
    """

    rule: NumberRule
    reason: str
    otherwise: str
    unit: str = ""
    misses: tuple[Miss, ...] = ()

    @property
    def answers(self) -> tuple[Accepted, ...]:
        """The accepted numbers in order."""
        return self.rule.answers


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the misses."""
    return authored.tags(data, "misses")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored numeric question: at least one number is worth full marks."""
    problems = list(authored.text_problems(data, "", reason="missing_reason", otherwise="missing_reason"))
    if data.get("unit") is not None and not isinstance(data["unit"], str):
        problems.append(Problem("missing_text", "unit"))
    if data.get("unit") and data.get("units"):
        problems.append(Problem("shown_and_typed_unit", "unit"))
    problems += numbers.rule_problems(data)
    return problems + list(_miss_problems(data))


def _miss_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    if data.get("misses") is None:
        return
    yield from authored.list_problems(data, "misses", 0, ("from", "to", "reason", "misconception"))
    for place, miss in authored.mappings(data, "misses"):
        yield from authored.text_problems(miss, place, reason="missing_reason")
        yield from authored.tag_problems(miss, place)
        ends = [miss.get(end) for end in ("from", "to")]
        low, high = (authored.number(end) for end in ends)
        if [low, high].count(None) != ends.count(None):
            yield Problem("not_a_number", place)
        elif ends == [None, None] or (low is not None and high is not None and low > high):
            yield Problem("empty_range", place)


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data. Raises ValueError for numbers that `check_data` would report."""
    authored.check_version(data)
    return Item(
        rule=numbers.parse_rule(data),
        reason=data["reason"],
        otherwise=data["otherwise"],
        unit=data.get("unit") or "",
        misses=tuple(_miss(each) for each in data.get("misses") or ()),
    )


def _miss(data: Mapping[str, Any]) -> Miss:
    low, high = (None if data.get(end) is None else numbers.exact(data[end]) for end in ("from", "to"))
    return Miss(low, high, data["reason"], data.get("misconception"))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item; numbers as exact texts such as "1/50"."""
    return {
        "v": authored.VERSION,
        "reason": item.reason,
        "otherwise": item.otherwise,
        "unit": item.unit,
        "misses": [_dump_miss(miss) for miss in item.misses],
        **numbers.dump_rule(item.rule),
    }


def _dump_miss(miss: Miss) -> dict[str, Any]:
    ends = {"from": None if miss.low is None else str(miss.low), "to": None if miss.high is None else str(miss.high)}
    return ends | {"reason": miss.reason, "misconception": miss.misconception}


def public(item: Item) -> dict[str, Any]:
    """Return what a page may show: the unit, whether one is typed and where, what it costs, whether near is enough.

    odd: unit names that cannot be told from the number without knowing them; others stay in the key.
    """
    shown: dict[str, Any] = {"unit": item.unit, "near": any(each.amount > 0 for each in item.answers)}
    if item.rule.units:
        penalty = item.rule.penalty
        shown["typed_unit"] = BEFORE if item.rule.units_before else AFTER
        shown["odd"] = sorted(item.rule.odd_units)
        shown["penalty"] = {"percent": number_text(penalty.share * 100, 0), "of": penalty.of}
    return shown


def arrange(_item: Item, _seed: int) -> dict[str, Any]:
    """Return nothing: there is nothing to shuffle."""
    return {}


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" for a blank, "not_a_number" for what cannot be read (it may still be handed in)."""
    if is_unsure(answer):
        return []
    if not answer:
        return [Problem("not_answered")]
    return [] if is_readable(shown, typed_text(answer)) else [Problem("not_a_number")]


def is_readable(shown: Mapping[str, Any], text: str) -> bool:
    """Say whether a text is a number, or a number with a unit where one is to be typed (rules D4)."""
    if "typed_unit" not in shown:
        return numbers.read_number(text) is not None
    return numbers.read_quantity(text, shown["odd"], shown["typed_unit"] == BEFORE) is not None


def typed_text(answer: Mapping[str, Any] | None) -> str:
    """Return the text in a stored answer; "" when there is none."""
    text = (answer or {}).get("text")
    return text if isinstance(text, str) else ""


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade by the first answer that takes the number; an unreadable text earns 0 (rules A1, B, D4)."""
    if not answer or is_unsure(answer):
        return unmarked(answer, RULE)
    verdict = item.rule.judge(typed_text(answer))
    return graded(verdict.fraction, (Part("number", verdict.fraction, verdict.why),), RULE)


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return a row for what was typed, and where allowed one for the best answer with its limits."""
    rows = []
    if answer and not is_unsure(answer):
        rows.append(_own_row(item, answer, allowed))
    if allowed.key:
        told = [row.get("reason") for row in rows]
        rows.append(_key_row(item, allowed, told))
    return {"rows": rows, "unit": item.unit, "unsure": is_unsure(answer), "blank": not answer}


def _own_row(item: Item, answer: Mapping[str, Any], allowed: Disclosure) -> dict[str, Any]:
    verdict = item.rule.judge(typed_text(answer))
    row: dict[str, Any] = {"typed": answer.get("text"), "mine": True, "readable": verdict.number is not None}
    if allowed.correctness:
        state = state_of(verdict.fraction)
        row |= {"right": state is State.RIGHT, "partly": state is State.PARTIAL}
        if verdict.why in {numbers.UNIT_MISSING, numbers.UNIT_WRONG}:
            row |= {"unit_said": verdict.why, "earned": number_text(verdict.fraction * 100, 0)}
    if allowed.own_reason:
        row["reason"] = _reason(item, verdict)
    return row


def _reason(item: Item, verdict: NumberVerdict) -> str:
    taken = None if verdict.index is None else item.answers[verdict.index]
    if taken and not taken.anything:
        return taken.reason or (item.reason if taken.fraction == 1 else item.otherwise)
    hits = [miss.reason for miss in item.misses if verdict.number is not None and miss.holds(verdict.number)]
    return hits[0] if hits else (taken and taken.reason) or item.otherwise


def _key_row(item: Item, allowed: Disclosure, told: Sequence[str | None]) -> dict[str, Any]:
    best = item.rule.best
    low, high = best.limits()
    row: dict[str, Any] = {"value": _said(item.rule, best.value), "mine": False, "best": True}
    if low != high:
        row |= {"low": _said(item.rule, low), "high": _said(item.rule, high)}
    reason = best.reason or item.reason
    if allowed.all_reasons and reason not in told:
        row["reason"] = reason
    return row


def _said(rule: NumberRule, value: Fraction) -> str:
    """Return a number for people; where a unit is typed, with the one whose multiplier is nearest to 1."""
    if not rule.units:
        return number_text(value)
    name, multiplier = min(rule.units.items(), key=lambda each: abs(each[1] - 1))
    number = number_text(value * multiplier)
    return f"{name} {number}" if rule.units_before else f"{number} {name}"


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    value = item.rule.best.value
    if not right:
        highest = max(answer.limits()[1] for answer in item.answers if not answer.anything)
        beyond = [highest + factor * (abs(highest) + 1) for factor in (1, 2, 4)]
        value = shuffle(beyond, seed, "sample")[0]
    return {"text": _said(item.rule, value)}

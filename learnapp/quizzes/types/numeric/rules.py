"""A number to type, right within a tolerance."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.numbers import number_text, read_number
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"answers", "unit", "reason", "misses", "otherwise"})
TEXTS = ("unit", "reason", "otherwise", "answers[].reason", "misses[].reason")
KINDS = ("absolute", "relative", "geometric")
ALLOWANCE = Fraction(1, 10**14)  # relative: the last digit of ordinary floating numbers (rules B)
RULE = "tolerance"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted number. amount: the tolerance, read by kind. fraction: what it earns."""

    value: Fraction
    kind: str = "absolute"
    amount: Fraction = Fraction(0)
    fraction: Fraction = Fraction(1)
    reason: str | None = None

    def limits(self) -> tuple[Fraction, Fraction]:
        """Return lowest and highest number accepted, both inclusive (rules A1, B)."""
        if self.kind == "geometric":
            ends = (self.value / (1 + self.amount), self.value * (1 + self.amount))
            return min(ends), max(ends)
        width = self.amount * abs(self.value) if self.kind == "relative" else self.amount
        return self.value - width, self.value + width

    def takes(self, number: Fraction) -> bool:
        """Say whether a number is inside, with a relative allowance of 1e-14."""
        low, high = self.limits()
        allowance = ALLOWANCE * max(abs(low), abs(high), abs(self.value))
        return low - allowance <= number <= high + allowance


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

    answers: tried in order, the first that takes the number decides. unit: shown beside the field, never
    typed. reason: for a right number; otherwise: for any number that neither an answer nor a miss takes.
    """

    answers: tuple[Accepted, ...]
    reason: str
    otherwise: str
    unit: str = ""
    misses: tuple[Miss, ...] = ()


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the misses."""
    return authored.tags(data, "misses")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored numeric question: at least one answer is worth full marks."""
    problems = list(authored.text_problems(data, "", reason="missing_reason", otherwise="missing_reason"))
    if data.get("unit") is not None and not isinstance(data["unit"], str):
        problems.append(Problem("missing_text", "unit"))
    problems += authored.list_problems(data, "answers", 1, ("value", "tolerance", "fraction", "reason"))
    for place, answer in authored.mappings(data, "answers"):
        problems += _answer_problems(answer, place)
    answers = [answer for _, answer in authored.mappings(data, "answers")]
    if answers and all(authored.number(answer.get("fraction", 1)) != 1 for answer in answers):
        problems.append(Problem("no_right_answer", "answers"))
    return problems + list(_miss_problems(data))


def _answer_problems(answer: Mapping[str, Any], place: str) -> Iterator[Problem]:
    if authored.number(answer.get("value")) is None:
        yield Problem("not_a_number", f"{place}.value")
    fraction = authored.number(answer.get("fraction", 1))
    if fraction is None or not 0 < fraction <= 1:
        yield Problem("bad_fraction", f"{place}.fraction")
    if "reason" in answer:
        yield from authored.text_problems(answer, place, reason="missing_reason")
    tolerance = answer.get("tolerance", {"kind": KINDS[0], "amount": 0})
    if not isinstance(tolerance, Mapping):
        yield Problem("not_a_mapping", f"{place}.tolerance")
        return
    yield from authored.unknown_fields(tolerance, f"{place}.tolerance", ("kind", "amount"))
    if tolerance.get("kind") not in KINDS:
        yield Problem("unknown_tolerance", f"{place}.tolerance.kind", {"known": ", ".join(KINDS)})
    amount = authored.number(tolerance.get("amount"))
    if amount is None or amount < 0:
        yield Problem("bad_tolerance", f"{place}.tolerance.amount")


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
        answers=tuple(_accepted(each) for each in data["answers"]),
        reason=data["reason"],
        otherwise=data["otherwise"],
        unit=data.get("unit") or "",
        misses=tuple(_miss(each) for each in data.get("misses") or ()),
    )


def _number(value: Any) -> Fraction:
    number = authored.number(value)
    if number is None:
        raise ValueError("not a number")
    return number


def _accepted(data: Mapping[str, Any]) -> Accepted:
    tolerance = data.get("tolerance", {"kind": KINDS[0], "amount": 0})
    fraction = _number(data.get("fraction", 1))
    return Accepted(
        _number(data["value"]), tolerance["kind"], _number(tolerance["amount"]), fraction, data.get("reason")
    )


def _miss(data: Mapping[str, Any]) -> Miss:
    low, high = (None if data.get(end) is None else _number(data[end]) for end in ("from", "to"))
    return Miss(low, high, data["reason"], data.get("misconception"))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item; numbers as exact texts such as "1/50"."""
    return {
        "v": authored.VERSION,
        "answers": [_dump_accepted(answer) for answer in item.answers],
        "reason": item.reason,
        "otherwise": item.otherwise,
        "unit": item.unit,
        "misses": [_dump_miss(miss) for miss in item.misses],
    }


def _dump_accepted(answer: Accepted) -> dict[str, Any]:
    tolerance = {"kind": answer.kind, "amount": str(answer.amount)}
    dumped = {"value": str(answer.value), "tolerance": tolerance, "fraction": str(answer.fraction)}
    return dumped | ({} if answer.reason is None else {"reason": answer.reason})


def _dump_miss(miss: Miss) -> dict[str, Any]:
    ends = {"from": None if miss.low is None else str(miss.low), "to": None if miss.high is None else str(miss.high)}
    return ends | {"reason": miss.reason, "misconception": miss.misconception}


def public(item: Item) -> dict[str, Any]:
    """Return the unit, all that a page may show."""
    return {"unit": item.unit}


def arrange(_item: Item, _seed: int) -> dict[str, Any]:
    """Return nothing: there is nothing to shuffle."""
    return {}


def complete(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" for a blank, "not_a_number" for what cannot be read (it may still be handed in)."""
    if is_unsure(answer):
        return []
    if not answer:
        return [Problem("not_answered")]
    return [] if _read(answer) is not None else [Problem("not_a_number")]


def _read(answer: Mapping[str, Any] | None) -> Fraction | None:
    text = (answer or {}).get("text")
    return read_number(text) if isinstance(text, str) else None


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade by the first answer that takes the number; an unreadable text earns 0 (rules A1, D4)."""
    if not answer or is_unsure(answer):
        return unmarked(answer, RULE)
    number = _read(answer)
    if number is None:
        return graded(Fraction(0), (Part("number", Fraction(0), "unreadable"),), RULE)
    taken = _taken(item, number)
    fraction = taken.fraction if taken else Fraction(0)
    return graded(fraction, (Part("number", fraction, "" if taken else "outside"),), RULE)


def _taken(item: Item, number: Fraction) -> Accepted | None:
    return next((answer for answer in item.answers if answer.takes(number)), None)


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
    number = _read(answer)
    taken = None if number is None else _taken(item, number)
    row: dict[str, Any] = {"typed": answer.get("text"), "mine": True, "readable": number is not None}
    if allowed.marks:
        row["right"] = taken is not None and taken.fraction == 1
    if allowed.own_reason:
        row["reason"] = (taken.reason or item.reason) if taken else _miss_reason(item, number)
    return row


def _miss_reason(item: Item, number: Fraction | None) -> str:
    hits = [miss.reason for miss in item.misses if number is not None and miss.holds(number)]
    return hits[0] if hits else item.otherwise


def _key_row(item: Item, allowed: Disclosure, told: Sequence[str | None]) -> dict[str, Any]:
    best = next(answer for answer in item.answers if answer.fraction == 1)
    low, high = best.limits()
    row: dict[str, Any] = {"value": number_text(best.value), "mine": False, "best": True}
    if low != high:
        row |= {"low": number_text(low), "high": number_text(high)}
    reason = best.reason or item.reason
    if allowed.all_reasons and reason not in told:
        row["reason"] = reason
    return row


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    best = next(answer for answer in item.answers if answer.fraction == 1)
    if right:
        return {"text": number_text(best.value)}
    highest = max(answer.limits()[1] for answer in item.answers)
    beyond = [highest + factor * (abs(highest) + 1) for factor in (1, 2, 4)]
    return {"text": number_text(shuffle(beyond, seed, "sample")[0])}

"""Options to choose from: what single choice, choose-all and judging evidence have in common."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, paper
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.review import Disclosure

TEXTS = ("options[].text", "options[].reason")
FIELDS = ("id", "text", "reason", "right", "fraction", "misconception")
AT_LEAST = 2
ONE_ANSWER = "single"
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Option:
    """One option. text, reason: inline HTML. misconception: the code of the error behind a wrong one.

    fraction: what choosing it is worth, -1..1; `right: true` is 1. weight: see `choosing.weighted`.
    """

    id: str
    text: str
    reason: str
    fraction: Fraction
    misconception: str | None = None
    weight: Fraction = ONE

    @property
    def right(self) -> bool:
        """Say whether choosing it earns anything."""
        return self.fraction > 0


def check(data: Mapping[str, Any], *more: str) -> Iterator[Problem]:
    """Yield the problems of authored options, but for the number of right ones. more: further known fields."""
    yield from authored.list_problems(data, "options", AT_LEAST, (*FIELDS, *more))
    yield from authored.id_problems(data, "options")
    for place, option in authored.mappings(data, "options"):
        yield from authored.text_problems(option, place, text="missing_text", reason="missing_reason")
        yield from authored.tag_problems(option, place)
        yield from _worth_problems(option, place)


def _worth_problems(option: Mapping[str, Any], place: str) -> Iterator[Problem]:
    if not isinstance(option.get("right", False), bool):
        yield Problem("not_yes_or_no", f"{place}.right")
    if "fraction" not in option:
        return
    if "right" in option:
        yield Problem("right_and_fraction", f"{place}.fraction")
    fraction = authored.number(option["fraction"])
    if fraction is None or abs(fraction) > 1:
        yield Problem("bad_share", f"{place}.fraction")


def worth(option: Mapping[str, Any]) -> Fraction:
    """Return what an authored option is worth: its fraction, or 1 where `right` says so; 0 for what is no number."""
    if "fraction" in option:
        return authored.number(option["fraction"]) or ZERO
    return ONE if option.get("right") is True else ZERO


def one_right_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the problems of options of which one and only one is worth full marks (rules A1)."""
    full = [
        f"{place}.{'fraction' if 'fraction' in option else 'right'}"
        for place, option in authored.mappings(data, "options")
        if worth(option) == 1
    ]
    if not full:
        yield Problem("no_right_option", "options")
    for place in full[1:]:
        yield Problem("second_right_option", place)


def parse(data: Mapping[str, Any]) -> tuple[Option, ...]:
    """Read checked options. Raises ValueError for a weight that is no number."""
    return tuple(_parsed(each) for each in data["options"])


def _parsed(each: Mapping[str, Any]) -> Option:
    weight = authored.number(each.get("weight", 1))
    if weight is None:
        raise ValueError("a weight is not a number")
    return Option(each["id"], each["text"], each["reason"], worth(each), each.get("misconception"), weight)


def dump(options: Collection[Option]) -> list[dict[str, Any]]:
    """Write options as JSON that parses to equal ones."""
    return [_dumped(option) for option in options]


def _dumped(option: Option) -> dict[str, Any]:
    whole = option.fraction in (0, 1)
    value = {"right": option.right} if whole else {"fraction": str(option.fraction)}
    written = {"id": option.id, "text": option.text, "reason": option.reason, **value}
    return written | {"misconception": option.misconception} | _weight(option)


def _weight(option: Option) -> dict[str, str]:
    return {} if option.weight == 1 else {"weight": str(option.weight)}


def public(options: Collection[Option]) -> list[dict[str, str]]:
    """Return ids and texts, in an order that does not depend on the author's."""
    texts = {option.id: option.text for option in options}
    return [{"id": key, "text": texts[key]} for key in paper.shuffle(texts, 0, "public")]


def public_one(options: Collection[Option]) -> dict[str, Any]:
    """Return what a page may show of options of which one is chosen; takes: one of them takes points away."""
    takes = {"takes": True} if any(option.fraction < 0 for option in options) else {}
    return {"options": public(options), **takes}


def arrange(options: Collection[Option], seed: int) -> dict[str, Any]:
    """Return the order in which a page shows the options."""
    return {"options": paper.shuffle([option.id for option in options], seed, "options")}


def grade_one(options: Collection[Option], answer: Mapping[str, Any] | None) -> Grade:
    """Grade {"choice": id}: the chosen option's fraction, which may be negative; 0 for an unknown id (rules A1, D1)."""
    if not answer or is_unsure(answer):
        return unmarked(answer, ONE_ANSWER)
    parts = tuple(
        Part(option.id, option.fraction, "" if option.fraction == 1 else "wrong_option")
        for option in options
        if option.id == answer.get("choice")
    )
    return graded(sum((part.fraction for part in parts), Fraction(0)), parts, ONE_ANSWER)


def called_right(options: Collection[Option], key: str) -> tuple[Option, ...]:
    """Return the options with this one right too, worth as much as the best of them (rules A7)."""
    most = max((option.fraction for option in options), default=ONE)
    worth = most if most > 0 else ONE
    return tuple(replace(each, fraction=max(each.fraction, worth)) if each.id == key else each for each in options)


def full(options: Collection[Option]) -> list[str]:
    """Return the ids of the options that are worth full marks."""
    return [option.id for option in options if option.fraction == 1]


def rows(
    options: Collection[Option],
    chosen: Collection[Any],
    best: Collection[str],
    arrangement: Mapping[str, Any],
    allowed: Disclosure,
) -> list[dict[str, Any]]:
    """Return one review row per option, as arranged: text, mine, and right, best and reason where allowed.

    best: the ids that should have been chosen. An own option that is none of them and yet earns something is
    `partly` right.
    """
    by_id = {option.id: option for option in options}
    shown = [by_id[key] for key in arrangement["options"] if key in by_id]
    return [_row(option, option.id in chosen, option.id in best, allowed) for option in shown]


def _row(option: Option, mine: bool, best: bool, allowed: Disclosure) -> dict[str, Any]:
    row: dict[str, Any] = {"id": option.id, "text": option.text, "mine": mine}
    if mine and allowed.correctness:
        row["right"] = best
        if option.right and not best:
            row["partly"] = True
    if allowed.key:
        row["best"] = best
    if allowed.all_reasons or (mine and allowed.own_reason):
        row["reason"] = option.reason
    return row

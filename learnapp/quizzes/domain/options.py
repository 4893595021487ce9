"""Options to tick: what single choice and choose-all have in common."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, paper
from learnapp.quizzes.domain.review import Disclosure

TEXTS = ("options[].text", "options[].reason")
FIELDS = ("id", "text", "reason", "right", "misconception")
AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Option:
    """One option. text, reason: inline HTML. misconception: the code of the error behind a wrong one."""

    id: str
    text: str
    reason: str
    right: bool
    misconception: str | None = None


def check(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the problems of authored options, but for the number of right ones."""
    yield from authored.list_problems(data, "options", AT_LEAST, FIELDS)
    yield from authored.id_problems(data, "options")
    for place, option in authored.mappings(data, "options"):
        yield from authored.text_problems(option, place, text="missing_text", reason="missing_reason")
        yield from authored.tag_problems(option, place)
        if not isinstance(option.get("right", False), bool):
            yield Problem("not_yes_or_no", f"{place}.right")


def right_places(data: Mapping[str, Any]) -> list[str]:
    """Return the places of the options that the author calls right."""
    return [place for place, option in authored.mappings(data, "options") if option.get("right") is True]


def parse(data: Mapping[str, Any]) -> tuple[Option, ...]:
    """Read checked options."""
    return tuple(
        Option(each["id"], each["text"], each["reason"], each.get("right", False), each.get("misconception"))
        for each in data["options"]
    )


def dump(options: Collection[Option]) -> list[dict[str, Any]]:
    """Write options as JSON that parses to equal ones."""
    return [{name: getattr(option, name) for name in FIELDS} for option in options]


def public(options: Collection[Option]) -> list[dict[str, str]]:
    """Return ids and texts, in an order that does not depend on the author's."""
    texts = {option.id: option.text for option in options}
    return [{"id": key, "text": texts[key]} for key in paper.shuffle(texts, 0, "public")]


def arrange(options: Collection[Option], seed: int) -> dict[str, Any]:
    """Return the order in which a page shows the options."""
    return {"options": paper.shuffle([option.id for option in options], seed, "options")}


def rows(
    options: Collection[Option], chosen: Collection[Any], arrangement: Mapping[str, Any], allowed: Disclosure
) -> list[dict[str, Any]]:
    """Return one review row per option, as arranged: text, mine, and right, best and reason where allowed."""
    by_id = {option.id: option for option in options}
    return [_row(by_id[key], key in chosen, allowed) for key in arrangement["options"] if key in by_id]


def _row(option: Option, mine: bool, allowed: Disclosure) -> dict[str, Any]:
    row: dict[str, Any] = {"id": option.id, "text": option.text, "mine": mine}
    if mine and allowed.marks:
        row["right"] = option.right
    if allowed.key:
        row["best"] = option.right
    if allowed.all_reasons or (mine and allowed.own_reason):
        row["reason"] = option.reason
    return row

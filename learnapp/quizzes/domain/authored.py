"""Reading authored questions: texts by pattern, parts with ids, numbers, and the problems in them."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Any

from learnapp.kit.errors import Problem

Change = Callable[[Any, str], Any]
VERSION = 1
RESERVED = frozenset({"unsure"})  # "<base>.unsure" and the value "unsure" belong to "I am not sure"
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_LENGTH = 40
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:/[1-9]\d*)?", re.ASCII)
NUMBER_LENGTH = 40


def map_texts(data: Mapping[str, Any], change: Change, patterns: Sequence[str]) -> dict[str, Any]:
    """Return a copy of data with every text at one of the patterns replaced by change(text, place).

    A pattern is a path: "choose", "options[].text" (in every list item), "reasons.*" (every value). What
    does not have the expected shape is left as it is, for the check to report.
    """
    copy = dict(data)
    for pattern in patterns:
        copy = _mapped(copy, pattern.replace("[]", ".[]").split("."), "", change)
    return copy


def _mapped(value: Any, steps: Sequence[str], place: str, change: Change) -> Any:
    if not steps:
        return value if value is None else change(value, place)
    step, rest = steps[0], steps[1:]
    if step == "[]":
        if not isinstance(value, list | tuple):
            return value
        return [_mapped(each, rest, f"{place}[{n}]", change) for n, each in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    keys = list(value) if step == "*" else [key for key in (step,) if key in value]
    return dict(value) | {key: _mapped(value[key], rest, _at(place, str(key)), change) for key in keys}


def is_text(value: Any) -> bool:
    """Say whether a value is a text with something in it."""
    return isinstance(value, str) and bool(value.strip())


def _at(place: str, field: str) -> str:
    return f"{place}.{field}" if place else field


def text_problems(data: Mapping[str, Any], place: str, **fields: str) -> Iterator[Problem]:
    """Yield a problem for every named field that holds no text: text="missing_text" names the code."""
    for field, code in fields.items():
        if not is_text(data.get(field)):
            yield Problem(code, _at(place, field))


def unknown_fields(data: Mapping[str, Any], place: str, known: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for every field that does not exist, such as a misspelt one."""
    for field in data:
        if field not in known:
            yield Problem("unknown_field", place, {"field": str(field)})


def mappings(data: Mapping[str, Any], field: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the mappings in a list field, each with its place ("options[2]"); what is none is left out."""
    listed = data.get(field)
    if not isinstance(listed, list | tuple):
        return []
    return [(f"{field}[{n}]", each) for n, each in enumerate(listed) if isinstance(each, Mapping)]


def list_problems(data: Mapping[str, Any], field: str, at_least: int, known: Collection[str]) -> Iterator[Problem]:
    """Yield the problems of a list of mappings: too few, an entry of another shape, unknown fields."""
    listed = data.get(field)
    if not isinstance(listed, list | tuple) or len(listed) < at_least:
        yield Problem("too_few", field, {"at_least": at_least})
        return
    for n, each in enumerate(listed):
        if isinstance(each, Mapping):
            yield from unknown_fields(each, f"{field}[{n}]", known)
        else:
            yield Problem("not_a_mapping", f"{field}[{n}]")


def id_problems(data: Mapping[str, Any], field: str) -> Iterator[Problem]:
    """Yield the problems of the ids in a list: missing or malformed, reserved, used twice."""
    seen: set[str] = set()
    for place, part in mappings(data, field):
        key = part.get("id")
        if not isinstance(key, str) or not ID.fullmatch(key) or len(key) > ID_LENGTH:
            yield Problem("bad_id", f"{place}.id")
        elif key in RESERVED:
            yield Problem("reserved_id", f"{place}.id", {"id": key})
        elif key in seen:
            yield Problem("duplicate_id", f"{place}.id", {"id": key})
        else:
            seen.add(key)


def scoring_problems(data: Mapping[str, Any], rules: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem when `scoring` names a rule that does not exist; absent means the first one."""
    if data.get("scoring", rules[0]) not in rules:
        yield Problem("unknown_scoring", "scoring", {"known": ", ".join(rules)})


def tag_problems(data: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Yield a problem when `misconception` is there and is not a code."""
    if data.get("misconception") is not None and not is_text(data["misconception"]):
        yield Problem("bad_misconception", _at(place, "misconception"))


def tags(data: Mapping[str, Any], *fields: str) -> list[str]:
    """Return the misconception codes named in the given lists, sorted, each once."""
    named = {part.get("misconception") for field in fields for _, part in mappings(data, field)}
    return sorted(tag for tag in named if isinstance(tag, str))


def number(value: Any) -> Fraction | None:
    """Return an authored number exactly, as its decimal digits say, or None when it is none.

    Takes int, float (0.1 means one tenth), and texts such as "0.1" or "1/3". No NaN, no infinity.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(repr(float(value))) if isfinite(value) else None
    return _number_in(value) if isinstance(value, str) and len(value) <= NUMBER_LENGTH else None


@lru_cache(maxsize=1024)  # the same few are read again with every question of every attempt
def _number_in(text: str) -> Fraction | None:
    return Fraction(text) if NUMBER.fullmatch(text) else None


def check_version(data: Mapping[str, Any]) -> None:
    """Raise ValueError for stored JSON of a version that this code does not know."""
    if data.get("v", VERSION) != VERSION:
        raise ValueError("unknown version of a stored question")

"""When a quiz opens and closes, as authors write it: a date with its time and its zone."""

import re
from datetime import UTC, date, datetime
from typing import Any

from learnapp.accounts.domain import time_zones
from learnapp.kit.errors import Problem
from learnapp.kit.moments import wall_moment

LIKE = "like 2026-12-01T08:00+01:00 or 2026-12-01 08:00 Europe/London"
_OFFSET = re.compile(r"(.+?) ?(Z|[+-]\d\d:\d\d)", re.ASCII)


def moment(value: Any) -> Any:
    """Return what is written as a moment (UTC); leave null as it is. Raises ValueError with what to write instead.

    value: what YAML made of it: text, a date, or a date with a time.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"Add the zone, {LIKE}.")
        return value.astimezone(UTC)
    if isinstance(value, date):
        raise ValueError(f"Add the time and the zone, {LIKE}.")
    return _from_text(value) if isinstance(value, str) else _unreadable()


def _from_text(text: str) -> datetime:
    with_offset = _OFFSET.fullmatch(text.strip())
    wall, _space, zone = (with_offset[1], "", with_offset[2]) if with_offset else text.strip().rpartition(" ")
    if not with_offset and zone not in time_zones():
        return _unreadable()
    found = wall_moment(wall, "UTC" if with_offset else zone)
    if isinstance(found, Problem):
        return _unfit(found)
    return datetime.fromisoformat(f"{found:%Y-%m-%dT%H:%M}{zone}").astimezone(UTC) if with_offset else found


def _unreadable() -> datetime:
    raise ValueError(f"Write a date with its time and its zone, {LIKE}.")


def _unfit(problem: Problem) -> datetime:
    if problem.code == "moment_skipped":
        raise ValueError(
            "There is no such time: the clocks go from {last} to {next} in that night.".format(**problem.values)
        )
    if problem.code == "moment_far":
        raise ValueError("Write a year from {first} to {last}.".format(**problem.values))
    return _unreadable()


def waits(value: Any) -> Any:
    """Return the two waits, or raise ValueError with how to write them."""
    if isinstance(value, list) and len(value) == 2 and all(type(each) is int for each in value):
        return tuple(value)
    raise ValueError("Write `waits` as two numbers of minutes: after the first try, and after each later one.")

"""Reading what an instructor typed as other times and tries: pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from learnapp.cohorts.domain import MOST_MINUTES, MOST_TRIES, Override, override_problems
from learnapp.kit.errors import Problem
from learnapp.kit.moments import wall_moment

MINUTES = ("extra_minutes", "limit_minutes")
TRIES = ("extra_attempts", "attempt_limit")
MOMENTS = ("opens_at", "closes_at")
FIELDS = (*MINUTES, "time_factor", *MOMENTS, *TRIES)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_FACTOR = re.compile(r"(\d{1,3})(?:[.,](\d{1,4}))?", re.ASCII)


def override_given(
    typed: Mapping[str, str], reason: str, personal: bool, quiz: bool, zone: str
) -> tuple[Override, list[Problem]]:
    """Return the override that the fields of a form say, and what is wrong with it: each problem's place is a field.

    typed: a text for each of FIELDS, "" where it stays as it is; moments are those of clocks in `zone`. A time
    factor takes a point or a comma: "1,5" is 3/2. Problems beside those of `override_problems`: "not_whole",
    "not_factor", and those of `wall_moment`.
    """
    values: dict[str, Any] = {}
    problems = []
    for name in FIELDS:
        found = _read(name, typed.get(name, "").strip(), zone)
        if isinstance(found, Problem):
            problems.append(Problem(found.code, name, found.values))
        values[name] = None if isinstance(found, Problem) else found
    override = Override(personal, quiz, **values)
    found_later = [_placed(one, override) for one in override_problems(override, reason)]
    return override, problems + [one for one in found_later if not (problems and one.code == "nothing_changed")]


def _read(name: str, text: str, zone: str) -> int | Fraction | datetime | Problem | None:
    if not text:
        return None
    if name in MOMENTS:
        return wall_moment(text, zone)
    if name == "time_factor":
        match = _FACTOR.fullmatch(text)
        return Fraction(f"{match[1]}.{match[2] or 0}") if match else Problem("not_factor")
    return int(text) if _WHOLE.fullmatch(text) else Problem("not_whole")


def _placed(problem: Problem, override: Override) -> Problem:
    """Return the problem at the field of the form where it can be put right."""
    ranges = {"minutes": (MINUTES, MOST_MINUTES), "tries": (TRIES, MOST_TRIES)}
    if problem.place in ranges:
        names, most = ranges[problem.place]
        too_many = (name for name in names if (getattr(override, name) or 0) > most)
        return Problem(problem.code, next(too_many, names[0]), problem.values)
    return Problem(problem.code, MINUTES[0], problem.values) if problem.place == "form" else problem

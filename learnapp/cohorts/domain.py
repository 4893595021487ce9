"""Join codes, short enough to read out without signs that look alike; and what an override of times gives."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import TypeVar

from learnapp.kit.errors import Problem

# No 0 and O, no 1, I and L. 31 signs at 8 places: about 850 thousand million codes.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
LEARNER, INSTRUCTOR = "learner", "instructor"


def new_code() -> str:
    """Return a random join code, such as "K7MR4TXW"."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def tidy_code(text: str) -> str | None:
    """Return the code that somebody typed ("k7mr-4txw", "K7MR 4TXW"), or None when it cannot be one."""
    code = text.replace("-", "").replace(" ", "").upper()
    fits = len(code) == CODE_LENGTH and all(sign in CODE_SIGNS for sign in code)
    return code if fits else None


def spaced_code(code: str) -> str:
    """Return the code in two halves, for reading out: "K7MR-4TXW"."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


@dataclass(frozen=True, slots=True)
class Override:
    """Another time or number of tries for one person or one group, in one quiz or in every one (rules A4.2).

    personal: for one person, not for a group. quiz: of one quiz, not of every quiz. None: leaves it as it is.
    limit_minutes and attempt_limit stand instead of the quiz's, 0 for no limit; extra_minutes, time_factor (of
    the time limit, such as 3/2) and extra_attempts come on top.
    """

    personal: bool
    quiz: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    limit_minutes: int | None = None
    extra_minutes: int | None = None
    time_factor: Fraction | None = None
    attempt_limit: int | None = None
    extra_attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """Times and tries of one person in one quiz. limit: minutes, None without one; extra: minutes on top of it.

    attempt_limit: all tries, None without a limit; extra_attempts: how many of them are the person's own.
    """

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    limit: int | None = None
    extra: int = 0
    attempt_limit: int | None = None
    extra_attempts: int = 0


T = TypeVar("T")
A = TypeVar("A", bound=Allowance)
MOST_MINUTES, MOST_FACTOR, MOST_TRIES, REASON = 60 * 24 * 7, 10, 100, 500


def allowance(base: A, overrides: Iterable[Override]) -> A:
    """Return what one person has in a quiz whose own times are `base` (rules A4.2, D10).

    Each setting by itself: a person's own override beats those of their groups, which beat the quiz; among a
    person's own the one for this quiz beats the one for every quiz, and of equals the one that comes last; among
    groups the most generous: earliest opening, latest closing, longest time, most tries. 0 is no limit and wins.
    Extra time moves the closing as well, unless the person has a closing of their own.
    """
    found = sorted(overrides, key=lambda one: one.quiz, reverse=True)
    mine = [one for one in found if one.personal]
    groups = [one for one in found if not one.personal]
    own_limit = _pick(mine, groups, lambda one: one.limit_minutes, _longest, base.limit)
    total = _with_extra(own_limit or None, mine, groups)
    limit, extra = _parts(base.limit, total)
    tries = _pick(mine, groups, lambda one: one.attempt_limit, _longest, base.attempt_limit) or None
    more = _pick(mine, groups, lambda one: one.extra_attempts, max, 0) or 0
    tries, more = _parts(base.attempt_limit, tries + more if tries else None)
    shift = extra or (_pick(mine, groups, lambda one: one.extra_minutes, max, 0) or 0)
    return replace(
        base,
        opens_at=_pick(mine, groups, lambda one: one.opens_at, min, base.opens_at),
        closes_at=_closing(mine, groups, base.closes_at, shift),
        limit=limit,
        extra=extra,
        attempt_limit=tries + more if tries else None,
        extra_attempts=more,
    )


def _pick(
    mine: Sequence[Override], groups: Sequence[Override], read: Callable[[Override], T | None],
    best: Callable[[list[T]], T], otherwise: T | None,
) -> T | None:  # fmt: skip
    for one in mine:
        value = read(one)
        if value is not None:
            return value
    given = [value for value in map(read, groups) if value is not None]
    return best(given) if given else otherwise


def _longest(values: list[int]) -> int:
    return 0 if 0 in values else max(values)


def _with_extra(limit: int | None, mine: Sequence[Override], groups: Sequence[Override]) -> int | None:
    """Return the time limit with what comes on top of it, in whole minutes, rounded up."""
    if limit is None:
        return None

    def extra(one: Override) -> int | None:
        if one.extra_minutes is None and one.time_factor is None:
            return None
        return ceil(limit * ((one.time_factor or 1) - 1)) + (one.extra_minutes or 0)

    return limit + (_pick(mine, groups, extra, max, 0) or 0)


def _parts(own: int | None, total: int | None) -> tuple[int | None, int]:
    """Split a total into the quiz's own part and what comes on top: 45 of a quiz with 30 is 30 and 15."""
    if total is None:
        return None, 0
    return (own, total - own) if own and total > own else (total, 0)


def _closing(
    mine: Sequence[Override], groups: Sequence[Override], closes_at: datetime | None, shift: int
) -> datetime | None:  # fmt: skip
    personal = next((one.closes_at for one in mine if one.closes_at is not None), None)
    if personal is not None:
        return personal
    closing = _pick([], groups, lambda one: one.closes_at, max, closes_at)
    return None if closing is None else closing + timedelta(minutes=shift)


def override_problems(override: Override, reason: str) -> list[Problem]:
    """Return what is wrong with an override that somebody wants to make; [] when it is fit.

    "nothing_changed", "minutes_range" (most), "factor_range" (most), "tries_range" (most), "closes_before_opens",
    "reason_needed", "reason_long" (most).
    """
    minutes = [each for each in (override.limit_minutes, override.extra_minutes) if each is not None]
    tries = [each for each in (override.attempt_limit, override.extra_attempts) if each is not None]
    factor, opens, closes = override.time_factor, override.opens_at, override.closes_at
    unchanged = replace(override, personal=True, quiz=True) == Override(personal=True)
    found = [
        ("nothing_changed", "form", unchanged, {}),
        ("minutes_range", "minutes", any(not 0 <= each <= MOST_MINUTES for each in minutes), {"most": MOST_MINUTES}),
        ("factor_range", "time_factor", factor is not None and not 1 <= factor <= MOST_FACTOR, {"most": MOST_FACTOR}),
        ("tries_range", "tries", any(not 0 <= each <= MOST_TRIES for each in tries), {"most": MOST_TRIES}),
        ("closes_before_opens", "closes_at", bool(opens and closes and closes <= opens), {}),
        ("reason_needed", "reason", not reason.strip(), {}),
        ("reason_long", "reason", len(reason) > REASON, {"most": REASON}),
    ]
    return [Problem(code, place, values) for code, place, wrong, values in found if wrong]

"""What an override gives: own before group before quiz, the most generous group, and time that moves the close."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.cohorts.domain import (
    MOST_FACTOR,
    MOST_MINUTES,
    MOST_TRIES,
    REASON,
    Allowance,
    Override,
    override_problems,
)
from learnapp.cohorts.domain import allowance as resolve

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
QUIZ = Allowance(opens_at=NOON, closes_at=NOON + DAY, limit=30, attempt_limit=3)


def mine(**values: object) -> Override:
    return Override(personal=True, **values)  # type: ignore[arg-type]


def group(**values: object) -> Override:
    return Override(personal=False, **values)  # type: ignore[arg-type]


def test_without_an_override_it_is_the_quizs_own() -> None:
    assert resolve(QUIZ, []) == QUIZ
    assert resolve(Allowance(), []) == Allowance()


@pytest.mark.parametrize(
    ("override", "limit", "extra", "later"),
    [
        (mine(extra_minutes=15), 30, 15, 15),
        (mine(time_factor=F(3, 2)), 30, 15, 15),
        (mine(time_factor=F(5, 4)), 30, 8, 8),  # 7.5 minutes are given as 8
        (mine(time_factor=F(3, 2), extra_minutes=5), 30, 20, 20),
        (mine(limit_minutes=45), 30, 15, 15),
        (mine(limit_minutes=40, time_factor=F(3, 2)), 30, 30, 30),
        (mine(limit_minutes=20), 20, 0, 0),
        (mine(limit_minutes=0), None, 0, 0),
        (mine(limit_minutes=0, extra_minutes=10), None, 0, 10),
    ],
)
def test_time_is_told_in_parts_and_moves_the_closing(
    override: Override, limit: int | None, extra: int, later: int
) -> None:
    given_time = resolve(QUIZ, [override])
    assert (given_time.limit, given_time.extra) == (limit, extra)
    assert given_time.closes_at == NOON + DAY + later * MINUTE
    assert given_time.opens_at == NOON


def test_ones_own_beats_the_groups_and_each_setting_stands_by_itself() -> None:
    both = resolve(QUIZ, [group(extra_minutes=60, attempt_limit=9, opens_at=NOON - DAY), mine(extra_minutes=5)])
    assert (both.extra, both.attempt_limit, both.opens_at) == (5, 9, NOON - DAY)


def test_the_one_for_this_quiz_beats_the_one_for_every_quiz_and_the_newer_the_older() -> None:
    assert resolve(QUIZ, [mine(extra_minutes=5, quiz=False), mine(extra_minutes=2)]).extra == 2
    assert resolve(QUIZ, [mine(extra_minutes=7), mine(extra_minutes=2)]).extra == 7  # the newest comes first


def test_among_groups_the_most_generous_counts() -> None:
    early, late = NOON - DAY, NOON + 3 * DAY
    found = resolve(
        QUIZ,
        [
            group(opens_at=NOON - MINUTE, closes_at=late, limit_minutes=40, attempt_limit=4, extra_attempts=1),
            group(opens_at=early, closes_at=NOON + 2 * DAY, limit_minutes=35, attempt_limit=5, extra_attempts=2),
        ],
    )
    assert (found.opens_at, found.limit, found.extra) == (early, 30, 10)
    assert found.closes_at == late + 10 * MINUTE
    assert (found.attempt_limit, found.extra_attempts) == (7, 4)


@pytest.mark.parametrize("which", [mine, group])
def test_no_limit_wins(which: type[Override]) -> None:
    free = resolve(QUIZ, [which(limit_minutes=0, attempt_limit=0)])
    assert (free.limit, free.attempt_limit, free.extra_attempts) == (None, None, 0)
    two = resolve(QUIZ, [group(limit_minutes=90, attempt_limit=9), group(limit_minutes=0, attempt_limit=0)])
    assert (two.limit, two.attempt_limit) == (None, None)


def test_a_closing_of_ones_own_is_taken_as_it_is() -> None:
    own = resolve(QUIZ, [mine(closes_at=NOON + 2 * DAY, extra_minutes=15), group(closes_at=NOON + 9 * DAY)])
    assert own.closes_at == NOON + 2 * DAY
    assert own.extra == 15


def test_tries_are_told_in_parts() -> None:
    more = resolve(QUIZ, [mine(extra_attempts=1)])
    assert (more.attempt_limit, more.extra_attempts) == (4, 1)
    other = resolve(QUIZ, [mine(attempt_limit=5)])
    assert (other.attempt_limit, other.extra_attempts) == (5, 2)
    fewer = resolve(QUIZ, [mine(attempt_limit=2)])
    assert (fewer.attempt_limit, fewer.extra_attempts) == (2, 0)
    assert resolve(Allowance(), [mine(extra_attempts=1)]).attempt_limit is None


@given(
    st.lists(
        st.builds(
            Override,
            personal=st.booleans(),
            quiz=st.booleans(),
            extra_minutes=st.none() | st.integers(0, 90),
            time_factor=st.none() | st.fractions(1, 3, max_denominator=8),
            extra_attempts=st.none() | st.integers(0, 5),
        ),
        max_size=5,
    )
)
def test_what_only_adds_never_takes_away(overrides: list[Override]) -> None:
    found = resolve(QUIZ, overrides)
    assert found.limit == 30
    assert found.extra >= 0
    assert found.closes_at is not None
    assert found.closes_at >= NOON + DAY
    assert (found.attempt_limit or 0) >= 3
    assert resolve(QUIZ, overrides) == found


@pytest.mark.parametrize(
    ("override", "reason", "codes"),
    [
        (mine(extra_minutes=5), "dyslexia", []),
        (mine(), "dyslexia", ["nothing_changed"]),
        (group(quiz=False), "x", ["nothing_changed"]),
        (mine(extra_minutes=5), "  ", ["reason_needed"]),
        (mine(extra_minutes=5), "x" * (REASON + 1), ["reason_long"]),
        (mine(extra_minutes=5), "x" * REASON, []),
        (mine(extra_minutes=-1), "x", ["minutes_range"]),
        (mine(limit_minutes=MOST_MINUTES), "x", []),
        (mine(limit_minutes=MOST_MINUTES + 1), "x", ["minutes_range"]),
        (mine(time_factor=F(1, 2)), "x", ["factor_range"]),
        (mine(time_factor=F(1)), "x", []),
        (mine(time_factor=F(MOST_FACTOR)), "x", []),
        (mine(time_factor=F(MOST_FACTOR) + F(1, 100)), "x", ["factor_range"]),
        (mine(attempt_limit=0), "x", []),
        (mine(extra_attempts=MOST_TRIES + 1), "x", ["tries_range"]),
        (mine(attempt_limit=-1), "x", ["tries_range"]),
        (mine(opens_at=NOON, closes_at=NOON), "x", ["closes_before_opens"]),
        (mine(opens_at=NOON, closes_at=NOON + MINUTE), "x", []),
        (mine(extra_minutes=-1, time_factor=F(0)), "", ["minutes_range", "factor_range", "reason_needed"]),
    ],
)
def test_what_is_wrong_with_an_override(override: Override, reason: str, codes: list[str]) -> None:
    assert [problem.code for problem in override_problems(override, reason)] == codes

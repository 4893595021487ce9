"""When an attempt may start and when it ends, for each learner's own times and tries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from learnapp.quizzes.domain.times import Past, Terms, deadline_for, ended_by, may_start, next_start, tries_left

START = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CLOSES = START + 10 * MINUTE
OPEN = Terms(attempt_limit=3)
WAITS = Terms(waits=(10, 60))


@pytest.mark.parametrize(
    ("limit", "closes", "ends", "by"),
    [
        (None, None, None, None),
        (0, None, None, None),
        (15, None, START + 15 * MINUTE, "limit"),
        (15, CLOSES, CLOSES, "closing"),
        (5, CLOSES, START + 5 * MINUTE, "limit"),
        (None, CLOSES, CLOSES, "closing"),
        (10, CLOSES, CLOSES, "closing"),
    ],
)
def test_the_earlier_end_wins_and_is_named(
    limit: int | None, closes: datetime | None, ends: object, by: object
) -> None:
    assert deadline_for(START, limit, closes) == ends
    assert ended_by(START, limit, closes) == by


def test_the_whole_time_is_the_quizs_and_ones_own() -> None:
    assert Terms(limit=30, extra=15).minutes == 45
    assert Terms(limit=30, extra=15).ends(START) == START + 45 * MINUTE
    assert Terms(limit=30, extra=15, closes_at=CLOSES).ends(START) == CLOSES
    assert Terms(extra=15).minutes is None
    assert Terms().ends(START) is None


@pytest.mark.parametrize(
    ("terms", "past", "code"),
    [
        (Terms(), Past(), None),
        (Terms(), Past(used=99), None),
        (Terms(attempt_limit=0), Past(used=99), None),
        (replace(OPEN, closes_at=CLOSES), Past(used=2), None),
        (OPEN, Past(used=3), "no_tries_left"),
        (OPEN, Past(used=4), "no_tries_left"),
        (OPEN, Past(used=3, has_open=True), "open_attempt"),
        (replace(OPEN, closes_at=START), Past(), "closed"),
        (replace(OPEN, closes_at=START + timedelta(microseconds=1)), Past(), None),
        (replace(OPEN, closes_at=START), Past(used=3), "closed"),
        (replace(OPEN, closes_at=START), Past(has_open=True), "open_attempt"),
        (replace(OPEN, opens_at=START), Past(), None),
        (replace(OPEN, opens_at=START + timedelta(microseconds=1)), Past(), "not_open"),
        (replace(OPEN, opens_at=CLOSES), Past(used=3), "no_tries_left"),
        (replace(OPEN, stop_once_passed=True), Past(used=1, passed=True), "passed"),
        (replace(OPEN, stop_once_passed=True), Past(used=1), None),
        (OPEN, Past(used=1, passed=True), None),
        (replace(OPEN, stop_once_passed=True), Past(used=3, passed=True), "passed"),
        (WAITS, Past(), None),
        (WAITS, Past(used=1, ended_at=START - 10 * MINUTE), None),
        (WAITS, Past(used=1, ended_at=START - 9 * MINUTE), "wait"),
        (WAITS, Past(used=2, ended_at=START - 10 * MINUTE), "wait"),
        (WAITS, Past(used=2, ended_at=START - 60 * MINUTE), None),
        (replace(WAITS, closes_at=CLOSES), Past(used=1, ended_at=START - MINUTE), "wait"),
        (replace(WAITS, closes_at=CLOSES), Past(used=1, ended_at=START), "wait_past_closing"),
        (Terms(waits=(0, 60)), Past(used=1, ended_at=START), None),
        (
            replace(WAITS, closes_at=CLOSES),
            Past(used=1, ended_at=CLOSES),
            None,
        ),  # abandoned, then given a later closing
    ],
)
def test_who_may_start(terms: Terms, past: Past, code: str | None) -> None:
    problem = may_start(terms, past, START)
    assert (problem and problem.code) == code


def test_a_refusal_comes_with_its_moments() -> None:
    def values(terms: Terms, past: Past) -> dict[str, object]:
        problem = may_start(terms, past, START)
        assert problem
        return dict(problem.values)

    assert values(Terms(closes_at=START), Past()) == {"closes_at": START}
    assert values(Terms(opens_at=CLOSES), Past()) == {"opens_at": CLOSES}
    assert values(OPEN, Past(used=3)) == {"limit": 3}
    assert values(WAITS, Past(used=1, ended_at=START)) == {"until": CLOSES}
    past_closing = values(replace(WAITS, closes_at=START + MINUTE), Past(used=1, ended_at=START))
    assert past_closing == {"until": CLOSES, "closes_at": START + MINUTE}


def test_the_wait_is_counted_from_the_end_of_the_newest_try() -> None:
    assert next_start(WAITS, Past(used=1, ended_at=START)) == START + 10 * MINUTE
    assert next_start(WAITS, Past(used=2, ended_at=START)) == START + 60 * MINUTE
    assert next_start(WAITS, Past()) is None
    assert next_start(Terms(waits=(0, 5)), Past(used=1, ended_at=START)) is None
    assert next_start(WAITS, Past(used=1)) is None


def test_tries_left() -> None:
    assert [tries_left(used, 3) for used in (0, 2, 3, 5)] == [3, 1, 0, 0]
    assert tries_left(7, None) is None
    assert tries_left(7, 0) is None

"""Rate limits: counted together by all workers, on both databases, without addresses in the table."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.kit import clock, limits
from learnapp.kit.db import db
from learnapp.kit.errors import TooMany
from learnapp.kit.limits import RateRow, Rule
from tests.together import together


def hits_until_refused(now, times, key="ana@example.org"):
    for number in range(times):
        try:
            limits.hit("sign-in", key, 3, 60, now)
        except TooMany as refusal:
            return number, refusal.values["seconds"]
    return times, None


@pytest.mark.both_databases
def test_the_limit_and_the_wait(app):
    now = clock.now()
    with app.app_context():
        assert hits_until_refused(now, 5) == (3, 60)
        assert hits_until_refused(now + timedelta(seconds=20), 1) == (0, 40)
        assert hits_until_refused(now, 3, "ben@example.org") == (3, None)
        assert hits_until_refused(now + timedelta(seconds=61), 3) == (3, None)


def test_the_longest_wait_of_several_rules(app):
    now = clock.now()
    rules = [Rule("a", "x", 1, 60), Rule("b", "x", 1, 600), Rule("c", "x", 9, 6000)]
    with app.app_context():
        limits.hit_all(rules, now)
        with pytest.raises(TooMany) as refused:
            limits.hit_all(rules, now)
        assert refused.value.values["seconds"] == 600
        limits.hit_all([], now)


def test_no_address_is_readable(app):
    with app.app_context():
        limits.hit("sign-in", "ana@example.org 192.0.2.7", 3, 60, clock.now())
        (key,) = db.session.scalars(select(RateRow.key))
        assert "ana" not in key
        assert "192" not in key


def test_old_windows_are_swept(app):
    now = clock.now()
    with app.app_context():
        limits.hit("a", "x", 3, 60, now)
        limits.hit("b", "x", 3, 600, now)
        limits.sweep(now + timedelta(seconds=61))
        assert len(list(db.session.scalars(select(RateRow)))) == 1


@pytest.mark.both_databases
def test_hits_at_the_same_moment_all_count(app):
    now = clock.now()

    def hit(_number):
        with app.app_context():
            try:
                limits.hit("join", "one", 4, 60, now)
            except TooMany:
                return False
            return True

    assert sorted(together(8, hit)) == [False] * 4 + [True] * 4

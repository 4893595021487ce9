"""A correction whose process is killed in the middle goes on: every attempt exactly once, whoever carries it out."""

import multiprocessing
import os
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from learnapp.corrections import actions, storage
from learnapp.corrections.domain import Decision
from learnapp.corrections.storage import CorrectionEntryRow
from learnapp.corrections.verifying import differences, handed_in
from learnapp.kit import clock
from learnapp.kit.db import db, read
from learnapp.quizzes.domain.ruling import Policy
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow
from tests.people import People
from tests.quizzes.made_up import RIGHT, publish
from tests.together import together

from .conftest import REASON, change, other_choice, sit

pytestmark = pytest.mark.both_databases
KINDS = ["choice", "true_false"]
TRIES = 12  # of each of three people
PATIENCE = 120  # seconds


def _carry_on(folder: str, url: str, public_id: str, ready: Any) -> None:
    """Carry a decision out, one attempt after the other, until killed or done."""
    from tests.made import make_app

    with make_app(Path(folder), url).app_context():
        ready.set()
        while actions.carry_on(public_id, clock.now(), 1):
            time.sleep(0.01)


@pytest.fixture
def decided(app: Flask, people: People) -> str:
    """A decision about 36 tries that nobody has begun to carry out."""
    with app.app_context():
        start = clock.now() - timedelta(days=2)
        publish("many", KINDS, start)
        for n in range(TRIES):
            for who in (people.ana, people.ben, people.cleo):
                sit(who, "many", [{"choice": "ab"[n % 2]}, RIGHT["true_false"]], start + timedelta(hours=n))
        change("many", 1, other_choice(1), clock.now())
        decision = Decision(Policy.NEW_KEY, 1, may_lower=True, reason=REASON)
        public_id, problems = actions.decide(None, "trainee", "many/q1", decision, 0, clock.now())
        assert problems == []
        read().rollback()
        return public_id


def entries() -> int:
    read().rollback()
    return read().scalar(select(func.count()).select_from(CorrectionEntryRow)) or 0


def all_done_once(public_id: str, people: People) -> None:
    """Every attempt has one entry and the score of the new key, and what is kept follows."""
    read().rollback()
    made = storage.correction(read(), public_id)
    assert made.status == "done"
    found = storage.entries(read(), made.id)
    assert len(found) == len({each.attempt for each in found}) == 3 * TRIES
    assert {each.score_before + each.score_after for each in found} == {3}, (
        "1 of 2 became 2 of 2, and the other way round"
    )
    for each in found:
        row = read().query(AttemptRow).filter_by(public_id=each.attempt).one()
        assert (row.score, row.passed) == (each.score_after, each.score_after == 2)
        assert row.rescored_at is not None
    kept = read().query(GradeRow).all()
    assert {(row.score, row.passed) for row in kept} == {(2, True)}
    by_id = {row.id: row.public_id for row in read().query(AttemptRow)}
    firsts = {each.person_id: each.attempt for each in reversed(found) if each.score_after == 2}
    assert {row.person_id: by_id[row.attempt_id] for row in kept} == firsts, "of equals the earliest"
    assert [diff for public_id in handed_in(read()) for diff in differences(read(), public_id)] == []


def test_killed_again_and_again_it_does_every_attempt_once(app: Flask, people: People, decided: str):
    settings = app.config["SETTINGS"]
    context = multiprocessing.get_context("spawn")
    with app.app_context():
        for wanted in (4, 12):
            ready = context.Event()
            arguments = (str(settings.instance_dir), settings.database_url, decided, ready)
            process = context.Process(target=_carry_on, args=arguments)
            process.start()
            assert ready.wait(PATIENCE)
            give_up = time.monotonic() + PATIENCE
            while entries() < wanted and time.monotonic() < give_up:
                time.sleep(0.005)
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join(PATIENCE)
            assert process.exitcode == -signal.SIGKILL
            assert wanted <= entries() < 3 * TRIES, "killed in the middle"
            assert storage.correction(read(), decided).running
        while actions.carry_on_all(clock.now(), 5):
            pass
        all_done_once(decided, people)


def test_several_at_once_do_every_attempt_once(app: Flask, people: People, decided: str):
    def work(_number: int) -> int:
        with app.app_context():
            done = 0
            while storage.correction(read(), decided).running:
                done += actions.carry_on(decided, clock.now(), 5)
                read().rollback()
            db.session.remove()
            return done

    assert sum(together(4, work)) == 3 * TRIES
    with app.app_context():
        all_done_once(decided, people)

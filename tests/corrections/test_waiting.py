"""Handing in at the very moment of a correction: it waits for it, and is graded by what the correction says."""

from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask

from learnapp.corrections import actions, storage
from learnapp.corrections.domain import Decision
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.domain.ruling import Policy
from tests.security.test_matrix import actor_of

from .conftest import KEY, REASON, Sat, scores
from .test_actions import same_again

pytestmark = pytest.mark.both_databases


def test_who_hands_in_while_it_is_corrected_gets_the_new_key(app: Flask, changed: Sat, monkeypatch: Any):
    """On PostgreSQL a statement that waited sees the newest slots, but not the key that they name."""
    ruled, go_on = Event(), Event()
    rule, failed = actions._rule, []

    def slowly(*values: Any) -> None:
        rule(*values)
        ruled.set()
        go_on.wait(5)

    def hand_in() -> None:
        with app.app_context():
            try:
                quizzes.submit(actor_of(changed.people.noor), changed.noor, clock.now())
            except Exception as error:
                failed.append(error)

    def correct(public_id: str) -> None:
        with app.app_context():
            actions.carry_on(public_id, clock.now())

    with app.app_context():
        decision = Decision(Policy.NEW_KEY, 1, may_lower=True, reason=REASON)
        public_id, _problems = actions.decide(changed.author, "trainee", KEY, decision, 0, clock.now())
        for name in ("ana", "ben", "cleo"):  # so that the open one is the only one left, and the first to be ruled
            actions._correct(*_work(public_id), getattr(changed, name), clock.now())
        read().rollback()
        monkeypatch.setattr(actions, "_rule", slowly)
        correcting, handing_in = Thread(target=correct, args=[public_id]), Thread(target=hand_in)
        correcting.start()
        assert ruled.wait(10)
        handing_in.start()
        handing_in.join(1)
        assert handing_in.is_alive(), "it waits for the correction"
        go_on.set()
        correcting.join()
        handing_in.join()
        assert failed == []
        assert scores(changed)["noor"] == (4, 4, True)
        same_again()


def _work(public_id: str) -> tuple[Any, Any]:
    made = storage.correction(read(), public_id)
    return made, actions.plan_for(actions._as_decided(made), made.decision)

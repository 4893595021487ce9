"""A decision with attempts that cannot be graded has an end: it does all others, rests, and can be stopped."""

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from learnapp.corrections import actions, storage
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes.domain.ruling import Policy
from learnapp.quizzes.storage import marking

from .conftest import Sat, papers, scores, sit


@pytest.fixture
def broken(monkeypatch) -> set[str]:
    """The attempts that cannot be scored again."""
    found: set[str] = set()
    whole = marking.rescore

    def rescore(session, paper, rescored) -> None:
        if paper.public_id in found:
            raise ValueError("a broken attempt")
        whole(session, paper, rescored)

    monkeypatch.setattr(marking, "rescore", rescore)
    return found


def made(public_id: str) -> storage.Correction:
    read().rollback()
    return storage.correction(read(), public_id)


@pytest.fixture
def tried(monkeypatch) -> list[str]:
    """Every attempt that was tried, in order."""
    found: list[str] = []
    whole = actions._correct

    def correct(made, plan, attempt_id, now) -> bool:
        found.append(attempt_id)
        return whole(made, plan, attempt_id, now)

    monkeypatch.setattr(actions, "_correct", correct)
    return found


def test_broken_attempts_hold_up_no_others_and_the_worker_rests(app: Flask, changed: Sat, broken, tried):
    with app.app_context():
        broken |= {changed.ana, changed.ben}
        now = clock.now()
        public_id, _none = actions.decide(changed.author, "trainee", "mixed/q1", _both(), 0, now)
        assert actions.carry_on_all(now, 1) == 1, "past two broken ones"
        assert actions.carry_on_all(now, 1) == 1
        assert set(tried) == {changed.ana, changed.ben, changed.cleo, changed.noor}
        tried.clear()
        assert actions.carry_on_all(now, 1) == 0
        assert tried == [changed.ana, changed.ben], "once more"
        assert actions.carry_on_all(now + timedelta(seconds=59), 1) == 0
        assert len(tried) == 2, "it rests"
        broken.clear()
        assert actions.carry_on_all(now + timedelta(seconds=60)) == 2, "and goes on by itself when it can"
        assert not made(public_id).running


def _both():
    from learnapp.corrections.domain import Decision

    return Decision(Policy.BOTH, 1, reason="It was unclear.")


@pytest.mark.both_databases
def test_it_is_stopped_only_when_nothing_more_can_be_done(app: Flask, changed: Sat, sign_in, broken, monkeypatch):
    client = sign_in(changed.people.ines)
    with app.app_context():
        broken |= {changed.ben}
        before = scores(changed)
        public_id, _none = actions.decide(changed.author, "trainee", "mixed/q1", _both(), 0, clock.now())
    path = f"/corrections/{public_id}"
    monkeypatch.setattr(actions.carry_on, "__defaults__", (1,))
    for _turn in range(3):
        assert "Stop it here" in client.get(path).get_data(as_text=True)
        assert client.send(f"{path}/stop").status_code == 303
        with app.app_context():
            assert made(public_id).running, "one of the others was done"
    client.send(f"{path}/stop")
    with app.app_context():
        stopped = made(public_id)
        assert (stopped.status, stopped.reason) == ("done", "It was unclear.")
        assert [one.facts.public_id for one in actions.not_reached(stopped)] == [changed.ben]
        assert scores(changed)["ben"] == before["ben"]
        assert papers(changed)["ben"].slots[0].ruling is None
    page = unescape(client.get(path).get_data(as_text=True))
    assert "1 try could not be scored again." in page
    rows = page.split("Not reached", 1)[1]
    assert "Ben O'Shea" in rows
    assert "Ana Ferreira" not in rows
    assert "Stop it here" not in page
    assert client.send(f"{path}/stop").status_code == 303, "sent twice"


def test_after_a_stop_one_can_decide_anew_and_nothing_of_the_old_one_follows(app: Flask, changed: Sat, broken):
    with app.app_context():
        broken |= {changed.ben}
        first = changed.decide(Policy.BOTH)
        assert made(first).running
        old = made(first)
        assert actions.stop(first, clock.now())
        broken.clear()
        plan = actions.plan_for(actions._as_decided(old), old.decision)
        assert not actions._correct(old, plan, changed.ben, clock.now()), "a worker that began before goes no further"
        changed.decide(Policy.FULL_CREDIT)
        assert scores(changed)["ben"] == (4, 4, True)
        assert [one.facts.public_id for one in actions.not_reached(made(first))] == [changed.ben], "the log stays true"
        assert actions.carry_on_all(clock.now()) == 0


def test_what_was_carried_out_lists_nothing_as_not_reached(app: Flask, changed: Sat):
    """Neither open tries, which have no entry, nor those that start later."""
    with app.app_context():
        public_id = changed.decide(Policy.FULL_CREDIT, 2)
        assert not made(public_id).running
        sit(changed.people.ana, "mixed", [{"choice": "a"}], clock.now() + timedelta(seconds=1))
        read().rollback()
        assert actions.not_reached(made(public_id)) == []
        kept = changed.decide(Policy.KEEP)
        assert actions.not_reached(made(kept)) == []

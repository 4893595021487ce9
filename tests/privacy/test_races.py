"""Erasing while others write: saves, starts, joining, a change of the profile, a second erasure; on both databases."""

import json
from dataclasses import replace
from datetime import timedelta
from threading import Event, Timer

import pytest
from flask import Flask
from sqlalchemy import func, select

from learnapp.accounts import actions as accounts
from learnapp.accounts.domain import TEACH
from learnapp.accounts.storage import PersonRow
from learnapp.cohorts import actions as cohorts
from learnapp.cohorts.domain import Override
from learnapp.cohorts.storage import EnrolmentRow, OverrideRow
from learnapp.kit import clock
from learnapp.kit.db import db, read
from learnapp.kit.errors import Refusal
from learnapp.privacy import actions
from learnapp.privacy.storage import FILE, ErasureRow
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.actions import Target, allowing
from learnapp.quizzes.storage.rows import AttemptRow, SlotRow, StepRow
from tests.people import People
from tests.quizzes.made_up import publish
from tests.security.test_matrix import actor_of
from tests.together import together

pytestmark = pytest.mark.both_databases


def count(row) -> int:
    return read().scalar(select(func.count()).select_from(row)) or 0


def in_app(app: Flask, act) -> str:
    """Do it as a request of its own would; return "done" or the refusal."""
    with app.app_context():
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            db.session.remove()
        return "done"


def test_saves_that_are_under_way_leave_nothing(app: Flask, people: People):
    ana, now = actor_of(people.ana), clock.now()
    with app.app_context():
        publish("words", ["free_text"] * 4, now - timedelta(hours=1))
        attempt = quizzes.start(ana, "words", now, 1)

    def act(number: int) -> str:
        if number == 7:
            return in_app(app, lambda: actions.erase_address(people.ana.email, clock.now()))
        answer = {"text": f"zqx{number}"}
        place = 1 + number % 4
        return in_app(app, lambda: quizzes.save_answer(ana, attempt, place, 0, answer, None, clock.now(), None))

    replies = together(16, act)
    assert replies[7] == "done"
    assert set(replies) <= {"done", "attempt", "stale"}
    with app.app_context():
        assert [count(row) for row in (AttemptRow, SlotRow, StepRow)] == [0, 0, 0]


def test_what_began_before_and_ended_after_is_swept(app: Flask, people: People):
    noor, now = actor_of(people.noor), clock.now()
    with app.app_context():
        publish("words", ["free_text"], now - timedelta(hours=1))
    acts = [
        lambda: actions.erase_address(people.noor.email, clock.now()),
        lambda: quizzes.start(noor, "words", clock.now(), 1),
        lambda: cohorts.join(noor, people.g1_code, clock.now()),
        lambda: accounts.save_profile(noor, "Noor Again", "patient", None),
        lambda: accounts.open_session(noor.id, clock.now()),
    ]
    replies = together(len(acts), lambda number: in_app(app, acts[number]))
    assert replies[0] == "done"
    with app.app_context():
        # The actors were loaded before, as in a request that is under way; what they still write is swept.
        for late in acts[1:3]:
            in_app(app, late)
        assert read().get_one(PersonRow, noor.id).name == ""
        assert count(AttemptRow) == 1
        actions.sweep(clock.now())
        assert count(AttemptRow) == 0
        mine = read().scalars(select(EnrolmentRow).where(EnrolmentRow.person_id == noor.id)).all()
        assert not mine
        person = read().get_one(PersonRow, noor.id)
        assert (person.name, person.track, person.active) == ("", None, False)


def test_erasing_at_once_is_erasing_once(app: Flask, people: People):
    ana = actor_of(people.ana)
    farewell = None
    replies = together(8, lambda _n: in_app(app, lambda: actions._erase(ana.public_id, farewell, clock.now())))
    assert replies == ["done"] * 8
    with app.app_context():
        assert count(ErasureRow) == 1
    lines = (app.config["SETTINGS"].instance_dir / FILE).read_text().splitlines()
    assert [json.loads(line)["person"] for line in lines] == [people.ana.public_id]


def test_two_people_at_once_make_two_whole_lines(app: Flask, people: People):
    both = (people.ana, people.ben, people.cleo, people.noor)
    together(4, lambda n: in_app(app, lambda: actions.erase_address(both[n].email, clock.now())))
    lines = (app.config["SETTINGS"].instance_dir / FILE).read_text().splitlines()
    assert {json.loads(line)["person"] for line in lines} == {someone.public_id for someone in both}


def test_other_times_that_are_given_meanwhile_hold_nothing_up(app: Flask, people: People, monkeypatch):
    """Both lock the open try before they name the person: the other order would be a deadlock on PostgreSQL."""
    ana, ines = actor_of(people.ana), replace(actor_of(people.ines), grants=frozenset({TEACH}))
    half_way, go_on = Event(), Event()
    retime = allowing.retime

    def slowly(*values) -> int:
        half_way.set()
        go_on.wait(5)
        return retime(*values)

    def act(number: int) -> str:
        if number == 0:
            target = Target(people.g1, people.ana.public_id, "timed")
            more = Override(personal=True, extra_minutes=5)
            return in_app(app, lambda: quizzes.allow(ines, target, more, "Needs time", clock.now()))
        half_way.wait(10)
        Timer(1, go_on.set).start()
        return in_app(app, lambda: actions.erase_address(people.ana.email, clock.now()))

    with app.app_context():
        publish("timed", ["choice"], clock.now() - timedelta(hours=1), minutes=30)
        quizzes.start(ana, "timed", clock.now(), 1)
        db.session.remove()
    monkeypatch.setattr(allowing, "retime", slowly)
    assert together(2, act) == ["done", "done"]
    with app.app_context():
        assert (count(OverrideRow), count(AttemptRow)) == (0, 0)

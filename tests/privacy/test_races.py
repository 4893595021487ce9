"""Erasing while others write: saves, starts, joining, a change of the profile, a second erasure; on both databases."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from learnapp.accounts import actions as accounts
from learnapp.accounts.storage import PersonRow
from learnapp.cohorts import actions as cohorts
from learnapp.cohorts.storage import EnrolmentRow
from learnapp.kit import clock
from learnapp.kit.db import db, read
from learnapp.kit.errors import Refusal
from learnapp.privacy import actions
from learnapp.privacy.storage import FILE, ErasureRow
from learnapp.quizzes import actions as quizzes
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

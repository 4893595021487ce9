"""What is sent to a try that is over is refused in words that are true of it: handed in, or abandoned."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes.storage.rows import AttemptRow, SlotRow
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.made_up import publish
from tests.sitting.test_autosave import Tab

SignIn = Callable[[Someone], JudgingClient]
HANDED_IN = "handed in the answers|handed in your answers|handed in already|saved before counts"


def make_late(app: Flask) -> None:
    """Let the only attempt's ten minutes be over for a minute."""
    with app.app_context(), write() as session:
        row = session.query(AttemptRow).one()
        for name in ("started_at", "deadline", "check_at"):
            setattr(row, name, getattr(row, name) - timedelta(minutes=11))


@pytest.fixture
def late(app: Flask, people: People, sign_in: SignIn) -> Tab:
    """Ana's try of a quiz that must be handed in, a minute after its end; nobody has looked at it since."""
    with app.app_context():
        publish("strict", ["choice"] * 2, clock.now(), minutes=10, settings={"deadline_policy": "abandon"})
    tab = Tab(sign_in(people.ana), "strict")
    make_late(app)
    return tab


@pytest.mark.parametrize("first", ["autosave", "page", "submit"])
def test_nobody_is_told_that_an_abandoned_try_was_handed_in(late: Tab, first: str) -> None:
    forms = {"page": f"{late.attempt}/questions/1", "submit": f"{late.attempt}/submit"}
    order = ["autosave", "page", "submit"]
    closed = False
    for way in [first, *order]:  # the first closes it: handing in so late leads to a page that says so
        if way == "autosave":
            response = late.put(1, 0, {"answer": ["a"]})
            words = response.get_json()["reason"]
        else:
            form = {"csrf_token": late.token, "revision": "0", "answer": "a"}
            response = late.client.post(forms[way], data=form, follow_redirects=True)
            words = response.get_data(as_text=True)
        assert response.status_code == (200 if way == "submit" and not closed else 403)
        closed = True
        assert "does not count" in words, (way, words)
        assert not any(lie in words for lie in HANDED_IN.split("|")), way


def test_an_impossible_answer_to_a_closed_try_does_not_open_its_page_again(app: Flask, people: People, sign_in: SignIn):
    with app.app_context():
        publish("small", ["choice"], clock.now())
    tab = Tab(sign_in(people.ana), "small")
    tab.client.post(f"{tab.attempt}/submit", data={"csrf_token": tab.token})
    form = {"csrf_token": tab.token, "revision": "0", "answer": "nothing"}
    response = tab.client.post(f"{tab.attempt}/questions/1", data=form)
    assert response.status_code == 403
    assert "handed in already" in response.get_data(as_text=True)


def test_a_refused_second_try_leaves_the_question_as_it_was(app: Flask, people: People, sign_in: SignIn):
    settings = {"behaviour": "interactive", "deadline_policy": "grace", "grace_minutes": 60}
    with app.app_context():
        publish("hinted", ["choice"], clock.now(), minutes=10, settings=settings, hints=[{"text": "Think"}])
    tab = Tab(sign_in(people.ana), "hinted")
    page, form = f"{tab.attempt}/questions/1", {"csrf_token": tab.token}
    tab.client.post(page, data={**form, "revision": "0", "answer": "a", "go": "judge"})
    make_late(app)
    response = tab.client.post(page, data={**form, "revision": "1", "go": "again"})
    assert (response.status_code, "time for answering is over" in response.get_data(as_text=True)) == (403, True)
    with app.app_context():
        slot = read().query(SlotRow).one()
        assert (slot.phase, slot.revision) == ("hint", 1)

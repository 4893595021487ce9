"""The learner's own page on real content: nothing yet, reading begun, a quiz open, passed, and no track chosen."""

from datetime import timedelta

import pytest
from flask import Flask

from learnapp.kit import clock
from learnapp.lessons import actions as lessons
from learnapp.quizzes import actions as quizzes
from tests.people import People
from tests.security.test_matrix import actor_of

pytestmark = pytest.mark.usefixtures("school")


def _page(client) -> str:
    return client.get("/progress").get_data(as_text=True)


def test_a_new_learner_has_one_thing_to_do(people: People, sign_in):
    page = _page(sign_in(people.ana))
    assert "Hello Ana." in page
    assert "Start the lesson" in page
    assert "Your scores will be here" in page


@pytest.mark.both_databases
def test_reading_and_an_open_quiz_are_found_again(app: Flask, people: People, sign_in):
    ana, now = actor_of(people.ana), clock.now() - timedelta(hours=1)
    with app.app_context():
        lessons.mark_done(ana, "healing", 1, now)
    client = sign_in(people.ana)
    assert "1 of 6 parts" in _page(client)
    assert "Carry on" in _page(client)
    with app.app_context():
        public_id = quizzes.start(ana, "healing", now, 1)
    page = _page(client)
    assert "Your quiz is waiting" in page
    assert f"/attempts/{public_id}" in page


@pytest.mark.both_databases
def test_scores_say_which_try_counts(app: Flask, people: People, sign_in):
    cleo, now = actor_of(people.cleo, "patient"), clock.now() - timedelta(hours=1)
    with app.app_context():
        for minute in (0, 10):
            public_id = quizzes.start(cleo, "healing", now + timedelta(minutes=minute), minute)
            quizzes.submit(cleo, public_id, now + timedelta(minutes=minute + 5))
    page = _page(sign_in(people.cleo))
    assert page.count(">counts<") == 1
    assert page.count("Not yet") >= 2


def test_without_a_track_the_page_asks_for_one(people: People, sign_in):
    client = sign_in(people.noor)
    assert "Which course is for you?" in _page(client)
    assert client.send("/settings", {"track": "patient", "next": "/progress"}).status_code == 303
    assert "Hello Noor." in _page(client)

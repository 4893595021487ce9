"""The learner's own page on real content: nothing yet, reading begun, a quiz open, passed, and no track chosen."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from learnapp.authoring.publish import publish_if_changed
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.lessons import actions as lessons
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.storage.publishing import hide_other_quizzes
from learnapp.quizzes.storage.standing import sat_by
from tests.authoring.small import write_course
from tests.people import People
from tests.quizzes.made_up import publish
from tests.security.test_matrix import actor_of

SCHOOL = pytest.mark.usefixtures("school")


def _page(client) -> str:
    return client.get("/progress").get_data(as_text=True)


@SCHOOL
def test_a_new_learner_has_one_thing_to_do(people: People, sign_in):
    page = _page(sign_in(people.ana))
    assert "Hello Ana." in page
    assert "Start the lesson" in page
    assert "Your scores will be here" in page


@SCHOOL
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


@SCHOOL
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


FINAL = """\
slug: final
final: true
title: Final test
settings: {keep: average}
pass_percent: {trainee: 80, patient: 70}
sections:
  - {id: layers, title: Layers, intro: Look closely.}
blueprint:
  - {quiz: skin, pool: layers, objective: O1, draw: 1, section: layers}
  - {quiz: skin, pool: open, objective: O2, draw: 1}
"""
DEMO = """\
slug: all-types
title: All question types
settings: {kind: practice, behaviour: immediate, certainty: ask}
pass_percent: 50
blueprint:
  - {quiz: skin, pool: layers, objective: O1, draw: 2}
"""


@pytest.fixture
def small_school(app: Flask, people: People, tmp_path: Path) -> Flask:
    """The small course with a final test, and with a quiz of the demo, published as where the demo runs."""
    root = write_course(tmp_path / "course")
    (root / "content/quizzes/final.yaml").write_text(FINAL)
    (root / "content/demo").mkdir()
    (root / "content/demo/all-types.yaml").write_text(DEMO)
    plain = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(plain, demo=True)
    with app.app_context():
        publish_if_changed(clock.now(), root)
    app.config["SETTINGS"] = plain
    return app


@pytest.mark.both_databases
def test_final_tests_and_practice_stand_after_the_lessons(small_school: Flask, people: People, sign_in):
    client = sign_in(people.ana)
    for path in ("/progress", "/lessons/"):
        page = client.get(path).get_data(as_text=True)
        assert page.index("/quizzes/skin") < page.index("/quizzes/final") < page.index("/quizzes/all-types"), path
        assert "Only in this demo. Practice: not counted." in page
        assert "Questions from every lesson" in page
    assert "All question types" in sign_in(people.cleo).get("/lessons/").get_data(as_text=True)
    page = client.get("/quizzes/final").get_data(as_text=True)
    assert "The average of your scores is kept." in page
    assert "Layers" in page
    assert "The lesson" not in page
    page = client.get("/quizzes/all-types").get_data(as_text=True)
    assert page.count("Practice: not counted.") == 1
    assert "You can check each answer once." in page
    assert "You can say how sure you are." in page
    assert "Pass mark" not in page
    assert "score is kept" not in page.replace("No score is kept.", "")


@pytest.mark.both_databases
def test_a_final_test_says_what_is_known_and_practice_says_nothing(small_school: Flask, people: People, sign_in):
    ana, now = actor_of(people.ana), clock.now() - timedelta(hours=1)
    with small_school.app_context():
        for slug in ("all-types", "final", "final"):
            public_id = quizzes.start(ana, slug, now, 1)
            for n in (1, 2):
                quizzes.save_answer(ana, public_id, n, 0, {"choice": "right"}, None, now)
            quizzes.submit(ana, public_id, now)
    page = _page(sign_in(people.ana))
    assert "Passed, 2 of 2" in page
    assert page.count("Secure") == 2, "of the lesson's two objectives"
    assert page.count("Final test, try") == 2
    assert "All question types, try" not in page
    assert "Hello Ana" in page


@SCHOOL
def test_without_a_track_the_page_asks_for_one(people: People, sign_in):
    client = sign_in(people.noor)
    assert "Which course is for you?" in _page(client)
    assert client.send("/settings", {"track": "patient", "next": "/progress"}).status_code == 303
    assert "Hello Noor." in _page(client)


@pytest.mark.both_databases
def test_every_open_try_waits_on_today_also_practice_and_of_quizzes_taken_away(app: Flask, people: People, sign_in):
    ana, now = actor_of(people.ana), clock.now()
    with app.app_context():
        publish("going", ["choice"], now, minutes=30)
        publish("drill", ["choice"], now, settings={"kind": "practice"})
        opened = [quizzes.start(ana, slug, now, 1) for slug in ("going", "drill")]
        over = quizzes.start(actor_of(people.ben), "going", now, 1)
        quizzes.submit(actor_of(people.ben), over, now)
        with write() as session:
            hide_other_quizzes(session, ["healing"])
    client = sign_in(people.ana)
    page = _page(client)
    for public_id, title in zip(opened, ("going quiz", "drill quiz"), strict=True):
        assert page.count(f'href="/attempts/{public_id}"') == 1
        assert f"carry on with {title}, try 1" in page
    assert page.count("(until ") == 1, "practice has no end"
    with app.app_context():
        assert set(sat_by(read(), ana.id).standings) == {"going"}, "practice counts nowhere"
        for public_id in opened:
            quizzes.submit(ana, public_id, now)
    page = _page(client)
    assert "You have an open try" not in page
    assert "going quiz, try 1" in page, "a name, no code"


@SCHOOL
def test_the_try_to_carry_on_with_is_named_once(app: Flask, people: People, sign_in):
    with app.app_context():
        public_id = quizzes.start(actor_of(people.ana), "healing", clock.now(), 1)
    page = _page(sign_in(people.ana))
    assert page.count(f'href="/attempts/{public_id}"') == 1
    assert "You have an open try" not in page

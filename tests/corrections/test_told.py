"""Points that a correction gave to everybody do not show the key: the question may be asked again."""

from datetime import timedelta

import pytest
from flask import Flask

from learnapp.corrections import actions
from learnapp.corrections.domain import Decision
from learnapp.kit import clock
from learnapp.quizzes.domain.ruling import Policy
from tests.people import People
from tests.quizzes.made_up import RIGHT, WRONG, publish

from .conftest import REASON, sit


@pytest.mark.parametrize(("answer", "shown"), [(WRONG["choice"], False), (RIGHT["choice"], True)])
def test_given_points_are_no_right_answer(app: Flask, people: People, sign_in, answer, shown: bool):
    start = clock.now() - timedelta(hours=3)
    with app.app_context():
        publish("several", ["choice"] * 3, start)
        attempt = sit(people.ana, "several", [WRONG["choice"], answer, WRONG["choice"]], start)
        decision = Decision(Policy.FULL_CREDIT, 1, reason=REASON)
        public_id, _problems = actions.decide(None, "trainee", "several/q1", decision, 0, clock.now())
        actions.carry_on(public_id, clock.now())
    page = sign_in(people.ana).get(f"/attempts/{attempt}/result?show=all").get_data(as_text=True)
    assert "Question 1 · 1 of 1 point" in page
    assert "zkeyz-reason-b-1" not in page
    assert ("Best answer" in page) == shown, "only of an answer that was right"

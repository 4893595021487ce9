"""What the notice about a correction may say: a changed score tells who was wrong, so it waits for the points."""

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from learnapp.accounts import actions as accounts
from learnapp.corrections import personal
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes.domain.ruling import Policy
from tests.people import People
from tests.quizzes.made_up import publish

from .conftest import REASON, Sat, papers, sit

HIDDEN = {"marks": "no", "overall_feedback": "no", "right_wrong": "no"}


def corrected(people: People, hidden: dict[str, str], policy: Policy = Policy.FULL_CREDIT) -> Sat:
    """Ana was wrong in question 1, Ben in question 2; then question 1 is corrected."""
    accounts.give_role(people.ines.email, "author")
    start = clock.now() - timedelta(hours=3)
    phases = ("just_after", "later", "closed")
    publish("mixed", ["choice"] * 4, start, settings={"review": {"trainee": dict.fromkeys(phases, hidden)}})
    right, wrong = {"choice": "b"}, {"choice": "a"}
    ana = sit(people.ana, "mixed", [wrong, right, right, right], start)
    ben = sit(people.ben, "mixed", [right, wrong, right, right], start)
    sat = Sat(people, ana, ben, ana, ben)
    sat.decide(policy)
    assert papers(sat)["ana"].rescored_at is not None, "hers has changed"
    assert papers(sat)["ben"].rescored_at is None, "his has not"
    return sat


def test_no_score_in_a_notice_before_its_time(app: Flask, people: People, sign_in):
    with app.app_context():
        sat = corrected(people, HIDDEN)
    ana, ben = sign_in(people.ana), sign_in(people.ben)
    for client, attempt in ((ana, sat.ana), (ben, sat.ben)):
        page = unescape(client.get(f"/attempts/{attempt}/result").get_data(as_text=True))
        for secret in ("Question 1 was", "corrected-h", REASON, "Your score changed", "You pass now", "Got it"):
            assert secret not in page
        today = client.get("/progress").get_data(as_text=True)
        assert "A question was corrected" not in today
        assert "corrected-h" not in today


def test_where_right_and_wrong_are_hidden_the_notice_names_no_question(app: Flask, people: People, sign_in):
    with app.app_context():
        sat = corrected(people, {"right_wrong": "no"})
    client = sign_in(people.ana)
    page = unescape(client.get(f"/attempts/{sat.ana}/result").get_data(as_text=True))
    assert "Your score changed from 3 to 4 of 4 because a question was corrected:" in page
    assert REASON in page
    assert "question 1 was corrected" not in page
    assert "A question was corrected" in client.get("/progress").get_data(as_text=True)


@pytest.mark.parametrize(
    ("hidden", "told", "named"),
    [(HIDDEN, False, False), ({"right_wrong": "no"}, True, False), ({"right_answer": "no"}, True, True)],
)
def test_page_and_copy_tell_the_reason_by_one_rule(app: Flask, people: People, sign_in, hidden, told, named):
    with app.app_context():
        sat = corrected(people, hidden)
        kept = personal.kept_about(read(), people.ana.id, clock.now())
        (entry,) = next(each for each in kept if each.name == "score_corrections").rows()
        assert (entry["reason"] == REASON, entry["question"] == 1) == (told, named)
    page = sign_in(people.ana).get(f"/attempts/{sat.ana}/result").get_data(as_text=True)
    assert (REASON in page) == told


def test_the_form_says_that_learners_read_the_reason(app: Flask, changed: Sat, sign_in):
    page = sign_in(changed.people.ines).get("/corrections/effects/trainee/mixed/q1?policy=both&about=earlier")
    assert "Learners read this. Do not name the answer." in page.get_data(as_text=True)


def test_a_paper_without_any_question_left_says_so(app: Flask, people: People, sign_in):
    with app.app_context():
        accounts.give_role(people.ines.email, "author")
        start = clock.now() - timedelta(hours=3)
        publish("mixed", ["choice"], start)
        attempt = sit(people.ana, "mixed", [{"choice": "a"}], start)
        sat = Sat(people, attempt, attempt, attempt, attempt)
        sat.decide(Policy.DISREGARD)
        paper = papers(sat)["ana"]
        assert (paper.score, paper.maximum, paper.passed) == (0, 0, False), "0 percent of nothing is no pass"
    client = sign_in(people.ana)
    page = unescape(client.get(f"/attempts/{attempt}/result").get_data(as_text=True))
    assert "No question counts any more" in page
    assert "It is no pass." in page
    for figure in ("Not yet", "0 out of 0.", "The pass mark is 0"):
        assert figure not in page
    for path in ("/progress", "/quizzes/mixed", f"/attempts/{attempt}/receipt"):
        assert client.get(path).status_code == 200, path
    teacher = sign_in(people.ines)
    assert teacher.get(f"/teach/attempts/{attempt}").status_code == 200

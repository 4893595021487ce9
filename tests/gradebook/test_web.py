"""The instructor's pages on real content: scores, one learner, one attempt with its steps, and the CSV."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask

from learnapp.kit import clock
from learnapp.quizzes import actions
from learnapp.quizzes.storage.attempts import reviewed_attempt
from learnapp.quizzes.types import type_named
from tests.people import People
from tests.security.test_matrix import actor_of

pytestmark = pytest.mark.usefixtures("school")


@pytest.fixture
def sat(app: Flask, people: People) -> str:
    """Ana sat the healing quiz: everything right but the last question, whose answer she changed once."""
    ana, moment = actor_of(people.ana), clock.now() - timedelta(hours=2)
    with app.app_context():
        public_id = actions.start(ana, "healing", moment, 7)
        paper = reviewed_attempt(public_id)
        last = len(paper.slots)
        for slot in paper.slots:
            kind = type_named(slot.type)
            item = kind.parse(slot.keyed["item"])
            moment += timedelta(seconds=20)
            actions.save_answer(ana, public_id, slot.position, 0, kind.sample(item, 1, True), None, moment)
        actions.save_answer(ana, public_id, last, 1, kind.sample(item, 1, False), None, moment + timedelta(seconds=9))
        actions.submit(ana, public_id, moment + timedelta(seconds=30))
    return public_id


@pytest.mark.both_databases
def test_the_group_page_tells_who_has_done_what(people: People, sat: str, sign_in):
    page = sign_in(people.ines).get(f"/teach/cohorts/{people.g1}").get_data(as_text=True)
    assert "Ana Ferreira" in page
    assert "Ben O&#39;Shea" in page
    assert "Sam Gone" in page, "a suspended learner stays in the group until they leave"
    assert "Cleo" not in page
    assert f"/teach/attempts/{sat}" in page


QUERIES = ("?show=first", "?show=tries", "?sort=-name", "?sort=q0", "?sort=-q2", "?find=ana", "?find=nobody",
           "?show=bad&sort=worse", "?sort=q99", "?find=%3Cscript%3E", "?sort=q%C2%B2", "?sort=-q%D9%A3",
           "?sort=q" + "9" * 5000)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_every_view_of_the_table_works(people: People, sat: str, sign_in, query: str):
    response = sign_in(people.ines).get(f"/teach/cohorts/{people.g1}{query}")
    assert response.status_code == 200
    assert "<script>" not in response.get_data(as_text=True)


@pytest.mark.both_databases
def test_one_attempt_shows_every_answer_and_step(people: People, sat: str, sign_in):
    page = sign_in(people.ines).get(f"/teach/attempts/{sat}").get_data(as_text=True)
    assert page.count('class="ans"') == 7
    assert "2 saved answers" in page
    assert "20 s after the start" in page


def test_one_learner_shows_goals_and_tries(people: People, sat: str, sign_in):
    path = f"/teach/cohorts/{people.g1}/learners/{people.ana.public_id}"
    page = sign_in(people.ines).get(path).get_data(as_text=True)
    assert "Healing quiz, try 1" in page
    assert "This score counts" in page
    assert "Secure" in page


def test_a_learner_of_another_group_is_not_there(people: People, sign_in):
    client = sign_in(people.ines)
    assert client.get(f"/teach/cohorts/{people.g1}/learners/{people.cleo.public_id}").status_code == 404


@pytest.mark.both_databases
def test_the_csv_holds_numbers_and_no_formula(app: Flask, people: People, sat: str, sign_in):
    from learnapp.accounts.storage import PersonRow
    from learnapp.kit.db import write

    with app.app_context(), write() as session:
        session.get(PersonRow, people.ben.id).name = "=HYPERLINK(1)"
    response = sign_in(people.ines).get(f"/teach/cohorts/{people.g1}/scores.csv")
    assert response.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
    table = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert "'=HYPERLINK(1)" in table
    ana = table["Ana Ferreira"]
    assert ana["Healing quiz: tries"] == "1"
    assert 70 < float(ana["Healing quiz: best score in percent"]) < 100
    assert ana["Collagen and elastin quiz: result"] == "Not started"


def test_a_group_is_made_and_shows_its_link(people: People, sign_in):
    client = sign_in(people.ines)
    response = client.send("/teach/", {"name": "Evening group", "track": "patient", "place_name": "Our clinic"})
    assert response.status_code == 303
    page = client.get(response.location).get_data(as_text=True)
    assert "/join/" in page
    assert "Nobody has joined yet" in page


BAD_GROUPS = ({}, {"name": "x"}, {"name": " ", "track": "patient"}, {"name": "x", "track": "doctor"},
              {"name": "x" * 121, "track": "patient"})  # fmt: skip


@pytest.mark.parametrize("data", BAD_GROUPS)
def test_a_bad_group_is_told_what_to_do(people: People, sign_in, data: dict[str, str]):
    response = sign_in(people.ines).send("/teach/", data)
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert "<title>Error:" in page
    assert 'class="esum"' in page

"""A decision about the newest wording does not reach tries that start later: pages say so until it is another one."""

from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from learnapp.corrections.questions import question_named, still_asked
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes.domain.ruling import Policy
from learnapp.quizzes.storage.rows import QuizVersionRow
from tests.quizzes.made_up import publish

from .conftest import KEY, KINDS, Sat, sit

LATER = "Tries that start later are asked the question as it is. Publish a new wording, or take it out of the quiz."
EFFECT = f"/corrections/effects/trainee/{KEY}"
RULED = [(Policy.FULL_CREDIT, None), (Policy.DISREGARD, None), (Policy.OPTION, "a")]


def listed() -> list[str]:
    """Return the keys of the questions that are decided and still asked."""
    read().rollback()
    return [each.key for each in still_asked(read())]


@pytest.mark.parametrize(("policy", "option"), RULED)
def test_the_dry_run_the_log_and_the_list_say_so(app: Flask, sat: Sat, sign_in, policy: Policy, option: str | None):
    client = sign_in(sat.people.ines)

    def page(path: str) -> str:
        return unescape(client.get(path).get_data(as_text=True))

    assert LATER in page(f"{EFFECT}?policy={policy}&about=all&option={option or ''}")
    assert "Decided, still asked" not in page("/corrections/")
    with app.app_context():
        public_id = sat.decide(policy, option=option)
        assert listed() == [KEY]
        later = sit(sat.people.ana, "mixed", [{"choice": "a"}], clock.now())
        from learnapp.quizzes.storage.attempts import reviewed_attempt

        assert reviewed_attempt(later).score == 0, "what the page says is so"
    assert LATER in page(f"/corrections/{public_id}")
    index = page("/corrections/").split("Decided, still asked", 1)[1].split("Find another question")[0]
    assert LATER in index
    assert f"/corrections/questions/trainee/{KEY}" in index


@pytest.mark.both_databases
def test_a_new_wording_a_quiz_without_it_or_taking_it_back_ends_that(app: Flask, sat: Sat):
    with app.app_context():
        sat.decide(Policy.FULL_CREDIT)
        assert listed() == [KEY]
        sat.decide(Policy.OWN_KEY, may_lower=True)
        assert listed() == [], "taken back"
        sat.decide(Policy.DISREGARD)
        assert listed() == [KEY]
        with write() as session:
            versions = session.query(QuizVersionRow).all()
            before = {each.id: each.papers for each in versions}
            for each in versions:
                papers: dict[str, Any] = {track: pools[1:] for track, pools in each.papers.items()}
                session.execute(update(QuizVersionRow).where(QuizVersionRow.id == each.id).values(papers=papers))
        assert listed() == [], "taken out of the quiz"
        with write() as session:
            for at, papers in before.items():
                session.execute(update(QuizVersionRow).where(QuizVersionRow.id == at).values(papers=papers))
        assert listed() == [KEY]
        publish("mixed", KINDS, clock.now(), wording=" again")
        assert listed() == [], "a new wording"


def test_a_decision_about_earlier_wordings_leaves_nothing_to_do(app: Flask, changed: Sat, sign_in):
    client = sign_in(changed.people.ines)
    for policy in ("full_credit", "new_key", "both", "keep"):
        page = client.get(f"{EFFECT}?policy={policy}&about=earlier").get_data(as_text=True)
        assert "Tries that start later" not in page, policy
    with app.app_context():
        question = question_named(read(), "trainee", KEY)
        assert question.asked_on(Policy.FULL_CREDIT, 2)
        assert not question.asked_on(Policy.FULL_CREDIT, 1)
        assert not question.asked_on(Policy.NEW_KEY, 2)
        public_id = changed.decide(Policy.FULL_CREDIT)
    assert "Tries that start later" not in client.get(f"/corrections/{public_id}").get_data(as_text=True)

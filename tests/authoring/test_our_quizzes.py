"""Our own quizzes as they are published where the demo runs: each can be sat in each of its tracks."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from learnapp.accounts.domain import TRACKS
from learnapp.authoring.publish import publish_if_changed
from learnapp.gradebook.storage import quizzes_of
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes import actions
from learnapp.quizzes.storage import attempts, starting
from learnapp.quizzes.storage.rows import QuizRow, SlotRow
from learnapp.quizzes.types import TYPES
from tests.people import People
from tests.security.test_matrix import actor_of


@pytest.fixture
def with_demo(school: Flask) -> Flask:
    """Our content, published as where the demo runs."""
    plain = school.config["SETTINGS"]
    school.config["SETTINGS"] = replace(plain, demo=True)
    with school.app_context():
        publish_if_changed(clock.now())
    school.config["SETTINGS"] = plain
    return school


@pytest.mark.both_databases
def test_every_quiz_can_be_started_in_its_tracks(with_demo: Flask, people: People):
    with with_demo.app_context():
        slugs = read().scalars(select(QuizRow.slug).where(QuizRow.version_id.is_not(None))).all()
        assert {"final", "all-types"} <= set(slugs)
        for track, person in zip(TRACKS, (people.ana, people.cleo), strict=True):
            actor = actor_of(person, track)
            for slug in slugs:
                quiz = starting.quiz_now(read(), slug, person.id)
                paper = attempts.attempt_of(actor, actions.start(actor, slug, clock.now(), 5))
                assert len(paper.slots) == sum(pool["draw"] for pool in quiz.papers[track])
                assert {slot.objective for slot in paper.slots} <= set(quiz.objectives[track])
                sections = read().scalars(
                    select(SlotRow.section).where(SlotRow.attempt_id == paper.id).order_by(SlotRow.position)
                )
                assert list(dict.fromkeys(key for key in sections if key)) == list((quiz.sections or {}).get(track, {}))


def test_the_gradebook_lists_the_final_test_last_and_no_practice(with_demo: Flask):
    with with_demo.app_context():
        for track in TRACKS:
            slugs = [quiz.slug for quiz in quizzes_of(track)]
            assert slugs[-1] == "final"
            assert len(slugs) == 4


def test_the_demo_shows_every_type(with_demo: Flask, people: People):
    with with_demo.app_context():
        shown = set()
        for track, person in zip(TRACKS, (people.ana, people.cleo), strict=True):
            actor = actor_of(person, track)
            paper = attempts.attempt_of(actor, actions.start(actor, "all-types", clock.now(), 5))
            shown |= {slot.type for slot in paper.slots}
            assert paper.kind == "practice"
    assert shown == set(TYPES)

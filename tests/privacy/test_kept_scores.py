"""KEEP_SCORES=1: scores stay without a name, without typed words and without the time of day."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select, update

from learnapp.accounts.storage import PersonRow
from learnapp.gradebook import actions as gradebook
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.privacy import actions
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.storage.rows import AttemptEventRow, AttemptRow, GradeRow, MarkingRow, SlotRow, StepRow
from learnapp.quizzes.types import TYPES
from tests.people import People
from tests.privacy.seeds import dump
from tests.quizzes.made_up import publish
from tests.security.test_matrix import actor_of

WORDS = "zqx100q my own words"
EXACT = clock.now().replace(hour=10, minute=58, second=31) - timedelta(days=2)
TYPED = [
    ("choice", {"choice": "b"}),
    ("free_text", {"text": WORDS}),
    ("short_text", {"text": WORDS}),
    ("numeric", {"text": "48271"}),
]


@pytest.fixture
def keeping(app: Flask) -> Flask:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], keep_scores=True)
    return app


def sit(people: People) -> str:
    ana = actor_of(people.ana)
    publish("words", [kind for kind, _answer in TYPED], EXACT - timedelta(hours=1))
    attempt = quizzes.start(ana, "words", EXACT, 7)
    for place, (_kind, answer) in enumerate(TYPED, 1):
        quizzes.save_answer(ana, attempt, place, 0, answer, True, EXACT + timedelta(seconds=9), None)
    quizzes.submit(ana, attempt, EXACT + timedelta(minutes=9))
    return attempt


def mark(people: People, attempt: str) -> None:
    teacher = replace(actor_of(people.ines), grants=frozenset({"teach"}))
    gradebook.mark(teacher, attempt, 2, Fraction(1, 2), "zqx101q said well", 0, clock.now())


@pytest.mark.both_databases
def test_scores_stay_and_say_nothing_about_anybody(keeping: Flask, people: People):
    with keeping.app_context():
        attempt = sit(people)
        mark(people, attempt)
        before = read().execute(select(AttemptRow.score, AttemptRow.maximum, AttemptRow.passed)).one()
        with write() as session:
            row = session.scalars(select(AttemptRow)).one()
            about = {"attempt_id": row.id, "actor_id": people.ines.id, "recorded_at": EXACT}
            session.add(AttemptEventRow(event="reopen", reason="zqx102q", **about))
            session.execute(update(AttemptRow).values(extra_minutes=15))
        actions.erase_address(people.ana.email, clock.now())
        row = read().scalars(select(AttemptRow)).one()
        assert (row.score, row.maximum, row.passed) == before
        assert row.public_id != attempt
        day = EXACT.replace(hour=0, minute=0, second=0, microsecond=0)
        assert (row.started_at, row.submitted_at, row.deadline, row.extra_minutes) == (day, day, None, 0)
        slots = read().scalars(select(SlotRow).order_by(SlotRow.position)).all()
        assert [slot.answer for slot in slots] == [{"choice": "b"}, None, None, None]
        assert [slot.fraction for slot in slots] == [1, Fraction(1, 2), 0, 1]
        assert {slot.saved_at for slot in slots} == {day}
        steps = read().scalars(select(StepRow)).all()
        assert {step.recorded_at for step in steps} == {day}
        assert not any(slot.flagged for slot in slots)
        assert read().execute(select(MarkingRow.comment, MarkingRow.fraction)).one() == ("", Fraction(1, 2))
        assert read().scalars(select(GradeRow.score)).one() == row.score
        said = dump()
        for secret in ("zqx10", people.ana.email, people.ana.name, attempt, "10:58"):
            assert secret not in said, secret


@pytest.mark.both_databases
def test_again_changes_nothing_and_turning_it_off_deletes_them(keeping: Flask, people: People):
    with keeping.app_context():
        mark(people, sit(people))
        actions.erase_address(people.ana.email, clock.now())
        once = read().scalars(select(AttemptRow.public_id)).one()
        actions.sweep(clock.now())
        assert actions.reapply_erasures(clock.now()) == 0
        assert read().scalars(select(AttemptRow.public_id)).one() == once
        keeping.config["SETTINGS"] = replace(keeping.config["SETTINGS"], keep_scores=False)
        actions.reapply_erasures(clock.now())
        assert not read().scalars(select(AttemptRow)).all()
        assert read().get_one(PersonRow, people.ana.id).erased_at


def test_what_has_no_score_is_deleted_all_the_same(keeping: Flask, people: People):
    with keeping.app_context():
        sit(people)  # an answer still waits for its mark, and nobody will see the words again
        publish("open", ["choice"], EXACT)
        quizzes.start(actor_of(people.ana), "open", clock.now(), 7)
        publish("practice", ["choice"], EXACT, settings={"kind": "practice"})
        done = quizzes.start(actor_of(people.ana), "practice", clock.now(), 7)
        quizzes.submit(actor_of(people.ana), done, clock.now())
        actions.erase_address(people.ana.email, clock.now())
        assert not read().scalars(select(AttemptRow)).all()


def test_types_that_store_typed_words_say_so(app: Flask, people: People):
    """Whatever a page sends: where a marker comes through into the stored answer, the type must say `typed`."""
    from werkzeug.datastructures import MultiDict

    from tests.quizzes.made_up import MAKERS

    found = set()
    for name, kind in TYPES.items():
        if name not in MAKERS:
            continue
        item = kind.parse(MAKERS[name](1))
        shown, arrangement = kind.public(item), kind.arrange(item, 1)
        for part in ("answer", *(f"answer.{part}" for part in _parts(shown))):
            field = kind.field({"stem": "x", "story": "x", **shown}, arrangement, "answer")
            field.process(MultiDict([(part, "zqx103q")]))
            if "zqx103q" in str(field.data):
                found.add(name)
    typed = {name for name, kind in TYPES.items() if kind.typed}
    assert found >= {"free_text", "short_text", "cloze", "numeric"}
    assert found <= typed, f"{found - typed} store what is typed, but do not say so"
    assert "case" in typed  # its steps are of any type


def _parts(value) -> set[str]:
    """Return every id in what a page shows: parts of a question are named by them."""
    if isinstance(value, dict):
        own = {str(value["id"])} if "id" in value else set()
        return own | {key for each in value.values() for key in _parts(each)} | {str(key) for key in value}
    if isinstance(value, list):
        return {key for each in value for key in _parts(each)}
    return set()

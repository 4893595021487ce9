"""Groups: codes, making, joining, leaving, and who may see whom."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from learnapp.accounts import actions as accounts
from learnapp.accounts import storage as people_storage
from learnapp.cohorts import actions, personal, storage
from learnapp.cohorts.domain import CODE_SIGNS, new_code, spaced_code, tidy_code
from learnapp.cohorts.storage import EnrolmentRow
from learnapp.kit import clock, sessions
from learnapp.kit.db import db, write
from learnapp.kit.errors import Forbidden, NotFound
from learnapp.kit.outbox import OutboxRow
from tests.together import together


@pytest.fixture
def actor_of(app):
    """A function that gives the actor of someone, as a request would see them."""

    def find(someone):
        with app.app_context():
            token = accounts.open_session(someone.id, clock.now())
            actor = people_storage.actor_of_session(sessions.token_hash(token), clock.now())
        assert actor is not None
        return actor

    return find


def test_codes():
    assert not set("01OIL") & set(CODE_SIGNS)
    code = new_code()
    assert tidy_code(code) == code
    assert tidy_code(f" {spaced_code(code).lower()} ") == code
    assert new_code() != new_code()
    for wrong in ("", "K7MR4TX", "K7MR4TXWW", "K7MR4TX0", "K7MR4TX\0", "Ⅷ7MR4TXW"):
        assert tidy_code(wrong) is None


@given(st.text(max_size=12))
def test_what_passes_for_a_code_is_one(text):
    code = tidy_code(text)
    assert code is None or re.fullmatch(f"[{CODE_SIGNS}]{{8}}", code)


@pytest.mark.both_databases
def test_making_a_group(app, people, actor_of):
    ines, ana, ivo = actor_of(people.ines), actor_of(people.ana), actor_of(people.ivo)
    with app.app_context():
        made = actions.create(ines, " Autumn ", "trainee", "Sea School", "020 1", clock.now())
        cohort = storage.cohort_for_teacher(ines, made)
        assert (cohort.name, cohort.track, cohort.place_name, cohort.place_phone) == (
            "Autumn",
            "trainee",
            "Sea School",
            "020 1",
        )
        assert tidy_code(cohort.join_code) == cohort.join_code
        with pytest.raises(Forbidden):
            actions.create(ana, "Mine", "trainee", "", "", clock.now())
        for stranger in (ivo, ana):
            with pytest.raises(NotFound):
                storage.cohort_for_teacher(stranger, made)


@pytest.mark.both_databases
def test_joining_at_the_same_moment_is_joining_once(app, people, actor_of):
    noor = actor_of(people.noor)

    def join(_number):
        with app.app_context():
            return actions.join(noor, people.g1_code, clock.now())

    assert set(together(6, join)) == {people.g1}
    with app.app_context():
        rows = select(func.count()).where(EnrolmentRow.person_id == people.noor.id)
        assert db.session.scalar(rows) == 1
        assert actor_of(people.noor).track == "trainee"


@pytest.mark.both_databases
def test_leaving_and_coming_back(app, people, actor_of):
    ana, ines = actor_of(people.ana), actor_of(people.ines)
    with app.app_context():
        assert storage.teaches_learner(ines, people.ana.id)
        actions.leave(ana, people.g1, clock.now())
        assert not storage.teaches_learner(ines, people.ana.id)
        with pytest.raises(NotFound):
            storage.learner_in(ines, people.g1, people.ana.public_id)
        with pytest.raises(NotFound):
            actions.leave(ana, people.g1, clock.now())
        actions.join(ana, people.g1_code.lower(), clock.now())
        assert storage.learner_in(ines, people.g1, people.ana.public_id).name == "Ana Ferreira"


def test_an_instructor_neither_joins_nor_leaves(app, people, actor_of):
    ines = actor_of(people.ines)
    with app.app_context():
        actions.join(ines, people.g1_code, clock.now())
        assert storage.cohort_for_teacher(ines, people.g1).public_id == people.g1
        with pytest.raises(NotFound):
            actions.leave(ines, people.g1, clock.now())


def test_who_sees_whom(app, people, actor_of):
    ines, ivo, mia, ana = (actor_of(x) for x in (people.ines, people.ivo, people.mia, people.ana))
    with app.app_context():
        cohort = storage.cohort_for_teacher(ines, people.g1)
        assert [x.name for x in storage.learners_in(cohort)] == ["Ana Ferreira", "Ben O'Shea", "Sam Gone"]
        assert storage.teaches_learner(ines, people.ana.id)
        for actor, learner in ((ivo, people.ana), (mia, people.ana), (ana, people.ben), (ines, people.cleo)):
            assert not storage.teaches_learner(actor, learner.id)
        assert not storage.teaches_learner(ines, people.ines.id)
        for actor, group, person in (
            (ivo, people.g1, people.ana), (ines, people.g1, people.cleo), (ines, people.g2, people.cleo),
            (ana, people.g1, people.ben), (ines, people.g1, people.ines),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                storage.learner_in(actor, group, person.public_id)


def test_without_the_role_nothing_is_left(app, people, actor_of):
    with app.app_context():
        accounts.take_role(people.ines.email, "instructor")
    ines = actor_of(people.ines)
    with app.app_context():
        assert not storage.teaches_learner(ines, people.ana.id)
        with pytest.raises(NotFound):
            storage.cohort_for_teacher(ines, people.g1)
        with pytest.raises(NotFound):
            actions.archive(ines, people.g1, clock.now())


def test_closing_a_group(app, people, actor_of):
    ines, noor, ivo = actor_of(people.ines), actor_of(people.noor), actor_of(people.ivo)
    with app.app_context():
        with pytest.raises(NotFound):
            actions.archive(ivo, people.g1, clock.now())
        actions.archive(ines, people.g1, clock.now())
        actions.archive(ines, people.g1, clock.now())
        assert storage.cohort_for_teacher(ines, people.g1).archived
        with pytest.raises(NotFound):
            actions.join(noor, people.g1_code, clock.now())
        with pytest.raises(NotFound):
            storage.invitation(people.g1_code, None)


def test_care_cards_name_the_clinic(app, people, actor_of):
    noor = actor_of(people.noor)
    with app.app_context():
        assert storage.care_contact(people.cleo.id) == ("Rivers Clinic", "020 7946 0018")
        assert storage.care_contact(people.ana.id) is None
        assert storage.care_contact(people.ivo.id) is None
        actions.join(noor, people.g2_code, clock.now())
        assert storage.care_contact(people.noor.id) == ("Rivers Clinic", "020 7946 0018")
        actions.leave(noor, people.g2, clock.now())
        assert storage.care_contact(people.noor.id) is None


@pytest.mark.both_databases
def test_joining_and_leaving_are_announced_once_and_forgotten_with_the_person(app, people, actor_of):
    noor = actor_of(people.noor)
    with app.app_context():
        for _twice in range(2):
            actions.join(noor, people.g1_code, clock.now())
        actions.leave(noor, people.g1, clock.now())
        with pytest.raises(NotFound):
            actions.leave(noor, people.g1, clock.now())
        jobs = select(OutboxRow.payload).where(OutboxRow.kind == actions.MEMBERSHIP_JOB)
        assert db.session.scalars(jobs).all() == [{"person": people.noor.public_id}] * 2
        with write() as session:
            personal.erase(session, noor.id, False, clock.now())
        assert db.session.scalars(jobs).all() == []

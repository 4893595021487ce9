"""Promise P15: after an erasure nothing of the person is left, in any column of any table, nor in any file."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import JSON, String, select, update

from learnapp.accounts.storage import PersonRow
from learnapp.cohorts.storage import CohortRow, EnrolmentRow, OverrideRow
from learnapp.corrections.storage import CorrectionRow
from learnapp.kit import clock
from learnapp.kit.db import Base, read, write
from learnapp.kit.mail import Mail, post
from learnapp.kit.worker import work_once
from learnapp.privacy import actions
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.storage.rows import AttemptEventRow, AttemptRow, MarkingRow
from tests.people import People
from tests.privacy.seeds import ABOUT, MARKER, NOT_ABOUT, Planter, dump, files, plant
from tests.quizzes.made_up import publish
from tests.security.test_matrix import actor_of

# Every column that names a person, and what an erasure does to it.
LINKS = {
    "cohort.made_by": "tombstone", "session.person_id": "deleted", "person_role.person_id": "deleted",
    "enrolment.person_id": "deleted", "override.person_id": "deleted", "override.made_by": "taken off",
    "override.ended_by": "taken off", "reading.person_id": "deleted", "attempt.person_id": "deleted",
    "step.actor_id": "deleted", "stale_save.actor_id": "deleted", "marking.actor_id": "taken off",
    "attempt_event.actor_id": "taken off", "grade.person_id": "deleted", "correction.actor_id": "taken off",
}  # fmt: skip


def test_every_table_is_thought_of():
    assert set(Base.metadata.tables) == set(ABOUT) | NOT_ABOUT, "say in seeds.py whether the new table is about people"


def test_every_column_that_names_a_person_is_thought_of():
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    assert found == set(LINKS), "say in LINKS, and in the room's erase, what becomes of the new column"


@pytest.fixture
def planted(app: Flask, people: People) -> Iterator[Planter]:
    """Ana with a marker in every column, and the database in an app context."""
    now = clock.now() - timedelta(hours=2)
    with app.app_context():
        publish("one", ["choice"], now)
        publish("two", ["choice"], now)
        quizzes.start(actor_of(people.ana), "one", now, 1)
        with write() as session:
            planter = plant(session, people.ana, "one")
        yield planter


@pytest.mark.both_databases
def test_nothing_is_left_in_any_column(app: Flask, people: People, planted: Planter):
    for name in ABOUT:
        for column in Base.metadata.tables[name].columns:
            if isinstance(column.type, String | JSON) and column.name not in ABOUT[name]:
                place = f"{name}.{column.name}"
                assert place in {*planted.planted.values(), "person.public_id", "outbox.kind"}, f"{place} has no marker"
    assert set(MARKER.findall(dump())) == set(planted.planted)
    actions._erase(people.ana.public_id, None, clock.now())
    read().rollback()
    left = {planted.planted[marker] for marker in MARKER.findall(dump())}
    assert not left
    assert not MARKER.findall(files(app.config["SETTINGS"].instance_dir))
    assert people.ben.name.replace("'", "''") in dump() or people.ben.name in dump()


@pytest.mark.both_databases
def test_nothing_comes_back_by_itself(people: People, planted: Planter):
    actions._erase(people.ana.public_id, None, clock.now())
    actions.sweep(clock.now())
    actions.reapply_erasures(clock.now())
    read().rollback()
    assert not MARKER.findall(dump())


def test_letters_in_the_folder_and_logs_say_nothing(app: Flask, people: People, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with app.app_context():
        with write() as session:
            session.execute(update(PersonRow).where(PersonRow.id == people.ana.id).values(name="zqx900q"))
            for address in (people.ana.email, people.ben.email):
                post(session, Mail(address, "Hello", f"For {address}: zqx901q", "hello"), clock.now())
        work_once(app, clock.now())
        folder = app.config["SETTINGS"].instance_dir
        assert files(folder).count("zqx901q") == 2
        with write() as session:
            post(session, Mail(people.ana.email, "Waiting", "zqx902q", "hello"), clock.now())
        actions.erase_address(people.ana.email, clock.now())
        work_once(app, clock.now())
        said = files(folder) + dump() + caplog.text
        assert people.ana.email not in said
        assert MARKER.findall(said) == ["zqx901q"]  # what Ben was sent is his


@pytest.mark.both_databases
def test_what_staff_wrote_for_others_stays_without_their_name(app: Flask, people: People):
    now = clock.now() - timedelta(hours=2)
    with app.app_context():
        publish("one", ["free_text"], now)
        attempt = quizzes.start(actor_of(people.ana), "one", now, 1)
        with write() as session:
            row = session.scalars(select(AttemptRow).where(AttemptRow.public_id == attempt)).one()
            slot = session.execute(select(Base.metadata.tables["slot"].c.id)).scalar_one()
            about = {"actor_id": people.ines.id, "recorded_at": now}
            session.add(MarkingRow(slot_id=slot, fraction=1, comment="Well said", **about))
            session.add(AttemptEventRow(attempt_id=row.id, event="reopen", reason="Network", **about))
            made = {"made_by": people.ines.id, "ended_by": people.ines.id, "made_at": now}
            session.add(OverrideRow(person_id=people.ana.id, reason="More time", extra_minutes=5, **made))
            version = session.execute(select(Base.metadata.tables["question_version"])).first()
            session.add(
                CorrectionRow(
                    question_id=version.question_id, version_id=version.id, policy="both", reason="The key was wrong",
                    status="done", actor_id=people.ines.id, made_at=now,
                )
            )  # fmt: skip
        actions.erase_address(people.ines.email, clock.now())
        assert read().execute(select(MarkingRow.comment, MarkingRow.actor_id)).one() == ("Well said", None)
        assert read().execute(select(AttemptEventRow.reason, AttemptEventRow.actor_id)).one() == ("Network", None)
        columns = (OverrideRow.reason, OverrideRow.made_by, OverrideRow.ended_by)
        assert read().execute(select(*columns)).one() == ("More time", None, None)
        assert read().execute(select(CorrectionRow.reason, CorrectionRow.actor_id)).one() == ("The key was wrong", None)


@pytest.mark.both_databases
def test_a_group_that_nobody_else_teaches_closes(app: Flask, people: People):
    with app.app_context():
        with write() as session:
            second = select(CohortRow).where(CohortRow.public_id == people.g2)
            cohort = session.scalars(second).one()
            session.add(
                EnrolmentRow(cohort_id=cohort.id, person_id=people.ines.id, part="instructor", joined_at=clock.now())
            )
        actions.erase_address(people.ines.email, clock.now())
        closed = {row.public_id: row.archived_at is not None for row in read().scalars(select(CohortRow))}
        assert closed == {people.g1: True, people.g2: False}
        learners = read().scalars(select(EnrolmentRow.person_id).where(EnrolmentRow.left_at.is_(None))).all()
        assert set(learners) == {people.ana.id, people.ben.id, people.sam.id, people.cleo.id, people.ivo.id}

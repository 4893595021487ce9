"""What each page costs the database: a fixed number of statements, however many learners and tries there are."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from learnapp.accounts.storage import PersonRow
from learnapp.cohorts.storage import CohortRow, EnrolmentRow
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes import actions
from learnapp.quizzes.storage.attempts import reviewed_attempt
from learnapp.quizzes.types import type_named
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.security.test_matrix import actor_of
from tests.sitting.test_statements import cost, counted

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("school")]
SignIn = Callable[[Someone], JudgingClient]
MORE_LEARNERS = 12

# Statements of a signed-in reader, the session and the person included (one statement).
LEARNER = {
    "/lessons/": 3,
    "/lessons/healing": 2,
    "/progress": 7,
    "/quizzes/healing": 4,
    "/quizzes/first-week": 4,
    "{open}/questions/1": 2,
    "{open}/check": 2,
    "{done}/result": 4,  # one of them because another try is open
    "/account/": 1,
    "/settings": 1,
    "/facts/F-013": 3,
}
TEACHER = {
    "/teach/": 2,
    "/teach/cohorts/{group}": 10,
    "/teach/cohorts/{group}/scores.csv": 8,
    "/teach/cohorts/{group}/learners/{learner}": 10,
    "/teach{done}": 5,
}


def _sit(someone: Someone, quiz: str, now: datetime, right: bool) -> str:
    """Sit a whole quiz through the real actions; return the attempt's public id."""
    actor = actor_of(someone)
    public_id = actions.start(actor, quiz, now, now.microsecond)
    for slot in reviewed_attempt(public_id).slots:
        kind = type_named(slot.type)
        answer = kind.sample(kind.parse(slot.keyed["item"]), slot.position, right)
        actions.save_answer(actor, public_id, slot.position, 0, answer, None, now)
    actions.submit(actor, public_id, now + timedelta(minutes=4))
    return public_id


def _newcomer(number: int, group: str, now: datetime) -> Someone:
    """Add one more learner to a group."""
    with write() as session:
        row = PersonRow(
            email=f"more{number}@example.org", name=f"More {number}", track="trainee", active=True, password=None,
            fs_uniquifier=f"fs-more{number}", confirmed_at=now, created_at=now, time_zone=None,
        )  # fmt: skip
        session.add(row)
        cohort = session.query(CohortRow).filter_by(public_id=group).one()
        session.flush()
        session.add(EnrolmentRow(cohort_id=cohort.id, person_id=row.id, part="learner", joined_at=now))
        return Someone(row.id, row.public_id, row.email, row.name)


def _grow(people: People, done: datetime) -> None:
    """Add learners who have all sat two quizzes, and more tries and reading of the one whose pages are looked at."""
    for number in range(MORE_LEARNERS):
        newcomer = _newcomer(number, people.g1, done)
        for quiz in ("healing", "collagen"):
            _sit(newcomer, quiz, done + timedelta(hours=number), bool(number % 2))
    for again in range(3):
        _sit(people.ana, "collagen", done + timedelta(hours=again), bool(again % 2))


def _costs(app: Flask, people: People, sign_in: SignIn, values: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Return (statements, commits) of each page, seen for the second time, and of one saved answer."""
    ana, ines = sign_in(people.ana), sign_in(people.ines)
    found = {}
    for path in LEARNER | TEACHER:
        client, address = ines if path in TEACHER else ana, path.format(**values)
        client.get(address)
        with counted(app) as statements:
            assert client.get(address).status_code == 200
        found[path] = cost(statements)
    headers = {"X-CSRFToken": ana.csrf_token()}
    with counted(app) as statements:
        ana.put(f"{values['open']}/answers/1", json={"revision": 0, "fields": {}, "flagged": True}, headers=headers)
    return found | {"one saved flag": cost(statements)}


def test_pages_cost_the_same_however_much_there_is(app: Flask, people: People, sign_in: SignIn) -> None:
    now = clock.now() - timedelta(days=3)
    with app.app_context():
        done = _sit(people.ana, "healing", now, True)
        open_try = actions.start(actor_of(people.ana), "first-week", now, 5)
        read().rollback()
    values = {
        "done": f"/attempts/{done}", "open": f"/attempts/{open_try}", "group": people.g1,
        "learner": people.ana.public_id,
    }  # fmt: skip
    expected = {path: (count, 0) for path, count in (LEARNER | TEACHER).items()} | {"one saved flag": (4, 1)}
    assert _costs(app, people, sign_in, values) == expected
    with app.app_context():
        _grow(people, now)
        read().rollback()
    expected["one saved flag"] = (3, 1)  # flagged already: nothing to write
    assert _costs(app, people, sign_in, values) == expected


def test_the_first_view_of_a_lesson_reads_its_text_once(app: Flask, people: People, sign_in: SignIn) -> None:
    ana, cleo = sign_in(people.ana), sign_in(people.cleo)
    for client, first, later in ((ana, 3, 2), (cleo, 4, 3)):
        for count in (first, later, later):
            with counted(app) as statements:
                client.get("/lessons/first-week")
            assert cost(statements) == (count, 0), statements

"""A quiz that three people sat, and then its first question changes: b was right, a is right now.

Ana answered b: 4 of 4, passed. Ben answered a: 3 of 4. Cleo left it blank: 3 of 4. Everything else is right (80
percent pass). Noor's try is still open, with a in it. Ines is an author who teaches Ana and Ben.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from learnapp.accounts import actions as accounts
from learnapp.accounts.domain import Actor
from learnapp.corrections import actions
from learnapp.corrections.domain import Decision
from learnapp.corrections.questions import question_named
from learnapp.corrections.storage import corrections
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.domain.ruling import Policy
from learnapp.quizzes.storage.attempts import Paper, reviewed_attempt
from learnapp.quizzes.storage.rows import GradeRow
from tests.people import People, Someone
from tests.quizzes import made_up
from tests.quizzes.made_up import RIGHT
from tests.security.test_matrix import actor_of

KINDS = ["choice", "multiple", "numeric", "true_false"]
KEY = "mixed/q1"
REASON = "The question could be read in two ways."


def sit(someone: Someone, slug: str, answers: list[Any], moment: datetime, hand_in: bool = True) -> str:
    """Sit a quiz with these answers, None for a blank; return the attempt's public id."""
    actor = actor_of(someone)
    public_id = quizzes.start(actor, slug, moment, 7)
    for n, answer in enumerate(answers, 1):
        if answer is not None:
            quizzes.save_answer(actor, public_id, n, 0, answer, None, moment + timedelta(seconds=5))
    if hand_in:
        quizzes.submit(actor, public_id, moment + timedelta(minutes=9))
    return public_id


def other_choice(n: int, right: str = "a", ids: str = "abc") -> dict[str, Any]:
    """Return the choice with another key, and perhaps other ids."""
    options = [
        {"id": key, "text": f"Option {key} of {n}", "reason": f"reason-{key}-{n}", "right": key == right} for key in ids
    ]
    return {"v": 1, "options": options}


def change(
    slug: str, n: int, data: dict[str, Any], now: datetime, kind: str = "choice", track: str = "trainee"
) -> None:
    """Publish a newer wording of one question, with this key."""
    before = made_up.MAKERS[kind]
    made_up.MAKERS[kind] = lambda _n: data
    try:
        with write() as session:
            made_up.publish_one(session, slug, n, kind, track, now, False, f" as of {now}", [])
    finally:
        made_up.MAKERS[kind] = before


@dataclass(frozen=True)
class Sat:
    """The attempts by name, and who decides."""

    people: People
    ana: str
    ben: str
    cleo: str
    noor: str

    @property
    def author(self) -> Actor:
        """Ines."""
        return actor_of(self.people.ines)

    def decide(self, policy: Policy, upto: int = 1, key: str = KEY, **more: Any) -> str:
        """Decide and carry out; return the decision's public id."""
        question = question_named(read(), "trainee", key)
        seen = [each.id for each in corrections(read(), question_id=question.id)]
        decision = Decision(policy, upto, **{"reason": REASON, **more})
        public_id, problems = actions.decide(self.author, "trainee", key, decision, max(seen, default=0), clock.now())
        assert problems == []
        actions.carry_on(public_id, clock.now())
        return public_id


def papers(sat: Sat) -> dict[str, Paper]:
    """Return the attempts as they are stored now."""
    read().rollback()
    return {name: reviewed_attempt(getattr(sat, name)) for name in ("ana", "ben", "cleo", "noor")}


def scores(sat: Sat) -> dict[str, tuple[Any, ...]]:
    """Return (score, maximum, passed) of each attempt."""
    return {name: (paper.score, paper.maximum, paper.passed) for name, paper in papers(sat).items()}


def kept(someone: Someone) -> list[tuple[Any, ...]]:
    """Return (score, maximum, passed) of what is kept for a person."""
    read().rollback()
    rows = read().query(GradeRow).filter_by(person_id=someone.id).all()
    return [(row.score, row.maximum, row.passed) for row in rows]


@pytest.fixture
def sat(app: Flask, people: People) -> Sat:
    """The quiz is sat; the question has not changed yet."""
    start = clock.now() - timedelta(hours=3)
    with app.app_context():
        accounts.give_role(people.ines.email, "author")
        made_up.publish("mixed", KINDS, start)
        rest = [RIGHT[kind] for kind in KINDS[1:]]
        return Sat(
            people,
            sit(people.ana, "mixed", [{"choice": "b"}, *rest], start),
            sit(people.ben, "mixed", [{"choice": "a"}, *rest], start),
            sit(people.cleo, "mixed", [None, *rest], start),
            sit(people.noor, "mixed", [{"choice": "a"}, *rest], start, hand_in=False),
        )


@pytest.fixture
def changed(app: Flask, sat: Sat) -> Sat:
    """The quiz is sat, and then option a is the right one."""
    with app.app_context():
        change("mixed", 1, other_choice(1), clock.now() - timedelta(minutes=30))
    return sat


Act = Callable[..., Any]

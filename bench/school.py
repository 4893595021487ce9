"""A fresh instance for the measurement: real content, 200 learners with sessions, two quizzes of 10 questions."""

import logging
from pathlib import Path

from flask import Flask

from learnapp import create_app
from learnapp.accounts import actions as accounts
from learnapp.accounts.storage import find_person
from learnapp.authoring.publish import publish_if_changed
from learnapp.config import load_settings
from learnapp.kit import clock, schema
from learnapp.kit.db import db, write
from learnapp.kit.static import build_for
from learnapp.quizzes.storage.publishing import publish_question, publish_quiz
from learnapp.quizzes.types import type_named

LEARNERS = 200
QUESTIONS = 10
SETTINGS = {"time_limit_minutes": None, "attempt_limit": {}, "pass_percent": {"trainee": 80, "patient": 70}}


def environment(folder: Path, url: str = "") -> dict[str, str]:
    """Return the environment that server and maker share. url: of a PostgreSQL database; "" for a SQLite file."""
    return {"INSTANCE_DIR": str(folder), "SECRET_KEY": "b" * 48, "DEMO": "0", "DATABASE_URL": url}


def make(folder: Path, url: str = "") -> tuple[Flask, list[str]]:
    """Create the instance; return the app and one session token per learner."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = create_app(load_settings(environment(folder, url)))
    build_for(app)
    schema.init_schema(app)
    with app.app_context():
        schema.upgrade()
    with app.app_context():
        with write() as session:
            accounts.ensure_roles(session)
        publish_if_changed(clock.now())
        for layout in ("single", "paged"):
            _publish_quiz(f"bench-{layout}", layout)
        tokens = [_learner(number) for number in range(LEARNERS)]
        db.session.remove()
        db.engine.dispose()
    return app, tokens


def _learner(number: int) -> str:
    now = clock.now()
    email = f"learner{number}@bench.invalid"
    accounts.add_person(accounts.NewPerson(email, f"Learner {number}", None, "trainee", confirmed_at=now), now)
    person = find_person(email=email)
    if person is None:
        raise SystemExit("the learner was not made")
    return accounts.open_session(person.id, now)


def _item(number: int) -> dict[str, object]:
    words = "some words that an option of a question may have in a real quiz"
    options = [
        {"id": letter, "text": f"{letter} {words}", "reason": f"Because {words}.", "right": letter == "a"}
        for letter in "abcd"
    ]
    return {"options": options, "stem": f"Question {number} with {words}?"}


def _publish_quiz(slug: str, layout: str) -> None:
    now, kind = clock.now(), type_named("choice")
    with write() as session:
        ids = []
        for number in range(1, QUESTIONS + 1):
            data = _item(number)
            item = kind.parse(data)
            shown = {"v": 1, "key": f"{slug}/q{number}", "stem": data["stem"], "story": None, "lesson": "healing",
                     "section": "stages", **kind.public(item)}  # fmt: skip
            keyed = {"v": 1, "explanation": "<p>Because it is so.</p>", "item": kind.dump(item)}
            ids.append(
                publish_question(
                    session, key=f"{slug}/q{number}", track="trainee", content_hash=f"{slug}{number}", type="choice",
                    objective="O1", critical=False, weight=1, claims=["F-013"], shown=shown, keyed=keyed, now=now,
                )
            )  # fmt: skip
        pools = [{"pool": f"p{n}", "objective": "O1", "draw": 1, "questions": [one]} for n, one in enumerate(ids)]
        publish_quiz(
            session, slug=slug, lesson_slug="healing", position=90, content_hash=slug, titles={"trainee": slug},
            settings={**SETTINGS, "layout": layout}, objectives={"trainee": {"O1": "Know it"}},
            papers={"trainee": pools}, now=now,
        )  # fmt: skip

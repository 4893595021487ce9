"""How many SQL statements each act costs: fixed, and not growing with questions, attempts or learners."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from learnapp.kit import clock
from learnapp.kit.db import db
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.made_up import publish
from tests.sitting.test_pages import start

pytestmark = pytest.mark.both_databases
SignIn = Callable[[Someone], JudgingClient]
BEGINNINGS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that reach the database (BEGIN and COMMIT not counted), and "commit" for each commit."""
    found: list[str] = []

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(BEGINNINGS):
            found.append(" ".join(statement.split()))

    def on_commit(_connection: Any) -> None:
        found.append("commit")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", on_statement)
    event.listen(engine, "commit", on_commit)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", on_statement)
        event.remove(engine, "commit", on_commit)


def cost(found: list[str]) -> tuple[int, int]:
    """Return (statements, commits)."""
    commits = found.count("commit")
    return len(found) - commits, commits


@pytest.fixture
def ana(quizzes: People, sign_in: SignIn) -> JudgingClient:
    return sign_in(quizzes.ana)


def test_one_saved_answer(app: Flask, ana: JudgingClient) -> None:
    attempt = start(ana, "whole")
    headers = {"X-CSRFToken": ana.csrf_token(attempt)}
    for revision, key in enumerate("abc"):
        with counted(app) as found:
            body = {"revision": revision, "fields": {"answer": [key]}, "flagged": bool(revision % 2)}
            assert ana.put(f"{attempt}/answers/1", json=body, headers=headers).status_code == 200
        assert cost(found) == (5, 1), found


def test_a_whole_attempt_on_one_page(app: Flask, ana: JudgingClient) -> None:
    token = ana.csrf_token("/quizzes/whole")
    data = {f"q{n}": "b" for n in range(1, 7)} | {"q7": ["a", "c"], "q8": ["a", "c"], "q9": "48271", "q10": "true"}
    with counted(app) as found:
        attempt = ana.post("/quizzes/whole/attempts", data={"csrf_token": token}).headers["Location"]
        ana.get(attempt)
        ana.post(attempt, data={"csrf_token": token, **data, **{f"revision{n}": "0" for n in range(1, 11)}})
        ana.post(f"{attempt}/submit", data={"csrf_token": token})
        page = ana.get(f"{attempt}/result").get_data(as_text=True)
    assert "You passed: 10 out of 10" in page
    statements, commits = cost(found)
    assert statements <= 25, "\n".join(found)
    assert commits == 3


def _pages(app: Flask, client: JudgingClient, attempt: str, slug: str) -> dict[str, tuple[int, int]]:
    found = {}
    for path in (f"/quizzes/{slug}", f"{attempt}/questions/1", f"{attempt}/check", f"{attempt}/result"):
        with counted(app) as statements:
            client.get(path)
        found[path.rsplit("/", 1)[-1]] = cost(statements)
    return found


def test_reading_does_not_grow_and_never_writes(app: Flask, ana: JudgingClient) -> None:
    with app.app_context():
        publish("long", ["choice"] * 30, clock.now())
    short, long = start(ana, "short"), start(ana, "long")
    few, many = _pages(app, ana, short, "short"), _pages(app, ana, long, "long")
    assert list(few.values()) == list(many.values())
    assert {commits for _statements, commits in few.values()} == {0}
    assert few["1"] == few["check"] == (2, 0)
    for _try in range(3):
        ana.post(f"{short}/submit", data={"csrf_token": ana.csrf_token("/quizzes/short")})
        one = _pages(app, ana, short, "short")
        newer = start(ana, "short")
        ana.post(f"{newer}/submit", data={"csrf_token": ana.csrf_token("/quizzes/short")})
        assert _pages(app, ana, short, "short") == one
    assert one["result"] == (4, 0), "one more while a try of another quiz is open: its questions are withheld"
    ana.post(f"{long}/submit", data={"csrf_token": ana.csrf_token("/quizzes/short")})
    assert _pages(app, ana, short, "short")["result"] == (3, 0)
